/// How a compiled kernel folds values: the running state, how a value joins it, how two states
/// meet, and the result.
///
/// Sums of reals keep the fixed tree's order, which the renderer sees to; all folds here besides
/// may take their values in any order with one answer. Folds that run from left to right have no
/// form.
import Launches
import Shapes

struct FoldForm {
    /// LLVM types of the state, element by element, and what they are before the first value.
    var state: [(element: String, identity: String)]
    var joined: (_ w: KernelWriter, _ state: [String], _ x: VectorValue) -> [String]
    var met: (_ w: KernelWriter, _ a: [String], _ b: [String]) -> [String]
    var result: (_ w: KernelWriter, _ state: [String]) -> VectorValue

    /// Whether the fold walks the fixed tree of sums.
    static func isTree(_ fold: LoopNest.Fold) -> Bool {
        fold.operation == .add && fold.type.isInexact
    }

    /// `nil` where there is no form.
    init?(_ operation: Operation, _ type: ElementType) {
        switch type {
        case .float16: return nil
        case .float32, .float64:
            switch operation {
            case .add:
                self = FoldForm.simple(type, KernelWriter.literal(-0.0)) { w, a, b in
                    w.binary("fadd", a, b, type.irName)
                }
            case .maximum: self = FoldForm.extreme(type, takesLarger: true, skipsNaN: false)
            case .minimum: self = FoldForm.extreme(type, takesLarger: false, skipsNaN: false)
            case .fmax: self = FoldForm.extreme(type, takesLarger: true, skipsNaN: true)
            case .fmin: self = FoldForm.extreme(type, takesLarger: false, skipsNaN: true)
            default: return nil
            }
        case .complex64, .complex128:
            guard operation == .add else { return nil }
            self = FoldForm.complexSum(type)
        default:
            guard let form = FoldForm.integer(operation, type) else { return nil }
            self = form
        }
    }

    private init(
        state: [(element: String, identity: String)],
        joined: @escaping (KernelWriter, [String], VectorValue) -> [String],
        met: @escaping (KernelWriter, [String], [String]) -> [String],
        result: @escaping (KernelWriter, [String]) -> VectorValue
    ) {
        (self.state, self.joined, self.met, self.result) = (state, joined, met, result)
    }

    /// One register and one instruction.
    private static func simple(
        _ type: ElementType, _ identity: String,
        _ instruction: @escaping (KernelWriter, String, String) -> String
    ) -> FoldForm {
        FoldForm(
            state: [(type.irName, identity)],
            joined: { w, a, x in [instruction(w, a[0], w.register(of: x))] },
            met: { w, a, b in [instruction(w, a[0], b[0])] },
            result: { w, a in w.value(type, a[0]) })
    }

    private static func complexSum(_ type: ElementType) -> FoldForm {
        let t = type.irName
        let identity = KernelWriter.literal(-0.0)
        func sum(_ w: KernelWriter, _ a: [String], _ b: [String]) -> [String] {
            [w.binary("fadd", a[0], b[0], t), w.binary("fadd", a[1], b[1], t)]
        }
        return FoldForm(
            state: [(t, identity), (t, identity)],
            joined: { w, a, x in sum(w, a, [x.register, x.imaginary]) }, met: sum,
            result: { w, a in w.value(type, a[0], a[1]) })
    }

    private static func integer(_ operation: Operation, _ type: ElementType) -> FoldForm? {
        let bits = type.byteCount * 8
        let t = type.irName
        func instruction(_ name: String, _ identity: Int) -> FoldForm {
            simple(type, "\(identity)") { w, a, b in w.binary(name, a, b, t) }
        }
        if type == .bool {
            switch operation {
            case .add, .maximum, .fmax, .logicalOr, .bitwiseOr: return instruction("or", 0)
            case .multiply, .minimum, .fmin, .logicalAnd, .bitwiseAnd: return instruction("and", 1)
            case .logicalXor, .bitwiseXor: return instruction("xor", 0)
            default: return nil
            }
        }
        let isSigned = type.kind == .signed
        let lowest = isSigned ? -1 << (bits - 1) : 0
        let highest = isSigned ? Int(bitPattern: ~UInt(0) >> UInt(65 - bits)) : -1
        func extreme(_ relation: String, _ identity: Int) -> FoldForm {
            simple(type, "\(identity)") { w, a, b in
                w.select(
                    w.compareIntegers((isSigned ? "s" : "u") + relation, a, b, bits: bits), a, b, t)
            }
        }
        switch operation {
        case .add: return instruction("add", 0)
        case .multiply: return instruction("mul", 1)
        case .bitwiseAnd: return instruction("and", -1)
        case .bitwiseOr: return instruction("or", 0)
        case .bitwiseXor: return instruction("xor", 0)
        case .maximum, .fmax: return extreme("gt", lowest)
        case .minimum, .fmin: return extreme("lt", highest)
        default: return nil
        }
    }

    /// The largest or smallest real. The processor's comparison tells neither NaN nor the signs of
    /// zeros; both are kept beside it: whether a NaN (or, where these are skipped, a number) was
    /// seen, and the "and" of all bits (for the smallest, the "or"). Where the extreme is zero, the
    /// sign in these bits is that of the extreme.
    private static func extreme(_ type: ElementType, takesLarger: Bool, skipsNaN: Bool) -> FoldForm
    {
        let t = type.irName
        let bits = type.byteCount * 8
        let relation = takesLarger ? "ogt" : "olt"
        let gathering = takesLarger ? "and" : "or"
        func chosen(_ w: KernelWriter, _ new: String, _ old: String) -> String {
            w.select(w.compare(relation, new, old, t), new, old, t)
        }
        return FoldForm(
            state: [
                (t, KernelWriter.literal(takesLarger ? -.infinity : .infinity)),
                ("i\(bits)", takesLarger ? "-1" : "0"),
                ("i1", "false"),
            ],
            joined: { w, a, x in
                var pattern = w.bits(x.register, t, bits)
                let seen = w.compare(skipsNaN ? "ord" : "uno", x.register, x.register, t)
                if skipsNaN {
                    pattern = w.select(
                        seen, pattern, w.integer(takesLarger ? -1 : 0, bits: bits), "i\(bits)")
                }
                return [
                    chosen(w, x.register, a[0]), w.binary(gathering, a[1], pattern, "i\(bits)"),
                    w.either(a[2], seen),
                ]
            },
            met: { w, a, b in
                [
                    chosen(w, b[0], a[0]), w.binary(gathering, a[1], b[1], "i\(bits)"),
                    w.either(a[2], b[2]),
                ]
            },
            result: { w, a in
                let sign = w.binary("and", a[1], CompiledForms.signBit(w, bits), "i\(bits)")
                let isZero = w.compare("oeq", a[0], CompiledForms.zero(w, t), t)
                let extreme = w.select(isZero, w.real(fromBits: sign, t, bits), a[0], t)
                let nan = w.real(Double.nan, t)
                return w.value(
                    type,
                    skipsNaN ? w.select(a[2], extreme, nan, t) : w.select(a[2], nan, extreme, t))
            })
    }
}
