/// Whether a segment of little work is better run on all workers or on the calling thread alone:
/// what took less time lately.
///
/// Chunks that depend on one another may cost more on two cores than on one, where most of what a
/// core needs lies in the other's cache; nobody knows before. In: how long runs of both kinds took.
/// Out: the kind of the next run. Each kind is tried at first, and the loser again from time to
/// time, because cores get busy and idle. No result depends on it.
import Kernels

struct SharingTrial {
    private var shared = Int.max
    private var alone = Int.max
    private var runs = 0

    /// So many runs try both kinds in turn.
    private static let first = 6
    /// The loser is tried again in one of so many runs.
    private static let distance = 128
    /// Work from which all workers take part without a trial: some half of a millisecond.
    private static var mostWork: Int { 20 &* CostModel.current.parallelWork }

    static func isWorthwhile(work: Int) -> Bool { work < mostWork }

    /// Asked before each run.
    mutating func choosesAlone() -> Bool {
        runs &+= 1
        if runs <= SharingTrial.first { return runs % 2 == 0 }
        let isAlone = alone <= shared
        return runs % SharingTrial.distance == 0 ? !isAlone : isAlone
    }

    /// Notes what a run took. What was measured long ago counts less and less.
    mutating func note(nanoseconds: Int, isAlone: Bool) {
        if isAlone {
            alone = min(nanoseconds, SharingTrial.faded(alone))
        } else {
            shared = min(nanoseconds, SharingTrial.faded(shared))
        }
    }

    private static func faded(_ time: Int) -> Int { time == .max ? time : time &+ time / 32 }
}
