/// The core as `legate.core` reaches it: libraries, tasks and launches, by number.
///
/// In: Python objects, mostly tuples of arrays. Out: numbers and names. A store's Python handle is
/// an array: the same object is a view for the core and an array for the array library.
import CPlatform
import Glibc
import LegateCore
import NumPy

/// Tasks that Python asked for, by the number it has for them.
nonisolated(unsafe) private var coreTasks: [LibraryTask] = []
/// Those among them that are written in Python.
nonisolated(unsafe) private var pythonCalls: [Int: PythonCall] = [:]

/// Methods of the module.
let coreMethods: [(String, FastCall)] = [
    ("core_register", { _, a, _, _ in reporting { try registerLibrary(a!) } }),
    ("core_open", { _, a, _, _ in reporting { try openLibrary(a!) } }),
    ("core_task_names", { _, a, _, _ in reporting { try taskNames(a!) } }),
    ("core_task", { _, a, _, _ in reporting { try taskNumber(a!) } }),
    ("core_describe", { _, a, _, _ in reporting { try describe(a!) } }),
    ("core_python_task", { _, a, _, _ in reporting { try declarePythonTask(a!) } }),
    ("core_meet", { _, a, _, _ in reporting { try meetPoints(a!) } }),
    ("core_scope", { _, a, _, _ in reporting { try enterScope(a!) } }),
    ("core_stores", { _, a, _, _ in reporting { try setStoreClass(a!) } }),
    ("core_call", { _, a, _, _ in reporting { try callPythonTask(a!) } }),
    ("core_launch", { _, a, _, _ in reporting { try launch(a!) } }),
    ("core_launch_unbound", { _, a, _, _ in reporting { try launchUnbound(a!) } }),
    ("core_manual", { _, a, _, _ in reporting { try launchManually(a!) } }),
    ("core_machine", { _, _, _, _ in reporting { try machineSize() } }),
    ("core_enter_machine", { _, a, _, _ in reporting { try enterMachine(a!) } }),
    ("core_leave_machine", { _, _, _, _ in reporting { try leaveMachine() } }),
    ("core_mapper", { _, a, _, _ in reporting { try PythonMapper.install(a!) } }),
    ("core_tunable", { _, a, _, _ in reporting { try tunable(a!) } }),
    ("core_borrow", { _, a, _, _ in reporting { try borrowMemory(a!) } }),
]

/// `core_register(name)`: a new library.
private func registerLibrary(_ arguments: ArgumentPointer) throws -> Obj? {
    try Library.register(try string(arguments[0]))
    return lg_none()
}

/// `core_open(path)`: loads a library that was built apart, lets it register itself, and gives its
/// name.
private func openLibrary(_ arguments: ArgumentPointer) throws -> Obj? {
    pythonString(try Library.open(try string(arguments[0])).name)
}

/// `core_task_names(library)`
private func taskNames(_ arguments: ArgumentPointer) throws -> Obj? {
    names(try Library.find(try string(arguments[0])).taskNames)
}

/// `core_task(library, task)`: the number by which it is launched.
private func taskNumber(_ arguments: ArgumentPointer) throws -> Obj? {
    let task = try Library.find(try string(arguments[0])).task(try string(arguments[1]))
    if let known = coreTasks.firstIndex(where: { $0 === task }) { return PyLong_FromSsize_t(known) }
    return number(task)
}

private func number(_ task: LibraryTask) -> Obj? {
    coreTasks.append(task)
    return PyLong_FromSsize_t(coreTasks.count - 1)
}

/// `core_describe(number)`: `(inputs, outputs, reductions, scalars)` by name, and whether the task
/// is concurrent.
private func describe(_ arguments: ArgumentPointer) throws -> Obj? {
    let declaration = coreTasks[try integer(arguments[0]!)].declaration
    return tuple([
        names(declaration.inputs), names(declaration.outputs),
        names(declaration.reductions.map(\.name)),
        names(declaration.scalars), lg_bool(declaration.options.isConcurrent ? 1 : 0),
    ])
}

private func names(_ names: [String]) -> Obj? { tuple(names.map { pythonString($0) }) }

