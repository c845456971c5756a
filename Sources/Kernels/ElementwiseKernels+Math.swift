/// Rounding and the mathematical functions of reals.
///
/// Each function has one definition, the C library's, for every position of a block, so that results never depend on
/// where a block begins. Square roots and rounding are processor instructions and stay vector loops.

import Launches
import Shapes

// MARK: - Rounding

private enum Rint: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { x.rounded(.toNearestOrEven) }
}
private enum Floor: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { x.rounded(.down) }
}
private enum Ceil: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { x.rounded(.up) }
}
private enum Trunc: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { x.rounded(.towardZero) }
}
private enum SquareRoot: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.squareRoot(x) }
}
/// Fraction and whole part, both with the number's sign.
private enum Modf<T: RealScalar>: SplittingBody {
    @inline(__always) static func apply(_ x: T) -> (T, T) {
        let value = x.work
        let whole = value.rounded(.towardZero)
        let fraction = value.isInfinite ? 0 : value - whole
        let sign = value.signedBits & T.Work.Bits.min
        return (T(work: T.Work(signedBits: (fraction.signedBits & T.Work.Bits.max) | sign)), T(work: whole))
    }
}
private enum Frexp<T: RealScalar>: SplittingBody {
    @inline(__always) static func apply(_ x: T) -> (T, Int32) {
        var exponent: Int32 = 0
        let fraction = T.Work.frexp(x.work, &exponent)
        return (T(work: fraction), exponent)
    }
}
private enum Ldexp<T: RealScalar>: BinaryBody {
    @inline(__always) static func apply(_ x: T, _ exponent: Int64) -> T {
        T(work: T.Work.ldexp(x.work, Int32(clamping: exponent)))
    }
}

extension KernelEntries {
    func enterRounding() {
        reals(.rint, Rint.self)
        reals(.floor, Floor.self)
        reals(.ceil, Ceil.self)
        reals(.trunc, Trunc.self)
        reals(.sqrt, SquareRoot.self)
        splitting(.float16, Float16.self)
        splitting(.float32, Float.self)
        splitting(.float64, Double.self)
    }

    private func splitting<T: RealScalar>(_ type: ElementType, _: T.Type) {
        set(.modf, type, blockKernel(Modf<T>.self))
        set(.frexp, type, blockKernel(Frexp<T>.self))
        set(.ldexp, type, blockKernel(Ldexp<T>.self))
    }
}

// MARK: - Functions of one operand

private enum Exp: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.exp(x) }
}
private enum Exp2: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.exp2(x) }
}
private enum Expm1: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.expm1(x) }
}
private enum Log: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.log(x) }
}
private enum Log2: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.log2(x) }
}
private enum Log10: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.log10(x) }
}
private enum Log1p: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.log1p(x) }
}
private enum Sin: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.sin(x) }
}
private enum Cos: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.cos(x) }
}
private enum Tan: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.tan(x) }
}
private enum Asin: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.asin(x) }
}
private enum Acos: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.acos(x) }
}
private enum Atan: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.atan(x) }
}
private enum Sinh: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.sinh(x) }
}
private enum Cosh: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.cosh(x) }
}
private enum Tanh: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.tanh(x) }
}
private enum Asinh: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.asinh(x) }
}
private enum Acosh: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.acosh(x) }
}
private enum Atanh: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.atanh(x) }
}
private enum Cbrt: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { T.cbrt(x) }
}
private enum RadiansOfDegrees: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { x * T.radiansPerDegree }
}
private enum DegreesOfRadians: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { x * T.degreesPerRadian }
}

// MARK: - Functions of two operands

private enum Atan2: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ y: T, _ x: T) -> T { T.atan2(y, x) }
}
private enum Hypot: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ x: T, _ y: T) -> T { T.hypot(x, y) }
}
private enum Power: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ x: T, _ y: T) -> T { T.pow(x, y) }
}
private enum LogAddExp: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ x: T, _ y: T) -> T {
        if x == y { return x + T.ln2 }
        let difference = x - y
        if difference > 0 { return x + T.log1p(T.exp(-difference)) }
        if difference <= 0 { return y + T.log1p(T.exp(difference)) }
        return difference
    }
}
private enum LogAddExp2: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ x: T, _ y: T) -> T {
        if x == y { return x + 1 }
        let difference = x - y
        if difference > 0 { return x + T.log2e * T.log1p(T.exp2(-difference)) }
        if difference <= 0 { return y + T.log2e * T.log1p(T.exp2(difference)) }
        return difference
    }
}

extension KernelEntries {
    func enterMath() {
        reals(.exp, Exp.self)
        reals(.exp2, Exp2.self)
        reals(.expm1, Expm1.self)
        reals(.log, Log.self)
        reals(.log2, Log2.self)
        reals(.log10, Log10.self)
        reals(.log1p, Log1p.self)
        reals(.sin, Sin.self)
        reals(.cos, Cos.self)
        reals(.tan, Tan.self)
        reals(.arcsin, Asin.self)
        reals(.arccos, Acos.self)
        reals(.arctan, Atan.self)
        reals(.sinh, Sinh.self)
        reals(.cosh, Cosh.self)
        reals(.tanh, Tanh.self)
        reals(.arcsinh, Asinh.self)
        reals(.arccosh, Acosh.self)
        reals(.arctanh, Atanh.self)
        reals(.cbrt, Cbrt.self)
        reals(.deg2rad, RadiansOfDegrees.self)
        reals(.rad2deg, DegreesOfRadians.self)
        reals(.arctan2, Atan2.self)
        reals(.hypot, Hypot.self)
        set(.hypot, .float16, fold: foldFromZeroKernel(OnReals<Hypot, Float16>.self))
        set(.hypot, .float32, fold: foldFromZeroKernel(OnReals<Hypot, Float>.self))
        set(.hypot, .float64, fold: foldFromZeroKernel(OnReals<Hypot, Double>.self))
        reals(.power, Power.self)
        setFolding(.floatPower, [.float64], OnReals<Power, Double>.self)
        reals(.logaddexp, LogAddExp.self)
        reals(.logaddexp2, LogAddExp2.self)
    }
}
