/// Swift errors become Python exceptions here, and nowhere else.
import CPlatform
import LegateCore
import NumPy

/// Sets the Python exception that stands for `error`.
@inline(never) func raise(_ error: any Error) {
    switch error {
    case is Raised:
        if PyErr_Occurred() == nil { PyErr_SetString(lg_exc_runtime(), "unknown error") }
    case let error as NumPyError:
        PyErr_SetString(exceptionType(error.kind), error.message)
    case let error as MemoryCeilingError:
        PyErr_SetString(lg_exc_memory(), error.message)
    case let error as CoreError:
        PyErr_SetString(exceptionType(error.kind), error.description)
    case let error as TaskError:
        raiseTaskError(error)
    default:
        PyErr_SetString(lg_exc_runtime(), "\(error)")
    }
}

/// Sets an exception and gives the error to throw.
@inline(never) func raised(_ type: Obj?, _ message: String) -> Raised {
    PyErr_SetString(type, message)
    return Raised()
}

@inline(never) func typeError(_ message: String) -> Raised { raised(lg_exc_type(), message) }
@inline(never) func valueError(_ message: String) -> Raised { raised(lg_exc_value(), message) }
@inline(never) func indexError(_ message: String) -> Raised { raised(lg_exc_index(), message) }

extension Error {
    /// Whether the call is right, but has no native code: it then runs through NumPy on the host.
    var isUnsupported: Bool { (self as? NumPyError)?.kind == .unsupported }
}

private func exceptionType(_ kind: NumPyError.Kind) -> Obj? {
    switch kind {
    case .value: return lg_exc_value()
    case .type: return lg_exc_type()
    case .index: return lg_exc_index()
    case .memory: return lg_exc_memory()
    case .overflow: return lg_exc_overflow()
    case .zeroDivision: return lg_exc_zero_division()
    case .runtime: return lg_exc_runtime()
    case .attribute: return lg_exc_attribute()
    case .notImplemented, .unsupported: return lg_exc_not_implemented()
    case .axis: return ExceptionTypes.axis
    case .linearAlgebra: return ExceptionTypes.linearAlgebra
    case .casting: return ExceptionTypes.casting
    }
}

private func exceptionType(_ kind: CoreError.Kind) -> Obj? {
    switch kind {
    case .type: lg_exc_type()
    case .value: lg_exc_value()
    case .index: lg_exc_index()
    case .key: lg_exc_key()
    case .runtime: lg_exc_runtime()
    case .notImplemented: lg_exc_not_implemented()
    case .file: lg_exc_os()
    }
}

/// A body's own exception as it was, with a note that names the task and the line that launched it.
private func raiseTaskError(_ error: TaskError) {
    let place = error.source.map { " launched at \($0)" } ?? ""
    switch error.underlying {
    case let error as MemoryCeilingError: raise(error)
    case let inner as CoreError:
        PyErr_SetString(exceptionType(inner.kind), "task '\(error.task)'\(place): \(inner.message)")
    case let inner as PythonTaskError:
        if let note = pythonString("in task '\(error.task)'\(place)") {
            if let result = try? callMethod(inner.exception, "add_note", note) {
                Py_DecRef(result)
            } else {
                PyErr_Clear()
            }
            Py_DecRef(note)
        }
        PyErr_SetObject(Obj(lg_type(inner.exception)), inner.exception)
    default: PyErr_SetString(lg_exc_runtime(), error.description)
    }
}

/// NumPy's own exception types, found when the module is loaded.
enum ExceptionTypes {
    nonisolated(unsafe) static var axis: Obj?
    nonisolated(unsafe) static var linearAlgebra: Obj?
    /// A subclass of NumPy's `UFuncTypeError` that takes a plain sentence.
    nonisolated(unsafe) static var casting: Obj?

    static func load() throws {
        let exceptions = try check(PyImport_ImportModule("numpy.exceptions"))
        axis = try attribute(exceptions, "AxisError")
        let linalg = try check(PyImport_ImportModule("numpy.linalg"))
        linearAlgebra = try attribute(linalg, "LinAlgError")
        casting = try sentenceSubclass()
    }

    private static func sentenceSubclass() throws -> Obj {
        guard let internals = PyImport_ImportModule("numpy._core._exceptions") else {
            PyErr_Clear()
            return lg_newref(lg_exc_type())
        }
        let base = try attribute(internals, "UFuncTypeError")
        let members = try check(PyDict_New())
        for name in ["__init__", "__str__"] {
            PyDict_SetItemString(members, name, try attribute(lg_exc_type(), name))
        }
        PyDict_SetItemString(members, "__module__", pythonString("numpy._core._exceptions"))
        let metatype = Obj(lg_type(lg_exc_type())!)
        return try call(metatype, pythonString("UFuncTypeError"), tuple([base]), members)
    }
}
