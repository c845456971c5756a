/// A short list of integers, one per axis: extents, strides or indices.
///
/// Up to four axes live inside the value, so that recording an operation on ordinary arrays allocates nothing;
/// longer lists spill into an array. Value semantics throughout.

public struct AxisList: Hashable, Sendable {
    @usableFromInline var a0: Int = 0
    @usableFromInline var a1: Int = 0
    @usableFromInline var a2: Int = 0
    @usableFromInline var a3: Int = 0
    @usableFromInline var spill: [Int]?
    public private(set) var count: Int = 0

    @usableFromInline static let inlineCapacity = 4

    @inlinable public init() {}

    @inlinable public init(_ a: Int) { self.init(count: 1, a, 0, 0, 0) }
    @inlinable public init(_ a: Int, _ b: Int) { self.init(count: 2, a, b, 0, 0) }

    @usableFromInline init(count: Int, _ a: Int, _ b: Int, _ c: Int, _ d: Int) {
        self.count = count
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

    @inlinable public init<S: Sequence>(_ values: S) where S.Element == Int {
        self.init()
        for value in values { append(value) }
    }

    public mutating func append(_ value: Int) {
        switch count {
        case 0: a0 = value
        case 1: a1 = value
        case 2: a2 = value
        case 3: a3 = value
        case 4: spill = [a0, a1, a2, a3, value]
        default: spill!.append(value)
        }
        count &+= 1
    }

    /// Makes the list longer with zeros or shorter.
    public mutating func resize(to newCount: Int) {
        while count < newCount { append(0) }
        if count > newCount { self = AxisList(prefix(newCount)) }
    }

    public mutating func insert(_ value: Int, at position: Int) {
        var array = Array(self)
        array.insert(value, at: position)
        self = AxisList(array)
    }

    @discardableResult
    public mutating func remove(at position: Int) -> Int {
        var array = Array(self)
        let value = array.remove(at: position)
        self = AxisList(array)
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

    @inlinable public static func == (x: AxisList, y: AxisList) -> Bool {
        guard x.count == y.count else { return false }
        if x.count <= 4 { return x.a0 == y.a0 && x.a1 == y.a1 && x.a2 == y.a2 && x.a3 == y.a3 }
        return x.spill! == y.spill!
    }

    @inlinable public func hash(into hasher: inout Hasher) {
        for i in 0..<count { hasher.combine(self[i]) }
    }
}

extension AxisList: RandomAccessCollection, MutableCollection {
    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { count }

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
            return spill![position]
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
                spill![position] = newValue
            }
        }
    }
}

extension AxisList: ExpressibleByArrayLiteral, CustomStringConvertible {
    public init(arrayLiteral elements: Int...) { self.init(elements) }

    /// NumPy's spelling of a shape: `()`, `(3,)`, `(2, 3)`.
    public var description: String {
        count == 1 ? "(\(self[0]),)" : "(" + map(String.init).joined(separator: ", ") + ")"
    }
}
