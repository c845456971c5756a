/// The short ways of the commonest calls: plain arguments, small arrays at rest, nothing else.
///
/// A row that stands here too is first tried here. What a function here does not answer with an
/// object goes the row's way from the start, errors included; so nothing may have changed until
/// then. The functions are plain C functions, because the table is read on every call.
import CPlatform
import LegateCore
import NumPy

/// `object` is the array of a method, `nil` for functions.
typealias QuickCall =
    @convention(c) (_ object: Obj?, _ arguments: ArgumentPointer?, _ count: Int) -> Obj?

struct QuickRow {
    let name: String
    let kind: RowKinds
    let call: QuickCall

    init(_ name: String, _ kind: RowKinds, _ call: @escaping QuickCall) {
        self.name = name
        self.kind = kind
        self.call = call
    }
}

extension QuickRow {
    static var all: [QuickRow] {
        reductions + creation + shaping + choosing + views + elements + orders
    }

    // MARK: - Reductions of a whole array to a number

    private static var reductions: [QuickRow] {
        func both(_ name: String, _ function: @escaping QuickCall, _ method: @escaping QuickCall)
            -> [QuickRow]
        {
            [QuickRow(name, .function, function), QuickRow(name, .method, method)]
        }
        return both("sum", { fold(.add, only($1, $2)) }, { fold(.add, alone($0, $2)) })
            + both("prod", { fold(.multiply, only($1, $2)) }, { fold(.multiply, alone($0, $2)) })
            + both("max", { fold(.maximum, only($1, $2)) }, { fold(.maximum, alone($0, $2)) })
            + both("min", { fold(.minimum, only($1, $2)) }, { fold(.minimum, alone($0, $2)) })
            + both("any", { logic(.logicalOr, only($1, $2)) }, { logic(.logicalOr, alone($0, $2)) })
            + both(
                "all", { logic(.logicalAnd, only($1, $2)) }, { logic(.logicalAnd, alone($0, $2)) })
            + both("mean", { mean(only($1, $2)) }, { mean(alone($0, $2)) })
            + both("argmax", { place(.maximum, only($1, $2)) }, { place(.maximum, alone($0, $2)) })
            + both("argmin", { place(.minimum, only($1, $2)) }, { place(.minimum, alone($0, $2)) })
            + [
                QuickRow("count_nonzero", .function) { trueCount(only($1, $2)) },
                QuickRow("dot", .function) { product(pair($1, $2)) },
                QuickRow("dot", .method) { product(pair($0, $1, $2)) },
                QuickRow("matmul", .function) { product(pair($1, $2)) },
                QuickRow("einsum", .function) { summed($1, $2) },
            ]
    }

    // MARK: - New arrays

    private static var creation: [QuickRow] {
        [
            QuickRow("zeros", .function) { filled($1, $2, 0) },
            QuickRow("ones", .function) { filled($1, $2, (1.0).bitPattern) },
            QuickRow("empty", .function) { filled($1, $2, 0) },
            QuickRow("arange", .function) { _, arguments, count in
                guard count == 1, let object = arguments.unsafelyUnwrapped[0],
                    lg_kind(object) == .int
                else { return nil }
                let extent = PyNumber_AsSsize_t(object, nil)
                guard extent > 0, let array = NDArray.quickNew(AxisList(extent), .int64) else {
                    return nil
                }
                let target = array.store.memory.unsafelyUnwrapped.assumingMemoryBound(to: Int.self)
                for i in 0..<extent { target[i] = i }
                return arrayShells.make(array)
            },
            QuickRow("array", .function) { _, arguments, count in
                guard count == 1, let list = arguments.unsafelyUnwrapped[0], lg_kind(list) == .list
                else { return nil }
                return numbers(list)
            },
            QuickRow("copy", .method) { object, _, count in
                guard let object = alone(object, count),
                    let copy = withNode(object, { $0.quickCopy() })
                else { return nil }
                return arrayShells.make(copy)
            },
            QuickRow("astype", .method) { object, arguments, count in
                guard count == 1, let object, isArray(object),
                    let name = arguments.unsafelyUnwrapped[0],
                    let type = Host.knownElementType(name),
                    let cast = withNode(object, { $0.quickCast(to: type) })
                else { return nil }
                return arrayShells.make(cast)
            },
            QuickRow("tolist", .method) { object, _, count in
                guard let object = alone(object, count) else { return nil }
                return withNode(object, floats)
            },
        ]
    }

    // MARK: - Other shapes

    private static var shaping: [QuickRow] {
        [
            QuickRow("reshape", .method) { object, arguments, count in
                guard let object, isArray(object), let arguments, count > 0, count <= 4 else {
                    return nil
                }
                var wanted = AxisList()
                if count == 1, let list = arguments[0], lg_kind(list) == .tuple {
                    let axes = PyTuple_Size(list)
                    guard axes <= 4 else { return nil }
                    for i in 0..<axes {
                        guard append(PyTuple_GetItem(list, i).unsafelyUnwrapped, to: &wanted) else {
                            return nil
                        }
                    }
                } else {
                    for i in 0..<count {
                        guard append(arguments[i].unsafelyUnwrapped, to: &wanted) else {
                            return nil
                        }
                    }
                }
                guard let result = withNode(object, { $0.quickReshaped(to: wanted) }) else {
                    return nil
                }
                return arrayShells.make(retained: result)
            },
            QuickRow("concatenate", .function) { _, arguments, count in
                guard count == 1, let list = arguments.unsafelyUnwrapped[0] else { return nil }
                return joined(list)
            },
        ]
    }

