/// What elements of arrays are: Arrow's types by name, and how the fixed-width ones lie in stores.
///
/// Whether offsets have 32 or 64 bits is no part of a type here: the store of offsets says it.
import Shapes

/// The type of an array's elements, as Arrow has them.
public indirect enum ArrayType: Hashable, Sendable {
    /// No value at all: every element is missing.
    case null
    /// Numbers and truth values. Arrow has no complex ones.
    case number(ElementType)
    /// Texts in UTF-8.
    case text
    /// Bytes of any length.
    case binary
    /// So many bytes each.
    case fixedBinary(bytes: Int)
    /// Decimals of 32, 64, 128 or 256 bits, with `scale` digits behind the point.
    case decimal(precision: Int, scale: Int, bits: Int)
    /// Days since 1970, in 32 bits.
    case date
    /// Milliseconds since 1970 that are whole days, in 64 bits.
    case longDate
    /// Times of a day: 32 bits in seconds and milliseconds, 64 in finer units.
    case time(TimeUnit)
    /// Moments since 1970, in 64 bits; `zone` is empty for moments of no zone.
    case timestamp(TimeUnit, zone: String)
    /// Lengths of time, in 64 bits.
    case duration(TimeUnit)
    /// Calendar intervals.
    case interval(IntervalUnit)
    /// Lists of any length.
    case list(ArrayType)
    /// Lists of one length.
    case fixedList(ArrayType, count: Int)
    /// Lists of pairs of a key and a value.
    case map(key: ArrayType, value: ArrayType, isSorted: Bool)
    /// Structures, field by field.
    case structure([Field])
    /// One of several types for each element; `tags` are the numbers by which elements name theirs.
    case union([Field], tags: [Int8], isDense: Bool)
    /// Places in an array of distinct values.
    case dictionary(ArrayType, indices: ElementType, isOrdered: Bool)

    /// Units of time.
    public enum TimeUnit: String, CaseIterable, Hashable, Sendable {
        case seconds = "s"
        case milliseconds = "m"
        case microseconds = "u"
        case nanoseconds = "n"

        /// Whether a time of the day needs 64 bits.
        var isFine: Bool { self == .microseconds || self == .nanoseconds }
    }

    /// What an interval of the calendar counts.
    public enum IntervalUnit: String, CaseIterable, Hashable, Sendable {
        /// Months, in 32 bits.
        case months = "M"
        /// Days and milliseconds, each in 32 bits.
        case daysAndMilliseconds = "D"
        /// Months and days in 32 bits each, nanoseconds in 64.
        case monthsDaysAndNanoseconds = "n"
    }

    /// How elements of one width lie in a store; `nil` where an element is more than that.
    public var storage: RecordType? {
        switch self {
        case .number(let type): .number(type)
        case .date, .interval(.months): .number(.int32)
        case .time(let unit): .number(unit.isFine ? .int64 : .int32)
        case .longDate, .timestamp, .duration: .number(.int64)
        case .fixedBinary(let bytes): .fixedArray(.number(.uint8), count: bytes)
        case .decimal(_, _, 32): .number(.int32)
        case .decimal(_, _, 64): .number(.int64)
        case .decimal(_, _, let bits): .fixedArray(.number(.uint64), count: bits / 64)
        case .interval(.daysAndMilliseconds): .fixedArray(.number(.int32), count: 2)
        case .interval(.monthsDaysAndNanoseconds):
            .structure([
                .init("months", .number(.int32)), .init("days", .number(.int32)),
                .init("nanoseconds", .number(.int64)),
            ])
        default: nil
        }
    }
}

extension ArrayType: CustomStringConvertible {
    /// `list<text>`, `{x: float64, y: int32}`
    public var description: String {
        switch self {
        case .null: "null"
        case .number(let type): type.name
        case .text: "text"
        case .binary: "binary"
        case .fixedBinary(let bytes): "binary[\(bytes)]"
        case .decimal(let precision, let scale, let bits): "decimal\(bits)(\(precision), \(scale))"
        case .date: "date"
        case .longDate: "date in milliseconds"
        case .time(let unit): "time in \(unit)"
        case .timestamp(let unit, let zone):
            "timestamp in \(unit)" + (zone.isEmpty ? "" : " of \(zone)")
        case .duration(let unit): "duration in \(unit)"
        case .interval(let unit): "interval in \(unit)"
        case .list(let type): "list<\(type)>"
        case .fixedList(let type, let count): "\(type)[\(count)]"
        case .map(let key, let value, _): "map<\(key), \(value)>"
        case .structure(let fields): "{\(ArrayType.words(fields))}"
        case .union(let fields, _, _): "union<\(ArrayType.words(fields))>"
        case .dictionary(let type, let indices, _): "dictionary<\(type), \(indices.name)>"
        }
    }

    private static func words(_ fields: [Field]) -> String {
        fields.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
    }
}
