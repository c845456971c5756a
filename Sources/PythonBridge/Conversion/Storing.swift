/// What is stored into the elements of an array that exists: which values we convert, and which
/// NumPy has to look at.
///
/// NumPy hands a Python number to Python's own `int()` or `float()`: these refuse NaN, what is out
/// of range, complex numbers. A NumPy scalar goes the same way where it is stored by itself (`a[0]
/// = s`, `a[...] = s`, `a.fill(s)`), and so does every number in a list. Arrays are cast, which
/// wraps and never refuses; so are scalars that NumPy makes an array of first (`a[[0, 1]] = s`,
/// `np.put`). Whatever may be refused throws `unsupported`: NumPy then says what it says.
import CPlatform
import LegateCore
import NumPy

/// Runs a call in which a Python number meets a type that cannot hold it; some of NumPy's functions
/// wrap then.
func leavingOverflow<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let error as NumPyError where error.kind == .overflow {
        throw NumPyError(.unsupported, error.message)
    }
}

/// How NumPy takes a NumPy scalar.
enum Storing {
    /// By itself, like a Python number.
    case elements
    /// As an array without axes.
    case arrays
}

/// An operand whose conversion to an element type cannot fail. `axes` bounds how deep a list may
/// be.
func storable(_ object: Obj, as type: ElementType, _ storing: Storing, axes: Int = Int.max) throws
    -> Operand
{
    let value = try operand(object)
    try requireStorable(object, value, as: type, storing, axes: axes)
    return value
}

func requireStorable(
    _ object: Obj, _ value: Operand, as type: ElementType, _ storing: Storing, axes: Int = Int.max
) throws {
    guard case .array(let array) = value else { return try value.requireStorable(as: type) }
    let kind = lg_kind(object)
    if kind == .list || kind == .tuple {
        guard array.axisCount <= axes else {
            throw NumPyError(.unsupported, "a list deeper than the array")
        }
        if !type.holdsAny(array.type) { try requireEachStorable(array, as: type) }
    } else if storing == .elements, array.isScalar {
        try value.requireStorable(as: type)
    }
}

/// The numbers of a list, one by one. They stand in an array of our own, side by side.
private func requireEachStorable(_ array: NDArray, as type: ElementType) throws {
    guard array.lattice.isRowMajorContiguous, !array.type.isComplex else {
        throw NumPyError(.unsupported, "a list whose numbers may be refused")
    }
    try array.withElements { array, start in
        for k in 0..<array.count {
            try NDArray.number(at: start + k * array.type.byteCount, array.type).requireStorable(
                as: type)
        }
    }
}
