/// What the package's Python code may ask of the running library, and change: workers, memory,
/// hooks of a console.
///
///     _legate.use(workers, megabytes)     either may be None; waits for everything recorded first
///     _legate.memory()                    bytes: {"used", "kept", "peak", "ceiling"}
///     _legate.workers()                   their number
///     _legate.progress()                  (windows, launches, segments done, segments) without waiting
///     _legate.set_flush_hook(function)    called before recorded work runs, on all ranks alike; None takes it away
import CPlatform
import LegateCore
import NumPy

let resourceMethods: [(String, FastCall)] = [
    (
        "use",
        { _, arguments, count, _ in
            reporting {
                guard count == 2 else {
                    throw valueError("use() takes a number of workers and of megabytes")
                }
                let workers = try number(arguments![0]!), megabytes = try number(arguments![1]!)
                guard workers ?? 1 > 0, megabytes ?? 1 > 0, megabytes ?? 1 <= Int.max >> 20 else {
                    throw valueError("workers and megabytes must be at least 1")
                }
                try RuntimeHooks.use(workers: workers, ceilingBytes: megabytes.map { $0 << 20 })
                return lg_none()
            }
        }
    ),
    ("workers", { _, _, _, _ in PyLong_FromSsize_t(Runtime.shared.backend.workerCount) }),
    ("memory", { _, _, _, _ in reporting { try memoryByName() } }),
    (
        "progress",
        { _, _, _, _ in
            let runtime = Runtime.shared
            let numbers = [
                Counters.shared.windows, Counters.shared.launches, runtime.segments.done,
                runtime.segments.count,
            ]
            return tuple(numbers.map { PyLong_FromSsize_t($0) })
        }
    ),
    (
        "set_flush_hook",
        { _, arguments, count, _ in
            reporting {
                guard count == 1, let hook = arguments![0] else {
                    throw valueError("set_flush_hook() takes a function")
                }
                if lg_is_none(hook) == 1 {
                    Runtime.shared.beforeFlush = nil
                } else {
                    let hook = lg_newref(hook)!
                    Runtime.shared.beforeFlush = { Py_DecRef(try call(hook)) }
                }
                return lg_none()
            }
        }
    ),
]

private func number(_ object: Obj) throws -> Int? {
    lg_is_none(object) == 1 ? nil : try integer(object)
}

private func memoryByName() throws -> Obj {
    let use = Runtime.shared.memoryUse
    let table = try check(PyDict_New())
    for (name, value) in [
        ("used", use.used), ("kept", use.kept), ("peak", use.peak), ("ceiling", use.ceiling),
    ] {
        let number = try check(PyLong_FromSsize_t(value))
        defer { Py_DecRef(number) }
        try check(PyDict_SetItemString(table, name, number))
    }
    return table
}
