/// Python objects as Swift sees them: pointers whose counts are kept by hand, and small helpers
/// around them.
///
/// A function that returns `Obj` gives a new reference unless its name says `borrowed`; arguments
/// are borrowed. All of it runs under Python's global lock.
import CPlatform
import LegateCore
import NumPy

typealias Obj = UnsafeMutablePointer<PyObject>
typealias UnarySlot = @convention(c) (Obj?) -> Obj?
typealias BinarySlot = @convention(c) (Obj?, Obj?) -> Obj?
typealias TernarySlot = @convention(c) (Obj?, Obj?, Obj?) -> Obj?
typealias LengthSlot = @convention(c) (Obj?) -> Int
typealias FastCall = @convention(c) (Obj?, UnsafePointer<Obj?>?, Int, Obj?) -> Obj?
typealias ArgumentPointer = UnsafePointer<Obj?>

/// Thrown where a Python exception has already been set.
struct Raised: Error {}

/// The object, or `Raised` when a call of Python failed.
@inline(__always) func check(_ object: Obj?) throws -> Obj {
    guard let object else { throw Raised() }
    return object
}

@inline(__always) func check(_ status: Int32) throws {
    if status < 0 { throw Raised() }
}

/// Runs a body that gives a new reference; an error becomes a Python exception.
@inline(__always) func reporting(_ body: () throws -> Obj?) -> Obj? {
    do { return try body() } catch {
        raise(error)
        return nil
    }
}

/// The same for slots that report failure by -1.
@inline(__always) func reportingStatus(_ body: () throws -> Void) -> Int32 {
    do {
        try body()
        return 0
    } catch {
        raise(error)
        return -1
    }
}

func attribute(_ object: Obj?, _ name: String) throws -> Obj {
    try check(PyObject_GetAttrString(object, name))
}

/// Calls `callable` with positional arguments.
func call(_ callable: Obj?, _ arguments: Obj?...) throws -> Obj {
    try arguments.withUnsafeBufferPointer {
        try check(PyObject_Vectorcall(callable, $0.baseAddress, $0.count, nil))
    }
}

func callMethod(_ object: Obj?, _ name: String, _ arguments: Obj?...) throws -> Obj {
    let method = try attribute(object, name)
    defer { Py_DecRef(method) }
    return try arguments.withUnsafeBufferPointer {
        try check(PyObject_Vectorcall(method, $0.baseAddress, $0.count, nil))
    }
}

func string(_ object: Obj?) throws -> String {
    var count = 0
    guard let bytes = PyUnicode_AsUTF8AndSize(object, &count) else { throw Raised() }
    return String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
}

func pythonString(_ text: String) -> Obj? {
    var text = text
    return text.withUTF8 {
        $0.withMemoryRebound(to: CChar.self) {
            PyUnicode_FromStringAndSize($0.baseAddress, $0.count)
        }
    }
}

/// A tuple that takes over the references in `items`.
func tuple(_ items: [Obj?]) -> Obj? {
    guard let result = PyTuple_New(items.count) else { return nil }
    for (i, item) in items.enumerated() { PyTuple_SetItem(result, i, item) }
    return result
}

/// A tuple of two new objects.
func pair(_ first: Obj?, _ second: Obj?) -> Obj? {
    guard let result = PyTuple_New(2) else { return nil }
    PyTuple_SetItem(result, 0, first)
    PyTuple_SetItem(result, 1, second)
    return result
}

/// Tuples that were made last, one for each place: loops ask for the same shapes again, and tuples
/// never change.
nonisolated(unsafe) private let recentTuples:
    UnsafeMutablePointer<(values: AxisList, tuple: Obj?)> = {
        let places = UnsafeMutablePointer<(values: AxisList, tuple: Obj?)>.allocate(capacity: 16)
        places.initialize(repeating: (AxisList(), nil), count: 16)
        return places
    }()

func tuple(_ values: AxisList) -> Obj? {
    var hash = values.count
    for i in 0..<values.count { hash = hash &* 31 &+ values[i] }
    let place = recentTuples + ((hash ^ hash >> 7) & 15)
    if let known = place.pointee.tuple, place.pointee.values == values { return lg_newref(known) }
    guard let made = newTuple(values) else { return nil }
    if let old = place.pointee.tuple { Py_DecRef(old) }
    place.pointee = (values, lg_newref(made))
    return made
}

private func newTuple(_ values: AxisList) -> Obj? {
    guard let result = PyTuple_New(values.count) else { return nil }
    for i in 0..<values.count { PyTuple_SetItem(result, i, PyLong_FromSsize_t(values[i])) }
    return result
}

/// An integer of Python's, or of anything with `__index__`.
func integer(_ object: Obj) throws -> Int {
    let value = PyNumber_AsSsize_t(object, lg_exc_index())
    if value == -1, PyErr_Occurred() != nil {
        guard PyErr_ExceptionMatches(lg_exc_index()) != 0 else { throw Raised() }
        PyErr_Clear()
        throw NumPyError(.unsupported, "an integer beyond 64 bits")
    }
    return value
}

/// The items of a tuple or list, borrowed.
func borrowedItems(_ sequence: Obj) -> [Obj] {
    if lg_kind(sequence) == .tuple {
        return (0..<PyTuple_Size(sequence)).map { PyTuple_GetItem(sequence, $0)! }
    }
    return (0..<PyList_Size(sequence)).map { PyList_GetItem(sequence, $0)! }
}

func typeName(_ object: Obj) -> String {
    guard let type = lg_type(object), let name = try? attribute(Obj(type), "__name__") else {
        PyErr_Clear()
        return "object"
    }
    defer { Py_DecRef(name) }
    return (try? string(name)) ?? "object"
}

/// A C string that lives as long as the process: types and method tables are never freed.
func immortalCString(_ text: String) -> UnsafePointer<CChar> {
    let bytes = text.utf8CString
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
    bytes.withUnsafeBufferPointer { copy.initialize(from: $0.baseAddress!, count: bytes.count) }
    return UnsafePointer(copy)
}
