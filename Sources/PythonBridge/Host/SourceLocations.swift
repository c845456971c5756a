/// The line of the Python program that is running, for errors, warnings and memory accounts.
import CPlatform
import LegateCore
import NumPy

/// File names by code object. Code objects that were seen are kept, so that an address never changes its meaning.
nonisolated(unsafe) private var fileNames: [UnsafeRawPointer: String] = [:]

/// Lines that were asked for, by a few bits of their instruction: finding a line walks the table of its code object,
/// and loops ask for the same few again and again.
nonisolated(unsafe) private var known = [KnownLine](repeating: KnownLine(), count: 256)

private struct KnownLine {
    var code: UnsafeRawPointer?
    var instruction = -1
    var place = SourceLocation(file: "?", line: 0)
    /// A line of the package for authors of libraries: the program's line is further out.
    var isOfPackage = false
}

nonisolated(unsafe) private let instructionName = PyUnicode_InternFromString("f_lasti")

func currentSourceLocation() -> SourceLocation? {
    guard let frame = PyEval_GetFrame() else { return nil }
    let first = UnsafeMutableRawPointer(frame).assumingMemoryBound(to: PyObject.self)
    guard var line = knownLine(first) else { return nil }
    if !line.isOfPackage { return line.place }
    var object = lg_newref(first)!
    defer { Py_DecRef(object) }
    while line.isOfPackage, let outer = PyObject_GetAttrString(object, "f_back") {
        Py_DecRef(object)
        object = outer
        guard lg_is_none(outer) == 0, let next = knownLine(outer) else { break }
        line = next
    }
    return line.place
}

/// The line that a frame is at.
private func knownLine(_ frame: Obj) -> KnownLine? {
    let pointer = OpaquePointer(frame)
    guard let code = PyFrame_GetCode(pointer) else { return nil }
    let object = UnsafeMutableRawPointer(code).assumingMemoryBound(to: PyObject.self)
    let key = UnsafeRawPointer(object)
    var instruction = -1
    if let number = PyObject_GetAttr(frame, instructionName) {
        instruction = PyLong_AsLong(number)
        Py_DecRef(number)
    } else {
        PyErr_Clear()
    }
    let slot = (Int(bitPattern: key) >> 4 &+ instruction &* 31) & 255
    if instruction >= 0, known[slot].code == key, known[slot].instruction == instruction {
        Py_DecRef(object)
        return known[slot]
    }
    let place = SourceLocation(file: fileName(object), line: Int(PyFrame_GetLineNumber(pointer)))
    known[slot] = KnownLine(
        code: key, instruction: instruction, place: place, isOfPackage: place.file.contains("/legate/core/_"))
    return known[slot]
}

/// The file of a code object. Takes over the reference: kept for a new one.
private func fileName(_ object: UnsafeMutablePointer<PyObject>) -> String {
    let key = UnsafeRawPointer(object)
    if let file = fileNames[key] {
        Py_DecRef(object)
        return file
    }
    let file: String
    if let name = PyObject_GetAttrString(object, "co_filename") {
        file = (try? string(name)) ?? "?"
        Py_DecRef(name)
    } else {
        file = "?"
    }
    PyErr_Clear()
    fileNames[key] = file
    return file
}
