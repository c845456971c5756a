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
}

nonisolated(unsafe) private let instructionName = PyUnicode_InternFromString("f_lasti")

func currentSourceLocation() -> SourceLocation? {
    guard let frame = PyEval_GetFrame(), let code = PyFrame_GetCode(frame) else { return nil }
    let object = UnsafeMutableRawPointer(code).assumingMemoryBound(to: PyObject.self)
    let key = UnsafeRawPointer(object)
    var instruction = -1
    let frameObject = UnsafeMutableRawPointer(frame).assumingMemoryBound(to: PyObject.self)
    if let number = PyObject_GetAttr(frameObject, instructionName) {
        instruction = PyLong_AsLong(number)
        Py_DecRef(number)
    } else {
        PyErr_Clear()
    }
    let slot = (Int(bitPattern: key) >> 4 &+ instruction &* 31) & 255
    if instruction >= 0, known[slot].code == key, known[slot].instruction == instruction {
        Py_DecRef(object)
        return known[slot].place
    }
    let place = SourceLocation(file: fileName(object), line: Int(PyFrame_GetLineNumber(frame)))
    known[slot] = KnownLine(code: key, instruction: instruction, place: place)
    return place
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
