/// Numbers as unsigned integers in the same order.
///
/// Sorting works on keys: unsigned integers compare fast and can be sorted digit by digit. NaN has
/// the greatest key whatever its sign and payload. For sorting values -0.0 comes before +0.0; for
/// sorting indices both have one key, so that equal elements keep their order.
import LegateCore

typealias SortKey = FixedWidthInteger & UnsignedInteger & BitwiseCopyable

/// An element type that has keys.
protocol Sortable: Comparable {
    associatedtype Key: SortKey
    /// Keys that differ wherever the bits do, but for NaN.
    static func key(_ value: Self) -> Key
    static func value(_ key: Key) -> Self
    /// Keys that are equal wherever NumPy holds elements for equal.
    static func rank(_ value: Self) -> Key
}

extension Sortable where Self: FixedWidthInteger & UnsignedInteger, Key == Self {
    @inline(__always) static func key(_ value: Self) -> Self { value }
    @inline(__always) static func value(_ key: Self) -> Self { key }
    @inline(__always) static func rank(_ value: Self) -> Self { value }
}
extension UInt8: Sortable { typealias Key = UInt8 }
extension UInt16: Sortable { typealias Key = UInt16 }
extension UInt32: Sortable { typealias Key = UInt32 }
extension UInt64: Sortable { typealias Key = UInt64 }

extension Sortable where Self: FixedWidthInteger & SignedInteger, Key == Self.Magnitude {
    @inline(__always) static func key(_ value: Self) -> Key {
        Key(truncatingIfNeeded: value) ^ (1 << (Key.bitWidth - 1))
    }
    @inline(__always) static func value(_ key: Key) -> Self {
        Self(truncatingIfNeeded: key ^ (1 << (Key.bitWidth - 1)))
    }
    @inline(__always) static func rank(_ value: Self) -> Key { key(value) }
}
extension Int8: Sortable { typealias Key = UInt8 }
extension Int16: Sortable { typealias Key = UInt16 }
extension Int32: Sortable { typealias Key = UInt32 }
extension Int64: Sortable { typealias Key = UInt64 }
extension Int: Sortable { typealias Key = UInt }
extension UInt: Sortable { typealias Key = UInt }

extension Sortable where Self: BinaryFloatingPoint {
    /// Sign and magnitude to an order of unsigned integers.
    @inline(__always) static func ordered(_ bits: Key) -> Key {
        let sign: Key = 1 << (Key.bitWidth - 1)
        return bits & sign != 0 ? ~bits : bits | sign
    }
    @inline(__always) static func bits(ordered key: Key) -> Key {
        let sign: Key = 1 << (Key.bitWidth - 1)
        return key & sign != 0 ? key ^ sign : ~key
    }
}
extension Float16: Sortable {
    @inline(__always) static func key(_ value: Float16) -> UInt16 {
        value.isNaN ? UInt16.max : ordered(value.bitPattern)
    }
    @inline(__always) static func value(_ key: UInt16) -> Float16 {
        key == UInt16.max ? Float16(bitPattern: 0x7E00) : Float16(bitPattern: bits(ordered: key))
    }
    @inline(__always) static func rank(_ value: Float16) -> UInt16 {
        value.bitPattern == 0x8000 ? 0x8000 : key(value)
    }
}
extension Float: Sortable {
    @inline(__always) static func key(_ value: Float) -> UInt32 {
        value.isNaN ? UInt32.max : ordered(value.bitPattern)
    }
    @inline(__always) static func value(_ key: UInt32) -> Float {
        key == UInt32.max ? Float(bitPattern: 0x7FC0_0000) : Float(bitPattern: bits(ordered: key))
    }
    @inline(__always) static func rank(_ value: Float) -> UInt32 { key(value == 0 ? 0 : value) }
}
extension Double: Sortable {
    @inline(__always) static func key(_ value: Double) -> UInt64 {
        value.isNaN ? UInt64.max : ordered(value.bitPattern)
    }
    @inline(__always) static func value(_ key: UInt64) -> Double {
        key == UInt64.max
            ? Double(bitPattern: 0x7FF8_0000_0000_0000) : Double(bitPattern: bits(ordered: key))
    }
    @inline(__always) static func rank(_ value: Double) -> UInt64 { key(value == 0 ? 0 : value) }
}

/// Calls a generic function with the Swift type of an element type that has keys.
protocol SortableBody {
    associatedtype Result
    func run<T: Sortable>(_: T.Type) -> Result
}

