/// Single elements between memory and Python.
import CPlatform
import LegateCore
import NumPy

/// The element at `address` as an operand that knows its value.
@inline(__always) func readOperand(_ address: UnsafeRawPointer, _ type: ElementType) -> Operand {
    switch type {
    case .bool: return .bool(address.load(as: UInt8.self) != 0)
    case .int8: return .integer(Int(address.load(as: Int8.self)))
    case .int16: return .integer(Int(address.load(as: Int16.self)))
    case .int32: return .integer(Int(address.load(as: Int32.self)))
    case .int64: return .integer(address.load(as: Int.self))
    case .uint8: return .integer(Int(address.load(as: UInt8.self)))
    case .uint16: return .integer(Int(address.load(as: UInt16.self)))
    case .uint32: return .integer(Int(address.load(as: UInt32.self)))
    case .uint64: return .unsigned(address.load(as: UInt64.self))
    case .float16: return .float(Double(address.load(as: Float16.self)))
    case .float32: return .float(Double(address.load(as: Float.self)))
    case .float64: return .float(address.load(as: Double.self))
    case .complex64:
        let value = address.load(as: Complex64.self)
        return .complex(Double(value.real), Double(value.imaginary))
    case .complex128:
        let value = address.load(as: Complex128.self)
        return .complex(value.real, value.imaginary)
    }
}

/// The element at `address` as a Python number.
func pythonNumber(_ address: UnsafeRawPointer, _ type: ElementType) -> Obj? {
    switch readOperand(address, type) {
    case .bool(let value): return lg_bool(value ? 1 : 0)
    case .integer(let value): return PyLong_FromSsize_t(value)
    case .unsigned(let value): return PyLong_FromUnsignedLongLong(value)
    case .float(let value): return PyFloat_FromDouble(value)
    case .complex(let real, let imaginary): return PyComplex_FromDoubles(real, imaginary)
    case .array: return nil
    }
}

/// A nested list of Python numbers, like NumPy's `tolist`.
func nestedList(_ array: NDArray) throws -> Obj {
    try array.withElements { array, start in try nestedList(start, array, axis: 0) }
}

private func nestedList(_ address: UnsafeRawPointer, _ array: NDArray, axis: Int) throws -> Obj {
    if axis == array.axisCount { return try check(pythonNumber(address, array.type)) }
    let extent = array.shape[axis]
    let stride = array.strides[axis] * array.type.byteCount
    let list = try check(PyList_New(extent))
    if axis + 1 == array.axisCount, array.type == .float64 {
        for i in 0..<extent {
            PyList_SetItem(
                list, i, PyFloat_FromDouble((address + i &* stride).load(as: Double.self)))
        }
        return list
    }
    for i in 0..<extent {
        PyList_SetItem(list, i, try nestedList(address + i * stride, array, axis: axis + 1))
    }
    return list
}
