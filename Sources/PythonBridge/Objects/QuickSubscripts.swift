/// The short way of `a[3]`, `a[i, j]`, `a[1:-1, 2:]`, `a[:, None]`, `a[index]` and of assignments
/// to them: integers, slices and new axes alone, on arrays at rest. Whatever is not of this kind,
/// every error included, is left to the general way.
import CPlatform
import LegateCore
import NumPy

extension BasicView {
    /// Longer keys go the general way, which knows NumPy's limit of axes.
    fileprivate static let mostItems = 16

    @inline(__always)
    fileprivate mutating func take(integer key: Obj, _ array: NDArray) -> Bool {
        guard axis < array.view.lattice.shape.count else { return false }
        let index = quickIndex(key, array.view.lattice.shape[axis])
        guard index >= 0 else { return false }
        take(index: index, array)
        return true
    }

    /// An integer scalar of ours whose value is known.
    @inline(__always)
    fileprivate mutating func take(scalar key: Obj, _ array: NDArray) -> Bool {
        guard isScalar(key), axis < array.view.lattice.shape.count,
            case .integer(let value)? = QuickNumber(scalar: key)
        else { return false }
        let extent = array.view.lattice.shape[axis]
        let index = value < 0 ? value &+ extent : value
        guard index >= 0, index < extent else { return false }
        take(index: index, array)
        return true
    }

    /// Takes whole axes for an ellipsis, up to those that the items behind it are for.
    ///
    /// - Returns: False where no axis would be left, which gives an array all the same.
    fileprivate mutating func skip(before key: Obj, from first: Int, _ array: NDArray) -> Bool {
        var left = array.view.lattice.shape.count &- axis
        for i in first..<PyTuple_Size(key) {
            switch lg_kind(PyTuple_GetItem(key, i).unsafelyUnwrapped) {
            case .none: break
            case .ellipsis: return false
            default: left &-= 1
            }
        }
        guard left > 0 else { return false }
        takeWhole(left, array)
        return true
    }

    @inline(__always)
    fileprivate mutating func take(slice key: Obj, _ array: NDArray) -> Bool {
        guard axis < array.view.lattice.shape.count, let step = slicePart(key, 2, none: 1),
            step != 0, step > Int.min,
            var start = slicePart(key, 0, none: step < 0 ? Int.max : 0),
            let stop = slicePart(key, 1, none: step < 0 ? Int.min : Int.max)
        else { return false }
        let count = pointCount(array.view.lattice.shape[axis], &start, stop, step)
        take(from: start, count: count, step: step, array)
        return true
    }
}

/// A part of a slice, `none` where it is left out; `nil` for what is no plain integer of 64 bits.
@inline(__always) private func slicePart(_ slice: Obj, _ part: Int32, none: Int) -> Int? {
    let object = lg_slice_part(slice, part).unsafelyUnwrapped
    if lg_is_none(object) != 0 { return none }
    guard lg_kind(object) == .int else { return nil }
    let number = PyLong_AsSsize_t(object)
    if number == -1, PyErr_Occurred() != nil {
        PyErr_Clear()
        return nil
    }
    return number
}

/// Brings a slice's begin into an axis of `extent` points, as Python does, and counts the slice's
/// points.
@inline(__always) private func pointCount(
    _ extent: Int, _ start: inout Int, _ stop: Int, _ step: Int
) -> Int {
    let (low, high) = step < 0 ? (-1, extent &- 1) : (0, extent)
    start = start < 0 ? max(start &+ extent, low) : min(start, high)
    let stop = stop < 0 ? max(stop &+ extent, low) : min(stop, high)
    // Division is the dearest part of a slice.
    if step == 1 { return max(stop &- start, 0) }
    if step == -1 { return max(start &- stop, 0) }
    if step < 0 { return stop < start ? (start &- stop &- 1) / (0 &- step) &+ 1 : 0 }
    return start < stop ? (stop &- start &- 1) / step &+ 1 : 0
}

/// A Python integer as an index along an axis; negative where it lies outside.
@inline(__always) private func quickIndex(_ key: Obj, _ extent: Int) -> Int {
    let given = PyLong_AsSsize_t(key)
    if given >= 0 { return given < extent ? given : -1 }
    // Beyond 64 bits it is -1 and an exception, which the general way raises with NumPy's words.
    if given == -1, PyErr_Occurred() != nil {
        PyErr_Clear()
        return -1
    }
    return given &+ extent
}

/// Where `array[i]` or `array[i, j]` lies, with an integer for each axis of an array at rest; `nil`
/// for all else.
@inline(__always) private func quickElement(_ array: NDArray, _ key: Obj)
    -> UnsafeMutableRawPointer?
{
    var place = array.view.lattice.offset
    let axes = array.view.lattice.shape.count
    switch lg_kind(key) {
    case .int:
        guard axes == 1, array.store.isReady else { return nil }
        let index = quickIndex(key, array.view.lattice.shape[0])
        guard index >= 0 else { return nil }
        place &+= index &* array.view.lattice.strides[0]
    case .tuple:
        guard PyTuple_Size(key) == axes, axes > 0, array.store.isReady else { return nil }
        for axis in 0..<axes {
            let item = PyTuple_GetItem(key, axis).unsafelyUnwrapped
            guard lg_kind(item) == .int else { return nil }
            let index = quickIndex(item, array.view.lattice.shape[axis])
            guard index >= 0 else { return nil }
            place &+= index &* array.view.lattice.strides[axis]
        }
    default: return nil
    }
    return array.store.memory.unsafelyUnwrapped + place &* array.type.byteCount
}

