/// The Python object that runs a compiled loop: subscripted (or called) with what the loop iterates
/// over, the values of its names and its guards, it gives what is left to iterate over and what the
/// loop carries, or `None` where it did nothing. Behind a subscript Python does not look for signals:
/// what the loop carries is assigned before any handler runs.
import CPlatform
import LegateCore
import NumPy

nonisolated(unsafe) private var loopType: OpaquePointer?

/// What stands behind one object.
private final class LoopCell {
    let loop: CompiledLoop
    /// Kept.
    let guards: [Obj]

    init(_ program: LoopProgram, _ guards: [Obj]) {
        loop = CompiledLoop(program)
        self.guards = guards
        guards.forEach { Py_IncRef($0) }
    }

    deinit { guards.forEach { Py_DecRef($0) } }
}

private func cell(_ object: Obj) -> LoopCell {
    Unmanaged<LoopCell>.fromOpaque(
        UnsafeRawPointer(bitPattern: callable(object).pointee.row).unsafelyUnwrapped
    ).takeUnretainedValue()
}

/// `compile_loop(program)`
func compileLoop(_ program: Obj) throws -> Obj {
    if loopType == nil { loopType = try makeLoopType() }
    let (read, guards) = try LoopReader.program(program)
    let object = try check(_PyObject_New(loopType))
    callable(object).pointee.vectorcall = { object, arguments, count, names in
        guard names == nil, let arguments else { return lg_none() }
        return reporting {
            try call(cell(object.unsafelyUnwrapped), arguments, count & Int.max) ?? lg_none()
        }
    }
    callable(object).pointee.row = Int(
        bitPattern: Unmanaged.passRetained(LoopCell(read, guards)).toOpaque())
    callable(object).pointee.target = nil
    callable(object).pointee.name = pythonString(read.name)
    return object
}

private func makeLoopType() throws -> OpaquePointer {
    var builder = TypeBuilder()
    builder.member(
        "__vectorcalloffset__", offset: MemoryLayout<LGCallableObject>.offset(of: \.vectorcall)!)
    let callAny: TernarySlot = { PyVectorcall_Call($0, $1, $2) }
    builder.slot(Py_tp_call, callAny)
    let item: BinarySlot = { object, given in
        guard let object, let given, lg_kind(given) == .tuple else { return lg_none() }
        let count = PyTuple_Size(given)
        return reporting {
            try withUnsafeTemporaryAllocation(of: Obj?.self, capacity: max(1, count)) { room in
                for place in 0..<count {
                    room.initializeElement(at: place, to: PyTuple_GetItem(given, place))
                }
                let start = UnsafePointer(room.baseAddress.unsafelyUnwrapped)
                return try call(cell(object), start, count) ?? lg_none()
            }
        }
    }
    builder.slot(Py_mp_subscript, item)
    let dealloc: @convention(c) (Obj?) -> Void = { object in
        let object = object.unsafelyUnwrapped
        Unmanaged<LoopCell>.fromOpaque(
            UnsafeRawPointer(bitPattern: callable(object).pointee.row).unsafelyUnwrapped
        ).release()
        Py_DecRef(callable(object).pointee.name)
        PyObject_Free(object)
        Py_DecRef(Obj(loopType))
    }
    builder.slot(Py_tp_dealloc, dealloc)
    let repr: UnarySlot = { object in
        reporting { pythonString("<loop at \(cell(object!).loop.program.name)>") }
    }
    builder.slot(Py_tp_repr, repr)
    // What pickles a function by value takes its constants along.
    builder.method("__reduce__") { _, _, _, _ in
        reporting {
            let module = try check(PyImport_ImportModule("cunumeric._loops._absent"))
            defer { Py_DecRef(module) }
            return tuple([try attribute(module, "no_loop"), PyTuple_New(0)])
        }
    }
    builder.attribute("runs", get: { object, _ in cell(object!).loop.runs.pythonObject() })
    builder.attribute(
        "iterations", get: { object, _ in cell(object!).loop.iterations.pythonObject() })
    builder.attribute(
        "reason",
        get: { object, _ in
            cell(object!).loop.reason.map { pythonString($0.phrase) } ?? lg_none()
        })
    builder.attribute(
        "clause",
        get: { object, _ in
            cell(object!).loop.reason?.clause.map { pythonString($0) } ?? lg_none()
        })
    return try builder.build(
        "_legate.loop", size: MemoryLayout<LGCallableObject>.size, flags: LG_TPFLAGS_VECTORCALL)
}

