/// Whatever Python passes where NumPy takes an array, as an `Operand` or an `NDArray`.
///
/// Python's own numbers stay weak (they do not widen the other operand's type); everything else has
/// a type of its own. What has no element type of ours throws `unsupported`: the call then runs
/// through NumPy. So do subclasses of NumPy's array, such as masked arrays and matrices: only NumPy
/// knows what a function of them means.
import CPlatform
import LegateCore
import NumPy

func operand(_ object: Obj) throws -> Operand {
    if let quick = quickOperand(object) { return quick }
    switch lg_kind(object) {
    case .int: return try wideInteger(object)
    case .bool: return .bool(PyObject_IsTrue(object) == 1)
    case .complex: return .complex(PyComplex_RealAsDouble(object), PyComplex_ImagAsDouble(object))
    default: return .array(try arrayLike(object))
    }
}

/// An array of ours, or a number of Python's; `nil` for what needs a closer look.
@inline(__always) func quickOperand(_ object: Obj) -> Operand? {
    if isArray(object) { return .array(node(object)) }
    switch lg_kind(object) {
    case .float, .int: return QuickNumber(object)?.operand
    default: return nil
    }
}

/// An integer that does not fit into a signed word.
private func wideInteger(_ object: Obj) throws -> Operand {
    let wide = PyLong_AsUnsignedLongLong(object)
    if PyErr_Occurred() == nil { return .unsigned(wide) }
    PyErr_Clear()
    throw NumPyError(.unsupported, "integers beyond 64 bits")
}

extension Operand {
    /// The type a number has when it stands alone.
    var ownType: ElementType {
        switch self {
        case .array(let array): return array.type
        case .bool: return .bool
        case .integer: return .int64
        case .unsigned: return .uint64
        case .float: return .float64
        case .complex: return .complex128
        }
    }

    /// As an array; numbers become scalars of their own type.
    var asArray: NDArray {
        if case .array(let array) = self { return array }
        return NDArray.scalar(self, ownType)
    }
}

/// Any array-like object as an array of ours, without a copy where it is one already.
func arrayLike(_ object: Obj) throws -> NDArray {
    if isOurs(object) { return node(object) }
    switch lg_kind(object) {
    case .float, .int, .bool, .complex: return try operand(object).asArray
    case .list, .tuple:
        if let array = try listArray(object) { return array }
    case .other:
        if let scalar = hostScalarArray(object) { return scalar }
        if Host.isExactArray(object) {
            guard let array = try adopted(object, mayTakeOver: false) else {
                return try nativeOrder(object)
            }
            return array
        }
        if Host.isSubclassArray(object) {
            throw NumPyError(.unsupported, "a subclass of NumPy's array")
        }
    case .none, .string, .ellipsis, .slice, .dict: throw NumPyError(.unsupported, "objects")
    }
    if let array = try exchangedArray(object) { return array }
    return try throughNumPy(object)
}

/// Stores of the core, and what other libraries show by its data interface: the same elements, not
/// yet computed.
private func exchangedArray(_ object: Obj) throws -> NDArray? {
    guard PyObject_HasAttrString(object, "__legate_data_interface__") == 1 else { return nil }
    let core = try check(PyImport_ImportModule("legate.core"))
    defer { Py_DecRef(core) }
    let store = try callMethod(core, "as_store", object)
    defer { Py_DecRef(store) }
    let array = try attribute(store, "storage")
    defer { Py_DecRef(array) }
    return isOurs(array) ? node(array) : nil
}

/// NumPy's commonest scalars, without a detour through buffers.
private func hostScalarArray(_ object: Obj) -> NDArray? {
    let type = Obj(lg_type(object))
    if type == Host.scalarTypes[ElementType.float64.index] {
        return NDArray.scalar(.float(PyFloat_AsDouble(object)), .float64)
    }
    if type == Host.scalarTypes[ElementType.int64.index] {
        return NDArray.scalar(.integer(PyNumber_AsSsize_t(object, nil)), .int64)
    }
    if type == Host.boolType { return NDArray.scalar(.bool(PyObject_IsTrue(object) == 1), .bool) }
    return nil
}

/// An array whose bytes are in the other order, or with one of NumPy's twin types.
private func nativeOrder(_ object: Obj) throws -> NDArray {
    let dtype = try attribute(object, "dtype")
    defer { Py_DecRef(dtype) }
    let native = try callMethod(dtype, "newbyteorder", pythonString("="))
    defer { Py_DecRef(native) }
    guard let type = try Host.elementType(native) else {
        throw NumPyError(.unsupported, "element type")
    }
    let converted = try callMethod(object, "astype", Host.dtypes[type.index])
    defer { Py_DecRef(converted) }
    guard let array = try adopted(converted, mayTakeOver: true) else {
        throw NumPyError(.unsupported, "element type")
    }
    return array
}

/// What an object's `__array__` gives where that is an array of ours: NumPy takes none but its own.
private func givenArray(_ object: Obj) throws -> NDArray? {
    guard lg_kind(object) == .other, !Host.isHostArray(object),
        PyObject_HasAttrString(Obj(lg_type(object)), "__array__") == 1,
        PyObject_HasAttrString(object, "__array_interface__") == 0
    else { return nil }
    let given = try callMethod(object, "__array__")
    defer { Py_DecRef(given) }
    return isArray(given) ? node(given) : nil
}

/// Everything NumPy knows how to read: buffers, `__array__`, irregular lists (which raise there).
private func throughNumPy(_ object: Obj) throws -> NDArray {
    if let own = try givenArray(object) { return own }
    let converted = try call(Host.asarray, object)
    defer { Py_DecRef(converted) }
    if let array = try adopted(converted, mayTakeOver: lg_refcount(converted) == 1) {
        return Host.isHostArray(object) && array.axisCount == 0 && !Host.isExactArray(object)
            ? array.scalared : array
    }
    return try nativeOrder(converted)
}
