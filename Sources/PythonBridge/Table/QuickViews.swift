/// The short ways of calls that only show an array otherwise, or that choose among its elements.
///
/// Like all of `QuickCalls.swift`: plain arguments and small arrays at rest; the rest is the row's.
import CPlatform
import LegateCore
import NumPy

extension QuickRow {
    // MARK: - Views

    static var views: [QuickRow] {
        [
            QuickRow("asarray", .function) { _, arguments, count in
                if let own = same(arguments, count, { _ in true }) { return own }
                guard count == 1, let list = arguments.unsafelyUnwrapped[0], lg_kind(list) == .list
                else { return nil }
                return numbers(list)
            },
            QuickRow("asanyarray", .function) { same($1, $2) { _ in true } },
            QuickRow("ascontiguousarray", .function) {
                same($1, $2) { $0.axisCount > 0 && $0.lattice.isRowMajorContiguous }
            },
            QuickRow("ravel", .function) { flat(only($1, $2)) },
            QuickRow("ravel", .method) { flat(alone($0, $2)) },
            QuickRow("transpose", .function) { transposed(only($1, $2)) },
            QuickRow("transpose", .method) { object, arguments, count in
                count == 0
                    ? transposed(alone(object, count)) : reordered(object, arguments, count)
            },
            QuickRow("swapaxes", .method) { object, arguments, count in
                guard let object, isArray(object), count == 2,
                    let axes = integers(arguments, count)
                else { return nil }
                return withNode(object) { array in
                    var order = AxisList()
                    for axis in 0..<array.axisCount { order.append(axis) }
                    guard let a = place(axes[0], order.count), let b = place(axes[1], order.count)
                    else { return nil }
                    order[a] = b
                    order[b] = a
                    return shown(array, in: order)
                }
            },
        ]
    }

    // MARK: - Elements

    static var elements: [QuickRow] {
        [
            QuickRow("take", .function) { chosen(pair($1, $2)) },
            QuickRow("take", .method) { chosen(pair($0, $1, $2)) },
            QuickRow("nonzero", .function) { places(only($1, $2)) },
            QuickRow("nonzero", .method) { places(alone($0, $2)) },
            QuickRow("flatnonzero", .function) { _, arguments, count in
                guard let object = only(arguments, count) else { return nil }
                return withNode(object) { $0.quickFlatNonzero() }.flatMap { arrayShells.make($0) }
            },
            QuickRow("result_type", .function) { commonType($1, $2) },
            QuickRow("can_cast", .function) { _, arguments, count in
                guard count == 2, let arguments, let from = arguments[0], let to = arguments[1],
                    let source = Host.knownElementType(from), let target = Host.knownElementType(to)
                else { return nil }
                return lg_bool(source.canCast(to: target, .safe) ? 1 : 0)
            },
            QuickRow("searchsorted", .function) { _, arguments, count in
                guard count == 2, let arguments, let object = arguments[0] else { return nil }
                return found(arguments[1], in: object)
            },
            QuickRow("searchsorted", .method) { object, arguments, count in
                guard count == 1, let object else { return nil }
                return found(arguments.unsafelyUnwrapped[0], in: object)
            },
            QuickRow("inner", .function) { _, arguments, count in
                guard let (a, b) = pair(arguments, count), withNode(a, { $0.axisCount == 1 }),
                    withNode(b, { $0.axisCount == 1 })
                else { return nil }
                return product((a, b))
            },
            QuickRow("item", .method) { element($0, $1, $2) },
            QuickRow("fill", .method) { object, arguments, count in
                guard let object, isArray(object), count == 1,
                    let value = arguments.unsafelyUnwrapped[0], filledQuickly(object, value)
                else { return nil }
                return lg_none()
            },
        ]
    }
}

/// The argument itself, where it is already what is asked for.
@inline(__always) private func same(
    _ arguments: ArgumentPointer?, _ count: Int, _ fits: (NDArray) -> Bool
) -> Obj? {
    guard let object = only(arguments, count), withNode(object, fits) else { return nil }
    return lg_newref(object)
}

@inline(__always) private func flat(_ object: Obj?) -> Obj? {
    guard let object,
        let view = withNode(object, { $0.quickReshaped(to: AxisList($0.count)) })
    else { return nil }
    return arrayShells.make(retained: view)
}

@inline(__always) private func transposed(_ object: Obj?) -> Obj? {
    guard let object else { return nil }
    return withNode(object) { array in
        var order = AxisList()
        for axis in 0..<array.axisCount { order.append(array.axisCount &- 1 &- axis) }
        return shown(array, in: order)
    }
}

