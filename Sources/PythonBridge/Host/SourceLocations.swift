/// The line of the Python program that is running, for errors, warnings and memory accounts.
import CPlatform
import LegateCore
import NumPy

/// File names by code object. Code objects that were seen are kept, so that an address never changes its meaning.
nonisolated(unsafe) private var fileNames: [UnsafeRawPointer: String] = [:]

func currentSourceLocation() -> SourceLocation? {
    guard let frame = PyEval_GetFrame(), let code = PyFrame_GetCode(frame) else { return nil }
    let line = Int(PyFrame_GetLineNumber(frame))
    let object = UnsafeMutableRawPointer(code).assumingMemoryBound(to: PyObject.self)
    let key = UnsafeRawPointer(object)
    if let file = fileNames[key] {
        Py_DecRef(object)
        return SourceLocation(file: file, line: line)
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
    return SourceLocation(file: file, line: line)
}
