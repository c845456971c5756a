/// `a[...]` and `a[...] = value`.
///
/// Integers, slices, `None` and `...` become a lattice here, without a list of items; anything with
/// arrays in it goes to the array library item by item.
import CPlatform
import LegateCore
import NumPy

extension BasicView {
    @inline(__always)
    fileprivate mutating func take(checked i: Int, _ array: NDArray) throws {
        guard axis < array.axisCount else { throw tooManyIndices(array.axisCount, axis + 1) }
        let extent = array.view.lattice.shape[axis]
        let index = i < 0 ? i &+ extent : i
        guard index >= 0, index < extent else {
            // Python clips what does not fit into a word.
            if i == Int.max || i == Int.min {
                throw NumPyError(.unsupported, "an index beyond 64 bits")
            }
            throw indexError("index \(i) is out of bounds for axis \(axis) with size \(extent)")
        }
        take(index: index, array)
    }

    @inline(__always)
    fileprivate mutating func take(checked slice: Obj, _ array: NDArray) throws {
        guard axis < array.axisCount else { throw tooManyIndices(array.axisCount, axis + 1) }
        var start = 0
        var stop = 0
        var step = 0
        try check(PySlice_Unpack(slice, &start, &stop, &step))
        let count = PySlice_AdjustIndices(array.view.lattice.shape[axis], &start, &stop, step)
        take(from: start, count: count, step: step, array)
    }

    @inline(__always) fileprivate func applied(to array: NDArray) -> NDArray {
        array.viewed(lattice)
    }
}

private func tooManyIndices(_ axes: Int, _ indices: Int) -> Raised {
    indexError(
        "too many indices for array: array is \(axes)-dimensional, but \(indices) were indexed")
}

private let indexMessage =
    "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are "
    + "valid indices"

/// Whether an item acts like an integer; arrays do only without axes.
private func isIntegerItem(_ item: Obj) -> Bool {
    switch lg_kind(item) {
    case .int: return true
    case .other:
        if isOurs(item) { return withNode(item) { $0.axisCount == 0 && $0.type.isInteger } }
        return lg_is_instance_of(item, Host.arrayType) == 0 && !Host.isHostBool(item)
            && PyIndex_Check(item) == 1
    default: return false
    }
}

/// The view that a key of integers, slices, `None` and `...` selects; `nil` where the key holds
/// arrays.
private func basicView(_ array: NDArray, _ key: Obj) throws -> BasicView? {
    var view = BasicView(array)
    switch lg_kind(key) {
    case .int: try view.take(checked: PyNumber_AsSsize_t(key, nil), array)
    case .slice: try view.take(checked: key, array)
    case .tuple:
        guard try takeAll(key, &view, array) else { return nil }
    case .none: view.insertAxis()
    case .ellipsis: break
    case .other:
        guard isIntegerItem(key) else { return nil }
        try view.take(checked: integer(key), array)
    default: return nil
    }
    if lg_kind(key) == .ellipsis || view.axis < array.axisCount {
        view.takeWhole(array.axisCount &- view.axis, array)
    }
    return view
}

private func takeAll(_ key: Obj, _ view: inout BasicView, _ array: NDArray) throws -> Bool {
    let count = PyTuple_Size(key)
    var consumed = 0
    var ellipses = 0
    for i in 0..<count {
        let item = PyTuple_GetItem(key, i).unsafelyUnwrapped
        switch lg_kind(item) {
        case .int, .slice: consumed &+= 1
        case .none: break
        case .ellipsis: ellipses &+= 1
        default:
            guard isIntegerItem(item) else { return false }
            consumed &+= 1
        }
    }
    if ellipses > 1 { throw indexError("an index can only have a single ellipsis ('...')") }
    if consumed > array.axisCount { throw tooManyIndices(array.axisCount, consumed) }
    for i in 0..<count {
        let item = PyTuple_GetItem(key, i).unsafelyUnwrapped
        switch lg_kind(item) {
        case .int: try view.take(checked: PyNumber_AsSsize_t(item, nil), array)
        case .slice: try view.take(checked: item, array)
        case .none: view.insertAxis()
        case .ellipsis: view.takeWhole(array.axisCount &- consumed, array)
        default: try view.take(checked: integer(item), array)
        }
    }
    return true
}

