/// Arithmetic and comparisons of arrays with arrays and numbers, as Swift writes them.
///
/// Operators throw where NumPy raises (shapes that do not broadcast, types without the operation);
/// one `try` covers a whole expression. Comparisons are Swift's pointwise ones (`.<`, `.==`),
/// because `==` of two arrays is no single bool.
import LegateCore

/// A Swift number beside an array. It takes the array's type where that can hold its kind, as
/// Python's numbers do.
public protocol ArrayNumber {
    var operand: Operand { get }
}
extension Int: ArrayNumber {
    public var operand: Operand { .integer(self) }
}
extension Double: ArrayNumber {
    public var operand: Operand { .float(self) }
}
extension Float: ArrayNumber {
    public var operand: Operand { .float(Double(self)) }
}
extension Bool: ArrayNumber {
    public var operand: Operand { .bool(self) }
}

extension NDArray {
    public static func + (a: NDArray, b: NDArray) throws -> NDArray { try Ufunc.binary(.add, a, b) }
    public static func - (a: NDArray, b: NDArray) throws -> NDArray {
        try Ufunc.binary(.subtract, a, b)
    }
    public static func * (a: NDArray, b: NDArray) throws -> NDArray {
        try Ufunc.binary(.multiply, a, b)
    }
    public static func / (a: NDArray, b: NDArray) throws -> NDArray {
        try Ufunc.binary(.divide, a, b)
    }

    public static func + <N: ArrayNumber>(a: NDArray, b: N) throws -> NDArray {
        try a.with(.add, b.operand)
    }
    public static func - <N: ArrayNumber>(a: NDArray, b: N) throws -> NDArray {
        try a.with(.subtract, b.operand)
    }
    public static func * <N: ArrayNumber>(a: NDArray, b: N) throws -> NDArray {
        try a.with(.multiply, b.operand)
    }
    public static func / <N: ArrayNumber>(a: NDArray, b: N) throws -> NDArray {
        try a.with(.divide, b.operand)
    }

    public static func + <N: ArrayNumber>(a: N, b: NDArray) throws -> NDArray {
        try b.after(.add, a.operand)
    }
    public static func - <N: ArrayNumber>(a: N, b: NDArray) throws -> NDArray {
        try b.after(.subtract, a.operand)
    }
    public static func * <N: ArrayNumber>(a: N, b: NDArray) throws -> NDArray {
        try b.after(.multiply, a.operand)
    }
    public static func / <N: ArrayNumber>(a: N, b: NDArray) throws -> NDArray {
        try b.after(.divide, a.operand)
    }

    public static prefix func - (a: NDArray) throws -> NDArray { try Ufunc.unary(.negative, a) }

    // MARK: - In place

    /// Adds to the array's own elements; views of them see it. The result must fit the array's
    /// type.
    public static func += (a: NDArray, b: NDArray) throws { try Ufunc.inPlace(.add, a, .array(b)) }
    public static func -= (a: NDArray, b: NDArray) throws {
        try Ufunc.inPlace(.subtract, a, .array(b))
    }
    public static func *= (a: NDArray, b: NDArray) throws {
        try Ufunc.inPlace(.multiply, a, .array(b))
    }
    public static func /= (a: NDArray, b: NDArray) throws {
        try Ufunc.inPlace(.divide, a, .array(b))
    }
    public static func += <N: ArrayNumber>(a: NDArray, b: N) throws {
        try Ufunc.inPlace(.add, a, b.operand)
    }
    public static func -= <N: ArrayNumber>(a: NDArray, b: N) throws {
        try Ufunc.inPlace(.subtract, a, b.operand)
    }
    public static func *= <N: ArrayNumber>(a: NDArray, b: N) throws {
        try Ufunc.inPlace(.multiply, a, b.operand)
    }
    public static func /= <N: ArrayNumber>(a: NDArray, b: N) throws {
        try Ufunc.inPlace(.divide, a, b.operand)
    }

    // MARK: - Comparisons, point by point

    public static func .== (a: NDArray, b: NDArray) throws -> NDArray {
        try Ufunc.binary(.equal, a, b)
    }
    public static func .!= (a: NDArray, b: NDArray) throws -> NDArray {
        try Ufunc.binary(.notEqual, a, b)
    }
    public static func .< (a: NDArray, b: NDArray) throws -> NDArray {
        try Ufunc.binary(.less, a, b)
    }
    public static func .<= (a: NDArray, b: NDArray) throws -> NDArray {
        try Ufunc.binary(.lessEqual, a, b)
    }
    public static func .> (a: NDArray, b: NDArray) throws -> NDArray {
        try Ufunc.binary(.greater, a, b)
    }
    public static func .>= (a: NDArray, b: NDArray) throws -> NDArray {
        try Ufunc.binary(.greaterEqual, a, b)
    }
    public static func .== <N: ArrayNumber>(a: NDArray, b: N) throws -> NDArray {
        try a.with(.equal, b.operand)
    }
    public static func .!= <N: ArrayNumber>(a: NDArray, b: N) throws -> NDArray {
        try a.with(.notEqual, b.operand)
    }
    public static func .< <N: ArrayNumber>(a: NDArray, b: N) throws -> NDArray {
        try a.with(.less, b.operand)
    }
    public static func .<= <N: ArrayNumber>(a: NDArray, b: N) throws -> NDArray {
        try a.with(.lessEqual, b.operand)
    }
    public static func .> <N: ArrayNumber>(a: NDArray, b: N) throws -> NDArray {
        try a.with(.greater, b.operand)
    }
    public static func .>= <N: ArrayNumber>(a: NDArray, b: N) throws -> NDArray {
        try a.with(.greaterEqual, b.operand)
    }

    private func with(_ operation: Operation, _ number: Operand) throws -> NDArray {
        try Ufunc.binary(operation, .array(self), number)
    }

    private func after(_ operation: Operation, _ number: Operand) throws -> NDArray {
        try Ufunc.binary(operation, number, .array(self))
    }
}
