/// What `for row in a`, `x, y, z = a` and `list(a)` walk along an array's first axis.
///
/// In: an array with axes. Out: its elements, or views of its rows, in turn; as with NumPy's, what
/// is written meanwhile is seen. The end is told without an exception: loops over short vectors
/// would pay for it more than for their elements.
import CPlatform
import LegateCore
import NumPy

@inline(__always) private func iterator(_ object: Obj) -> UnsafeMutablePointer<LGIteratorObject> {
    UnsafeMutableRawPointer(object).assumingMemoryBound(to: LGIteratorObject.self)
}

private let iteratorType = Result { try makeType() }

/// An iterator at the beginning of an array's first axis.
func makeIterator(_ array: Obj) throws -> Obj? {
    guard withNode(array, { $0.axisCount > 0 }) else {
        throw typeError("iteration over a 0-d array")
    }
    guard let object = _PyObject_New(try iteratorType.get()) else { return nil }
    iterator(object).pointee.array = lg_newref(array)
    iterator(object).pointee.index = 0
    return object
}

/// `array[index]` for an index inside the first axis.
@inline(__always) func rowOrElement(_ object: Obj, _ index: Int) -> Obj? {
    if let quick = withNode(object, { rowOrElement(of: $0, index) }) { return quick }
    guard let key = PyLong_FromSsize_t(index) else { return nil }
    defer { Py_DecRef(key) }
    return PyObject_GetItem(object, key)
}

/// Elements still to come.
private func remaining(_ object: Obj) -> Int {
    guard let array = iterator(object).pointee.array else { return 0 }
    return max(0, withNode(array) { $0.view.lattice.shape[0] } - iterator(object).pointee.index)
}

private func release(_ object: Obj) {
    guard let array = iterator(object).pointee.array else { return }
    iterator(object).pointee.array = nil
    Py_DecRef(array)
}

private func makeType() throws -> OpaquePointer {
    var builder = TypeBuilder()
    let next: UnarySlot = { object in
        let object = object.unsafelyUnwrapped
        guard let array = iterator(object).pointee.array else { return nil }
        let index = iterator(object).pointee.index
        guard index < withNode(array, { $0.view.lattice.shape[0] }) else {
            release(object)
            return nil
        }
        iterator(object).pointee.index = index &+ 1
        return rowOrElement(array, index)
    }
    builder.slot(Py_tp_iternext, next)
    let itself: UnarySlot = { lg_newref($0) }
    builder.slot(Py_tp_iter, itself)
    let dealloc: @convention(c) (Obj?) -> Void = { object in
        let object = object.unsafelyUnwrapped
        release(object)
        let type = lg_type(object)
        PyObject_Free(object)
        Py_DecRef(Obj(type))
    }
    builder.slot(Py_tp_dealloc, dealloc)
    addCopying(&builder)
    return try builder.build("_legate.iterator", size: MemoryLayout<LGIteratorObject>.size)
}

/// What `list`, `copy` and `pickle` ask of an iterator.
private func addCopying(_ builder: inout TypeBuilder) {
    builder.method("__length_hint__") { object, _, _, _ in PyLong_FromSsize_t(remaining(object!)) }
    builder.method("__reduce__") { object, _, _, _ in reporting { try reduced(object!) } }
    builder.method("__setstate__") { object, arguments, count, _ in
        reporting {
            guard count == 1, let index = arguments?[0] else {
                throw typeError("__setstate__() takes an index")
            }
            iterator(object!).pointee.index = max(0, try integer(index))
            return lg_none()
        }
    }
}

/// `iter(array)` from an index on; of one that has come to its end `iter(())`.
private func reduced(_ object: Obj) throws -> Obj? {
    let builtins = try check(PyImport_ImportModule("builtins"))
    defer { Py_DecRef(builtins) }
    let iter = try attribute(builtins, "iter")
    guard let array = iterator(object).pointee.array else {
        return tuple([iter, tuple([PyTuple_New(0)])])
    }
    return tuple([
        iter, tuple([lg_newref(array)]), PyLong_FromSsize_t(iterator(object).pointee.index),
    ])
}
