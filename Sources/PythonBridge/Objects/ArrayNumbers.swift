/// The operators of arrays and scalars: `a + b`, `a += b`, `-a`, `a < b`, `abs(a)`, `divmod(a, b)`,
/// `a @ b`.
///
/// Two of our objects meet on the shortest path. Python's numbers follow as weak operands; what is
/// neither is converted like NumPy does, left to the other operand's own methods, or computed by
/// NumPy.
import CPlatform
import LegateCore
import NumPy

@inline(__always) private func binary(_ op: Operation, _ a: Obj?, _ b: Obj?) -> Obj? {
    let a = a.unsafelyUnwrapped
    let b = b.unsafelyUnwrapped
    if isArray(a) && isArray(b) {
        do {
            return wrap(
                try withNode(a) { x in try withNode(b) { y in try Ufunc.binary(op, x, y) } })
        } catch { return recover(error, op, a, b) }
    }
    if isArray(a) { return withNumber(op, a, b, isReversed: false) }
    if isArray(b) { return withNumber(op, b, a, isReversed: true) }
    if let quick = quickBinary(op, a, b) { return quick }
    return mixedBinary(op, a, b)
}

/// `array ∘ object`, or `object ∘ array` when `isReversed`: the short way where the object is a
/// plain number.
@inline(__always) private func withNumber(
    _ op: Operation, _ array: Obj, _ object: Obj, isReversed: Bool
) -> Obj? {
    let (a, b) = isReversed ? (object, array) : (array, object)
    guard let number = weakNumber(object, beside: array) else { return mixedBinary(op, a, b) }
    do {
        let result = try withArray(array) {
            try Ufunc.quick(op, $0, number, isReversed: isReversed)
        }
        if let result { return wrap(result) }
    } catch { return recover(error, op, a, b) }
    return mixedBinary(op, a, b)
}

/// A number beside an array whose type it leaves alone; `nil` for all else.
@inline(__always) private func weakNumber(_ object: Obj, beside array: Obj) -> Operand? {
    guard let number = QuickNumber(object) else { return nil }
    if isScalar(object), !number.isNeutral(beside: withArray(array) { $0.type }) { return nil }
    return number.operand
}

@inline(never) private func mixedBinary(_ op: Operation, _ a: Obj, _ b: Obj) -> Obj? {
    do {
        guard let x = try slotOperand(a, beside: b), let y = try slotOperand(b, beside: a) else {
            return lg_not_implemented()
        }
        return wrap(try Ufunc.binary(op, x, y))
    } catch { return recover(error, op, a, b) }
}

@inline(never) private func recover(_ error: any Error, _ op: Operation, _ a: Obj, _ b: Obj) -> Obj?
{
    guard error.isUnsupported else {
        raise(error)
        return nil
    }
    return reporting { try callHostUfunc(op, [a, b]) }
}

/// An operand of an operator; `nil` where the other object shall do the work.
private func slotOperand(_ object: Obj, beside other: Obj? = nil) throws -> Operand? {
    if isArray(object) { return .array(node(object)) }
    if isScalar(object) {
        // A known scalar that does not widen the array is a constant: no broadcast operand.
        if let other, isArray(other), let number = QuickNumber(scalar: object),
            number.isNeutral(beside: withNode(other) { $0.type })
        {
            return number.operand
        }
        return .array(node(object))
    }
    if lg_kind(object) == .other, !isPlainHostArray(object), takesOverOperators(object) {
        return nil
    }
    return try operand(object)
}

/// NumPy's arrays and scalars. Of subclasses (masked arrays, matrices) it is the operators that
/// count.
private func isPlainHostArray(_ object: Obj) -> Bool {
    Host.isHostArray(object) && !Host.isSubclassArray(object)
}

/// Objects that know about arrays: those with their own `__array_ufunc__` or a higher priority.
private func takesOverOperators(_ object: Obj) -> Bool {
    let type = Obj(lg_type(object))
    if PyObject_HasAttrString(type, "__array_ufunc__") == 1 { return true }
    guard let priority = PyObject_GetAttrString(object, "__array_priority__") else {
        PyErr_Clear()
        return false
    }
    defer { Py_DecRef(priority) }
    let value = PyFloat_AsDouble(priority)
    if PyErr_Occurred() != nil { PyErr_Clear() }
    return value > 0
}

@inline(__always) private func inPlace(_ op: Operation, _ a: Obj?, _ b: Obj?) -> Obj? {
    let a = a.unsafelyUnwrapped
    let b = b.unsafelyUnwrapped
    do {
        if isArray(b) {
            try withNode(a) { x in try Ufunc.inPlace(op, x, .array(node(b))) }
        } else {
            guard let y = try slotOperand(b, beside: a) else { return lg_not_implemented() }
            try withNode(a) { x in try Ufunc.inPlace(op, x, y) }
        }
        return lg_newref(a)
    } catch {
        return recoverInPlace(error, op, a, b)
    }
}

