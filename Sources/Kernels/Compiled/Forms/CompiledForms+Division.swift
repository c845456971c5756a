/// Division in its forms; written after `ElementwiseKernels+Division.swift` and `+Complex.swift`.
///
/// An integer is divided by 1 wherever its divisor is 0 or -1: neither may reach the processor.
/// Remainders of reals are functions.
import Launches
import Shapes

extension CompiledForms {
    static let division: [Operation: CompiledForm] = [
        .divide: firstOf(
            reals { w, x, t in w.binary("fdiv", x[0], x[1], t) },
            complex { w, x, t in quotient(w, x[0], x[1], t) }),
        .reciprocal: firstOf(
            reals { w, x, t in w.binary("fdiv", w.real(1, t), x[0], t) },
            complex { w, x, t in reciprocal(w, x[0], t) }),
        .floorDivide: integers { w, x, bits, isSigned in
            let division = IntegerDivision(w, x[0], x[1], bits, isSigned)
            return division.floorQuotient()
        },
        .remainder: integers { w, x, bits, isSigned in
            let t = "i\(bits)"
            let division = IntegerDivision(w, x[0], x[1], bits, isSigned)
            let rest = division.remainder
            if !isSigned { return rest }
            let isNotZero = w.compareIntegers("ne", rest, "zeroinitializer", bits: bits)
            let signs = w.binary("xor", rest, x[1], t)
            let differs = w.both(
                isNotZero, w.compareIntegers("slt", signs, "zeroinitializer", bits: bits))
            return w.select(differs, w.binary("add", rest, x[1], t), rest, t)
        },
        .fmod: integers { w, x, bits, isSigned in
            IntegerDivision(w, x[0], x[1], bits, isSigned).remainder
        },
        .divmod: { w, x, type in
            guard type.isInteger else { return nil }
            let (bits, t) = (type.byteCount * 8, type.irName)
            let division = IntegerDivision(
                w, x[0].register, x[1].register, bits, type.kind == .signed)
            let quotient = division.floorQuotient()
            let rest = w.binary(
                "sub", x[0].register, w.binary("mul", quotient, x[1].register, t), t)
            return [
                w.value(type, quotient),
                w.value(type, w.select(division.isByZero, "zeroinitializer", rest, t)),
            ]
        },
    ]

    /// A division of integers with what must not reach the processor put aside.
    private struct IntegerDivision {
        let w: KernelWriter
        let (x, y): (String, String)
        let bits: Int
        let isSigned: Bool
        let isByZero: String
        /// Divided by -1.
        let isOpposite: String?
        let safe: String

        init(_ w: KernelWriter, _ x: String, _ y: String, _ bits: Int, _ isSigned: Bool) {
            (self.w, self.x, self.y, self.bits, self.isSigned) = (w, x, y, bits, isSigned)
            isByZero = w.compareIntegers("eq", y, "zeroinitializer", bits: bits)
            isOpposite =
                isSigned ? w.compareIntegers("eq", y, w.integer(-1, bits: bits), bits: bits) : nil
            let isUnsafe = isOpposite.map { [isByZero] in w.either(isByZero, $0) } ?? isByZero
            safe = w.select(isUnsafe, w.integer(1, bits: bits), y, "i\(bits)")
        }

        private func unlessZero(_ value: String) -> String {
            w.select(isByZero, "zeroinitializer", value, "i\(bits)")
        }

        /// Rounded towards zero, with 0 for a division by zero or by -1.
        var remainder: String {
            let t = "i\(bits)"
            let rest = w.binary(isSigned ? "srem" : "urem", x, safe, t)
            // By 1 there is no rest: the cases put aside are right already.
            return rest
        }

        func floorQuotient() -> String {
            let t = "i\(bits)"
            guard let isOpposite else { return unlessZero(w.binary("udiv", x, safe, t)) }
            let quotient = w.binary("sdiv", x, safe, t)
            let rest = w.binary("sub", x, w.binary("mul", quotient, safe, t), t)
            let isNotZero = w.compareIntegers("ne", rest, "zeroinitializer", bits: bits)
            let signs = w.binary("xor", x, safe, t)
            let isLow = w.both(
                isNotZero, w.compareIntegers("slt", signs, "zeroinitializer", bits: bits))
            let lower = w.binary("sub", quotient, w.integer(1, bits: bits), t)
            let floor = w.select(isLow, lower, quotient, t)
            let opposite = w.binary("sub", "zeroinitializer", x, t)
            return unlessZero(w.select(isOpposite, opposite, floor, t))
        }
    }

    // MARK: - Complex numbers

    /// Smith's quotient: both of its ways, and a choice.
    private static func quotient(_ w: KernelWriter, _ z: VectorValue, _ y: VectorValue, _ t: String)
        -> (String, String)
    {
        let (a, b, c, d) = (z.register, z.imaginary, y.register, y.imaginary)
        func op(_ instruction: String, _ x: String, _ y: String) -> String {
            w.binary(instruction, x, y, t)
        }
        let one = w.real(1, t)
        let (c0, d0) = (w.intrinsic("llvm.fabs", t, c), w.intrinsic("llvm.fabs", t, d))
        let isFirst = w.compare("oge", c0, d0, t)
        let isZero = w.both(
            w.compare("oeq", c0, zero(w, t), t), w.compare("oeq", d0, zero(w, t), t))
        let ratio = op("fdiv", d, c)
        let scale = op("fdiv", one, op("fadd", c, op("fmul", d, ratio)))
        let first = (
            op("fmul", op("fadd", a, op("fmul", b, ratio)), scale),
            op("fmul", op("fsub", b, op("fmul", a, ratio)), scale)
        )
        let other = op("fdiv", c, d)
        let otherScale = op("fdiv", one, op("fadd", d, op("fmul", c, other)))
        let second = (
            op("fmul", op("fadd", op("fmul", a, other), b), otherScale),
            op("fmul", op("fsub", op("fmul", b, other), a), otherScale)
        )
        func chosen(_ first: String, _ second: String, _ part: String) -> String {
            w.select(isZero, op("fdiv", part, c0), w.select(isFirst, first, second, t), t)
        }
        return (chosen(first.0, second.0, a), chosen(first.1, second.1, b))
    }

    private static func reciprocal(_ w: KernelWriter, _ z: VectorValue, _ t: String) -> (
        String, String
    ) {
        let (a, b) = (z.register, z.imaginary)
        func op(_ instruction: String, _ x: String, _ y: String) -> String {
            w.binary(instruction, x, y, t)
        }
        let isFirst = w.compare(
            "ole", w.intrinsic("llvm.fabs", t, b), w.intrinsic("llvm.fabs", t, a), t)
        let (one, minusOne) = (w.real(1, t), w.real(-1, t))
        let ratio = op("fdiv", b, a)
        let divisor = op("fadd", a, op("fmul", b, ratio))
        let other = op("fdiv", a, b)
        let otherDivisor = op("fadd", op("fmul", a, other), b)
        return (
            w.select(isFirst, op("fdiv", one, divisor), op("fdiv", other, otherDivisor), t),
            w.select(
                isFirst, op("fdiv", negated(w, ratio, t), divisor),
                op("fdiv", minusOne, otherDivisor), t)
        )
    }
}
