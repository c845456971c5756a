/// Reductions of a block to one element.
///
/// - Sums of reals and complex numbers follow the fixed pairwise tree of `KernelContract`, the same
///   NumPy walks: eight accumulators (one vector register), then
///   `((r0+r1)+(r2+r3))+((r4+r5)+(r6+r7))`, then the rest one by one.
/// - A complex sum is the same tree over the parts: four accumulators of real, four of imaginary
///   parts; its leaves hold 64 elements and halves are cut at multiples of 4 elements.
/// - `float16` is summed in `Float` and rounded once, at the end.
/// - The extremes of reals stand in `FoldKernels+Extremes.swift`, sums of products in
///   `FoldKernels+Products.swift`.
/// - All others fold from the left.

import Launches
import Shapes

/// Folds from the left; for integers the compiler regroups, which changes nothing.
func foldKernel<B: BinaryBody>(_: B.Type) -> FoldKernel.Function where B.X == B.Y, B.Y == B.Result {
    { input, count, output in
        let x = input.assumingMemoryBound(to: B.X.self)
        var result = x[0]
        var i = 1
        while i < count {
            result = B.apply(result, x[i])
            i &+= 1
        }
        output.storeBytes(of: result, as: B.X.self)
    }
}

/// Takes rows into running results, four rows at a time so that the results stay in registers
/// meanwhile.
func columnKernel<B: BinaryBody>(_: B.Type) -> ColumnKernel.Function
where B.X == B.Y, B.Y == B.Result {
    { results, rows, rowBytes, rowCount, width in
        let result = results.assumingMemoryBound(to: B.X.self)
        var row = 0
        while row &+ 4 <= rowCount {
            let first = rows + row &* rowBytes
            let a = first.assumingMemoryBound(to: B.X.self)
            let b = (first + rowBytes).assumingMemoryBound(to: B.X.self)
            let c = (first + 2 &* rowBytes).assumingMemoryBound(to: B.X.self)
            let d = (first + 3 &* rowBytes).assumingMemoryBound(to: B.X.self)
            var i = 0
            while i < width {
                result[i] = B.apply(B.apply(B.apply(B.apply(result[i], a[i]), b[i]), c[i]), d[i])
                i &+= 1
            }
            row &+= 4
        }
        while row < rowCount {
            let a = (rows + row &* rowBytes).assumingMemoryBound(to: B.X.self)
            var i = 0
            while i < width {
                result[i] = B.apply(result[i], a[i])
                i &+= 1
            }
            row &+= 1
        }
    }
}

/// Folds from the left, starting at `0 ∘ x₀`: for operations such as `gcd` that change a single
/// element.
func foldFromZeroKernel<B: BinaryBody>(_: B.Type) -> FoldKernel.Function
where B.X == B.Y, B.Y == B.Result, B.X: ExpressibleByIntegerLiteral {
    { input, count, output in
        let x = input.assumingMemoryBound(to: B.X.self)
        var result: B.X = 0
        for i in 0..<count { result = B.apply(result, x[i]) }
        output.storeBytes(of: result, as: B.X.self)
    }
}

/// Folds `float16` from the left without rounding between the steps, as NumPy's reductions do.
func halfFoldKernel<F: RealPair>(_: F.Type) -> FoldKernel.Function {
    { input, count, output in
        let x = input.assumingMemoryBound(to: Float16.self)
        var result = Float(x[0])
        var i = 1
        while i < count {
            result = F.value(result, Float(x[i]))
            i &+= 1
        }
        output.storeBytes(of: Float16(result), as: Float16.self)
    }
}

// MARK: - Sums

/// The pairwise sum of `count` values.
///
/// - Accuracy: error ≤ ⌈log₂ n⌉ ulp · Σ|xᵢ|. Source: Higham 2002, §4.2.
func pairwiseSum<T: WorkScalar>(_ x: UnsafePointer<T>, _ count: Int) -> T {
    if count < 8 {
        var result: T = -0.0  // keeps the sum of negative zeros negative
        for i in 0..<count { result += x[i] }
        return result
    }
    if count <= PairwiseTree.leafCount {
        let (r, first) = eightSums(x, count)
        var i = first
        var result = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
        while i < count {
            result += x[i]
            i &+= 1
        }
        return result
    }
    let half = PairwiseTree.leftCount(count)
    return pairwiseSum(x, half) + pairwiseSum(x + half, count &- half)
}

