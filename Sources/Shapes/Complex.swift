/// Complex numbers as stores hold them: real part first, then imaginary part, without padding.

/// A complex number as memory holds it.
public struct Complex<Part: BinaryFloatingPoint & SIMDScalar>: Hashable {
    /// The real part.
    public var real: Part
    /// The imaginary part.
    public var imaginary: Part

    /// A number of two parts.
    @inlinable public init(_ real: Part, _ imaginary: Part) {
        self.real = real
        self.imaginary = imaginary
    }
}

/// Eight bytes: NumPy's `complex64`.
public typealias Complex64 = Complex<Float>
/// Sixteen bytes: NumPy's `complex128`.
public typealias Complex128 = Complex<Double>
