/// A function of NumPy's without native code, as the package shows it: callable, and otherwise like
/// the original.
import CPlatform
import LegateCore
import NumPy

nonisolated(unsafe) private(set) var hostFunctionType: OpaquePointer?

@inline(__always) func callable(_ object: Obj) -> UnsafeMutablePointer<LGCallableObject> {
    UnsafeMutableRawPointer(object).assumingMemoryBound(to: LGCallableObject.self)
}

/// The lowest bits of a function's number; the others are the place of its short way.
private let isSilentFlag = 1
private let hasLargeFlag = 2

/// What is called instead of a function of NumPy's where arrays are large.
nonisolated(unsafe) private var largeTargets: [Obj: Obj] = [:]
func largeTarget(of target: Obj) -> Obj { largeTargets[target] ?? target }

/// `_legate.host_function(target, name, silent=False, large=None)`: `large` is called where arrays are large.
func makeHostFunction(_ arguments: ArgumentPointer?, _ count: Int) throws -> Obj? {
    guard let arguments, count >= 2, let target = arguments[0], let name = arguments[1] else {
        throw typeError("host_function(target, name, silent=False, large=None)")
    }
    let object = try check(_PyObject_New(hostFunctionType))
    callable(object).pointee.vectorcall = { object, arguments, count, names in
        let own = callable(object.unsafelyUnwrapped)
        if names == nil, own.pointee.row >> 2 > 0,
            let result = HostQuickCalls.call(own.pointee.row >> 2, arguments, count & Int.max)
        {
            return result
        }
        return reporting {
            try callHost(
                own.pointee.target!, named: .object(own.pointee.name!), arguments,
                count & Int.max, names,
                isSilent: own.pointee.row & isSilentFlag != 0,
                hasLarge: own.pointee.row & hasLargeFlag != 0)
        }
    }
    let isSilent = count > 2 && PyObject_IsTrue(arguments[2]) == 1
    var number = HostQuickCalls.place(of: try string(name)) << 2 | (isSilent ? isSilentFlag : 0)
    if count > 3, let large = arguments[3], lg_is_none(large) == 0 {
        number |= hasLargeFlag
        if largeTargets.updateValue(lg_newref(large), forKey: target) == nil { lg_incref(target) }
    }
    callable(object).pointee.row = number
    callable(object).pointee.target = lg_newref(target)
    callable(object).pointee.name = lg_newref(name)
    return object
}

func makeHostFunctionType() throws {
    var builder = TypeBuilder()
    addTarget(&builder)
    let dealloc: @convention(c) (Obj?) -> Void = { object in
        let object = object!
        Py_DecRef(callable(object).pointee.target)
        Py_DecRef(callable(object).pointee.name)
        let type = lg_type(object)
        PyObject_Free(object)
        Py_DecRef(Obj(type))
    }
    builder.slot(Py_tp_dealloc, dealloc)
    let repr: UnarySlot = { PyObject_Repr(callable($0!).pointee.target) }
    builder.slot(Py_tp_repr, repr)
    builder.attribute(
        "__wrapped__", get: { object, _ in lg_newref(callable(object!).pointee.target!) })
    builder.attribute(
        "__module__",
        get: { object, _ in
            PyObject_GetAttrString(callable(object!).pointee.target, "__module__")
        })
    hostFunctionType = try builder.build(
        "_legate.host_function", size: MemoryLayout<LGCallableObject>.size,
        flags: LG_TPFLAGS_VECTORCALL)
}

/// What objects that stand for one of NumPy's have in common: their calls are vector calls, and
/// what they do not know of themselves they ask it.
func addTarget(_ builder: inout TypeBuilder) {
    builder.member(
        "__vectorcalloffset__", offset: MemoryLayout<LGCallableObject>.offset(of: \.vectorcall)!)
    let call: TernarySlot = { PyVectorcall_Call($0, $1, $2) }
    builder.slot(Py_tp_call, call)
    builder.attribute(
        "__doc__",
        get: { object, _ in
            PyObject_GetAttrString(callable(object!).pointee.target, "__doc__")
        })
    let getattr: BinarySlot = { object, name in
        if let own = PyObject_GenericGetAttr(object, name) { return own }
        guard PyErr_ExceptionMatches(lg_exc_attribute()) == 1 else { return nil }
        PyErr_Clear()
        return PyObject_GetAttr(callable(object!).pointee.target, name)
    }
    builder.slot(Py_tp_getattro, getattr)
}
