/// `matmul` and its kin: NumPy's rules for axes, types and errors over ``MatrixProduct`` and
/// ``InnerProduct``.
import LegateCore

extension NDArray {
    /// The matrix product, `self @ other`.
    ///
    /// NumPy: `numpy.matmul(self, other)`. Vectors count as a row on the left and a column on the
    /// right, and that axis is left out of the result. Integers wrap around.
    ///
    /// - Shape: `(… m, k) · (… k, n) → (… m, n)`; leading axes broadcast.
    /// - Parameter out: Written and returned instead of a new array; may overlap the operands.
    /// - Throws: ``NumPyError`` of kind value (scalars, shapes that do not match), casting (`out`).
    /// - Complexity: O(*m* · *n* · *k*) per matrix; bits do not depend on workers or ranks.
    public func matmul(_ other: NDArray, out: NDArray? = nil) throws -> NDArray {
        if let out { return try deliver(matmul(other), into: out, name: "matmul") }
        let (p, q) = (axisCount, other.axisCount)
        guard p > 0, q > 0 else {
            throw NumPyError(
                .value,
                "matmul: Input operand \(p == 0 ? 0 : 1) does not have enough dimensions (has 0, gufunc core with "
                    + "signature (n?,k),(k,m?)->(n?,m?) requires 1)")
        }
        let inner = shape[p - 1]
        let otherInner = other.shape[max(q - 2, 0)]
        guard inner == otherInner else {
            throw NumPyError(
                .value,
                "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
                    + "(n?,k),(k,m?)->(n?,m?) (size \(otherInner) is different from \(inner))")
        }
        let type = type.promoted(with: other.type)
        if p == 1, q == 1 { return try InnerProduct.dot(self, other, type) }
        if type == .float16 {
            return try cast(to: .float32).matmul(other.cast(to: .float32)).cast(to: .float16)
        }
        let a = self.type == type ? self : try cast(to: type)
        let b = other.type == type ? other : try other.cast(to: type)
        if p == 2, q == 2 {
            let result = try NDArray.new(AxisList(shape[0], other.shape[1]), type)
            try a.multiply(b, into: result)
            return result
        }
        return try a.stackedProduct(b)
    }

    /// One product of two matrices of one type.
    @inline(__always)
    private func multiply(_ b: NDArray, into result: NDArray) throws {
        if result.count == 1, shape[1] > 0 {
            return try InnerProduct.compute(
                viewed(lattice.projected(axis: 0, at: 0)),
                b.viewed(b.lattice.projected(axis: 1, at: 0)),
                into: result.viewed(Lattice(offset: result.lattice.offset, shape: [], strides: [])))
        }
        try MatrixProduct.compute(self, b, into: result)
    }

    /// Vectors and stacks: the missing axes are put in, and left out of the result.
    private func stackedProduct(_ other: NDArray) throws -> NDArray {
        let a = axisCount == 1 ? viewed(lattice.insertingAxis(at: 0)) : self
        let b = other.axisCount == 1 ? other.viewed(other.lattice.insertingAxis(at: 1)) : other
        let (left, right) = (AxisList(a.shape.dropLast(2)), AxisList(b.shape.dropLast(2)))
        guard var shape = try? Ufunc.broadcast(left, right) else {
            throw stackMismatch(other, left, right)
        }
        shape.append(a.shape[a.axisCount - 2])
        shape.append(b.shape[b.axisCount - 1])
        let result = try NDArray.new(shape, a.type)
        if shape.count == 2 {
            try a.multiply(b, into: result)
        } else {
            try MatrixProduct.compute(a, b, into: result)
        }
        var lattice = result.lattice
        if other.axisCount == 1 { lattice = lattice.projected(axis: lattice.axisCount - 1, at: 0) }
        if axisCount == 1 {
            lattice = lattice.projected(
                axis: lattice.axisCount - (other.axisCount == 1 ? 1 : 2), at: 0)
        }
        return result.with(lattice)
    }

    private func stackMismatch(_ other: NDArray, _ left: AxisList, _ right: AxisList) -> NumPyError
    {
        func remapped(_ array: NDArray, _ stack: AxisList) -> String {
            let count = max(left.count, right.count)
            let axes = (0..<count).map { k in
                k < count - stack.count ? "newaxis" : "\(stack[k - count + stack.count])"
            }
            return
                "\(array.shape.tight)->(\((axes + ["newaxis", "newaxis"]).joined(separator: ",")))"
        }
        let core = AxisList(
            [axisCount == 1 ? nil : shape[axisCount - 2], other.shape.last].compactMap { $0 })
        return NumPyError(
            .value,
            "operands could not be broadcast together with remapped shapes [original->remapped]: "
                + "\(remapped(self, left)) \(remapped(other, right))  and requested shape \(core.tight)"
        )
    }

    /// The same store under another lattice, as an array of its own (no view of another).
    func with(_ lattice: Lattice, isScalar: Bool = false) -> NDArray {
        NDArray(StoreView(store: store, lattice: lattice, type: type), isScalar: isScalar)
    }

    /// Hands a finished result to `out=`.
    func deliver(_ result: NDArray, into out: NDArray, name: String) throws -> NDArray {
        guard out.isWritable else { throw NumPyError(.value, "output array is read-only") }
        guard out.shape == result.shape else {
            throw NumPyError(
                .value,
                "\(name): Output operand 0 with shape \(out.shape.tight) does not match the result's shape "
                    + "\(result.shape.tight)")
        }
        guard result.type.canCast(to: out.type, .sameKind) else {
            throw NumPyError(
                .casting,
                "Cannot cast ufunc '\(name)' output from dtype('\(result.type.name)') to "
                    + "dtype('\(out.type.name)') with casting rule 'same_kind'")
        }
        try out.assign(result)
        return out
    }

    /// The same elements in row-major order under another shape: a view where possible, else a
    /// copy.
    func regrouped(_ shape: AxisList) throws -> NDArray {
        if shape == self.shape { return self }
        if let lattice = lattice.reshaped(to: shape) { return viewed(lattice) }
        let flat = try copied()
        return flat.with(Lattice(rowMajor: shape))
    }
}
