/// `cumsum`, `cumprod` and their variants that pass over NaN.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.cumsum`, `numpy.cumprod`. Without an axis over the flattened array.
    public func accumulated(
        _ operation: Operation, axis: Int?, dtype: ElementType? = nil, out: NDArray? = nil
    ) throws -> NDArray {
        if let axis, axisCount > 0 {
            return try Ufunc.accumulate(operation, self, axis: axis, dtype: dtype, out: out)
        }
        if let axis {
            _ =
                axisCount == 0 && (axis == 0 || axis == -1)
                ? 0 : try Axes.normalized(axis, axisCount)
        }
        return try Ufunc.accumulate(operation, raveled(), axis: 0, dtype: dtype, out: out)
    }

    /// The array with NaN replaced by a number.
    public func replacingNaN(by value: Int) throws -> NDArray {
        guard type.isInexact else { return self }
        let isMissing = try Ufunc.unary(.isnan, self)
        let result = try NDArray.select(.array(isMissing), .integer(value), .array(self))
        return result
    }

    /// NumPy: `numpy.cumulative_sum`, `numpy.cumulative_prod`.
    public func cumulative(
        _ operation: Operation, axis: Int?, dtype: ElementType?, out: NDArray?,
        includesInitial: Bool
    ) throws -> NDArray {
        let name = operation == .add ? "sum" : "prod"
        if axisCount == 0 {
            throw NumPyError(.unsupported, "cumulative \(name) of a scalar")
        }
        if axis == nil, axisCount > 1 {
            throw NumPyError(
                .value,
                "For arrays which have more than one dimension ``axis`` argument is required.")
        }
        guard includesInitial else {
            return try Ufunc.accumulate(operation, self, axis: axis ?? 0, dtype: dtype, out: out)
        }
        guard out == nil else { throw NumPyError(.unsupported, "out with include_initial") }
        let axis = try Axes.normalized(axis ?? 0, axisCount)
        let running = try Ufunc.accumulate(operation, self, axis: axis, dtype: dtype)
        var longer = shape
        longer[axis] += 1
        let result = try NDArray.new(longer, running.type)
        try result.viewed(result.lattice.sliced(axis: axis, start: 0, step: 1, count: 1))
            .assign(Operand.integer(operation == .add ? 0 : 1))
        try result.viewed(result.lattice.sliced(axis: axis, start: 1, step: 1, count: shape[axis]))
            .assign(running)
        return result
    }
}