// MARK: - A call

/// Fewest iterations that are worth a call.
private let fewestIterations = 3

private func call(_ cell: LoopCell, _ arguments: ArgumentPointer, _ count: Int) throws -> Obj? {
    let loop = cell.loop
    let inputCount = loop.program.inputs.count
    guard loop.isWorthTrying, count == 1 + inputCount + cell.guards.count,
        let items = arguments[0]
    else { return nil }
    let isWhile = loop.program.test != nil
    guard isWhile ? lg_is_none(items) != 0 : lg_type(items) == lg_range_type() else { return nil }
    for (place, kept) in cell.guards.enumerated()
    where arguments[1 + inputCount + place] != kept {
        return nil
    }
    let range = isWhile ? endless : range(items)
    guard let range, range.count >= fewestIterations else { return nil }
    var values: [LoopValue] = []
    values.reserveCapacity(inputCount)
    for place in 0..<inputCount {
        guard let argument = arguments[1 + place] else { return nil }
        values.append(value(argument))
    }
    // The last iteration is the program's own: it leaves all names as they should be.
    guard
        let (done, carried) = try loop.run(
            values, start: range.start, step: range.step, count: range.count - 1,
            isInterrupted: {
                if PyErr_CheckSignals() != 0 { return true }
                Turns.give()
                return false
            })
    else {
        if PyErr_Occurred() != nil { throw Raised() }
        return nil
    }
    // An interruption ends the loop where it stands; it is raised when its names are assigned.
    if PyErr_Occurred() != nil { try raiseLater() }
    return try result(isWhile ? nil : range, done, carried, arguments)
}

/// What was raised is raised again between two of Python's instructions.
private func raiseLater() throws {
    let kept = UnsafeMutablePointer<Obj?>.allocate(capacity: 3)
    PyErr_Fetch(kept, kept + 1, kept + 2)
    let added = Py_AddPendingCall(
        { kept in
            let kept = kept.unsafelyUnwrapped.assumingMemoryBound(to: Obj?.self)
            PyErr_Restore(kept[0], kept[1], kept[2])
            kept.deallocate()
            return -1
        }, kept)
    if added == 0 { return }
    PyErr_Restore(kept[0], kept[1], kept[2])
    kept.deallocate()
    throw Raised()
}

/// Other threads of Python have their turn, now and then.
private enum Turns {
    nonisolated(unsafe) private static var last: UInt64 = 0
    /// Twice what a thread waits until it asks for the interpreter's lock: only of one that asks the
    /// lock is not taken back at once.
    private static let distance: UInt64 = 10_000_000

    static func give() {
        let now = Trace.now()
        guard now &- last > distance else { return }
        PyEval_RestoreThread(PyEval_SaveThread())
        last = Trace.now()
    }
}

/// Of a `while`, which ends by its condition.
private let endless = (start: 0, step: 0, count: Int.max)

private func range(_ items: Obj) -> (start: Int, step: Int, count: Int)? {
    guard let start = number(items, startName), let step = number(items, stepName) else {
        PyErr_Clear()
        return nil
    }
    let count = PyObject_Size(items)
    guard count >= 0 else {
        PyErr_Clear()
        return nil
    }
    let (span, isOver) = count.multipliedReportingOverflow(by: step)
    guard !isOver, !start.addingReportingOverflow(span).overflow else { return nil }
    return (start, step, count)
}

nonisolated(unsafe) private let startName = PyUnicode_InternFromString("start")
nonisolated(unsafe) private let stepName = PyUnicode_InternFromString("step")

