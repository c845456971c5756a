/// A short list of integers, one per axis: extents, strides or indices.
///
/// Up to four axes live inside the value; longer lists are kept once each in a table that lives as
/// long as the process (few shapes have more than four axes, and programs use few different ones).
/// The value is plain bits either way: copying a shape counts no references, which is what the path
/// of a single small operation consists of otherwise.
import Glibc

/// A short list of integers, one for each axis.
public struct AxisList: Hashable, @unchecked Sendable {
    @usableFromInline var a0: Int = 0
    @usableFromInline var a1: Int = 0
    @usableFromInline var a2: Int = 0
    @usableFromInline var a3: Int = 0
    /// The values of a list of more than four axes, in the table of long lists.
    @usableFromInline var long: UnsafePointer<Int>?
    @usableFromInline var size: Int = 0

    /// Axes.
    @inlinable public var count: Int { @inline(__always) get { size } }

    /// No axes.
    @inlinable public init() {}

    /// One axis.
    /// Two axes.
    @inlinable public init(_ a: Int) { self.init(count: 1, a, 0, 0, 0) }
    @inlinable public init(_ a: Int, _ b: Int) { self.init(count: 2, a, b, 0, 0) }

    @inlinable init(count: Int, _ a: Int, _ b: Int, _ c: Int, _ d: Int) {
        size = count
        a0 = a
        a1 = b
        a2 = c
        a3 = d
    }

    /// A list of `count` equal values.
    @inlinable public init(repeating value: Int, count: Int) {
        self.init()
        for _ in 0..<count { append(value) }
    }

    /// The values of a sequence.
    @inlinable public init<S: Sequence>(_ values: S) where S.Element == Int {
        self.init()
        for value in values { append(value) }
    }

    /// Adds an axis at the end.
    @inlinable @inline(__always)
    public mutating func append(_ value: Int) {
        switch count {
        case 0: a0 = value
        case 1: a1 = value
        case 2: a2 = value
        case 3: a3 = value
        default: appendLong(value)
        }
        size &+= 1
    }

    @usableFromInline mutating func appendLong(_ value: Int) {
        long = found(count &+ 1, value, at: count)
    }

    @usableFromInline mutating func setLong(_ value: Int, at position: Int) {
        long = found(count, value, at: position)
    }

    /// The list of `length` values that differs from this one in one place.
    private func found(_ length: Int, _ value: Int, at position: Int) -> UnsafePointer<Int> {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: length) { values in
            for k in 0..<length { values[k] = k == position ? value : self[k] }
            return LongLists.pointer(to: UnsafeBufferPointer(values))
        }
    }

    /// The list of `count` values that `fill` writes, looked up once however long it is.
    public init(count: Int, filledBy fill: (UnsafeMutableBufferPointer<Int>) -> Void) {
        self = withUnsafeTemporaryAllocation(of: Int.self, capacity: count) { values in
            fill(values)
            guard count > 4 else { return AxisList(values) }
            var result = AxisList()
            result.long = LongLists.pointer(to: UnsafeBufferPointer(values))
            result.size = count
            return result
        }
    }

    /// Makes the list longer with zeros or shorter.
    public mutating func resize(to newCount: Int) {
        while count < newCount { append(0) }
        if count > newCount { self = AxisList(prefix(newCount)) }
    }

    /// Adds an axis.
    public mutating func insert(_ value: Int, at position: Int) {
        var result = AxisList()
        for k in 0..<position { result.append(self[k]) }
        result.append(value)
        for k in position..<count { result.append(self[k]) }
        self = result
    }

    /// Takes an axis out, and gives its value.
    @discardableResult
    public mutating func remove(at position: Int) -> Int {
        let value = self[position]
        var result = AxisList()
        for k in 0..<count where k != position { result.append(self[k]) }
        self = result
        return value
    }

    /// The product of all values: the number of elements when this is a shape. 1 for no axes.
    @inlinable public var product: Int {
        var result = 1
        for i in 0..<count { result &*= self[i] }
        return result
    }

    /// The product, or `nil` where it does not fit an `Int`.
    public var checkedProduct: Int? {
        var result = 1
        var overflow = false
        for value in self where value != 0 {
            let (next, o) = result.multipliedReportingOverflow(by: value)
            result = next
            overflow = overflow || o
        }
        if contains(0) { return 0 }
        return overflow ? nil : result
    }

    @inlinable @inline(__always) public static func == (x: AxisList, y: AxisList) -> Bool {
        guard x.count == y.count else { return false }
        if x.count <= 4 { return x.a0 == y.a0 && x.a1 == y.a1 && x.a2 == y.a2 && x.a3 == y.a3 }
        return x.long == y.long
    }

    @inlinable public func hash(into hasher: inout Hasher) {
        for i in 0..<count { hasher.combine(self[i]) }
    }
}

