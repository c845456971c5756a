/// Operations that move elements without computing; written after
/// `ElementwiseKernels+Copying.swift`.
import Launches
import Shapes

extension CompiledForms {
    static let copying: [Operation: CompiledForm] = [
        .copy: { _, x, _ in x },
        .positive: { _, x, type in type == .bool ? nil : x },
        .conjugate: { w, x, type in
            if type == .bool { return nil }
            if !type.isComplex { return x }
            return [w.value(type, x[0].register, negated(w, x[0].imaginary, type.irName))]
        },
        .real: { w, x, type in type.isComplex ? [w.value(type.realPart, x[0].register)] : nil },
        .imaginary: { w, x, type in type.isComplex ? [w.value(type.realPart, x[0].imaginary)] : nil
        },
        .complexFromParts: { w, x, type in
            type == .float16
                ? nil : [w.value(type.complexCounterpart, x[0].register, x[1].register)]
        },
        .select: { w, x, type in
            let condition = w.condition(of: x[0])
            if type == .bool {
                let chosen = w.select(condition, w.register(of: x[1]), w.register(of: x[2]), "i8")
                return [w.value(type, chosen)]
            }
            let real = w.select(condition, x[1].register, x[2].register, type.irName)
            if !type.isComplex { return [w.value(type, real)] }
            return [
                w.value(
                    type, real, w.select(condition, x[1].imaginary, x[2].imaginary, type.irName))
            ]
        },
    ]
}
