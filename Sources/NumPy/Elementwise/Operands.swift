/// What goes into one call of a ufunc and what comes out, in place: up to three inputs and two
/// outputs, and no list on the heap for any of them.
import LegateCore

/// The inputs of one call.
public struct Operands {
    /// How many there are.
    public let count: Int
    private let first: Operand
    private let second: Operand
    private let third: Operand

    public init(_ a: Operand) { self.init(1, a, .bool(false), .bool(false)) }
    public init(_ a: Operand, _ b: Operand) { self.init(2, a, b, .bool(false)) }
    public init(_ a: Operand, _ b: Operand, _ c: Operand) { self.init(3, a, b, c) }
    public init(_ a: NDArray) { self.init(.array(a)) }
    public init(_ a: NDArray, _ b: NDArray) { self.init(.array(a), .array(b)) }

    private init(_ count: Int, _ a: Operand, _ b: Operand, _ c: Operand) {
        (self.count, first, second, third) = (count, a, b, c)
    }

    @inline(__always)
    public subscript(k: Int) -> Operand { k == 0 ? first : k == 1 ? second : third }

    /// An input that is an array.
    @inline(__always) func array(_ k: Int) -> NDArray? {
        if case .array(let array) = self[k] { array } else { nil }
    }

    /// Calls `body` for every input that is an array.
    @inline(__always) func forEachArray(_ body: (NDArray) throws -> Void) rethrows {
        for k in 0..<count { if let array = array(k) { try body(array) } }
    }
}

extension Operand {
    /// What an operation that runs at once sees: the elements of an array at rest, or a number of a
    /// type, whose sixteen bytes are written to `room`.
    @inline(__always)
    func resting(as type: ElementType, _ room: UnsafeMutableRawPointer) throws -> RestingView {
        if case .array(let array) = self { return RestingView(array.view) }
        room.storeBytes(of: try constant(as: type).bits, as: (UInt64, UInt64).self)
        return RestingView(number: room, type)
    }
}

/// The arrays that results of one call go to; what is `nil` is made.
public struct Outputs {
    let first: NDArray?
    let second: NDArray?

    public init(_ first: NDArray? = nil, _ second: NDArray? = nil) {
        (self.first, self.second) = (first, second)
    }

    @inline(__always) subscript(k: Int) -> NDArray? { k == 0 ? first : second }

    /// Calls `body` for every output that is given.
    @inline(__always) func forEach(_ body: (NDArray) throws -> Void) rethrows {
        if let first { try body(first) }
        if let second { try body(second) }
    }
}

/// The results of one call.
public struct Results {
    public let first: NDArray
    /// Of operations with two results.
    public let second: NDArray?
}
