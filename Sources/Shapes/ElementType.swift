/// The element types of stores, and what is known of each: size, kind, order of promotion.
///
/// Raw values index tables (kernels, loops, casts) and are part of the recorded launch stream:
/// append, never reorder.

/// The types of numbers that stores hold.
public enum ElementType: UInt8, CaseIterable, Sendable, Hashable {
    case bool = 0
    case int8, int16, int32, int64
    case uint8, uint16, uint32, uint64
    case float16, float32, float64
    case complex64, complex128

    /// Number of element types; the row length of tables indexed by type.
    public static let count = 14

    /// The families NumPy's promotion distinguishes, in the order of its hierarchy.
    public enum Kind: UInt8, Comparable, Sendable {
        case boolean, unsigned, signed, floating, complex
        public static func < (a: Kind, b: Kind) -> Bool { a.rawValue < b.rawValue }
    }

    /// Its place among all types.
    @inlinable public var index: Int { Int(rawValue) }

    /// Size of one element in bytes.
    @inlinable public var byteCount: Int {
        switch self {
        case .bool, .int8, .uint8: return 1
        case .int16, .uint16, .float16: return 2
        case .int32, .uint32, .float32: return 4
        case .int64, .uint64, .float64, .complex64: return 8
        case .complex128: return 16
        }
    }

    /// Its family.
    @inlinable public var kind: Kind {
        switch self {
        case .bool: return .boolean
        case .uint8, .uint16, .uint32, .uint64: return .unsigned
        case .int8, .int16, .int32, .int64: return .signed
        case .float16, .float32, .float64: return .floating
        case .complex64, .complex128: return .complex
        }
    }

    /// Whether it is an integer, with or without a sign.
    /// Whether it is complex.
    /// Whether it is a real floating-point type.
    @inlinable public var isInteger: Bool { kind == .signed || kind == .unsigned }
    @inlinable public var isComplex: Bool { kind == .complex }
    @inlinable public var isFloating: Bool { kind == .floating }
    /// Floating or complex: types whose addition is not associative.
    @inlinable public var isInexact: Bool { kind >= .floating }

    /// The type of the real and imaginary parts; the type itself when it is not complex.
    @inlinable public var realPart: ElementType {
        switch self {
        case .complex64: return .float32
        case .complex128: return .float64
        default: return self
        }
    }

    /// NumPy's name of the type, as in `numpy.dtype(...).name`.
    public var name: String {
        switch self {
        case .bool: return "bool"
        case .int8: return "int8"
        case .int16: return "int16"
        case .int32: return "int32"
        case .int64: return "int64"
        case .uint8: return "uint8"
        case .uint16: return "uint16"
        case .uint32: return "uint32"
        case .uint64: return "uint64"
        case .float16: return "float16"
        case .float32: return "float32"
        case .float64: return "float64"
        case .complex64: return "complex64"
        case .complex128: return "complex128"
        }
    }

    /// NumPy's one-letter code on a 64-bit Linux machine (`numpy.dtype.char`).
    public var code: Character {
        switch self {
        case .bool: return "?"
        case .int8: return "b"
        case .int16: return "h"
        case .int32: return "i"
        case .int64: return "l"
        case .uint8: return "B"
        case .uint16: return "H"
        case .uint32: return "I"
        case .uint64: return "L"
        case .float16: return "e"
        case .float32: return "f"
        case .float64: return "d"
        case .complex64: return "F"
        case .complex128: return "D"
        }
    }
}
