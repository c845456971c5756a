/// Shapes, axes and places: views wherever NumPy gives views.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var shapingFamily: [Row] {
        reshapingRows + axisRows + broadcastingRows + flippingRows + diagonalRows
    }

    /// A function and the method of the same name, where only the first parameter's name differs or
    /// nothing.
    private static func order(_ args: Arguments, _ i: Int) throws -> NDArray.ReadingOrder {
        try NDArray.ReadingOrder(args.string(i, default: "C"))
    }

    private static var reshapingRows: [Row] {
        [
            Row("reshape", "a, /, shape, order='C', *, copy=None") {
                try $0.array(0).reshaped(
                    to: $0.integerList(1), order: order($0, 2), copy: $0.optionalBool(3))
            },
            Row("reshape", "a, *shape, order='C', copy=None", .method) {
                guard PyTuple_Size($0.slots[1]!) > 0 else {
                    throw NumPyError(.unsupported, "no shape")
                }
                let array = try $0.array(0)
                let result = try array.reshaped(
                    to: $0.collectedIntegers(1), order: order($0, 2), copy: $0.optionalBool(3))
                return result.flagged(isScalar: array.isScalar && result.axisCount == 0)
            },
            Row("ravel", "a, order='C'", .both) {
                try $0.array(0).detached().raveled(order: order($0, 1))
            },
            Row("flatten", "a, order='C'", .method) {
                try $0.array(0).flattened(order: order($0, 1))
            },
            Row("resize", "a, *new_shape, refcheck=True", .method, nothing: { try resize($0) }),
            Row("shape", "a") { try $0.array(0).shape },
            Row("ndim", "a") { try $0.array(0).axisCount },
            Row("size", "a, axis=None") {
                let array = try $0.array(0)
                guard let axes = try $0.axes(1) else { return array.count }
                return try Axes.tuple(axes, array.axisCount).reduce(1) { $0 * array.shape[$1] }
            },
            Row("view", "a, dtype=None, type=None", .method) {
                if $0.has(2) { throw NumPyError(.unsupported, "array classes") }
                let array = try $0.array(0)
                guard let object = $0.value(1) else {
                    return array.viewed(array.lattice).flagged(isScalar: array.isScalar)
                }
                guard let type = try Host.elementType(object) else {
                    throw NumPyError(.unsupported, "element type")
                }
                let result = try array.reinterpreted(as: type)
                return array.isScalar ? result.scalared : result
            },
        ]
    }

    private static var axisRows: [Row] {
        [
            Row("transpose", "a, axes=None") { try $0.array(0).transposed($0.axes(1)) },
            Row("permute_dims", "a, axes=None") { try $0.array(0).transposed($0.axes(1)) },
            Row("transpose", "a, *axes", .method) {
                let given = $0.slots[1]!
                let isNone = PyTuple_Size(given) == 1 && lg_is_none(PyTuple_GetItem(given, 0)!) == 1
                if PyTuple_Size(given) == 0 || isNone { return try $0.array(0).transposed() }
                return try $0.array(0).transposed(Array($0.collectedIntegers(1)))
            },
            Row("swapaxes", "a, axis1, axis2", .both) {
                try $0.array(0).swappingAxes($0.int(1), $0.int(2))
            },
            Row("moveaxis", "a, source, destination") {
                try $0.array(0).movingAxes($0.integers(1), to: $0.integers(2))
            },
            Row("rollaxis", "a, axis, start=0") {
                try $0.array(0).rollingAxis($0.int(1), to: $0.int(2, default: 0))
            },
            Row("matrix_transpose", "x, /") { try $0.array(0).matrixTransposed() },
            Row("linalg.matrix_transpose", "x, /") { try $0.array(0).matrixTransposed() },
            Row("squeeze", "a, axis=None", .both) { try $0.array(0).squeezed($0.axes(1)) },
            Row("expand_dims", "a, axis") { try $0.array(0).expandingAxes($0.integers(1)) },
            atLeastRow("atleast_1d", 1), atLeastRow("atleast_2d", 2), atLeastRow("atleast_3d", 3),
        ]
    }

    private static func atLeastRow(_ name: String, _ axes: Int) -> Row {
        Row(
            name, "*arys",
            object: {
                let results = try $0.collectedArrays(0).map { try $0.atLeast(axes: axes) }
                return results.count == 1
                    ? wrap(results[0]) : try PythonTuple(arrays: results).pythonObject()
            })
    }

    private static var broadcastingRows: [Row] {
        [
            Row("broadcast_to", "array, shape, subok=False") {
                try $0.array(0).detached().broadcast(to: $0.shape(1))
            },
            Row(
                "broadcast_arrays", "*args, subok=False",
                object: {
                    let results = try NDArray.broadcastArrays($0.collectedArrays(0))
                    return try PythonTuple(arrays: results).pythonObject()
                }),
            Row(
                "broadcast_shapes", "*args",
                object: {
                    let shapes = try borrowedItems($0.slots[0]!).map { try readShape($0) }
                    return try NDArray.broadcastShapes(shapes).pythonObject()
                }),
        ]
    }

    private static var flippingRows: [Row] {
        [
            Row("flip", "m, axis=None") { try $0.array(0).detached().flipped($0.axes(1)) },
            Row("fliplr", "m") {
                let array = try $0.array(0)
                guard array.axisCount >= 2 else { throw valueError("Input must be >= 2-d.") }
                return try array.flipped([1])
            },
            Row("flipud", "m") {
                let array = try $0.array(0)
                guard array.axisCount >= 1 else { throw valueError("Input must be >= 1-d.") }
                return try array.flipped([0])
            },
            Row("rot90", "m, k=1, axes=(0, 1)") {
                try $0.array(0).rotated(
                    quarters: $0.int(1, default: 1), axes: $0.axes(2) ?? [0, 1])
            },
            Row("roll", "a, shift, axis=None") {
                try $0.array(0).rolled($0.integers(1), axes: $0.axes(2))
            },
        ]
    }

    private static var diagonalRows: [Row] {
        [
            Row("diagonal", "a, offset=0, axis1=0, axis2=1", .both) {
                try $0.array(0).diagonal(
                    offset: $0.int(1, default: 0), axis1: $0.int(2, default: 0),
                    axis2: $0.int(3, default: 1))
            },
            Row("linalg.diagonal", "x, /, *, offset=0") {
                try $0.array(0).diagonal(offset: $0.int(1, default: 0), axis1: -2, axis2: -1)
            },
            Row(
                "trace", "a, offset=0, axis1=0, axis2=1, dtype=None, out=None", .both,
                object: {
                    let result = try $0.array(0).trace(
                        offset: $0.int(1, default: 0), axis1: $0.int(2, default: 0),
                        axis2: $0.int(3, default: 1),
                        dtype: $0.dtype(4), out: $0.out(5))
                    return try $0.returning(result, out: 5)
                }),
            Row("diag", "v, k=0") { try $0.array(0).diag($0.int(1, default: 0)) },
            Row("diagflat", "v, k=0") { try $0.array(0).raveled().diag($0.int(1, default: 0)) },
            Row("tril", "m, k=0") {
                try $0.array(0).triangle(lower: true, offset: $0.int(1, default: 0))
            },
            Row("triu", "m, k=0") {
                try $0.array(0).triangle(lower: false, offset: $0.int(1, default: 0))
            },
            Row(
                "fill_diagonal", "a, val, wrap=False",
                nothing: {
                    guard isArray($0.slots[0]!) else {
                        throw NumPyError(.unsupported, "host arrays")
                    }
                    let array = try $0.array(0)
                    let value = try storable($0.slots[1]!, as: array.type, .arrays)
                    try array.fillDiagonal(value, wraps: $0.bool(2, default: false))
                }),
        ]
    }
}

/// `a.resize(shape)`: the object shows the new array from now on.
private func resize(_ args: Arguments) throws {
    let object = args.slots[0]!
    let given = args.slots[1]!
    guard isArray(object) else { throw NumPyError(.unsupported, "scalars") }
    if PyTuple_Size(given) == 1, lg_is_none(PyTuple_GetItem(given, 0)!) == 1 { return }
    replaceNode(object, try node(object).resizedInPlace(to: args.collectedIntegers(1)))
}

extension Arguments {
    /// An integer or a sequence of integers, negative ones allowed.
    func integerList(_ i: Int) throws -> AxisList { AxisList(try integers(i)) }

    /// A flag that may be left open.
    func optionalBool(_ i: Int) throws -> Bool? { has(i) ? try bool(i, default: false) : nil }

    /// The arrays of a `*name` parameter.
    func collectedArrays(_ i: Int) throws -> [NDArray] {
        try borrowedItems(slots[i]!).map(arrayLike)
    }
}

extension PythonTuple {
    init(arrays: [NDArray]) { self.init(arrays.map { $0 as any PythonValue }) }
}
