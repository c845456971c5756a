/// The short way of `a[3]`, `a[i, j]`, `a[1:-1, 2:]`, `a[index]` and of assignments to them: integers and slices alone, on
/// arrays at rest. Whatever is not of this kind, every error included, is left to the general way.
import CPlatform
import LegateCore
import NumPy

/// A lattice under construction from integers and slices.
private struct QuickView {
    var axis = 0
    var offset: Int
    var shape = AxisList()
    var strides = AxisList()
    /// Whether only integers were seen.
    var isElement = true

    @inline(__always) init(_ array: NDArray) { offset = array.view.lattice.offset }

    @inline(__always) mutating func take(integer key: Obj, _ array: NDArray) -> Bool {
        let given = PyNumber_AsSsize_t(key, nil)
        let extent = array.view.lattice.shape[axis]
        let index = given < 0 ? given &+ extent : given
        guard index >= 0, index < extent else { return false }
        offset &+= index &* array.view.lattice.strides[axis]
        axis &+= 1
        return true
    }

    @inline(__always) mutating func take(slice key: Obj, _ array: NDArray) -> Bool {
        var start = 0
        var stop = 0
        var step = 0
        guard PySlice_Unpack(key, &start, &stop, &step) == 0 else {
            PyErr_Clear()
            return false
        }
        let count = PySlice_AdjustIndices(array.view.lattice.shape[axis], &start, &stop, step)
        let stride = array.view.lattice.strides[axis]
        if count > 0 { offset &+= start &* stride }
        shape.append(count)
        strides.append(stride &* step)
        axis &+= 1
        isElement = false
        return true
    }

    @inline(__always) mutating func takeRest(_ array: NDArray) {
        let axes = array.view.lattice.shape.count
        guard axis < axes else { return }
        while axis < axes {
            shape.append(array.view.lattice.shape[axis])
            strides.append(array.view.lattice.strides[axis])
            axis &+= 1
        }
        isElement = false
    }

    @inline(__always) var lattice: Lattice { Lattice(offset: offset, shape: shape, strides: strides) }
}

/// What a key of integers and slices selects; `nil` for other keys and for indices outside.
@inline(__always) private func quickView(_ array: NDArray, _ key: Obj) -> QuickView? {
    var view = QuickView(array)
    let axes = array.view.lattice.shape.count
    switch lg_kind(key) {
    case .int: guard axes > 0, view.take(integer: key, array) else { return nil }
    case .slice: guard axes > 0, view.take(slice: key, array) else { return nil }
    case .tuple:
        let count = PyTuple_Size(key)
        guard count > 0, count <= axes else { return nil }
        for i in 0..<count {
            let item = PyTuple_GetItem(key, i).unsafelyUnwrapped
            switch lg_kind(item) {
            case .int: guard view.take(integer: item, array) else { return nil }
            case .slice: guard view.take(slice: item, array) else { return nil }
            default: return nil
            }
        }
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
    if isArray(key) {
        return withNode(key) { index in
            (try? array.gatheredQuickly(index)).flatMap { $0 }.flatMap { wrap($0) }
        }
    }
    guard let view = quickView(array, key) else { return nil }
    if view.isElement { return readElement(array, view.offset) }
    return arrayShells.make(
        NDArray(
            StoreView(store: array.store, lattice: view.lattice, type: array.type),
            isWritable: array.isWritable, base: array.base ?? array))
}

/// `array[key] = value` where nothing is pending and the types agree; false for everything else.
@inline(__always) func assignedQuickly(_ array: NDArray, _ key: Obj, _ value: Obj) -> Bool {
    let store = array.store
    guard array.isWritable, store.isReady, store.pendingReads == 0, Runtime.shared.isImmediate(1),
        let view = quickView(array, key)
    else { return false }
    if view.isElement {
        guard let number = QuickNumber(value), let bits = number.bits(as: array.type) else { return false }
        store.memory.unsafelyUnwrapped.storeBytes(of: bits, toByteOffset: view.offset &* 8, as: UInt64.self)
        return true
    }
    if isArray(value) { return withNode(value) { array.assignQuickly(view.lattice, $0) } }
    guard let number = QuickNumber(value), let bits = number.bits(as: array.type) else { return false }
    return array.fillQuickly(view.lattice, bits)
}

extension QuickNumber {
    /// The number as an element of a type of eight bytes; `nil` where the conversion is no matter of course.
    @inline(__always) fileprivate func bits(as type: ElementType) -> UInt64? {
        switch (type, self) {
        case (.float64, .float(let x)): return x.bitPattern
        case (.float64, .integer(let x)): return Double(x).bitPattern
        case (.int64, .integer(let x)): return UInt64(bitPattern: Int64(x))
        default: return nil
        }
    }
}
