/// Elements that are more than one number: arrays of a fixed size, structures, and such of such.
///
/// Laid out as C lays them out, and Swift's structures of the same fields too: a field begins at a
/// multiple of its alignment, and a record's size is a multiple of its own.
///
///     structure x: float64, id: int32     | x x x x x x x x | i i i i . . . . |     16 bytes
import Shapes

/// The type of a record's elements.
public indirect enum RecordType: Hashable, Sendable {
    /// A number.
    case number(ElementType)
    /// So many elements of one type, one after the other.
    case fixedArray(RecordType, count: Int)
    /// Fields by name, in the order of memory.
    case structure([Field])

    /// A named part of a structure.
    public struct Field: Hashable, Sendable {
        /// The name, unique in its structure.
        public let name: String
        /// What it holds.
        public let type: RecordType

        /// A field.
        public init(_ name: String, _ type: RecordType) {
            self.name = name
            self.type = type
        }
    }

    /// Bytes between neighbours.
    public var byteCount: Int {
        switch self {
        case .number(let type): return type.byteCount
        case .fixedArray(let type, let count): return type.byteCount * count
        case .structure(let fields):
            let end = zip(fields, offsets).map { $1 + $0.type.byteCount }.last ?? 0
            return end.rounded(upTo: alignment)
        }
    }

    /// What the first byte's address is a multiple of.
    public var alignment: Int {
        switch self {
        case .number(let type): type.isComplex ? type.byteCount / 2 : type.byteCount
        case .fixedArray(let type, _): type.alignment
        case .structure(let fields): fields.map(\.type.alignment).max() ?? 1
        }
    }

    /// Where each field of a structure begins, in bytes; none for other types.
    public var offsets: [Int] {
        guard case .structure(let fields) = self else { return [] }
        var end = 0
        return fields.map { field in
            let start = end.rounded(upTo: field.type.alignment)
            end = start + field.type.byteCount
            return start
        }
    }

    /// Refuses what has no bytes or two fields of one name.
    func validate() throws {
        switch self {
        case .number: return
        case .fixedArray(let type, let count):
            guard count > 0 else {
                throw CoreError(.value, "a fixed-size array has at least one element, not \(count)")
            }
            try type.validate()
        case .structure(let fields):
            guard !fields.isEmpty else {
                throw CoreError(.value, "a structure has at least one field")
            }
            for (k, field) in fields.enumerated() {
                if fields[..<k].contains(where: { $0.name == field.name }) {
                    throw CoreError(.value, "a structure has field '\(field.name)' twice")
                }
                try field.type.validate()
            }
        }
    }
}

extension RecordType: CustomStringConvertible {
    /// `{x: float64, id: int32[3]}`
    public var description: String {
        switch self {
        case .number(let type): type.name
        case .fixedArray(let type, let count): "\(type)[\(count)]"
        case .structure(let fields):
            "{" + fields.map { "\($0.name): \($0.type)" }.joined(separator: ", ") + "}"
        }
    }
}

extension Int {
    fileprivate func rounded(upTo step: Int) -> Int { (self + step - 1) / step * step }
}
