/// What may stand where NumPy takes an array: an array, or a Python number, whose type is weak in
/// promotion.
import LegateCore

public enum Operand {
    case array(NDArray)
    case bool(Bool)
    case integer(Int)
    /// A Python int outside Int64 but inside UInt64.
    case unsigned(UInt64)
    case float(Double)
    case complex(Double, Double)

    /// How a Python number takes part in promotion; `nil` for arrays.
    var weakKind: WeakKind? {
        switch self {
        case .array: return nil
        case .bool: return .bool
        case .integer, .unsigned: return .int
        case .float: return .float
        case .complex: return .complex
        }
    }

    /// The number as a constant of an element type.
    ///
    /// - Throws: ``NumPyError/Kind/overflow`` for a Python int that the integer type cannot hold.
    public func constant(as type: ElementType) throws -> ScalarExpression.Constant {
        switch self {
        case .array(let array):
            let value = try array.cast(to: type)
            var bits: (UInt64, UInt64) = (0, 0)
            try value.withElements { _, start in
                withUnsafeMutableBytes(of: &bits) {
                    $0.baseAddress!.copyMemory(from: start, byteCount: type.byteCount)
                }
            }
            return .init(type: type, bits: bits)
        case .bool(let value): return .make(type, integer: value ? 1 : 0)
        case .integer(let value):
            if type.isInteger && !type.holds(value) {
                throw NumPyError(
                    .overflow, "Python integer \(value) out of bounds for \(type.name)")
            }
            return .make(type, integer: value)
        case .unsigned(let value):
            if type == .uint64 { return .init(type: type, bits: (value, 0)) }
            if type.isInteger {
                throw NumPyError(
                    .overflow, "Python integer \(value) out of bounds for \(type.name)")
            }
            return type == .bool ? .make(type, integer: 1) : .make(type, real: Double(value), 0)
        case .float(let value): return .make(type, real: value, 0)
        case .complex(let real, let imaginary): return .make(type, real: real, imaginary)
        }
    }
}

extension Operand {
    /// Makes sure that Python's conversion of the number to an element succeeds: `int(nan)`,
    /// `float(1j)` and, for `int8`, `int(300.7)` do not. Arrays without axes count as the number
    /// they hold.
    ///
    /// - Throws: ``NumPyError/Kind/unsupported`` where the conversion is refused.
    public func requireStorable(as type: ElementType) throws {
        if case .array(let array) = self {
            guard !type.holdsAny(array.type) else { return }
            return try array.item().requireStorable(as: type)
        }
        guard isStorable(as: type) else {
            throw NumPyError(.unsupported, "a number that \(type.name) cannot hold")
        }
    }

    private func isStorable(as type: ElementType) -> Bool {
        switch self {
        case .array, .bool: return true
        case .integer(let value): return !type.isInteger || type.holds(value)
        case .unsigned: return !type.isInteger || type == .uint64
        case .float(let value):
            guard type.isInteger else { return true }
            return Int(exactly: value.rounded(.towardZero)).map(type.holds) ?? false
        case .complex: return type.isComplex || type == .bool
        }
    }
}

/// One item of an index expression between the brackets.
public enum IndexItem {
    case integer(Int)
    case slice(start: Int?, stop: Int?, step: Int?)
    case ellipsis
    case newAxis
    case boolean(Bool)
    /// An integer or boolean array.
    case array(NDArray)
}

extension ElementType {
    /// Whether every value of another type can be stored in elements of this one, perhaps rounded.
    public func holdsAny(_ other: ElementType) -> Bool {
        if self == .bool || isComplex { return true }
        return isFloating ? !other.isComplex : other.canCast(to: self, .safe)
    }

    /// Whether an integer type can represent a value.
    func holds(_ value: Int) -> Bool {
        switch self {
        case .int8: return Int8(exactly: value) != nil
        case .int16: return Int16(exactly: value) != nil
        case .int32: return Int32(exactly: value) != nil
        case .uint8: return UInt8(exactly: value) != nil
        case .uint16: return UInt16(exactly: value) != nil
        case .uint32: return UInt32(exactly: value) != nil
        case .uint64: return value >= 0
        default: return true
        }
    }
}
