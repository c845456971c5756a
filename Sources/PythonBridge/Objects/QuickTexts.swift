/// The text of float64 and int64 scalars whose value is known: Python's own, as NumPy's scalars have
/// it, too, as long as nobody has changed NumPy's print options.
import CPlatform
import LegateCore
import NumPy

/// `str(s)` or `repr(s)`; `nil` for everything else.
func quickText(_ object: Obj, isRepresentation: Bool) -> Obj? {
    guard isScalar(object), let number = QuickNumber(scalar: object), PrintOptions.areUnchanged
    else { return nil }
    guard let value = number.pythonNumber else { return nil }
    defer { Py_DecRef(value) }
    return isRepresentation ? lg_scalar_text(number.typeName, value) : PyObject_Str(value)
}

/// `format(s, specification)`, for which print options do not count.
func quickText(_ object: Obj, _ specification: Obj) -> Obj? {
    guard isScalar(object), lg_kind(specification) == .string,
        let value = QuickNumber(scalar: object)?.pythonNumber
    else { return nil }
    defer { Py_DecRef(value) }
    return PyObject_Format(value, specification)
}

extension QuickNumber {
    fileprivate var pythonNumber: Obj? {
        switch self {
        case .float(let value): return PyFloat_FromDouble(value)
        case .integer(let value): return PyLong_FromSsize_t(value)
        }
    }

    fileprivate var typeName: UnsafePointer<CChar> {
        switch self {
        case .float: return QuickNumber.float64Name
        case .integer: return QuickNumber.int64Name
        }
    }
    nonisolated(unsafe) private static let float64Name = immortalCString("float64")
    nonisolated(unsafe) private static let int64Name = immortalCString("int64")
}

/// NumPy's print options, which it keeps in a context variable: a dictionary that is another one
/// once an option was set.
private enum PrintOptions {
    nonisolated(unsafe) private static let module = PyImport_ImportModule(
        "numpy._core.printoptions")
    nonisolated(unsafe) private static let defaults = found(
        "default_format_options_dict", in: module)
    nonisolated(unsafe) private static let get = found(
        "get", in: found("format_options", in: module))

    private static func found(_ name: String, in object: Obj?) -> Obj? {
        if let object, let found = PyObject_GetAttrString(object, name) { return found }
        PyErr_Clear()
        return nil
    }

    static var areUnchanged: Bool {
        guard let get, let defaults, let options = PyObject_CallNoArgs(get) else {
            PyErr_Clear()
            return false
        }
        defer { Py_DecRef(options) }
        return options == defaults
    }
}
