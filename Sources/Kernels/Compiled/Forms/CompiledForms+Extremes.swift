/// Maximum, minimum and clip; written after `ElementwiseKernels+Extremes.swift`.
///
/// Of equal reals the second is taken, as vector instructions do, but for `float16`: it shows in
/// the sign of zero alone.
import Launches
import Shapes

extension CompiledForms {
    static let extremes: [Operation: CompiledForm] = [
        .maximum: extreme(takesLarger: true, skipsNaN: false),
        .minimum: extreme(takesLarger: false, skipsNaN: false),
        .fmax: extreme(takesLarger: true, skipsNaN: true),
        .fmin: extreme(takesLarger: false, skipsNaN: true),
        .clip: { w, x, type in
            // Truth values are clipped as numbers, which comes to the same as logic.
            guard let raised = extreme(takesLarger: true, skipsNaN: false)(w, [x[0], x[1]], type)
            else { return nil }
            return extreme(takesLarger: false, skipsNaN: false)(w, [raised[0], x[2]], type)
        },
    ]

    private static func extreme(takesLarger: Bool, skipsNaN: Bool) -> CompiledForm {
        firstOf(
            { w, x, type in
                guard type.isFloating else { return nil }
                let t = w.workName(type)
                let (a, b) = (w.work(x[0]), w.work(x[1]))
                let relation = (takesLarger ? "og" : "ol") + (type == .float16 ? "e" : "t")
                let nan = w.isNaN(skipsNaN ? b : a, t)
                let chosen = w.select(
                    w.compare(relation, a, b, t), x[0].register, x[1].register, type.irName)
                return [w.value(type, w.select(nan, x[0].register, chosen, type.irName))]
            },
            integers { w, x, bits, isSigned in
                let relation = (isSigned ? "s" : "u") + (takesLarger ? "gt" : "lt")
                return w.select(
                    w.compareIntegers(relation, x[0], x[1], bits: bits), x[0], x[1], "i\(bits)")
            },
            truths { takesLarger ? $0.either($1[0], $1[1]) : $0.both($1[0], $1[1]) },
            complex { w, x, t in
                let number = skipsNaN ? x[1] : x[0]
                let hasNaN = w.either(w.isNaN(number.register, t), w.isNaN(number.imaginary, t))
                let isBeyond =
                    takesLarger
                    ? above(w, x[0], x[1], t, orEqual: true)
                    : above(w, x[1], x[0], t, orEqual: true)
                let takesFirst = w.either(hasNaN, isBeyond)
                return (
                    w.select(takesFirst, x[0].register, x[1].register, t),
                    w.select(takesFirst, x[0].imaginary, x[1].imaginary, t)
                )
            })
    }
}
