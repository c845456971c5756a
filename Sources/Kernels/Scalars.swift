/// The real number types as kernels see them: how a stored value becomes one the processor computes with.
///
/// `float16` is a storage type only: every operation converts to `Float`, computes there, and rounds back, as NumPy does.
/// `Float` and `Double` compute in themselves. `WorkScalar` adds the C library's functions, one definition per type.

import Shapes

import Glibc

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
    static func exp(_ x: Self) -> Self
    static func exp2(_ x: Self) -> Self
    static func expm1(_ x: Self) -> Self
    static func log(_ x: Self) -> Self
    static func log2(_ x: Self) -> Self
    static func log10(_ x: Self) -> Self
    static func log1p(_ x: Self) -> Self
    static func sin(_ x: Self) -> Self
    static func cos(_ x: Self) -> Self
    static func tan(_ x: Self) -> Self
    static func asin(_ x: Self) -> Self
    static func acos(_ x: Self) -> Self
    static func atan(_ x: Self) -> Self
    static func sinh(_ x: Self) -> Self
    static func cosh(_ x: Self) -> Self
    static func tanh(_ x: Self) -> Self
    static func asinh(_ x: Self) -> Self
    static func acosh(_ x: Self) -> Self
    static func atanh(_ x: Self) -> Self
    static func cbrt(_ x: Self) -> Self
    static func atan2(_ y: Self, _ x: Self) -> Self
    static func hypot(_ x: Self, _ y: Self) -> Self
    static func pow(_ x: Self, _ y: Self) -> Self
    static func fmod(_ x: Self, _ y: Self) -> Self
    static func ldexp(_ x: Self, _ exponent: Int32) -> Self
    static func frexp(_ x: Self, _ exponent: inout Int32) -> Self
    /// Squares of numbers between this limit and its reciprocal keep their precision, and so do sums of two.
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
    @inline(__always) init(signedBits: Int16) { self.init(bitPattern: UInt16(bitPattern: signedBits)) }
    @inline(__always) var signedBits: Int16 { Int16(bitPattern: bitPattern) }
    @inline(__always) init(double: Double) { self.init(double) }
    @inline(__always) var double: Double { Double(Float(self)) }
    @inline(__always) init<T: FixedWidthInteger>(integer: T) { self.init(Float(integer)) }
}

extension Float: WorkScalar {
    @inline(__always) init(signedBits: Int32) { self.init(bitPattern: UInt32(bitPattern: signedBits)) }
    @inline(__always) var signedBits: Int32 { Int32(bitPattern: bitPattern) }
    @inline(__always) init(double: Double) { self.init(double) }
    @inline(__always) var double: Double { Double(self) }
    @inline(__always) init<T: FixedWidthInteger>(integer: T) { self.init(integer) }

    @inline(__always) static func squareRoot(_ x: Float) -> Float { Glibc.sqrtf(x) }
    @inline(__always) static func exp(_ x: Float) -> Float { expf(x) }
    @inline(__always) static func exp2(_ x: Float) -> Float { exp2f(x) }
    @inline(__always) static func expm1(_ x: Float) -> Float { expm1f(x) }
    @inline(__always) static func log(_ x: Float) -> Float { logf(x) }
    @inline(__always) static func log2(_ x: Float) -> Float { log2f(x) }
    @inline(__always) static func log10(_ x: Float) -> Float { log10f(x) }
    @inline(__always) static func log1p(_ x: Float) -> Float { log1pf(x) }
    @inline(__always) static func sin(_ x: Float) -> Float { sinf(x) }
    @inline(__always) static func cos(_ x: Float) -> Float { cosf(x) }
    @inline(__always) static func tan(_ x: Float) -> Float { tanf(x) }
    @inline(__always) static func asin(_ x: Float) -> Float { asinf(x) }
    @inline(__always) static func acos(_ x: Float) -> Float { acosf(x) }
    @inline(__always) static func atan(_ x: Float) -> Float { atanf(x) }
    @inline(__always) static func sinh(_ x: Float) -> Float { sinhf(x) }
    @inline(__always) static func cosh(_ x: Float) -> Float { coshf(x) }
    @inline(__always) static func tanh(_ x: Float) -> Float { tanhf(x) }
    @inline(__always) static func asinh(_ x: Float) -> Float { asinhf(x) }
    @inline(__always) static func acosh(_ x: Float) -> Float { acoshf(x) }
    @inline(__always) static func atanh(_ x: Float) -> Float { atanhf(x) }
    @inline(__always) static func cbrt(_ x: Float) -> Float { cbrtf(x) }
    @inline(__always) static func atan2(_ y: Float, _ x: Float) -> Float { atan2f(y, x) }
    @inline(__always) static func hypot(_ x: Float, _ y: Float) -> Float { hypotf(x, y) }
    @inline(__always) static func pow(_ x: Float, _ y: Float) -> Float { powf(x, y) }
    @inline(__always) static func fmod(_ x: Float, _ y: Float) -> Float { fmodf(x, y) }
    @inline(__always) static func ldexp(_ x: Float, _ exponent: Int32) -> Float { ldexpf(x, exponent) }
    @inline(__always) static func frexp(_ x: Float, _ exponent: inout Int32) -> Float { frexpf(x, &exponent) }
    @inline(__always) static var squareRangeLimit: Float { 0x1p48 }
    @inline(__always) static var downScale: Float { 0x1p-90 }
    @inline(__always) static var ln2: Float { 0.693147180559945309417232121458176568 }
    @inline(__always) static var log2e: Float { 1.442695040888963407359924681001892137 }
    @inline(__always) static var log10e: Float { 0.434294481903251827651128918916605082 }
    @inline(__always) static var radiansPerDegree: Float { 3.141592653589793238462643383279502884 / 180 }
    @inline(__always) static var degreesPerRadian: Float { 180 / 3.141592653589793238462643383279502884 }
}

