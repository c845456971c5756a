/// Addition, multiplication and their kin, and what concerns the sign; written after
/// `ElementwiseKernels+Arithmetic.swift` and `+Complex.swift`.
import Launches
import Shapes

extension CompiledForms {
    static let arithmetic: [Operation: CompiledForm] = [
        .add: firstOf(same("fadd", "add"), truths { $0.either($1[0], $1[1]) }, parts("fadd")),
        .subtract: firstOf(same("fsub", "sub"), parts("fsub")),
        .multiply: firstOf(
            same("fmul", "mul"), truths { $0.both($1[0], $1[1]) },
            complex { product($0, $1[0], $1[1], $2) }),
        .square: firstOf(
            reals { w, x, t in w.binary("fmul", x[0], x[0], t) },
            integers { w, x, bits, _ in w.binary("mul", x[0], x[0], "i\(bits)") },
            complex { product($0, $1[0], $1[0], $2) }),
        .negative: firstOf(
            onBits { w, x, bits in w.binary("xor", x[0], signBit(w, bits), "i\(bits)") },
            integers { w, x, bits, _ in w.binary("sub", "zeroinitializer", x[0], "i\(bits)") },
            complex { w, x, t in (negated(w, x[0].register, t), negated(w, x[0].imaginary, t)) }),
        .absolute: firstOf(
            magnitude, integerMagnitude, { _, x, type in type == .bool ? x : nil }, complexMagnitude
        ),
        .fabs: magnitude,
        .copysign: onBits { w, x, bits in
            let magnitude = w.binary("and", x[0], valueBits(w, bits), "i\(bits)")
            return w.binary(
                "or", magnitude, w.binary("and", x[1], signBit(w, bits), "i\(bits)"), "i\(bits)")
        },
        .sign: firstOf(
            reals { w, x, t in
                let isNotZero = w.compare("une", x[0], zero(w, t), t)
                let rest = w.select(isNotZero, x[0], zero(w, t), t)
                let below = w.select(w.compare("olt", x[0], zero(w, t), t), w.real(-1, t), rest, t)
                return w.select(w.compare("ogt", x[0], zero(w, t), t), w.real(1, t), below, t)
            },
            integers { w, x, bits, isSigned in
                let t = "i\(bits)"
                let isZero = w.compareIntegers("eq", x[0], "zeroinitializer", bits: bits)
                let positive = w.select(isZero, "zeroinitializer", w.integer(1, bits: bits), t)
                if !isSigned { return positive }
                return w.select(
                    w.compareIntegers("slt", x[0], "zeroinitializer", bits: bits),
                    w.integer(-1, bits: bits), positive, t)
            }),
        .heaviside: reals { w, x, t in
            let above = w.select(w.compare("ogt", x[0], zero(w, t), t), w.real(1, t), x[0], t)
            let below = w.select(w.compare("olt", x[0], zero(w, t), t), zero(w, t), above, t)
            return w.select(w.compare("oeq", x[0], zero(w, t), t), x[1], below, t)
        },
        .deg2rad: scaled(Float.radiansPerDegree, Double.radiansPerDegree),
        .rad2deg: scaled(Float.degreesPerRadian, Double.degreesPerRadian),
    ]

    static func zero(_ w: KernelWriter, _ element: String) -> String { w.real(0, element) }

    static func negated(_ w: KernelWriter, _ a: String, _ element: String) -> String {
        w.set("fneg \(w.vector(element)) \(a)")
    }

    // MARK: - Makers of forms

    /// One instruction for reals, one for integers.
    private static func same(_ real: String, _ integer: String) -> CompiledForm {
        firstOf(
            reals { w, x, t in w.binary(real, x[0], x[1], t) },
            integers { w, x, bits, _ in w.binary(integer, x[0], x[1], "i\(bits)") })
    }

