/// `legate explain`: prints what was recorded, what was dropped, what was fused, in which order it runs, window by window.
import Glibc
import Kernels
import Launches
import Plans
import Shapes

final class Explainer {
    private var windows = 0
    /// The number of the first window of each plan, by signature hash.
    private var firstWindow: [Int: Int] = [:]
    private var previous: Signature?

    private func line(_ text: String) { fputs("legate explain: \(text)\n", stderr) }

    func window(_ launches: [Launch], _ signature: Signature, _ plan: Plan, isReplayed: Bool) {
        windows += 1
        line("window \(windows): \(launches.count) launches recorded")
        let eliminated = Set(plan.eliminated)
        for (k, launch) in launches.enumerated() {
            line(
                "  record  \(launch.name) \(launch.domain)"
                    + (launch.source.map { " at \($0)" } ?? "") + (eliminated.contains(k) ? "  (dead, eliminated)" : ""))
        }
        if isReplayed {
            line("  replay  the plan of window \(firstWindow[signature.hash] ?? windows)")
        } else {
            let first = firstWindow.updateValue(windows, forKey: signature.hash)
            let why = first.map { "again as in window \($0), kept from now on" } ?? reason(launches, signature)
            line("  plan    new: \(why)")
        }
        for (k, step) in plan.steps.enumerated() {
            let names = step.launches.map { launches[$0].name }.joined(separator: ", ")
            line("  group \(k)  \(step.kind) over \(step.domain)\(names.isEmpty ? "" : ": \(names)")")
        }
        for k in plan.steps.indices { apart(plan, k) }
        for segment in plan.segments {
            line("  order   groups \(segment.steps.map(String.init).joined(separator: ", ")) in \(segment.chunkCount) chunks")
            for k in segment.steps { run(plan.steps[k], k) }
        }
        previous = signature
    }

    /// Why a group is not part of the one before, and what it waits for.
    private func apart(_ plan: Plan, _ k: Int) {
        let step = plan.steps[k]
        if k > 0, step.exchange == nil, plan.steps[k - 1].exchange == nil {
            line("  apart   group \(k): \(reason(step, behind: plan.steps[k - 1], k - 1))")
        }
        if !step.waitsFor.isEmpty {
            line("  needs   group \(k): groups \(step.waitsFor.map(String.init).joined(separator: ", "))")
        }
    }

    private func reason(_ step: Plan.Step, behind other: Plan.Step, _ k: Int) -> String {
        if step.program == nil { return "a function on tiles, which nothing fuses with" }
        if other.program == nil { return "group \(k) is a function on tiles, which nothing fuses with" }
        if step.domain != other.domain { return "other points than group \(k): \(step.domain), not \(other.domain)" }
        if step.waitsFor.contains(k) { return "a point of it needs what group \(k) does at other points" }
        return "no room in group \(k), or it reduces along other axes"
    }

    /// Why no earlier plan would do.
    private func reason(_ launches: [Launch], _ signature: Signature) -> String {
        guard let previous else { return "the first window" }
        guard let k = signature.firstDifference(from: previous) else {
            return "another number of launches than in the window before"
        }
        let place = launches[k].source.map { " at \($0)" } ?? ""
        return "\(launches[k].name)\(place) differs from the window before (operation, views or who holds them)"
    }

    private func run(_ step: Plan.Step, _ k: Int) {
        for message in step.exchange?.messages ?? [] {
            let stores = Set(message.parts.map(\.store)).sorted().map(String.init).joined(separator: ", ")
            line(
                "  move    group \(k): \(message.byteCount) bytes of store \(stores) "
                    + (step.isReceive ? "from" : "to") + " rank \(message.rank)")
        }
        if step.meetsOverRanks { line("  move    group \(k): results of folds meet over the ranks") }
        guard let program = step.program else { return }
        let nest = program.nest
        line(
            "  run     group \(k): \(nest.form) \(nest.extents), \(nest.loads.count) loads, "
                + "\(nest.steps.count) steps, \(nest.outputs.count) outputs, \(nest.folds.count) folds"
                + (step.streams ? ", streams its result to group \(k + 1) through the cache" : "") + ", \(program.tier)")
    }
}
