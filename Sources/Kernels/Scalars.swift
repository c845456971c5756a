/// The real number types as kernels see them: how a stored value becomes one the processor computes
/// with.
///
/// `float16` is a storage type only: every operation converts to `Float`, computes there, and
/// rounds back, as NumPy does. `Float` and `Double` compute in themselves. `WorkScalar` adds
/// functions, one definition per type.

internal import CMath
import Glibc
import Shapes

/// A stored truth value: 0 or 1.
typealias Truth = UInt8

@inline(__always) func truth(_ condition: Bool) -> Truth { condition ? 1 : 0 }

/// A real type of stores: `Float16`, `Float` or `Double`.
protocol RealScalar: BinaryFloatingPoint & SIMDScalar & Codable {
    /// The type arithmetic is done in.
    associatedtype Work: WorkScalar
    /// The signed integer of the same width.
    associatedtype Bits: FixedWidthInteger & SignedInteger

    init(work: Work)
    var work: Work { get }
    init(signedBits: Bits)
    var signedBits: Bits { get }

    /// The passage through `Double`, which is exact for every real type.
    init(double: Double)
    var double: Double { get }
    /// The nearest number; `float16` goes through `Float`, as in C.
    init<T: FixedWidthInteger>(integer: T)
}

/// A real type the processor computes in: `Float` or `Double`.
protocol WorkScalar: RealScalar where Work == Self {
    static func squareRoot(_ x: Self) -> Self
    /// A function of two operands of `CMath`, by its place there.
    static func math(_ function: Int32, _ x: Self, _ y: Self) -> Self
    static func fmod(_ x: Self, _ y: Self) -> Self
    static func ldexp(_ x: Self, _ exponent: Int32) -> Self
    static func frexp(_ x: Self, _ exponent: inout Int32) -> Self
    /// Squares of numbers between this limit and its reciprocal keep their precision, and so do
    /// sums of two.
    static var squareRangeLimit: Self { get }
    /// A power of two that takes every greater number below that limit.
    static var downScale: Self { get }
    /// Values of constants in this precision.
    static var ln2: Self { get }
    static var log2e: Self { get }
    static var log10e: Self { get }
    static var radiansPerDegree: Self { get }
    static var degreesPerRadian: Self { get }
}

extension WorkScalar {
    @inline(__always) init(work: Self) { self = work }
    @inline(__always) var work: Self { self }
}

extension Float16: RealScalar {
    @inline(__always) init(work: Float) { self.init(work) }
    @inline(__always) var work: Float { Float(self) }
    @inline(__always) init(signedBits: Int16) {
        self.init(bitPattern: UInt16(bitPattern: signedBits))
    }
    @inline(__always) var signedBits: Int16 { Int16(bitPattern: bitPattern) }
    @inline(__always) init(double: Double) { self.init(double) }
    @inline(__always) var double: Double { Double(Float(self)) }
    @inline(__always) init<T: FixedWidthInteger>(integer: T) { self.init(Float(integer)) }
}

extension Float: WorkScalar {
    @inline(__always) init(signedBits: Int32) {
        self.init(bitPattern: UInt32(bitPattern: signedBits))
    }
    @inline(__always) var signedBits: Int32 { Int32(bitPattern: bitPattern) }
    @inline(__always) init(double: Double) { self.init(double) }
    @inline(__always) var double: Double { Double(self) }
    @inline(__always) init<T: FixedWidthInteger>(integer: T) { self.init(integer) }

    @inline(__always) static func squareRoot(_ x: Float) -> Float { Glibc.sqrtf(x) }
    @inline(__always) static func math(_ function: Int32, _ x: Float, _ y: Float) -> Float {
        legate_math_two_float32(function, x, y)
    }
    @inline(__always) static func fmod(_ x: Float, _ y: Float) -> Float { fmodf(x, y) }
    @inline(__always) static func ldexp(_ x: Float, _ exponent: Int32) -> Float {
        ldexpf(x, exponent)
    }
    @inline(__always) static func frexp(_ x: Float, _ exponent: inout Int32) -> Float {
        frexpf(x, &exponent)
    }
    @inline(__always) static var squareRangeLimit: Float { 0x1p48 }
    @inline(__always) static var downScale: Float { 0x1p-90 }
    @inline(__always) static var ln2: Float { 0.693147180559945309417232121458176568 }
    @inline(__always) static var log2e: Float { 1.442695040888963407359924681001892137 }
    @inline(__always) static var log10e: Float { 0.434294481903251827651128918916605082 }
    @inline(__always) static var radiansPerDegree: Float {
        3.141592653589793238462643383279502884 / 180
    }
    @inline(__always) static var degreesPerRadian: Float {
        180 / 3.141592653589793238462643383279502884
    }
}

extension Double: WorkScalar {
    @inline(__always) init(signedBits: Int64) {
        self.init(bitPattern: UInt64(bitPattern: signedBits))
    }
    @inline(__always) var signedBits: Int64 { Int64(bitPattern: bitPattern) }
    @inline(__always) init(double: Double) { self = double }
    @inline(__always) var double: Double { self }
    @inline(__always) init<T: FixedWidthInteger>(integer: T) { self.init(integer) }

    @inline(__always) static func squareRoot(_ x: Double) -> Double { Glibc.sqrt(x) }
    @inline(__always) static func math(_ function: Int32, _ x: Double, _ y: Double) -> Double {
        legate_math_two_float64(function, x, y)
    }
    @inline(__always) static func fmod(_ x: Double, _ y: Double) -> Double { Glibc.fmod(x, y) }
    @inline(__always) static func ldexp(_ x: Double, _ exponent: Int32) -> Double {
        scalbn(x, exponent)
    }
    @inline(__always) static func frexp(_ x: Double, _ exponent: inout Int32) -> Double {
        Glibc.frexp(x, &exponent)
    }
    @inline(__always) static var squareRangeLimit: Double { 0x1p480 }
    @inline(__always) static var downScale: Double { 0x1p-700 }
    @inline(__always) static var ln2: Double { 0.693147180559945309417232121458176568 }
    @inline(__always) static var log2e: Double { 1.442695040888963407359924681001892137 }
    @inline(__always) static var log10e: Double { 0.434294481903251827651128918916605082 }
    @inline(__always) static var radiansPerDegree: Double {
        3.141592653589793238462643383279502884 / 180
    }
    @inline(__always) static var degreesPerRadian: Double {
        180 / 3.141592653589793238462643383279502884
    }
}
