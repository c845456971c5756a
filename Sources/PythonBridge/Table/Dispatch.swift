/// From a C call to a row's body and back, and to NumPy where the row says `unsupported`.
import CPlatform
import LegateCore
import NumPy

/// All rows; a row's place is the number of its trampoline.
nonisolated(unsafe) private(set) var rows: [Row] = []
nonisolated(unsafe) private var rowTable: UnsafeMutablePointer<Row>!
/// The short ways of functions and of methods, by row.
nonisolated(unsafe) private var quickFunctions: UnsafeMutablePointer<QuickCall?>!
nonisolated(unsafe) private var quickMethods: UnsafeMutablePointer<QuickCall?>!
nonisolated(unsafe) private var functionObjects: [String: Obj] = [:]

/// Fixes the table. Called once, before types are made.
func installRows() {
    rows = Row.all
    precondition(rows.count <= LG_TRAMPOLINE_COUNT, "more rows than trampolines")
    rowTable = .allocate(capacity: rows.count)
    rowTable.initialize(from: rows, count: rows.count)
    installQuickCalls()
    lg_function_entry = { row, _, arguments, count, names in
        if names == nil, let quick = quickFunctions[row], let result = quick(nil, arguments, count)
        {
            return result
        }
        return dispatch(row, nil, arguments, count, names)
    }
    lg_method_entry = { row, object, arguments, count, names in
        if names == nil, let quick = quickMethods[row], let result = quick(object, arguments, count)
        {
            return result
        }
        return dispatch(row, object, arguments, count, names)
    }
}

private func installQuickCalls() {
    quickFunctions = .allocate(capacity: rows.count)
    quickFunctions.initialize(repeating: nil, count: rows.count)
    quickMethods = .allocate(capacity: rows.count)
    quickMethods.initialize(repeating: nil, count: rows.count)
    for quick in QuickRow.all {
        for (index, row) in rows.enumerated()
        where row.name == quick.name && row.kinds.contains(quick.kind) {
            (quick.kind == .method ? quickMethods : quickFunctions)[index] = quick.call
        }
    }
}

@inline(__always) private func dispatch(
    _ index: Int, _ object: Obj?, _ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?
) -> Obj? {
    let row = rowTable[index]
    if row.isHostOnly { return reporting { try onHost(row, object, arguments, count, names) } }
    return withUnsafeTemporaryAllocation(of: Obj?.self, capacity: Signature.capacity) {
        slots -> Obj? in
        var collected: Obj?
        let base = slots.baseAddress.unsafelyUnwrapped
        defer { if let collected { Py_DecRef(collected) } }
        guard
            row.signature.bind(
                first: object, arguments, count, names, into: base, collected: &collected)
        else { return reporting { try refuse(row, object, arguments, count, names) } }
        do { return try row.body(Arguments(slots: base)) } catch {
            return recover(error, row, object, arguments, count, names)
        }
    }
}

@inline(never) private func recover(
    _ error: any Error, _ row: Row, _ object: Obj?, _ arguments: ArgumentPointer?, _ count: Int,
    _ names: Obj?
) -> Obj? {
    guard error.isUnsupported else {
        raise(error)
        return nil
    }
    return reporting { try onHost(row, object, arguments, count, names) }
}

/// The same call in NumPy.
@inline(never) private func onHost(
    _ row: Row, _ object: Obj?, _ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?,
    isSilent: Bool = false
) throws -> Obj? {
    if let object { return try callHostMethod(object, row.name, arguments, count, names) }
    guard let function = try hostFunction(row) else {
        throw raised(lg_exc_not_implemented(), "\(row.name) does not take these arguments")
    }
    return try callHost(
        function, name: row.name, arguments, count, names, isSilent: isSilent || row.isSilent)
}

/// Arguments that do not fit the row: NumPy says what is wrong, or takes them.
private func refuse(
    _ row: Row, _ object: Obj?, _ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?
) throws -> Obj? {
    if object == nil, try hostFunction(row) == nil {
        throw typeError("\(row.shortName)() takes (\(row.signature.text))")
    }
    if let object, PyObject_HasAttrString(Host.arrayType, row.name) == 0 {
        throw typeError("\(typeName(object)).\(row.name)() takes (\(row.signature.text))")
    }
    return try onHost(row, object, arguments, count, names, isSilent: true)
}

private func hostFunction(_ row: Row) throws -> Obj? {
    if let known = row.hostFunction { return known }
    guard let found = resolveHost(row.name) else { return nil }
    row.hostFunction = found
    return found
}

/// The object of NumPy's with this dotted name; `nil` where there is none.
func resolveHost(_ name: String) -> Obj? {
    var object = lg_newref(Host.module!)!
    for part in name.split(separator: ".") {
        let next = PyObject_GetAttrString(object, String(part))
        Py_DecRef(object)
        guard let next else {
            PyErr_Clear()
            return nil
        }
        object = next
    }
    return object
}

// MARK: - Functions and methods made from rows

/// Makes the Python function of each row that is one.
func makeFunctions(module: Obj) throws {
    let moduleName = pythonString("_legate")
    for (index, row) in rows.enumerated() where row.kinds.contains(.function) {
        let definition = UnsafeMutablePointer<PyMethodDef>.allocate(capacity: 1)
        definition.initialize(
            to: PyMethodDef(
                ml_name: immortalCString(row.shortName), ml_meth: lg_function_trampoline(index),
                ml_flags: METH_FASTCALL | METH_KEYWORDS, ml_doc: immortalCString(row.documentation))
        )
        functionObjects[row.name] = try check(PyCMethod_New(definition, nil, moduleName, nil))
    }
}

/// The native function with NumPy's dotted name, borrowed.
func nativeFunction(_ name: String) -> Obj? { functionObjects[name] }
func registerNative(_ name: String, _ object: Obj) { functionObjects[name] = object }
var nativeFunctions: [String: Obj] { functionObjects }

/// Puts the methods of the table into a type.
func addMethods(_ builder: inout TypeBuilder, isScalar: Bool) {
    for (index, row) in rows.enumerated() {
        guard row.kinds.contains(.method) || isScalar && row.kinds.contains(.scalarMethod) else {
            continue
        }
        builder.method(
            row.name, trampoline: lg_method_trampoline(index), documentation: row.documentation)
    }
    builder.method("__array_ufunc__") { _, arguments, count, names in
        reporting { try arrayUfunc(arguments, count, names) }
    }
}
