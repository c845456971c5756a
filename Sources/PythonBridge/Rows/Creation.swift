/// Arrays from shapes, values and other arrays.
import CPlatform
import LegateCore
import NumPy

/// `array` and its kin: our array of any object, a copy where asked for.
///
/// What has no element type of ours (objects, strings, dates) stays NumPy's array.
private func makeArray(
    _ object: Obj, dtype: Obj?, copy: Bool?, minimumAxes: Int = 0, keeps: Bool = false
) throws -> Obj? {
    var type: ElementType?
    if let dtype, lg_is_none(dtype) == 0 {
        type = try Host.elementType(dtype)
        if type == nil { throw NumPyError(.unsupported, "element type") }
    }
    let isOwn = isOurs(object)
    let source = try arrayLike(object)
    let converts = type != nil && type != source.type
    if isArray(object), !converts, copy != true, source.axisCount >= minimumAxes {
        return lg_newref(object)
    }
    if copy == false, converts || !isOwn {
        throw valueError("Unable to avoid copy while creating an array as requested.")
    }
    var result = source.unscalared
    if converts {
        result = try converted(object, source, to: type!)
    } else if isOwn, copy == true || isScalar(object) {
        result = try source.copied().unscalared
    }
    var lattice = result.lattice
    while lattice.shape.count < minimumAxes { lattice = lattice.insertingAxis(at: 0) }
    return wrap(
        lattice.shape.count == result.axisCount
            ? result
            : NDArray(
                StoreView(
                    store: result.store, lattice: lattice, type: result.type)))
}

/// Python's numbers that the requested type cannot hold are NumPy's to refuse.
private func converted(_ object: Obj, _ source: NDArray, to type: ElementType) throws -> NDArray {
    let isNumber =
        lg_kind(object) != .other && lg_kind(object) != .list && lg_kind(object) != .tuple
    try requireStorable(object, isNumber ? operand(object) : .array(source), as: type, .arrays)
    return try source.cast(to: type).unscalared
}

/// `order=` in {K, A, C}; Fortran order is left to NumPy.
private func requireRowMajor(_ args: Arguments, _ i: Int) throws {
    guard args.has(i) else { return }
    let order = try args.string(i, default: "K")
    if order.uppercased() == "F" { throw NumPyError(.unsupported, "Fortran order") }
    guard ["K", "A", "C"].contains(order.uppercased()) else {
        throw valueError("order must be one of 'C', 'F', 'A', or 'K' (got '\(order)')")
    }
}

/// A new array filled with a number or a broadcast array.
private func filled(_ shape: AxisList, _ type: ElementType, _ value: Operand) throws -> NDArray {
    guard case .array(let source) = value, source.axisCount > 0 else {
        return try NDArray.full(shape, type, value)
    }
    let result = try NDArray.new(shape, type)
    try result.assign(value, at: [])
    return result
}

extension Row {
    /// `asarray`, and `asanyarray`, which means the same without subclasses.
    private static func conversionRow(_ name: String) -> Row {
        Row(
            name, "a, dtype=None, order=None, *, device=None, copy=None, like=None",
            object: {
                try requireRowMajor($0, 2)
                return try makeArray(
                    $0.slots[0]!, dtype: $0.value(1),
                    copy: $0.value(4).map { PyObject_IsTrue($0) == 1 })
            })
    }

    static var creationFamily: [Row] {
        [
            Row(
                "array",
                "object, dtype=None, *, copy=True, order='K', subok=False, ndmin=0, ndmax=0, like=None",
                object: {
                    try requireRowMajor($0, 3)
                    let copy =
                        $0.object(2).map { lg_is_none($0) == 1 ? nil : PyObject_IsTrue($0) == 1 }
                        ?? true
                    return try makeArray(
                        $0.slots[0]!, dtype: $0.value(1), copy: copy,
                        minimumAxes: $0.int(5, default: 0))
                }),
            conversionRow("asarray"), conversionRow("asanyarray"),
            Row(
                "ascontiguousarray", "a, dtype=None, *, like=None",
                object: {
                    guard
                        let object = try makeArray(
                            $0.slots[0]!, dtype: $0.value(1), copy: nil, minimumAxes: 1)
                    else { return nil }
                    if withNode(object, { $0.lattice.isRowMajorContiguous }) { return object }
                    defer { Py_DecRef(object) }
                    return wrap(try node(object).copied())
                }),
            Row("empty", "shape, dtype=float, order='C', *, device=None, like=None") {
                try requireRowMajor($0, 2)
                return try NDArray.new($0.shape(0), $0.dtype(1) ?? .float64)
            },
            Row("zeros", "shape, dtype=float, order='C', *, device=None, like=None") {
                try requireRowMajor($0, 2)
                return try NDArray.full($0.shape(0), $0.dtype(1) ?? .float64, .integer(0))
            },
            Row("ones", "shape, dtype=None, order='C', *, device=None, like=None") {
                try requireRowMajor($0, 2)
                return try NDArray.full($0.shape(0), $0.dtype(1) ?? .float64, .integer(1))
            },
            Row("full", "shape, fill_value, dtype=None, order='C', *, device=None, like=None") {
                try requireRowMajor($0, 3)
                let value = try $0.operand(1)
                return try filled($0.shape(0), $0.dtype(2) ?? value.ownType, value)
            },
            likeRow("empty_like") { try NDArray.new($0, $1) },
            likeRow("zeros_like") { try NDArray.full($0, $1, .integer(0)) },
            likeRow("ones_like") { try NDArray.full($0, $1, .integer(1)) },
            Row(
                "full_like",
                "a, fill_value, dtype=None, order='K', subok=True, shape=None, *, device=None"
            ) {
                try requireRowMajor($0, 3)
                let model = try $0.array(0)
                let shape = $0.has(5) ? try $0.shape(5) : model.shape
                return try filled(shape, $0.dtype(2) ?? model.type, $0.operand(1))
            },
        ]
    }

    private static func likeRow(
        _ name: String, _ make: @escaping (AxisList, ElementType) throws -> NDArray
    ) -> Row {
        Row(name, "a, dtype=None, order='K', subok=True, shape=None, *, device=None") {
            try requireRowMajor($0, 2)
            let model = try $0.array(0)
            return try make($0.has(4) ? $0.shape(4) : model.shape, $0.dtype(1) ?? model.type)
        }
    }
}

/// `ndarray(shape, dtype=float)`; with a buffer it is NumPy's own.
func constructArray(_ arguments: Obj?, _ keywords: Obj?) throws -> Obj? {
    let names = ["shape", "dtype", "buffer", "offset", "strides", "order"]
    func given(_ i: Int) -> Obj? {
        if i < PyTuple_Size(arguments) { return PyTuple_GetItem(arguments, i) }
        guard let keywords, let value = PyDict_GetItemString(keywords, names[i]) else { return nil }
        return lg_is_none(value) == 1 ? nil : value
    }
    guard let shape = given(0) else {
        throw typeError("function missing required argument 'shape' (pos 1)")
    }
    guard given(2) == nil, given(4) == nil else {
        let call = HostCall(name: "ndarray")
        defer { call.finish() }
        return try call.result(check(PyObject_Call(Host.arrayType, arguments, keywords)))
    }
    var type = ElementType.float64
    if let dtype = given(1) {
        guard let known = try Host.elementType(dtype) else {
            throw typeError("unsupported element type")
        }
        type = known
    }
    return wrap(try NDArray.new(readShape(shape), type))
}
