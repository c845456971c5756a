/// `unwrap`, `polyval` and the windows of signal processing, as recorded operations.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.polyval` for a row of coefficients, the highest power first; by Horner's
    /// scheme.
    public func polynomial(at x: NDArray) throws -> NDArray {
        guard axisCount > 0 else { throw NumPyError(.type, "iteration over a 0-d array") }
        var value = try NDArray.full(x.shape, x.type, .integer(0))
        for k in 0..<shape[0] {
            let coefficient = viewed(lattice.projected(axis: 0, at: k))
            let product = try Ufunc.binary(.multiply, value, x)
            value = try Ufunc.binary(.add, product, coefficient)
        }
        return value
    }

    /// NumPy: `numpy.unwrap` for results of a floating type.
    public func unwrapped(discontinuity: Operand?, axis: Int, period: Double) throws -> NDArray {
        guard !type.isComplex, type != .bool else {
            throw NumPyError(.unsupported, "unwrapping of \(type.name)")
        }
        let steps = try differences(axis: axis)
        let k = try Axes.normalized(axis, axisCount)
        let half = period / 2
        let shifted = try Ufunc.binary(.subtract, .array(steps), .float(-half))
        let wrapped = try Ufunc.binary(.remainder, .array(shifted), .float(period))
        var near = try Ufunc.binary(.add, .array(wrapped), .float(-half))
        // A step of half a period keeps its direction.
        let isLow = try Ufunc.binary(.equal, .array(near), .float(-half))
        let goesUp = try Ufunc.binary(.greater, .array(steps), .integer(0))
        near = try NDArray.select(
            .array(Ufunc.binary(.bitwiseAnd, isLow, goesUp)), .float(half), .array(near))
        let correction = try Ufunc.binary(.subtract, .array(near), .array(steps))
        let isSmall = try Ufunc.binary(
            .less, .array(Ufunc.unary(.absolute, steps)), discontinuity ?? .float(half))
        let needed = try NDArray.select(.array(isSmall), .integer(0), .array(correction))
        let result = try cast(to: type.promoted(withWeak: .float))
        let count = max(0, shape[k] - 1)
        guard count > 0 else { return result }
        let later = result.viewed(result.lattice.sliced(axis: k, start: 1, step: 1, count: count))
        let own = viewed(lattice.sliced(axis: k, start: 1, step: 1, count: count))
        try later.assign(Ufunc.binary(.add, own, Ufunc.accumulate(.add, needed, axis: k)))
        return result
    }
}

/// The windows NumPy has, of `points` samples each.
public enum Window: Sendable {
    case bartlett, blackman, hamming, hanning

    /// NumPy: `numpy.bartlett`, `numpy.blackman`, `numpy.hamming`, `numpy.hanning`.
    public func samples(_ points: Double) throws -> NDArray {
        guard points >= 1 else { return try NDArray.empty([0], .float64) }
        if points == 1 { return try NDArray.full([1], .float64, .float(1)) }
        let n = try NDArray.arange(
            .float(1 - points), stop: .float(points), step: .float(2), dtype: .float64)
        let last = Operand.float(points - 1)
        func cosine(_ multiple: Double, _ amplitude: Double) throws -> NDArray {
            let angle = try Ufunc.binary(
                .divide, .array(Ufunc.binary(.multiply, .float(multiple), .array(n))), last)
            return try Ufunc.binary(.multiply, .float(amplitude), .array(Ufunc.unary(.cos, angle)))
        }
        switch self {
        case .hanning: return try Ufunc.binary(.add, .float(0.5), .array(cosine(.pi, 0.5)))
        case .hamming: return try Ufunc.binary(.add, .float(0.54), .array(cosine(.pi, 0.46)))
        case .blackman:
            let main = try Ufunc.binary(.add, .float(0.42), .array(cosine(.pi, 0.5)))
            return try Ufunc.binary(.add, main, cosine(2 * .pi, 0.08))
        case .bartlett:
            let slope = try Ufunc.binary(.divide, .array(n), last)
            return try NDArray.select(
                .array(Ufunc.binary(.lessEqual, .array(n), .integer(0))),
                .array(Ufunc.binary(.add, .float(1), .array(slope))),
                .array(Ufunc.binary(.subtract, .float(1), .array(slope))))
        }
    }
}