/// `core_python_task(library, name, inputs, outputs, reductions, kinds, callable, constraints,
/// flags, order, context)`: `flags` tell whether it may throw, has side effects, is concurrent;
/// `order` holds what the callable takes (`("input", 0)`, …), `context` makes a task's context.
private func declarePythonTask(_ arguments: ArgumentPointer) throws -> Obj? {
    func strings(_ k: Int) throws -> [String] {
        try borrowedItems(arguments[k]!).map { try string($0) }
    }
    let reductions = try zip(strings(4), strings(5)).map { ($0, try reductionKind($1)) }
    let flags = borrowedItems(arguments[8]!).map { PyObject_IsTrue($0) == 1 }
    var options = TaskOptions(mayThrow: flags[0], hasSideEffects: flags[1], isConcurrent: flags[2])
    options.needsHost = true
    let order = try borrowedItems(arguments[9]!).map { try bodyArgument($0) }
    let body = PythonBody(arguments[6]!, order, makeContext: arguments[10]!)
    let declaration = TaskDeclaration(
        try string(arguments[1]), inputs: try strings(2), outputs: try strings(3),
        reductions: reductions,
        constraints: try borrowedItems(arguments[7]!).map { try constraint($0) }, options: options
    ) { try body.run($0) }
    let task = try Library.find(try string(arguments[0])).register(declaration)
    pythonCalls[coreTasks.count] = PythonCall(task, order)
    return number(task)
}

/// `core_call(number, arguments)`: a call of a task in Python; `False` where it was not recorded.
private func callPythonTask(_ arguments: ArgumentPointer) throws -> Obj? {
    guard let call = pythonCalls[try integer(arguments[0]!)] else { return lg_bool(0) }
    return lg_bool(try call.launch(arguments[1]!) ? 1 : 0)
}

private func bodyArgument(_ object: Obj) throws -> PythonBody.Argument {
    let items = borrowedItems(object)
    let number = try integer(items[1])
    switch try string(items[0]) {
    case "input": return .input(number)
    case "output": return .output(number)
    case "reduction": return .reduction(number)
    case "scalar": return .scalar(number)
    default: return .context
    }
}

/// `core_machine()`: workers of this rank, all of them and those of the innermost scope.
private func machineSize() throws -> Obj? {
    let backend = Runtime.shared.backend
    return tuple([PyLong_FromSsize_t(backend.threadCount), PyLong_FromSsize_t(backend.workerCount)])
}

/// `core_enter_machine(first, end)`: launches use these CPUs, numbered over all ranks, until
/// `core_leave_machine()`.
private func enterMachine(_ arguments: ArgumentPointer) throws -> Obj? {
    let whole = Runtime.shared.wholeMachine.processors(.cpu)
    let numbers = try integer(arguments[0]!)..<integer(arguments[1]!)
    try Runtime.shared.enterMachine(
        Machine([ProcessorRange(.cpu, numbers, perRank: whole.perRank)]))
    return lg_none()
}

private func leaveMachine() throws -> Obj? {
    try Runtime.shared.leaveMachine()
    return lg_none()
}

/// Whether what bodies throw is forgotten, of launches from now on.
nonisolated(unsafe) private(set) var ignoresErrors = false

/// `core_scope(priority, ignores_errors)`: what holds for launches from now on; gives what held so
/// far.
private func enterScope(_ arguments: ArgumentPointer) throws -> Obj? {
    let before = tuple([
        PyLong_FromSsize_t(Runtime.shared.priority), lg_bool(ignoresErrors ? 1 : 0),
    ])
    Runtime.shared.priority = try integer(arguments[0]!)
    ignoresErrors = PyObject_IsTrue(arguments[1]!) == 1
    return before
}

/// `core_tunable(library, name)`: `None` where the library's mapper has none of this name.
private func tunable(_ arguments: ArgumentPointer) throws -> Obj? {
    let library = try Library.find(try string(arguments[0]))
    return library.mapper.tunable(try string(arguments[1])).map { PyLong_FromSsize_t($0) }
        ?? lg_none()
}

/// What the launch functions have in common: `(number, inputs, outputs, reductions, kinds, scalars,
/// constraints, may_throw, payload)`.
private struct LaunchArguments {
    let task: LibraryTask
    let options: LaunchOptions

    /// - Parameter first: Where the kinds of reductions stand.
    init(_ arguments: ArgumentPointer, kinds first: Int, scalars: Int, mayThrow: Int, payload: Int)
        throws
    {
        task = coreTasks[try integer(arguments[0]!)]
        try PythonMapper.prepare(task)
        options = LaunchOptions(
            scalars: PyTuple_Size(arguments[scalars]) == 0
                ? [] : try borrowedItems(arguments[scalars]!).map { try taskScalar($0) },
            kinds: PyTuple_Size(arguments[first]) == 0
                ? nil : try borrowedItems(arguments[first]!).map { try reductionKind(string($0)) },
            mayThrow: PyObject_IsTrue(arguments[mayThrow]!) == 1, ignoresErrors: ignoresErrors,
            payload: lg_is_none(arguments[payload]!) == 1
                ? nil : PythonReference(arguments[payload]!))
    }
}

