/// Calls of universal functions with all their keywords, and their methods.
import CPlatform
import LegateCore
import NumPy

// `out` may be given by position or by name.
private let oneInput = Signature(
    "x, /, out=None, *, where=True, casting='same_kind', order='K', dtype=None, subok=True")
private let twoInputs = Signature(
    "x1, x2, /, out=None, *, where=True, casting='same_kind', order='K', dtype=None, subok=True")
private let twoOutputs = Signature(
    "x, out1=None, out2=None, /, *, out=None, where=True, casting='same_kind', order='K', dtype=None, subok=True"
)
private let twoInputsTwoOutputs = Signature(
    "x1, x2, out1=None, out2=None, /, *, out=None, where=True, casting='same_kind', order='K', dtype=None, subok=True"
)

/// One call of a ufunc. Throws `unsupported` for what only NumPy does, such as `signature=` or
/// outputs of NumPy's.
func callUfunc(_ object: Obj, _ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?) throws
    -> Obj?
{
    let op = operation(of: object)
    let inputs = inputCount(op)
    let outputs = outputCount(op)
    if outputs == 1, let output = quickOutput(op, inputs, arguments, count, names) { return output }
    if names == nil, count == inputs, let arguments {
        return try plainly(op, outputs, operands(arguments, inputs))
    }
    return try bound(signature(inputs, outputs), arguments, count, names) {
        try run(op, inputs, outputs, $0)
    }
}

private func signature(_ inputs: Int, _ outputs: Int) -> Signature {
    if outputs == 1 { return inputs == 1 ? oneInput : twoInputs }
    return inputs == 1 ? twoOutputs : twoInputsTwoOutputs
}

private func operands(_ arguments: UnsafePointer<Obj?>, _ inputs: Int) throws -> Operands {
    let first = try operand(arguments[0].unsafelyUnwrapped)
    guard inputs == 2 else { return Operands(first) }
    return Operands(first, try operand(arguments[1].unsafelyUnwrapped))
}

/// A call without keywords: the ways of the operators, where there is one result.
private func plainly(_ op: Operation, _ outputs: Int, _ operands: Operands) throws -> Obj? {
    guard outputs == 1 else {
        let results = try Ufunc.call(op, operands)
        return pair(wrap(results.first), results.second.flatMap { wrap($0) })
    }
    if operands.count == 2 { return wrap(try Ufunc.binary(op, operands[0], operands[1])) }
    return wrap(try Ufunc.unary(op, operands[0].asArray))
}

/// `op(a, b, out=c)` and `op(a, b, c)` with arrays of ours, or a number behind one, where that is
/// quickly done.
private func quickOutput(
    _ op: Operation, _ inputs: Int, _ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?
) -> Obj? {
    if let names {
        guard count == inputs, PyTuple_Size(names) == 1, isOut(PyTuple_GetItem(names, 0)) else {
            return nil
        }
    } else if count != inputs + 1 {
        return nil
    }
    guard let arguments, let a = arguments[0], isArray(a), let output = arguments[inputs],
        isArray(output)
    else { return nil }
    var b: Operand?
    if inputs == 2 {
        guard let operand = quickOperand(arguments[1]!) else { return nil }
        b = operand
    }
    let isDone = withNode(a) { a in withNode(output) { Ufunc.quick(op, a, b, into: $0) } }
    return isDone ? lg_newref(output) : nil
}

private func isOut(_ name: Obj?) -> Bool {
    PyUnicode_CompareWithASCIIString(name, "out") == 0
}

private func run(
    _ op: Operation, _ inputs: Int, _ outputs: Int, _ args: Arguments
) throws -> Obj? {
    let operands = try operands(args.slots, inputs)
    var (first, second) = (args.value(inputs), outputs > 1 ? args.value(inputs + 1) : nil)
    var next = inputs + outputs
    if outputs > 1 {
        if let given = args.value(next) { (first, second) = try outputTuple(given, outputs) }
        next += 1
    } else if let given = first, lg_kind(given) == .tuple {
        (first, second) = try outputTuple(given, 1)
    }
    let out = Outputs(try output(first), try output(second))
    let mask = try args.mask(next)
    if first == nil, second == nil, mask == nil, !args.has(next + 1), !args.has(next + 3) {
        return try plainly(op, outputs, operands)
    }
    let results = try Ufunc.call(
        op, operands, out: out, where: mask, dtype: args.dtype(next + 3),
        casting: args.casting(next + 1))
    let object = first.map { lg_newref($0) } ?? wrap(results.first)
    guard let other = results.second else { return object }
    return pair(object, second.map { lg_newref($0) } ?? wrap(other))
}

/// An array that a result goes to.
private func output(_ object: Obj?) throws -> NDArray? {
    guard let object else { return nil }
    if isArray(object) { return node(object) }
    guard Host.isHostArray(object) else { throw typeError("return arrays must be of ArrayType") }
    throw NumPyError(.unsupported, "out")
}

/// The one or two items of an `out=` tuple; `nil` for `None`.
private func outputTuple(_ object: Obj, _ count: Int) throws -> (Obj?, Obj?) {
    guard lg_kind(object) == .tuple, PyTuple_Size(object) == count else {
        throw valueError("The 'out' tuple must have exactly one entry per ufunc output")
    }
    func item(_ k: Int) -> Obj? {
        guard k < count, let item = PyTuple_GetItem(object, k), lg_is_none(item) == 0 else {
            return nil
        }
        return item
    }
    return (item(0), item(1))
}

