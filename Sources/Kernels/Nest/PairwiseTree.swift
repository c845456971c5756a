/// The fixed tree of every reduction: where it splits depends on the number of elements alone,
/// never on workers, tiles or ranks. It is NumPy's own for contiguous sums: halves, the left one
/// rounded down to a multiple of 8.

/// Where reductions split.
public enum PairwiseTree {
    /// Numbers that eight accumulators add without a split; parts, of complex numbers.
    static let leafCount = 128

    /// Number of elements in the left half. Complex numbers count as two parts, as in NumPy's own
    /// tree.
    @inlinable public static func leftCount(_ count: Int, isComplex: Bool = false) -> Int {
        if isComplex { return (count &- count % 8) / 2 }
        let half = count / 2
        return half &- half % 8
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
