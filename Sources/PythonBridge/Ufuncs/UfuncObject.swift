/// The type of universal functions: `np.add`, `np.sqrt` and all others of the operation table.
///
/// One or two plain arguments go the short way; keywords are read in `UfuncCall`. What this type
/// does not answer itself (`types`, `signature`, `identity`, the documentation) it asks NumPy's
/// ufunc of the same name.
import CPlatform
import LegateCore
import NumPy

nonisolated(unsafe) private(set) var ufuncType: OpaquePointer?
nonisolated(unsafe) private var objectsByHostUfunc: [Obj: Obj] = [:]

@inline(__always) func operation(of object: Obj) -> Operation {
    Operation(rawValue: UInt8(truncatingIfNeeded: callable(object).pointee.row)).unsafelyUnwrapped
}

/// NumPy's ufunc behind one of ours, borrowed; `nil` for other objects.
func hostUfunc(behind object: Obj) -> Obj? {
    guard lg_type(object) == ufuncType else { return nil }
    return callable(object).pointee.target
}

func isUfunc(_ object: Obj) -> Bool { lg_type(object) == ufuncType }

/// Our ufunc for NumPy's, borrowed.
func nativeUfunc(forHost ufunc: Obj) -> Obj? { objectsByHostUfunc[ufunc] }

func makeUfuncs() throws {
    ufuncType = try makeType()
    for op in Operation.allCases {
        let row = OperationTable.row(op)
        guard !row.name.isEmpty, let host = PyObject_GetAttrString(Host.module, row.name) else {
            PyErr_Clear()
            continue
        }
        let object = try check(_PyObject_New(ufuncType))
        callable(object).pointee.vectorcall = { object, arguments, count, names in
            vectorcall(object.unsafelyUnwrapped, arguments, count & Int.max, names)
        }
        callable(object).pointee.row =
            Int(op.rawValue) | row.inputCount << 8 | row.outputCount << 16
        callable(object).pointee.target = host
        callable(object).pointee.name = pythonString(row.name)
        objectsByHostUfunc[host] = object
        Host.ufuncs[op.index] = host
        for name in [row.name] + row.aliases { registerNative(name, object) }
    }
}

@inline(__always) private func vectorcall(
    _ object: Obj, _ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?
) -> Obj? {
    let op = operation(of: object)
    let arity = callable(object).pointee.row >> 8
    if names == nil, count == 2, let a = arguments.unsafelyUnwrapped[0],
        let b = arguments.unsafelyUnwrapped[1],
        isOurs(a), isOurs(b), arity == (2 | 1 << 8)
    {
        do {
            return wrap(
                try withNode(a) { x in try withNode(b) { y in try Ufunc.binary(op, x, y) } })
        } catch {
            return recover(error, object, arguments, count, names)
        }
    }
    if names == nil, let quick = withNumber(op, arity, arguments, count) { return quick }
    if names == nil, count == 1, let a = arguments.unsafelyUnwrapped[0], isOurs(a),
        arity == (1 | 1 << 8)
    {
        do { return wrap(try withNode(a) { try Ufunc.unary(op, $0) }) } catch {
            return recover(error, object, arguments, count, names)
        }
    }
    do { return try callUfunc(object, arguments, count, names) } catch {
        return recover(error, object, arguments, count, names)
    }
}

/// `op(array, 2.0)`, `op(2.0, array)` and `op(0.5)`, where they are quick.
@inline(__always) private func withNumber(
    _ op: Operation, _ arity: Int, _ arguments: ArgumentPointer?, _ count: Int
) -> Obj? {
    guard count > 0, let a = arguments.unsafelyUnwrapped[0] else { return nil }
    if count == 1, arity == (1 | 1 << 8), lg_kind(a) == .float || isScalar(a) {
        guard case .float(var value)? = QuickNumber(a) else { return nil }
        var result = (UInt64(0), UInt64(0))
        guard let type = Ufunc.quickNumber(op, &value, into: &result) else { return nil }
        return makeScalar(&result, type)
    }
    guard count == 2, arity == (2 | 1 << 8) else { return nil }
    let b = arguments.unsafelyUnwrapped[1].unsafelyUnwrapped
    func number(_ object: Obj) -> Operand? {
        let kind = lg_kind(object)
        return kind == .float || kind == .int ? QuickNumber(object)?.operand : nil
    }
    let result: NDArray?
    if isArray(a), let y = number(b) {
        result = withNode(a) { (try? Ufunc.quick(op, $0, y, isReversed: false)).flatMap { $0 } }
    } else if isArray(b), let x = number(a) {
        result = withNode(b) { (try? Ufunc.quick(op, $0, x, isReversed: true)).flatMap { $0 } }
    } else {
        return nil
    }
    return result.flatMap { wrap($0) }
}

