/// Sums of products of two blocks: each product is rounded by itself, and the products meet in the
/// fixed tree of sums, so that the bits are those of a multiplication followed by a sum. Nothing is
/// written but the result.

/// The pairwise sum of `x[i] * y[i]`.
///
/// - Accuracy: error ≤ (⌈log₂ n⌉ + 1) ulp · Σ|xᵢ·yᵢ|. Source: Higham 2002, §4.2.
func pairwiseProductSum<T: WorkScalar>(_ x: UnsafePointer<T>, _ y: UnsafePointer<T>, _ count: Int)
    -> T
{
    if count < 8 {
        var result: T = -0.0
        for i in 0..<count { result += x[i] * y[i] }
        return result
    }
    if count <= PairwiseTree.leafCount {
        var r = products(x, y, 0)
        let whole = count & ~7
        var i = 8
        while i < whole {
            r += products(x, y, i)
            i &+= 8
        }
        return leaf(r, x, y, i, count)
    }
    let half = PairwiseTree.leftCount(count)
    return pairwiseProductSum(x, y, half) + pairwiseProductSum(x + half, y + half, count &- half)
}

/// The same with two leaves of the tree side by side: an addition waits for the one before it, not
/// for the other leaf's. For what lies in the caches; memory is fetched ahead for one place of an
/// array at a time.
private func pairedProductSum<T: WorkScalar>(
    _ x: UnsafePointer<T>, _ y: UnsafePointer<T>, _ count: Int
) -> T {
    if count <= PairwiseTree.leafCount { return pairwiseProductSum(x, y, count) }
    let half = PairwiseTree.leftCount(count)
    let (u, v, rest) = (x + half, y + half, count &- half)
    if rest > PairwiseTree.leafCount {
        return pairedProductSum(x, y, half) + pairedProductSum(u, v, rest)
    }
    // The left leaf is whole vectors, and no longer than the right one.
    var r = products(x, y, 0)
    var s = products(u, v, 0)
    var i = 8
    while i < half {
        r += products(x, y, i)
        s += products(u, v, i)
        i &+= 8
    }
    let left = leaf(r, x, y, i, half)
    while i < rest & ~7 {
        s += products(u, v, i)
        i &+= 8
    }
    return left + leaf(s, u, v, i, rest)
}

/// Eight products side by side.
@inline(__always)
private func products<T: WorkScalar>(_ x: UnsafePointer<T>, _ y: UnsafePointer<T>, _ i: Int)
    -> SIMD8<T>
{
    let offset = i &* MemoryLayout<T>.stride
    return (UnsafeRawPointer(x) + offset).loadUnaligned(as: SIMD8<T>.self)
        * (UnsafeRawPointer(y) + offset).loadUnaligned(as: SIMD8<T>.self)
}

/// The sum of a leaf's eight accumulators and of its last elements, from `first` on.
@inline(__always)
private func leaf<T: WorkScalar>(
    _ r: SIMD8<T>, _ x: UnsafePointer<T>, _ y: UnsafePointer<T>, _ first: Int, _ count: Int
) -> T {
    var result = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
    var i = first
    while i < count {
        result += x[i] * y[i]
        i &+= 1
    }
    return result
}

/// Bytes of an operand up to which both are taken to lie in the first or second cache.
private let nearBytes = 1 << 17

func productSumKernel<T: WorkScalar>(_: T.Type) -> BlockKernel.Function {
    { inputs, outputs, count in
        let x = inputs[0].assumingMemoryBound(to: T.self)
        let y = inputs[1].assumingMemoryBound(to: T.self)
        let isNear = count &* MemoryLayout<T>.stride <= nearBytes
        outputs[0].storeBytes(
            of: isNear ? pairedProductSum(x, y, count) : pairwiseProductSum(x, y, count),
            as: T.self)
    }
}