/// What a key of integers, slices and new axes selects; `nil` for other keys and for indices
/// outside.
@inline(__always) private func quickView(_ array: NDArray, _ key: Obj) -> BasicView? {
    var view = BasicView(array)
    switch lg_kind(key) {
    case .int: guard view.take(integer: key, array) else { return nil }
    case .slice: guard view.take(slice: key, array) else { return nil }
    case .none: view.insertAxis()
    case .tuple:
        let count = PyTuple_Size(key)
        guard count > 0, count <= BasicView.mostItems else { return nil }
        for i in 0..<count {
            let item = PyTuple_GetItem(key, i).unsafelyUnwrapped
            switch lg_kind(item) {
            case .int: guard view.take(integer: item, array) else { return nil }
            case .slice: guard view.take(slice: item, array) else { return nil }
            case .none: view.insertAxis()
            case .other: guard view.take(scalar: item, array) else { return nil }
            case .ellipsis: guard view.skip(before: key, from: i + 1, array) else { return nil }
            default: return nil
            }
        }
    case .other: guard view.take(scalar: key, array) else { return nil }
    default: return nil
    }
    view.takeRest(array)
    return view
}

/// The value at a flat index, where it is known already.
@inline(__always) func readElement(_ array: NDArray, _ offset: Int) -> Obj? {
    let store = array.store
    guard store.isReady, let memory = store.memory else { return nil }
    return makeScalar(memory + offset &* array.type.byteCount, array.type)
}

/// `array[key]`; `nil` for everything that is not quick.
@inline(__always) func subscriptedQuickly(_ array: NDArray, _ key: Obj) -> Obj? {
    if let element = quickElement(array, key) { return makeScalar(element, array.type) }
    if isArray(key) {
        return withNode(key) { index in
            (try? array.gatheredQuickly(index)).flatMap { $0 }.flatMap { wrap($0) }
        }
    }
    return quickView(array, key).flatMap { shown($0, of: array) }
}

/// `array[index]` for an index inside the first axis; `nil` where the value is not known yet.
@inline(__always) func rowOrElement(of array: NDArray, _ index: Int) -> Obj? {
    var view = BasicView(array)
    view.take(index: index, array)
    view.takeRest(array)
    return shown(view, of: array)
}

@inline(__always) private func shown(_ view: BasicView, of array: NDArray) -> Obj? {
    view.isElement
        ? readElement(array, view.offset)
        : arrayShells.make(retained: array.retainedView(view.lattice))
}

/// `array[key] = value` where nothing is pending and the types agree; false for everything else.
@inline(__always) func assignedQuickly(_ array: NDArray, _ key: Obj, _ value: Obj) -> Bool {
    let store = array.store
    if array.type == .float64, array.isWritable, store.pendingReads == 0,
        let number = heldDouble(value),
        Runtime.shared.isImmediate(1), let element = quickElement(array, key)
    {
        element.storeBytes(of: number, as: Double.self)
        return true
    }
    guard array.isWritable, store.isReady, store.pendingReads == 0, Runtime.shared.isImmediate(1)
    else { return false }
    if isArray(key) { return scatteredQuickly(array, key, value) }
    guard let view = quickView(array, key) else { return false }
    if view.isElement {
        guard let number = QuickNumber(value), let bits = number.bits(as: array.type) else {
            return false
        }
        store.memory.unsafelyUnwrapped.storeBytes(
            of: bits, toByteOffset: view.offset &* 8, as: UInt64.self)
        return true
    }
    if isArray(value) { return withNode(value) { array.assignQuickly(view.lattice, $0) } }
    guard let number = QuickNumber(value), let bits = number.bits(as: array.type) else {
        return false
    }
    return array.fillQuickly(view.lattice, bits)
}

/// `array.fill(value)` under the same conditions.
func filledQuickly(_ object: Obj, _ value: Obj) -> Bool {
    withNode(object) { array in
        let store = array.store
        guard array.isWritable, store.isReady, store.pendingReads == 0,
            let bits = QuickNumber(value)?.bits(as: array.type)
        else { return false }
        return array.fillQuickly(array.lattice, bits)
    }
}

/// `array[index] = value` for an array of integers or a mask.
private func scatteredQuickly(_ array: NDArray, _ index: Obj, _ value: Obj) -> Bool {
    if isArray(value) {
        return withNode(index) { array.scatterQuickly(.array(node(value)), nil, at: $0) }
    }
    guard let number = QuickNumber(value), let bits = number.bits(as: array.type) else {
        return false
    }
    return withNode(index) { array.scatterQuickly(number.operand, bits, at: $0) }
}

extension QuickNumber {
    /// The number as an element of a type of eight bytes; `nil` where the conversion is no matter
    /// of course.
    @inline(__always) fileprivate func bits(as type: ElementType) -> UInt64? {
        switch (type, self) {
        case (.float64, .float(let x)): return x.bitPattern
        case (.float64, .integer(let x)): return Double(x).bitPattern
        case (.int64, .integer(let x)): return UInt64(bitPattern: Int64(x))
        default: return nil
        }
    }
}
