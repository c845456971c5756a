/// Methods that turn an array into another type, another object or plain bytes.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var conversionFamily: [Row] {
        [
            Row("copy", "a, order='C'", .method) {
                let array = try $0.array(0)
                return try array.copied().flagged(isScalar: array.isScalar)
            },
            Row("copy", "a, order='K', subok=False") { try $0.array(0).copied().unscalared },
            Row(
                "astype", "a, dtype, order='K', casting='unsafe', subok=True, copy=True", .method,
                object: {
                    let array = try $0.array(0)
                    guard let type = try Host.elementType($0.slots[1]!) else {
                        throw NumPyError(.unsupported, "element type")
                    }
                    if try $0.casting(3, default: .unsafe) != .unsafe {
                        throw NumPyError(.unsupported, "casting")
                    }
                    if type == array.type {
                        if try !$0.bool(5, default: true) { return lg_newref($0.slots[0]!) }
                        return wrap(try array.copied().flagged(isScalar: array.isScalar))
                    }
                    return wrap(try array.cast(to: type).flagged(isScalar: array.isScalar))
                }),
            Row(
                "fill", "a, value", .method,
                nothing: {
                    let array = try $0.array(0)
                    let value = try storable($0.slots[1]!, as: array.type, .elements, axes: 0)
                    if case .array(let sequence) = value, sequence.axisCount > 0 {
                        throw NumPyError(.unsupported, "sequence as element")
                    }
                    try array.assign(value, at: [])
                }),
            Row("item", "a, *args", .method, object: { try item($0) }),
            Row("tolist", "a", .method, object: { try nestedList($0.array(0)) }),
            Row(
                "tobytes", "a, order='C'", .method,
                object: {
                    if try $0.string(1, default: "C") != "C" {
                        throw NumPyError(.unsupported, "order")
                    }
                    let array = try $0.array(0)
                    let flat = array.lattice.isRowMajorContiguous ? array : try array.copied()
                    return try flat.withElements { flat, start in
                        PyBytes_FromStringAndSize(
                            start.assumingMemoryBound(to: CChar.self),
                            flat.count * flat.type.byteCount)
                    }
                }),
            Row(
                "setflags", "a, write=None, align=None, uic=None", .method,
                nothing: {
                    if let write = $0.value(1) {
                        node($0.slots[0]!).isWritable = PyObject_IsTrue(write) == 1
                    }
                }),
        ]
    }
}

/// `a.item()`, `a.item(3)`, `a.item(1, 2)`.
private func item(_ args: Arguments) throws -> Obj? {
    let array = try args.array(0)
    let given = args.slots[1]!
    var lattice = array.lattice
    switch PyTuple_Size(given) {
    case 0:
        guard array.count == 1 else {
            throw valueError("can only convert an array of size 1 to a Python scalar")
        }
    case 1 where lg_kind(PyTuple_GetItem(given, 0)!) != .tuple:
        let flat = try integer(PyTuple_GetItem(given, 0)!)
        lattice = try point(flat: flat, of: lattice)
    default:
        let indices = try args.collectedIntegers(1)
        guard indices.count == array.axisCount else {
            throw valueError("incorrect number of indices for array")
        }
        for (axis, index) in indices.enumerated() {
            let extent = array.shape[axis]
            guard index >= -extent, index < extent else {
                throw indexError(
                    "index \(index) is out of bounds for axis \(axis) with size \(extent)")
            }
            lattice = lattice.projected(axis: 0, at: index < 0 ? index + extent : index)
        }
    }
    return try array.viewed(lattice).withElements { pythonNumber($1, $0.type) }
}

private func point(flat: Int, of lattice: Lattice) throws -> Lattice {
    let count = lattice.elementCount
    guard flat >= -count, flat < count else {
        throw indexError("index \(flat) is out of bounds for size \(count)")
    }
    var rest = flat < 0 ? flat + count : flat
    var offset = lattice.offset
    for axis in stride(from: lattice.shape.count - 1, through: 0, by: -1) {
        offset += rest % lattice.shape[axis] * lattice.strides[axis]
        rest /= lattice.shape[axis]
    }
    return Lattice(offset: offset, shape: [], strides: [])
}
