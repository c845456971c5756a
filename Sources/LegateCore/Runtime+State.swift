/// What the runtime does right now, in words: for `SIGUSR1`, and for whoever stops a run.
///
/// Asked at the places where a plan may be stopped, and whenever the program's own code runs.
import Glibc
import Launches
import Plans
import Tracing

extension Runtime {
    /// Asks whether to stop before the next segment, and says where it was if so.
    func pause(before running: RunningPlan) throws {
        if let progress { progress.update(waiting: window.count + running.openLaunches, usedBytes: backend.usedBytes) }
        do { try executor.checkpoint() } catch {
            progress?.clear()
            fputs("legate: stopped before \(running.nextInWords)", stderr)
            fputs("; \(window.count + running.openLaunches) launches stay recorded\n", stderr)
            throw error
        }
    }

    /// The run's state, a line for each thing.
    ///
    /// - Parameter place: Where the program is.
    public func state(at place: String) -> String {
        var lines: [String] = []
        let rank = rankCount > 1 ? "rank \(self.rank) of \(rankCount), " : ""
        lines.append("\(rank)process \(getpid()), \(backend.workerCount) workers; the program is at \(place)")
        if let paused {
            lines.append("a plan of \(paused.plan.steps.count) steps runs, the program waits for it; it is at \(paused.nextInWords)")
            lines += paused.waitingInWords
        } else if background != nil {
            lines.append("the workers run what was recorded earlier, the program records on")
        } else {
            lines.append("nothing runs; \(window.count) launches are recorded and wait for a value to be needed")
            lines += window.prefix(8).map { "  recorded \($0.inWords)" }
            if window.count > 8 { lines.append("  and \(window.count - 8) more") }
        }
        if let other = ranks?.transport.waitsFor { lines.append("waits for a message from rank \(other)") }
        let counters = Counters.shared
        lines.append(
            "\(counters.launches) launches recorded, \(counters.immediateOperations) operations at once, "
                + "\(backend.usedBytes >> 20) MiB in use, \(counters.messageBytes >> 20) MiB sent")
        return lines.map { "legate: \($0)\n" }.joined()
    }

    /// Answers a signal: what runs, on standard error. To be called once, when the program's language has a handler of its
    /// own for it, which then asks where its code runs.
    ///
    /// - Parameter place: Where the program is; called on its thread.
    public func answer(signal: Int32, place: @escaping () -> String) {
        StateWish.belongHere()
        StateWish.answer = { [unowned self] in fputs(state(at: place()), stderr) }
        sigaction(signal, nil, &handlerBefore)
        var action = handlerBefore
        action.__sigaction_handler.sa_handler = { number in
            StateWish.isOpen = true
            RunningBodies.report()
            handlerBefore.__sigaction_handler.sa_handler?(number)
        }
        sigaction(signal, &action, nil)
    }

    /// The program ends: so do the line of progress and the trace.
    public func endWatching() {
        progress?.clear()
        endTrace()
    }
}

nonisolated(unsafe) private var handlerBefore = sigaction()

extension RunningPlan {
    /// Launches that have not run yet.
    var openLaunches: Int { launches.count { $0 != nil } }

    /// The step that comes next.
    fileprivate var nextInWords: String {
        guard next < plan.segments.count else { return "the end of a plan" }
        return inWords(plan.segments[next].steps.lowerBound)
    }

    /// The steps behind it, and what they wait for.
    fileprivate var waitingInWords: [String] {
        let first = next < plan.segments.count ? plan.segments[next].steps.lowerBound : plan.steps.count
        return (first..<plan.steps.count).prefix(8).map { k in
            let waits = plan.steps[k].waitsFor.filter { $0 >= first }
            let needs = waits.isEmpty ? "" : ", waits for " + waits.map(inWords).joined(separator: " and ")
            return "  step \(k): \(inWords(k))\(needs)"
        }
    }

    private func inWords(_ step: Int) -> String {
        let step = plan.steps[step]
        let known = step.launches.compactMap { launches[$0] }
        guard let first = known.first else { return "\(step.kind) \(step.domain)" }
        return first.inWords + (known.count > 1 ? " and \(known.count - 1) more" : "")
    }
}

extension Launch {
    fileprivate var inWords: String { "\(name) \(domain)" + (source.map { " at \($0)" } ?? "") }
}
