/// The mathematical functions of complex numbers.
///
/// The C library's functions give the branch cuts and special values of C99; the rest follow from
/// them by formula. All are computed in double precision.

import Glibc
import Launches
import Shapes

/// A function of complex numbers in double precision.
private protocol ComplexFunction {
    static func value(_ real: Double, _ imaginary: Double) -> DoublePair
}

private enum OnDouble<F: ComplexFunction>: UnaryBody {
    @inline(__always) static func apply(_ z: Complex<Double>) -> Complex<Double> {
        let (real, imaginary) = F.value(z.real, z.imaginary)
        return Complex(real, imaginary)
    }
}

private enum OnFloat<F: ComplexFunction>: UnaryBody {
    @inline(__always) static func apply(_ z: Complex<Float>) -> Complex<Float> {
        let (real, imaginary) = F.value(Double(z.real), Double(z.imaginary))
        return Complex(Float(real), Float(imaginary))
    }
}

private enum Sqrt: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        c_csqrt(real, imaginary)
    }
}
private enum Exp: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        c_cexp(real, imaginary)
    }
}
private enum Log: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        c_clog(real, imaginary)
    }
}
private enum Sin: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        c_csin(real, imaginary)
    }
}
private enum Cos: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        c_ccos(real, imaginary)
    }
}
private enum Tan: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        c_ctan(real, imaginary)
    }
}
private enum Asin: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        c_casin(real, imaginary)
    }
}
private enum Acos: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        c_cacos(real, imaginary)
    }
}
private enum Atan: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        c_catan(real, imaginary)
    }
}
private enum Sinh: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        c_csinh(real, imaginary)
    }
}
private enum Cosh: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        c_ccosh(real, imaginary)
    }
}
private enum Tanh: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        c_ctanh(real, imaginary)
    }
}
private enum Asinh: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        c_casinh(real, imaginary)
    }
}
private enum Acosh: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        c_cacosh(real, imaginary)
    }
}
private enum Atanh: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        c_catanh(real, imaginary)
    }
}

// MARK: - Functions C does not have

private enum Exp2: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        c_cexp(real * Double.ln2, imaginary * Double.ln2)
    }
}
private enum Expm1: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        let half = Glibc.sin(imaginary / 2)
        return (
            Glibc.expm1(real) * Glibc.cos(imaginary) - 2 * half * half,
            Glibc.exp(real) * Glibc.sin(imaginary)
        )
    }
}
private enum Log2: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        let (logarithm, angle) = c_clog(real, imaginary)
        return (logarithm * Double.log2e, angle * Double.log2e)
    }
}
private enum Log10: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        let (logarithm, angle) = c_clog(real, imaginary)
        return (logarithm * Double.log10e, angle * Double.log10e)
    }
}
private enum Log1p: ComplexFunction {
    @inline(__always) static func value(_ real: Double, _ imaginary: Double) -> DoublePair {
        let magnitude = Glibc.hypot(real + 1, imaginary)
        return (Glibc.log(magnitude), Glibc.atan2(imaginary, real + 1))
    }
}

// MARK: - Powers

/// Whole exponents below 100 by repeated multiplication, so that squares and cubes of whole numbers
/// are whole; zero to a power with a positive real part is zero, to any other NaN.
@inline(__always)
private func power(_ z: Complex<Double>, _ w: Complex<Double>) -> Complex<Double> {
    if w.real == 0 && w.imaginary == 0 { return Complex(1, 0) }
    if z.real == 0 && z.imaginary == 0 {
        return w.real > 0 ? Complex(0, 0) : Complex(.nan, .nan)
    }
    if w.imaginary == 0, w.real.magnitude < 100, w.real == w.real.rounded(.towardZero) {
        return wholePower(z, Int(w.real))
    }
    let (real, imaginary) = c_cpow(z.real, z.imaginary, w.real, w.imaginary)
    return Complex(real, imaginary)
}

private func wholePower(_ z: Complex<Double>, _ exponent: Int) -> Complex<Double> {
    switch exponent {
    case 1: return z
    case 2: return z.times(z)
    case 3: return z.times(z.times(z))
    default: break
    }
    let count = exponent.magnitude
    var result = Complex<Double>(1, 0)
    var factor = z
    var mask: UInt = 1
    while true {
        if count & mask != 0 { result = result.times(factor) }
        mask &<<= 1
        if count < mask { break }
        factor = factor.times(factor)
    }
    return exponent < 0 ? Complex<Double>(1, 0).divided(by: result) : result
}

private enum Power: BinaryBody {
    @inline(__always)
    static func apply(_ z: Complex<Double>, _ w: Complex<Double>) -> Complex<Double> { power(z, w) }
}
private enum FloatPower: BinaryBody {
    @inline(__always)
    static func apply(_ z: Complex<Float>, _ w: Complex<Float>) -> Complex<Float> {
        let result = power(
            Complex(Double(z.real), Double(z.imaginary)),
            Complex(Double(w.real), Double(w.imaginary)))
        return Complex(Float(result.real), Float(result.imaginary))
    }
}

extension KernelEntries {
    func enterComplexMath() {
        function(.sqrt, Sqrt.self)
        function(.exp, Exp.self)
        function(.log, Log.self)
        function(.sin, Sin.self)
        function(.cos, Cos.self)
        function(.tan, Tan.self)
        function(.arcsin, Asin.self)
        function(.arccos, Acos.self)
        function(.arctan, Atan.self)
        function(.sinh, Sinh.self)
        function(.cosh, Cosh.self)
        function(.tanh, Tanh.self)
        function(.arcsinh, Asinh.self)
        function(.arccosh, Acosh.self)
        function(.arctanh, Atanh.self)
        function(.exp2, Exp2.self)
        function(.expm1, Expm1.self)
        function(.log2, Log2.self)
        function(.log10, Log10.self)
        function(.log1p, Log1p.self)
        setFolding(.power, [.complex64], FloatPower.self)
        setFolding(.power, [.complex128], Power.self)
        setFolding(.floatPower, [.complex128], Power.self)
    }

    private func function<F: ComplexFunction>(_ operation: Operation, _: F.Type) {
        set(operation, .complex64, blockKernel(OnFloat<F>.self))
        set(operation, .complex128, blockKernel(OnDouble<F>.self))
    }
}
