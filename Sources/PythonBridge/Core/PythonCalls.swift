/// Calls of tasks in Python whose operands are all there: from the arguments of a call to a launch
/// without a step in Python.
///
/// In: a task's number, and what the call gives for each parameter, by place. Out: a recorded
/// launch; `False` where something needs a closer look (neither an array of ours nor a store with a
/// shape, or one that must not be written), and then nothing has been done.
import CPlatform
import LegateCore
import NumPy

/// Python's class of stores, and the name of the attribute in which a store has its array.
nonisolated(unsafe) private var storeClass: Obj?
nonisolated(unsafe) private var arrayName: Obj?

/// `core_stores(class)`: which objects are stores.
func setStoreClass(_ arguments: ArgumentPointer) throws -> Obj? {
    storeClass = lg_newref(arguments[0]!)
    arrayName = pythonString("_array")
    return lg_none()
}

/// A task in Python as its calls see it: which parameter is what.
struct PythonCall {
    let task: LibraryTask
    /// The parameters but the context, in order.
    let parameters: [PythonBody.Argument]

    init(_ task: LibraryTask, _ arguments: [PythonBody.Argument]) {
        self.task = task
        parameters = arguments.filter { if case .context = $0 { false } else { true } }
    }

    /// Whether the launch was recorded.
    func launch(_ given: Obj) throws -> Bool {
        guard PyTuple_Size(given) == parameters.count else { return false }
        var operands = Operands()
        var scalars: [Obj?] = []
        for k in parameters.indices {
            let object = PyTuple_GetItem(given, k).unsafelyUnwrapped
            if case .scalar = parameters[k] {
                scalars.append(lg_newref(object))
            } else if !operands.take(object, as: parameters[k]) {
                for scalar in scalars { Py_DecRef(scalar) }
                return false
            }
        }
        try PythonMapper.prepare(task)
        let payload =
            scalars.isEmpty ? nil : PythonReference(taking: tuple(scalars).unsafelyUnwrapped)
        try task.launch(
            operands.inputs, operands.outputs, operands.reductions,
            LaunchOptions(ignoresErrors: ignoresErrors, payload: payload))
        return true
    }

    private struct Operands {
        var inputs: [StoreView] = []
        var outputs: [StoreView] = []
        var reductions: [StoreView] = []

        /// Whether the object is an operand that may be used so.
        mutating func take(_ object: Obj, as role: PythonBody.Argument) -> Bool {
            if isOurs(object) { return takeArray(object, as: role) }
            guard Obj(lg_type(object)) == storeClass,
                let array = PyObject_GetAttr(object, arrayName)
            else { return false }
            defer { Py_DecRef(array) }
            return isOurs(array) && takeArray(array, as: role)
        }

        private mutating func takeArray(_ object: Obj, as role: PythonBody.Argument) -> Bool {
            withNode(object) { array in
                if case .input = role {
                    inputs.append(array.view)
                    return true
                }
                guard mayBeWritten(array) else { return false }
                if case .output = role {
                    outputs.append(array.view)
                } else {
                    reductions.append(array.view)
                }
                return true
            }
        }
    }
}
