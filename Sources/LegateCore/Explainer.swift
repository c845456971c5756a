/// `legate explain`: prints what was recorded, what was dropped, what was fused, in which order it
/// runs, window by window.
import Glibc
import Kernels
import Launches
import Plans
import Shapes

final class Explainer {
    private var windows = 0
    /// The number of the first window of each plan, by signature hash.
    private var firstWindow: [UInt64: Int] = [:]
    /// The window for which each plan was made.
    private var planWindow: [ObjectIdentifier: Int] = [:]
    /// The last windows, to say where a new one parts from them.
    private var recent: [(number: Int, signature: Signature)] = []
    private static let recentLimit = 16

    private func line(_ text: String) { fputs("legate explain: \(text)\n", stderr) }

    func window(_ launches: [Launch], _ signature: Signature, _ plan: Plan, isReplayed: Bool) {
        windows += 1
        line("window \(windows): \(launches.count) launches recorded")
        let (eliminated, propagated) = (Set(plan.eliminated), Set(plan.propagated))
        for (k, launch) in launches.enumerated() {
            line(
                "  record  \(launch.name) \(launch.domain)"
                    + (launch.source.map { " at \($0)" } ?? "")
                    + (eliminated.contains(k) ? "  (dead, eliminated)" : "")
                    + (propagated.contains(k) ? "  (not made: readers read what it copies)" : ""))
        }
        if isReplayed {
            let first = planWindow[ObjectIdentifier(plan)] ?? windows
            let moved = plan.slides != nil && firstWindow[signature.hash] == nil
            line("  replay  the plan of window \(first)" + (moved ? ", moved" : ""))
        } else {
            planWindow[ObjectIdentifier(plan)] = windows
            let first = firstWindow.updateValue(windows, forKey: signature.hash)
            let why =
                first.map { "again as in window \($0), kept from now on" }
                ?? reason(launches, signature)
            line("  plan    new: \(why)")
            if let slides = plan.slides {
                line(
                    "  moves   \(slides.movingCount) operands, \(slides.count - 1) ways: the plan "
                        + "serves windows in which each moves as one")
            }
        }
        for (k, step) in plan.steps.enumerated() {
            let names = step.launches.filter { !propagated.contains($0) }.map { launches[$0].name }
                .joined(separator: ", ")
            line(
                "  group \(k)  \(step.kind) over \(step.domain)\(names.isEmpty ? "" : ": \(names)")"
            )
        }
        for k in plan.steps.indices { apart(plan, k) }
        for segment in plan.segments {
            line(
                "  order   groups \(segment.steps.map(String.init).joined(separator: ", ")) in \(segment.chunkCount) chunks"
            )
            for k in segment.steps { run(plan.steps[k], k) }
        }
        if recent.count == Explainer.recentLimit { recent.removeFirst() }
        recent.append((windows, signature))
    }

    /// Why a group is not part of the one before, and what it waits for.
    private func apart(_ plan: Plan, _ k: Int) {
        let step = plan.steps[k]
        if k > 0, step.exchange == nil, plan.steps[k - 1].exchange == nil {
            line("  apart   group \(k): \(reason(step, behind: plan.steps[k - 1], k - 1))")
        }
        if !step.waitsFor.isEmpty {
            line(
                "  needs   group \(k): groups \(step.waitsFor.map(String.init).joined(separator: ", "))"
            )
        }
    }

    private func reason(_ step: Plan.Step, behind other: Plan.Step, _ k: Int) -> String {
        if step.isContinuation {
            return "another box of the same points, or it takes what streams from group \(k)"
        }
        if step.program == nil { return "a function on tiles, which nothing fuses with" }
        if other.program == nil {
            return "group \(k) is a function on tiles, which nothing fuses with"
        }
        if step.domain != other.domain {
            return "other points than group \(k): \(step.domain), not \(other.domain)"
        }
        if step.waitsFor.contains(k) {
            return "a point of it needs what group \(k) does at other points"
        }
        return "no room in group \(k), or it reduces along other axes"
    }

    /// Why no earlier plan would do: where the window parts from the one that is like it for
    /// longest.
    private func reason(_ launches: [Launch], _ signature: Signature) -> String {
        var nearest: (number: Int, difference: Signature.Difference, alike: Int)?
        for (number, other) in recent {
            guard let (difference, alike) = signature.difference(from: other) else { continue }
            // A reason inside the window says more than that there is another end.
            let isNearer =
                nearest.map { alike > $0.alike || alike == $0.alike && difference != .count }
                ?? true
            if isNearer { nearest = (number, difference, alike) }
        }
        guard let nearest else { return recent.isEmpty ? "the first window" : "plans are not kept" }
        return "unlike window \(nearest.number): "
            + sentence(nearest.difference, nearest.alike, launches)
    }

    private func sentence(_ difference: Signature.Difference, _ alike: Int, _ launches: [Launch])
        -> String
    {
        func name(_ k: Int) -> String {
            launches[k].name + (launches[k].source.map { " at \($0)" } ?? "")
        }
        switch difference {
        case .count: return "\(launches.count) launches, of which the first \(alike) are the same"
        case .kind(let k): return "\(name(k)) is another operation, or over another shape"
        case .place(let k): return "\(name(k)) reads or writes another part, or another array"
        case .held(let k):
            return "an array of \(name(k)) is held by the program in one and not in the other"
        case .contents(let k):
            return "an array of \(name(k)) exists already in one and not in the other"
        case .spread(let k): return "an array of \(name(k)) is spread over the ranks in another way"
        }
    }

    private func run(_ step: Plan.Step, _ k: Int) {
        for turn in step.exchange?.turns ?? [] {
            let message = turn.message
            let stores = Set(message.parts.map(\.store)).sorted().map(String.init).joined(
                separator: ", ")
            line(
                "  move    group \(k): \(message.byteCount) bytes of store \(stores) "
                    + (turn.isReceive ? "from" : "to") + " rank \(message.rank)")
        }
        if step.meetsOverRanks {
            line("  move    group \(k): results of folds meet over the ranks")
        }
        guard let program = step.program else { return }
        let nest = program.nest
        line(
            "  run     group \(k): \(nest.form) \(nest.extents), \(nest.loads.count) loads, "
                + "\(nest.steps.count) steps, \(nest.outputs.count) outputs, \(nest.folds.count) folds"
                + (step.streams ? ", streams its result to group \(k + 1) through the cache" : "")
                + ", \(program.tier)")
    }
}
