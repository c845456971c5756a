/// `std`, `average`, `ptp`, `count_nonzero`.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.std`.
    public func deviation(
        axes: [Int]?, dtype: ElementType?, out: NDArray?, ddof: Double, keepDims: Bool,
        where mask: NDArray?,
        mean: NDArray?
    ) throws -> NDArray {
        let work: ElementType = dtype ?? (type.kind <= .signed ? .float64 : type)
        if let out, out.type != work.realPart {
            throw NumPyError(.unsupported, "a deviation in its output's type")
        }
        let variance = try variance(
            axes: axes, dtype: dtype, ddof: ddof, keepDims: keepDims, where: mask, mean: mean)
        if let out {
            return try Ufunc.call(
                .sqrt, Operands(variance), out: Outputs(out), casting: .unsafe
            ).first
        }
        return try Ufunc.unary(.sqrt, variance).flagged(isScalar: variance.isScalar)
    }

    /// NumPy: `numpy.ptp`.
    public func peakToPeak(axes: [Int]?, out: NDArray?, keepDims: Bool) throws -> NDArray {
        let high = try Ufunc.reduce(.maximum, self, axes: axes, keepDims: keepDims)
        let low = try Ufunc.reduce(.minimum, self, axes: axes, keepDims: keepDims)
        return try Ufunc.call(.subtract, Operands(high, low), out: Outputs(out)).first
    }

    /// NumPy: `numpy.count_nonzero`.
    public func nonzeroCount(axes: [Int]?, keepDims: Bool) throws -> NDArray {
        let flags = type == .bool ? self : try Ufunc.binary(.notEqual, .array(self), .integer(0))
        return try Ufunc.reduce(.add, flags, axes: axes, dtype: .int64, keepDims: keepDims)
    }

    /// NumPy: `numpy.average` with weights.
    ///
    /// - Returns: The average and the sum of weights.
    public func average(
        weights: NDArray, axes: [Int]?, keepDims: Bool
    ) throws -> (average: NDArray, weight: NDArray) {
        let chosen = try axes.map { try Axes.tuple($0, axisCount, argument: "axis") }
        let weights = try fitting(weights, chosen)
        var kind = type.promoted(with: weights.type)
        if !type.isInexact { kind = kind.promoted(with: .float64) }
        let scale = try Ufunc.reduce(.add, weights, axes: chosen, dtype: kind, keepDims: keepDims)
        let zeros = try Ufunc.binary(.equal, .array(scale), .integer(0))
        if case .bool(true) = try Ufunc.reduce(.logicalOr, zeros, axes: nil).item() {
            throw NumPyError(.zeroDivision, "Weights sum to zero, can't be normalized")
        }
        let products = try Ufunc.call(.multiply, Operands(self, weights), dtype: kind).first
        let total = try Ufunc.reduce(.add, products, axes: chosen, keepDims: keepDims)
        return (try Ufunc.binary(.divide, .array(total), .array(scale)), scale)
    }

    /// Weights brought to the axes they are for.
    private func fitting(_ weights: NDArray, _ axes: [Int]?) throws -> NDArray {
        if weights.shape == shape { return weights }
        guard let axes else {
            throw NumPyError(.type, "Axis must be specified when shapes of a and weights differ.")
        }
        guard Array(weights.shape) == axes.map({ shape[$0] }) else {
            throw NumPyError(
                .value, "Shape of weights must be consistent with shape of a along specified axis.")
        }
        let sorted = try weights.transposed((0..<axes.count).sorted { axes[$0] < axes[$1] })
        let open = AxisList(shape.enumerated().map { axes.contains($0.offset) ? $0.element : 1 })
        return try sorted.reshaped(to: open)
    }
}
