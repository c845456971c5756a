/// `linalg.norm`, `linalg.matrix_power`, `linalg.multi_dot`: compositions of reductions and
/// products.
import LegateCore

/// The order of a norm, as NumPy's `ord=`.
public enum NormOrder: Equatable {
    /// The 2-norm of all elements (or of vectors along an axis, or Frobenius's).
    case standard
    case number(Double)
    case frobenius
    case nuclear
}

extension NDArray {
    /// NumPy: `numpy.linalg.norm`.
    ///
    /// - Throws: ``NumPyError/Kind/unsupported`` for norms that need singular values (2, −2,
    ///   nuclear of matrices).
    public func norm(_ order: NormOrder = .standard, axes: [Int]? = nil, keepDims: Bool = false)
        throws -> NDArray
    {
        let x = type.isInexact ? self : try cast(to: .float64)
        guard let axes else {
            let isVector =
                order == .standard || axisCount == 1 && order == .number(2)
                || axisCount == 2 && order == .frobenius
            if isVector { return try x.flatNorm(keepDims) }
            guard (1...2).contains(axisCount) else {
                throw NumPyError(.value, "Improper number of dimensions to norm.")
            }
            return try x.norm(order, along: Array(0..<axisCount), keepDims)
        }
        return try x.norm(
            order, along: try axes.map { try Axes.normalized($0, axisCount) }, keepDims)
    }

    private func flatNorm(_ keepDims: Bool) throws -> NDArray {
        let flat = try regrouped(AxisList(count))
        let square: NDArray
        if type.isComplex {
            let (re, im) = (flat.realPart(), try flat.imaginaryPart())
            square = try Ufunc.binary(.add, re.dot(re), im.dot(im))
        } else {
            square = try flat.dot(flat)
        }
        let root = try Ufunc.unary(.sqrt, square)
        guard keepDims else { return root.flagged(isScalar: true) }
        let ones = AxisList(repeating: 1, count: axisCount)
        return root.with(Lattice(offset: root.lattice.offset, shape: ones, strides: ones))
    }

    private func norm(_ order: NormOrder, along axes: [Int], _ keepDims: Bool) throws -> NDArray {
        switch axes.count {
        case 1: return try vectorNorm(order, axes[0], keepDims)
        case 2: return try matrixNorm(order, axes[0], axes[1], keepDims)
        default: throw NumPyError(.value, "Improper number of dimensions to norm.")
        }
    }

    private func vectorNorm(_ order: NormOrder, _ axis: Int, _ keepDims: Bool) throws -> NDArray {
        func reduced(_ operation: Operation, _ array: NDArray) throws -> NDArray {
            try Ufunc.reduce(operation, array, axes: [axis], keepDims: keepDims)
        }
        switch order {
        case .number(.infinity): return try reduced(.maximum, Ufunc.unary(.absolute, self))
        case .number(-.infinity): return try reduced(.minimum, Ufunc.unary(.absolute, self))
        case .number(0):
            let isNonzero = try Ufunc.binary(.notEqual, .array(self), .integer(0))
            return try reduced(.add, isNonzero.cast(to: type.realPart))
        case .number(1): return try reduced(.add, Ufunc.unary(.absolute, self))
        case .standard, .number(2): return try rootOfSquares([axis], keepDims)
        case .number(let p):
            let powers = try Ufunc.binary(.power, .array(Ufunc.unary(.absolute, self)), .float(p))
            let sum = try reduced(.add, powers)
            return try Ufunc.binary(.power, .array(sum), .float(1 / p)).flagged(
                isScalar: sum.isScalar)
        case .frobenius, .nuclear:
            throw NumPyError(
                .value, "Invalid norm order '\(order == .nuclear ? "nuc" : "fro")' for vectors")
        }
    }

    private func rootOfSquares(_ axes: [Int], _ keepDims: Bool) throws -> NDArray {
        let squares: NDArray
        if type.isComplex {
            squares = try Ufunc.binary(
                .add, Ufunc.unary(.square, realPart()), Ufunc.unary(.square, imaginaryPart()))
        } else {
            squares = try Ufunc.unary(.square, self)
        }
        let sum = try Ufunc.reduce(.add, squares, axes: axes, keepDims: keepDims)
        return try Ufunc.unary(.sqrt, sum).flagged(isScalar: sum.isScalar)
    }

