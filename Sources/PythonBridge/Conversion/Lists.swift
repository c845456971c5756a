/// Arrays from nested lists of Python numbers, and from lists of our own arrays, without NumPy's
/// help.
import CPlatform
import LegateCore
import NumPy

/// The array of a regular nested list of numbers, or of a flat list of our arrays and numbers;
/// `nil` where it is something else, which NumPy then reads or refuses.
func listArray(_ list: Obj) throws -> NDArray? {
    var shape = AxisList()
    var first = list
    while isSequence(first) {
        let count = size(first)
        guard count > 0, shape.count < 32 else { return nil }
        shape.append(count)
        first = item(first, 0)
    }
    var scan = Scan(shape: shape)
    if scan.read(list, axis: 0) { return try fill(list, shape, scan.type) }
    return shape.count == 1 ? try stacked(list, shape[0]) : nil
}

@inline(__always) private func isSequence(_ object: Obj) -> Bool {
    let kind = lg_kind(object)
    return kind == .list || kind == .tuple
}
@inline(__always) private func size(_ sequence: Obj) -> Int {
    lg_kind(sequence) == .list ? PyList_Size(sequence) : PyTuple_Size(sequence)
}
@inline(__always) private func item(_ sequence: Obj, _ index: Int) -> Obj {
    let found =
        lg_kind(sequence) == .list
        ? PyList_GetItem(sequence, index) : PyTuple_GetItem(sequence, index)
    return found.unsafelyUnwrapped
}

/// First walk: is the list regular, and what type holds all its numbers?
private struct Scan {
    let shape: AxisList
    var type = ElementType.bool

    mutating func read(_ sequence: Obj, axis: Int) -> Bool {
        guard isSequence(sequence), size(sequence) == shape[axis] else { return false }
        for i in 0..<shape[axis] {
            let element = item(sequence, i)
            if axis + 1 < shape.count {
                guard read(element, axis: axis + 1) else { return false }
            } else {
                guard see(element) else { return false }
            }
        }
        return true
    }

    private mutating func see(_ element: Obj) -> Bool {
        switch lg_kind(element) {
        case .float: if type.kind < .floating { type = .float64 }
        case .int: if type == .bool { type = .int64 }
        case .bool: break
        case .complex: type = .complex128
        case .other where isScalar(element):
            switch QuickNumber(scalar: element) {
            case .float?: if type.kind < .floating { type = .float64 }
            case .integer?: if type == .bool { type = .int64 }
            case nil: return false
            }
        default: return false
        }
        return true
    }
}

/// Second walk: writes the numbers, each rank its own. `nil` where an integer does not fit.
private func fill(_ list: Obj, _ shape: AxisList, _ type: ElementType) throws -> NDArray? {
    var isWritten = false
    let array = try NDArray.written(shape, type) { memory, own in
        if own.count == shape.product {
            var cursor = memory
            isWritten = write(list, &cursor, type)
        } else {
            isWritten = writeOwn(list, shape, type, memory, own)
        }
    }
    return isWritten ? array : nil
}

/// Converts every number, so that all ranks find the same errors, and keeps those of one rank's
/// elements: row by row through a line of scratch memory.
private func writeOwn(
    _ list: Obj, _ shape: AxisList, _ type: ElementType, _ memory: UnsafeMutableRawPointer,
    _ own: Range<Int>
) -> Bool {
    let (count, size) = (shape[0], type.byteCount)
    let row = shape.product / count
    return withUnsafeTemporaryAllocation(byteCount: max(row * size, 16), alignment: 16) { scratch in
        for i in 0..<count {
            let element = item(list, i)
            var cursor = scratch.baseAddress!
            guard
                isSequence(element)
                    ? write(element, &cursor, type) : writeOne(element, &cursor, type)
            else {
                return false
            }
            let part = (i * row..<(i + 1) * row).clamped(to: own)
            if part.isEmpty { continue }
            (memory + part.lowerBound * size).copyMemory(
                from: scratch.baseAddress! + (part.lowerBound - i * row) * size,
                byteCount: part.count * size)
        }
        return true
    }
}

private func write(_ sequence: Obj, _ cursor: inout UnsafeMutableRawPointer, _ type: ElementType)
    -> Bool
{
    for i in 0..<size(sequence) {
        let element = item(sequence, i)
        guard isSequence(element) ? write(element, &cursor, type) : writeOne(element, &cursor, type)
        else {
            return false
        }
    }
    return true
}

@inline(__always)
private func writeOne(_ element: Obj, _ cursor: inout UnsafeMutableRawPointer, _ type: ElementType)
    -> Bool
{
    switch type {
    case .float64:
        guard let value = double(element) else { return false }
        cursor.storeBytes(of: value, as: Double.self)
    case .int64:
        if lg_kind(element) == .bool {
            cursor.storeBytes(of: PyObject_IsTrue(element) == 1 ? 1 : 0, as: Int.self)
        } else {
            guard case .integer(let value)? = QuickNumber(element) else { return false }
            cursor.storeBytes(of: value, as: Int.self)
        }
    case .bool: cursor.storeBytes(of: UInt8(PyObject_IsTrue(element)), as: UInt8.self)
    default:
        let value = Complex128(PyComplex_RealAsDouble(element), PyComplex_ImagAsDouble(element))
        cursor.storeBytes(of: value, as: Complex128.self)
    }
    cursor += type.byteCount
    return true
}

@inline(__always) private func double(_ element: Obj) -> Double? {
    if let number = QuickNumber(element), case .float(let value) = number { return value }
    let value = PyFloat_AsDouble(element)
    if value == -1, PyErr_Occurred() != nil {
        PyErr_Clear()
        return nil
    }
    return value
}

/// `np.array([x, y, 0.5])` with our arrays or scalars: one new array, each item assigned to its
/// place.
private func stacked(_ list: Obj, _ count: Int) throws -> NDArray? {
    var parts: [NDArray] = []
    parts.reserveCapacity(count)
    var hasArrays = false
    for i in 0..<count {
        let element = item(list, i)
        switch lg_kind(element) {
        case .float, .int, .bool, .complex: parts.append(try operand(element).asArray)
        case .other where isOurs(element):
            parts.append(node(element))
            hasArrays = true
        case .other where Host.isHostArray(element): parts.append(try arrayLike(element))
        default: return nil
        }
    }
    guard hasArrays, let first = parts.first, parts.allSatisfy({ $0.shape == first.shape }) else {
        return nil
    }
    let type = try parts.reduce(first.type) { try Host.promoted($0, $1.type) }
    var shape = AxisList(count)
    for extent in first.shape { shape.append(extent) }
    let result = try NDArray.new(shape, type)
    for (i, part) in parts.enumerated() { try result.assign(.array(part), at: [.integer(i)]) }
    return result
}
