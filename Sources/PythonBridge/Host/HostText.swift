/// What NumPy is shown of an array that it only reads for text, truth or a single number.
///
/// An array that is spread over ranks is not brought together for that: a part of it is copied, and
/// of a large array that NumPy prints in short form only the edges are there.
import CPlatform
import LegateCore
import NumPy

/// Runs `body` on a NumPy array with this object's elements, to be read and not to be kept.
func throughReadableView(_ object: Obj, _ body: (Obj) throws -> Obj?) throws -> Obj? {
    let array = node(object)
    guard array.isAway else { return try throughHostView(object, body) }
    return try throughCopy(array.local(), body)
}

/// Runs `body` on a NumPy array of which it reads no more than NumPy prints with the options of the
/// moment.
func throughPrintableView(_ object: Obj, _ body: (Obj) throws -> Obj?) throws -> Obj? {
    let array = node(object)
    guard array.isAway else { return try throughHostView(object, body) }
    let options = try callMethod(Host.module, "get_printoptions")
    defer { Py_DecRef(options) }
    let (threshold, edge) = (try option(options, "threshold"), try option(options, "edgeitems"))
    return try throughCopy(array.count > threshold ? array.edges(edge) : array.local(), body)
}

/// `_legate.printable(array, threshold, edgeitems)`: a NumPy array for functions that make text of
/// it.
func printable(_ object: Obj, threshold: Int, edge: Int) throws -> Obj? {
    let array = node(object)
    guard array.isAway else { return try hostView(object) }
    let shown = try array.count > threshold ? array.edges(edge) : array.local()
    let shell = try check(wrap(shown.unscalared))
    defer { Py_DecRef(shell) }
    return try hostView(shell)
}

private func throughCopy(_ array: NDArray, _ body: (Obj) throws -> Obj?) throws -> Obj? {
    let shell = try check(wrap(array))
    defer { Py_DecRef(shell) }
    return try throughHostView(shell, body)
}

/// An integer among NumPy's print options; numbers beyond all arrays (`sys.maxsize`, `inf`) count
/// as the largest.
private func option(_ options: Obj, _ name: String) throws -> Int {
    guard let value = PyDict_GetItemString(options, name) else { return Int.max }
    let number = PyNumber_AsSsize_t(value, nil)
    if number == -1, PyErr_Occurred() != nil {
        PyErr_Clear()
        return Int.max
    }
    return number
}