/// The items of any key, for the array library.
func indexItems(_ key: Obj) throws -> [IndexItem] {
    if lg_kind(key) == .tuple { return try borrowedItems(key).map(indexItem) }
    return [try indexItem(key)]
}

private func indexItem(_ item: Obj) throws -> IndexItem {
    switch lg_kind(item) {
    case .int: return .integer(PyNumber_AsSsize_t(item, nil))
    case .slice: return try sliceItem(item)
    case .none: return .newAxis
    case .ellipsis: return .ellipsis
    case .bool: return .boolean(PyObject_IsTrue(item) == 1)
    case .list, .tuple: return .array(try indexArray(item))
    case .float, .complex, .string, .dict: throw indexError(indexMessage)
    case .other: break
    }
    if isIntegerItem(item) { return .integer(try integer(item)) }
    if Host.isHostBool(item) { return .boolean(PyObject_IsTrue(item) == 1) }
    if isOurs(item), withNode(item, { $0.axisCount == 0 && $0.type == .bool }) {
        return .boolean(PyObject_IsTrue(item) == 1)
    }
    let array = try indexArray(item)
    if array.axisCount == 0, array.type.isInteger { return .integer(try integer(item)) }
    return .array(array)
}

private func indexArray(_ item: Obj) throws -> NDArray {
    let array: NDArray
    do { array = try arrayLike(item) } catch {
        if error.isUnsupported, !Host.isSubclassArray(item) { throw indexError(indexMessage) }
        throw error
    }
    if array.type.isInteger || array.type == .bool { return array }
    let kind = lg_kind(item)
    if array.count == 0, kind == .list || kind == .tuple { return try array.cast(to: .int64) }
    throw indexError("arrays used as indices must be of integer (or boolean) type")
}

private func sliceItem(_ slice: Obj) throws -> IndexItem {
    var start = 0
    var stop = 0
    var step = 0
    try check(PySlice_Unpack(slice, &start, &stop, &step))
    let forward = step > 0
    return .slice(
        start: start == (forward ? 0 : Int.max) ? nil : start,
        stop: stop == (forward ? Int.max : Int.min) ? nil : stop, step: step)
}

/// A named tuple, or another class derived from `tuple`, as the plain tuple that it is as an index.
private func withPlainTuple<R>(_ key: Obj, _ body: (Obj) throws -> R) throws -> R {
    guard lg_kind(key) == .other, lg_is_instance_of(key, Obj(lg_tuple_type())) == 1 else {
        return try body(key)
    }
    let plain = try check(PySequence_Tuple(key))
    defer { Py_DecRef(plain) }
    return try body(plain)
}

private func subscripted(_ object: Obj, _ key: Obj) throws -> Obj? {
    let array = node(object)
    guard let view = try basicView(array, key) else {
        return wrap(try array.subscripted(indexItems(key)))
    }
    if !view.isElement { return wrap(view.applied(to: array)) }
    if let scalar = readElement(array, view.offset) { return scalar }
    return wrap(try array.subscripted(indexItems(key)))
}

private func assign(_ object: Obj, _ key: Obj, _ value: Obj) throws {
    let array = node(object)
    guard array.isWritable else { throw valueError("assignment destination is read-only") }
    if lg_kind(value) == .complex, !array.type.isComplex {
        throw NumPyError(.unsupported, "complex number as real element")
    }
    guard let view = try basicView(array, key) else {
        return try array.assign(storable(value, as: array.type, .arrays), at: indexItems(key))
    }
    let lattice = view.lattice
    if isOurs(value) {
        // The last step of `a[key] += x`: the view was changed in place and is now assigned to
        // itself.
        let source = node(value)
        if source.store === array.store, source.type == array.type, source.lattice == lattice {
            return
        }
    }
    let source = try storable(value, as: array.type, .elements, axes: lattice.axisCount)
    if view.isElement, case .array(let sequence) = source, sequence.axisCount > 0 {
        throw NumPyError(.unsupported, "sequence as element")
    }
    try view.applied(to: array).assign(source, at: [])
}

