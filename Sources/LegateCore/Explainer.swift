/// `legate explain`: prints what was recorded, what was dropped, what was fused and what ran, window by window.
import Glibc
import Kernels
import Launches
import Plans
import Shapes

final class Explainer {
    private var windows = 0

    private func line(_ text: String) { fputs("legate explain: \(text)\n", stderr) }

    func window(launches: [Launch], dropped: [Launch], groups: [FusedGroup]) {
        windows += 1
        line("window \(windows): \(launches.count) launches recorded")
        for launch in launches {
            let isDropped = dropped.contains { $0 === launch }
            line(
                "  record  \(launch.name) \(launch.domain)"
                    + (launch.source.map { " at \($0)" } ?? "") + (isDropped ? "  (dead, eliminated)" : ""))
        }
        for group in groups {
            let names = group.launches.map(\.name).joined(separator: ", ")
            line("  group \(group.index)  \(group.task == nil ? "nest" : "task") over \(group.domain): \(names)")
        }
    }

    func nest(_ lowered: LoweredNest, of group: FusedGroup) {
        let nest = lowered.nest
        line(
            "  run     group \(group.index): \(nest.form) \(nest.extents), \(nest.loads.count) loads, "
                + "\(nest.steps.count) steps, \(nest.outputs.count) outputs, \(nest.folds.count) folds")
    }
}
