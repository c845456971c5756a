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
        if let progress {
            progress.update(
                waiting: window.count + running.openLaunches, usedBytes: backend.usedBytes)
        }
        let owner = takenOver
        do { try look(executor.checkpoint) } catch {
            if takenOver != owner { throw error }
            progress?.clear()
            say("stopped before \(running.nextInWords)", running)
            guard ranks != nil else { throw error }
            // Ranks that stop at different places must all go on with the plan that they have.
            background = running
            throw Interruption(cause: error)
        }
    }

    /// Says which chunk a plan was stopped at.
    func sayWhere(_ running: RunningPlan) {
        progress?.clear()
        say("stopped \(running.isAtEnd ? "at" : "in") \(running.nowInWords)", running)
    }

    private func say(_ place: String, _ running: RunningPlan) {
        fputs(
            "legate: \(place); \(window.count + running.openLaunches) launches stay recorded\n",
            stderr)
    }

    /// The run's state, a line for each thing.
    ///
    /// - Parameter place: Where the program is.
    public func state(at place: String) -> String {
        var lines: [String] = []
        let rank = rankCount > 1 ? "rank \(self.rank) of \(rankCount), " : ""
        lines.append(
            "\(rank)process \(getpid()), \(backend.workerCount) workers; the program is at \(place)"
        )
        if let paused {
            lines.append(
                "a plan of \(paused.plan.steps.count) steps runs, the program waits for it; it is at \(paused.nowInWords)"
            )
            lines += paused.waitingInWords
            lines += windowInWords
        } else if let background {
            let who =
                background.isStopped
                ? "a stopped plan waits for a value to be needed"
                : "the workers run what was recorded first"
            lines.append(
                "\(who): \(background.plan.steps.count) steps, now \(background.nowInWords)")
            lines += background.waitingInWords
            lines += windowInWords
        } else {
            lines.append("nothing runs")
            lines += windowInWords
        }
        if let other = ranks?.transport.waitsFor {
            lines.append("waits for a message from rank \(other)")
        }
        let counters = Counters.shared
        lines.append(
            "\(counters.launches) launches recorded, \(counters.immediateOperations) operations at once, "
                + "\(backend.usedBytes >> 20) MiB in use, \(counters.messageBytes >> 20) MiB sent")
        return lines.map { "legate: \($0)\n" }.joined()
    }

    /// What is recorded and has not begun.
    private var windowInWords: [String] {
        guard !window.isEmpty else { return [] }
        var lines = ["\(window.count) launches are recorded and wait for a value to be needed"]
        lines += window.prefix(8).map { "  recorded \($0.inWords)" }
        if window.count > 8 { lines.append("  and \(window.count - 8) more") }
        return lines
    }

    /// Answers a signal: what runs, on standard error. To be called once, when the program's
    /// language has a handler of its own for it, which then asks where its code runs.
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

    /// Whether every chunk of the segment that was begun is done.
    var isAtEnd: Bool { ahead.map { $0.state == nil } ?? false }

    /// The step that runs, and how much of its segment is done.
    fileprivate var nowInWords: String {
        guard let ahead else { return nextInWords }
        guard let state = ahead.state else {
            return "the end of \(inWords(plan.segments[next].steps.upperBound - 1))"
        }
        return "\(inWords(state.step)), \(state.done) of \(state.count) chunks done"
    }

    /// The steps behind it, and what they wait for.
    fileprivate var waitingInWords: [String] {
        let first =
            next < plan.segments.count ? plan.segments[next].steps.lowerBound : plan.steps.count
        return (first..<plan.steps.count).prefix(8).map { k in
            let waits = plan.steps[k].waitsFor.filter { $0 >= first }
            let needs =
                waits.isEmpty ? "" : ", waits for " + waits.map(inWords).joined(separator: " and ")
            return "  step \(k): \(inWords(k))\(needs)"
        }
    }

    private func inWords(_ step: Int) -> String {
        let step = plan.steps[step]
        let known = step.launches.compactMap { launches[$0] }
        guard let first = known.first else { return "\(step.kind) \(step.domain)" }
        guard known.count > 1 else { return first.inWords }
        // One of a pass with many lines: the others' lines help to find it.
        var others: [SourceLocation] = []
        for case let source? in known.map(\.source)
        where source != first.source && !others.contains(source) {
            others.append(source)
        }
        let places =
            others.isEmpty ? "" : " at " + others.prefix(3).map { "\($0)" }.joined(separator: ", ")
        return "\(first.inWords) and \(known.count - 1) more\(places)"
    }
}

extension Launch {
    fileprivate var inWords: String { "\(name) \(domain)" + (source.map { " at \($0)" } ?? "") }
}
