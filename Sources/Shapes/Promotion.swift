/// How element types combine: NumPy's `promote_types`, `can_cast`, and the weak promotion of
/// Python's scalars.
///
/// In: two element types, or one and the kind of a Python scalar. Out: the common type. The 14 × 14
/// table is built once from the rules below; a lookup is one load. Rules: NumPy Enhancement
/// Proposals 50 (weak scalars), numpy.result_type.

/// What a conversion may lose; the names are those of NumPy's `casting` argument.
public enum Casting: UInt8, CaseIterable, Sendable {
    /// Nothing changes at all.
    case no
    /// Only the byte order may change, which stores do not have: the same as `no`.
    case equiv
    /// Every value is kept.
    case safe
    /// Safe, or downwards within one kind (`float64` to `float32`), or to a higher kind (`int64` to
    /// `float16`).
    case sameKind
    /// Anything.
    case unsafe

    /// NumPy's spelling, as in `numpy.can_cast(…, casting="same_kind")`.
    public var name: String {
        switch self {
        case .no: return "no"
        case .equiv: return "equiv"
        case .safe: return "safe"
        case .sameKind: return "same_kind"
        case .unsafe: return "unsafe"
        }
    }

    /// The casting NumPy calls `name`, or `nil`.
    public init?(named name: String) {
        guard let match = Casting.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }
}

/// The kinds of Python scalars, whose precision does not count in a promotion.
public enum WeakKind: UInt8, CaseIterable, Comparable, Sendable {
    case bool, int, float, complex

    @inlinable public static func < (a: WeakKind, b: WeakKind) -> Bool { a.rawValue < b.rawValue }

    /// The type such a scalar has when it meets no array.
    @inlinable public var defaultType: ElementType {
        switch self {
        case .bool: return .bool
        case .int: return .int64
        case .float: return .float64
        case .complex: return .complex128
        }
    }
}

extension ElementType {
    /// The smallest type that holds every value of both, as `numpy.promote_types` gives it.
    ///
    /// - Complexity: O(1), one load.
    @inlinable public func promoted(with other: ElementType) -> ElementType {
        PromotionTable.entries[index &* ElementType.count &+ other.index]
    }

    /// The result type of this type with a Python scalar: the scalar lifts the kind, never the
    /// precision.
    @inlinable public func promoted(withWeak weak: WeakKind) -> ElementType {
        switch weak {
        case .bool:
            return self
        case .int:
            return self == .bool ? .int64 : self
        case .float:
            return kind >= .floating ? self : .float64
        case .complex:
            if kind == .complex { return self }
            return self == .float16 || self == .float32 ? .complex64 : .complex128
        }
    }

    /// Whether NumPy allows the conversion under a rule, as `numpy.can_cast(self, target,
    /// casting)`.
    @inlinable public func canCast(to target: ElementType, _ casting: Casting) -> Bool {
        switch casting {
        case .no, .equiv: return self == target
        case .safe: return promoted(with: target) == target
        case .sameKind: return kind <= target.kind || promoted(with: target) == target
        case .unsafe: return true
        }
    }

    /// The complex type whose parts have this type's precision; the type itself when it is complex.
    @inlinable public var complexCounterpart: ElementType { promoted(withWeak: .complex) }

    /// The type with the given NumPy letter (`numpy.dtype.char`), or `nil`. `q` and `Q` are `int64`
    /// and `uint64`.
    public init?(code: Character) {
        switch code {
        case "q": self = .int64
        case "Q": self = .uint64
        default:
            guard let match = ElementType.allCases.first(where: { $0.code == code }) else {
                return nil
            }
            self = match
        }
    }
}

// MARK: - The table

@usableFromInline
enum PromotionTable {
    @usableFromInline static let entries: UnsafePointer<ElementType> = {
        let types = ElementType.allCases
        let table = UnsafeMutablePointer<ElementType>.allocate(capacity: types.count * types.count)
        for a in types {
            for b in types {
                (table + a.index * types.count + b.index).initialize(to: common(a, b))
            }
        }
        return UnsafePointer(table)
    }()

    private static func common(_ a: ElementType, _ b: ElementType) -> ElementType {
        if a == b || b == .bool { return a }
        if a == .bool { return b }
        if a.isInteger && b.isInteger { return commonInteger(a, b) }
        let precision = max(floatingBytes(a), floatingBytes(b))
        if a.isComplex || b.isComplex { return precision <= 4 ? .complex64 : .complex128 }
        return precision == 2 ? .float16 : precision == 4 ? .float32 : .float64
    }

    private static func commonInteger(_ a: ElementType, _ b: ElementType) -> ElementType {
        if a.kind == b.kind { return a.byteCount >= b.byteCount ? a : b }
        let (signed, unsigned) = a.kind == .signed ? (a, b) : (b, a)
        if signed.byteCount > unsigned.byteCount { return signed }
        switch unsigned.byteCount {
        case 1: return .int16
        case 2: return .int32
        case 4: return .int64
        default: return .float64
        }
    }

    /// Bytes of the smallest floating type that holds all values of a type (of its parts, if
    /// complex).
    private static func floatingBytes(_ type: ElementType) -> Int {
        if type.isInexact { return type.realPart.byteCount }
        switch type.byteCount {
        case 1: return 2
        case 2: return 4
        default: return 8
        }
    }
}
