/// Diagonals of matrices and stacks of matrices, and the triangles beside them.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.diagonal`. A read-only view; the diagonal's axis comes last.
    public func diagonal(offset: Int = 0, axis1: Int = 0, axis2: Int = 1) throws -> NDArray {
        viewed(try diagonalLattice(offset, axis1, axis2), isWritable: false)
    }

    private func diagonalLattice(_ offset: Int, _ axis1: Int, _ axis2: Int) throws -> Lattice {
        guard axisCount >= 2 else {
            throw NumPyError(.value, "diag requires an array of at least two dimensions")
        }
        let first = try Axes.normalized(axis1, axisCount, prefix: "axis1")
        let second = try Axes.normalized(axis2, axisCount, prefix: "axis2")
        guard first != second else {
            throw NumPyError(.value, "axis1 and axis2 cannot be the same")
        }
        return lattice.diagonal(offset, axis: first, second)
    }

    /// NumPy: `numpy.trace`.
    public func trace(
        offset: Int = 0, axis1: Int = 0, axis2: Int = 1, dtype: ElementType? = nil,
        out: NDArray? = nil
    ) throws -> NDArray {
        let diagonal = try diagonal(offset: offset, axis1: axis1, axis2: axis2)
        return try Ufunc.reduce(.add, diagonal, axes: [-1], dtype: dtype, out: out)
    }

    /// NumPy: `numpy.diag`. A matrix gives its diagonal, a vector the matrix around it.
    public func diag(_ offset: Int = 0) throws -> NDArray {
        if axisCount == 2 { return try diagonal(offset: offset) }
        guard axisCount == 1 else { throw NumPyError(.value, "Input must be 1- or 2-d.") }
        let extent = shape[0] + abs(offset)
        let result = try NDArray.full([extent, extent], type, .integer(0))
        try result.viewed(result.diagonalLattice(offset, 0, 1)).assign(self)
        return result
    }

    /// NumPy: `numpy.tri`.
    public static func triangle(rows: Int, columns: Int, offset: Int, _ type: ElementType) throws
        -> NDArray
    {
        let mask = try triangleMask(rows: rows, columns: columns, offset: offset)
        return type == .bool ? mask : try mask.cast(to: type)
    }

    /// True on and below a diagonal.
    private static func triangleMask(rows: Int, columns: Int, offset: Int) throws -> NDArray {
        let down = try NDArray.counting(max(rows, 0)).expandingAxes([1])
        let across = try NDArray.counting(max(columns, 0), from: -offset)
        return try Ufunc.binary(.greaterEqual, .array(down), .array(across))
    }

    /// NumPy: `numpy.tril` and `numpy.triu`.
    public func triangle(lower: Bool, offset: Int) throws -> NDArray {
        let source = axisCount == 1 ? try broadcast(to: [shape[0], shape[0]]) : self
        guard source.axisCount >= 2 else {
            throw NumPyError(.index, "tuple index out of range")
        }
        let rows = source.shape[source.axisCount - 2]
        let columns = source.shape[source.axisCount - 1]
        let mask = try NDArray.triangleMask(
            rows: rows, columns: columns, offset: lower ? offset : offset - 1)
        let result = try NDArray.new(source.shape, type)
        if result.count == 0 { return result }
        var builder = ExpressionBuilder(source.shape)
        let condition = try builder.value(.array(mask), as: .bool)
        let value = try builder.value(.array(source), as: type)
        let zero = builder.constant(.make(type, integer: 0))
        let chosen =
            lower
            ? builder.select(condition, value, zero, type)
            : builder.select(condition, zero, value, type)
        try builder.submit(lower ? "tril" : "triu", [chosen], [result])
        return result
    }

    /// NumPy: `numpy.fill_diagonal`.
    public func fillDiagonal(_ value: Operand, wraps: Bool) throws {
        guard axisCount >= 2 else { throw NumPyError(.value, "array must be at least 2-d") }
        guard isWritable else { throw NumPyError(.value, "assignment destination is read-only") }
        guard !wraps || axisCount > 2 || shape[0] <= shape[1] else {
            throw NumPyError(.unsupported, "wrapped diagonals")
        }
        if axisCount > 2, !shape.allSatisfy({ $0 == shape[0] }) {
            throw NumPyError(.value, "All dimensions of input must be of equal length")
        }
        let extent = shape.min()!
        let step = strides.reduce(0, +)
        let target = viewed(Lattice(offset: lattice.offset, shape: [extent], strides: [step]))
        if case .array(let source) = value, source.count != 1 {
            guard source.count >= extent, extent > 0 else {
                throw NumPyError(.unsupported, "repeated values")
            }
            let flat = try source.raveled()
            return try target.assign(
                flat.viewed(flat.lattice.sliced(axis: 0, start: 0, step: 1, count: extent)))
        }
        if case .array(let source) = value { return try target.assign(source.reshaped(to: [1])) }
        try target.assign(value)
    }
}
