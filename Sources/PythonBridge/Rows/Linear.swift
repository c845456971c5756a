/// Products of vectors and matrices, `einsum`, norms.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var linearFamily: [Row] {
        [
            Row(
                "dot", "a, b, out=None", .both,
                object: {
                    try $0.returning($0.array(0).dot($0.array(1), out: $0.out(2)), out: 2)
                }),
            matmul("matmul", "x1, x2, out=None, *, dtype=None"),
            Row("linalg.matmul", "x1, x2, /") { try $0.array(0).matmul($0.array(1)) },
            Row("vdot", "a, b") { try $0.array(0).vdot($0.array(1)) },
            Row("inner", "a, b") { try $0.array(0).inner($0.array(1)) },
            Row(
                "outer", "a, b, out=None",
                object: {
                    try $0.returning($0.array(0).outer($0.array(1), out: $0.out(2)), out: 2)
                }),
            Row("linalg.outer", "x1, x2, /") {
                let (a, b) = (try $0.array(0), try $0.array(1))
                guard a.axisCount == 1, b.axisCount == 1 else {
                    throw NumPyError(.unsupported, "outer")
                }
                return try a.outer(b)
            },
            Row("tensordot", "a, b, axes=2") { try tensordot($0) },
            Row("linalg.tensordot", "x1, x2, /, *, axes=2") { try tensordot($0) },
            Row("vecdot", "x1, x2") { try $0.array(0).vecdot($0.array(1)) },
            Row("linalg.vecdot", "x1, x2, /, *, axis=-1") {
                try $0.array(0).vecdot($0.array(1), axis: $0.int(2, default: -1))
            },
            Row("matvec", "x1, x2") { try $0.array(0).matvec($0.array(1)) },
            Row("vecmat", "x1, x2") { try $0.array(0).vecmat($0.array(1)) },
            Row("kron", "a, b") { try $0.array(0).kron($0.array(1)) },
            Row("linalg.trace", "x, /, *, offset=0, dtype=None") {
                try $0.array(0).trace(
                    offset: $0.int(1, default: 0), axis1: -2, axis2: -1, dtype: $0.dtype(2))
            },
            Row("einsum", "*operands, out=None, optimize=False", object: { try einsum($0) }),
            Row("linalg.norm", "x, ord=None, axis=None, keepdims=False") {
                try $0.array(0).norm(
                    normOrder($0, 1), axes: $0.axes(2), keepDims: $0.bool(3, default: false))
            },
            Row("linalg.vector_norm", "x, /, *, axis=None, keepdims=False, ord=2") {
                guard let axes = try $0.axes(1), axes.count == 1 else {
                    throw NumPyError(.unsupported, "axis")
                }
                return try $0.array(0).norm(
                    $0.has(3) ? normOrder($0, 3) : .number(2), axes: axes,
                    keepDims: $0.bool(2, default: false))
            },
            Row("linalg.matrix_norm", "x, /, *, keepdims=False, ord='fro'") {
                try $0.array(0).norm(
                    $0.has(2) ? normOrder($0, 2) : .frobenius, axes: [-2, -1],
                    keepDims: $0.bool(1, default: false))
            },
            Row("linalg.matrix_power", "a, n") { try $0.array(0).matrixPower($0.int(1)) },
            Row(
                "linalg.multi_dot", "arrays, *, out=None",
                object: {
                    try $0.returning(NDArray.multiDot($0.arrays(0), out: $0.out(1)), out: 1)
                }),
        ]
    }

    private static func matmul(_ name: String, _ signature: String) -> Row {
        Row(
            name, signature,
            object: {
                if try $0.dtype(3) != nil { throw NumPyError(.unsupported, "dtype") }
                return try $0.returning($0.array(0).matmul($0.array(1), out: $0.out(2)), out: 2)
            })
    }
}

/// `axes` is a number of axes, or a pair of axes or of lists of axes.
private func tensordot(_ args: Arguments) throws -> NDArray {
    let (a, b) = (try args.array(0), try args.array(1))
    guard let axes = args.value(2) else { return try tensordot(a, b, count: 2) }
    let kind = lg_kind(axes)
    guard kind == .tuple || kind == .list else { return try tensordot(a, b, count: integer(axes)) }
    let pair = borrowedItems(axes)
    guard pair.count == 2 else {
        throw valueError("not enough values to unpack (expected 2, got \(pair.count))")
    }
    return try a.tensordot(Array(readIntegers(pair[0])), b, Array(readIntegers(pair[1])))
}

private func tensordot(_ a: NDArray, _ b: NDArray, count: Int) throws -> NDArray {
    guard count >= 0, count <= a.axisCount, count <= b.axisCount else {
        throw NumPyError(.unsupported, "tensordot over \(count) axes")
    }
    return try a.tensordot(Array((a.axisCount - count)..<a.axisCount), b, Array(0..<count))
}

/// `einsum(text, *operands)`; the form with lists of numbers is NumPy's to read.
private func einsum(_ args: Arguments) throws -> Obj? {
    let given = borrowedItems(args.slots[0]!)
    guard given.count >= 2, lg_kind(given[0]) == .string else {
        throw NumPyError(.unsupported, "einsum")
    }
    let operands = try given.dropFirst().map { try arrayLike($0) }
    return try args.returning(NDArray.einsum(string(given[0]), operands, out: args.out(1)), out: 1)
}

private func normOrder(_ args: Arguments, _ index: Int) throws -> NormOrder {
    guard let object = args.value(index) else { return .standard }
    guard lg_kind(object) == .string else { return .number(try args.double(index)) }
    switch try string(object) {
    case "fro", "f": return .frobenius
    case "nuc": return .nuclear
    default: throw NumPyError(.unsupported, "norm order")
    }
}
