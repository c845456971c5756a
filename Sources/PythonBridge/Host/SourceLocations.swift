/// The line of the Python program that is running, for errors, warnings and memory accounts.
import CPlatform
import Glibc
import LegateCore
import NumPy

/// Files by code object. Code objects that were seen are kept, so that an address never changes its
/// meaning.
nonisolated(unsafe) private var files: [UnsafeRawPointer: File] = [:]

private struct File {
    var file: SourceFile
    /// A file of the package for authors of libraries: the program's line is further out.
    var isOfPackage: Bool
}

/// Lines that were asked for, by a few bits of their instruction: finding a line walks the table of
/// its code object, and loops ask for the same few hundred again and again.
nonisolated(unsafe) private var known = [KnownLine](repeating: KnownLine(), count: 1024)

private struct KnownLine {
    var code: UnsafeRawPointer?
    var instruction = -1
    var place = SourceLocation(file: "?", line: 0)
    var isOfPackage = false
}

/// `PyFrame_GetLasti` of Python 3.11 and newer; it stands outside the stable interface.
nonisolated(unsafe) private let lastInstruction = unsafeBitCast(
    dlsym(nil, "PyFrame_GetLasti"), to: (@convention(c) (OpaquePointer) -> CInt)?.self)
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
    let instruction = instruction(of: frame)
    // Addresses differ in steps of 16 and more, instructions in steps of 2.
    let slot = (Int(bitPattern: key) >> 4 &+ Int(bitPattern: key) >> 12 &+ instruction >> 1) & 1023
    if instruction >= 0, known[slot].code == key, known[slot].instruction == instruction {
        Py_DecRef(object)
        return known[slot]
    }
    let file = file(of: object)
    let place = SourceLocation(file.file, line: Int(PyFrame_GetLineNumber(pointer)))
    known[slot] = KnownLine(
        code: key, instruction: instruction, place: place, isOfPackage: file.isOfPackage)
    return known[slot]
}

/// Where in its code a frame is; -1 if Python does not tell.
private func instruction(of frame: Obj) -> Int {
    if let lastInstruction { return Int(lastInstruction(OpaquePointer(frame))) }
    guard let number = PyObject_GetAttr(frame, instructionName) else {
        PyErr_Clear()
        return -1
    }
    defer { Py_DecRef(number) }
    return PyLong_AsLong(number)
}

/// The file of a code object. Takes over the reference: kept for a new one.
private func file(of object: UnsafeMutablePointer<PyObject>) -> File {
    let key = UnsafeRawPointer(object)
    if let file = files[key] {
        Py_DecRef(object)
        return file
    }
    var name = "?"
    if let object = PyObject_GetAttrString(object, "co_filename") {
        name = (try? string(object)) ?? "?"
        Py_DecRef(object)
    }
    PyErr_Clear()
    let file = File(file: SourceFile(name), isOfPackage: name.contains("/legate/core/_"))
    files[key] = file
    return file
}