    // MARK: - Choosing

    private static var choosing: [QuickRow] {
        [
            QuickRow("where", .function) { _, arguments, count in
                if count == 1 { return places(only(arguments, count)) }
                guard count == 3, let arguments, let m = arguments[0], isArray(m),
                    let a = quickOperand(arguments[1]!),
                    let b = quickOperand(arguments[2]!)
                else { return nil }
                let result = withNode(m) { Ufunc.quickSelect($0, a, b) }
                return result.flatMap { arrayShells.make($0) }
            }
        ]
    }
}

/// The only argument, if it is an array of ours.
@inline(__always) func only(_ arguments: ArgumentPointer?, _ count: Int) -> Obj? {
    guard count == 1, let object = arguments.unsafelyUnwrapped[0], isArray(object) else {
        return nil
    }
    return object
}

/// The array of a method called without arguments.
@inline(__always) func alone(_ object: Obj?, _ count: Int) -> Obj? {
    guard count == 0, let object, isArray(object) else { return nil }
    return object
}

@inline(__always) func pair(_ arguments: ArgumentPointer?, _ count: Int) -> (Obj, Obj)? {
    guard count == 2, let arguments, let a = arguments[0], let b = arguments[1], isArray(a),
        isArray(b)
    else {
        return nil
    }
    return (a, b)
}

@inline(__always) func pair(
    _ object: Obj?, _ arguments: ArgumentPointer?, _ count: Int
) -> (Obj, Obj)? {
    guard count == 1, let object, let other = arguments.unsafelyUnwrapped[0], isArray(object),
        isArray(other)
    else {
        return nil
    }
    return (object, other)
}

@inline(__always) private func fold(_ op: Operation, _ object: Obj?) -> Obj? {
    guard let object else { return nil }
    var bits: (UInt64, UInt64) = (0, 0)
    let type = withNode(object) { array in
        withUnsafeMutableBytes(of: &bits) {
            Ufunc.quickFold(op, array, into: $0.baseAddress.unsafelyUnwrapped)
        }
    }
    guard let type else { return nil }
    return withUnsafeBytes(of: bits) { makeScalar($0.baseAddress.unsafelyUnwrapped, type) }
}

@inline(__always) private func logic(_ op: Operation, _ object: Obj?) -> Obj? {
    guard let object, withNode(object, { $0.type == .bool }) else { return nil }
    return fold(op, object)
}

/// The quotient of sum and count, in float64 alone.
@inline(__always) private func mean(_ object: Obj?) -> Obj? {
    guard let object else { return nil }
    var value = 0.0
    let count = withNode(object) { array -> Int in
        guard array.type == .float64, Ufunc.quickFold(.add, array, into: &value) != nil else {
            return 0
        }
        return array.count
    }
    guard count > 0 else { return nil }
    value /= Double(count)
    return makeScalar(&value, .float64)
}

/// How many elements of an array of truth values are true.
@inline(__always) private func trueCount(_ object: Obj?) -> Obj? {
    guard let object, var count = withNode(object, { $0.quickTrueCount() }) else { return nil }
    return makeScalar(&count, .int64)
}

@inline(__always) private func place(_ op: Operation, _ object: Obj?) -> Obj? {
    guard let object, var place = withNode(object, { $0.quickArgExtreme(op) }) else { return nil }
    return makeScalar(&place, .int64)
}

/// `einsum(text, a, b)` where the text spells the product of two matrices, or sums along the last
/// axis.
private func summed(_ arguments: ArgumentPointer?, _ count: Int) -> Obj? {
    guard count == 3, let arguments, let text = arguments[0], lg_kind(text) == .string,
        let (a, b) = pair(arguments + 1, 2)
    else { return nil }
    var size = 0
    guard let bytes = PyUnicode_AsUTF8AndSize(text, &size) else {
        PyErr_Clear()
        return nil
    }
    return bytes.withMemoryRebound(to: UInt8.self, capacity: size) {
        let letters = UnsafeBufferPointer(start: $0, count: size)
        if NDArray.spellsProduct(letters) {
            let areMatrices =
                withNode(a) { $0.axisCount == 2 } && withNode(b) { $0.axisCount == 2 }
            return areMatrices ? product((a, b)) : nil
        }
        let sums = withNode(a) { a in withNode(b) { NDArray.quickEinsum(letters, a, $0) } }
        return sums.flatMap { wrap($0) }
    }
}

