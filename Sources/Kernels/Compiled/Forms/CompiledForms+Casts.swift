/// Conversions between element types in registers; written after `CastKernels.swift`.
import Shapes

extension CompiledForms {
    /// The value in another type; `nil` where there is no form.
    static func cast(_ w: KernelWriter, _ x: VectorValue, _ target: ElementType) -> VectorValue? {
        if x.type == target { return x }
        if target == .bool { return w.truth(isTrue(w, x)) }
        if target.isComplex {
            if x.type.isComplex {
                guard let real = realToReal(w, x.register, x.type.realPart, target.realPart),
                    let imaginary = realToReal(w, x.imaginary, x.type.realPart, target.realPart)
                else { return nil }
                return w.value(target, real, imaginary)
            }
            guard let real = cast(w, x, target.realPart) else { return nil }
            return w.value(target, real.register, zero(w, target.irName))
        }
        if x.type.isComplex { return cast(w, w.value(x.type.realPart, x.register), target) }
        if x.type.isFloating {
            if target.isFloating {
                return realToReal(w, x.register, x.type, target).map { w.value(target, $0) }
            }
            return w.value(target, realToInteger(w, x, target))
        }
        return target.isFloating
            ? integerToReal(w, x, target) : w.value(target, integerToInteger(w, x, target))
    }

    private static func realToReal(
        _ w: KernelWriter, _ x: String, _ source: ElementType, _ target: ElementType
    ) -> String? {
        if source == target { return x }
        // No processor before AVX-512's half precision rounds a double to 16 bits at once.
        if source == .float64 && target == .float16 { return nil }
        if source == .float16 && target == .float64 {
            let wide = w.set("fpext \(w.vector("half")) \(x) to \(w.vector("float"))")
            return w.set("fpext \(w.vector("float")) \(wide) to \(w.vector("double"))")
        }
        let instruction = source.byteCount < target.byteCount ? "fpext" : "fptrunc"
        return w.set("\(instruction) \(w.vector(source.irName)) \(x) to \(w.vector(target.irName))")
    }

    private static func integerToInteger(_ w: KernelWriter, _ x: VectorValue, _ target: ElementType)
        -> String
    {
        let register = w.register(of: x)
        let (from, to) = (x.type.byteCount, target.byteCount)
        if from == to { return register }
        let instruction = to < from ? "trunc" : x.type.kind == .signed ? "sext" : "zext"
        return w.set(
            "\(instruction) \(w.vector(x.type.irName)) \(register) to \(w.vector(target.irName))")
    }

    private static func integerToReal(_ w: KernelWriter, _ x: VectorValue, _ target: ElementType)
        -> VectorValue
    {
        let instruction = x.type.kind == .signed ? "sitofp" : "uitofp"
        let t = w.workName(target)
        let real = w.set(
            "\(instruction) \(w.vector(x.type.irName)) \(w.register(of: x)) to \(w.vector(t))")
        return w.stored(real, target)
    }

    // MARK: - Reals to integers

    /// Cut towards zero; out of range the lowest number of 32 or 64 bits, of which narrower targets
    /// keep the low bits.
    private static func realToInteger(_ w: KernelWriter, _ x: VectorValue, _ target: ElementType)
        -> String
    {
        let work = w.work(x)
        let double =
            w.workName(x.type) == "double"
            ? work : w.set("fpext \(w.vector("float")) \(work) to \(w.vector("double"))")
        if target == .uint64 {
            let isHigh = w.compare("oge", double, w.real(0x1p63, "double"), "double")
            let low = w.binary("fsub", double, w.real(0x1p63, "double"), "double")
            let chopped = chopped64(w, w.select(isHigh, low, double, "double"))
            let flipped = w.binary("xor", chopped, signBit(w, 64), "i64")
            return w.select(isHigh, flipped, chopped, "i64")
        }
        let is64 = target == .int64 || target == .uint32
        let whole = is64 ? chopped64(w, double) : chopped32(w, double)
        let bits = is64 ? 64 : 32
        if target.byteCount * 8 == bits { return whole }
        return w.set("trunc \(w.vector("i\(bits)")) \(whole) to \(w.vector(target.irName))")
    }

    private static func chopped32(_ w: KernelWriter, _ x: String) -> String {
        chopped(w, x, above: -0x1p31 - 1, "ogt", below: 0x1p31, 32)
    }

    private static func chopped64(_ w: KernelWriter, _ x: String) -> String {
        chopped(w, x, above: -0x1p63, "oge", below: 0x1p63, 64)
    }

    private static func chopped(
        _ w: KernelWriter, _ x: String, above low: Double, _ relation: String, below high: Double,
        _ bits: Int
    ) -> String {
        let isInRange = w.both(
            w.compare(relation, x, w.real(low, "double"), "double"),
            w.compare("olt", x, w.real(high, "double"), "double"))
        let safe = w.select(isInRange, x, zero(w, "double"), "double")
        let whole = w.set("fptosi \(w.vector("double")) \(safe) to \(w.vector("i\(bits)"))")
        return w.select(isInRange, whole, signBit(w, bits), "i\(bits)")
    }
}
