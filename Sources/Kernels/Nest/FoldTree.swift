/// The fixed tree of a nest's folds: where runs of reduced points end and how their results meet.
///
/// It follows from the nest's extents alone, never from workers or ranks. Its leaves are the
/// smallest pieces that chunks and ranks take:
///
///     rows      outer × reduced            leaves of up to 16,384 consecutive points
///     columns   outer × reduced × inner    leaves of some rows, added one after another
///
/// Positions count the nest's points in row-major order. Whatever part of them a rank computes, the
/// part is a few whole subtrees (*nodes*) of each outer row; nodes of neighbours meet in their
/// parents.
import Launches
import Shapes

public struct FoldTree: Sendable {
    public let outer: Int
    public let reduced: Int
    public let inner: Int
    /// Reduced points of one leaf at most.
    public let limit: Int
    /// Reduced points of the smallest node at which a part may end: leaves that run from left to
    /// right are never cut.
    private let finest: Int
    let isComplex: Bool

    /// A whole subtree of one outer row.
    public struct Node: Hashable, Sendable {
        public var row: Int
        public var range: Range<Int>
    }

    public init(_ nest: LoopNest) {
        outer = nest.extents.prefix(nest.keptAxes).reduce(1, *)
        reduced = nest.extents.dropFirst(nest.keptAxes).prefix(nest.reducedAxes).reduce(1, *)
        inner = nest.extents.dropFirst(nest.keptAxes + nest.reducedAxes).reduce(1, *)
        let isColumns = nest.form == .columns
        let isSequential = nest.folds.contains { FoldTree.isSequential($0.operation, $0.type) }
        // Folds of one nest are all complex or all real: their trees split at different places.
        isComplex = !isColumns && (nest.folds.first?.type.isComplex ?? false)
        limit =
            isColumns
            ? FoldTree.columnLimit(
                reduced: reduced, inner: inner, isSequential: isSequential)
            : FoldTree.rowLimit
        finest = isColumns || isSequential ? limit : min(limit, FoldTree.pieceLimit)
    }

    /// Reduced points that one leaf takes at most, rows form; a power of two times 8.
    static let rowLimit = 16384
    /// Points of the smallest part of a leaf, rows form: within a block, kernels walk the same
    /// tree.
    private static let pieceLimit = 128
    /// Rows that are added one after another at most, columns form.
    private static let columnRun = 4096
    /// Points up to which rows are added one after another, as NumPy adds them.
    private static let sequentialPoints = 65_536

    /// Rows of one leaf in the columns form: all, where the whole is small; else some thousand
    /// points.
    static func columnLimit(reduced: Int, inner: Int, isSequential: Bool) -> Int {
        if isSequential || reduced &* inner <= sequentialPoints { return columnRun }
        var rows = 128
        while rows < columnRun, rows &* inner < rowLimit { rows *= 2 }
        return rows
    }

    /// Folds that run from left to right through a whole leaf, as NumPy's do: a product that passes
    /// a zero stays zero.
    static func isSequential(_ operation: Operation, _ type: ElementType) -> Bool {
        type.isInexact && operation != .add
            && !(KernelTable.isExtreme(operation) && type.isFloating)
    }

    /// Where a subtree of more than one leaf splits.
    func middle(_ range: Range<Int>) -> Int {
        range.lowerBound + PairwiseTree.leftCount(range.count, isComplex: isComplex)
    }

    /// The smallest node that holds a reduced point.
    private func node(containing point: Int) -> Range<Int> {
        var range = 0..<reduced
        while range.count > finest {
            let middle = middle(range)
            range = point < middle ? range.lowerBound..<middle : middle..<range.upperBound
        }
        return range
    }

    /// The start of a smallest node that lies nearest to a position.
    public func nodeStart(near position: Int) -> Int {
        let rowSize = reduced * inner
        guard rowSize > 0, position < outer * rowSize else { return outer * rowSize }
        let row = position / rowSize
        let point = position % rowSize / inner
        let node = node(containing: point)
        let nearest =
            point - node.lowerBound <= node.upperBound - point ? node.lowerBound : node.upperBound
        return (row * reduced + nearest) * inner
    }

    /// The leaves within some positions, and what the positions hold of leaves at their ends.
    func leaves(_ positions: Range<Int>) -> [Node] { nodes(positions) { $0.count <= limit } }

    /// The largest whole subtrees within some positions, which begin and end at
    /// ``nodeStart(near:)``.
    ///
    /// - Complexity: O(outer rows + log reduced).
    public func nodes(_ positions: Range<Int>) -> [Node] { nodes(positions) { _ in true } }

    private func nodes(_ positions: Range<Int>, _ isFine: (Range<Int>) -> Bool) -> [Node] {
        guard reduced > 0, inner > 0, !positions.isEmpty else { return [] }
        let (first, end) = (positions.lowerBound / inner, positions.upperBound / inner)
        var result: [Node] = []
        for row in first / reduced...(end - 1) / reduced {
            let wanted = max(first - row * reduced, 0)..<min(end - row * reduced, reduced)
            func visit(_ range: Range<Int>) {
                guard range.overlaps(wanted) else { return }
                let isWhole =
                    wanted.lowerBound <= range.lowerBound && range.upperBound <= wanted.upperBound
                if range.count <= finest || isWhole && isFine(range) {
                    result.append(Node(row: row, range: range))
                } else {
                    let middle = middle(range)
                    visit(range.lowerBound..<middle)
                    visit(middle..<range.upperBound)
                }
            }
            visit(0..<reduced)
        }
        return result
    }
}