    /// One instruction on each part of complex numbers.
    private static func parts(_ instruction: String) -> CompiledForm {
        complex { w, x, t in
            (
                w.binary(instruction, x[0].register, x[1].register, t),
                w.binary(instruction, x[0].imaginary, x[1].imaginary, t)
            )
        }
    }

    private static func scaled(_ float: Float, _ double: Double) -> CompiledForm {
        reals { w, x, t in
            w.binary("fmul", x[0], w.real(t == "double" ? double : Double(float), t), t)
        }
    }

    // MARK: - By bits

    static func signBit(_ w: KernelWriter, _ bits: Int) -> String {
        w.integer(-1 << (bits - 1), bits: bits)
    }
    static func valueBits(_ w: KernelWriter, _ bits: Int) -> String {
        w.integer(Int(bitPattern: ~UInt(0) >> UInt(65 - bits)), bits: bits)
    }

    /// A form for reals, on their bits and without rounding.
    static func onBits(_ write: @escaping (KernelWriter, [String], Int) -> String) -> CompiledForm {
        { w, x, type in
            guard type.isFloating else { return nil }
            let bits = type.byteCount * 8
            let result = write(w, x.map { w.bits($0.register, type.irName, bits) }, bits)
            return [w.value(type, w.real(fromBits: result, type.irName, bits))]
        }
    }

    private static let magnitude = onBits { w, x, bits in
        w.binary("and", x[0], valueBits(w, bits), "i\(bits)")
    }

    private static let integerMagnitude = integers { w, x, bits, isSigned in
        if !isSigned { return x[0] }
        let opposite = w.binary("sub", "zeroinitializer", x[0], "i\(bits)")
        return w.select(
            w.compareIntegers("slt", x[0], "zeroinitializer", bits: bits), opposite, x[0],
            "i\(bits)")
    }

    // MARK: - Complex numbers

    static func product(_ w: KernelWriter, _ z: VectorValue, _ y: VectorValue, _ t: String) -> (
        String, String
    ) {
        let real = w.binary(
            "fsub", w.binary("fmul", z.register, y.register, t),
            w.binary("fmul", z.imaginary, y.imaginary, t), t)
        let imaginary = w.binary(
            "fadd", w.binary("fmul", z.register, y.imaginary, t),
            w.binary("fmul", z.imaginary, y.register, t), t)
        return (real, imaginary)
    }

    private static let complexMagnitude: CompiledForm = { w, x, type in
        guard type.isComplex else { return nil }
        let t = type.irName
        let limits =
            type == .complex64
            ? (Double(Float.squareRangeLimit), Double(Float.downScale))
            : (Double.squareRangeLimit, Double.downScale)
        let a = w.intrinsic("llvm.fabs", t, x[0].register)
        let b = w.intrinsic("llvm.fabs", t, x[0].imaginary)
        let large = w.select(w.compare("ogt", a, b, t), a, b, t)
        let isHuge = w.compare("ogt", large, w.real(limits.0, t), t)
        let isTiny = w.compare("olt", large, w.real(1 / limits.0, t), t)
        func chosen(_ huge: Double, _ tiny: Double) -> String {
            w.select(isHuge, w.real(huge, t), w.select(isTiny, w.real(tiny, t), w.real(1, t), t), t)
        }
        let scale = chosen(limits.1, 1 / limits.1)
        let (p, q) = (w.binary("fmul", a, scale, t), w.binary("fmul", b, scale, t))
        let squares = w.binary("fadd", w.binary("fmul", p, p, t), w.binary("fmul", q, q, t), t)
        let result = w.binary(
            "fmul", w.intrinsic("llvm.sqrt", t, squares), chosen(1 / limits.1, limits.1), t)
        let infinity = w.real(.infinity, t)
        let second = w.select(w.compare("oeq", b, infinity, t), b, result, t)
        return [w.value(type.realPart, w.select(w.compare("oeq", a, infinity, t), a, second, t))]
    }
}