private func subscriptOnHost(_ object: Obj, _ key: Obj) throws -> Obj? {
    let call = HostCall(name: "ndarray.__getitem__")
    defer { call.finish() }
    try call.weigh([object, key])
    let view = try call.argument(object)
    let index = try call.argument(key)
    try call.warn()
    return try call.result(check(PyObject_GetItem(view, index)))
}

private func assignOnHost(_ object: Obj, _ key: Obj, _ value: Obj) throws {
    let call = HostCall(name: "ndarray.__setitem__")
    defer { call.finish() }
    try call.weigh([object, key, value])
    let view = try call.argument(object)
    let index = try call.argument(key)
    let source = try call.argument(value)
    try call.warn()
    try check(PyObject_SetItem(view, index, source))
}

private func subscriptScalar(_ object: Obj, _ key: Obj) throws -> Obj? {
    let array = node(object)
    switch lg_kind(key) {
    case .ellipsis: return wrap(array.unscalared)
    case .none: return wrap(array.viewed(array.lattice.insertingAxis(at: 0)))
    case .tuple:
        let items = borrowedItems(key)
        if items.isEmpty { return lg_newref(object) }
        guard items.allSatisfy({ lg_kind($0) == .none || lg_kind($0) == .ellipsis }) else { break }
        var lattice = array.lattice
        for item in items where lg_kind(item) == .none { lattice = lattice.insertingAxis(at: 0) }
        return wrap(array.viewed(lattice))
    default: break
    }
    throw indexError("invalid index to scalar variable.")
}

@inline(never) private func noLength() -> Int {
    raise(typeError("len() of unsized object"))
    return -1
}

func addSubscriptSlots(_ builder: inout TypeBuilder, isScalar: Bool) {
    if isScalar {
        let get: BinarySlot = { object, key in reporting { try subscriptScalar(object!, key!) } }
        builder.slot(Py_mp_subscript, get)
        return
    }
    let get: BinarySlot = { object, key in
        let object = object.unsafelyUnwrapped
        let key = key.unsafelyUnwrapped
        if let quick = withArray(object, { subscriptedQuickly($0, key) }) { return quick }
        do { return try withPlainTuple(key) { try subscripted(object, $0) } } catch {
            guard error.isUnsupported else {
                raise(error)
                return nil
            }
            return reporting { try subscriptOnHost(object, key) }
        }
    }
    builder.slot(Py_mp_subscript, get)
    let set: @convention(c) (Obj?, Obj?, Obj?) -> Int32 = { object, key, value in
        if let value,
            withArray(
                object.unsafelyUnwrapped, { assignedQuickly($0, key.unsafelyUnwrapped, value) })
        {
            return 0
        }
        return reportingStatus {
            guard let value else { throw valueError("cannot delete array elements") }
            do { try withPlainTuple(key!) { try assign(object!, $0, value) } } catch {
                guard error.isUnsupported else { throw error }
                try assignOnHost(object!, key!, value)
            }
        }
    }
    builder.slot(Py_mp_ass_subscript, set)
    let count: LengthSlot = { object in
        let object = object.unsafelyUnwrapped
        let extent = withArray(object) {
            $0.view.lattice.shape.count > 0 ? $0.view.lattice.shape[0] : -1
        }
        return extent >= 0 ? extent : noLength()
    }
    builder.slot(Py_mp_length, count)
    builder.slot(Py_sq_length, count)
    addIteration(&builder)
}

private func addIteration(_ builder: inout TypeBuilder) {
    let item: @convention(c) (Obj?, Int) -> Obj? = { object, index in
        reporting {
            // Python counts negative indices from the end before it asks.
            guard withNode(object!, { $0.axisCount > 0 && index >= 0 && index < $0.shape[0] })
            else {
                throw indexError("index out of bounds")
            }
            return rowOrElement(object!, index)
        }
    }
    builder.slot(Py_sq_item, item)
    let iterate: UnarySlot = { object in reporting { try makeIterator(object!) } }
    builder.slot(Py_tp_iter, iterate)
}
