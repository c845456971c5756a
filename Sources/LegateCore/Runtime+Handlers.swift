/// The program's own code in the middle of a flush: a signal came, and its handler runs between two
/// chunks.
///
/// A handler may use arrays as any code may. What it needs is computed there and then: the plan
/// that is on its way is completed from inside the handler, then what was recorded behind it. When
/// the handler returns, whoever ran the plan finds that it is no longer theirs.
///
///     flush ── plan ── chunk, chunk, look ───────────────────────────── the plan was taken over: return
///                                    └── handler ── wait ── the rest of the plan, the window
///
/// Ranks take a signal at different places, so on several ranks a handler cannot have such values.
import Launches
import Plans

extension Runtime {
    /// Lets the program's own code look whether it has something to do. What it throws stops the
    /// plan.
    @inline(__always)
    func look(_ code: () throws -> Void) throws {
        isLooking = true
        defer { isLooking = false }
        try code()
    }

    /// Refuses what cannot be done in the middle of a flush: by a task's body, which runs inside of
    /// the plan, and on several ranks by a handler.
    func refuseInsidePlan(_ what: @autoclosure () -> String) throws {
        if isLooking, ranks != nil { throw Runtime.calledInsideHandler }
        guard !isLooking, hostTaskCount > 0 || !isHostHeld else { return }
        throw Runtime.calledInsideTask(what())
    }

    private static var calledInsideHandler: CoreError {
        CoreError(
            .runtime,
            "on several ranks a signal's handler cannot compute with arrays while recorded work runs; let it set a mark that "
                + "the program looks at")
    }

    /// Runs everything that was recorded, from inside a handler.
    func flushInsideHandler() throws {
        guard ranks == nil else { throw Runtime.calledInsideHandler }
        isLooking = false
        defer { isLooking = true }
        if let running = paused { try takeOver(running) }
        isFlushing = false
        defer { isFlushing = true }
        try flush()
    }

    /// Completes the plan that is on its way, instead of whoever runs it.
    private func takeOver(_ running: RunningPlan) throws {
        var running = running
        takenOver &+= 1
        let owner = takenOver
        if running.ahead != nil {
            do {
                defer { paused = nil }
                try outsideHost { try finish(&running) }
            } catch let interruption as Interruption {
                throw interruption.cause
            } catch {
                if takenOver != owner { throw error }
                try keep(running, error)
            }
            if takenOver != owner { return }
            retireSegment(&running)
        }
        try complete(&running)
    }
}
