/// The runtime's counters as Python sees them.
///
/// `_legate.counts()` is a dictionary of names and numbers; `_legate.traffic()` holds what loopback
/// ranks sent each other as tuples (from, to, messages, bytes). Both wait for everything recorded
/// first.
import CPlatform
import LegateCore
import NumPy

func countsByName() throws -> Obj {
    try RuntimeHooks.wait()
    let table = try check(PyDict_New())
    for (name, value) in Runtime.shared.counts {
        let number = try check(PyLong_FromSsize_t(value))
        defer { Py_DecRef(number) }
        try check(PyDict_SetItemString(table, name, number))
    }
    return table
}

func trafficByRanks() throws -> Obj {
    try RuntimeHooks.wait()
    let rows = Runtime.shared.traffic.map {
        tuple([$0.from, $0.to, $0.messages, $0.bytes].map { PyLong_FromSsize_t($0) })
    }
    return try check(tuple(rows))
}
