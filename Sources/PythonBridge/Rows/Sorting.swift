/// Sorting, searching, counting.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var sortingFamily: [Row] { sortRows + searchRows + setRows + quantileRows }

    private static var sortRows: [Row] {
        [
            Row(
                "sort", "a, axis=-1, kind=None, order=None, *, stable=None",
                object: {
                    try checkKind($0, 2)
                    return wrap(try sorted($0.array(0), axis: lastAxis($0, 1)))
                }),
            Row(
                "sort", "a, axis=-1, kind=None, order=None, *, stable=None", .method,
                nothing: {
                    try checkKind($0, 2)
                    try $0.array(0).sort(axis: $0.int(1, default: -1))
                }),
            Row(
                "argsort", "a, axis=-1, kind=None, order=None, *, stable=None", .both,
                object: {
                    try checkKind($0, 2)
                    let array = try $0.array(0)
                    guard let axis = try lastAxis($0, 1) else {
                        return wrap(try array.flattened().argSorted(axis: 0))
                    }
                    return wrap(try array.argSorted(axis: axis))
                }),
            Row("sort_complex", "a") {
                let array = try $0.array(0)
                guard array.axisCount > 0 else { throw NumPyError(.unsupported, "scalar") }
                let sorted = try array.sorted(axis: -1)
                switch array.type {
                case .complex64, .complex128: return sorted
                case .int8, .uint8, .int16, .uint16: return try sorted.cast(to: .complex64)
                default: return try sorted.cast(to: .complex128)
                }
            },
            Row(
                "partition", "a, kth, axis=-1, kind='introselect', order=None",
                object: {
                    let array = try $0.array(0)
                    let axis = try lastAxis($0, 2)
                    try checkPlaces($0, array, axis)
                    return wrap(try sorted(array, axis: axis))
                }),
            Row(
                "partition", "a, kth, axis=-1, kind='introselect', order=None", .method,
                nothing: {
                    let array = try $0.array(0)
                    let axis = try $0.int(2, default: -1)
                    try checkPlaces($0, array, axis)
                    try array.sort(axis: axis)
                }),
            Row(
                "argpartition", "a, kth, axis=-1, kind='introselect', order=None", .both,
                object: {
                    let array = try $0.array(0)
                    let axis = try lastAxis($0, 2)
                    try checkPlaces($0, array, axis)
                    guard let axis else { return wrap(try array.flattened().argSorted(axis: 0)) }
                    return wrap(try array.argSorted(axis: axis))
                }),
        ]
    }

    /// `axis=`, whose default is the last one; `nil` for `None`: the flattened array.
    private static func lastAxis(_ args: Arguments, _ i: Int) throws -> Int? {
        args.object(i) == nil ? -1 : try args.optionalInt(i)
    }

    private static func sorted(_ array: NDArray, axis: Int?) throws -> NDArray {
        guard let axis else { return try array.flattened().sorted(axis: 0) }
        return try array.sorted(axis: axis)
    }

    /// Every kind of sort gives the result of a stable one.
    private static func checkKind(_ args: Arguments, _ i: Int) throws {
        if args.has(i + 1) || args.has(i) && args.has(i + 2) {
            throw NumPyError(.unsupported, "order")
        }
        let kind = try args.string(i, default: "quicksort")
        guard let first = kind.first, "qhmsQHMS".contains(first) else {
            throw NumPyError(.unsupported, "kind")
        }
    }

    private static func checkPlaces(_ args: Arguments, _ array: NDArray, _ axis: Int?) throws {
        if args.has(4) || array.axisCount == 0 { throw NumPyError(.unsupported, "order") }
        let extent: Int
        if let axis {
            guard axis >= -array.axisCount, axis < array.axisCount else {
                throw NumPyError(.unsupported, "axis")
            }
            extent = array.shape[axis < 0 ? axis + array.axisCount : axis]
        } else {
            extent = array.count
        }
        if let kind = args.object(3), try lg_kind(kind) != .string || string(kind) != "introselect"
        {
            throw NumPyError(.unsupported, "kind")
        }
        let places = try args.integers(1)
        // Of an empty array any place will do.
        if array.count == 0 { return }
        for place in places where place < -extent || place >= extent {
            throw valueError(
                "kth(=\(place < 0 ? place + extent : place)) out of bounds (\(extent))")
        }
    }

    private static var searchRows: [Row] {
        [
            Row(
                "argmax", "a, axis=None, out=None, *, keepdims=False", .both,
                object: {
                    try argExtreme($0, .maximum)
                }),
            Row(
                "argmin", "a, axis=None, out=None, *, keepdims=False", .both,
                object: {
                    try argExtreme($0, .minimum)
                }),
            Row("searchsorted", "a, v, side='left', sorter=None", .both) {
                let side = try $0.string(2, default: "left")
                guard side == "left" || side == "right" else {
                    throw valueError("search side must be 'left' or 'right' (got '\(side)')")
                }
                return try $0.array(0).searchSorted(
                    $0.array(1), isRight: side == "right", sorter: $0.optionalArray(3))
            },
            Row("digitize", "x, bins, right=False") {
                let array = try $0.array(0)
                if array.type.isComplex { throw typeError("x may not be complex") }
                return try array.digitized($0.array(1), isRight: $0.bool(2, default: false))
            },
            Row("bincount", "x, /, weights=None, minlength=0") {
                try $0.array(0).binCounts(
                    weights: $0.optionalArray(1), minimum: $0.int(2, default: 0))
            },
        ]
    }

    private static func argExtreme(_ args: Arguments, _ operation: Operation) throws -> Obj? {
        let result = try args.array(0).argExtreme(
            operation, axis: args.optionalInt(1), out: args.out(2),
            keepDims: args.bool(3, default: false))
        return try args.returning(result, out: 2)
    }

    private static var setRows: [Row] {
        [
            Row(
                "unique",
                "ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True, sorted=True",
                object: { args in
                    let array = try args.array(0)
                    let wants = try (1...3).map { try args.bool($0, default: false) }
                    let parts: NDArray.UniqueParts
                    let axis = try args.optionalInt(4)
                    if let axis, array.axisCount == 1 { _ = try Axes.tuple([axis], 1) }
                    if let axis, array.axisCount != 1 {
                        parts = try array.unique(
                            along: axis, index: wants[0], inverse: wants[1], counts: wants[2])
                    } else {
                        parts = try array.unique(
                            index: wants[0], inverse: wants[1], counts: wants[2],
                            mergesNaN: args.bool(5, default: true))
                    }
                    let extra = [parts.index, parts.inverse, parts.counts].compactMap { $0 }
                    return extra.isEmpty
                        ? wrap(parts.values)
                        : try PythonTuple(([parts.values] + extra).map { $0 as any PythonValue })
                            .pythonObject()
                }),
            Row("isin", "element, test_elements, assume_unique=False, invert=False, *, kind=None") {
                try $0.array(0).isIn($0.array(1), inverts: $0.bool(3, default: false)).unscalared
            },
            Row("union1d", "ar1, ar2") {
                let (a, b) = (try $0.array(0), try $0.array(1))
                return try a.unioned(with: b)
            },
            Row("setdiff1d", "ar1, ar2, assume_unique=False") {
                let isUnique = try $0.bool(2, default: false)
                let a = isUnique ? try $0.array(0).flattened() : try $0.array(0).unique().values
                return try a.subscripted([.array(a.isIn($0.array(1), inverts: true))])
            },
            Row("intersect1d", "ar1, ar2, assume_unique=False, return_indices=False") {
                if try $0.bool(3, default: false) { throw NumPyError(.unsupported, "indices") }
                let a = try $0.array(0).unique().values
                let common = try a.subscripted([.array(a.isIn($0.array(1), inverts: false))])
                let type = try a.type.promoted(with: $0.array(1).type)
                return common.type == type ? common : try common.cast(to: type)
            },
        ]
    }

    private static var quantileRows: [Row] {
        [
            Row("median", "a, axis=None, out=None, overwrite_input=False, keepdims=False") {
                if $0.has(2) { throw NumPyError(.unsupported, "out") }
                return try $0.array(0).median(
                    axes: $0.axes(1), keepDims: $0.bool(4, default: false))
            },
            quantileRow("quantile", 1), quantileRow("percentile", 100),
        ]
    }

    private static func quantileRow(_ name: String, _ whole: Double) -> Row {
        let signature =
            "a, q, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False, *, weights=None, interpolation=None"
        return Row(name, signature) {
            guard !$0.has(3), try $0.string(5, default: "linear") == "linear", !$0.has(7),
                !$0.has(8)
            else {
                throw NumPyError(.unsupported, "method")
            }
            let kind = lg_kind($0.slots[1]!)
            let (values, isScalar) = try $0.quantiles(1, whole: whole)
            return try $0.array(0).quantile(
                values, isScalar: isScalar, isWeak: kind == .float || kind == .int,
                axes: $0.axes(2),
                keepDims: $0.bool(6, default: false))
        }
    }
}
