/// The fixed tree of every reduction: where it splits depends on the number of elements alone, never on workers,
/// tiles or ranks. It is NumPy's own for contiguous sums: halves, the left one rounded down to a multiple of 8.

public enum PairwiseTree {
    /// Number of elements in the left half. Complex numbers count as two parts, as in NumPy's own tree.
    @inlinable public static func leftCount(_ count: Int, isComplex: Bool = false) -> Int {
        if isComplex { return (count &- count % 8) / 2 }
        let half = count / 2
        return half &- half % 8
    }

    /// Makes a fold that is not built on the tree follow it: leaves of up to 128 elements are folded as they are, and
    /// meet through the operation's own kernel. Its bits then do not depend on how the caller cuts.
    static func folding(
        _ leaf: @escaping FoldKernel, _ combine: @escaping BlockKernel, isComplex: Bool, size: Int
    ) -> FoldKernel {
        func fold(_ input: UnsafeRawPointer, _ count: Int, _ output: UnsafeMutableRawPointer) {
            if count <= 128 { return leaf(input, count, output) }
            let left = leftCount(count, isComplex: isComplex)
            var x: (UInt64, UInt64) = (0, 0)
            var y: (UInt64, UInt64) = (0, 0)
            withUnsafeMutableBytes(of: &x) { x in
                withUnsafeMutableBytes(of: &y) { y in
                    fold(input, left, x.baseAddress!)
                    fold(input + left * size, count - left, y.baseAddress!)
                    NestProgram.apply(combine, x.baseAddress!, y.baseAddress!, output, 1)
                }
            }
        }
        return fold
    }

    /// The subtrees of at most `limit` elements, from left to right.
    public static func leaves(of count: Int, limit: Int, isComplex: Bool = false) -> [Range<Int>] {
        var result: [Range<Int>] = []
        func visit(_ range: Range<Int>) {
            if range.count <= limit {
                result.append(range)
            } else {
                let middle = range.lowerBound + leftCount(range.count, isComplex: isComplex)
                visit(range.lowerBound..<middle)
                visit(middle..<range.upperBound)
            }
        }
        visit(0..<count)
        return result
    }
}
