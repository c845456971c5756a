/// Collects slots, methods and attributes of a Python type and makes it. Everything handed to
/// Python lives for ever, as the types do.
import CPlatform

struct TypeBuilder {
    private var slots: [PyType_Slot] = []
    private var methods: [PyMethodDef] = []
    private var attributes: [PyGetSetDef] = []
    private var members: [PyMemberDef] = []

    /// Sets a slot to a C function. `function` must be a `@convention(c)` closure of the slot's
    /// type.
    mutating func slot<F>(_ id: Int, _ function: F) {
        slots.append(
            PyType_Slot(
                slot: Int32(id), pfunc: unsafeBitCast(function, to: UnsafeMutableRawPointer.self)))
    }

    mutating func method(
        _ name: String, trampoline: UnsafeMutableRawPointer?, documentation: String
    ) {
        methods.append(
            PyMethodDef(
                ml_name: immortalCString(name), ml_meth: trampoline,
                ml_flags: METH_FASTCALL | METH_KEYWORDS,
                ml_doc: immortalCString(documentation)))
    }

    mutating func method(
        _ name: String, flags: Int32 = METH_FASTCALL | METH_KEYWORDS, _ function: @escaping FastCall
    ) {
        methods.append(
            PyMethodDef(
                ml_name: immortalCString(name),
                ml_meth: unsafeBitCast(function, to: UnsafeMutableRawPointer.self), ml_flags: flags,
                ml_doc: nil))
    }

    mutating func attribute(
        _ name: String,
        set: (@convention(c) (Obj?, Obj?, UnsafeMutableRawPointer?) -> Int32)? = nil,
        get: @escaping @convention(c) (Obj?, UnsafeMutableRawPointer?) -> Obj?
    ) {
        attributes.append(
            PyGetSetDef(name: immortalCString(name), get: get, set: set, doc: nil, closure: nil))
    }

    mutating func member(_ name: String, offset: Int) {
        members.append(
            PyMemberDef(
                name: immortalCString(name), type: LG_MEMBER_SSIZE, offset: offset,
                flags: LG_MEMBER_READONLY,
                doc: nil))
    }

    mutating func documentation(_ text: String) {
        slots.append(
            PyType_Slot(
                slot: Int32(Py_tp_doc.rawValue),
                pfunc: UnsafeMutableRawPointer(mutating: immortalCString(text))))
    }

    /// Makes the type; `name` has its module in front.
    mutating func build(_ name: String, size: Int, flags: UInt32 = 0) throws -> OpaquePointer {
        if !methods.isEmpty { append(Py_tp_methods, terminated(methods, PyMethodDef())) }
        if !attributes.isEmpty { append(Py_tp_getset, terminated(attributes, PyGetSetDef())) }
        if !members.isEmpty { append(Py_tp_members, terminated(members, PyMemberDef())) }
        let table = terminated(slots, PyType_Slot())
        var spec = PyType_Spec(
            name: immortalCString(name), basicsize: Int32(size), itemsize: 0,
            flags: LG_TPFLAGS_DEFAULT | flags,
            slots: table.assumingMemoryBound(to: PyType_Slot.self))
        return OpaquePointer(try check(PyType_FromSpec(&spec)))
    }

    private mutating func append(_ id: PySlot, _ table: UnsafeMutableRawPointer) {
        slots.append(PyType_Slot(slot: Int32(id.rawValue), pfunc: table))
    }

    private func terminated<T>(_ items: [T], _ end: T) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutablePointer<T>.allocate(capacity: items.count + 1)
        memory.initialize(from: items, count: items.count)
        (memory + items.count).initialize(to: end)
        return UnsafeMutableRawPointer(memory)
    }

    mutating func slot<F>(_ id: PySlot, _ function: F) { slot(Int(id.rawValue), function) }
}

/// Gives a type of ours a class of its own: a Python class derived from `type` that adds no fields.
/// The stable interface has no call for that before Python 3.12.
func setMetaclass(of type: Obj, _ metaclass: Obj) throws {
    guard lg_is_type(type) == 1, lg_is_metaclass(metaclass) == 1 else {
        throw typeError("set_metaclass() takes a type and a class derived from type")
    }
    lg_set_type(type, OpaquePointer(lg_newref(metaclass)))
}