// MARK: - Methods

private func bound(
    _ signature: Signature, _ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?,
    _ body: (Arguments) throws -> Obj?
) throws -> Obj? {
    // What is thrown leaves the room as a value: see `RadixSort`.
    let result = withUnsafeTemporaryAllocation(of: Obj?.self, capacity: Signature.capacity) {
        slots -> Result<Obj?, any Error> in
        let base = slots.baseAddress.unsafelyUnwrapped
        var collected: Obj?
        guard
            signature.bind(
                first: nil, arguments, count, names, into: base, collected: &collected)
        else { return .failure(NumPyError(.unsupported, "arguments")) }
        return Result { try body(Arguments(slots: base)) }
    }
    return try result.get()
}

private let reduceSignature = Signature(
    "array, axis=0, dtype=None, out=None, keepdims=False, initial=None, where=True")
private let accumulateSignature = Signature("array, axis=0, dtype=None, out=None")
private let outerSignature = Signature("A, B, /")
private let atSignature = Signature("a, indices, b=None, /")
private let reduceAtSignature = Signature("array, indices, axis=0, dtype=None, out=None")

func reduceWith(_ op: Operation, _ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?) throws
    -> Obj?
{
    try bound(reduceSignature, arguments, count, names) { args in
        let axes = args.object(1) == nil ? [0] : try args.axes(1)
        let result = try Ufunc.reduce(
            op, args.array(0), axes: axes, dtype: args.dtype(2), out: args.out(3),
            keepDims: args.bool(4, default: false), initial: args.optionalOperand(5),
            where: args.mask(6))
        return try args.returning(result, out: 3)
    }
}

func accumulateWith(
    _ op: Operation, _ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?
) throws -> Obj? {
    try bound(accumulateSignature, arguments, count, names) { args in
        let result = try Ufunc.accumulate(
            op, args.array(0), axis: args.int(1, default: 0), dtype: args.dtype(2), out: args.out(3)
        )
        return try args.returning(result, out: 3)
    }
}

/// `op.outer(A, B)`: A with as many axes of extent one behind as B has, and then as usual.
func outerWith(_ op: Operation, _ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?) throws
    -> Obj?
{
    guard inputCount(op) == 2 else {
        throw valueError("outer product only supported for binary functions")
    }
    return try bound(outerSignature, arguments, count, names) { args in
        let a = try args.array(0)
        let b = try args.array(1)
        var lattice = a.lattice
        for _ in 0..<b.axisCount { lattice = lattice.insertingAxis(at: lattice.shape.count) }
        let stretched = NDArray(StoreView(store: a.store, lattice: lattice, type: a.type))
        return wrap(try Ufunc.binary(op, stretched, b))
    }
}

func reduceAtWith(_ op: Operation, _ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?)
    throws
    -> Obj?
{
    try bound(reduceAtSignature, arguments, count, names) { args in
        let result = try Ufunc.reduceAt(
            op, args.array(0), args.array(1), axis: args.int(2, default: 0), dtype: args.dtype(3),
            out: args.out(4))
        return try args.returning(result, out: 4)
    }
}

/// `op.at(a, indices, b)`: in place, once for each time an index is named.
func atWith(_ op: Operation, _ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?) throws
    -> Obj?
{
    try bound(atSignature, arguments, count, names) { args in
        guard isArray(args.slots[0]!) else { throw NumPyError(.unsupported, "host arrays") }
        try Ufunc.at(
            op, node(args.slots[0]!), indexItems(args.slots[1]!), args.slots[2].map(arrayLike))
        return lg_none()
    }
}

// MARK: - __array_ufunc__

/// NumPy's own ufunc was called with one of our arrays: `(self, ufunc, method, *inputs, **kwargs)`.
func arrayUfunc(_ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?) throws -> Obj? {
    guard count >= 2, let arguments, let ufunc = arguments[0], let method = arguments[1] else {
        throw typeError("__array_ufunc__ needs a ufunc and a method")
    }
    for i in 2..<max(2, count) where isForeign(arguments[i]!) { return lg_not_implemented() }
    let inputs = arguments + 2
    if PyUnicode_CompareWithASCIIString(method, "__call__") == 0 {
        if let own = nativeUfunc(forHost: ufunc) {
            return PyObject_Vectorcall(own, inputs, count - 2, names)
        }
        return try callHost(ufunc, name: "ufunc", inputs, count - 2, names, isSilent: true)
    }
    if let own = nativeUfunc(forHost: ufunc) {
        let bound = try check(PyObject_GetAttr(own, method))
        defer { Py_DecRef(bound) }
        return PyObject_Vectorcall(bound, inputs, count - 2, names)
    }
    let bound = try check(PyObject_GetAttr(ufunc, method))
    defer { Py_DecRef(bound) }
    return try callHost(bound, name: "ufunc", inputs, count - 2, names, isSilent: true)
}

/// Whether an input has its own idea of ufuncs, which then goes first.
private func isForeign(_ object: Obj) -> Bool {
    if isOurs(object) || lg_kind(object) != .other || Host.isHostArray(object) { return false }
    return PyObject_HasAttrString(Obj(lg_type(object)), "__array_ufunc__") == 1
}
