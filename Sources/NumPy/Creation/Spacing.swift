/// Values spaced between two ends: `linspace`, `logspace`, `geomspace`.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.linspace`, for ends that are numbers or arrays.
    ///
    /// - Returns: The values, along a new axis, and the step between them where there are two.
    public static func linspace(
        _ start: Operand, _ stop: Operand, count: Int, endpoint: Bool = true,
        dtype: ElementType? = nil,
        axis: Int = 0
    ) throws -> (values: NDArray, step: NDArray?) {
        guard count >= 0 else {
            throw NumPyError(.value, "Number of samples, \(count), must be non-negative.")
        }
        let work = inexactType(start, stop)
        let intervals = endpoint ? count - 1 : count
        let first = try NDArray.operand(start, as: work)
        let last = try NDArray.operand(stop, as: work)
        let delta = try Ufunc.binary(.subtract, .array(last), .array(first))
        var values = try counting(count, as: work)
        if delta.axisCount > 0 {
            values = try values.reshaped(
                to: AxisList([count] + [Int](repeating: 1, count: delta.axisCount)))
        }
        var gap: NDArray?
        if intervals > 0 {
            let step = try Ufunc.binary(.divide, .array(delta), .integer(intervals))
            gap = step.flagged(isScalar: step.axisCount == 0)
            if try hasZero(step) {
                values = try Ufunc.binary(.divide, .array(values), .integer(intervals))
                values = try Ufunc.binary(.multiply, .array(values), .array(delta))
            } else {
                values = try Ufunc.binary(.multiply, .array(values), .array(step))
            }
        } else {
            values = try Ufunc.binary(.multiply, .array(values), .array(delta))
        }
        values = try Ufunc.binary(.add, .array(values), .array(first))
        if endpoint, count > 1 {
            try values.viewed(values.lattice.projected(axis: 0, at: count - 1)).assign(last)
        }
        if axis != 0 { values = try values.movingAxes([0], to: [axis]) }
        let type = dtype ?? work
        if type.isInteger { values = try Ufunc.unary(.floor, values) }
        if type != values.type { values = try values.cast(to: type) }
        return (values, gap)
    }

    /// NumPy's `result_type(start, stop)` made inexact.
    private static func inexactType(_ a: Operand, _ b: Operand) -> ElementType {
        var strong: ElementType?
        var weak: WeakKind?
        for operand in [a, b] {
            if case .array(let array) = operand {
                strong = strong?.promoted(with: array.type) ?? array.type
            } else if let kind = operand.weakKind {
                weak = weak.map { max($0, kind) } ?? kind
            }
        }
        guard var type = strong else { return weak == .complex ? .complex128 : .float64 }
        if let weak { type = type.promoted(withWeak: weak) }
        return type.isInexact ? type : .float64
    }

    private static func operand(_ operand: Operand, as type: ElementType) throws -> NDArray {
        guard case .array(let array) = operand else { return scalar(operand, type) }
        return array.type == type ? array : try array.cast(to: type)
    }

    private static func hasZero(_ step: NDArray) throws -> Bool {
        let zeros = try Ufunc.binary(.equal, .array(step), .integer(0))
        if case .bool(let value) = try Ufunc.reduce(.logicalOr, zeros, axes: nil).item() {
            return value
        }
        return false
    }

    /// NumPy: `numpy.logspace`.
    public static func logspace(
        _ start: Operand, _ stop: Operand, count: Int, endpoint: Bool, base: Operand,
        dtype: ElementType?,
        axis: Int
    ) throws -> NDArray {
        if case .array(let array) = base, array.axisCount > 0 {
            throw NumPyError(.unsupported, "arrays of bases")
        }
        let exponents = try linspace(start, stop, count: count, endpoint: endpoint, axis: axis)
            .values
        let values = try Ufunc.binary(.power, base, .array(exponents))
        guard let dtype, dtype != values.type else { return values }
        return try values.cast(to: dtype)
    }
    /// NumPy: `numpy.geomspace` for real ends.
    ///
    /// - Throws: ``NumPyError/Kind/value`` where an end is zero, which is looked for at once.
    public static func geomspace(
        _ start: NDArray, _ stop: NDArray, count: Int, endpoint: Bool, dtype: ElementType?,
        axis: Int
    ) throws -> NDArray {
        for end in [start, stop] where try hasZero(end) {
            throw NumPyError(.value, "Geometric sequence cannot include zero")
        }
        let common = start.type.promoted(with: stop.type).promoted(with: dtype ?? .float64)
        let work = common.isInexact ? common : .float64
        guard work == .float64 || work == .float32 else {
            throw NumPyError(.unsupported, "sequences of \(work.name)")
        }
        let sign = try Ufunc.unary(.sign, start.cast(to: work))
        let first = try Ufunc.binary(.divide, start.cast(to: work), sign)
        let last = try Ufunc.binary(.divide, stop.cast(to: work), sign)
        let values = try logspace(
            .array(Ufunc.unary(.log10, first)), .array(Ufunc.unary(.log10, last)), count: count,
            endpoint: endpoint, base: .float(10), dtype: work, axis: 0)
        // Powers of logarithms miss the ends by a little.
        if count > 0 { try values.viewed(values.lattice.projected(axis: 0, at: 0)).assign(first) }
        if count > 1, endpoint {
            try values.viewed(values.lattice.projected(axis: 0, at: count - 1)).assign(last)
        }
        var result = try Ufunc.binary(.multiply, values, sign)
        if axis != 0 { result = try result.movingAxes([0], to: [axis]) }
        let type = dtype ?? work
        return result.type == type ? result : try result.cast(to: type)
    }
}
