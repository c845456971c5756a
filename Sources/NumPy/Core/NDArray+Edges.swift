/// Large arrays as text shows them: the first and last few elements along each axis, and nothing
/// between.
///
/// An array that is spread over ranks gives only these elements. They are laid into a mapping of
/// the array's full size of which no other page is ever touched, so that code that walks the edges
/// finds them in their places.
///
///     shape (9, 9), three at each edge      a a a . . . a a a
///                                           a a a . . . a a a
///                                           a a a . . . a a a
///                                           . . . . . . . . .     three such bands, four blocks of elements
import Glibc
import LegateCore

extension NDArray {
    /// An array of the same shape in which only the elements at the edges are there: those with,
    /// along every axis, fewer than `edge` elements before or behind them. The others' values are
    /// arbitrary. Waits for the elements.
    ///
    /// - Complexity: O(edgeᵏ) elements move for *k* axes; the mapping costs the pages that they lie
    ///   in.
    public func edges(_ edge: Int) throws -> NDArray {
        let byteCount = max(count * type.byteCount, 1)
        let mapping = mmap(
            nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
            0)
        guard let mapping, mapping != MAP_FAILED else { return try local() }
        let result = NDArray.adopting(mapping, shape: shape, type: type, isShared: false) {
            munmap(mapping, byteCount)
        }
        // All copies are recorded before the first is waited for: one pass over everything pending.
        let blocks = try edgeBlocks(max(edge, 0)).map { ($0, try viewed($0.of(lattice)).local()) }
        for (block, near) in blocks {
            try near.withElements { near, start in
                var source = near.lattice
                source.offset = 0
                let size = type.byteCount
                withUnsafeTemporaryAllocation(byteCount: near.count * size, alignment: 16) {
                    scratch in
                    LatticeCopy.gather(source, start, size: size, into: scratch.baseAddress!)
                    LatticeCopy.scatter(
                        scratch.baseAddress!, size: size, into: mapping, block.of(result.lattice))
                }
            }
        }
        return result
    }

    /// One range of indices along each axis.
    private struct Block {
        var ranges: [Range<Int>] = []

        func of(_ lattice: Lattice) -> Lattice {
            var result = lattice
            for (axis, range) in ranges.enumerated() {
                result = result.sliced(
                    axis: axis, start: range.lowerBound, step: 1, count: range.count)
            }
            return result
        }
    }

    private func edgeBlocks(_ edge: Int) -> [Block] {
        var blocks = [Block()]
        for extent in shape {
            let ranges = extent > 2 * edge ? [0..<edge, extent - edge..<extent] : [0..<extent]
            blocks = blocks.flatMap { block in
                ranges.filter { !$0.isEmpty }.map { Block(ranges: block.ranges + [$0]) }
            }
        }
        return blocks.filter { !$0.ranges.contains(where: \.isEmpty) }
    }
}
