/// The value of one nest's step as a kernel holds it: registers with one element for each of the
/// points in hand.
import Shapes

struct VectorValue {
    var type: ElementType
    /// The register; of the real part, for complex numbers. Empty for a truth value that is known
    /// as a condition alone.
    var register: String
    /// Of the imaginary part.
    var imaginary = ""
    /// For truth values: a vector of `i1`, where one is known.
    var condition: String?
}

extension KernelWriter {
    func value(_ type: ElementType, _ register: String, _ imaginary: String = "") -> VectorValue {
        VectorValue(type: type, register: register, imaginary: imaginary)
    }

    func truth(_ condition: String) -> VectorValue {
        VectorValue(type: .bool, register: "", condition: condition)
    }

    /// The register of a value, as memory holds it.
    func register(of value: VectorValue) -> String {
        guard value.register.isEmpty, let condition = value.condition else { return value.register }
        return set("zext \(vector("i1")) \(condition) to \(vector("i8"))")
    }

    /// Where a truth value is true.
    func condition(of value: VectorValue) -> String {
        value.condition ?? set("icmp ne \(vector("i8")) \(value.register), zeroinitializer")
    }

    // MARK: - Reals in the type that computes

    /// LLVM's type in which numbers of a real type are computed: `float16` is a storage type only.
    func workName(_ type: ElementType) -> String { type == .float16 ? "float" : type.irName }

    func work(_ value: VectorValue) -> String {
        guard value.type == .float16 else { return value.register }
        return set("fpext \(vector("half")) \(value.register) to \(vector("float"))")
    }

    func stored(_ register: String, _ type: ElementType) -> VectorValue {
        guard type == .float16 else { return value(type, register) }
        return value(type, set("fptrunc \(vector("float")) \(register) to \(vector("half"))"))
    }

    // MARK: - Choices and logic

    func select(_ condition: String, _ a: String, _ b: String, _ element: String) -> String {
        let type = vector(element)
        return set("select \(vector("i1")) \(condition), \(type) \(a), \(type) \(b)")
    }

    func both(_ a: String, _ b: String) -> String { set("and \(vector("i1")) \(a), \(b)") }
    func either(_ a: String, _ b: String) -> String { set("or \(vector("i1")) \(a), \(b)") }
    func differ(_ a: String, _ b: String) -> String { set("xor \(vector("i1")) \(a), \(b)") }
    func not(_ a: String) -> String { set("xor \(vector("i1")) \(a), \(constant("i1", "true"))") }

    /// A comparison of reals: `oeq`, `une`, `olt`, `uno`, …
    func compare(_ relation: String, _ a: String, _ b: String, _ element: String) -> String {
        set("fcmp \(relation) \(vector(element)) \(a), \(b)")
    }

    /// A comparison of integers: `eq`, `slt`, `ult`, …
    func compareIntegers(_ relation: String, _ a: String, _ b: String, bits: Int) -> String {
        set("icmp \(relation) \(vector("i\(bits)")) \(a), \(b)")
    }

    func isNaN(_ a: String, _ element: String) -> String { compare("uno", a, a, element) }

    /// An instruction on two operands of one type.
    func binary(_ instruction: String, _ a: String, _ b: String, _ element: String) -> String {
        set("\(instruction) \(vector(element)) \(a), \(b)")
    }

    /// The bits of a real, as integers.
    func bits(_ a: String, _ element: String, _ count: Int) -> String {
        set("bitcast \(vector(element)) \(a) to \(vector("i\(count)"))")
    }

    func real(fromBits a: String, _ element: String, _ count: Int) -> String {
        set("bitcast \(vector("i\(count)")) \(a) to \(vector(element))")
    }
}
