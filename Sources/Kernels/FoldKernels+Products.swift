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
        let (p, q) = (UnsafeRawPointer(x), UnsafeRawPointer(y))
        var r = p.loadUnaligned(as: SIMD8<T>.self) * q.loadUnaligned(as: SIMD8<T>.self)
        let whole = count & ~7
        var i = 8
        while i < whole {
            let offset = i &* MemoryLayout<T>.stride
            r +=
                (p + offset).loadUnaligned(as: SIMD8<T>.self)
                * (q + offset).loadUnaligned(as: SIMD8<T>.self)
            i &+= 8
        }
        var result = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
        while i < count {
            result += x[i] * y[i]
            i &+= 1
        }
        return result
    }
    let half = PairwiseTree.leftCount(count)
    return pairwiseProductSum(x, y, half) + pairwiseProductSum(x + half, y + half, count &- half)
}

func productSumKernel<T: WorkScalar>(_: T.Type) -> BlockKernel.Function {
    { inputs, outputs, count in
        let x = inputs[0].assumingMemoryBound(to: T.self)
        let y = inputs[1].assumingMemoryBound(to: T.self)
        outputs[0].storeBytes(of: pairwiseProductSum(x, y, count), as: T.self)
    }
}
