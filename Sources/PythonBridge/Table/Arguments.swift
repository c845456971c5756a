/// The arguments of one call, by position in the row's signature, read as what the body needs.
///
/// An argument that was not given, is `None`, or is NumPy's marker for "no value" counts as absent.
/// What cannot be read raises NumPy's kind of error; what only NumPy can read throws `unsupported`.
import CPlatform
import LegateCore
import NumPy

struct Arguments {
    let slots: UnsafeMutablePointer<Obj?>

    /// The Python object given, borrowed; `nil` where the argument is absent. `None` is an object
    /// here.
    @inline(__always) func object(_ i: Int) -> Obj? {
        guard let object = slots[i], object != Host.noValue else { return nil }
        return object
    }

    /// The object given that is not `None`.
    @inline(__always) func value(_ i: Int) -> Obj? {
        guard let object = slots[i], lg_is_none(object) == 0, object != Host.noValue else {
            return nil
        }
        return object
    }

    @inline(__always) func has(_ i: Int) -> Bool { value(i) != nil }

    private func required(_ i: Int) throws -> Obj {
        guard let object = slots[i] else {
            throw typeError("required argument (pos \(i + 1)) is missing")
        }
        return object
    }

    /// An array-like argument.
    func array(_ i: Int) throws -> NDArray { try arrayLike(required(i)) }
    func optionalArray(_ i: Int) throws -> NDArray? { try value(i).map(arrayLike) }
    /// An array or a weak Python number.
    func operand(_ i: Int) throws -> Operand { try PythonBridge.operand(required(i)) }
    func optionalOperand(_ i: Int) throws -> Operand? {
        try value(i).map { try PythonBridge.operand($0) }
    }

    /// An `out=` argument: one of our own arrays. NumPy's arrays are filled by NumPy.
    func out(_ i: Int) throws -> NDArray? {
        guard let object = value(i) else { return nil }
        if isArray(object) { return node(object) }
        if lg_kind(object) == .tuple, PyTuple_Size(object) == 1,
            isArray(PyTuple_GetItem(object, 0)!)
        {
            return node(PyTuple_GetItem(object, 0)!)
        }
        throw NumPyError(.unsupported, "out")
    }

    /// The result of a row with `out=`: the object that was passed, or the new array.
    func returning(_ result: NDArray, out i: Int) throws -> Obj? {
        guard let object = value(i) else { return wrap(result) }
        if lg_kind(object) == .tuple { return lg_newref(PyTuple_GetItem(object, 0)!) }
        return lg_newref(object)
    }

    /// A `where=` argument; `nil` for `True`.
    func mask(_ i: Int) throws -> NDArray? {
        guard let object = value(i) else { return nil }
        if lg_kind(object) == .bool, PyObject_IsTrue(object) == 1 { return nil }
        return try arrayLike(object)
    }

    func int(_ i: Int) throws -> Int { try integer(required(i)) }
    func int(_ i: Int, default standard: Int) throws -> Int {
        try value(i).map(integer) ?? standard
    }
    func optionalInt(_ i: Int) throws -> Int? { try value(i).map(integer) }

    func double(_ i: Int, default standard: Double? = nil) throws -> Double {
        guard let object = value(i) else {
            if let standard { return standard }
            throw typeError("required argument (pos \(i + 1)) is missing")
        }
        let value = PyFloat_AsDouble(object)
        if value == -1, PyErr_Occurred() != nil { throw Raised() }
        return value
    }

    func bool(_ i: Int, default standard: Bool) throws -> Bool {
        guard let object = value(i) else { return standard }
        let value = PyObject_IsTrue(object)
        try check(value)
        return value == 1
    }

    func string(_ i: Int, default standard: String) throws -> String {
        guard let object = value(i) else { return standard }
        guard lg_kind(object) == .string else { throw NumPyError(.unsupported, "string argument") }
        return try PythonBridge.string(object)
    }

    /// Axes as an integer or a tuple of integers; `nil` for all.
    func axes(_ i: Int) throws -> [Int]? {
        guard let object = value(i) else { return nil }
        if lg_kind(object) == .int { return [try integer(object)] }
        return try integers(object)
    }

    /// A shape: an integer or a sequence of integers.
    func shape(_ i: Int) throws -> AxisList { try readShape(required(i)) }

    /// An integer or a sequence of integers.
    func integers(_ i: Int) throws -> [Int] { try integers(required(i)) }

    private func integers(_ object: Obj) throws -> [Int] { Array(try readIntegers(object)) }

    /// A `dtype=` argument; `nil` when absent. Types that are not ours throw `unsupported`.
    func dtype(_ i: Int) throws -> ElementType? {
        guard let object = value(i) else { return nil }
        guard let type = try Host.elementType(object) else {
            throw NumPyError(.unsupported, "element type")
        }
        return type
    }

    /// A list or tuple of arrays, or an array seen as a sequence of its rows.
    func arrays(_ i: Int) throws -> [NDArray] {
        let object = try required(i)
        if lg_kind(object) == .list || lg_kind(object) == .tuple {
            return try borrowedItems(object).map(arrayLike)
        }
        if isArray(object) {
            let array = node(object)
            guard array.axisCount > 0 else { throw typeError("iteration over a 0-d array") }
            return try (0..<array.shape[0]).map { try array.subscripted([.integer($0)]) }
        }
        throw NumPyError(.unsupported, "sequence of arrays")
    }

    /// NumPy's `casting=` words.
    func casting(_ i: Int, default standard: Casting = .sameKind) throws -> Casting {
        switch try string(i, default: "") {
        case "": return standard
        case "no": return .no
        case "equiv": return .equiv
        case "safe": return .safe
        case "same_kind": return .sameKind
        case "unsafe": return .unsafe
        default:
            throw valueError("casting must be one of 'no', 'equiv', 'safe', 'same_kind', 'unsafe'")
        }
    }

    /// Shape arguments given one by one or as one sequence: `a.reshape(2, 3)` and `a.reshape((2,
    /// 3))`.
    func collectedIntegers(_ i: Int) throws -> AxisList {
        let tuple = try required(i)
        if PyTuple_Size(tuple) == 1 { return try readIntegers(PyTuple_GetItem(tuple, 0)!) }
        return try readIntegers(tuple)
    }
}

/// An integer or a sequence of integers.
func readIntegers(_ object: Obj) throws -> AxisList {
    let kind = lg_kind(object)
    if kind == .int { return AxisList(try integer(object)) }
    if kind == .bool { throw typeError("an integer is required") }
    if kind == .tuple || kind == .list {
        var result = AxisList()
        for item in borrowedItems(object) {
            if lg_kind(item) == .bool || Host.isHostBool(item) {
                throw typeError("an integer is required")
            }
            result.append(try integer(item))
        }
        return result
    }
    if isOurs(object),
        withNode(object, { $0.axisCount == 0 }) || PyIndex_Check(object) == 1 && !isOurs(object)
    {
        return AxisList(try integer(object))
    }
    if !isOurs(object), !Host.isExactArray(object), PyIndex_Check(object) == 1 {
        return AxisList(try integer(object))
    }
    let sequence = try check(PySequence_Tuple(object))
    defer { Py_DecRef(sequence) }
    return try readIntegers(sequence)
}

/// A shape; negative extents are refused like in NumPy.
func readShape(_ object: Obj) throws -> AxisList {
    let shape: AxisList
    do { shape = try readIntegers(object) } catch  where error.isUnsupported {
        throw valueError("Maximum allowed dimension exceeded")
    }
    guard shape.allSatisfy({ $0 >= 0 }) else {
        throw valueError("negative dimensions are not allowed")
    }
    return shape
}
