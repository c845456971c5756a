/// One row: a function of NumPy's, a method of arrays, or both, with native code.
///
/// The name, the signature and the body are all there is to say; module attributes, methods,
/// argument checks, the way to NumPy for unsupported calls and the documentation's coverage table
/// follow from it.
import CPlatform
import LegateCore
import NumPy

struct RowKinds: OptionSet {
    let rawValue: Int
    static let function = RowKinds(rawValue: 1)
    /// A method of `ndarray` and of scalars; the first parameter is the array.
    static let method = RowKinds(rawValue: 2)
    /// Only of scalars.
    static let scalarMethod = RowKinds(rawValue: 4)
    /// Both a function and a method, with one signature.
    static let both: RowKinds = [.function, .method]
}

final class Row {
    /// NumPy's name; functions of submodules with their module: `linalg.norm`.
    let name: String
    let signature: Signature
    let kinds: RowKinds
    let body: (Arguments) throws -> Obj?
    /// Nothing native: the call goes to NumPy at once.
    let isHostOnly: Bool
    /// Whether running it on the host is worth no warning, because that is where it belongs.
    let isSilent: Bool
    /// The function of NumPy's behind it, once it was needed.
    var hostFunction: Obj?

    init(
        _ name: String, _ signature: String, _ kinds: RowKinds = .function,
        isHostOnly: Bool = false,
        isSilent: Bool = false, object body: @escaping (Arguments) throws -> Obj?
    ) {
        self.name = name
        self.signature = Signature(signature)
        self.kinds = kinds
        self.body = body
        self.isHostOnly = isHostOnly
        self.isSilent = isSilent
    }

    /// A row whose body gives a Swift value.
    convenience init<R: PythonValue>(
        _ name: String, _ signature: String, _ kinds: RowKinds = .function,
        body: @escaping (Arguments) throws -> R
    ) {
        self.init(name, signature, kinds, object: { try body($0).pythonObject() })
    }

    /// A row whose body gives nothing: `None`.
    convenience init(
        _ name: String, _ signature: String, _ kinds: RowKinds = .function,
        nothing body: @escaping (Arguments) throws -> Void
    ) {
        self.init(
            name, signature, kinds,
            object: {
                try body($0)
                return lg_none()
            })
    }

    /// A method that only NumPy has.
    static func host(_ name: String, _ kinds: RowKinds = .method, isSilent: Bool = false) -> Row {
        Row(
            name, "a, *args", kinds, isHostOnly: true, isSilent: isSilent,
            object: { _ in
                throw NumPyError(.unsupported, "host method")
            })
    }

    /// The name without its module.
    var shortName: String { String(name.split(separator: ".").last ?? "") }
    var documentation: String { "\(shortName)(\(signature.text))\n--\n\nAs NumPy's `\(name)`." }
}

/// What bodies of rows may give back.
protocol PythonValue {
    func pythonObject() throws -> Obj?
}

extension NDArray: PythonValue {
    func pythonObject() -> Obj? { wrap(self) }
}
extension Bool: PythonValue {
    func pythonObject() -> Obj? { lg_bool(self ? 1 : 0) }
}
extension Int: PythonValue {
    func pythonObject() -> Obj? { PyLong_FromSsize_t(self) }
}
extension Double: PythonValue {
    func pythonObject() -> Obj? { PyFloat_FromDouble(self) }
}
extension String: PythonValue {
    func pythonObject() -> Obj? { pythonString(self) }
}
extension AxisList: PythonValue {
    func pythonObject() -> Obj? { tuple(self) }
}
extension ElementType: PythonValue {
    func pythonObject() -> Obj? { Host.dtype(self) }
}
extension Optional: PythonValue where Wrapped: PythonValue {
    func pythonObject() throws -> Obj? {
        guard let self else { return lg_none() }
        return try self.pythonObject()
    }
}
/// A Python list.
extension Array: PythonValue where Element: PythonValue {
    func pythonObject() throws -> Obj? {
        let list = try check(PyList_New(count))
        for (i, item) in enumerated() { PyList_SetItem(list, i, try item.pythonObject()) }
        return list
    }
}
/// A Python tuple.
struct PythonTuple: PythonValue {
    var items: [any PythonValue]
    init(_ items: [any PythonValue]) { self.items = items }
    init(_ items: any PythonValue...) { self.items = items }
    func pythonObject() throws -> Obj? { tuple(try items.map { try $0.pythonObject() }) }
}
