/// Conversions between all pairs of element types, with the answers of C on x86-64, as NumPy's
/// `astype` gives them.
///
/// Integers keep their low bits. Reals are cut towards zero; a value out of range never traps: it
/// gives the lowest `Int32` (for targets up to 16 bits and `int32`) or `Int64` (for `uint32` and 64
/// bits), of which narrower targets keep the low bits. `bool` is "not zero", so NaN is true.
/// Complex numbers lose their imaginary part.

import Launches
import Shapes

// MARK: - Reals to integers, without branches

/// The low bits of a whole number below 2⁵¹, read from the fraction of `x + 1.5 · 2⁵²`.
@inline(__always) private func wholeBits(_ x: Double) -> UInt64 { (x + 0x1.8p52).bitPattern }

@inline(__always) func chopped32(_ x: Double) -> Int32 {
    let whole = x.rounded(.towardZero)
    let isInRange = whole >= -0x1p31 && whole < 0x1p31
    return isInRange ? Int32(truncatingIfNeeded: wholeBits(whole)) : .min
}

@inline(__always) func chopped64(_ x: Double) -> Int64 {
    let whole = x.rounded(.towardZero)
    let isInRange = whole >= -0x1p63 && whole < 0x1p63
    let high = (whole * 0x1p-32).rounded(.down)
    let low = whole - high * 0x1p32
    let bits = (wholeBits(high) &<< 32) | (wholeBits(low) & 0xFFFF_FFFF)
    return isInRange ? Int64(bitPattern: bits) : .min
}

@inline(__always) func choppedUnsigned64(_ x: Double) -> UInt64 {
    let isHigh = x >= 0x1p63
    let bits = UInt64(bitPattern: chopped64(isHigh ? x - 0x1p63 : x))
    return isHigh ? bits ^ (1 &<< 63) : bits
}

extension FixedWidthInteger {
    /// What C's cast of a double gives on x86-64.
    @inline(__always) init(chopping x: Double) {
        if Self.bitWidth == 64 && !Self.isSigned {
            self.init(truncatingIfNeeded: choppedUnsigned64(x))
        } else if Self.bitWidth == 64 || (Self.bitWidth == 32 && !Self.isSigned) {
            self.init(truncatingIfNeeded: chopped64(x))
        } else {
            self.init(truncatingIfNeeded: chopped32(x))
        }
    }
}

// MARK: - Bodies

private enum IntegerToInteger<A: FixedWidthInteger, B: FixedWidthInteger>: UnaryBody {
    @inline(__always) static func apply(_ x: A) -> B { B(truncatingIfNeeded: x) }
}
private enum IntegerToReal<A: FixedWidthInteger, B: RealScalar>: UnaryBody {
    @inline(__always) static func apply(_ x: A) -> B { B(integer: x) }
}
private enum IntegerToComplex<A: FixedWidthInteger, B: WorkScalar>: UnaryBody {
    @inline(__always) static func apply(_ x: A) -> Complex<B> { Complex(B(integer: x), 0) }
}
private enum RealToInteger<A: RealScalar, B: FixedWidthInteger>: UnaryBody {
    @inline(__always) static func apply(_ x: A) -> B { B(chopping: x.double) }
}
private enum RealToReal<A: RealScalar, B: RealScalar>: UnaryBody {
    @inline(__always) static func apply(_ x: A) -> B { B(double: x.double) }
}
private enum RealToComplex<A: RealScalar, B: WorkScalar>: UnaryBody {
    @inline(__always) static func apply(_ x: A) -> Complex<B> { Complex(B(double: x.double), 0) }
}
private enum ComplexToReal<A: WorkScalar, B: UnaryBody>: UnaryBody where B.X == A {
    @inline(__always) static func apply(_ z: Complex<A>) -> B.Result { B.apply(z.real) }
}
private enum ComplexToComplex<A: WorkScalar, B: WorkScalar>: UnaryBody {
    @inline(__always) static func apply(_ z: Complex<A>) -> Complex<B> {
        Complex(B(double: z.real.double), B(double: z.imaginary.double))
    }
}
private enum NotZero<A: Comparable & Numeric>: UnaryBody {
    @inline(__always) static func apply(_ x: A) -> Truth { truth(x != 0) }
}
private enum ComplexNotZero<A: WorkScalar>: UnaryBody {
    @inline(__always) static func apply(_ z: Complex<A>) -> Truth {
        truth(z.real != 0) | truth(z.imaginary != 0)
    }
}

// MARK: - The table

extension KernelEntries {
    func enterCasts() {
        fromInteger([.bool, .uint8], UInt8.self)
        fromInteger([.uint16], UInt16.self)
        fromInteger([.uint32], UInt32.self)
        fromInteger([.uint64], UInt64.self)
        fromInteger([.int8], Int8.self)
        fromInteger([.int16], Int16.self)
        fromInteger([.int32], Int32.self)
        fromInteger([.int64], Int64.self)
        fromReal(.float16, Float16.self)
        fromReal(.float32, Float.self)
        fromReal(.float64, Double.self)
        fromComplex(.complex64, Float.self)
        fromComplex(.complex128, Double.self)
        for type in ElementType.allCases {
            set(from: [type], to: [type], copyKernel(type.byteCount))
        }
    }

