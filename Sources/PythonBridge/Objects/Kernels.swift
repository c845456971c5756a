/// The state of compiled kernels as Python sees it.
///
/// `_legate.kernels()` is a dictionary; with a true argument it first waits until nothing is left
/// to compile, for tests and benchmarks.
import CPlatform
import Kernels
import LegateCore

func kernelsByName(wait: Bool) throws -> Obj {
    let compiler = KernelCompiler.shared
    if wait { compiler.waitForAll() }
    let counts = compiler.statistics
    let numbers: [(String, Int)] = [
        ("compiled", counts.compiled), ("from_disk", counts.fromDisk), ("failed", counts.failed),
        ("code_bytes", counts.codeBytes), ("cache_faults", counts.cacheFaults),
        ("nanoseconds", Int(counts.nanoseconds)),
        ("longest_nanoseconds", Int(counts.longestNanoseconds)),
        ("vector_bytes", compiler.target.vectorBytes),
    ]
    let texts: [(String, String?)] = [
        ("library", compiler.libraryDescription), ("cache", compiler.cacheFolder),
        ("cpu", compiler.target.cpu),
        ("last_failure", counts.lastFailure),
    ]
    let table = try check(PyDict_New())
    for (name, value) in numbers { try insert(PyLong_FromSsize_t(value), name, table) }
    for (name, value) in texts {
        try insert(value.map { pythonString($0) } ?? lg_none(), name, table)
    }
    return table
}

/// `_legate.costs()`: the numbers by which ways are chosen, and where they come from.
func costsByName() throws -> Obj {
    let table = try check(PyDict_New())
    try insert(pythonString(CostModel.processor), "processor", table)
    try insert(CostModel.path.map { pythonString($0) } ?? lg_none(), "file", table)
    try insert(lg_bool(CostModel.isMeasured ? 1 : 0), "is_measured", table)
    for (name, costs) in [("values", CostModel.current), ("defaults", CostModel())] {
        let numbers = try check(PyDict_New())
        for (name, value) in costs.named { try insert(PyLong_FromSsize_t(value), name, numbers) }
        try insert(numbers, name, table)
    }
    return table
}

private func insert(_ value: Obj?, _ name: String, _ table: Obj) throws {
    let value = try check(value)
    defer { Py_DecRef(value) }
    try check(PyDict_SetItemString(table, name, value))
}
