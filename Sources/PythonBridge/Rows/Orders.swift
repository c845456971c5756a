/// Order by several keys, sets, order statistics that pass over NaN, and indices turned into
/// numbers.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var orderFamily: [Row] { keyRows + uniqueRows + nanOrderRows + flatIndexRows }

    private static var keyRows: [Row] {
        [
            Row("lexsort", "keys, axis=-1") {
                try NDArray.lexicalOrder($0.arrays(0), axis: $0.int(1, default: -1))
            },
            Row("setxor1d", "ar1, ar2, assume_unique=False") {
                try NDArray.setDifference(
                    $0.array(0), $0.array(1), isUnique: $0.bool(2, default: false))
            },
            Row("trim_zeros", "filt, trim='fb', axis=None", object: { try trimmed($0) }),
        ]
    }

    /// A view without the zeros around; lists stay lists, which is NumPy's to do.
    private static func trimmed(_ args: Arguments) throws -> Obj? {
        guard isArray(args.slots[0]!) else { throw NumPyError(.unsupported, "lists") }
        let array = try args.array(0)
        let sides = try args.string(1, default: "fb").lowercased()
        guard ["fb", "bf", "f", "b"].contains(sides) else {
            throw NumPyError(.unsupported, "sides")
        }
        let axes =
            try args.axes(2).map { try Axes.tuple($0, array.axisCount, argument: "axis") }
            ?? Array(0..<array.axisCount)
        if axes.isEmpty { return lg_newref(args.slots[0]!) }
        let bounds = try array.nonzeroBounds()
        var lattice = array.lattice
        for axis in axes {
            let first = bounds.map { sides.contains("f") ? $0[axis].first : 0 } ?? 0
            let end =
                bounds.map { sides.contains("b") ? $0[axis].last + 1 : array.shape[axis] } ?? 0
            lattice = lattice.sliced(
                axis: axis, start: end == 0 ? 0 : first, step: 1, count: end - first)
        }
        return wrap(array.viewed(lattice))
    }

    private static var uniqueRows: [Row] {
        [
            uniqueRow("unique_all", index: true, inverse: true, counts: true),
            uniqueRow("unique_counts", counts: true), uniqueRow("unique_inverse", inverse: true),
            Row("unique_values", "x") { try $0.array(0).unique(mergesNaN: false).values },
        ]
    }

    private static func uniqueRow(
        _ name: String, index: Bool = false, inverse: Bool = false, counts: Bool = false
    ) -> Row {
        Row(
            name, "x",
            object: {
                let parts = try $0.array(0).unique(
                    index: index, inverse: inverse, counts: counts, mergesNaN: false)
                let arrays =
                    [parts.values] + [parts.index, parts.inverse, parts.counts].compactMap { $0 }
                return try namedTuple(like: name, arrays)
            })
    }

    /// The classes of NumPy's named results, by the function that makes them.
    nonisolated(unsafe) private static var resultClasses: [String: Obj] = [:]

    /// Arrays in the kind of tuple that NumPy's function of this name gives.
    private static func namedTuple(like name: String, _ arrays: [NDArray]) throws -> Obj? {
        if resultClasses[name] == nil {
            guard let function = resolveHost(name) else { throw NumPyError(.attribute, name) }
            let list = tuple([PyLong_FromSsize_t(0)])
            defer { Py_DecRef(list) }
            let sample = try call(function, list)
            defer { Py_DecRef(sample) }
            resultClasses[name] = lg_newref(Obj(lg_type(sample)))
        }
        let items = try PythonTuple(arrays: arrays).pythonObject()
        defer { Py_DecRef(items) }
        return try callMethod(resultClasses[name], "_make", items)
    }

    private static var nanOrderRows: [Row] {
        [
            nanArgRow("nanargmax", .maximum), nanArgRow("nanargmin", .minimum),
            Row("nanmedian", "a, axis=None, out=None, overwrite_input=False, keepdims=<no value>") {
                if $0.has(2) { throw NumPyError(.unsupported, "out") }
                return try $0.array(0).nanMedian(
                    axes: $0.axes(1), keepDims: $0.bool(4, default: false))
            },
            nanQuantileRow("nanquantile", 1), nanQuantileRow("nanpercentile", 100),
        ]
    }

    private static func nanArgRow(_ name: String, _ operation: Operation) -> Row {
        Row(
            name, "a, axis=None, out=None, *, keepdims=<no value>",
            object: {
                let result = try $0.array(0).nanArgExtreme(
                    operation, axis: $0.optionalInt(1), out: $0.out(2),
                    keepDims: $0.bool(3, default: false))
                return try $0.returning(result, out: 2)
            })
    }

    private static func nanQuantileRow(_ name: String, _ whole: Double) -> Row {
        let signature =
            "a, q, axis=None, out=None, overwrite_input=False, method='linear', keepdims=<no value>, *, weights=None"
        return Row(name, signature) {
            guard !$0.has(3), try $0.string(5, default: "linear") == "linear", !$0.has(7) else {
                throw NumPyError(.unsupported, "method")
            }
            let kind = lg_kind($0.slots[1]!)
            let (values, isScalar) = try $0.quantiles(1, whole: whole)
            return try $0.array(0).nanQuantile(
                values, isScalar: isScalar, isWeak: kind == .float || kind == .int,
                axes: $0.axes(2),
                keepDims: $0.bool(6, default: false))
        }
    }

    private static var flatIndexRows: [Row] {
        [
            Row(
                "unravel_index", "indices, shape, order='C'",
                object: {
                    let places = try $0.array(0).unraveled(
                        $0.shape(1), isRowMajor: $0.isRowMajor(2))
                    return try PythonTuple(arrays: places).pythonObject()
                }),
            Row("ravel_multi_index", "multi_index, dims, mode='raise', order='C'") {
                let modes: [String: IndexMode] = [
                    "raise": .raising, "wrap": .wrapping, "clip": .clipping,
                ]
                guard let mode = modes[try $0.string(2, default: "raise")] else {
                    throw NumPyError(.unsupported, "mode")
                }
                return try NDArray.raveledIndex(
                    $0.arrays(0), $0.shape(1), mode: mode, isRowMajor: $0.isRowMajor(3))
            },
            Row(
                "ix_", "*args",
                object: { args in
                    let vectors = try borrowedItems(args.slots[0]!).map { object -> NDArray in
                        let array = try arrayLike(object)
                        return array.count == 0 && !isArray(object)
                            ? try array.cast(to: .int64) : array
                    }
                    return try PythonTuple(arrays: NDArray.openMesh(vectors)).pythonObject()
                }),
            Row(
                "diag_indices", "n, ndim=2",
                object: {
                    guard lg_kind($0.slots[0]!) == .int else {
                        throw NumPyError(.unsupported, "number of places")
                    }
                    return try diagonal($0.int(0), axes: $0.int(1, default: 2))
                }),
            Row(
                "diag_indices_from", "arr",
                object: {
                    let shape = try $0.array(0).shape
                    guard shape.count >= 2 else {
                        throw valueError("input array must be at least 2-d")
                    }
                    guard shape.allSatisfy({ $0 == shape[0] }) else {
                        throw valueError("All dimensions of input must be of equal length")
                    }
                    return try diagonal(shape[0], axes: shape.count)
                }),
        ]
    }

    /// One array of places, as often as there are axes.
    private static func diagonal(_ n: Int, axes: Int) throws -> Obj? {
        let places = try check(
            wrap(NDArray.arange(.integer(n), stop: nil, step: .integer(1), dtype: nil)))
        defer { Py_DecRef(places) }
        return tuple((0..<max(0, axes)).map { _ in lg_newref(places) })
    }
}

extension Arguments {
    /// `order=` in C and F.
    func isRowMajor(_ i: Int) throws -> Bool {
        switch try string(i, default: "C") {
        case "C": return true
        case "F": return false
        default: throw NumPyError(.unsupported, "order")
        }
    }

    /// Shares of the whole, between 0 and 1, and whether there is only one, without an axis.
    func quantiles(_ i: Int, whole: Double) throws -> (values: [Double], isScalar: Bool) {
        let wanted = try array(i)
        // Shares that are integers choose elements as they are; narrow ones are computed with in
        // their own type.
        guard wanted.axisCount <= 1, wanted.type == .float64 || whole != 1 && wanted.type == .int64
        else {
            throw NumPyError(.unsupported, "q")
        }
        let list = try wanted.cast(to: .float64)
        let values = try list.values(as: Double.self).map { $0 / whole }
        guard values.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
            throw valueError(
                whole == 1
                    ? "Quantiles must be in the range [0, 1]"
                    : "Percentiles must be in the range [0, 100]")
        }
        return (values, wanted.axisCount == 0)
    }
}
