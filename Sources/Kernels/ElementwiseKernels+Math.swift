/// Rounding and the mathematical functions of reals.
///
/// Each function has one definition, that of `VectorMath`, for every position of a block and every
/// kind of kernel. Square roots and rounding are processor instructions and stay vector loops.

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
        return (
            T(work: T.Work(signedBits: (fraction.signedBits & T.Work.Bits.max) | sign)),
            T(work: whole)
        )
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

// MARK: - Mathematical functions

private enum RadiansOfDegrees: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { x * T.radiansPerDegree }
}
private enum DegreesOfRadians: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { x * T.degreesPerRadian }
}

private enum Atan2: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ y: T, _ x: T) -> T {
        T.math(VectorMath.arctan2, y, x)
    }
}
private enum Hypot: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ x: T, _ y: T) -> T {
        T.math(VectorMath.hypot, x, y)
    }
}
private enum Power: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ x: T, _ y: T) -> T {
        T.math(VectorMath.power, x, y)
    }
}
private enum LogAddExp: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ x: T, _ y: T) -> T {
        T.math(VectorMath.logaddexp, x, y)
    }
}
private enum LogAddExp2: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ x: T, _ y: T) -> T {
        T.math(VectorMath.logaddexp2, x, y)
    }
}

extension KernelEntries {
    func enterMath() {
        let ofOne: [Operation] = [
            .exp, .exp2, .expm1, .log, .log2, .log10, .log1p, .sin, .cos, .tan, .arcsin, .arccos,
            .arctan, .sinh, .cosh,
            .tanh, .arcsinh, .arccosh, .arctanh, .cbrt,
        ]
        for operation in ofOne { vectorMath(operation) }
        reals(.deg2rad, RadiansOfDegrees.self)
        reals(.rad2deg, DegreesOfRadians.self)

        // Folds and scans take one pair at a time; blocks take vectors. Both are the same
        // functions.
        reals(.arctan2, Atan2.self)
        reals(.hypot, Hypot.self)
        set(.hypot, .float16, fold: foldFromZeroKernel(OnReals<Hypot, Float16>.self))
        set(.hypot, .float32, fold: foldFromZeroKernel(OnReals<Hypot, Float>.self))
        set(.hypot, .float64, fold: foldFromZeroKernel(OnReals<Hypot, Double>.self))
        reals(.power, Power.self)
        setFolding(.floatPower, [.float64], OnReals<Power, Double>.self)
        reals(.logaddexp, LogAddExp.self)
        reals(.logaddexp2, LogAddExp2.self)
        for operation: Operation in [.arctan2, .hypot, .power, .logaddexp, .logaddexp2] {
            vectorMath(ofTwo: operation)
        }
        vectorMath(ofTwo: .floatPower, [.float64])
    }
}
