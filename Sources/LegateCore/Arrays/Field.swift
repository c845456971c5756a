/// The name and type of a column, or of a part of a structure.

/// A name, a type, and whether elements may be missing.
public struct Field: Hashable, Sendable {
    /// The name. Columns of one table may share it; lookups find the first.
    public let name: String
    /// What it holds.
    public let type: ArrayType
    /// Whether elements may be missing.
    public let isNullable: Bool

    /// A field by its parts.
    public init(_ name: String, _ type: ArrayType, isNullable: Bool = false) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
    }

    /// The field that an array is under a name.
    public init(_ name: String, of array: LegateArray) {
        self.init(name, array.type, isNullable: array.isNullable)
    }
}

extension Field: CustomStringConvertible {
    /// `x: float64?`, with the question mark where elements may be missing.
    public var description: String { "\(name): \(type)\(isNullable ? "?" : "")" }
}
