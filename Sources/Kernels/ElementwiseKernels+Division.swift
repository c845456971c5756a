/// Division in all its forms, for integers and reals, and integer powers, divisors and multiples.
///
/// Integers divided by zero give 0; quotients are rounded down, so that a remainder has the
/// divisor's sign (`fmod` rounds towards zero). The most negative integer divided by -1 wraps
/// around. Reals follow Python's `divmod`, with NumPy's answers for infinities, NaN and signed
/// zeros.

import Launches
import Shapes

// MARK: - Integers

private enum IntegerFloorQuotient: IntegerPair {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T {
        if y == 0 { return 0 }
        if T.isSigned && y == 0 &- 1 { return 0 &- x }
        let quotient = x / y
        return T.isSigned && quotient &* y != x && (x < 0) != (y < 0) ? quotient &- 1 : quotient
    }
}
private enum IntegerFloorRemainder: IntegerPair {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T {
        if y == 0 { return 0 }
        if T.isSigned && y == 0 &- 1 { return 0 }
        let rest = x % y
        return T.isSigned && rest != 0 && (rest < 0) != (y < 0) ? rest &+ y : rest
    }
}
private enum IntegerRemainder: IntegerPair {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T {
        if y == 0 || (T.isSigned && y == 0 &- 1) { return 0 }
        return x % y
    }
}
/// Wraps around. Negative exponents are refused before a kernel runs; here they give 0.
private enum IntegerPower: IntegerPair {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T {
        if y < 0 { return 0 }
        var result: T = 1
        var base = x
        var exponent = y
        while exponent != 0 {
            if exponent & 1 != 0 { result = result &* base }
            exponent = exponent &>> 1
            base = base &* base
        }
        return result
    }
}
@inline(__always)
private func greatestCommonDivisor<T: FixedWidthInteger>(_ x: T, _ y: T) -> T {
    var a = x
    var b = y
    while b != 0 { (a, b) = (b, a % b) }
    return a
}
private enum GreatestDivisor: IntegerPair {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T {
        T(truncatingIfNeeded: greatestCommonDivisor(x.magnitude, y.magnitude))
    }
}
private enum LeastMultiple: IntegerPair {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T {
        let divisor = greatestCommonDivisor(x.magnitude, y.magnitude)
        return divisor == 0 ? 0 : T(truncatingIfNeeded: (x.magnitude / divisor) &* y.magnitude)
    }
}
private enum IntegerDivmod<T: FixedWidthInteger>: PairSplittingBody {
    @inline(__always) static func apply(_ x: T, _ y: T) -> (T, T) {
        let quotient = IntegerFloorQuotient.value(x, y)
        return (quotient, y == 0 ? 0 : x &- quotient &* y)
    }
}
/// `1 / x` in C: the double quotient, cut to the integer type; for 0 the processor's answer to
/// infinity.
private enum IntegerReciprocal: IntegerMap {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T) -> T {
        if x == 0 { return T.isSigned && T.bitWidth >= 32 ? T.min : 0 }
        if x == 1 { return 1 }
        return T.isSigned && x == 0 &- 1 ? x : 0
    }
}

// MARK: - Reals

private enum RealQuotient: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ x: T, _ y: T) -> T { x / y }
}
private enum RealReciprocal: RealMap {
    @inline(__always) static func value<T: WorkScalar>(_ x: T) -> T { 1 / x }
}
private enum RealFmod: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ x: T, _ y: T) -> T { T.fmod(x, y) }
}

/// Quotient rounded down and remainder with the divisor's sign, for `y` ≠ 0 or NaN.
@inline(__always)
private func floorDivision<T: WorkScalar>(_ x: T, _ y: T) -> (quotient: T, remainder: T) {
    var remainder = T.fmod(x, y)
    var quotient = (x - remainder) / y
    if remainder != 0 {
        if (y < 0) != (remainder < 0) {
            remainder += y
            quotient -= 1
        }
    } else {
        remainder = T(signMagnitude: y, of: 0)
    }
    if quotient != 0 {
        // The quotient is a whole number but for its rounding: snap it.
        var whole = quotient.rounded(.down)
        if quotient - whole > 0.5 { whole += 1 }
        quotient = whole
    } else {
        quotient = T(signMagnitude: x / y, of: 0)
    }
    return (quotient, remainder)
}

