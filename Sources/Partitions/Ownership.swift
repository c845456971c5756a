/// Which rank owns which part of a store: consecutive blocks of the flat index space, in rank
/// order.
///
/// Borders fall between rows of axis 0 where there are enough of them, and there on multiples of
/// eight, halved as the tree of reductions halves: a power of two of ranks owns whole subtrees. A
/// store that was made from rows of another has its borders where those rows have theirs. Every
/// rank can tell the owner of every element without asking; nothing is stored, so the map's size
/// does not grow with the ranks.
import Launches
import Shapes

/// Which rank owns which elements of a tiled store.
public struct Ownership: Sendable, Hashable {
    /// Elements of the store.
    public let elementCount: Int
    /// Ranks of the run.
    public let rankCount: Int
    /// Elements of one row; blocks are whole rows.
    public let rowCount: Int
    /// Rows that the borders are made for.
    public let allRows: Int
    /// Which of those rows is the first one here.
    public let shift: Int

    /// The ownership of a store.
    public init(_ store: Store, rankCount: Int) {
        self.init(shape: store.shape, alignment: store.alignment, rankCount: rankCount)
    }

    /// - Parameter shape: The store's shape, row-major over the flat index space.
    public init(shape: AxisList, alignment: Store.Alignment? = nil, rankCount: Int) {
        self.init(
            rows: shape.count > 0 ? shape[0] : 1, elementCount: shape.product, alignment: alignment,
            rankCount: rankCount)
    }

    /// - Parameter rows: The extent of axis 0.
    public init(rows: Int, elementCount: Int, alignment: Store.Alignment? = nil, rankCount: Int) {
        self.elementCount = elementCount
        self.rankCount = rankCount
        if rows >= Ownership.fewestRows * rankCount {
            rowCount = max(1, elementCount / rows)
            allRows = alignment?.rows ?? rows
            shift = alignment?.shift ?? 0
        } else {
            rowCount = 1
            allRows = elementCount
            shift = 0
        }
    }

    /// Whether a store of some rows may have its borders where others of them have theirs, without
    /// a block that grows by more than an eighth.
    public static func aligns(_ rows: Int, with alignment: Store.Alignment, rankCount: Int) -> Bool
    {
        alignment.shift >= 0 && alignment.shift + rows <= alignment.rows
            && 8 * rankCount * (alignment.rows - rows) <= alignment.rows
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
        if rank <= 0 { return 0 }
        let (_, rows) = descend { middle, _ in rank < middle }
        return min(max(rows.lowerBound - shift, 0) * rowCount, elementCount)
    }

    /// The owner of an element.
    ///
    /// - Complexity: O(log ranks).
    public func owner(of element: Int) -> Int {
        let row = element / rowCount + shift
        let (ranks, _) = descend { _, cut in row < cut }
        return ranks.lowerBound
    }

    /// Walks down the halves of ranks and rows to one rank and its rows. `goesLeft` gets the first
    /// rank and the first row of the right half.
    @inline(__always)
    private func descend(_ goesLeft: (_ rank: Int, _ row: Int) -> Bool) -> (
        ranks: Range<Int>, rows: Range<Int>
    ) {
        var (ranks, rows) = (0..<rankCount, 0..<allRows)
        while ranks.count > 1 {
            let middle = ranks.lowerBound + ranks.count / 2
            let cut = rows.lowerBound + Ownership.left(rows.count, ranks: ranks.count)
            if goesLeft(middle, cut) {
                (ranks, rows) = (ranks.lowerBound..<middle, rows.lowerBound..<cut)
            } else {
                (ranks, rows) = (middle..<ranks.upperBound, cut..<rows.upperBound)
            }
        }
        return (ranks, rows)
    }

    /// Rows of the left half of the ranks. An even number of ranks, the usual case, needs no
    /// division.
    @inline(__always)
    private static func left(_ rows: Int, ranks: Int) -> Int {
        let part = ranks & 1 == 0 ? rows >> 1 : rows * (ranks / 2) / ranks
        return rows >= 16 * ranks ? part & ~7 : part
    }

    /// Calls `body` for each rank that owns some of an interval of elements, in rank order.
    public func forEachOwner(
        of interval: Range<Int>, _ body: (_ rank: Int, _ part: Range<Int>) -> Void
    ) {
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