    private func matrixNorm(_ order: NormOrder, _ row: Int, _ column: Int, _ keepDims: Bool) throws
        -> NDArray
    {
        guard row != column else { throw NumPyError(.value, "Duplicate axes given.") }
        func extreme(_ operation: Operation, of axis: Int, overSumsAlong summed: Int) throws
            -> NDArray
        {
            let sums = try Ufunc.reduce(
                .add, Ufunc.unary(.absolute, self), axes: [summed], keepDims: keepDims)
            let rest = !keepDims && axis > summed ? axis - 1 : axis
            return try Ufunc.reduce(operation, sums, axes: [rest], keepDims: keepDims)
        }
        switch order {
        case .standard, .frobenius: return try rootOfSquares([row, column], keepDims)
        case .number(1): return try extreme(.maximum, of: column, overSumsAlong: row)
        case .number(-1): return try extreme(.minimum, of: column, overSumsAlong: row)
        case .number(.infinity): return try extreme(.maximum, of: row, overSumsAlong: column)
        case .number(-.infinity): return try extreme(.minimum, of: row, overSumsAlong: column)
        case .number(2), .number(-2), .nuclear:
            throw NumPyError(.unsupported, "norm by singular values")
        case .number: throw NumPyError(.value, "Invalid norm order for matrices.")
        }
    }

    /// NumPy: `numpy.linalg.matrix_power` for exponents from zero on, by repeated squaring.
    ///
    /// - Throws: ``NumPyError/Kind/linearAlgebra`` for arrays that are no square matrices;
    ///   unsupported for negative exponents, which need an inverse.
    public func matrixPower(_ exponent: Int) throws -> NDArray {
        guard axisCount >= 2 else {
            throw NumPyError(
                .linearAlgebra,
                "\(axisCount)-dimensional array given. Array must be at least two-dimensional")
        }
        guard shape[axisCount - 1] == shape[axisCount - 2] else {
            throw NumPyError(.linearAlgebra, "Last 2 dimensions of the array must be square")
        }
        guard exponent >= 0 else {
            throw NumPyError(.unsupported, "matrix_power with a negative exponent")
        }
        if exponent == 0 {
            let result = try NDArray.full(shape, type, .integer(0))
            let diagonal = lattice(ofDiagonalIn: result)
            try result.viewed(diagonal).assign(.integer(1))
            return result
        }
        var rest = exponent
        var square = self
        var result: NDArray?
        while true {
            if rest & 1 == 1 { result = try result.map { try $0.matmul(square) } ?? square }
            rest >>= 1
            if rest == 0 { break }
            square = try square.matmul(square)
        }
        return result === self ? try copied() : result ?? self
    }

    private func lattice(ofDiagonalIn result: NDArray) -> Lattice {
        result.lattice.diagonal(0, axis: axisCount - 2, axisCount - 1)
    }

    /// NumPy: `numpy.linalg.multi_dot`: a chain of products in the order that needs the fewest
    /// multiplications.
    public static func multiDot(_ arrays: [NDArray], out: NDArray? = nil) throws -> NDArray {
        guard arrays.count >= 2 else { throw NumPyError(.value, "Expecting at least two arrays.") }
        if arrays.count == 2 { return try arrays[0].dot(arrays[1], out: out) }
        var chain = arrays
        let (isRow, isColumn) = (chain[0].axisCount == 1, chain[chain.count - 1].axisCount == 1)
        if isRow { chain[0] = chain[0].viewed(chain[0].lattice.insertingAxis(at: 0)) }
        if isColumn {
            chain[chain.count - 1] = chain[chain.count - 1].viewed(
                chain[chain.count - 1].lattice.insertingAxis(at: 1))
        }
        for array in chain where array.axisCount != 2 {
            throw NumPyError(
                .linearAlgebra,
                "\(array.axisCount)-dimensional array given. Array must be two-dimensional")
        }
        let splits = bestSplits(chain.map { $0.shape[0] } + [chain[chain.count - 1].shape[1]])
        func product(_ i: Int, _ j: Int) throws -> NDArray {
            i == j ? chain[i] : try product(i, splits[i][j]).dot(product(splits[i][j] + 1, j))
        }
        var result = try product(0, chain.count - 1)
        if isColumn { result = result.with(result.lattice.projected(axis: 1, at: 0)) }
        if isRow { result = result.with(result.lattice.projected(axis: 0, at: 0)) }
        result = result.flagged(isScalar: isRow && isColumn)
        guard let out else { return result }
        return try out.deliver(result, into: out, name: "multi_dot")
    }

    /// Where each sub-chain splits. Source: Cormen et al., Introduction to Algorithms, §15.2.
    private static func bestSplits(_ extents: [Int]) -> [[Int]] {
        let n = extents.count - 1
        var costs = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
        var splits = [[Int]](repeating: [Int](repeating: 0, count: n), count: n)
        for length in 1..<n {
            for i in 0..<(n - length) {
                let j = i + length
                costs[i][j] = .infinity
                for k in i..<j {
                    let own = Double(extents[i]) * Double(extents[k + 1]) * Double(extents[j + 1])
                    let cost = costs[i][k] + costs[k + 1][j] + own
                    if cost < costs[i][j] { (costs[i][j], splits[i][j]) = (cost, k) }
                }
            }
        }
        return splits
    }
}
