/// Comparisons, logic and tests; written after `ElementwiseKernels+Comparison.swift` and
/// `+Complex.swift`.
import Launches
import Shapes

extension CompiledForms {
    static let relations: [Operation: CompiledForm] = [
        .equal: firstOf(
            related("oeq", "eq", "eq"), complexTruth { w, z, y, t in equal(w, z, y, t) }),
        .notEqual: firstOf(
            related("une", "ne", "ne"),
            complexTruth { w, z, y, t in
                w.either(
                    w.compare("une", z.register, y.register, t),
                    w.compare("une", z.imaginary, y.imaginary, t))
            }),
        .less: firstOf(
            related("olt", "slt", "ult"),
            complexTruth { w, z, y, t in above(w, y, z, t, orEqual: false) }),
        .lessEqual: firstOf(
            related("ole", "sle", "ule"),
            complexTruth { w, z, y, t in above(w, y, z, t, orEqual: true) }),
        .greater: firstOf(
            related("ogt", "sgt", "ugt"),
            complexTruth { w, z, y, t in above(w, z, y, t, orEqual: false) }),
        .greaterEqual: firstOf(
            related("oge", "sge", "uge"),
            complexTruth { w, z, y, t in above(w, z, y, t, orEqual: true) }),
        .logicalAnd: { w, x, _ in [w.truth(w.both(isTrue(w, x[0]), isTrue(w, x[1])))] },
        .logicalOr: { w, x, _ in [w.truth(w.either(isTrue(w, x[0]), isTrue(w, x[1])))] },
        .logicalXor: { w, x, _ in [w.truth(w.differ(isTrue(w, x[0]), isTrue(w, x[1])))] },
        .logicalNot: { w, x, _ in [w.truth(w.not(isTrue(w, x[0])))] },
        .isnan: tested(false) { w, x, bits, infinity in
            w.compareIntegers("ugt", x, infinity, bits: bits)
        },
        .isinf: tested(false) { w, x, bits, infinity in
            w.compareIntegers("eq", x, infinity, bits: bits)
        },
        .isfinite: tested(true) { w, x, bits, infinity in
            w.compareIntegers("ult", x, infinity, bits: bits)
        },
        .signbit: { w, x, type in
            guard type.isFloating else { return nil }
            let bits = type.byteCount * 8
            return [
                w.truth(
                    w.compareIntegers(
                        "slt", w.bits(x[0].register, type.irName, bits), "zeroinitializer",
                        bits: bits))
            ]
        },
    ]

    /// "Not zero", which NaN is.
    static func isTrue(_ w: KernelWriter, _ x: VectorValue) -> String {
        if x.type == .bool { return w.condition(of: x) }
        if x.type.isComplex {
            let t = x.type.irName
            return w.either(
                w.compare("une", x.register, zero(w, t), t),
                w.compare("une", x.imaginary, zero(w, t), t))
        }
        if x.type.isFloating {
            let t = w.workName(x.type)
            return w.compare("une", w.work(x), zero(w, t), t)
        }
        return w.compareIntegers("ne", x.register, "zeroinitializer", bits: x.type.byteCount * 8)
    }

    /// A relation of reals, of signed integers, and of unsigned ones and bool.
    private static func related(_ real: String, _ signed: String, _ unsigned: String)
        -> CompiledForm
    {
        { w, x, type in
            if type.isComplex { return nil }
            if type.isFloating {
                return [w.truth(w.compare(real, w.work(x[0]), w.work(x[1]), w.workName(type)))]
            }
            let relation = type.kind == .signed ? signed : unsigned
            return [
                w.truth(
                    w.compareIntegers(
                        relation, w.register(of: x[0]), w.register(of: x[1]),
                        bits: type.byteCount * 8))
            ]
        }
    }

    /// A test of a real's bits without the sign against those of infinity; of a complex number, the
    /// "or" or "and" of its parts; of anything else, `otherwise`.
    private static func tested(
        _ otherwise: Bool, _ holds: @escaping (KernelWriter, String, Int, String) -> String
    ) -> CompiledForm {
        { w, x, type in
            if !type.isInexact { return [w.truth(w.constant("i1", otherwise ? "true" : "false"))] }
            let bits = type.partBits
            let infinity: Int =
                switch bits {
                case 16: 0x7C00
                case 32: 0x7F80_0000
                default: 0x7FF0_0000_0000_0000
                }
            func test(_ part: String) -> String {
                let magnitude = w.binary(
                    "and", w.bits(part, type.irName, bits), valueBits(w, bits), "i\(bits)")
                return holds(w, magnitude, bits, w.integer(infinity, bits: bits))
            }
            let real = test(x[0].register)
            if !type.isComplex { return [w.truth(real)] }
            let imaginary = test(x[0].imaginary)
            return [w.truth(otherwise ? w.both(real, imaginary) : w.either(real, imaginary))]
        }
    }

    // MARK: - The order of complex numbers

    private static func complexTruth(
        _ holds: @escaping (KernelWriter, VectorValue, VectorValue, String) -> String
    ) -> CompiledForm {
        { w, x, type in type.isComplex ? [w.truth(holds(w, x[0], x[1], type.irName))] : nil }
    }

    private static func equal(_ w: KernelWriter, _ z: VectorValue, _ y: VectorValue, _ t: String)
        -> String
    {
        w.both(
            w.compare("oeq", z.register, y.register, t),
            w.compare("oeq", z.imaginary, y.imaginary, t))
    }

    /// Whether `z` comes after `y`, by real, then by imaginary part; a NaN makes it false.
    static func above(
        _ w: KernelWriter, _ z: VectorValue, _ y: VectorValue, _ t: String, orEqual: Bool
    ) -> String {
        let areNumbers = w.compare("ord", z.imaginary, y.imaginary, t)
        let first = w.both(w.compare("ogt", z.register, y.register, t), areNumbers)
        let second = w.both(
            w.compare("oeq", z.register, y.register, t),
            w.compare(orEqual ? "oge" : "ogt", z.imaginary, y.imaginary, t))
        return w.either(first, second)
    }
}