/// Eight accumulators over a leaf's whole eights, and how many numbers these are.
@inline(__always)
private func eightSums<T: WorkScalar>(_ x: UnsafePointer<T>, _ count: Int) -> (SIMD8<T>, Int) {
    let raw = UnsafeRawPointer(x)
    var r = raw.loadUnaligned(as: SIMD8<T>.self)
    let whole = count & ~7
    var i = 8
    while i < whole {
        r += (raw + i &* MemoryLayout<T>.stride).loadUnaligned(as: SIMD8<T>.self)
        i &+= 8
    }
    return (r, i)
}

/// The pairwise sum of `float16` values in `Float`.
func pairwiseHalfSum(_ x: UnsafePointer<Float16>, _ count: Int) -> Float {
    if count <= PairwiseTree.leafCount {
        return withUnsafeTemporaryAllocation(
            of: Float.self, capacity: PairwiseTree.leafCount
        ) { wide in
            for i in 0..<count { wide[i] = Float(x[i]) }
            return pairwiseSum(UnsafePointer(wide.baseAddress.unsafelyUnwrapped), count)
        }
    }
    let half = PairwiseTree.leftCount(count)
    return pairwiseHalfSum(x, half) + pairwiseHalfSum(x + half, count &- half)
}

/// The pairwise sum of complex numbers given as `count` parts, real and imaginary in turn.
func pairwiseComplexSum<T: WorkScalar>(_ x: UnsafePointer<T>, _ count: Int) -> Complex<T> {
    if count < 8 {
        var result = Complex<T>(-0.0, -0.0)
        var i = 0
        while i < count {
            result = Complex(result.real + x[i], result.imaginary + x[i &+ 1])
            i &+= 2
        }
        return result
    }
    if count <= PairwiseTree.leafCount {
        let (r, first) = eightSums(x, count)
        var i = first
        var real = (r[0] + r[2]) + (r[4] + r[6])
        var imaginary = (r[1] + r[3]) + (r[5] + r[7])
        while i < count {
            real += x[i]
            imaginary += x[i &+ 1]
            i &+= 2
        }
        return Complex(real, imaginary)
    }
    let half = PairwiseTree.leftCount(count)
    let low = pairwiseComplexSum(x, half)
    let high = pairwiseComplexSum(x + half, count &- half)
    return Complex(low.real + high.real, low.imaginary + high.imaginary)
}

private func sumKernel<T: WorkScalar>(_: T.Type) -> FoldKernel.Function {
    { input, count, output in
        let sum = pairwiseSum(input.assumingMemoryBound(to: T.self), count)
        output.storeBytes(of: sum, as: T.self)
    }
}

/// The sums of rows without gaps; of pairs and other very short rows without a call for each.
private func rowSumKernel<T: WorkScalar>(_: T.Type) -> ColumnKernel.Function {
    { results, rows, _, rowCount, width in
        let result = results.assumingMemoryBound(to: T.self)
        let x = rows.assumingMemoryBound(to: T.self)
        if width == 2 {
            for r in 0..<rowCount { result[r] = x[2 &* r] + x[2 &* r &+ 1] }
        } else if width == 3 {
            for r in 0..<rowCount { result[r] = x[3 &* r] + x[3 &* r &+ 1] + x[3 &* r &+ 2] }
        } else if width < 8 {
            for r in 0..<rowCount {
                let row = x + r &* width
                var sum = row[0]
                for i in 1..<width { sum += row[i] }
                result[r] = sum
            }
        } else {
            for r in 0..<rowCount { result[r] = pairwiseSum(x + r &* width, width) }
        }
    }
}

private func complexSumKernel<T: WorkScalar>(_: T.Type) -> FoldKernel.Function {
    { input, count, output in
        let sum = pairwiseComplexSum(input.assumingMemoryBound(to: T.self), 2 &* count)
        output.storeBytes(of: sum, as: Complex<T>.self)
    }
}

extension KernelEntries {
    func enterSums() {
        set(.add, .float64, fold: sumKernel(Double.self))
        set(.add, .float32, fold: sumKernel(Float.self))
        set(
            .add, .float16,
            fold: { input, count, output in
                let sum = pairwiseHalfSum(input.assumingMemoryBound(to: Float16.self), count)
                output.storeBytes(of: Float16(sum), as: Float16.self)
            })
        set(.add, .complex128, fold: complexSumKernel(Double.self))
        set(.add, .complex64, fold: complexSumKernel(Float.self))
        let sums = rows + Operation.add.index * ElementType.count
        sums[ElementType.float64.index] = ColumnKernel(rowSumKernel(Double.self))
        sums[ElementType.float32.index] = ColumnKernel(rowSumKernel(Float.self))
        products[ElementType.float64.index] = BlockKernel(productSumKernel(Double.self))
        products[ElementType.float32.index] = BlockKernel(productSumKernel(Float.self))
    }
}
