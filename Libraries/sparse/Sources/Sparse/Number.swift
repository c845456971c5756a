/// The element types of matrices: what can be added and multiplied, as NumPy does.
import LegateCore

protocol Number: ArrayElement {
    static var zero: Self { get }
    static func sum(_ a: Self, _ b: Self) -> Self
    static func product(_ a: Self, _ b: Self) -> Self
}

extension Number where Self: FixedWidthInteger {
    @inline(__always) static func sum(_ a: Self, _ b: Self) -> Self { a &+ b }
    @inline(__always) static func product(_ a: Self, _ b: Self) -> Self { a &* b }
}

extension Number where Self: FloatingPoint {
    @inline(__always) static func sum(_ a: Self, _ b: Self) -> Self { a + b }
    @inline(__always) static func product(_ a: Self, _ b: Self) -> Self { a * b }
}

extension Int8: Number {}
extension Int16: Number {}
extension Int32: Number {}
extension Int64: Number {}
extension UInt8: Number {}
extension UInt16: Number {}
extension UInt32: Number {}
extension UInt64: Number {}
extension Float: Number {}
extension Double: Number {}

extension Bool: Number {
    static var zero: Bool { false }
    static func sum(_ a: Bool, _ b: Bool) -> Bool { a || b }
    static func product(_ a: Bool, _ b: Bool) -> Bool { a && b }
}

extension Complex: Number where Part: ArrayElement {
    static var zero: Complex { Complex(0, 0) }
    @inline(__always) static func sum(_ a: Complex, _ b: Complex) -> Complex {
        Complex(a.real + b.real, a.imaginary + b.imaginary)
    }
    @inline(__always) static func product(_ a: Complex, _ b: Complex) -> Complex {
        Complex(
            a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real
        )
    }
}
