/// What makes arrays Python values: truth, numbers, text, hashing, membership.
///
/// Text comes from NumPy itself, so that it follows NumPy's print options to the letter.
import CPlatform
import LegateCore
import NumPy

private func truth(_ object: Obj) throws -> Bool {
    if isScalar(object) {
        return isNonzero(try withElement(of: object, readOperand))
    }
    let array = node(object)
    if array.count == 0 {
        throw valueError(
            "The truth value of an empty array is ambiguous. Use `array.size > 0` to check that an array is not empty."
        )
    }
    guard array.count == 1 else {
        throw valueError(
            "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()"
        )
    }
    return isNonzero(try withElement(of: object, readOperand))
}

private func isNonzero(_ value: Operand) -> Bool {
    switch value {
    case .bool(let value): return value
    case .integer(let value): return value != 0
    case .unsigned(let value): return value != 0
    case .float(let value): return value != 0
    case .complex(let real, let imaginary): return real != 0 || imaginary != 0
    case .array: return false
    }
}

/// The Python number of an array without axes.
private func number(_ object: Obj) throws -> Obj {
    guard isScalar(object) || withNode(object, { $0.axisCount == 0 }) else {
        throw typeError("only 0-dimensional arrays can be converted to Python scalars")
    }
    return try check(withElement(of: object, pythonNumber))
}

private func asFloat(_ object: Obj) throws -> Obj? {
    if isScalar(object) {
        let known = try withElement(of: object) { address, type in
            type == .float64 ? PyFloat_FromDouble(address.load(as: Double.self)) : nil
        }
        if let known { return known }
        if withNode(object, { $0.type.isComplex }) {
            return try throughHostScalar(object) { PyNumber_Float($0) }
        }
    }
    let value = try number(object)
    defer { Py_DecRef(value) }
    return PyNumber_Float(value)
}

private func asInteger(_ object: Obj) throws -> Obj? {
    if withNode(object, { $0.type.isComplex && $0.isScalar }) {
        return try throughHostScalar(object) { PyNumber_Long($0) }
    }
    let value = try number(object)
    defer { Py_DecRef(value) }
    return PyNumber_Long(value)
}

private func asIndex(_ object: Obj) throws -> Obj? {
    let array = node(object)
    guard array.axisCount == 0, array.type.isInteger else {
        throw typeError("only integer scalar arrays can be converted to a scalar index")
    }
    return try number(object)
}

func asComplex(_ object: Obj) throws -> Obj? {
    let array = node(object)
    guard array.axisCount == 0 else {
        throw typeError("only 0-dimensional arrays can be converted to Python scalars")
    }
    let value = try number(object)
    defer { Py_DecRef(value) }
    return PyComplex_FromDoubles(PyComplex_RealAsDouble(value), PyComplex_ImagAsDouble(value))
}

/// Runs `body` on the NumPy scalar with this object's value.
func throughHostScalar(_ object: Obj, _ body: (Obj) throws -> Obj?) throws -> Obj? {
    let scalar = try hostScalar(object)
    defer { Py_DecRef(scalar) }
    return try body(scalar)
}

/// Runs `body` on a NumPy array that shows this object's memory.
func throughHostView(_ object: Obj, _ body: (Obj) throws -> Obj?) throws -> Obj? {
    let view = try hostView(object)
    defer { Py_DecRef(view) }
    return try body(view)
}

private func representation(_ object: Obj) throws -> Obj? {
    if let quick = quickText(object, isRepresentation: true) { return quick }
    if isScalar(object) { return try throughHostScalar(object) { PyObject_Repr($0) } }
    return try throughPrintableView(object) { PyObject_Repr($0) }
}

private func text(_ object: Obj) throws -> Obj? {
    if let quick = quickText(object, isRepresentation: false) { return quick }
    if isScalar(object) { return try throughHostScalar(object) { PyObject_Str($0) } }
    return try throughPrintableView(object) { PyObject_Str($0) }
}

func formatted(_ object: Obj, _ specification: Obj) throws -> Obj? {
    if let quick = quickText(object, specification) { return quick }
    if isScalar(object) {
        return try throughHostScalar(object) { PyObject_Format($0, specification) }
    }
    return try throughPrintableView(object) { PyObject_Format($0, specification) }
}

private func contains(_ object: Obj, _ value: Obj) throws -> Bool {
    let equal = try check(PyObject_RichCompare(object, value, 2))
    defer { Py_DecRef(equal) }
    guard isOurs(equal) else { return PyObject_IsTrue(equal) == 1 }
    let any = try Ufunc.reduce(
        .logicalOr, node(equal), axes: nil, dtype: nil, out: nil, keepDims: false, initial: nil,
        where: nil)
    let result = try check(wrap(any))
    defer { Py_DecRef(result) }
    return try truth(result)
}

func addConversionSlots(_ builder: inout TypeBuilder, isScalar: Bool) {
    let bool: @convention(c) (Obj?) -> Int32 = { object in
        if let known = quickTruth(object.unsafelyUnwrapped) { return known ? 1 : 0 }
        do { return try truth(object!) ? 1 : 0 } catch {
            raise(error)
            return -1
        }
    }
    builder.slot(Py_nb_bool, bool)
    let float: UnarySlot = { object in
        if let known = heldDouble(object.unsafelyUnwrapped) { return PyFloat_FromDouble(known) }
        return reporting { try asFloat(object!) }
    }
    builder.slot(Py_nb_float, float)
    let int: UnarySlot = { object in
        if let known = quickInteger(object.unsafelyUnwrapped) { return PyLong_FromSsize_t(known) }
        return reporting { try asInteger(object!) }
    }
    builder.slot(Py_nb_int, int)
    let index: UnarySlot = { object in reporting { try asIndex(object!) } }
    builder.slot(Py_nb_index, index)
    let repr: UnarySlot = { object in reporting { try representation(object!) } }
    builder.slot(Py_tp_repr, repr)
    let str: UnarySlot = { object in reporting { try text(object!) } }
    builder.slot(Py_tp_str, str)
    addHashing(&builder, isScalar: isScalar)
}

private func addHashing(_ builder: inout TypeBuilder, isScalar: Bool) {
    if isScalar {
        let hash: LengthSlot = { object in
            let known = heldDouble(object.unsafelyUnwrapped).map { PyFloat_FromDouble($0) }
            guard let value = known ?? reporting({ try number(object!) }) else { return -1 }
            defer { Py_DecRef(value) }
            return PyObject_Hash(value)
        }
        builder.slot(Py_tp_hash, hash)
        return
    }
    let hash: LengthSlot = { _ in
        raise(typeError("unhashable type: 'cunumeric.ndarray'"))
        return -1
    }
    builder.slot(Py_tp_hash, hash)
    let member: @convention(c) (Obj?, Obj?) -> Int32 = { object, value in
        do { return try contains(object!, value!) ? 1 : 0 } catch {
            raise(error)
            return -1
        }
    }
    builder.slot(Py_sq_contains, member)
}