/// `a.transpose(1, 0)` and `a.transpose((1, 0))`.
private func reordered(_ object: Obj?, _ arguments: ArgumentPointer?, _ count: Int) -> Obj? {
    guard let object, isArray(object), let axes = integers(arguments, count) else { return nil }
    return withNode(object) { array in
        guard axes.count == array.axisCount else { return nil }
        var order = AxisList()
        var seen = 0
        for given in axes {
            guard let axis = place(given, axes.count), seen & 1 << axis == 0 else { return nil }
            seen |= 1 << axis
            order.append(axis)
        }
        return shown(array, in: order)
    }
}

/// A view of at most four axes in another order.
@inline(__always) private func shown(_ array: NDArray, in order: AxisList) -> Obj? {
    guard !array.isScalar, order.count <= 4 else { return nil }
    let (shape, strides) = (array.shape, array.strides)
    var lattice = Lattice(offset: array.lattice.offset, shape: AxisList(), strides: AxisList())
    for axis in order {
        lattice.shape.append(shape[axis])
        lattice.strides.append(strides[axis])
    }
    return arrayShells.make(retained: array.retainedView(lattice))
}

/// An axis that may be counted from the end.
@inline(__always) private func place(_ axis: Int, _ count: Int) -> Int? {
    let place = axis < 0 ? axis &+ count : axis
    return place >= 0 && place < count ? place : nil
}

/// Up to four plain integers, or those of one tuple.
private func integers(_ arguments: ArgumentPointer?, _ count: Int) -> AxisList? {
    guard let arguments, count > 0, let first = arguments[0] else { return nil }
    let isTuple = count == 1 && lg_kind(first) == .tuple
    let length = isTuple ? PyTuple_Size(first) : count
    guard length <= 4 else { return nil }
    var values = AxisList()
    for i in 0..<length {
        let item = (isTuple ? PyTuple_GetItem(first, i) : arguments[i]).unsafelyUnwrapped
        guard lg_kind(item) == .int else { return nil }
        let value = PyNumber_AsSsize_t(item, nil)
        values.append(value)
    }
    return values
}

/// `a.take(index)` of one axis by integers is `a[index]`.
@inline(__always) private func chosen(_ pair: (Obj, Obj)?) -> Obj? {
    guard let (object, index) = pair, withNode(index, { $0.type.isInteger }) else { return nil }
    return withNode(object) { array in
        guard array.axisCount == 1, !array.isScalar else { return nil }
        return withNode(index) { index in
            (try? array.gatheredQuickly(index)).flatMap { $0 }.flatMap { wrap($0) }
        }
    }
}

/// Where an array is not zero: an array of places for each of its one or two axes. As
/// `where(condition)` gives it, too.
@inline(__always) func places(_ object: Obj?) -> Obj? {
    guard let object, let (rows, columns) = withNode(object, { $0.quickNonzero() }) else {
        return nil
    }
    guard let tuple = PyTuple_New(columns == nil ? 1 : 2) else { return nil }
    PyTuple_SetItem(tuple, 0, arrayShells.make(rows))
    if let columns { PyTuple_SetItem(tuple, 1, arrayShells.make(columns)) }
    return tuple
}

/// The type of arrays taken together; of nothing else, which has rules of its own.
private func commonType(_ arguments: ArgumentPointer?, _ count: Int) -> Obj? {
    guard let arguments, count > 0, let first = arguments[0], isArray(first) else { return nil }
    var type = withNode(first) { $0.type }
    for i in 1..<count {
        guard let object = arguments[i], isArray(object) else { return nil }
        type = withNode(object) { type.promoted(with: $0.type) }
    }
    return Host.dtype(type)
}

/// The place of a number among the sorted ones of an array with one axis.
private func found(_ value: Obj?, in object: Obj) -> Obj? {
    guard isArray(object), let value, let number = QuickNumber(value),
        var place = withNode(object, { $0.quickPlace(of: number.operand) })
    else { return nil }
    return makeScalar(&place, .int64)
}

/// `a.item()` and `a.item(3)`, as one of Python's numbers.
private func element(_ object: Obj?, _ arguments: ArgumentPointer?, _ count: Int) -> Obj? {
    guard let object, count <= 1 else { return nil }
    if count == 0, let value = heldDouble(object) { return PyFloat_FromDouble(value) }
    guard isArray(object) else { return nil }
    return withNode(object) { array in
        guard array.store.isReady, array.lattice.isRowMajorContiguous else { return nil }
        var index = 0
        if count == 0 {
            guard array.count == 1 else { return nil }
        } else {
            let key = arguments.unsafelyUnwrapped[0].unsafelyUnwrapped
            guard lg_kind(key) == .int, let found = place(PyNumber_AsSsize_t(key, nil), array.count)
            else { return nil }
            index = found
        }
        return pythonNumber(array.element(at: index), array.type)
    }
}