/// The product of matrices and vectors, with `dot`'s or `matmul`'s meaning: for up to two axes they
/// agree.
func product(_ pair: (Obj, Obj)?) -> Obj? {
    guard let (a, b) = pair else { return nil }
    if let matrix = withNode(a, { a in withNode(b) { a.quickProduct($0) } }) {
        return arrayShells.make(matrix)
    }
    var bits: (UInt64, UInt64) = (0, 0)
    let type = withNode(a) { a in
        withNode(b) { b in
            withUnsafeMutableBytes(of: &bits) {
                a.quickDot(b, into: $0.baseAddress.unsafelyUnwrapped)
            }
        }
    }
    guard let type else { return nil }
    return withUnsafeBytes(of: bits) { makeScalar($0.baseAddress.unsafelyUnwrapped, type) }
}

/// A new array of float64 whose elements have the given bits.
@inline(__always)
private func filled(_ arguments: ArgumentPointer?, _ count: Int, _ bits: UInt64) -> Obj? {
    guard count == 1, let object = arguments.unsafelyUnwrapped[0], let shape = extents(object),
        let array = NDArray.quickNew(shape, .float64)
    else { return nil }
    let target = array.store.memory.unsafelyUnwrapped.assumingMemoryBound(to: UInt64.self)
    for i in 0..<array.count { target[i] = bits }
    return arrayShells.make(array)
}

/// Up to three extents, none of them negative.
@inline(__always) private func extents(_ object: Obj) -> AxisList? {
    switch lg_kind(object) {
    case .int:
        let extent = PyNumber_AsSsize_t(object, nil)
        return extent >= 0 ? AxisList(extent) : nil
    case .tuple:
        let count = PyTuple_Size(object)
        guard count > 0, count <= 3 else { return nil }
        var shape = AxisList()
        for i in 0..<count {
            let item = PyTuple_GetItem(object, i).unsafelyUnwrapped
            guard lg_kind(item) == .int else { return nil }
            let extent = PyNumber_AsSsize_t(item, nil)
            guard extent >= 0, extent < 1 << 20 else { return nil }
            shape.append(extent)
        }
        return shape
    default: return nil
    }
}

/// A flat list of floats, Python's or ours.
func numbers(_ list: Obj) -> Obj? {
    let count = PyList_Size(list)
    guard count > 0, count <= 64 else { return nil }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 64) { values -> Obj? in
        for i in 0..<count {
            let item = PyList_GetItem(list, i).unsafelyUnwrapped
            guard lg_kind(item) == .float || isScalar(item),
                case .float(let value)? = QuickNumber(item)
            else {
                return nil
            }
            values[i] = value
        }
        guard let array = NDArray.quickNew(AxisList(count), .float64) else { return nil }
        array.store.memory.unsafelyUnwrapped.copyMemory(
            from: values.baseAddress.unsafelyUnwrapped, byteCount: count &* 8)
        return arrayShells.make(array)
    }
}

/// The list of a float64 array with one axis.
private func floats(_ array: NDArray) -> Obj? {
    guard array.axisCount == 1, array.type == .float64, array.store.isReady else { return nil }
    let count = array.shape[0]
    let stride = array.strides[0]
    let first =
        array.store.memory.unsafelyUnwrapped.assumingMemoryBound(to: Double.self)
        + array.lattice.offset
    guard let list = PyList_New(count) else { return nil }
    for i in 0..<count { PyList_SetItem(list, i, PyFloat_FromDouble(first[i &* stride])) }
    return list
}

@inline(__always) private func append(_ item: Obj, to list: inout AxisList) -> Bool {
    guard lg_kind(item) == .int else { return false }
    let value = PyNumber_AsSsize_t(item, nil)
    guard value >= -1, value < 1 << 40 else { return false }
    list.append(value)
    return true
}

/// A few arrays with one axis and one type, end to end.
private func joined(_ list: Obj) -> Obj? {
    let isTuple = lg_kind(list) == .tuple
    guard isTuple || lg_kind(list) == .list else { return nil }
    let count = isTuple ? PyTuple_Size(list) : PyList_Size(list)
    guard count > 0, count <= 16 else { return nil }
    func part(_ i: Int) -> Obj {
        (isTuple ? PyTuple_GetItem(list, i) : PyList_GetItem(list, i)).unsafelyUnwrapped
    }
    var total = 0
    var type = ElementType.bool
    for i in 0..<count {
        guard isArray(part(i)) else { return nil }
        let isPlain = withNode(part(i)) { array in
            if i == 0 { type = array.type }
            total &+= array.count
            return array.type == type && array.axisCount == 1 && array.store.isReady
                && array.lattice.isRowMajorContiguous
        }
        guard isPlain else { return nil }
    }
    guard let result = NDArray.quickNew(AxisList(total), type) else { return nil }
    var target = result.store.memory.unsafelyUnwrapped
    for i in 0..<count {
        withNode(part(i)) { array in
            let size = type.byteCount
            target.copyMemory(
                from: array.store.memory.unsafelyUnwrapped + array.lattice.offset &* size,
                byteCount: array.count &* size)
            target += array.count &* size
        }
    }
    return arrayShells.make(result)
}
