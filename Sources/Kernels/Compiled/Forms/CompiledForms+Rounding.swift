/// Rounding and square roots, which are instructions of the processor; written after
/// `ElementwiseKernels+Math.swift`.
import Launches
import Shapes

extension CompiledForms {
    static let rounding: [Operation: CompiledForm] = [
        .rint: firstOf(
            reals { w, x, t in w.intrinsic("llvm.rint", t, x[0]) },
            complex { w, x, t in
                (
                    w.intrinsic("llvm.rint", t, x[0].register),
                    w.intrinsic("llvm.rint", t, x[0].imaginary)
                )
            }),
        .floor: rounded("llvm.floor"),
        .ceil: rounded("llvm.ceil"),
        .trunc: rounded("llvm.trunc"),
        .sqrt: reals { w, x, t in w.intrinsic("llvm.sqrt", t, x[0]) },
        .modf: { w, x, type in
            guard type.isFloating else { return nil }
            let t = w.workName(type)
            let bits = t == "double" ? 64 : 32
            let value = w.work(x[0])
            let whole = w.intrinsic("llvm.trunc", t, value)
            let isInfinite = w.compare(
                "oeq", w.intrinsic("llvm.fabs", t, value), w.real(.infinity, t), t)
            let fraction = w.select(isInfinite, zero(w, t), w.binary("fsub", value, whole, t), t)
            let magnitude = w.binary(
                "and", w.bits(fraction, t, bits), valueBits(w, bits), "i\(bits)")
            let sign = w.binary("and", w.bits(value, t, bits), signBit(w, bits), "i\(bits)")
            let signed = w.real(fromBits: w.binary("or", magnitude, sign, "i\(bits)"), t, bits)
            return [w.stored(signed, type), w.stored(whole, type)]
        },
    ]

    /// An intrinsic for reals; integers are whole already.
    private static func rounded(_ name: String) -> CompiledForm {
        firstOf(
            reals { w, x, t in w.intrinsic(name, t, x[0]) },
            { _, x, type in type.isInexact ? nil : x })
    }
}
