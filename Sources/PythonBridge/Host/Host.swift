/// NumPy itself, as the bridge uses it: types, element types, conversions in both directions.
import CPlatform
import LegateCore
import NumPy

enum Host {
    nonisolated(unsafe) static var module: Obj?
    nonisolated(unsafe) static var arrayType: Obj?
    nonisolated(unsafe) static var memoryMapType: Obj?
    nonisolated(unsafe) static var genericType: Obj?
    nonisolated(unsafe) static var boolType: Obj?
    nonisolated(unsafe) static var dtypeType: Obj?
    nonisolated(unsafe) static var asarray: Obj?
    nonisolated(unsafe) static var noValue: Obj?
    /// NumPy's table of C functions.
    nonisolated(unsafe) private(set) static var functions: UnsafeMutableRawPointer?
    /// `numpy.dtype` objects and scalar types by element type.
    nonisolated(unsafe) static var dtypes: [Obj] = []
    nonisolated(unsafe) static var scalarTypes: [Obj] = []
    nonisolated(unsafe) private static var promotions = [ElementType?](
        repeating: nil, count: ElementType.count * ElementType.count)
    nonisolated(unsafe) static var ufuncs = [Obj?](repeating: nil, count: Operation.count)

    static func load() throws {
        let numpy = try check(PyImport_ImportModule("numpy"))
        module = numpy
        arrayType = try attribute(numpy, "ndarray")
        memoryMapType = try attribute(numpy, "memmap")
        genericType = try attribute(numpy, "generic")
        dtypeType = try attribute(numpy, "dtype")
        boolType = try attribute(numpy, "bool_")
        asarray = try attribute(numpy, "asarray")
        noValue = PyObject_GetAttrString(numpy, "_NoValue")
        PyErr_Clear()
        let native = try check(PyImport_ImportModule("numpy._core._multiarray_umath"))
        functions = PyCapsule_GetPointer(try attribute(native, "_ARRAY_API"), nil)
        for type in ElementType.allCases {
            let name = pythonString(type.name)
            dtypes.append(try call(dtypeType, name))
            scalarTypes.append(try attribute(dtypes[type.index], "type"))
            Py_DecRef(name)
        }
    }

    /// Whether the object is an array or a scalar of NumPy's own.
    static func isHostArray(_ object: Obj) -> Bool {
        lg_is_instance_of(object, arrayType) == 1 || lg_is_instance_of(object, genericType) == 1
    }
    static func isExactArray(_ object: Obj) -> Bool { Obj(lg_type(object)) == arrayType }
    /// Whether the object is of a class derived from NumPy's array. A memory map is not counted: it
    /// means what a plain array means.
    static func isSubclassArray(_ object: Obj) -> Bool {
        let type = Obj(lg_type(object))
        return type != arrayType && type != memoryMapType
            && lg_is_instance_of(object, arrayType) == 1
    }
    static func isHostBool(_ object: Obj) -> Bool { Obj(lg_type(object)) == boolType }

    /// The element type of one of NumPy's own types, or of Python's `float`, `int`, `bool` and
    /// `complex`; `nil` for others.
    static func knownElementType(_ object: Obj) -> ElementType? {
        if object == lg_float_type() { return .float64 }
        if object == lg_int_type() { return .int64 }
        if object == lg_bool_type() { return .bool }
        if object == lg_complex_type() { return .complex128 }
        if let known = scalarTypes.firstIndex(of: object) {
            return ElementType(rawValue: UInt8(known))
        }
        if let known = dtypes.firstIndex(of: object) { return ElementType(rawValue: UInt8(known)) }
        return names.first { $0.name == object }?.type
    }

    /// Names that programs gave lately, such as `'i8'`: their text stands in the code and is the
    /// same object each time.
    nonisolated(unsafe) private static var names: [(name: Obj, type: ElementType)] = []
    private static let mostNames = 16
    /// The place of the name that was given first, once there are as many.
    nonisolated(unsafe) private static var oldestName = 0

