/// Complex arithmetic, comparisons and tests.
///
/// Products are the plain formula; quotients are Smith's, which scales by the larger part of the
/// divisor. The order is by real, then by imaginary part; a NaN in either operand makes it false.
/// Source: NumPy's rules for complex loops.

import Launches
import Shapes

extension Complex where Part: WorkScalar {
    @inline(__always) var hasNaN: Bool { real != real || imaginary != imaginary }

    /// Whether this comes strictly after `other`.
    @inline(__always) func isAbove(_ other: Complex) -> Bool {
        (real > other.real && imaginary == imaginary && other.imaginary == other.imaginary)
            || (real == other.real && imaginary > other.imaginary)
    }

    /// Whether this comes after `other` or equals it.
    @inline(__always) func isAtLeast(_ other: Complex) -> Bool {
        (real > other.real && imaginary == imaginary && other.imaginary == other.imaginary)
            || (real == other.real && imaginary >= other.imaginary)
    }

    @inline(__always) func isAtMost(_ other: Complex) -> Bool { other.isAtLeast(self) }

    @inline(__always) func times(_ w: Complex) -> Complex {
        Complex(
            real * w.real - imaginary * w.imaginary,
            real * w.imaginary + imaginary * w.real)
    }

    /// The absolute value, without overflow on the way: both parts are scaled by a power of two
    /// where their squares would leave the range. No branches, so that the loop stays a vector
    /// loop.
    ///
    /// - Accuracy: error < 1.5 ulp.
    @inline(__always) var absolute: Part {
        let a = real.magnitude
        let b = imaginary.magnitude
        let large: Part = a > b ? a : b
        let isHuge = large > Part.squareRangeLimit
        let isTiny = large < 1 / Part.squareRangeLimit
        let scale = isHuge ? Part.downScale : (isTiny ? 1 / Part.downScale : 1)
        let unscale = isHuge ? 1 / Part.downScale : (isTiny ? Part.downScale : 1)
        let x = a * scale
        let y = b * scale
        let result = Part.squareRoot(x * x + y * y) * unscale
        return a == .infinity ? a : (b == .infinity ? b : result)
    }

    /// Smith's quotient.
    @inline(__always) func divided(by w: Complex) -> Complex {
        let realMagnitude = w.real.magnitude
        let imaginaryMagnitude = w.imaginary.magnitude
        if realMagnitude >= imaginaryMagnitude {
            if realMagnitude == 0 && imaginaryMagnitude == 0 {
                return Complex(real / realMagnitude, imaginary / realMagnitude)
            }
            let ratio = w.imaginary / w.real
            let scale = 1 / (w.real + w.imaginary * ratio)
            return Complex((real + imaginary * ratio) * scale, (imaginary - real * ratio) * scale)
        }
        let ratio = w.real / w.imaginary
        let scale = 1 / (w.imaginary + w.real * ratio)
        return Complex((real * ratio + imaginary) * scale, (imaginary * ratio - real) * scale)
    }
}

// MARK: - Two operands

private enum Sum: ComplexPair {
    @inline(__always)
    static func value<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Complex<T> {
        Complex(z.real + w.real, z.imaginary + w.imaginary)
    }
}
private enum Difference: ComplexPair {
    @inline(__always)
    static func value<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Complex<T> {
        Complex(z.real - w.real, z.imaginary - w.imaginary)
    }
}
private enum Product: ComplexPair {
    @inline(__always)
    static func value<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Complex<T> { z.times(w) }
}
private enum Quotient: ComplexPair {
    @inline(__always)
    static func value<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Complex<T> {
        z.divided(by: w)
    }
}

private enum Equal: ComplexRelation {
    @inline(__always) static func holds<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Bool {
        z.real == w.real && z.imaginary == w.imaginary
    }
}
private enum NotEqual: ComplexRelation {
    @inline(__always) static func holds<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Bool {
        z.real != w.real || z.imaginary != w.imaginary
    }
}
private enum Less: ComplexRelation {
    @inline(__always) static func holds<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Bool {
        w.isAbove(z)
    }
}
private enum LessEqual: ComplexRelation {
    @inline(__always) static func holds<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Bool {
        z.isAtMost(w)
    }
}
private enum Greater: ComplexRelation {
    @inline(__always) static func holds<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Bool {
        z.isAbove(w)
    }
}
private enum GreaterEqual: ComplexRelation {
    @inline(__always) static func holds<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Bool {
        z.isAtLeast(w)
    }
}