extension AxisList: RandomAccessCollection, MutableCollection {
    /// The first axis.
    /// Behind the last axis.
    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { count }

    /// Writes all values side by side; there must be room for four at least.
    ///
    /// - Returns: The place behind the last.
    @inlinable @inline(__always)
    public func write(to words: UnsafeMutablePointer<Int>) -> UnsafeMutablePointer<Int> {
        if let long {
            words.update(from: long, count: size)
        } else {
            words[0] = a0
            words[1] = a1
            words[2] = a2
            words[3] = a3
        }
        return words + size
    }

    /// The value of one axis.
    @inlinable public subscript(position: Int) -> Int {
        @inline(__always) get {
            if count <= 4 {
                switch position {
                case 0: return a0
                case 1: return a1
                case 2: return a2
                default: return a3
                }
            }
            return long.unsafelyUnwrapped[position]
        }
        @inline(__always) set {
            if count <= 4 {
                switch position {
                case 0: a0 = newValue
                case 1: a1 = newValue
                case 2: a2 = newValue
                default: a3 = newValue
                }
            } else {
                setLong(newValue, at: position)
            }
        }
    }
}

/// The table of lists with more than four axes: each different list is kept once, for good. Lists
/// that were asked for lately are found without the table.
private enum LongLists {
    nonisolated(unsafe) private static var table: [[Int]: UnsafePointer<Int>] = [:]
    nonisolated(unsafe) private static let recent: UnsafeMutablePointer<UnsafeBufferPointer<Int>> =
        {
            let lists = UnsafeMutablePointer<UnsafeBufferPointer<Int>>.allocate(
                capacity: recentCount)
            lists.initialize(
                repeating: UnsafeBufferPointer(start: nil, count: 0), count: recentCount)
            return lists
        }()
    private static let recentCount = 256
    nonisolated(unsafe) private static let mutex: UnsafeMutablePointer<pthread_mutex_t> = {
        let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        return mutex
    }()

    static func pointer(to values: UnsafeBufferPointer<Int>) -> UnsafePointer<Int> {
        var place = values.count
        for value in values { place = (place ^ value) &* 0x1E37_79B9_7F4A_7C15 }
        let slot = recent + (place >> 40) & (recentCount &- 1)
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if slot.pointee.count == values.count, slot.pointee.elementsEqual(values) {
            return slot.pointee.baseAddress.unsafelyUnwrapped
        }
        let known = kept(Array(values))
        slot.pointee = UnsafeBufferPointer(start: known, count: values.count)
        return known
    }

    private static func kept(_ values: [Int]) -> UnsafePointer<Int> {
        if let known = table[values] { return known }
        let memory = UnsafeMutablePointer<Int>.allocate(capacity: values.count)
        memory.initialize(from: values, count: values.count)
        table[values] = UnsafePointer(memory)
        return UnsafePointer(memory)
    }
}

extension AxisList: ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The values of a literal.
    public init(arrayLiteral elements: Int...) { self.init(elements) }

    /// NumPy's spelling of a shape: `()`, `(3,)`, `(2, 3)`.
    public var description: String {
        count == 1 ? "(\(self[0]),)" : "(" + map(String.init).joined(separator: ", ") + ")"
    }
}
