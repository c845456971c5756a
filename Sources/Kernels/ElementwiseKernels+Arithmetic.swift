/// Addition, multiplication and their kin for integers and reals, and what concerns sign and
/// neighbours.
///
/// Integers wrap around. Complex numbers stand in `ElementwiseKernels+Complex.swift`, division in
/// `+Division.swift`.

import Launches
import Shapes

private enum IntegerSum: IntegerPair {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T { x &+ y }
}
private enum IntegerDifference: IntegerPair {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T { x &- y }
}
private enum IntegerProduct: IntegerPair {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T { x &* y }
}
private enum IntegerNegation: IntegerMap {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T) -> T { 0 &- x }
}
private enum IntegerSquare: IntegerMap {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T) -> T { x &* x }
}
private enum IntegerAbsolute: IntegerMap {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T) -> T { x < 0 ? 0 &- x : x }
}
private enum IntegerSign: IntegerMap {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T) -> T {
        x < 0 ? 0 &- 1 : (x == 0 ? 0 : 1)
    }
}

private enum RealSum: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ x: T, _ y: T) -> T { x + y }
}
private enum RealDifference: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ x: T, _ y: T) -> T { x - y }
}
private enum RealProduct: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ x: T, _ y: T) -> T { x * y }
}
private enum RealSquare: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { x * x }
}
private enum RealSign: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T {
        x > 0 ? 1 : (x < 0 ? -1 : (x == 0 ? 0 : x))
    }
}
private enum Heaviside: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ x: T, _ atZero: T) -> T {
        x == 0 ? atZero : (x < 0 ? 0 : (x > 0 ? 1 : x))
    }
}

// MARK: - By bits, without rounding

private enum Negated<T: RealScalar>: UnaryBody {
    @inline(__always) static func apply(_ x: T) -> T { T(signedBits: x.signedBits ^ T.Bits.min) }
}
private enum Magnitude<T: RealScalar>: UnaryBody {
    @inline(__always) static func apply(_ x: T) -> T { T(signedBits: x.signedBits & T.Bits.max) }
}
private enum SignCopied<T: RealScalar>: BinaryBody {
    @inline(__always) static func apply(_ x: T, _ y: T) -> T {
        T(signedBits: (x.signedBits & T.Bits.max) | (y.signedBits & T.Bits.min))
    }
}
private enum Neighbour<T: RealScalar>: BinaryBody {
    @inline(__always) static func apply(_ x: T, _ y: T) -> T {
        if x != x || y != y { return T.nan }
        if x == y { return T.self == Float16.self ? x : y }
        if x == 0 { return T(signedBits: (y.signedBits & T.Bits.min) | 1) }
        let awayFromZero = (y > x) == (x > 0)
        return T(signedBits: awayFromZero ? x.signedBits &+ 1 : x.signedBits &- 1)
    }
}
/// The distance to the next number away from zero, with the number's sign; for -0 that to the next
/// above.
private enum Spacing<T: WorkScalar>: UnaryBody {
    @inline(__always) static func apply(_ x: T) -> T {
        if !x.isFinite { return T.nan }
        if x == 0 { return T.leastNonzeroMagnitude }
        return T(signedBits: x.signedBits &+ 1) - x
    }
}
/// For `float16` NumPy gives the distance to the next number above instead.
private enum HalfSpacing: UnaryBody {
    @inline(__always) static func apply(_ x: Float16) -> Float16 {
        x.isFinite ? x.nextUp - x : .nan
    }
}

extension KernelEntries {
    func enterArithmetic() {
        integerBits(.add, IntegerSum.self)
        integerBits(.subtract, IntegerDifference.self)
        integerBits(.multiply, IntegerProduct.self)
        integerBits(.negative, IntegerNegation.self)
        integerBits(.square, IntegerSquare.self)
        integers(.absolute, IntegerAbsolute.self)
        integers(.sign, IntegerSign.self)
        reals(.add, RealSum.self)
        reals(.subtract, RealDifference.self)
        reals(.multiply, RealProduct.self)
        set(.subtract, .float16, fold: halfFoldKernel(RealDifference.self))
        set(.multiply, .float16, fold: halfFoldKernel(RealProduct.self))
        reals(.square, RealSquare.self)
        reals(.sign, RealSign.self)
        reals(.heaviside, Heaviside.self)
        bitwiseReals(.float16, Float16.self)
        bitwiseReals(.float32, Float.self)
        bitwiseReals(.float64, Double.self)
        set(.spacing, .float16, blockKernel(HalfSpacing.self))
        set(.spacing, .float32, blockKernel(Spacing<Float>.self))
        set(.spacing, .float64, blockKernel(Spacing<Double>.self))
    }

    private func bitwiseReals<T: RealScalar>(_ type: ElementType, _: T.Type) {
        set(.negative, type, blockKernel(Negated<T>.self))
        set(.absolute, type, blockKernel(Magnitude<T>.self))
        set(.fabs, type, blockKernel(Magnitude<T>.self))
        setFolding(.copysign, [type], SignCopied<T>.self)
        setFolding(.nextafter, [type], Neighbour<T>.self)
    }
}
