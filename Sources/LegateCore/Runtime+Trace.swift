/// What the runtime tells the trace: windows, waits, memory, phases. Called only where
/// ``Trace/isOn``.
import Execution
import Launches
import Plans
import Tracing

/// What the recorder knows of plans it has seen.
struct TracedPlans {
    /// The first subject of a plan's steps, by plan and the lines of the launches it ran for.
    private var bases: [Key: UInt32] = [:]
    /// Plans in here live on, so that an address never changes its meaning.
    private var plans: [Plan] = []
    var windows = 0
    /// When the first launch of the present window was recorded.
    var recordingSince: UInt64 = 0

    private struct Key: Hashable {
        var plan: ObjectIdentifier
        var lines: Int
    }

    mutating func base(of plan: Plan, _ launches: [Launch], _ stores: [Store]) -> UInt32 {
        var lines = launches.count
        for launch in launches {
            lines =
                (lines &* 31 &+ (launch.source?.line ?? 0)) &* 31
                &+ (launch.source?.sourceFile.hashValue ?? 0)
        }
        let key = Key(plan: ObjectIdentifier(plan), lines: lines)
        if let known = bases[key] { return known }
        let base = plan.trace(launches, stores)
        bases[key] = base
        plans.append(plan)
        return base
    }
}

extension Runtime {
    /// Starts the recorder, if the configuration asks for it.
    func startTrace() {
        guard let prefix = configuration.tracePrefix else { return }
        do throws(TraceError) { try startTrace(prefix) } catch {
            Trace.complain("no profile is written", error)
        }
    }

    private func startTrace(_ prefix: String) throws(TraceError) {
        // A rank whose file cannot be written must take part all the same.
        defer { if let ranks { alignClock(ranks.transport) } }
        try Trace.start(
            prefix: prefix, rank: rank, rankCount: rankCount, workerCount: backend.workerCount,
            limitBytes: configuration.traceLimitBytes)
    }

    /// Begins to record from here on, once everything before has run. On several ranks all must
    /// call it.
    ///
    /// - Throws: ``CoreError`` where something records already, or the file cannot be written.
    public func beginTrace(prefix: String) throws {
        if Trace.isOn {
            throw CoreError(
                .runtime, "the run is being recorded already (--profile, --dataflow or --event)")
        }
        try flush()
        traced = TracedPlans()
        do throws(TraceError) { try startTrace(prefix) } catch {
            throw CoreError(.runtime, "no profile can be written: \(error.path): \(error.reason)")
        }
        traceMemory()
    }

    /// Ends what ``beginTrace(prefix:)`` began.
    ///
    /// - Parameter waits: Once everything recorded has run. Otherwise what somebody stopped stays
    ///   so.
    public func finishTrace(waits: Bool) throws {
        if isLooking { try flushInsideHandler() }
        defer {
            endTrace()
            Trace.close()
        }
        if waits {
            try flush()
        } else if let background, !background.isStopped {
            try waitForBackground()
        }
    }

    /// Notes a window that has just been planned.
    func traceWindow(
        _ launches: [Launch], _ signature: Signature, _ plan: Plan, since start: UInt64,
        replays: Int
    ) {
        let window = traced.windows
        traced.windows += 1
        let base = traced.base(of: plan, launches, signature.stores)
        let isReplayed = Counters.shared.replays > replays
        if traced.recordingSince > 0 {
            Trace.lanes[0].note(
                .recording, from: traced.recordingSince, to: start, subject: UInt32(launches.count),
                value: UInt64(window))
        }
        traced.recordingSince = 0
        Trace.note(.plan, since: start, subject: base, value: window | (isReplayed ? 1 << 62 : 0))
        var line = TraceLine("window")
        line.add("id", window)
        line.add("base", Int(base))
        line.add("stores", signature.stores.map { Int($0.id) })
        line.write()
        executor.traced = TracedWindow(base: base, window: window)
        traceMemory()
    }

    func traceMemory() {
        let now = Trace.now()
        Trace.lanes[0].note(
            .memory, from: now, to: UInt64(backend.keptBytes), value: UInt64(backend.usedBytes))
    }

    /// Begins a phase that the program names.
    public func beginPhase(_ name: String) {
        guard Trace.isOn else { return }
        Trace.note(.begin, since: Trace.now(), subject: Trace.subject(named: name))
    }

    /// Ends the phase begun last.
    public func endPhase() {
        guard Trace.isOn else { return }
        Trace.note(.end, since: Trace.now())
    }

    /// The program is at its end.
    func endTrace() {
        guard Trace.isOn else { return }
        traceMemory()
        Trace.note(.last, since: Trace.now())
        Trace.stop()
    }

    // MARK: - Clocks

    private static let clockTag = (1 << 31) - 2
    private static let clockRounds = 8

    /// Measures how far this rank's clock is ahead of rank 0's: of several questions the one that
    /// came back first counts.
    private func alignClock(_ transport: Transport) {
        if rank == 0 {
            for other in 1..<rankCount {
                for _ in 0..<Runtime.clockRounds {
                    _ = try? receiveTime(from: other, transport)
                    sendTime(to: other, transport)
                }
            }
            return
        }
        var best = (offset: 0, uncertainty: Int.max)
        for _ in 0..<Runtime.clockRounds {
            let start = Trace.now()
            sendTime(to: 0, transport)
            guard let there = try? receiveTime(from: 0, transport) else { return }
            let half = Int(Trace.now() &- start) / 2
            if half < best.uncertainty { best = (Int(start) + half - Int(there), half) }
        }
        Trace.noteClock(offset: best.offset, uncertainty: best.uncertainty)
    }

    private func sendTime(to other: Int, _ transport: Transport) {
        withUnsafeBytes(of: Trace.now()) { transport.send($0, to: other, tag: Runtime.clockTag) }
    }

    private func receiveTime(from other: Int, _ transport: Transport) throws -> UInt64 {
        var time: UInt64 = 0
        try withUnsafeMutableBytes(of: &time) {
            try transport.receive(into: $0, from: other, tag: Runtime.clockTag)
        }
        return time
    }
}
