/// Arrays whose values follow from a rule: ranges, grids, unit matrices, triangles.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var rangeCreationFamily: [Row] { spacingRows + gridRows + triangleRows }

    private static var spacingRows: [Row] {
        [
            Row(
                "arange",
                "start_or_stop, /, stop=None, step=1, *, dtype=None, device=None, like=None"
            ) {
                try NDArray.arange(
                    $0.operand(0), stop: $0.optionalOperand(1),
                    step: $0.optionalOperand(2) ?? .integer(1),
                    dtype: $0.dtype(3))
            },
            Row(
                "linspace",
                "start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0, *, device=None",
                object: {
                    let (values, step) = try NDArray.linspace(
                        $0.operand(0), $0.operand(1), count: $0.int(2, default: 50),
                        endpoint: $0.bool(3, default: true), dtype: $0.dtype(5),
                        axis: $0.int(6, default: 0))
                    if try !$0.bool(4, default: false) { return wrap(values) }
                    guard let step else {
                        return try PythonTuple(values, Double.nan).pythonObject()
                    }
                    return try PythonTuple(values, step).pythonObject()
                }),
            Row("logspace", "start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0") {
                try NDArray.logspace(
                    $0.operand(0), $0.operand(1), count: $0.int(2, default: 50),
                    endpoint: $0.bool(3, default: true), base: $0.optionalOperand(4) ?? .float(10),
                    dtype: $0.dtype(5), axis: $0.int(6, default: 0))
            },
        ]
    }

    private static var gridRows: [Row] {
        [
            Row(
                "indices", "dimensions, dtype=int, sparse=False",
                object: {
                    let (shape, type) = (try $0.shape(0), try $0.dtype(1) ?? .int64)
                    if try $0.bool(2, default: false) {
                        return try PythonTuple(arrays: NDArray.sparseIndices(shape, type))
                            .pythonObject()
                    }
                    return wrap(try NDArray.indices(shape, type))
                }),
            Row(
                "meshgrid", "*xi, copy=True, sparse=False, indexing='xy'",
                object: {
                    let indexing = try $0.string(3, default: "xy")
                    guard indexing == "xy" || indexing == "ij" else {
                        throw valueError("Valid values for `indexing` are 'xy' and 'ij'.")
                    }
                    let arrays = try NDArray.meshgrid(
                        $0.collectedArrays(0), isMatrix: indexing == "ij",
                        isSparse: $0.bool(2, default: false),
                        copies: $0.bool(1, default: true))
                    return try PythonTuple(arrays: arrays).pythonObject()
                }),
            Row(
                "fromfunction", "function, shape, *, dtype=float, like=None",
                object: { args in
                    let grid = try NDArray.indices(args.shape(1), args.dtype(2) ?? .float64)
                    let parts = (0..<grid.shape[0]).map {
                        grid.viewed(grid.lattice.projected(axis: 0, at: $0))
                    }
                    let arguments = try check(PythonTuple(arrays: parts).pythonObject())
                    defer { Py_DecRef(arguments) }
                    return PyObject_Call(args.slots[0]!, arguments, nil)
                }),
            Row("vander", "x, N=None, increasing=False") {
                try $0.array(0).vandermonde(
                    columns: $0.optionalInt(1), increasing: $0.bool(2, default: false))
            },
        ]
    }

    private static var triangleRows: [Row] {
        [
            Row("eye", "N, M=None, k=0, dtype=float, order='C', *, device=None, like=None") {
                if try $0.string(4, default: "C").uppercased() == "F" {
                    throw NumPyError(.unsupported, "Fortran order")
                }
                let rows = try $0.int(0)
                return try NDArray.eye(
                    rows: rows, columns: $0.int(1, default: rows), offset: $0.int(2, default: 0),
                    $0.dtype(3) ?? .float64)
            },
            Row("identity", "n, dtype=None, *, like=None") {
                let rows = try $0.int(0)
                return try NDArray.eye(
                    rows: rows, columns: rows, offset: 0, $0.dtype(1) ?? .float64)
            },
            Row("tri", "N, M=None, k=0, dtype=float, *, like=None") {
                let rows = try $0.int(0)
                return try NDArray.triangle(
                    rows: rows, columns: $0.int(1, default: rows), offset: $0.int(2, default: 0),
                    $0.dtype(3) ?? .float64)
            },
            triangleIndexRow("tril_indices", lower: true),
            triangleIndexRow("triu_indices", lower: false),
            triangleIndexFromRow("tril_indices_from", lower: true),
            triangleIndexFromRow("triu_indices_from", lower: false),
        ]
    }

    private static func triangleIndexRow(_ name: String, lower: Bool) -> Row {
        Row(
            name, "n, k=0, m=None",
            object: {
                let rows = try $0.int(0)
                let found = try NDArray.triangleIndices(
                    rows: rows, columns: $0.int(2, default: rows), offset: $0.int(1, default: 0),
                    lower: lower)
                return try PythonTuple(found.rows, found.columns).pythonObject()
            })
    }

    private static func triangleIndexFromRow(_ name: String, lower: Bool) -> Row {
        Row(
            name, "arr, k=0",
            object: {
                let array = try $0.array(0)
                guard array.axisCount == 2 else { throw valueError("input array must be 2-d") }
                let found = try NDArray.triangleIndices(
                    rows: array.shape[0], columns: array.shape[1], offset: $0.int(1, default: 0),
                    lower: lower)
                return try PythonTuple(found.rows, found.columns).pythonObject()
            })
    }
}
