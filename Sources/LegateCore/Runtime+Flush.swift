/// The window becomes a plan, and the plan runs segment by segment.
///
///     window ─▶ signature ─▶ plan, found or made ─▶ segments ─▶ launches and stores let go
///                                                     │ fails
///     window ◀── what did not run, in front of what is newer
import Execution
import Glibc
import Launches
import Plans
import Tracing

extension Runtime {
    /// Turns the window into a plan, or finds the plan of an earlier window like it, and runs it.
    ///
    /// - Throws: ``MemoryCeilingError``, or what the checkpoint throws. Launches that did not run
    ///   stay recorded.
    public func flush() throws {
        guard !isFlushing else { return try isLooking ? flushInsideHandler() : () }
        isFlushing = true
        defer { isFlushing = false }
        try land()
        guard !window.isEmpty else { return }
        if let beforeFlush { try beforeFlush() }
        ArrowReturns.settle()
        var running = takeWindow(window.count)
        try complete(&running)
    }

    /// Plans the oldest launches of the window and takes them out of it.
    func takeWindow(_ count: Int) -> RunningPlan {
        Counters.shared.windows &+= 1
        let recorded = Array(window.prefix(count))
        if count == window.count {
            window.removeAll(keepingCapacity: true)
        } else {
            window.removeFirst(count)
        }
        let begin = nanoseconds()
        let (traceStart, replays) = (Trace.isOn ? Trace.now() : 0, Counters.shared.replays)
        signature.cut(to: count)
        signature.seal()
        let found = plan(for: recorded, signature, since: begin)
        let plan = found.plan
        if traceStart > 0 {
            traceWindow(recorded, signature, plan, since: traceStart, replays: replays)
        }
        if plan.alignsStores || replay != nil {
            plan.prepare(signature.stores)
            if let replay { outsideHost { replay.run(recorded, signature.stores) } }
        }
        Counters.shared.eliminatedLaunches &+= plan.dead
        let compared = replay == nil ? [] : signature.stores
        let (stores, constants) = signature.takeOperands()
        noteAgain()
        var running = RunningPlan(
            plan: plan, launches: recorded.map { Optional($0) }, stores: stores,
            constants: constants, shifts: found.shifts,
            channel: ranks.map {
                ExchangeChannel($0.transport, firstTag: $0.takeTags(plan.tagCount))
            },
            compared: compared)
        for k in plan.eliminated { retire(&running.launches[k]) }
        for (k, last) in plan.lastSegment.enumerated() where last < 0 { running.stores[k] = nil }
        return running
    }

    /// Notes what is in the window now, as if it had just been recorded.
    private func noteAgain() {
        // The explainer goes on comparing with the old one.
        if explainer != nil { signature = Signature() } else { signature.removeAll() }
        for launch in window { signature.append(launch) }
        windowWork = window.reduce(0) { $0 &+ $1.domain.product }
        aheadLimit = configuration.aheadPoints
    }

    /// Runs the segments that have not run yet.
    func complete(_ running: inout RunningPlan) throws {
        let (traceStart, traceWindow) = (Trace.isOn ? Trace.now() : 0, executor.traced)
        defer {
            if traceStart > 0 {
                Trace.note(
                    .window, since: traceStart, subject: traceWindow.base, value: traceWindow.window
                )
                traceMemory()
            }
        }
        segments = (running.next, running.plan.segments.count)
        let owner = takenOver
        while running.next < running.plan.segments.count {
            segments.done = running.next
            do {
                paused = running
                defer { paused = nil }
                try pause(before: running)
                if takenOver != owner { return }
                let start = progress == nil ? 0 : Trace.now()
                try outsideHost {
                    running.ahead = try executor.start(
                        running.plan.segments[running.next], of: running.plan, running.launches,
                        running.stores,
                        running.constants, running.shifts, running.channel)
                    try finish(&running)
                }
                if takenOver != owner { return }
                if let progress { progress.note(running, since: start) }
            } catch let interruption as Interruption {
                throw interruption.cause
            } catch {
                if takenOver != owner { throw error }
                try keep(running, error)
            }
            retireSegment(&running)
        }
        segments.done = segments.count
        for store in running.plan.madeLocal {
            guard let store = running.stores[store], store.pendingWrites == 0,
                let memory = store.memory
            else { continue }
            store.isLocal = true
            Counters.shared.gatheredBytes &+= store.byteCount
            backend.noteFilled(memory)
        }
        do { try TaskFailures.raise() } catch {
            // What a body left that failed need not be the same on all ranks.
            replay?.forget()
            throw error
        }
        replay?.verify(running.compared)
    }

    /// Lets go of the launches and stores that nobody needs behind a segment that ran.
    func retireSegment(_ running: inout RunningPlan) {
        let plan = running.plan
        let segment = plan.segments[running.next]
        executor.settle(segment, &running.stores)
        for launch in segment.launches { retire(&running.launches[launch]) }
        if running.next + 1 < plan.segments.count {
            for (store, last) in plan.lastSegment.enumerated() where last == running.next {
                running.stores[store] = nil
            }
        }
        running.next += 1
    }

    private func plan(
        for launches: [Launch], _ signature: Signature, since begin: Int
    ) -> PlanCache.Found {
        let found = plans.plan(
            for: launches, signature, workers: backend.workerCount, place: ranks?.place)
        let time = nanoseconds() &- begin
        if found.isReplayed {
            Counters.shared.replays &+= 1
            if found.shifts.contains(where: { $0 != 0 }) { Counters.shared.movedReplays &+= 1 }
            Counters.shared.replayedLaunches &+= launches.count
            Counters.shared.replayNanoseconds &+= time
        } else {
            Counters.shared.plannedLaunches &+= launches.count
            Counters.shared.planningNanoseconds &+= time
        }
        explainer?.window(launches, signature, found.plan, isReplayed: found.isReplayed)
        noteWindow(launches, found.plan, isReplayed: found.isReplayed, nanoseconds: time)
        return found
    }

    /// After a failure: what did not run stays recorded, in front of anything newer.
    func keep(_ running: RunningPlan, _ error: Error) throws -> Never {
        replay?.forget()
        let plan = running.plan
        let first = plan.segments[running.next].steps.lowerBound
        let rest = plan.steps[first...].flatMap(\.launches).map { running.launches[$0]! }
        window = rest + window
        noteAgain()
        if let error = error as? OutOfMemory { throw ceilingError(error, rest.first) }
        throw error
    }

    private func nanoseconds() -> Int {
        var time = timespec()
        // The clock that asks nothing of the system: a replay is shorter than such a question.
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
    }

    /// Lets go of a launch that ran, or that nobody needs.
    func retire(_ launch: inout Launch?) {
        guard let retired = launch.take() else { return }
        if retired.needsHost { hostTaskCount &-= 1 }
        retired.endPending()
    }
}