private func number(_ object: Obj, _ name: Obj?) -> Int? {
    guard let value = PyObject_GetAttr(object, name) else { return nil }
    defer { Py_DecRef(value) }
    var overflow: Int32 = 0
    let number = PyLong_AsLongLongAndOverflow(value, &overflow)
    return overflow == 0 ? Int(number) : nil
}

private func value(_ object: Obj) -> LoopValue {
    if isArray(object) { return .array(node(object)) }
    if isScalar(object) {
        var read = LoopValue.other
        try? withElement(of: object) { address, type in
            var bits: (UInt64, UInt64) = (0, 0)
            withUnsafeMutableBytes(of: &bits) {
                $0.baseAddress.unsafelyUnwrapped.copyMemory(
                    from: address, byteCount: type.byteCount)
            }
            read = .scalar(type, bits.0, bits.1)
        }
        return read
    }
    switch lg_kind(object) {
    case .int:
        var overflow: Int32 = 0
        let value = PyLong_AsLongLongAndOverflow(object, &overflow)
        return overflow == 0 ? .integer(Int(value)) : .other
    case .float: return .real(PyFloat_AsDouble(object))
    case .bool: return .truth(PyObject_IsTrue(object) == 1)
    case .none: return .nothing
    case .list: return numbers(PyList_Size(object)) { PyList_GetItem(object, $0) }
    case .tuple: return numbers(PyTuple_Size(object)) { PyTuple_GetItem(object, $0) }
    default: return .other
    }
}

/// Longer lists are not copied for a loop.
private let longestList = 100_000

/// A list of integers, or one of floats.
private func numbers(_ count: Int, _ item: (Int) -> Obj?) -> LoopValue {
    guard count > 0, count <= longestList, let first = item(0) else { return .other }
    switch lg_kind(first) {
    case .float:
        var numbers: [Double] = []
        for place in 0..<count {
            guard let next = item(place), lg_kind(next) == .float else { return .other }
            numbers.append(PyFloat_AsDouble(next))
        }
        return .reals(numbers)
    case .int:
        var numbers: [Int] = []
        for place in 0..<count {
            var overflow: Int32 = 0
            guard let next = item(place), lg_kind(next) == .int else { return .other }
            numbers.append(Int(PyLong_AsLongLongAndOverflow(next, &overflow)))
            guard overflow == 0 else { return .other }
        }
        return .integers(numbers)
    default: return .other
    }
}

/// `(rest, carried…)`
private func result(
    _ range: (start: Int, step: Int, count: Int)?, _ done: Int, _ carried: [CompiledLoop.Outcome],
    _ arguments: ArgumentPointer
) throws -> Obj {
    let result = try check(PyTuple_New(1 + carried.count))
    PyTuple_SetItem(result, 0, try range.map { try rest($0, done) } ?? lg_none())
    for (place, outcome) in carried.enumerated() {
        PyTuple_SetItem(result, 1 + place, try check(object(outcome, arguments, result)))
    }
    return result
}

/// What is left of a range.
private func rest(_ range: (start: Int, step: Int, count: Int), _ done: Int) throws -> Obj {
    let start = range.start + done * range.step
    let bounds = [start, range.start + range.count * range.step, range.step].map {
        $0.pythonObject()
    }
    defer { bounds.forEach { Py_DecRef($0) } }
    return try check(
        bounds.withUnsafeBufferPointer {
            PyObject_Vectorcall(lg_range_object(), $0.baseAddress, 3, nil)
        })
}

private func object(
    _ outcome: CompiledLoop.Outcome, _ arguments: ArgumentPointer, _ made: Obj
) -> Obj? {
    switch outcome {
    case .integer(let value): return value.pythonObject()
    case .real(let value): return PyFloat_FromDouble(value)
    case .truth(let value): return lg_bool(value ? 1 : 0)
    case .scalar(let type, let low, let high):
        var bits = (low, high)
        return makeScalar(&bits, type)
    case .array(let array): return wrap(array)
    case .input(let place): return lg_newref(arguments[1 + place].unsafelyUnwrapped)
    case .outcome(let place): return lg_newref(PyTuple_GetItem(made, 1 + place).unsafelyUnwrapped)
    }
}
