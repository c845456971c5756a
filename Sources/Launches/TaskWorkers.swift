/// The workers that the body of a task may use besides the one it runs on.
///
/// In: a loop whose rounds do not depend on each other. Out: the loop, done by the calling worker
/// and by those that have nothing else to do at the moment. Which round runs where follows from
/// time alone: results must not.
public struct TaskWorkers {
    /// How many workers there are, the calling one included.
    public let count: Int
    private let share: (Int, (Int) -> Void) -> Void

    /// - Parameter share: Calls a body for every number below the given one, and returns when all
    ///   calls did.
    public init(count: Int, share: @escaping (Int, (Int) -> Void) -> Void) {
        self.count = count
        self.share = share
    }

    /// The calling worker alone.
    public static var alone: TaskWorkers {
        TaskWorkers(count: 1, share: inTurn)
    }

    /// Calls the body for every number below `count`, on any worker, and returns when all calls
    /// did. The body must not wait for anything.
    public func forEach(_ count: Int, _ body: (Int) -> Void) {
        if count < 2 || self.count < 2 { return TaskWorkers.inTurn(count, body) }
        share(count, body)
    }

    /// The same for ranges that together are `0..<count`, of at least `least` each.
    public func forEachPart(of count: Int, least: Int, _ body: (Range<Int>) -> Void) {
        let parts = parts(of: count, least: least)
        forEach(parts) { body(count * $0 / parts..<count * ($0 + 1) / parts) }
    }

    /// How many parts to make of some elements: a few for each worker, of at least `least` elements
    /// each.
    public func parts(of count: Int, least: Int) -> Int {
        self.count < 2 ? 1 : max(1, min(4 * self.count, count / max(1, least)))
    }

    private static func inTurn(_ count: Int, _ body: (Int) -> Void) {
        for k in 0..<count { body(k) }
    }
}
