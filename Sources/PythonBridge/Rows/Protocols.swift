/// The methods by which NumPy and Python's own library talk to arrays: `__array__`,
/// `__array_ufunc__`, `__array_function__`, DLPack, pickling, copying, formatting.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var protocolFamily: [Row] {
        [
            Row("__array__", "a, dtype=None, *, copy=None", .method, object: { try hostArray($0) }),
            Row(
                "__array_function__", "a, func, types, args, kwargs", .method,
                object: { try arrayFunction($0) }),
            Row(
                "__array_namespace__", "a, /, *, api_version=None", .method,
                object: { _ in
                    PyImport_ImportModule("cunumeric")
                }),
            Row(
                "__dlpack__", "a, *args, stream=None, max_version=None, dl_device=None, copy=None",
                .method,
                object: { try dlpackCapsule($0) }),
            Row("__dlpack_device__", "a", .method) { _ in PythonTuple(1, 0) },
            Row("__reduce__", "a", .method, object: { try reduce($0.slots[0]!) }),
            Row("__reduce_ex__", "a, protocol", .method, object: { try reduce($0.slots[0]!) }),
            Row("__copy__", "a", .method) { try $0.array(0).copied() },
            Row("__deepcopy__", "a, memo=None", .method) { try $0.array(0).copied() },
            Row("__sizeof__", "a", .method) {
                let array = try $0.array(0)
                return MemoryLayout<LGArrayObject>.size
                    + (array.base == nil ? array.store.byteCount : 0)
            },
            Row(
                "__format__", "a, spec", .method,
                object: { try formatted($0.slots[0]!, $0.slots[1]!) }),
            Row("__complex__", "a", .method, object: { try asComplex($0.slots[0]!) }),
            Row(
                "__round__", "a, ndigits=None", .scalarMethod,
                object: { args in
                    try throughHostScalar(args.slots[0]!) { scalar in
                        guard let digits = args.value(1) else {
                            return try callMethod(scalar, "__round__")
                        }
                        return try callMethod(scalar, "__round__", digits)
                    }
                }),
        ]
    }
}

/// A NumPy array of its own memory, or on ours where the caller does not ask for a copy.
private func hostArray(_ args: Arguments) throws -> Obj? {
    let view = try hostView(args.slots[0]!)
    var result = view
    if let dtype = args.value(1) {
        defer { Py_DecRef(view) }
        let copy = args.value(2).map { PyObject_IsTrue($0) == 1 } ?? false
        let flag = lg_bool(copy ? 1 : 0)
        defer { Py_DecRef(flag) }
        let names = tuple([pythonString("copy")])
        defer { Py_DecRef(names) }
        let method = try attribute(view, "astype")
        defer { Py_DecRef(method) }
        let arguments: [Obj?] = [dtype, flag]
        result = try arguments.withUnsafeBufferPointer {
            try check(PyObject_Vectorcall(method, $0.baseAddress, 1, names))
        }
    } else if let copy = args.value(2), PyObject_IsTrue(copy) == 1 {
        defer { Py_DecRef(view) }
        result = try callMethod(view, "copy")
    }
    return result
}

/// Pickles as NumPy's array (or scalar) of the same value, made ours again when it is read.
private func reduce(_ object: Obj) throws -> Obj? {
    if isScalar(object) {
        return try throughHostScalar(object) { try callMethod($0, "__reduce__") }
    }
    return try throughReadableView(object) { view in
        tuple([lg_newref(nativeFunction("array")!), tuple([try callMethod(view, "copy")])])
    }
}

// MARK: - __array_function__

/// Native functions by the NumPy function that was called.
nonisolated(unsafe) private var nativeByHostFunction: [Obj: Obj?] = [:]

/// A function of NumPy's own was called with one of our arrays.
private func arrayFunction(_ args: Arguments) throws -> Obj? {
    let function = args.slots[1]!
    let arguments = try check(PySequence_Tuple(args.slots[3]!))
    defer { Py_DecRef(arguments) }
    if let native = try native(for: function) {
        return PyObject_Call(native, arguments, args.slots[4]!)
    }
    let call = HostCall(name: "function", isSilent: true)
    defer { call.finish() }
    let converted = try call.argument(arguments)
    let keywords = try call.argument(args.slots[4]!)
    return try call.result(check(PyObject_Call(function, converted, keywords)))
}

private func native(for function: Obj) throws -> Obj? {
    if let known = nativeByHostFunction[function] { return known }
    var found: Obj?
    if let module = PyObject_GetAttrString(function, "__module__"),
        let name = PyObject_GetAttrString(function, "__name__")
    {
        defer {
            Py_DecRef(module)
            Py_DecRef(name)
        }
        var path = (try? string(module)) ?? ""
        path = path == "numpy" ? "" : String(path.dropFirst("numpy.".count)) + "."
        found = nativeFunction(path + ((try? string(name)) ?? ""))
    }
    PyErr_Clear()
    nativeByHostFunction[lg_newref(function)] = found
    return found
}

/// The capsule of NumPy's array over the same memory: as long as somebody has what comes out of it,
/// the memory counts as exported.
private func dlpackCapsule(_ args: Arguments) throws -> Obj? {
    let (none, options) = (PyTuple_New(0), try check(PyDict_New()))
    defer { Py_DecRef(none); Py_DecRef(options) }
    for (k, name) in ["stream", "max_version", "dl_device", "copy"].enumerated() {
        guard let value = args.value(k + 2) else { continue }
        try check(PyDict_SetItemString(options, name, value))
    }
    return try throughHostView(args.slots[0]!) { view in
        let method = try attribute(view, "__dlpack__")
        defer { Py_DecRef(method) }
        return PyObject_Call(method, none, options)
    }
}
