/// The elementwise operations a transparent launch may compute, by code.
///
/// The code is what expressions and kernel tables hold. What an operation is (name, loops,
/// identity) stands in one row of `OperationTable`; what it computes stands in one row of the
/// kernel table of each kind of processor.

import Shapes

/// An elementwise operation.
public enum Operation: UInt8, CaseIterable, Sendable, Hashable {
    // Two operands, arithmetic.
    case add, subtract, multiply, divide, floorDivide, remainder, fmod, power, floatPower, divmod
    case logaddexp, logaddexp2, arctan2, hypot, copysign, nextafter, heaviside, ldexp, gcd, lcm
    case maximum, minimum, fmax, fmin
    // Two operands, comparisons and logic: the result is bool.
    case equal, notEqual, less, lessEqual, greater, greaterEqual
    case logicalAnd, logicalOr, logicalXor
    // Two operands, bits.
    case bitwiseAnd, bitwiseOr, bitwiseXor, leftShift, rightShift
    // One operand.
    case logicalNot, invert, bitwiseCount
    case negative, positive, absolute, fabs, sign, signbit, conjugate, reciprocal
    case rint, floor, ceil, trunc, sqrt, square, cbrt
    case exp, exp2, expm1, log, log2, log10, log1p
    case sin, cos, tan, arcsin, arccos, arctan, sinh, cosh, tanh, arcsinh, arccosh, arctanh
    case deg2rad, rad2deg
    case isfinite, isinf, isnan, spacing
    case modf, frexp  // two results
    // Not ufuncs of NumPy, but pointwise all the same.
    case copy  // one operand, same type
    case real, imaginary  // complex to its real type
    case complexFromParts  // two real operands to complex
    case select  // (bool, T, T) -> T: the second operand where the first is true, else the third
    case clip  // (T, low: T, high: T) -> T, as minimum(maximum(x, low), high), NaN propagates

    /// Operations.
    public static let count = allCases.count
    /// Its place among all operations.
    @inlinable public var index: Int { Int(rawValue) }
}

/// One implementation of an operation: the types it takes and gives, and the type that selects its
/// kernel.
public struct Loop: Sendable, Hashable {
    /// Selects the row of the kernel table.
    public var compute: ElementType
    /// Types of the operands; only the first `inputCount` of the operation count.
    public var input0: ElementType
    /// The second operand's.
    public var input1: ElementType
    /// The third operand's.
    public var input2: ElementType
    /// Types of the results; only the first `outputCount` count.
    public var output0: ElementType
    /// The second result's.
    public var output1: ElementType

    /// A loop from lists; types that are missing are those before them.
    public init(
        compute: ElementType, inputs: [ElementType], outputs: [ElementType]
    ) {
        self.compute = compute
        input0 = inputs.first ?? compute
        input1 = inputs.count > 1 ? inputs[1] : input0
        input2 = inputs.count > 2 ? inputs[2] : input1
        output0 = outputs.first ?? compute
        output1 = outputs.count > 1 ? outputs[1] : output0
    }
}

/// What is known of one operation besides its arithmetic. One row per operation: the Python name,
/// the documentation page, the coverage table and the type rules all follow from it.
public struct OperationRow: Sendable {
    /// The operation.
    public var operation: Operation
    /// NumPy's name; empty for operations that are not ufuncs.
    public var name: String
    /// Further names that NumPy has for it.
    public var aliases: [String]
    /// Operands.
    public var inputCount: Int
    /// Results.
    public var outputCount: Int
    /// The loop chosen when the operands' common type has a given index; `nil` where NumPy has
    /// none.
    public var loops: [Loop?]
    /// The value that changes nothing, when the operation is reduced over no elements: 0, 1, false,
    /// true (as 0/1), -1 (all bits) or `nil` where NumPy refuses an empty reduction.
    public var identity: Int?
    /// Whether a reduction may regroup (but not reorder) its operands: true for associative
    /// operations.
    public var isAssociative: Bool
    /// Whether NumPy allows several reduced axes at once (the operation is commutative and
    /// associative).
    public var isReorderable: Bool

    /// A row by its parts.
    public init(
        _ operation: Operation, _ name: String, aliases: [String] = [], inputs: Int,
        outputs: Int = 1,
        loops: [Loop?], identity: Int? = nil, isAssociative: Bool = false,
        isReorderable: Bool = false
    ) {
        self.operation = operation
        self.name = name
        self.aliases = aliases
        inputCount = inputs
        outputCount = outputs
        self.loops = loops
        self.identity = identity
        self.isAssociative = isAssociative
        self.isReorderable = isReorderable
    }
}