    private static func keep(_ name: Obj, _ type: ElementType) {
        guard lg_kind(name) == .string, let name = lg_newref(name) else { return }
        if names.count < mostNames { return names.append((name, type)) }
        Py_DecRef(names[oldestName].name)
        names[oldestName] = (name, type)
        oldestName = (oldestName + 1) % mostNames
    }

    /// The element type that a `dtype=` argument names; `nil` where it is none of ours.
    static func elementType(_ object: Obj) throws -> ElementType? {
        if let known = knownElementType(object) { return known }
        let dtype = try call(dtypeType, object)
        defer { Py_DecRef(dtype) }
        if let known = dtypes.firstIndex(of: dtype), let type = ElementType(rawValue: UInt8(known))
        {
            keep(object, type)
            return type
        }
        return try equivalent(dtype)
    }

    /// The type with the same kind and size, for NumPy's twins such as `longlong`.
    private static func equivalent(_ dtype: Obj) throws -> ElementType? {
        for (index, known) in dtypes.enumerated() {
            let equal = try check(PyObject_RichCompare(dtype, known, 2))
            defer { Py_DecRef(equal) }
            if PyObject_IsTrue(equal) == 1 { return ElementType(rawValue: UInt8(index)) }
        }
        return nil
    }

    static func dtype(_ type: ElementType) -> Obj { lg_newref(dtypes[type.index]) }

    /// The type both convert to, by NumPy's rules for arrays.
    static func promoted(_ a: ElementType, _ b: ElementType) throws -> ElementType {
        if a == b { return a }
        let key = a.index * ElementType.count + b.index
        if let known = promotions[key] { return known }
        let result = try callMethod(module, "promote_types", dtypes[a.index], dtypes[b.index])
        defer { Py_DecRef(result) }
        guard let type = try elementType(result) else {
            throw NumPyError(.unsupported, "promotion")
        }
        promotions[key] = type
        return type
    }

    static func ufunc(_ op: Operation) throws -> Obj {
        if let known = ufuncs[op.index] { return known }
        let result = try attribute(module, OperationTable.row(op).name)
        ufuncs[op.index] = result
        return result
    }
}

/// A NumPy array that shows this array's memory.
func hostView(_ object: Obj) throws -> Obj { try call(Host.asarray, object) }

/// The NumPy scalar with this object's value.
func hostScalar(_ object: Obj) throws -> Obj {
    let view = try hostView(object)
    defer { Py_DecRef(view) }
    let empty = PyTuple_New(0)
    defer { Py_DecRef(empty) }
    return try check(PyObject_GetItem(view, empty))
}

/// The element type a buffer's format letter stands for, in this machine's byte order.
func elementType(format: UnsafePointer<CChar>?, itemSize: Int) -> ElementType? {
    guard var letters = format else { return .uint8 }
    if "@=<".utf8.contains(UInt8(bitPattern: letters[0])) { letters += 1 }
    let isComplex = letters[0] == CChar(UInt8(ascii: "Z"))
    if isComplex { letters += 1 }
    guard letters[0] != 0, letters[1] == 0 else { return nil }
    let letter = Unicode.Scalar(UInt8(bitPattern: letters[0]))
    if isComplex { return letter == "f" ? .complex64 : letter == "d" ? .complex128 : nil }
    switch letter {
    case "?": return .bool
    case "b": return .int8
    case "h", "i", "l", "q", "n":
        return itemSize == 2 ? .int16 : itemSize == 4 ? .int32 : .int64
    case "B": return .uint8
    case "H", "I", "L", "Q", "N":
        return itemSize == 2 ? .uint16 : itemSize == 4 ? .uint32 : .uint64
    case "e": return .float16
    case "f": return .float32
    case "d": return .float64
    default: return nil
    }
}

/// Bytes from which an array is taken over rather than copied.
private let worthTaking = 4096