extension WorkScalar {
    /// `magnitude` with the sign of `sign`.
    @inline(__always) fileprivate init(signMagnitude sign: Self, of magnitude: Self) {
        self.init(signedBits: (magnitude.signedBits & Bits.max) | (sign.signedBits & Bits.min))
    }
}

private enum RealFloorQuotient: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ x: T, _ y: T) -> T {
        y == 0 ? x / y : floorDivision(x, y).quotient
    }
}
private enum RealFloorRemainder: RealPair {
    @inline(__always) static func value<T: WorkScalar>(_ x: T, _ y: T) -> T {
        y == 0 ? T.fmod(x, y) : floorDivision(x, y).remainder
    }
}
private enum RealDivmod<T: RealScalar>: PairSplittingBody {
    @inline(__always) static func apply(_ x: T, _ y: T) -> (T, T) {
        let (x, y) = (x.work, y.work)
        if y == 0 { return (T(work: x / y), T(work: T.Work.fmod(x, y))) }
        let (quotient, remainder) = floorDivision(x, y)
        return (T(work: quotient), T(work: remainder))
    }
}

extension KernelEntries {
    func enterDivision() {
        integers(.floorDivide, IntegerFloorQuotient.self)
        integers(.remainder, IntegerFloorRemainder.self)
        integers(.fmod, IntegerRemainder.self)
        integers(.power, IntegerPower.self)
        integers(.gcd, GreatestDivisor.self)
        foldDivisors(.int8, Int8.self)
        foldDivisors(.int16, Int16.self)
        foldDivisors(.int32, Int32.self)
        foldDivisors(.int64, Int64.self)
        integers(.lcm, LeastMultiple.self)
        integers(.reciprocal, IntegerReciprocal.self)
        set(.divmod, .int8, blockKernel(IntegerDivmod<Int8>.self))
        set(.divmod, .int16, blockKernel(IntegerDivmod<Int16>.self))
        set(.divmod, .int32, blockKernel(IntegerDivmod<Int32>.self))
        set(.divmod, .int64, blockKernel(IntegerDivmod<Int64>.self))
        set(.divmod, .uint8, blockKernel(IntegerDivmod<UInt8>.self))
        set(.divmod, .uint16, blockKernel(IntegerDivmod<UInt16>.self))
        set(.divmod, .uint32, blockKernel(IntegerDivmod<UInt32>.self))
        set(.divmod, .uint64, blockKernel(IntegerDivmod<UInt64>.self))

        reals(.divide, RealQuotient.self)
        set(.divide, .float16, fold: halfFoldKernel(RealQuotient.self))
        reals(.reciprocal, RealReciprocal.self)
        reals(.fmod, RealFmod.self)
        reals(.floorDivide, RealFloorQuotient.self)
        reals(.remainder, RealFloorRemainder.self)
        // The same steps by vectors; folds and scans take one pair at a time.
        for operation: Operation in [.fmod, .floorDivide, .remainder] {
            vectorMath(ofTwo: operation)
        }
        set(.divmod, .float16, blockKernel(RealDivmod<Float16>.self))
        set(.divmod, .float32, blockKernel(RealDivmod<Float>.self))
        set(.divmod, .float64, blockKernel(RealDivmod<Double>.self))
    }

    /// The divisor of one negative number alone is positive.
    private func foldDivisors<T: FixedWidthInteger>(_ type: ElementType, _: T.Type) {
        set(.gcd, type, fold: foldFromZeroKernel(OnIntegers<GreatestDivisor, T>.self))
    }
}
