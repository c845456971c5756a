/// Bodies of tasks in Python: on a worker, under Python's lock, with NumPy arrays over the tile's
/// own memory.
///
/// In: a tile. Out: what the callable wrote. The arrays are views of memory that is the runtime's:
/// a body that keeps one of them, or a view of one, beyond its end is told so.
import CPlatform
import LegateCore

/// A reference to a Python object, given up on a thread that holds the lock.
final class PythonReference {
    let object: Obj

    init(_ object: Obj) { self.object = lg_newref(object) }

    /// Takes over a reference that the caller has.
    init(taking object: Obj) { self.object = object }

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
    /// What the callable takes, in order.
    enum Argument {
        case input(Int), output(Int), reduction(Int), scalar(Int)
        /// The callable's view of the running tile.
        case context
    }
    private let callable: PythonReference
    private let arguments: [Argument]
    private let takesContext: Bool
    /// Makes the context: `make(tile, tiles, color, domain, point, scratch)`.
    private let makeContext: PythonReference

    init(_ callable: Obj, _ arguments: [Argument], makeContext: Obj) {
        self.callable = PythonReference(callable)
        self.arguments = arguments
        takesContext = arguments.contains { if case .context = $0 { true } else { false } }
        self.makeContext = PythonReference(makeContext)
    }

    func run(_ context: TaskContext) throws {
        let state = PyGILState_Ensure()
        defer { PyGILState_Release(state) }
        do {
            var values: [Obj?] = []
            values.reserveCapacity(arguments.count)
            defer { for value in values { Py_DecRef(value) } }
            let points = takesContext ? try RunningPoint(context) : nil
            defer { points?.end() }
            for argument in arguments { values.append(try value(argument, context, points)) }
            let result = try values.withUnsafeBufferPointer {
                try check(PyObject_Vectorcall(callable.object, $0.baseAddress, $0.count, nil))
            }
            defer { Py_DecRef(result) }
            if context.outputs.contains(where: \.isUnbound) { try bind(result, context.outputs) }
            try checkKept(values, context)
        } catch is Raised {
            throw PythonTaskError.taken()
        }
    }

    private func value(_ argument: Argument, _ context: TaskContext, _ point: RunningPoint?) throws
        -> Obj?
    {
        switch argument {
        case .input(let k): return try array(context.inputs[k], isWritable: false)
        case .output(let k):
            return context.outputs[k].isUnbound
                ? lg_none() : try array(context.outputs[k], isWritable: true)
        case .reduction(let k): return try array(context.reductions[k], isWritable: true)
        case .scalar(let k):
            return lg_newref(
                borrowedItems((context.payload as? PythonReference)?.object ?? lg_none()!)[k])
        case .context:
            let place = [
                PyLong_FromSsize_t(context.tile), PyLong_FromSsize_t(context.tileCount),
                list(context.color),
                list(context.launchDomain),
                point.map { PyLong_FromSsize_t($0.number) } ?? lg_none(),
                try scratch(context.scratch),
            ]
            defer { for object in place { Py_DecRef(object) } }
            return try place.withUnsafeBufferPointer {
                try check(PyObject_Vectorcall(makeContext.object, $0.baseAddress, $0.count, nil))
            }
        }
    }

    /// A NumPy array over memory that the mapper asked for.
    private func scratch(_ memory: UnsafeMutableRawBufferPointer) throws -> Obj? {
        guard let start = memory.baseAddress else { return lg_none() }
        var (count, stride) = (memory.count, 1)
        return try check(
            lg_array_over(
                Host.functions, Host.arrayType, lg_newref(Host.dtypes[ElementType.uint8.index]), 1,
                &count, &stride,
                start, 1))
    }

    /// A tuple apart from those that the thread of the program keeps for reuse.
    private func list(_ values: AxisList) -> Obj? { tuple(values.map { PyLong_FromSsize_t($0) }) }

    /// A NumPy array over a tile's memory.
    private func array(_ tile: Tile, isWritable: Bool) throws -> Obj {
        let size = tile.type.byteCount
        return try withUnsafeTemporaryAllocation(of: Int.self, capacity: max(2 * tile.axisCount, 1))
        { numbers in
            let (shape, strides) = (tile.shape, tile.strides)
            for axis in 0..<shape.count {
                numbers[axis] = shape[axis]
                numbers[shape.count + axis] = strides[axis] * size
            }
            let start = numbers.baseAddress!
            return try check(
                lg_array_over(
                    Host.functions, Host.arrayType, lg_newref(Host.dtypes[tile.type.index]),
                    Int32(shape.count), start,
                    start + shape.count, tile.start, isWritable ? 1 : 0))
        }
    }

    /// The arrays that a body returned are the elements of its outputs without a shape, in order.
    private func bind(_ result: Obj, _ outputs: [Tile]) throws {
        let unbound = outputs.filter(\.isUnbound)
        let items =
            unbound.count == 1 && lg_kind(result) != .tuple ? [result] : borrowedItems(result)
        guard items.count == unbound.count else {
            throw valueError(
                "the body returns \(items.count) arrays for \(unbound.count) outputs without a shape"
            )
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
    private func checkKept(_ values: [Obj?], _ context: TaskContext) throws {
        for (argument, value) in zip(arguments, values) {
            switch argument {
            case .scalar: continue
            case .context:
                guard context.scratch.count > 0, let value, try isScratchKept(value) else {
                    continue
                }
            case .input, .output, .reduction:
                guard let value, Host.isExactArray(value), lg_refcount(value) > 1 else { continue }
            }
            throw CoreError(
                .runtime,
                "the body of '\(context.declaration.name)' keeps an array of its tile, or a view of one: copy what shall "
                    + "outlive the task")
        }
    }

    /// Takes the scratch memory away from a context that may live on.
    private func isScratchKept(_ context: Obj) throws -> Bool {
        let (name, none) = (pythonString("_scratch"), lg_none())
        defer {
            Py_DecRef(name)
            Py_DecRef(none)
        }
        let array = try check(PyObject_GetAttr(context, name))
        defer { Py_DecRef(array) }
        guard PyObject_SetAttr(context, name, none) == 0 else { throw Raised() }
        return lg_refcount(array) > 1
    }
}