@inline(__always) private func isTrue<T: WorkScalar>(_ z: Complex<T>) -> Bool {
    z.real != 0 || z.imaginary != 0
}
private enum And: ComplexRelation {
    @inline(__always) static func holds<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Bool {
        isTrue(z) && isTrue(w)
    }
}
private enum Or: ComplexRelation {
    @inline(__always) static func holds<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Bool {
        isTrue(z) || isTrue(w)
    }
}
private enum Xor: ComplexRelation {
    @inline(__always) static func holds<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Bool {
        isTrue(z) != isTrue(w)
    }
}

// MARK: - One operand

private enum Negation: ComplexMap {
    @inline(__always) static func value<T: WorkScalar>(_ z: Complex<T>) -> Complex<T> {
        Complex(-z.real, -z.imaginary)
    }
}
private enum Conjugate: ComplexMap {
    @inline(__always) static func value<T: WorkScalar>(_ z: Complex<T>) -> Complex<T> {
        Complex(z.real, -z.imaginary)
    }
}
private enum Square: ComplexMap {
    @inline(__always) static func value<T: WorkScalar>(_ z: Complex<T>) -> Complex<T> { z.times(z) }
}
private enum Reciprocal: ComplexMap {
    @inline(__always) static func value<T: WorkScalar>(_ z: Complex<T>) -> Complex<T> {
        if z.imaginary.magnitude <= z.real.magnitude {
            let ratio = z.imaginary / z.real
            let divisor = z.real + z.imaginary * ratio
            return Complex(1 / divisor, -ratio / divisor)
        }
        let ratio = z.real / z.imaginary
        let divisor = z.real * ratio + z.imaginary
        return Complex(ratio / divisor, -1 / divisor)
    }
}
private enum Rint: ComplexMap {
    @inline(__always) static func value<T: WorkScalar>(_ z: Complex<T>) -> Complex<T> {
        Complex(z.real.rounded(.toNearestOrEven), z.imaginary.rounded(.toNearestOrEven))
    }
}
/// `z / |z|`; an infinite part wins over a finite one.
private enum Sign: ComplexMap {
    @inline(__always) static func value<T: WorkScalar>(_ z: Complex<T>) -> Complex<T> {
        let magnitude = z.absolute
        if magnitude != magnitude { return Complex(.nan, .nan) }
        if magnitude == .infinity {
            if z.real.isInfinite && z.imaginary.isInfinite { return Complex(.nan, .nan) }
            if z.real.isInfinite { return Complex(z.real > 0 ? 1 : -1, 0) }
            return Complex(0, z.imaginary > 0 ? 1 : -1)
        }
        if magnitude == 0 { return Complex(0, 0) }
        return Complex(z.real / magnitude, z.imaginary / magnitude)
    }
}
private enum Absolute<T: WorkScalar>: UnaryBody {
    @inline(__always) static func apply(_ z: Complex<T>) -> T { z.absolute }
}
private enum Not: ComplexTest {
    @inline(__always) static func holds<T: WorkScalar>(_ z: Complex<T>) -> Bool { !isTrue(z) }
}
private enum IsNaN: ComplexTest {
    @inline(__always) static func holds<T: WorkScalar>(_ z: Complex<T>) -> Bool { z.hasNaN }
}
private enum IsInfinite: ComplexTest {
    @inline(__always) static func holds<T: WorkScalar>(_ z: Complex<T>) -> Bool {
        z.real.isInfinite || z.imaginary.isInfinite
    }
}
private enum IsFinite: ComplexTest {
    @inline(__always) static func holds<T: WorkScalar>(_ z: Complex<T>) -> Bool {
        z.real.isFinite && z.imaginary.isFinite
    }
}

extension KernelEntries {
    func enterComplex() {
        complex(.add, Sum.self)
        complex(.subtract, Difference.self)
        complex(.multiply, Product.self)
        complex(.divide, Quotient.self)
        complex(.equal, Equal.self)
        complex(.notEqual, NotEqual.self)
        complex(.less, Less.self)
        complex(.lessEqual, LessEqual.self)
        complex(.greater, Greater.self)
        complex(.greaterEqual, GreaterEqual.self)
        complex(.logicalAnd, And.self)
        complex(.logicalOr, Or.self)
        complex(.logicalXor, Xor.self)
        complex(.logicalNot, Not.self)
        complex(.negative, Negation.self)
        complex(.conjugate, Conjugate.self)
        complex(.square, Square.self)
        complex(.reciprocal, Reciprocal.self)
        complex(.rint, Rint.self)
        complex(.sign, Sign.self)
        complex(.isnan, IsNaN.self)
        complex(.isinf, IsInfinite.self)
        complex(.isfinite, IsFinite.self)
        set(.absolute, .complex64, blockKernel(Absolute<Float>.self))
        set(.absolute, .complex128, blockKernel(Absolute<Double>.self))
    }
}