/// `core_launch(number, inputs, outputs, reductions, kinds, scalars, constraints, may_throw,
/// payload)`
private func launch(_ arguments: ArgumentPointer) throws -> Obj? {
    let call = try LaunchArguments(arguments, kinds: 4, scalars: 5, mayThrow: 7, payload: 8)
    let count = PyTuple_Size(arguments[1]) + PyTuple_Size(arguments[2]) + PyTuple_Size(arguments[3])
    try call.task.launch(
        try views(arguments[1]!), try writtenViews(arguments[2]!), try writtenViews(arguments[3]!),
        constraints: try constraints(arguments[6]!, call.task, count), call.options)
    return lg_none()
}

/// The same where `outputs` holds `(type, axes)` for those without a shape; gives the arrays they
/// became.
private func launchUnbound(_ arguments: ArgumentPointer) throws -> Obj? {
    let call = try LaunchArguments(arguments, kinds: 4, scalars: 5, mayThrow: 7, payload: 8)
    let outputs = try borrowedItems(arguments[2]!).map { object -> LaunchOutput in
        guard lg_kind(object) == .tuple else { return .store(try writtenView(object)) }
        let items = borrowedItems(object)
        return .unbound(try elementType(named: items[0]), axes: try integer(items[1]))
    }
    let count = PyTuple_Size(arguments[1]) + outputs.count + PyTuple_Size(arguments[3])
    let made = try call.task.launchUnbound(
        try views(arguments[1]!), outputs, try writtenViews(arguments[3]!),
        constraints: try constraints(arguments[6]!, call.task, count), call.options)
    return tuple(made.map { wrap(NDArray($0.storeView)) })
}

/// `core_manual(number, domain, inputs, outputs, reductions, kinds, scalars, may_throw, payload)`;
/// an operand is `(array, None, None)` or `(array, tile shape, tile of each point)`, an output also
/// `(type, axes)`. Gives the arrays that these became.
private func launchManually(_ arguments: ArgumentPointer) throws -> Obj? {
    let call = try LaunchArguments(arguments, kinds: 5, scalars: 6, mayThrow: 7, payload: 8)
    func list(_ object: Obj) throws -> AxisList {
        AxisList(try borrowedItems(object).map { try integer($0) })
    }
    func operand(_ object: Obj, _ view: (Obj) throws -> StoreView) throws -> ManualOperand {
        let items = borrowedItems(object)
        if lg_is_none(items[1]) == 1 { return ManualOperand(try view(items[0])) }
        return ManualOperand(
            try view(items[0]), tileShape: try list(items[1]),
            tiles: try borrowedItems(items[2]).map { try list($0) })
    }
    let (domain, inputs) = (
        try list(arguments[1]!), try borrowedItems(arguments[2]!).map { try operand($0, view) }
    )
    let reductions = try borrowedItems(arguments[4]!).map { try operand($0, writtenView) }
    let outputs = try borrowedItems(arguments[3]!).map { object -> ManualOutput in
        guard PyTuple_Size(object) == 2 else { return .operand(try operand(object, writtenView)) }
        let items = borrowedItems(object)
        return .unbound(try elementType(named: items[0]), axes: try integer(items[1]))
    }
    let bound = outputs.compactMap { if case .operand(let operand) = $0 { operand } else { nil } }
    if bound.count == outputs.count {
        try call.task.launchManually(
            over: domain, inputs: inputs, outputs: bound, reductions: reductions, call.options)
        return tuple([Obj?]())
    }
    let made = try call.task.launchManuallyUnbound(
        over: domain, inputs: inputs, outputs: outputs, reductions: reductions, call.options)
    return tuple(made.map { wrap(NDArray($0.storeView)) })
}

private func elementType(named object: Obj) throws -> ElementType {
    let name = try string(object)
    if let type = ElementType.allCases.first(where: { $0.name == name }) { return type }
    throw typeError("stores hold no elements of \(name)")
}