@inline(never) private func recoverInPlace(
    _ error: any Error, _ op: Operation, _ a: Obj, _ b: Obj
) -> Obj? {
    guard error.isUnsupported else {
        raise(error)
        return nil
    }
    return reporting { try callHostUfunc(op, [a, b], out: a) }
}

@inline(__always) private func unary(_ op: Operation, _ a: Obj?) -> Obj? {
    let a = a.unsafelyUnwrapped
    if let quick = quickUnary(op, a) { return quick }
    do {
        return wrap(try withNode(a) { try Ufunc.unary(op, $0) })
    } catch {
        guard error.isUnsupported else {
            raise(error)
            return nil
        }
        return reporting { try callHostUfunc(op, [a]) }
    }
}

/// `a ** b`: NumPy computes the exponents -1, 0.5, 1 and 2 of Python numbers by cheaper operations.
private func power(_ a: Obj, _ b: Obj) -> Obj? {
    if let quick = quickPower(a, b) { return quick }
    if isArray(a), !isOurs(b), let op = cheapPower(withNode(a) { $0.type }, b) {
        return unary(op, a)
    }
    return binary(.power, a, b)
}

private func cheapPower(_ type: ElementType, _ exponent: Obj) -> Operation? {
    let value: Double
    switch lg_kind(exponent) {
    case .float: value = PyFloat_AsDouble(exponent)
    case .int:
        var overflow: Int32 = 0
        value = Double(PyLong_AsLongLongAndOverflow(exponent, &overflow))
        if type.isInteger || type == .bool { return value == 2 ? .square : nil }
    default: return nil
    }
    guard type.isInexact else { return nil }
    if value == 2 { return .square }
    if value == 0.5 { return .sqrt }
    if value == 1 { return .positive }
    if value == -1 { return .reciprocal }
    return nil
}

/// The operation of one of Python's comparisons, by its number.
@inline(__always) private func comparison(_ code: Int32) -> Operation {
    switch code {
    case 0: return .less
    case 1: return .lessEqual
    case 2: return .equal
    case 3: return .notEqual
    case 4: return .greater
    default: return .greaterEqual
    }
}

@inline(__always) private func compared(_ a: Obj, _ b: Obj, _ code: Int32) -> Obj? {
    if isScalar(a), let quick = quickComparison(a, b, code) { return quick }
    return compare(a, b, code)
}

@inline(never) private func compare(_ a: Obj, _ b: Obj, _ code: Int32) -> Obj? {
    let op = comparison(code)
    if isArray(a), !isArray(b), let number = weakNumber(b, beside: a),
        let result = try? withArray(a, { try Ufunc.quick(op, $0, number, isReversed: false) })
    {
        return wrap(result)
    }
    do {
        if isArray(a) && isArray(b) {
            return wrap(
                try withNode(a) { x in try withNode(b) { y in try Ufunc.binary(op, x, y) } })
        }
        guard let x = try slotOperand(a, beside: b), let y = try slotOperand(b, beside: a) else {
            return lg_not_implemented()
        }
        return wrap(try Ufunc.binary(op, x, y))
    } catch {
        guard error.isUnsupported else {
            raise(error)
            return nil
        }
        return reporting { try compareOnHost(a, b, code) }
    }
}

private func compareOnHost(_ a: Obj, _ b: Obj, _ code: Int32) throws -> Obj? {
    let call = HostCall(name: "comparison", isSilent: true)
    defer { call.finish() }
    let x = try call.argument(a)
    let y = try call.argument(b)
    return try call.result(check(PyObject_RichCompare(x, y, code)))
}

private func divideWithRemainder(_ a: Obj, _ b: Obj) -> Obj? {
    do {
        guard let x = try slotOperand(a), let y = try slotOperand(b) else {
            return lg_not_implemented()
        }
        let results = try Ufunc.call(.divmod, Operands(x, y))
        return pair(wrap(results.first), results.second.flatMap { wrap($0) })
    } catch {
        return recover(error, .divmod, a, b)
    }
}

nonisolated(unsafe) private let matmulFunction = nativeFunction("matmul")

/// `a @ b`, through the table's row where it is not one of the quick cases.
private func multiplyMatrices(_ a: Obj?, _ b: Obj?) -> Obj? {
    if let a, let b, isArray(a), isArray(b), let quick = product((a, b)) { return quick }
    guard takesPart(a), takesPart(b) else { return lg_not_implemented() }
    var arguments = (a, b)
    return withUnsafeBytes(of: &arguments) {
        PyObject_Vectorcall(
            matmulFunction, $0.baseAddress!.assumingMemoryBound(to: Obj?.self), 2, nil)
    }
}

private func takesPart(_ object: Obj?) -> Bool {
    guard let object else { return false }
    return isOurs(object) || lg_kind(object) != .other || isPlainHostArray(object)
        || !takesOverOperators(object)
}

