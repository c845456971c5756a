/// `dot`, `vdot`, `inner`, `outer`, `tensordot`, `kron` and the stacked products: each is a change
/// of shape around ``NDArray/matmul(_:out:)`` or a sum of products.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.dot(self, other)`: over the last axis of `self` and the second to last (or
    /// only) axis of `other`.
    ///
    /// - Throws: ``NumPyError/Kind/value`` where these two axes differ.
    public func dot(_ other: NDArray, out: NDArray? = nil) throws -> NDArray {
        if let out { return try deliver(dot(other), into: out, name: "dot") }
        let (p, q) = (axisCount, other.axisCount)
        if p == 0 || q == 0 {
            return try Ufunc.binary(type.promotedProduct(other.type), self, other)
        }
        let second = max(q - 2, 0)
        guard shape[p - 1] == other.shape[second] else {
            throw NumPyError(
                .value,
                "shapes \(shape.tight) and \(other.shape.tight) not aligned: \(shape[p - 1]) (dim \(p - 1)) != "
                    + "\(other.shape[second]) (dim \(second))")
        }
        if p <= 2, q <= 2 { return try matmul(other) }
        return try contracted([p - 1], other, [second])
    }

    /// NumPy: `numpy.vdot`: the arrays as flat vectors, the first one conjugated.
    public func vdot(_ other: NDArray) throws -> NDArray {
        guard count == other.count else {
            throw NumPyError(
                .value,
                "cannot reshape array of size \(other.count) into shape \(AxisList(count).tight)")
        }
        let flat = try type.isComplex ? Ufunc.unary(.conjugate, self) : self
        let type = type.promoted(with: other.type)
        return try InnerProduct.dot(
            flat.regrouped(AxisList(count)), other.regrouped(AxisList(count)), type)
    }

    /// NumPy: `numpy.inner`: over the last axes of both.
    public func inner(_ other: NDArray, out: NDArray? = nil) throws -> NDArray {
        if let out { return try deliver(inner(other), into: out, name: "inner") }
        let (p, q) = (axisCount, other.axisCount)
        if p == 0 || q == 0 { return try dot(other) }
        guard shape[p - 1] == other.shape[q - 1] else {
            throw NumPyError(
                .value,
                "shapes \(shape.tight) and \(other.shape.tight) not aligned: \(shape[p - 1]) (dim \(p - 1)) != "
                    + "\(other.shape[q - 1]) (dim \(q - 1))")
        }
        return try contracted([p - 1], other, [q - 1])
    }

    /// NumPy: `numpy.outer`: every element of one with every element of the other.
    public func outer(_ other: NDArray, out: NDArray? = nil) throws -> NDArray {
        let a = try regrouped(AxisList(count, 1))
        let b = try other.regrouped(AxisList(1, other.count))
        guard out != nil else { return try Ufunc.binary(type.promotedProduct(other.type), a, b) }
        return try Ufunc.call(type.promotedProduct(other.type), Operands(a, b), out: Outputs(out))
            .first
    }

    /// NumPy: `numpy.tensordot(self, other, axes)`: sums over pairs of axes.
    ///
    /// - Throws: ``NumPyError/Kind/value`` where a pair of axes differs in extent.
    public func tensordot(_ axes: [Int], _ other: NDArray, _ otherAxes: [Int]) throws -> NDArray {
        guard axes.count == otherAxes.count else {
            throw NumPyError(.value, "shape-mismatch for sum")
        }
        let mine = try axes.map { try Axes.normalized($0, axisCount) }
        let theirs = try otherAxes.map { try Axes.normalized($0, other.axisCount) }
        guard zip(mine, theirs).allSatisfy({ shape[$0] == other.shape[$1] }) else {
            throw NumPyError(.value, "shape-mismatch for sum")
        }
        guard Set(mine).count == mine.count, Set(theirs).count == theirs.count else {
            throw NumPyError(.unsupported, "tensordot with repeated axes")
        }
        // Even without axes NumPy returns an array here.
        return try contracted(mine, other, theirs).flagged(isScalar: false)
    }

    /// Sums over pairs of axes: both arrays as matrices whose inner axis is all the pairs.
    private func contracted(_ axes: [Int], _ other: NDArray, _ otherAxes: [Int]) throws -> NDArray {
        let free = (0..<axisCount).filter { !axes.contains($0) }
        let otherFree = (0..<other.axisCount).filter { !otherAxes.contains($0) }
        let inner = axes.reduce(1) { $0 * shape[$1] }
        let rows = free.map { shape[$0] }
        let columns = otherFree.map { other.shape[$0] }
        let a = try viewed(lattice.transposed(free + axes)).regrouped(
            AxisList(rows.reduce(1, *), inner))
        let b = try other.viewed(other.lattice.transposed(otherAxes + otherFree))
            .regrouped(AxisList(inner, columns.reduce(1, *)))
        let product = try a.matmul(b)
        let result = product.with(Lattice(rowMajor: AxisList(rows + columns)))
        return result.flagged(isScalar: rows.isEmpty && columns.isEmpty)
    }

    /// NumPy: `numpy.vecdot(self, other)`: dot products of the vectors along one axis, the first
    /// one conjugated.
    public func vecdot(_ other: NDArray, axis: Int = -1) throws -> NDArray {
        guard axisCount > 0, other.axisCount > 0 else {
            throw NumPyError(.unsupported, "vecdot of scalars")
        }
        let a = moved(try Axes.normalized(axis, axisCount))
        let b = other.moved(try Axes.normalized(axis, other.axisCount))
        let (m, n) = (a.shape[a.axisCount - 1], b.shape[b.axisCount - 1])
        guard m == n else {
            throw NumPyError(
                .value,
                "vecdot: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature (n),(n)->() "
                    + "(size \(n) is different from \(m))")
        }
        let left = try type.isComplex ? Ufunc.unary(.conjugate, a) : a
        let type = type.promoted(with: other.type)
        if a.axisCount == 1, b.axisCount == 1 { return try InnerProduct.dot(left, b, type) }
        return try NDArray.sumOfProducts(
            [left, b], keeping: Ufunc.broadcast(a.shape, b.shape), summed: 1, type)
    }

    /// NumPy: `numpy.matvec`: `(… m, n) · (… n) → (… m)`.
    public func matvec(_ vector: NDArray) throws -> NDArray {
        guard axisCount > 1, vector.axisCount > 0 else {
            throw NumPyError(.unsupported, "matvec of scalars")
        }
        let column = vector.viewed(vector.lattice.insertingAxis(at: vector.axisCount))
        let product = try matmul(column)
        return product.with(product.lattice.projected(axis: product.axisCount - 1, at: 0))
    }

    /// NumPy: `numpy.vecmat`: `(… n) · (… n, m) → (… m)`, the vectors conjugated.
    public func vecmat(_ matrix: NDArray) throws -> NDArray {
        guard axisCount > 0, matrix.axisCount > 1 else {
            throw NumPyError(.unsupported, "vecmat of scalars")
        }
        let left = try type.isComplex ? Ufunc.unary(.conjugate, self) : self
        let product = try left.viewed(left.lattice.insertingAxis(at: axisCount - 1)).matmul(matrix)
        return product.with(product.lattice.projected(axis: product.axisCount - 2, at: 0))
    }

    /// NumPy: `numpy.kron`: each element of `self` times the whole of `other`.
    public func kron(_ other: NDArray) throws -> NDArray {
        let count = max(axisCount, other.axisCount)
        func padded(_ shape: AxisList) -> [Int] {
            Array(repeating: 1, count: count - shape.count) + shape
        }
        let (a, b) = (padded(shape), padded(other.shape))
        if count == 0 { return try Ufunc.binary(type.promotedProduct(other.type), self, other) }
        let left = try regrouped(AxisList(a.flatMap { [$0, 1] }))
        let right = try other.regrouped(AxisList(b.flatMap { [1, $0] }))
        let product = try Ufunc.binary(
            type.promotedProduct(other.type), .array(left), .array(right))
        let flat = product.lattice.isRowMajorContiguous ? product : try product.copied()
        return flat.with(Lattice(rowMajor: AxisList(zip(a, b).map { $0 * $1 })))
    }

    // MARK: - Parts

    /// The sum over the last `summed` axes of a product broadcast to `shape`, in `type` (float16 in
    /// float32).
    static func sumOfProducts(
        _ factors: [NDArray], keeping shape: AxisList, summed: Int, _ type: ElementType
    ) throws -> NDArray {
        if type == .float16 {
            return try sumOfProducts(factors, keeping: shape, summed: summed, .float32).cast(
                to: .float16)
        }
        let keptCount = shape.count - summed
        let kept = AxisList(shape.prefix(keptCount))
        let result = try NDArray.new(kept, type)
        guard result.count > 0 else { return result }
        guard shape.product > 0 else {
            try result.fill(.make(type, integer: 0))
            return result
        }
        var lattice = result.lattice
        for _ in 0..<summed { lattice = lattice.insertingAxis(at: lattice.axisCount) }
        try InnerProduct.sum(
            factors, shape, reduced: (0..<shape.count).map { $0 >= keptCount }, into: result,
            lattice)
        return result
    }

    /// A view with one axis moved to the end.
    private func moved(_ axis: Int) -> NDArray {
        axis == axisCount - 1
            ? self : viewed(lattice.transposed((0..<axisCount).filter { $0 != axis } + [axis]))
    }
}

extension ElementType {
    /// The product of two types' elements: "and" for two bools.
    func promotedProduct(_ other: ElementType) -> Operation {
        self == .bool && other == .bool ? .logicalAnd : .multiply
    }
}
