/// Complex numbers as stores hold them: real part first, then imaginary part, without padding.

public struct Complex<Part: BinaryFloatingPoint & SIMDScalar>: Hashable {
    public var real: Part
    public var imaginary: Part

    @inlinable public init(_ real: Part, _ imaginary: Part) {
        self.real = real
        self.imaginary = imaginary
    }
}

public typealias Complex64 = Complex<Float>
public typealias Complex128 = Complex<Double>
