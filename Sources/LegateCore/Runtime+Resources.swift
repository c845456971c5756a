/// What the runtime may use of the machine, while it runs: the number of workers and the memory
/// ceiling.
///
/// In: a wish between two statements of the program. Out: everything recorded so far has run, and
/// what comes runs with the new resources. Results do not depend on them.
import CPUBackend
import Launches
import Plans
import Tracing

extension Runtime {
    /// Changes the number of workers, the memory ceiling, or both.
    ///
    /// - Throws: What running the recorded work throws; then nothing has changed.
    public func use(workers: Int?, ceilingBytes: Int?) throws {
        try flush()
        if let workers, workers != backend.threadCount {
            machines = []
            otherPlans = [:]
            backend.setWorkerCount(max(1, workers))
            configuration.workerCount = backend.workerCount
            executor.meetWorkers()
            Trace.meetWorkers(backend.workerCount)
            // Plans are cut for the workers there were.
            plans = PlanCache(keepsPlans: configuration.keepsPlans)
        }
        if let ceilingBytes {
            backend.setCeiling(bytes: ceilingBytes)
            configuration.ceilingBytes = ceilingBytes
        }
        noteStart()
    }

    /// Bytes of array memory: in use, kept for reuse, the most ever in use, and the ceiling.
    public var memoryUse: (used: Int, kept: Int, peak: Int, ceiling: Int) {
        (
            backend.usedBytes, backend.keptBytes, max(backend.peakBytes, backend.usedBytes),
            backend.ceilingBytes
        )
    }

    func noteStart() {
        Log.core.write(
            .info,
            "\(backend.workerCount) workers, \(backend.ceilingBytes >> 20) MB of array memory, "
                + "windows of \(configuration.windowSize) launches, rank \(rank) of \(rankCount)")
    }

    func noteWindow(_ launches: [Launch], _ plan: Plan, isReplayed: Bool, nanoseconds: Int) {
        guard Log.window.shows(.info) else { return }
        Log.window.write(
            .info,
            "\(launches.count) launches in \(plan.steps.count) groups, "
                + (isReplayed ? "an earlier plan" : "planned") + " in \(nanoseconds / 1000) us")
        guard Log.window.shows(.debug) else { return }
        for launch in launches {
            let place = launch.source.map { " at \($0)" } ?? ""
            Log.window.write(.debug, "\(launch.name) \(launch.domain)\(place)")
        }
    }
}
