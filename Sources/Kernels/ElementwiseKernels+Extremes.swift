/// Maximum, minimum and clip.
///
/// `maximum` and `minimum` give NaN if either operand is; `fmax` and `fmin` give the number. Of
/// equal operands the second is taken, as vector instructions do (the first for `float16`): it
/// shows in the sign of zero alone. Complex numbers are ordered by real, then by imaginary part.

import Launches
import Shapes

private enum Larger: IntegerPair {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T { x > y ? x : y }
}
private enum Smaller: IntegerPair {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T { x < y ? x : y }
}

/// Whether the first of two equal operands is taken: so for `float16`, which has no vector
/// instruction for it.
@inline(__always) private func takesFirst<T: RealScalar>(_: T.Type) -> Bool {
    T.self == Float16.self
}

private enum RealLarger<T: RealScalar>: BinaryBody {
    @inline(__always) static func apply(_ x: T, _ y: T) -> T {
        (takesFirst(T.self) ? x >= y : x > y) || x != x ? x : y
    }
}
private enum RealSmaller<T: RealScalar>: BinaryBody {
    @inline(__always) static func apply(_ x: T, _ y: T) -> T {
        (takesFirst(T.self) ? x <= y : x < y) || x != x ? x : y
    }
}
private enum LargerNumber<T: RealScalar>: BinaryBody {
    @inline(__always) static func apply(_ x: T, _ y: T) -> T {
        (takesFirst(T.self) ? x >= y : x > y) || y != y ? x : y
    }
}
private enum SmallerNumber<T: RealScalar>: BinaryBody {
    @inline(__always) static func apply(_ x: T, _ y: T) -> T {
        (takesFirst(T.self) ? x <= y : x < y) || y != y ? x : y
    }
}

private enum ComplexLarger: ComplexPair {
    @inline(__always)
    static func value<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Complex<T> {
        z.hasNaN || z.isAtLeast(w) ? z : w
    }
}
private enum ComplexSmaller: ComplexPair {
    @inline(__always)
    static func value<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Complex<T> {
        z.hasNaN || z.isAtMost(w) ? z : w
    }
}
private enum ComplexLargerNumber: ComplexPair {
    @inline(__always)
    static func value<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Complex<T> {
        w.hasNaN || z.isAtLeast(w) ? z : w
    }
}
private enum ComplexSmallerNumber: ComplexPair {
    @inline(__always)
    static func value<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Complex<T> {
        w.hasNaN || z.isAtMost(w) ? z : w
    }
}

// MARK: - Clip

private enum IntegerClip<T: FixedWidthInteger>: TernaryBody {
    @inline(__always) static func apply(_ x: T, _ low: T, _ high: T) -> T {
        Smaller.value(Larger.value(x, low), high)
    }
}
private enum RealClip<T: RealScalar>: TernaryBody {
    @inline(__always) static func apply(_ x: T, _ low: T, _ high: T) -> T {
        RealSmaller.apply(RealLarger.apply(x, low), high)
    }
}
private enum ComplexClip<T: WorkScalar>: TernaryBody {
    @inline(__always)
    static func apply(_ z: Complex<T>, _ low: Complex<T>, _ high: Complex<T>) -> Complex<T> {
        ComplexSmaller.value(ComplexLarger.value(z, low), high)
    }
}

extension KernelEntries {
    func enterExtremes() {
        integers(.maximum, Larger.self)
        integers(.minimum, Smaller.self)
        integers(.fmax, Larger.self)
        integers(.fmin, Smaller.self)
        realExtremes(.float16, Float16.self)
        realExtremes(.float32, Float.self)
        realExtremes(.float64, Double.self)
        set(.maximum, .float16, fold: extremeKernel(LargestRule.self, Float16.self))
        set(.minimum, .float16, fold: extremeKernel(SmallestRule.self, Float16.self))
        set(.fmax, .float16, fold: extremeKernel(LargestNumberRule.self, Float16.self))
        set(.fmin, .float16, fold: extremeKernel(SmallestNumberRule.self, Float16.self))
        extremeFolds(.float32, Float.self)
        extremeFolds(.float64, Double.self)
        complex(.maximum, ComplexLarger.self)
        complex(.minimum, ComplexSmaller.self)
        complex(.fmax, ComplexLargerNumber.self)
        complex(.fmin, ComplexSmallerNumber.self)

        set(.clip, .int8, blockKernel(IntegerClip<Int8>.self))
        set(.clip, .int16, blockKernel(IntegerClip<Int16>.self))
        set(.clip, .int32, blockKernel(IntegerClip<Int32>.self))
        set(.clip, .int64, blockKernel(IntegerClip<Int64>.self))
        set(.clip, [.bool, .uint8], blockKernel(IntegerClip<UInt8>.self))
        set(.clip, .uint16, blockKernel(IntegerClip<UInt16>.self))
        set(.clip, .uint32, blockKernel(IntegerClip<UInt32>.self))
        set(.clip, .uint64, blockKernel(IntegerClip<UInt64>.self))
        set(.clip, .complex64, blockKernel(ComplexClip<Float>.self))
        set(.clip, .complex128, blockKernel(ComplexClip<Double>.self))
    }

    private func realExtremes<T: RealScalar>(_ type: ElementType, _: T.Type) {
        setFolding(.maximum, [type], RealLarger<T>.self)
        setFolding(.minimum, [type], RealSmaller<T>.self)
        setFolding(.fmax, [type], LargerNumber<T>.self)
        setFolding(.fmin, [type], SmallerNumber<T>.self)
        set(.clip, type, blockKernel(RealClip<T>.self))
    }

    private func extremeFolds<T: ExtremeScalar>(_ type: ElementType, _: T.Type) {
        set(.maximum, type, fold: extremeKernel(LargestRule.self, T.self))
        set(.minimum, type, fold: extremeKernel(SmallestRule.self, T.self))
        set(.fmax, type, fold: extremeKernel(LargestNumberRule.self, T.self))
        set(.fmin, type, fold: extremeKernel(SmallestNumberRule.self, T.self))
    }
}
