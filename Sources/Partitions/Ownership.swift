/// Which rank owns which part of a store: consecutive blocks of the flat index space, in rank order.
///
/// Borders fall between rows of axis 0 where there are enough of them, and there on multiples of eight, halved as the
/// tree of reductions halves: a power of two of ranks owns whole subtrees. Every rank can tell the owner of every element
/// without asking; nothing is stored, so the map's size does not grow with the ranks.
import Shapes

public struct Ownership: Sendable, Hashable {
    public let elementCount: Int
    public let rankCount: Int
    /// Elements of one row; blocks are whole rows.
    public let rowCount: Int

    /// - Parameter shape: The store's shape, row-major over the flat index space.
    public init(shape: AxisList, rankCount: Int) {
        elementCount = shape.product
        self.rankCount = rankCount
        let rows = shape.count > 0 ? shape[0] : 1
        rowCount = rows >= Ownership.fewestRows * rankCount ? max(1, elementCount / rows) : 1
    }

    /// Rows per rank from which on they are not cut.
    private static let fewestRows = 4

    /// Elements that a rank owns.
    ///
    /// - Complexity: O(log ranks).
    public func elements(ownedBy rank: Int) -> Range<Int> { start(of: rank)..<start(of: rank + 1) }

    /// The first element of a rank's block; the number of elements for the rank behind the last.
    public func start(of rank: Int) -> Int {
        if rank >= rankCount { return elementCount }
        var (ranks, rows) = (0..<rankCount, 0..<elementCount / rowCount)
        while ranks.count > 1 {
            let middle = ranks.lowerBound + ranks.count / 2
            let cut = rows.lowerBound + Ownership.left(rows.count, ranks: ranks.count)
            if rank < middle {
                (ranks, rows) = (ranks.lowerBound..<middle, rows.lowerBound..<cut)
            } else {
                (ranks, rows) = (middle..<ranks.upperBound, cut..<rows.upperBound)
            }
        }
        return rows.lowerBound * rowCount
    }

    /// The owner of an element.
    ///
    /// - Complexity: O(log ranks).
    public func owner(of element: Int) -> Int {
        let row = element / rowCount
        var (ranks, rows) = (0..<rankCount, 0..<elementCount / rowCount)
        while ranks.count > 1 {
            let middle = ranks.lowerBound + ranks.count / 2
            let cut = rows.lowerBound + Ownership.left(rows.count, ranks: ranks.count)
            if row < cut {
                (ranks, rows) = (ranks.lowerBound..<middle, rows.lowerBound..<cut)
            } else {
                (ranks, rows) = (middle..<ranks.upperBound, cut..<rows.upperBound)
            }
        }
        return ranks.lowerBound
    }

    /// Rows of the left half of the ranks.
    private static func left(_ rows: Int, ranks: Int) -> Int {
        let part = rows * (ranks / 2) / ranks
        return rows >= 16 * ranks ? part - part % 8 : part
    }

    /// Calls `body` for each rank that owns some of an interval of elements, in rank order.
    public func forEachOwner(of interval: Range<Int>, _ body: (_ rank: Int, _ part: Range<Int>) -> Void) {
        guard !interval.isEmpty else { return }
        var rank = owner(of: interval.lowerBound)
        var first = interval.lowerBound
        while first < interval.upperBound {
            let end = min(start(of: rank + 1), interval.upperBound)
            if end > first { body(rank, first..<end) }
            first = end
            rank += 1
        }
    }
}
