/// Operations on the bits of integers and bool; written after `ElementwiseKernels+Bits.swift`.
import Launches
import Shapes

extension CompiledForms {
    static let bits: [Operation: CompiledForm] = [
        .bitwiseAnd: firstOf(truths { $0.both($1[0], $1[1]) }, onIntegers("and")),
        .bitwiseOr: firstOf(truths { $0.either($1[0], $1[1]) }, onIntegers("or")),
        .bitwiseXor: firstOf(truths { $0.differ($1[0], $1[1]) }, onIntegers("xor")),
        .invert: firstOf(
            truths { $0.not($1[0]) },
            integers { w, x, bits, _ in w.binary("xor", x[0], w.integer(-1, bits: bits), "i\(bits)")
            }),
        .leftShift: integers { w, x, bits, _ in
            let (count, isInRange) = shiftCount(w, x[1], bits)
            return w.select(
                isInRange, w.binary("shl", x[0], count, "i\(bits)"), "zeroinitializer", "i\(bits)")
        },
        .rightShift: integers { w, x, bits, isSigned in
            let t = "i\(bits)"
            let (count, isInRange) = shiftCount(w, x[1], bits)
            let shifted = w.binary(isSigned ? "ashr" : "lshr", x[0], count, t)
            let rest =
                isSigned
                ? w.binary("ashr", x[0], w.integer(bits - 1, bits: bits), t) : "zeroinitializer"
            return w.select(isInRange, shifted, rest, t)
        },
        .bitwiseCount: { w, x, type in
            guard type.isInteger else { return nil }
            let t = type.irName
            var magnitude = x[0].register
            if type.kind == .signed {
                let opposite = w.binary("sub", "zeroinitializer", magnitude, t)
                let isNegative = w.compareIntegers(
                    "slt", magnitude, "zeroinitializer", bits: type.byteCount * 8)
                magnitude = w.select(isNegative, opposite, magnitude, t)
            }
            let count = w.intrinsic("llvm.ctpop", t, magnitude)
            if type.byteCount == 1 { return [w.value(.uint8, count)] }
            return [w.value(.uint8, w.set("trunc \(w.vector(t)) \(count) to \(w.vector("i8"))"))]
        },
    ]

    private static func onIntegers(_ instruction: String) -> CompiledForm {
        integers { w, x, bits, _ in w.binary(instruction, x[0], x[1], "i\(bits)") }
    }

    /// A count of bits that is safe to shift by, and where it is the one asked for. Negative counts
    /// are out of range.
    private static func shiftCount(_ w: KernelWriter, _ count: String, _ bits: Int) -> (
        String, String
    ) {
        let isInRange = w.compareIntegers("ult", count, w.integer(bits, bits: bits), bits: bits)
        return (w.select(isInRange, count, "zeroinitializer", "i\(bits)"), isInRange)
    }
}