extension ElementType {
    /// `nil` for complex types, which have no keys.
    func withSortable<B: SortableBody>(_ body: B) -> B.Result? {
        switch self {
        case .bool, .uint8: return body.run(UInt8.self)
        case .uint16: return body.run(UInt16.self)
        case .uint32: return body.run(UInt32.self)
        case .uint64: return body.run(UInt64.self)
        case .int8: return body.run(Int8.self)
        case .int16: return body.run(Int16.self)
        case .int32: return body.run(Int32.self)
        case .int64: return body.run(Int64.self)
        case .float16: return body.run(Float16.self)
        case .float32: return body.run(Float.self)
        case .float64: return body.run(Double.self)
        case .complex64, .complex128: return nil
        }
    }
}

// MARK: - Records

/// What radix sort moves: something with a key.
protocol KeyedRecord: BitwiseCopyable {
    associatedtype Key: SortKey
    var sortKey: Key { get }
}

/// A key alone.
struct BareKey<Key: SortKey>: KeyedRecord {
    var sortKey: Key
}

/// A key and the place it came from.
struct PlacedKey<Key: SortKey>: KeyedRecord {
    var sortKey: Key
    var place: Int
}

enum RadixSort {
    /// Up to this many records merging is faster.
    private static let mergeLimit = 96

    /// Runs that are merged are sorted by insertion first.
    private static let runLength = 12

    /// Digits sorted at once when a key has more: usually nothing is left to do for the others.
    private static let digitLimit = 3

    /// Sorts `records` by key; equal keys keep their order. `spare` has room for as many records.
    ///
    /// The topmost digits that differ at all are sorted from the lowest to the highest; records
    /// that agree in them stand together then and are sorted by the digits below.
    static func sort<R: KeyedRecord>(
        _ records: UnsafeMutablePointer<R>, _ count: Int, spare: UnsafeMutablePointer<R>
    ) {
        if count <= mergeLimit { return merge(records, count, spare) }
        var sorted = 1
        while sorted < count, records[sorted &- 1].sortKey <= records[sorted].sortKey {
            sorted &+= 1
        }
        if sorted == count { return }
        if R.Key.bitWidth == 8 { return sortBytes(records, count, spare) }
        let first = records[0].sortKey
        var varying: R.Key = 0
        for i in 0..<count { varying |= records[i].sortKey ^ first }
        var shifts = Shifts()
        var digit = R.Key.bitWidth / 8 - 1
        while digit >= 0, shifts.count < digitLimit {
            if (varying &>> R.Key(truncatingIfNeeded: digit * 8)) & 255 != 0 {
                shifts.append(digit * 8)
            }
            digit -= 1
        }
        if shifts.count == 0 { return }
        sort(records, count, spare, shifts)
        let lowest = shifts[shifts.count - 1]
        let below: R.Key = (1 << R.Key(truncatingIfNeeded: lowest)) - 1
        if varying & below != 0 { sortRuns(records, count, spare, lowest) }
    }

    /// Keys of one digit.
    private static func sortBytes<R: KeyedRecord>(
        _ records: UnsafeMutablePointer<R>, _ count: Int, _ spare: UnsafeMutablePointer<R>
    ) {
        let places = UnsafeMutablePointer<Int>.allocate(capacity: 256)
        defer { places.deallocate() }
        places.update(repeating: 0, count: 256)
        for i in 0..<count { places[Int(truncatingIfNeeded: records[i].sortKey) & 255] &+= 1 }
        var total = 0
        for digit in 0..<256 {
            let n = places[digit]
            places[digit] = total
            total &+= n
        }
        for i in 0..<count {
            let record = records[i]
            let digit = Int(truncatingIfNeeded: record.sortKey) & 255
            spare[places[digit]] = record
            places[digit] &+= 1
        }
        records.update(from: spare, count: count)
    }

    /// The places of up to ``digitLimit`` digits, the highest first.
    private struct Shifts {
        private var values = (0, 0, 0)
        private(set) var count = 0

        mutating func append(_ shift: Int) {
            switch count {
            case 0: values.0 = shift
            case 1: values.1 = shift
            default: values.2 = shift
            }
            count += 1
        }
        subscript(k: Int) -> Int { k == 0 ? values.0 : k == 1 ? values.1 : values.2 }
    }

