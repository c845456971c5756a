/// Writes one function of LLVM IR, instruction by instruction.
///
/// In: calls that name an instruction and its operands. Out: text in single-assignment form. Values
/// are vectors of `lanes` elements, one for each of so many points; there is no pass in front of
/// the code generator, so loops carry their values in `phi`s and nothing lies on the stack.
import Shapes

/// Why a nest has no compiled form: a sentence for `legate explain`.
struct NotRenderable: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

final class KernelWriter {
    /// Points that one instruction computes.
    var lanes: Int
    let target: KernelTarget
    private(set) var text = ""
    /// Label of the block being written.
    private(set) var block = "entry"
    private var registers = 0
    private var labels = 0
    /// Declarations that the function needs, in the order of their first use.
    private(set) var declarations: [String] = []
    /// The register that holds the address of the table of functions.
    var functionTable = ""

    init(_ target: KernelTarget, lanes: Int) {
        self.target = target
        self.lanes = lanes
    }

    // MARK: - Text

    func register() -> String {
        registers += 1
        return "%v\(registers)"
    }

    func label(_ name: String) -> String {
        labels += 1
        return "\(name)\(labels)"
    }

    func beginFunction(_ head: String) {
        text += "\n\(head) nounwind {\nentry:\n"
        block = "entry"
    }

    func endFunction(_ last: String) { text += "  \(last)\n}\n" }

    func line(_ instruction: String) { text += "  \(instruction)\n" }

    /// An instruction with a result; gives the register that holds it.
    func set(_ instruction: String) -> String {
        let register = register()
        text += "  \(register) = \(instruction)\n"
        return register
    }

    func begin(_ label: String) {
        text += "\(label):\n"
        block = label
    }

    func jump(_ label: String) { line("br label %\(label)") }

    func branch(_ condition: String, _ yes: String, _ no: String) {
        line("br i1 \(condition), label %\(yes), label %\(no)")
    }

    func declare(_ declaration: String) {
        if !declarations.contains(declaration) { declarations.append(declaration) }
    }

    /// Takes what `body` writes out of the text.
    private func captured(_ body: () -> Void) -> String {
        let before = text
        text = ""
        body()
        defer { text = before }
        return text
    }

    /// A value that a loop hands from one turn to the next.
    struct Carried {
        var type: String
        var first: String
    }

    /// A loop: `for i = first; i < end; i += step`. `body` gets `i` and the carried values, and
    /// gives their successors.
    ///
    /// - Returns: `i` and the carried values behind the loop.
    @discardableResult
    func loop(
        _ name: String, from first: String, to end: String, step: String,
        carrying carried: [Carried] = [],
        _ body: (_ i: String, _ values: [String]) -> [String]
    ) -> (i: String, values: [String]) {
        let (head, inside, latch, exit) = (label(name), label(name), label(name), label(name))
        let before = block
        jump(head)
        let i = register()
        let next = register()
        let values = carried.map { _ in register() }
        var results: [String] = []
        let inner = captured {
            begin(inside)
            results = body(i, values)
            jump(latch)
            begin(latch)
            line("\(next) = add nsw i64 \(i), \(step)")
            jump(head)
        }
        begin(head)
        line("\(i) = phi i64 [ \(first), %\(before) ], [ \(next), %\(latch) ]")
        for (k, value) in carried.enumerated() {
            line(
                "\(values[k]) = phi \(value.type) [ \(value.first), %\(before) ], [ \(results[k]), %\(latch) ]"
            )
        }
        let goes = set("icmp slt i64 \(i), \(end)")
        branch(goes, inside, exit)
        text += inner
        begin(exit)
        return (i, values)
    }

    /// Writes `body` for points that are computed one by one.
    @discardableResult
    func scalars<Result>(_ body: () -> Result) -> Result {
        let wide = lanes
        lanes = 1
        defer { lanes = wide }
        return body()
    }

    // MARK: - Vectors

    /// `<8 x double>`
    func vector(_ element: String) -> String { "<\(lanes) x \(element)>" }

    /// The same constant in every lane.
    func constant(_ element: String, _ literal: String) -> String {
        "<" + [String](repeating: "\(element) \(literal)", count: lanes).joined(separator: ", ")
            + ">"
    }

    func integer(_ value: Int, bits: Int) -> String { constant("i\(bits)", "\(value)") }

    /// A real number, by its bits: LLVM writes both widths as doubles.
    func real(_ value: Double, _ element: String) -> String {
        constant(element, KernelWriter.literal(value))
    }

    static func literal(_ value: Double) -> String {
        let digits = String(value.bitPattern, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// One scalar in every lane.
    func splat(_ scalar: String, _ element: String) -> String {
        let type = vector(element)
        let first = set("insertelement \(type) poison, \(element) \(scalar), i64 0")
        return set(
            "shufflevector \(type) \(first), \(type) poison, <\(lanes) x i32> zeroinitializer")
    }

    func lane(_ k: Int, of vector: String, _ element: String) -> String {
        set("extractelement \(self.vector(element)) \(vector), i64 \(k)")
    }

    /// Lanes of one vector of `count` elements, or of two, in the order of `lanes`.
    func shuffled(_ a: String, with b: String? = nil, _ element: String, count: Int, _ order: [Int])
        -> String
    {
        let type = "<\(count) x \(element)>"
        let list = order.map { "i32 \($0)" }.joined(separator: ", ")
        return set(
            "shufflevector \(type) \(a), \(type) \(b ?? "poison"), <\(order.count) x i32> <\(list)>"
        )
    }

    /// A call of an intrinsic on whole vectors: `llvm.floor` becomes `llvm.floor.v8f64`.
    func intrinsic(_ name: String, _ element: String, _ operands: String...) -> String {
        let type = vector(element)
        let full = "@\(name).\(suffix(element))"
        let types = [String](repeating: type, count: operands.count).joined(separator: ", ")
        declare("declare \(type) \(full)(\(types))")
        return set(
            "call \(type) \(full)(\(operands.map { "\(type) \($0)" }.joined(separator: ", ")))")
    }

    /// `v8f64`, as intrinsics are named.
    func suffix(_ element: String, lanes: Int? = nil) -> String {
        let name =
            switch element {
            case "double": "f64"
            case "float": "f32"
            case "half": "f16"
            case "ptr": "p0"
            default: element
            }
        return "v\(lanes ?? self.lanes)\(name)"
    }
}

extension ElementType {
    /// LLVM's type of one element as memory holds it; of one part, for complex numbers.
    var irName: String {
        switch self {
        case .bool, .int8, .uint8: return "i8"
        case .int16, .uint16: return "i16"
        case .int32, .uint32: return "i32"
        case .int64, .uint64: return "i64"
        case .float16: return "half"
        case .float32, .complex64: return "float"
        case .float64, .complex128: return "double"
        }
    }

    /// Bits of one element, or of one part.
    var partBits: Int { realPart.byteCount * 8 }
}
