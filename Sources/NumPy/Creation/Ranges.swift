/// `arange`: the length and the first two values are found as NumPy finds them, in Python's own
/// arithmetic; the other values follow from these two.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.arange`.
    ///
    /// - Parameters: Python numbers or scalars of this library; `stop` is `nil` where only one was
    ///   given.
    /// - Throws: ``NumPyError/Kind/zeroDivision`` for a step of zero, ``NumPyError/Kind/value`` for
    ///   endless ranges.
    public static func arange(
        _ start: Operand, stop: Operand?, step: Operand, dtype: ElementType?
    ) throws -> NDArray {
        let given = stop == nil ? [start, step] : [start, stop!, step]
        let type = try dtype ?? rangeType(given)
        let first = stop == nil ? RangeNumber.integer(0) : try RangeNumber(start)
        let last = try RangeNumber(stop ?? start)
        let gap = try RangeNumber(step)
        let distance = try last.minus(first)
        let quotient = try distance.divided(by: gap)
        let count = try rangeLength(quotient, isNonzero: distance.value != 0)
        if count == 0 { return try new([0], type) }
        if type == .bool, count > 2 {
            throw NumPyError(.type, "no fill-function for data-type.")
        }
        let second = count > 1 ? try first.plus(gap).operand : first.operand
        if type == .bool { throw NumPyError(.unsupported, "ranges of bool") }
        return try progression(
            count, first: checked(first.operand, type), second: checked(second, type), type)
    }

    /// Python floats that an integer type cannot hold are NumPy's to convert.
    private static func checked(_ number: Operand, _ type: ElementType) throws -> Operand {
        if case .float(let value) = number, type.isInteger {
            guard value.magnitude < 0x1p62, type.holds(Int(value)) else {
                throw NumPyError(.unsupported, "out of range")
            }
        }
        return number
    }

    private static func rangeType(_ numbers: [Operand]) throws -> ElementType {
        var type = ElementType.int64
        for number in numbers {
            switch number {
            case .bool, .integer: break
            case .unsigned: throw NumPyError(.unsupported, "large ranges")
            case .float: type = type.promoted(with: .float64)
            case .complex: throw NumPyError(.unsupported, "complex ranges")
            case .array(let array): type = type.promoted(with: array.type)
            }
        }
        return type
    }

    private static func rangeLength(_ quotient: Double, isNonzero: Bool) throws -> Int {
        if quotient == 0, isNonzero { return quotient.sign == .minus ? 0 : 1 }
        if quotient.isNaN { throw NumPyError(.value, "arange: cannot compute length") }
        let rounded = quotient.rounded(.up)
        guard rounded.magnitude < 0x1p62 else {
            throw NumPyError(.value, "Maximum allowed size exceeded")
        }
        return max(0, Int(rounded))
    }
}

/// A Python int or float in the arithmetic of `arange`.
private enum RangeNumber {
    case integer(Int)
    case float(Double)

    init(_ operand: Operand) throws {
        switch operand {
        case .bool(let value): self = .integer(value ? 1 : 0)
        case .integer(let value): self = .integer(value)
        case .float(let value): self = .float(value)
        case .unsigned, .complex: throw NumPyError(.unsupported, "range bounds")
        case .array(let array):
            let isPlain = array.type == .int64 || array.type == .float64
            guard array.count == 1, array.axisCount == 0, isPlain else {
                throw NumPyError(.unsupported, "range bounds")
            }
            self = try RangeNumber(array.item())
        }
    }

    var operand: Operand {
        switch self {
        case .integer(let value): return .integer(value)
        case .float(let value): return .float(value)
        }
    }

    var value: Double {
        switch self {
        case .integer(let value): return Double(value)
        case .float(let value): return value
        }
    }

    private func combined(
        _ other: RangeNumber, _ integers: (Int, Int) -> (partialValue: Int, overflow: Bool),
        _ floats: (Double, Double) -> Double
    ) throws -> RangeNumber {
        guard case .integer(let a) = self, case .integer(let b) = other else {
            return .float(floats(value, other.value))
        }
        let result = integers(a, b)
        if result.overflow { throw NumPyError(.unsupported, "large ranges") }
        return .integer(result.partialValue)
    }

    func plus(_ other: RangeNumber) throws -> RangeNumber {
        try combined(other, { $0.addingReportingOverflow($1) }, +)
    }

    func minus(_ other: RangeNumber) throws -> RangeNumber {
        try combined(other, { $0.subtractingReportingOverflow($1) }, -)
    }

    /// Python's true division.
    func divided(by other: RangeNumber) throws -> Double {
        if case .integer(let a) = self, case .integer(let b) = other {
            if b == 0 { throw NumPyError(.zeroDivision, "division by zero") }
            guard a.magnitude < 1 << 53, b.magnitude < 1 << 53 else {
                throw NumPyError(.unsupported, "large ranges")
            }
        }
        if other.value == 0 { throw NumPyError(.zeroDivision, "float division by zero") }
        return value / other.value
    }
}