    private static func sort<R: KeyedRecord>(
        _ records: UnsafeMutablePointer<R>, _ count: Int, _ spare: UnsafeMutablePointer<R>,
        _ shifts: Shifts
    ) {
        // Not `withUnsafeTemporaryAllocation`: optimised, Swift 6.3 may see an error there that was
        // never thrown.
        let tables = UnsafeMutablePointer<UInt32>.allocate(capacity: 256 * digitLimit)
        defer { tables.deallocate() }
        tables.update(repeating: 0, count: 256 * digitLimit)
        let places = (
            R.Key(truncatingIfNeeded: shifts[0]), R.Key(truncatingIfNeeded: shifts[1]),
            R.Key(truncatingIfNeeded: shifts[2])
        )
        for i in 0..<count {
            let key = records[i].sortKey
            tables[Int(truncatingIfNeeded: (key &>> places.0) & 255)] &+= 1
            tables[256 &+ Int(truncatingIfNeeded: (key &>> places.1) & 255)] &+= 1
            tables[512 &+ Int(truncatingIfNeeded: (key &>> places.2) & 255)] &+= 1
        }
        var (from, to) = (records, spare)
        for k in stride(from: shifts.count - 1, through: 0, by: -1) {
            let table = tables + k &* 256
            let shift = R.Key(truncatingIfNeeded: shifts[k])
            var total: UInt32 = 0
            for digit in 0..<256 {
                let n = table[digit]
                table[digit] = total
                total &+= n
            }
            for i in 0..<count {
                let record = from[i]
                let digit = Int(truncatingIfNeeded: (record.sortKey &>> shift) & 255)
                to[Int(table[digit])] = record
                table[digit] &+= 1
            }
            swap(&from, &to)
        }
        if from != records { records.update(from: from, count: count) }
    }

    /// Sorts the runs of records that agree above `shift` by what is below.
    private static func sortRuns<R: KeyedRecord>(
        _ records: UnsafeMutablePointer<R>, _ count: Int, _ spare: UnsafeMutablePointer<R>,
        _ shift: Int
    ) {
        let place = R.Key(truncatingIfNeeded: shift)
        var start = 0
        while start < count {
            let top = records[start].sortKey &>> place
            var end = start &+ 1
            while end < count, records[end].sortKey &>> place == top { end &+= 1 }
            if end &- start > 1 { sort(records + start, end &- start, spare: spare) }
            start = end
        }
    }

    /// Sorts short runs and merges them in pairs.
    private static func merge<R: KeyedRecord>(
        _ records: UnsafeMutablePointer<R>, _ count: Int, _ spare: UnsafeMutablePointer<R>
    ) {
        for start in stride(from: 0, to: count, by: runLength) {
            insert(records + start, min(runLength, count &- start))
        }
        var (from, to) = (records, spare)
        var width = runLength
        while width < count {
            for start in stride(from: 0, to: count, by: 2 &* width) {
                let middle = min(start &+ width, count)
                merge(
                    from + start, middle &- start, from + middle,
                    min(width, count &- middle), into: to + start)
            }
            swap(&from, &to)
            width &*= 2
        }
        if from != records { records.update(from: from, count: count) }
    }

    /// Merges two sorted runs; of equal keys that of the first run comes first. No step branches on
    /// keys.
    @inline(__always)
    private static func merge<R: KeyedRecord>(
        _ first: UnsafeMutablePointer<R>, _ firstCount: Int, _ second: UnsafeMutablePointer<R>,
        _ secondCount: Int, into target: UnsafeMutablePointer<R>
    ) {
        var (i, k) = (0, 0)
        while i < firstCount, k < secondCount {
            let (x, y) = (first[i], second[k])
            let isSecond = y.sortKey < x.sortKey
            target[i &+ k] = isSecond ? y : x
            k &+= isSecond ? 1 : 0
            i &+= isSecond ? 0 : 1
        }
        (target + i + k).update(from: first + i, count: firstCount &- i)
        (target + firstCount + k).update(from: second + k, count: secondCount &- k)
    }

    private static func insert<R: KeyedRecord>(_ records: UnsafeMutablePointer<R>, _ count: Int) {
        var i = 1
        while i < count {
            let record = records[i]
            let key = record.sortKey
            var k = i
            while k > 0, records[k &- 1].sortKey > key {
                records[k] = records[k &- 1]
                k &-= 1
            }
            records[k] = record
            i &+= 1
        }
    }
}