private func multiplyMatricesInPlace(_ a: Obj?, _ b: Obj?) -> Obj? {
    guard let product = multiplyMatrices(a, b) else { return nil }
    defer { Py_DecRef(product) }
    guard isOurs(product) else { return lg_newref(product) }
    return reporting {
        let (target, result) = (node(a!), node(product))
        guard target.shape == result.shape else {
            throw valueError(
                "matmul: the result has the shape \(Array(result.shape)), the array it is stored in "
                    + "\(Array(target.shape))")
        }
        try target.assign(.array(result), at: [])
        return lg_newref(a!)
    }
}

func addNumberSlots(_ builder: inout TypeBuilder, isScalar: Bool) {
    func slot(_ id: PySlot, _ function: @escaping BinarySlot) { builder.slot(id, function) }
    func slot1(_ id: PySlot, _ function: @escaping UnarySlot) { builder.slot(id, function) }
    slot(Py_nb_add) { a, b in quickFloat(a, b) { $0 + $1 } ?? binary(.add, a, b) }
    slot(Py_nb_subtract) { a, b in quickFloat(a, b) { $0 - $1 } ?? binary(.subtract, a, b) }
    slot(Py_nb_multiply) { a, b in quickFloat(a, b) { $0 * $1 } ?? binary(.multiply, a, b) }
    slot(Py_nb_true_divide) { a, b in quickFloat(a, b) { $0 / $1 } ?? binary(.divide, a, b) }
    slot(Py_nb_floor_divide) { binary(.floorDivide, $0, $1) }
    slot(Py_nb_remainder) { binary(.remainder, $0, $1) }
    slot(Py_nb_divmod) { divideWithRemainder($0!, $1!) }
    slot(Py_nb_lshift) { binary(.leftShift, $0, $1) }
    slot(Py_nb_rshift) { binary(.rightShift, $0, $1) }
    slot(Py_nb_and) { binary(.bitwiseAnd, $0, $1) }
    slot(Py_nb_or) { binary(.bitwiseOr, $0, $1) }
    slot(Py_nb_xor) { binary(.bitwiseXor, $0, $1) }
    if !isScalar { slot(Py_nb_matrix_multiply) { multiplyMatrices($0, $1) } }
    let powerSlot: TernarySlot = { a, b, modulus in
        guard lg_is_none(modulus) == 1 else { return lg_not_implemented() }
        return power(a!, b!)
    }
    builder.slot(Py_nb_power, powerSlot)
    slot1(Py_nb_negative) { unary(.negative, $0) }
    slot1(Py_nb_positive) { unary(.positive, $0) }
    slot1(Py_nb_absolute) { unary(.absolute, $0) }
    slot1(Py_nb_invert) { unary(.invert, $0) }
    let compareSlot: @convention(c) (Obj?, Obj?, Int32) -> Obj? = {
        compared($0.unsafelyUnwrapped, $1.unsafelyUnwrapped, $2)
    }
    builder.slot(Py_tp_richcompare, compareSlot)
    if !isScalar { addInPlaceSlots(&builder) }
}

private func addInPlaceSlots(_ builder: inout TypeBuilder) {
    func slot(_ id: PySlot, _ function: @escaping BinarySlot) { builder.slot(id, function) }
    slot(Py_nb_inplace_add) { inPlace(.add, $0, $1) }
    slot(Py_nb_inplace_subtract) { inPlace(.subtract, $0, $1) }
    slot(Py_nb_inplace_multiply) { inPlace(.multiply, $0, $1) }
    slot(Py_nb_inplace_true_divide) { inPlace(.divide, $0, $1) }
    slot(Py_nb_inplace_floor_divide) { inPlace(.floorDivide, $0, $1) }
    slot(Py_nb_inplace_remainder) { inPlace(.remainder, $0, $1) }
    slot(Py_nb_inplace_lshift) { inPlace(.leftShift, $0, $1) }
    slot(Py_nb_inplace_rshift) { inPlace(.rightShift, $0, $1) }
    slot(Py_nb_inplace_and) { inPlace(.bitwiseAnd, $0, $1) }
    slot(Py_nb_inplace_or) { inPlace(.bitwiseOr, $0, $1) }
    slot(Py_nb_inplace_xor) { inPlace(.bitwiseXor, $0, $1) }
    slot(Py_nb_inplace_matrix_multiply) { multiplyMatricesInPlace($0, $1) }
    let powerSlot: TernarySlot = { a, b, _ in
        let a = a!
        let b = b!
        if !isOurs(b), let op = cheapPower(withNode(a) { $0.type }, b) {
            return reporting {
                let x = node(a)
                _ = try Ufunc.call(op, Operands(x), out: Outputs(x))
                return lg_newref(a)
            }
        }
        return inPlace(.power, a, b)
    }
    builder.slot(Py_nb_inplace_power, powerSlot)
}
