/// Questions about types, memory and kinds of objects: nothing here looks at an array's elements,
/// so nothing waits.
///
/// Where NumPy answers, our arrays are shown to it as what alone matters of them, their types.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var dataTypeFamily: [Row] { typeRows + kindRows + memoryRows }

    private static var typeRows: [Row] {
        [
            typeRow("result_type", "*arrays_and_dtypes"),
            typeRow("can_cast", "from_, to, casting='safe'"),
            typeRow("promote_types", "type1, type2, /"), typeRow("isdtype", "dtype, kind"),
            Row(
                "min_scalar_type", "a, /", isSilent: true,
                object: { args in
                    let object = args.slots[0]!
                    if isArray(object), withNode(object, { $0.axisCount > 0 }) {
                        return Host.dtype(withNode(object) { $0.type })
                    }
                    throw NumPyError(.unsupported, "scalars")
                }),
            Row(
                "common_type", "*arrays", isSilent: true,
                object: { args in
                    // NumPy looks at classes of arrays: arrays without elements stand for ours.
                    let function = resolveHost("common_type")
                    defer { Py_DecRef(function) }
                    let shown = try borrowedItems(args.slots[0]!).map {
                        try typed($0, isArray: true)
                    }
                    let arguments = tuple(shown)
                    defer { Py_DecRef(arguments) }
                    return try check(PyObject_Call(function, arguments, nil))
                }),
            Row(
                "astype", "x, dtype, /, *, copy=True, device=None",
                object: { args in
                    let object = args.slots[0]!
                    guard isOurs(object) else { throw NumPyError(.unsupported, "host arrays") }
                    if let device = args.value(3) {
                        let name =
                            lg_kind(device) == .string ? try string(device) : typeName(device)
                        guard name == "cpu" else {
                            throw valueError(
                                "Device not understood. Only \"cpu\" is allowed, but received: \(name)"
                            )
                        }
                    }
                    let flag = lg_bool(try args.bool(2, default: true) ? 1 : 0)
                    let names = tuple([pythonString("copy")])
                    let method = try attribute(object, "astype")
                    defer {
                        Py_DecRef(flag)
                        Py_DecRef(names)
                        Py_DecRef(method)
                    }
                    let arguments: [Obj?] = [args.slots[1], flag]
                    return arguments.withUnsafeBufferPointer {
                        PyObject_Vectorcall(method, $0.baseAddress, 1, names)
                    }
                }),
        ]
    }

    /// A function of NumPy's that sees types in place of arrays. Other arguments are its own to
    /// check.
    private static func typeRow(_ name: String, _ signature: String) -> Row {
        let row = Signature(signature)
        var function: Obj?
        return Row(
            name, signature, isSilent: true,
            object: { args in
                var given: [Obj?] = []
                defer { given.forEach { Py_DecRef($0) } }
                for (i, _) in row.names.enumerated() {
                    guard let object = args.slots[i] else { continue }
                    let items = row.collector == i ? borrowedItems(object) : [object]
                    for item in items { given.append(try typed(item, isArray: false)) }
                }
                if function == nil { function = resolveHost(name) }
                return try given.withUnsafeBufferPointer {
                    try check(PyObject_Vectorcall(function, $0.baseAddress, $0.count, nil))
                }
            })
    }

    /// A new reference to what stands for an argument's type; to the argument where it is not ours.
    private static func typed(_ object: Obj, isArray: Bool) throws -> Obj? {
        guard isOurs(object) else { return lg_newref(object) }
        let type = withNode(object) { $0.type }
        guard isArray else { return Host.dtype(type) }
        let empty = resolveHost("empty")
        let (length, dtype) = (PyLong_FromSsize_t(0), Host.dtype(type))
        defer {
            Py_DecRef(empty)
            Py_DecRef(length)
            Py_DecRef(dtype)
        }
        return try call(empty, length, dtype)
    }

    private static var kindRows: [Row] {
        [
            Row(
                "isscalar", "element", isSilent: true,
                object: {
                    guard isOurs($0.slots[0]!) else {
                        throw NumPyError(.unsupported, "other objects")
                    }
                    return lg_bool(isScalar($0.slots[0]!) ? 1 : 0)
                }),
            Row(
                "iterable", "y", isSilent: true,
                object: {
                    let object = $0.slots[0]!
                    guard isOurs(object) else { throw NumPyError(.unsupported, "other objects") }
                    return lg_bool(withNode(object) { $0.axisCount > 0 } ? 1 : 0)
                }),
            Row(
                "isfortran", "a",
                object: {
                    guard isArray($0.slots[0]!) else {
                        throw NumPyError(.unsupported, "other objects")
                    }
                    let lattice = node($0.slots[0]!).lattice
                    return lg_bool(
                        lattice.isColumnMajorContiguous && !lattice.isRowMajorContiguous ? 1 : 0)
                }),
            Row(
                "asfortranarray", "a, dtype=None, *, like=None",
                object: { args in
                    if args.has(2) { throw NumPyError(.unsupported, "like") }
                    let array = try args.array(0).unscalared.atLeast(axes: 1)
                    let type = try args.dtype(1) ?? array.type
                    if type == array.type, array.lattice.isColumnMajorContiguous,
                        isArray(args.slots[0]!),
                        withNode(args.slots[0]!, { $0.axisCount > 0 })
                    {
                        return lg_newref(args.slots[0]!)
                    }
                    return wrap(try array.columnMajor(as: type))
                }),
            Row(
                "asarray_chkfinite", "a, dtype=None, order=None",
                object: { args in
                    if args.has(2) { throw NumPyError(.unsupported, "order") }
                    let array = try args.array(0)
                    let type = try args.dtype(1) ?? array.type
                    let result = type == array.type ? array : try array.cast(to: type)
                    if type.isInexact, try !Ufunc.unary(.isfinite, result).isAllTrue() {
                        throw valueError("array must not contain infs or NaNs")
                    }
                    return type == array.type && isArray(args.slots[0]!)
                        ? lg_newref(args.slots[0]!) : wrap(result.unscalared)
                }),
            Row(
                "real_if_close", "a, tol=100",
                object: { args in
                    let array = try args.array(0)
                    guard array.type.isComplex else {
                        return isArray(args.slots[0]!)
                            ? lg_newref(args.slots[0]!) : wrap(array.unscalared)
                    }
                    return wrap(
                        try array.realIfClose(tolerance: args.double(1, default: 100)).unscalared)
                }),
        ]
    }

    private static var memoryRows: [Row] {
        [
            Row(
                "shares_memory", "a, b, /, max_work=-1", isSilent: true,
                object: { args in
                    try sharing(args) { $0.sharesElements(with: $1) }
                }),
            Row(
                "may_share_memory", "a, b, /, max_work=0", isSilent: true,
                object: { args in
                    try sharing(args) { $0.boundsOverlap($1) }
                }),
        ]
    }

    /// Two arrays of ours share memory if they are views of one store; what foreign code made is
    /// NumPy's to compare.
    private static func sharing(_ args: Arguments, _ body: (NDArray, NDArray) -> Bool) throws
        -> Obj?
    {
        guard isArray(args.slots[0]!), isArray(args.slots[1]!), !args.has(2) else {
            throw NumPyError(.unsupported, "other memory")
        }
        let (a, b) = (node(args.slots[0]!), node(args.slots[1]!))
        if a.store !== b.store, a.store.isShared || b.store.isShared {
            throw NumPyError(.unsupported, "other memory")
        }
        return lg_bool(body(a, b) ? 1 : 0)
    }
}
