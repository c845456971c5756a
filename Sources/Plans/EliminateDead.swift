/// Pass 1: drops launches whose results nobody can see.
///
/// In: the window's launches in program order. Out: the same without those that write only stores
/// which no handle sees and no later kept launch reads, tasks that run always excepted. One walk
/// from the last launch to the first; marks live on the stores.
import Launches

public enum EliminateDead {
    nonisolated(unsafe) private static var epoch = 0

    public static func run(_ launches: [Launch]) -> (kept: [Launch], dropped: [Launch]) {
        epoch += 1
        var kept: [Launch] = []
        var dropped: [Launch] = []
        kept.reserveCapacity(launches.count)
        for launch in launches.reversed() {
            let isVisible =
                launch.outputs.contains {
                    $0.store.handleCount > 0 || $0.store.isShared || $0.store.planMark == epoch
                } || launch.runsAlways
            guard isVisible else {
                dropped.append(launch)
                continue
            }
            for input in launch.inputs { input.store.planMark = epoch }
            kept.append(launch)
        }
        kept.reverse()
        return (kept, dropped)
    }
}

extension Launch {
    /// Whether its task runs though nobody sees a result.
    public var runsAlways: Bool {
        if case .opaque(let task) = body { task.runsAlways } else { false }
    }
}
