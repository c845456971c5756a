/// The extension module `_legate`: made once when Python imports it.
///
/// `functions()` gives the package everything native by NumPy's dotted names; the other attributes
/// are for the package itself.
import CPlatform
import LegateCore
import NumPy

/// Makes the module; Python calls it by its name.
@_cdecl("PyInit__legate")
public func makeModule() -> UnsafeMutablePointer<PyObject>? {
    reporting { try buildModule() }
}

private func buildModule() throws -> Obj {
    releaseStartupPages()
    if readSetting("LEGATE_FREEZE_ON_ERROR") == "1" { lg_freeze_on_error() }
    try Host.load()
    try ExceptionTypes.load()
    HostWarnings.isStrict = readSetting("LEGATE_STRICT") == "1"
    SourceLocation.provider = { currentSourceLocation() }
    RuntimeHooks.start()
    installHostLock()
    // A Ctrl-C stops between the groups of a plan, and between their chunks; what has not run yet
    // stays recorded.
    RuntimeHooks.checkpoint = {
        Collector.step()
        LoopHook.step()
        try check(PyErr_CheckSignals())
    }
    RuntimeHooks.interruption = { try check(PyErr_CheckSignals()) }
    guard lg_slice_layout_holds() == 1 else {
        throw NumPyError(.unsupported, "this Python's slices")
    }
    installRows()
    try makeArrayTypes()
    try makeHostFunctionType()
    releaseStartupPages()
    let definition = UnsafeMutablePointer<PyModuleDef>.allocate(capacity: 1)
    UnsafeMutableRawPointer(definition).initializeMemory(
        as: UInt8.self, repeating: 0, count: MemoryLayout<PyModuleDef>.size)
    definition.pointee.m_base.ob_base.ob_refcnt = 1
    definition.pointee.m_name = immortalCString("_legate")
    definition.pointee.m_size = -1
    definition.pointee.m_methods = moduleMethods()
    let module = try check(PyModule_Create2(definition, 3))
    try makeFunctions(module: module)
    releaseStartupPages()
    try makeUfuncs()
    try check(PyModule_AddObjectRef(module, "ndarray", Obj(arrayShells.type)))
    try check(PyModule_AddObjectRef(module, "scalar", Obj(scalarShells.type)))
    try check(PyModule_AddObjectRef(module, "ufunc", Obj(ufuncType)))
    for name in nativeFunctions.keys where !name.contains(".") {
        try check(PyModule_AddObjectRef(module, name, nativeFunction(name)))
    }
    try registerAfterFork(module)
    return module
}

/// Between the stages of starting: what one stage touched of the library, the next ones hardly
/// need, and the peak of a small program is its start.
private func releaseStartupPages() {
    #if !DEBUG
        lg_release_startup_pages()
    #endif
}

private func readSetting(_ name: String) -> String? {
    guard let os = PyImport_ImportModule("os") else { return nil }
    defer { Py_DecRef(os) }
    guard let value = try? callMethod(os, "getenv", pythonString(name)) else { return nil }
    defer { Py_DecRef(value) }
    return lg_kind(value) == .string ? try? string(value) : nil
}

/// Worker threads do not survive `fork`: what they do is waited for before, and the child makes new
/// ones.
private func registerAfterFork(_ module: Obj) throws {
    let os = try check(PyImport_ImportModule("os"))
    defer { Py_DecRef(os) }
    guard PyObject_HasAttrString(os, "register_at_fork") == 1 else { return }
    let register = try attribute(os, "register_at_fork")
    defer { Py_DecRef(register) }
    let hook = try attribute(module, "_after_fork")
    let wait = try attribute(module, "wait")
    let names = tuple([pythonString("before"), pythonString("after_in_child")])
    let arguments: [Obj?] = [wait, hook]
    let result = try arguments.withUnsafeBufferPointer {
        try check(PyObject_Vectorcall(register, $0.baseAddress, 0, names))
    }
    Py_DecRef(result)
}

private func moduleMethods() -> UnsafeMutablePointer<PyMethodDef> {
    let functions: [(String, FastCall)] =
        rankMethods + traceMethods + resourceMethods + coreMethods + drawMethods
        + loopMethods + [
            ("functions", { _, _, _, _ in reporting { try functionTable() } }),
            (
                "host_function",
                { _, arguments, count, _ in reporting { try makeHostFunction(arguments, count) } }
            ),
            (
                "set_result_hook",
                { _, arguments, _, _ in
                    HostCall.resultHook = lg_newref(arguments![0]!)
                    return lg_none()
                }
            ),
            (
                "new_array",
                { _, arguments, _, _ in
                    reporting { try constructArray(arguments![0], arguments![1]) }
                }
            ),
            (
                "set_metaclass",
                { _, arguments, _, _ in
                    reporting {
                        try setMetaclass(of: arguments![0]!, arguments![1]!)
                        return lg_none()
                    }
                }
            ),
            (
                "set_blas",
                { _, arguments, count, _ in
                    reporting {
                        guard count == 1, let path = arguments![0], lg_is_none(path) == 0 else {
                            return lg_bool(BLAS.open(path: nil) ? 1 : 0)
                        }
                        return lg_bool(BLAS.open(path: try string(path)) ? 1 : 0)
                    }
                }
            ),
            (
                "wait",
                { _, _, _, _ in
                    reporting {
                        try RuntimeHooks.wait()
                        return lg_none()
                    }
                }
            ),
            (
                "kernels",
                { _, arguments, count, _ in
                    reporting {
                        try kernelsByName(wait: count > 0 && PyObject_IsTrue(arguments![0]!) == 1)
                    }
                }
            ),
            ("costs", { _, _, _, _ in reporting { try costsByName() } }),
            ("counts", { _, _, _, _ in reporting { try countsByName() } }),
            ("traffic", { _, _, _, _ in reporting { try trafficByRanks() } }),
            (
                "_after_fork",
                { _, _, _, _ in
                    // The file is the parent's.
                    Trace.stop()
                    RuntimeHooks.afterFork()
                    return lg_none()
                }
            ),
        ]
    let table = UnsafeMutablePointer<PyMethodDef>.allocate(capacity: functions.count + 1)
    for (i, (name, function)) in functions.enumerated() {
        (table + i).initialize(
            to: PyMethodDef(
                ml_name: immortalCString(name),
                ml_meth: unsafeBitCast(function, to: UnsafeMutableRawPointer.self),
                ml_flags: METH_FASTCALL | METH_KEYWORDS, ml_doc: nil))
    }
    (table + functions.count).initialize(to: PyMethodDef())
    return table
}

/// Everything native, by NumPy's dotted names.
private func functionTable() throws -> Obj {
    let table = try check(PyDict_New())
    for (name, object) in nativeFunctions { try check(PyDict_SetItemString(table, name, object)) }
    return table
}
