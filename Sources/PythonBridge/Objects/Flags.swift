/// `a.flags`: what NumPy tells about an array's memory, without touching it.
import CPlatform
import LegateCore
import NumPy

nonisolated(unsafe) private var flagsType: OpaquePointer?

/// Flag names with their short forms, in NumPy's order of printing.
private let printed = [
    "C_CONTIGUOUS", "F_CONTIGUOUS", "OWNDATA", "WRITEABLE", "ALIGNED", "WRITEBACKIFCOPY",
]

func makeFlags(_ object: Obj) throws -> Obj {
    if flagsType == nil { flagsType = try makeType() }
    let flags = try check(_PyObject_New(flagsType))
    shell(flags).pointee.node = UnsafeMutableRawPointer(lg_newref(object))
    return flags
}

private func array(_ flags: Obj) -> NDArray {
    node(shell(flags).pointee.node!.assumingMemoryBound(to: PyObject.self))
}

/// The value of a flag by any of its names; `nil` for unknown names.
private func value(_ name: String, _ array: NDArray) -> Bool? {
    let c = array.lattice.isRowMajorContiguous
    let f = array.lattice.isColumnMajorContiguous
    switch name.uppercased() {
    case "C_CONTIGUOUS", "CONTIGUOUS", "C": return c
    case "F_CONTIGUOUS", "FORTRAN", "F": return f
    case "OWNDATA", "O": return array.base == nil
    case "WRITEABLE", "W": return array.isWritable && !array.isScalar
    case "ALIGNED", "A", "BEHAVED", "B": return true
    case "WRITEBACKIFCOPY", "X": return false
    case "FORC": return c || f
    case "FNC": return f && !c
    case "CARRAY": return c && array.isWritable
    case "FARRAY": return f && !c && array.isWritable
    default: return nil
    }
}

private func set(_ name: String, _ flags: Obj, _ new: Obj?) throws {
    let on = try new.map { object -> Bool in
        let truth = PyObject_IsTrue(object)
        try check(truth)
        return truth == 1
    }
    switch name.uppercased() {
    case "WRITEABLE", "W":
        let array = array(flags)
        if on == true, let base = array.base, !base.isWritable {
            throw valueError("cannot set WRITEABLE flag to True of this array")
        }
        array.isWritable = on ?? false
    case "ALIGNED", "A", "WRITEBACKIFCOPY", "X": break
    default: throw raised(lg_exc_attribute(), "flag \(name) cannot be set")
    }
}

/// Whether another flags object, ours or NumPy's, has the same flags; `nil` for objects of other
/// kinds.
private func hasSameFlags(_ flags: Obj, _ other: Obj) -> Bool? {
    let own = array(flags)
    for name in printed {
        guard let item = try? callMethod(other, "__getitem__", pythonString(name)) else {
            PyErr_Clear()
            return nil
        }
        defer { Py_DecRef(item) }
        if (PyObject_IsTrue(item) == 1) != value(name, own) { return false }
    }
    return true
}

private func makeType() throws -> OpaquePointer {
    var builder = TypeBuilder()
    let dealloc: @convention(c) (Obj?) -> Void = { flags in
        let flags = flags!
        Py_DecRef(shell(flags).pointee.node!.assumingMemoryBound(to: PyObject.self))
        let type = lg_type(flags)
        PyObject_Free(flags)
        Py_DecRef(Obj(type))
    }
    builder.slot(Py_tp_dealloc, dealloc)
    let getattr: BinarySlot = { flags, name in
        reporting {
            if let found = value(try string(name), array(flags!)) { return lg_bool(found ? 1 : 0) }
            return PyObject_GenericGetAttr(flags, name)
        }
    }
    builder.slot(Py_tp_getattro, getattr)
    let setattr: @convention(c) (Obj?, Obj?, Obj?) -> Int32 = { flags, name, new in
        reportingStatus { try set(string(name), flags!, new) }
    }
    builder.slot(Py_tp_setattro, setattr)
    builder.slot(Py_mp_ass_subscript, setattr)
    let getitem: BinarySlot = { flags, name in
        reporting {
            guard let found = value(try string(name), array(flags!)) else {
                throw raised(lg_exc_key(), "Unknown flag")
            }
            return lg_bool(found ? 1 : 0)
        }
    }
    builder.slot(Py_mp_subscript, getitem)
    let repr: UnarySlot = { flags in
        let array = array(flags!)
        let lines = printed.map { "  \($0) : \(value($0, array)! ? "True" : "False")\n" }
        return pythonString(lines.joined())
    }
    builder.slot(Py_tp_repr, repr)
    let compare: @convention(c) (Obj?, Obj?, Int32) -> Obj? = { flags, other, code in
        guard code == 2 || code == 3, let isEqual = hasSameFlags(flags!, other!) else {
            return lg_not_implemented()
        }
        return lg_bool(isEqual == (code == 2) ? 1 : 0)
    }
    builder.slot(Py_tp_richcompare, compare)
    return try builder.build("_legate.flagsobj", size: MemoryLayout<LGArrayObject>.size)
}
