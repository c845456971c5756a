/// How a nest's points are cut into chunks, the units that workers take.
///
/// In: the points to compute. Out: chunks in ascending order; with folds, the leaves of the fixed
/// tree whose results are partial. Small enough that operands stay in a cache between two steps and
/// that workers share evenly; large enough that a chunk's own cost does not show.
import Shapes

extension NestProgram {
    /// Bytes of one chunk's widest operand at most: its operands stay in the second-level cache
    /// until the next step comes by.
    private static let chunkBytes = 128 << 10

    /// Reduced points that one chunk takes at most, rows form.
    static let subtreeLimit = FoldTree.rowLimit

    static func pointChunks(
        _ nest: LoopNest, _ positions: Range<Int>, workers: Int, grain: Int, block: Int
    ) -> [Chunk] {
        let count = positions.count
        guard count > 0 else { return [] }
        var size = count
        let types = nest.loads.map(\.type) + nest.outputs.map(\.target.type)
        let widest = types.reduce(1) { Swift.max($0, $1.byteCount) }
        let chunkLimit = chunkBytes / Swift.min(widest, 8)
        if workers > 1 || count > chunkLimit {
            size = Swift.min(chunkLimit, Swift.max(grain, count / (workers * 4)))
            if size > block { size = (size + block - 1) / block * block }
            // Whole rows where rows are long, so that blocks stay in a row.
            if let inner = nest.extents.last, inner < size, inner > 64 {
                size = size / inner * inner
            }
        }
        return stride(from: positions.lowerBound, to: positions.upperBound, by: size).map {
            .range($0..<Swift.min($0 + size, positions.upperBound))
        }
    }

    static func rowChunks(_ tree: FoldTree, _ positions: Range<Int>) -> (
        [Chunk], [FoldTree.Node]
    ) {
        guard !positions.isEmpty else { return ([], []) }
        if tree.reduced <= subtreeLimit {
            let size = Swift.max(1, subtreeLimit / tree.reduced)
            let rows = positions.lowerBound / tree.reduced..<positions.upperBound / tree.reduced
            let chunks = stride(from: rows.lowerBound, to: rows.upperBound, by: size).map {
                Chunk.range($0..<Swift.min($0 + size, rows.upperBound))
            }
            return (chunks, [])
        }
        let leaves = tree.leaves(positions)
        return (leaves.enumerated().map { .subtree(row: $1.row, $1.range, partial: $0) }, leaves)
    }

    static func columnChunks(
        _ tree: FoldTree, _ positions: Range<Int>, block: Int
    ) -> ([Chunk], [FoldTree.Node]) {
        let leaves = tree.leaves(positions)
        var chunks: [Chunk] = []
        for (k, leaf) in leaves.enumerated() {
            for first in stride(from: 0, to: tree.inner, by: block) {
                chunks.append(
                    .columns(
                        outer: leaf.row, rows: leaf.range,
                        inner: first..<Swift.min(first + block, tree.inner), partial: k))
            }
        }
        return (chunks, tree.reduced <= tree.limit ? [] : leaves)
    }
}
