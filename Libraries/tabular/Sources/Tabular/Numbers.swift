/// Element types: integers as keys and group numbers, real numbers as values.
///
/// A task's body is generic; `withInteger` and `withReal` run it with the type that a tile has.
import LegateCore

protocol Integer: Real, FixedWidthInteger {}
extension Int8: Integer {}
extension Int16: Integer {}
extension Int32: Integer {}
extension Int64: Integer {}
extension UInt8: Integer {}
extension UInt16: Integer {}
extension UInt32: Integer {}
extension UInt64: Integer {}

/// A number that can be added up and compared.
protocol Real: ArrayElement, Comparable {
    var double: Double { get }
    /// The low 64 bits of an integer, which are what sums of either sign need.
    var bits: Int64 { get }
}
extension Real where Self: FixedWidthInteger {
    @inline(__always) var double: Double { Double(self) }
    @inline(__always) var bits: Int64 { Int64(truncatingIfNeeded: self) }
}

extension Real where Self: BinaryFloatingPoint {
    @inline(__always) var double: Double { Double(self) }
    @inline(__always) var bits: Int64 { 0 }
}
extension Float16: Real {}
extension Float: Real {}
extension Double: Real {}

/// What a task does with a tile of integers.
protocol IntegerBody {
    func run<T: Integer>(_: T.Type) throws
}

/// What a task does with a tile of real numbers.
protocol RealBody {
    func run<T: Real>(_: T.Type) throws
}

extension Tile {
    func withInteger(_ body: some IntegerBody) throws {
        switch type {
        case .int8: try body.run(Int8.self)
        case .int16: try body.run(Int16.self)
        case .int32: try body.run(Int32.self)
        case .int64: try body.run(Int64.self)
        case .uint8: try body.run(UInt8.self)
        case .uint16: try body.run(UInt16.self)
        case .uint32: try body.run(UInt32.self)
        case .uint64: try body.run(UInt64.self)
        default: throw CoreError(.type, "'\(name)' holds integers, not \(type.name)")
        }
    }

    func withReal(_ body: some RealBody) throws {
        switch type {
        case .float16: try body.run(Float16.self)
        case .float32: try body.run(Float.self)
        case .float64: try body.run(Double.self)
        default:
            guard type.isInteger else {
                throw CoreError(.type, "'\(name)' holds real numbers, not \(type.name)")
            }
            try withInteger(OnIntegers(body: body))
        }
    }
}

/// A body for real numbers, on integers.
private struct OnIntegers<Body: RealBody>: IntegerBody {
    let body: Body
    func run<T: Integer>(_: T.Type) throws { try body.run(T.self) }
}