    private func set(
        from sources: [ElementType], to targets: [ElementType],
        _ kernel: @escaping CastKernel.Function
    ) {
        for source in sources {
            for target in targets {
                casts[source.index * ElementType.count + target.index] = CastKernel(kernel)
            }
        }
    }

    private func fromInteger<A: FixedWidthInteger>(_ sources: [ElementType], _: A.Type) {
        set(from: sources, to: [.bool], castKernel(NotZero<A>.self))
        set(from: sources, to: [.int8, .uint8], castKernel(IntegerToInteger<A, UInt8>.self))
        set(from: sources, to: [.int16, .uint16], castKernel(IntegerToInteger<A, UInt16>.self))
        set(from: sources, to: [.int32, .uint32], castKernel(IntegerToInteger<A, UInt32>.self))
        set(from: sources, to: [.int64, .uint64], castKernel(IntegerToInteger<A, UInt64>.self))
        set(from: sources, to: [.float16], castKernel(IntegerToReal<A, Float16>.self))
        set(from: sources, to: [.float32], castKernel(IntegerToReal<A, Float>.self))
        set(from: sources, to: [.float64], castKernel(IntegerToReal<A, Double>.self))
        set(from: sources, to: [.complex64], castKernel(IntegerToComplex<A, Float>.self))
        set(from: sources, to: [.complex128], castKernel(IntegerToComplex<A, Double>.self))
    }

    private func fromReal<A: RealScalar>(_ source: ElementType, _: A.Type) {
        set(from: [source], to: [.bool], castKernel(NotZero<A>.self))
        set(from: [source], to: [.int8, .uint8], castKernel(RealToInteger<A, Int8>.self))
        set(from: [source], to: [.int16, .uint16], castKernel(RealToInteger<A, Int16>.self))
        set(from: [source], to: [.int32], castKernel(RealToInteger<A, Int32>.self))
        set(from: [source], to: [.int64], castKernel(RealToInteger<A, Int64>.self))
        set(from: [source], to: [.uint32], castKernel(RealToInteger<A, UInt32>.self))
        set(from: [source], to: [.uint64], castKernel(RealToInteger<A, UInt64>.self))
        set(from: [source], to: [.float16], castKernel(RealToReal<A, Float16>.self))
        set(from: [source], to: [.float32], castKernel(RealToReal<A, Float>.self))
        set(from: [source], to: [.float64], castKernel(RealToReal<A, Double>.self))
        set(from: [source], to: [.complex64], castKernel(RealToComplex<A, Float>.self))
        set(from: [source], to: [.complex128], castKernel(RealToComplex<A, Double>.self))
    }

    private func fromComplex<A: WorkScalar>(_ source: ElementType, _: A.Type) {
        let sources = [source]
        set(from: sources, to: [.bool], castKernel(ComplexNotZero<A>.self))
        set(
            from: sources, to: [.int8, .uint8],
            castKernel(ComplexToReal<A, RealToInteger<A, Int8>>.self))
        set(
            from: sources, to: [.int16, .uint16],
            castKernel(ComplexToReal<A, RealToInteger<A, Int16>>.self))
        set(from: sources, to: [.int32], castKernel(ComplexToReal<A, RealToInteger<A, Int32>>.self))
        set(from: sources, to: [.int64], castKernel(ComplexToReal<A, RealToInteger<A, Int64>>.self))
        set(
            from: sources, to: [.uint32],
            castKernel(ComplexToReal<A, RealToInteger<A, UInt32>>.self))
        set(
            from: sources, to: [.uint64],
            castKernel(ComplexToReal<A, RealToInteger<A, UInt64>>.self))
        set(
            from: sources, to: [.float16], castKernel(ComplexToReal<A, RealToReal<A, Float16>>.self)
        )
        set(from: sources, to: [.float32], castKernel(ComplexToReal<A, RealToReal<A, Float>>.self))
        set(from: sources, to: [.float64], castKernel(ComplexToReal<A, RealToReal<A, Double>>.self))
        set(from: sources, to: [.complex64], castKernel(ComplexToComplex<A, Float>.self))
        set(from: sources, to: [.complex128], castKernel(ComplexToComplex<A, Double>.self))
    }

    private func copyKernel(_ byteCount: Int) -> CastKernel.Function {
        switch byteCount {
        case 1: return { copyBytes($0, $1, $2) }
        case 2: return { copyBytes($0, $1, $2 &* 2) }
        case 4: return { copyBytes($0, $1, $2 &* 4) }
        case 8: return { copyBytes($0, $1, $2 &* 8) }
        default: return { copyBytes($0, $1, $2 &* 16) }
        }
    }
}
