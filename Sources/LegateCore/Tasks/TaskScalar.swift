/// Scalars that a launch hands to a task: plain values, copied when the task is launched.
import Launches
import Shapes

/// A value that every tile of a task sees.
public enum TaskScalar: Hashable, Sendable {
    case bool(Bool)
    case integer(Int)
    case real(Double)
    case complex(Double, Double)
    case string(String)
    /// Several values: a fixed array, a tuple, a shape.
    case list([TaskScalar])
    case bytes([UInt8])

    /// The value as a constant of an expression.
    ///
    /// - Throws: ``CoreError/Kind/type`` for what is no number; ``CoreError/Kind/value`` for a
    ///   number that the type cannot hold.
    public func constant(as type: ElementType) throws -> ScalarExpression.Constant {
        switch self {
        case .bool(let value): return .make(type, integer: value ? 1 : 0)
        case .integer(let value):
            if type.kind == .unsigned, value < 0 {
                throw CoreError(.value, "\(type.name) cannot hold \(value)")
            }
            return .make(type, integer: value)
        case .real(let value): return .make(type, real: value, 0)
        case .complex(let real, let imaginary): return .make(type, real: real, imaginary)
        case .string, .list, .bytes: throw CoreError(.type, "\(self) is no number")
        }
    }

    /// How it takes part in promotion; `nil` for what is no number.
    var weakKind: WeakKind? {
        switch self {
        case .bool: .bool
        case .integer: .int
        case .real: .float
        case .complex: .complex
        case .string, .list, .bytes: nil
        }
    }

    /// As a real number; `nil` for what is none.
    public var double: Double? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }
    /// As a whole number; `nil` for what is none.
    public var int: Int? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .integer(let value): value
        default: nil
        }
    }
    /// Whether it is a whole number other than zero, or true; `nil` for what is neither.
    public var bool: Bool? { int.map { $0 != 0 } }
    /// As text; `nil` for what is none.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// As several values; `nil` for a single one.
    public var list: [TaskScalar]? { if case .list(let values) = self { values } else { nil } }
}

extension TaskScalar: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral,
    ExpressibleByStringLiteral, ExpressibleByArrayLiteral
{
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .real(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral values: TaskScalar...) { self = .list(values) }
}