@inline(never) private func recover(
    _ error: any Error, _ object: Obj, _ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?
) -> Obj? {
    guard error.isUnsupported else {
        raise(error)
        return nil
    }
    return reporting {
        let name = try string(callable(object).pointee.name)
        return try callHost(callable(object).pointee.target!, name: name, arguments, count, names)
    }
}

private let arities: [(inputs: Int, outputs: Int)] = Operation.allCases.map {
    let row = OperationTable.row($0)
    return (row.inputCount, row.outputCount)
}
func inputCount(_ op: Operation) -> Int { arities[op.index].inputs }
func outputCount(_ op: Operation) -> Int { arities[op.index].outputs }

private func makeType() throws -> OpaquePointer {
    var builder = TypeBuilder()
    addTarget(&builder)
    let repr: UnarySlot = { object in
        reporting { pythonString("<ufunc '\(try string(callable(object!).pointee.name))'>") }
    }
    builder.slot(Py_tp_repr, repr)
    // Equal to NumPy's ufunc of the same name: what a program keeps by ufunc is found by either.
    let hash: LengthSlot = { PyObject_Hash(callable($0!).pointee.target) }
    builder.slot(Py_tp_hash, hash)
    let compare: @convention(c) (Obj?, Obj?, Int32) -> Obj? = { object, other, code in
        guard code == 2 || code == 3 else { return lg_not_implemented() }
        let isEqual = callable(object!).pointee.target == hostUfunc(behind: other!) ?? other!
        return lg_bool(isEqual == (code == 2) ? 1 : 0)
    }
    builder.slot(Py_tp_richcompare, compare)
    builder.attribute("__name__", get: { object, _ in lg_newref(callable(object!).pointee.name!) })
    builder.attribute(
        "__qualname__", get: { object, _ in lg_newref(callable(object!).pointee.name!) })
    builder.attribute(
        "nin", get: { object, _ in inputCount(operation(of: object!)).pythonObject() })
    builder.attribute(
        "nout", get: { object, _ in outputCount(operation(of: object!)).pythonObject() })
    builder.attribute(
        "nargs",
        get: { object, _ in
            let op = operation(of: object!)
            return (inputCount(op) + outputCount(op)).pythonObject()
        })
    builder.method("reduce") { object, arguments, count, names in
        ufuncMethod("reduce", object!, arguments, count, names, reduceWith)
    }
    builder.method("accumulate") { object, arguments, count, names in
        if names == nil, let a = only(arguments, count),
            let result = withNode(
                a, { Ufunc.quickAccumulate(operation(of: object.unsafelyUnwrapped), $0) })
        {
            return arrayShells.make(result)
        }
        return ufuncMethod("accumulate", object!, arguments, count, names, accumulateWith)
    }
    builder.method("outer") { object, arguments, count, names in
        ufuncMethod("outer", object!, arguments, count, names, outerWith)
    }
    builder.method("at") { object, arguments, count, names in
        ufuncMethod("at", object!, arguments, count, names, atWith)
    }
    builder.method("reduceat") { object, arguments, count, names in
        ufuncMethod("reduceat", object!, arguments, count, names, reduceAtWith)
    }
    builder.method("__reduce__") { object, _, _, _ in lg_newref(callable(object!).pointee.name!) }
    return try builder.build(
        "cunumeric.ufunc", size: MemoryLayout<LGCallableObject>.size, flags: LG_TPFLAGS_VECTORCALL)
}

/// Runs a method of a ufunc natively if it has native code for these arguments, else in NumPy.
func ufuncMethod(
    _ method: String, _ object: Obj, _ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?,
    _ body: (Operation, ArgumentPointer?, Int, Obj?) throws -> Obj?
) -> Obj? {
    reporting {
        do {
            return try body(operation(of: object), arguments, count, names)
        } catch  where error.isUnsupported {}
        let target = try attribute(callable(object).pointee.target, method)
        defer { Py_DecRef(target) }
        let name = try string(callable(object).pointee.name) + "." + method
        return try callHost(target, name: name, arguments, count, names)
    }
}