extension Double: WorkScalar {
    @inline(__always) init(signedBits: Int64) { self.init(bitPattern: UInt64(bitPattern: signedBits)) }
    @inline(__always) var signedBits: Int64 { Int64(bitPattern: bitPattern) }
    @inline(__always) init(double: Double) { self = double }
    @inline(__always) var double: Double { self }
    @inline(__always) init<T: FixedWidthInteger>(integer: T) { self.init(integer) }

    @inline(__always) static func squareRoot(_ x: Double) -> Double { Glibc.sqrt(x) }
    @inline(__always) static func exp(_ x: Double) -> Double { Glibc.exp(x) }
    @inline(__always) static func exp2(_ x: Double) -> Double { Glibc.exp2(x) }
    @inline(__always) static func expm1(_ x: Double) -> Double { Glibc.expm1(x) }
    @inline(__always) static func log(_ x: Double) -> Double { Glibc.log(x) }
    @inline(__always) static func log2(_ x: Double) -> Double { Glibc.log2(x) }
    @inline(__always) static func log10(_ x: Double) -> Double { Glibc.log10(x) }
    @inline(__always) static func log1p(_ x: Double) -> Double { Glibc.log1p(x) }
    @inline(__always) static func sin(_ x: Double) -> Double { Glibc.sin(x) }
    @inline(__always) static func cos(_ x: Double) -> Double { Glibc.cos(x) }
    @inline(__always) static func tan(_ x: Double) -> Double { Glibc.tan(x) }
    @inline(__always) static func asin(_ x: Double) -> Double { Glibc.asin(x) }
    @inline(__always) static func acos(_ x: Double) -> Double { Glibc.acos(x) }
    @inline(__always) static func atan(_ x: Double) -> Double { Glibc.atan(x) }
    @inline(__always) static func sinh(_ x: Double) -> Double { Glibc.sinh(x) }
    @inline(__always) static func cosh(_ x: Double) -> Double { Glibc.cosh(x) }
    @inline(__always) static func tanh(_ x: Double) -> Double { Glibc.tanh(x) }
    @inline(__always) static func asinh(_ x: Double) -> Double { Glibc.asinh(x) }
    @inline(__always) static func acosh(_ x: Double) -> Double { Glibc.acosh(x) }
    @inline(__always) static func atanh(_ x: Double) -> Double { Glibc.atanh(x) }
    @inline(__always) static func cbrt(_ x: Double) -> Double { Glibc.cbrt(x) }
    @inline(__always) static func atan2(_ y: Double, _ x: Double) -> Double { Glibc.atan2(y, x) }
    @inline(__always) static func hypot(_ x: Double, _ y: Double) -> Double { Glibc.hypot(x, y) }
    @inline(__always) static func pow(_ x: Double, _ y: Double) -> Double { Glibc.pow(x, y) }
    @inline(__always) static func fmod(_ x: Double, _ y: Double) -> Double { Glibc.fmod(x, y) }
    @inline(__always) static func ldexp(_ x: Double, _ exponent: Int32) -> Double { scalbn(x, exponent) }
    @inline(__always) static func frexp(_ x: Double, _ exponent: inout Int32) -> Double {
        Glibc.frexp(x, &exponent)
    }
    @inline(__always) static var squareRangeLimit: Double { 0x1p480 }
    @inline(__always) static var downScale: Double { 0x1p-700 }
    @inline(__always) static var ln2: Double { 0.693147180559945309417232121458176568 }
    @inline(__always) static var log2e: Double { 1.442695040888963407359924681001892137 }
    @inline(__always) static var log10e: Double { 0.434294481903251827651128918916605082 }
    @inline(__always) static var radiansPerDegree: Double { 3.141592653589793238462643383279502884 / 180 }
    @inline(__always) static var degreesPerRadian: Double { 180 / 3.141592653589793238462643383279502884 }
}