/// Constraints with operands by number; a task that declares none has `count` of them.
private func constraints(_ objects: Obj, _ task: LibraryTask, _ count: Int) throws
    -> [TilingConstraint]
{
    if PyTuple_Size(objects) == 0 { return [] }
    return try task.resolved(
        try borrowedItems(objects).map { try constraint($0) }, operandCount: count)
}

private func views(_ objects: Obj) throws -> [StoreView] {
    try borrowedItems(objects).map { try view($0) }
}

private func view(_ object: Obj) throws -> StoreView {
    guard isOurs(object) else {
        throw typeError("a task's operand is a store, not \(typeName(object))")
    }
    return withNode(object) { $0.view }
}

private func writtenViews(_ objects: Obj) throws -> [StoreView] {
    try borrowedItems(objects).map { try writtenView($0) }
}

/// The view of an operand that a task writes.
private func writtenView(_ object: Obj) throws -> StoreView {
    let written = try view(object)
    guard withNode(object, { mayBeWritten($0) }) else {
        throw valueError("a task cannot write a read-only store")
    }
    return written
}

/// Whether tasks may write what an array shows. A view that repeats elements, which assignments
/// refuse, takes reductions.
func mayBeWritten(_ array: NDArray) -> Bool {
    if array.isWritable { return true }
    let lattice = array.view.lattice
    let isRepeated = zip(lattice.shape, lattice.strides).contains { $0 != 1 && $1 == 0 }
    return isRepeated && array.base?.isWritable == true
}

private func reductionKind(_ name: String) throws -> ReductionKind {
    if let kind = ReductionKind(rawValue: name) { return kind }
    let names = ReductionKind.allCases.map(\.rawValue).joined(separator: ", ")
    throw valueError("there is no reduction '\(name)'; there are: \(names)")
}

/// A Python value as a task's scalar.
private func taskScalar(_ object: Obj) throws -> TaskScalar {
    switch lg_kind(object) {
    case .float: return .real(PyFloat_AsDouble(object))
    case .bool: return .bool(PyObject_IsTrue(object) == 1)
    case .complex: return .complex(PyComplex_RealAsDouble(object), PyComplex_ImagAsDouble(object))
    case .string: return .string(try string(object))
    case .tuple, .list: return .list(try borrowedItems(object).map { try taskScalar($0) })
    case .int: return .integer(try integer(object))
    default: break
    }
    if lg_is_float(object) == 1 { return .real(PyFloat_AsDouble(object)) }
    if PyIndex_Check(object) != 0 { return .integer(try integer(object)) }
    guard let float = PyNumber_Float(object) else {
        PyErr_Clear()
        throw CoreError(
            .notImplemented,
            "a task's scalar is a number, a string, bytes or a tuple of such, not \(typeName(object))"
        )
    }
    defer { Py_DecRef(float) }
    return .real(PyFloat_AsDouble(float))
}

private func imageHint(_ name: String) throws -> ImageHint {
    switch name {
    case "minMax": return .minMax
    case "firstLast": return .firstLast
    case "whole": return .whole
    default:
        throw valueError("an image looks at its indices as whole, minMax or firstLast, not \(name)")
    }
}

/// `("align", a, b, …)`, `("broadcast", a, axes or None)`, …: operands are names or numbers.
private func constraint(_ object: Obj) throws -> Constraint {
    let items = borrowedItems(object)
    func operand(_ k: Int) throws -> Constraint.Operand {
        lg_kind(items[k]) == .string ? .name(try string(items[k])) : .number(try integer(items[k]))
    }
    func integers(_ k: Int) throws -> [Int] { try borrowedItems(items[k]).map { try integer($0) } }
    switch try string(items[0]) {
    case "align": return .align(try items.indices.dropFirst().map { try operand($0) })
    case "broadcast":
        return lg_is_none(items[2]) == 1
            ? .broadcast(try operand(1)) : .broadcast(try operand(1), axes: try integers(2))
    case "scale": return .scale(try integers(1), small: try operand(2), big: try operand(3))
    case "bloat":
        return .bloat(
            source: try operand(1), bloated: try operand(2), low: try integers(3),
            high: try integers(4))
    case "contain": return .contain(source: try operand(1), target: try operand(2))
    case "image":
        return .image(
            source: try operand(1), target: try operand(2), hint: try imageHint(string(items[3])))
    case "minimum_extents": return .minimumExtents(try operand(1), try integers(2))
    case "weights": return .weights(try operand(1), try integers(2))
    case let name: throw valueError("there is no constraint '\(name)'")
    }
}
