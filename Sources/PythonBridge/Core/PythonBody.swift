/// Bodies of tasks in Python: on a worker, under Python's lock, with NumPy arrays over the tile's own memory.
///
/// In: a tile. Out: what the callable wrote. The arrays are views of memory that is the runtime's: a body that keeps one of
/// them, or a view of one, beyond its end is told so.
import CPlatform
import LegateCore

/// A reference to a Python object, given up on a thread that holds the lock.
final class PythonReference {
    let object: Obj

    init(_ object: Obj) { self.object = lg_newref(object) }

    deinit { Py_DecRef(object) }
}

/// An exception that a body raised.
struct PythonTaskError: Error {
    let exception: Obj

    /// Takes the exception that is set.
    static func taken() -> PythonTaskError {
        var (type, value, traceback): (Obj?, Obj?, Obj?) = (nil, nil, nil)
        PyErr_Fetch(&type, &value, &traceback)
        PyErr_NormalizeException(&type, &value, &traceback)
        if let traceback, let value { _ = PyException_SetTraceback(value, traceback) }
        if let type { Py_DecRef(type) }
        if let traceback { Py_DecRef(traceback) }
        return PythonTaskError(exception: value ?? lg_none()!)
    }
}

/// Lets go of Python's lock while the program waits for bodies that need it.
func installHostLock() {
    HostLock.release = { PyEval_SaveThread().map { UnsafeMutableRawPointer($0) } }
    HostLock.retake = { PyEval_RestoreThread($0?.assumingMemoryBound(to: PyObject.self)) }
}

final class PythonBody {
    private let callable: PythonReference

    init(_ callable: Obj) { self.callable = PythonReference(callable) }

    /// `callable(tile, tiles, color, domain, inputs, outputs, reductions, payload)`
    func run(_ context: TaskContext) throws {
        let state = PyGILState_Ensure()
        defer { PyGILState_Release(state) }
        do {
            let inputs = try arrays(context.inputs, isWritable: false)
            defer { Py_DecRef(inputs) }
            let outputs = try arrays(context.outputs, isWritable: true)
            defer { Py_DecRef(outputs) }
            let reductions = try arrays(context.reductions, isWritable: true)
            defer { Py_DecRef(reductions) }
            let place = [
                PyLong_FromSsize_t(context.tile), PyLong_FromSsize_t(context.tileCount), list(context.color),
                list(context.launchDomain),
            ]
            defer { for object in place { Py_DecRef(object) } }
            let payload = (context.payload as? PythonReference)?.object ?? lg_none()
            let result = try call(
                callable.object, place[0], place[1], place[2], place[3], inputs, outputs, reductions, payload)
            let isUnbound = context.outputs.contains(where: \.isUnbound)
            if isUnbound { try bind(result, context.outputs) }
            Py_DecRef(result)
            for tuple in [inputs, outputs, reductions] { try checkKept(tuple, context.declaration.name) }
        } catch is Raised {
            throw PythonTaskError.taken()
        }
    }

    /// A tuple apart from those that the thread of the program keeps for reuse.
    private func list(_ values: AxisList) -> Obj? { tuple(values.map { PyLong_FromSsize_t($0) }) }

    private func arrays(_ tiles: [Tile], isWritable: Bool) throws -> Obj {
        try check(tuple(try tiles.map { try $0.isUnbound ? lg_none() : array($0, isWritable) }))
    }

    /// A NumPy array over a tile's memory.
    private func array(_ tile: Tile, _ isWritable: Bool) throws -> Obj {
        let size = tile.type.byteCount
        let bounds = tile.lattice.bounds ?? tile.lattice.offset...tile.lattice.offset - 1 + (tile.count > 0 ? 1 : 1)
        let bytes = tile.count == 0 ? size : (bounds.upperBound - bounds.lowerBound + 1) * size
        let start = tile.memory + (tile.count == 0 ? 0 : bounds.lowerBound * size)
        let view = try check(
            PyMemoryView_FromMemory(
                start.assumingMemoryBound(to: CChar.self), bytes, isWritable ? PyBUF_WRITE : PyBUF_READ))
        defer { Py_DecRef(view) }
        let shape = list(tile.shape)
        let strides = list(AxisList(tile.strides.map { $0 * size }))
        let offset = PyLong_FromSsize_t(tile.count == 0 ? 0 : (tile.lattice.offset - bounds.lowerBound) * size)
        defer { for object in [shape, strides, offset] { Py_DecRef(object) } }
        return try call(Host.arrayType, shape, Host.dtypes[tile.type.index], view, offset, strides)
    }

    /// The arrays that a body returned are the elements of its outputs without a shape, in order.
    private func bind(_ result: Obj, _ outputs: [Tile]) throws {
        let unbound = outputs.filter(\.isUnbound)
        let items = unbound.count == 1 && lg_kind(result) != .tuple ? [result] : borrowedItems(result)
        guard items.count == unbound.count else {
            throw valueError("the body returns \(items.count) arrays for \(unbound.count) outputs without a shape")
        }
        for (item, tile) in zip(items, unbound) {
            let array = try call(Host.asarray, item, Host.dtypes[tile.type.index])
            defer { Py_DecRef(array) }
            let copy = try callMethod(array, "tobytes")
            defer { Py_DecRef(copy) }
            let shape = try attribute(array, "shape")
            defer { Py_DecRef(shape) }
            var buffer = Py_buffer()
            try check(PyObject_GetBuffer(copy, &buffer, PyBUF_C_CONTIGUOUS))
            defer { PyBuffer_Release(&buffer) }
            try tile.bind(
                bytes: Array(UnsafeRawBufferPointer(start: buffer.buf, count: buffer.len)),
                shape: AxisList(borrowedItems(shape).map { try integer($0) }))
        }
    }

    /// A tile that somebody still holds would show memory that is not its own any more.
    private func checkKept(_ tiles: Obj, _ name: String) throws {
        for array in borrowedItems(tiles) where Host.isExactArray(array) && lg_refcount(array) > 1 {
            throw CoreError(
                .runtime,
                "the body of '\(name)' keeps an array of its tile, or a view of one: copy what shall outlive the task")
        }
    }
}