extension Host {
    /// A copy of a small row-major array of NumPy's that owns its memory; `nil` for any other.
    static func smallCopy(of object: Obj) -> NDArray? {
        let fields = lg_host_array(object).unsafelyUnwrapped
        guard fields.pointee.base == nil, fields.pointee.flags & Int32(LG_HOST_ROW_MAJOR) != 0,
            let dtype = fields.pointee.dtype, let type = index(of: dtype)
        else { return nil }
        let axes = Int(fields.pointee.axes)
        guard axes <= 8 else { return nil }
        var shape = AxisList()
        for axis in 0..<axes { shape.append(fields.pointee.shape[axis]) }
        let bytes = shape.product * type.byteCount
        guard bytes > 0, bytes < worthTaking, let copy = NDArray.quickNew(shape, type) else {
            return nil
        }
        copy.store.memory.unsafelyUnwrapped.copyMemory(
            from: fields.pointee.data, byteCount: bytes)
        return copy
    }

    private static func index(of dtype: Obj) -> ElementType? {
        for type in ElementType.allCases where dtypes[type.index] == dtype { return type }
        return nil
    }
}

/// Takes over a NumPy array that nobody else sees, or copies it; `nil` for element types that are
/// not ours. `object` is borrowed; when it is taken over, a reference is kept as long as the store
/// lives.
func adopted(_ object: Obj, mayTakeOver: Bool) throws -> NDArray? {
    var buffer = Py_buffer()
    guard PyObject_GetBuffer(object, &buffer, PyBUF_FULL_RO) == 0 else {
        PyErr_Clear()
        return nil
    }
    defer { PyBuffer_Release(&buffer) }
    guard let type = elementType(format: buffer.format, itemSize: buffer.itemsize),
        type.byteCount == buffer.itemsize
    else { return nil }
    var shape = AxisList()
    var strides = AxisList()
    for axis in 0..<Int(buffer.ndim) {
        shape.append(buffer.shape[axis])
        strides.append(buffer.strides[axis])
    }
    let isRowMajor = isContiguous(shape, strides, type)
    let isColumnMajor =
        !isRowMajor && isContiguous(AxisList(shape.reversed()), AxisList(strides.reversed()), type)
    if isColumnMajor {
        // Kept as it lies: the store is the transpose.
        shape = AxisList(shape.reversed())
        strides = AxisList(strides.reversed())
    }
    let array: NDArray
    let bytes = shape.product * type.byteCount
    if isRowMajor, bytes > 0, bytes < worthTaking, let copy = NDArray.quickNew(shape, type) {
        copy.store.memory.unsafelyUnwrapped.copyMemory(from: buffer.buf, byteCount: bytes)
        return copy
    }
    if mayTakeOver, isRowMajor || isColumnMajor, bytes >= worthTaking, buffer.readonly == 0,
        try ownsMemory(object)
    {
        let keeper = lg_newref(object)!
        array = NDArray.adopting(buffer.buf, shape: shape, type: type, isShared: false) {
            Py_DecRef(keeper)
        }
    } else {
        array = try NDArray.copying(buffer.buf, shape: shape, byteStrides: strides, type: type)
    }
    guard isColumnMajor else { return array }
    return NDArray(StoreView(store: array.store, lattice: array.lattice.transposed(), type: type))
}

func isContiguous(_ shape: AxisList, _ strides: AxisList, _ type: ElementType) -> Bool {
    let elements = Lattice.rowMajorStrides(of: shape)
    return (0..<shape.count).allSatisfy {
        shape[$0] == 1 || strides[$0] == elements[$0] * type.byteCount
    }
}

/// Whether nobody but the caller, and the buffer through which it looks, holds an array of NumPy's.
private func ownsMemory(_ object: Obj) throws -> Bool {
    guard Host.isExactArray(object), lg_refcount(object) == 2 else { return false }
    let base = try attribute(object, "base")
    defer { Py_DecRef(base) }
    return lg_is_none(base) == 1
}
