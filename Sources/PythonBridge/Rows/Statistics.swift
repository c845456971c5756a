/// Means, variances and their kin, and the reductions that pass over NaN.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var statisticsFamily: [Row] { meanRows + countRows + nanRows + histogramRows }

    private static let varianceSignature =
        "a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=<no value>, "
        + "correction=<no value>"

    private static var meanRows: [Row] {
        [
            Row(
                "mean", "a, axis=None, dtype=None, out=None, keepdims=False, *, where=True", .both,
                object: {
                    let result = try $0.array(0).mean(
                        axes: $0.axes(1), dtype: $0.dtype(2), out: $0.out(3),
                        keepDims: $0.bool(4, default: false),
                        where: $0.mask(5))
                    return try $0.returning(result, out: 3)
                }),
            spreadRow("var", NDArray.variance), spreadRow("std", NDArray.deviation),
            Row(
                "average", "a, axis=None, weights=None, returned=False, *, keepdims=<no value>",
                object: {
                    try average($0)
                }),
        ]
    }

    /// The variance, or its root.
    private static func spreadRow(
        _ name: String,
        _ spread:
            @escaping (NDArray) -> (
                _ axes: [Int]?, _ dtype: ElementType?, _ out: NDArray?, _ ddof: Double,
                _ keepDims: Bool, _ mask: NDArray?, _ mean: NDArray?
            ) throws -> NDArray
    ) -> Row {
        Row(
            name, varianceSignature, .both,
            object: {
                let result = try spread($0.array(0))(
                    $0.axes(1), $0.dtype(2), $0.out(3), freedom($0),
                    $0.bool(5, default: false), $0.mask(6), $0.optionalArray(7))
                return try $0.returning(result, out: 3)
            })
    }

    private static func freedom(_ args: Arguments) throws -> Double {
        let ddof = try args.double(4, default: 0)
        guard args.has(8) else { return ddof }
        if ddof != 0 { throw valueError("ddof and correction can't be provided simultaneously.") }
        return try args.double(8)
    }

    private static func average(_ args: Arguments) throws -> Obj? {
        let (array, axes) = (try args.array(0), try args.axes(1))
        let (returned, keepDims) = (
            try args.bool(3, default: false), try args.bool(4, default: false)
        )
        guard let weights = try args.optionalArray(2) else {
            if returned { throw NumPyError(.unsupported, "returned counts") }
            return wrap(try array.mean(axes: axes, keepDims: keepDims))
        }
        let (average, weight) = try array.average(weights: weights, axes: axes, keepDims: keepDims)
        if !returned { return wrap(average) }
        let scale =
            weight.shape == average.shape
            ? weight : try weight.broadcast(to: average.shape).copied()
        return try PythonTuple(arrays: [average, scale]).pythonObject()
    }

    private static var countRows: [Row] {
        [
            Row(
                "ptp", "a, axis=None, out=None, keepdims=<no value>",
                object: {
                    let result = try $0.array(0).peakToPeak(
                        axes: $0.axes(1), out: $0.out(2), keepDims: $0.bool(3, default: false))
                    return try $0.returning(result, out: 2)
                }),
            Row("count_nonzero", "a, axis=None, *, keepdims=False") {
                try $0.array(0).nonzeroCount(axes: $0.axes(1), keepDims: $0.bool(2, default: false))
            },
        ]
    }

    private static var histogramRows: [Row] {
        [
            Row(
                "histogram", "a, bins=10, range=None, density=None, weights=None",
                object: { args in
                    let array = try args.array(0)
                    let edges = try binEdges(args, array)
                    let weights = try args.optionalArray(4)
                    let counts = try array.histogram(edges: edges, weights: weights)
                    guard try args.bool(3, default: false) else {
                        return try PythonTuple(arrays: [counts, edges]).pythonObject()
                    }
                    let widths = try edges.differences().cast(to: .float64)
                    let total = try Ufunc.reduce(.add, counts, axes: nil)
                    let heights = try Ufunc.binary(
                        .divide, Ufunc.binary(.divide, counts, widths), total)
                    return try PythonTuple(arrays: [heights, edges]).pythonObject()
                }),
            Row("histogram_bin_edges", "a, bins=10, range=None, weights=None") {
                try binEdges($0, $0.array(0))
            },
        ]
    }

    private static func binEdges(_ args: Arguments, _ array: NDArray) throws -> NDArray {
        guard let bins = args.value(1) else {
            return try array.binEdges(count: 10, range: range(args))
        }
        if lg_kind(bins) == .string { throw NumPyError(.unsupported, "rules for bins") }
        if lg_kind(bins) == .int {
            return try array.binEdges(count: args.int(1), range: range(args))
        }
        return try args.array(1)
    }

    private static func range(_ args: Arguments) throws -> (Double, Double)? {
        guard let object = args.value(2) else { return nil }
        guard lg_kind(object) == .tuple || lg_kind(object) == .list else {
            throw NumPyError(.unsupported, "range")
        }
        let ends = borrowedItems(object)
        guard ends.count == 2 else { throw NumPyError(.unsupported, "range") }
        let values = try ends.map { end -> Double in
            let value = PyFloat_AsDouble(end)
            if value == -1, PyErr_Occurred() != nil { throw Raised() }
            return value
        }
        return (values[0], values[1])
    }

    private static var nanRows: [Row] {
        [
            nanTotalRow("nansum", .add, neutral: 0), nanTotalRow("nanprod", .multiply, neutral: 1),
            nanExtremeRow("nanmax", .fmax), nanExtremeRow("nanmin", .fmin),
            Row(
                "nanmean",
                "a, axis=None, dtype=None, out=None, keepdims=<no value>, *, where=<no value>"
            ) {
                if $0.has(3) || $0.has(5) { throw NumPyError(.unsupported, "out and where") }
                return try $0.array(0).nanMean(
                    axes: $0.axes(1), dtype: $0.dtype(2), keepDims: $0.bool(4, default: false))
            },
            Row("nanvar", varianceSignature) { try nanVariance($0) },
            Row("nanstd", varianceSignature) {
                let variance = try nanVariance($0)
                let result = try Ufunc.unary(.sqrt, variance)
                return variance.isScalar ? result.scalared : result
            },
        ]
    }

    private static func nanVariance(_ args: Arguments) throws -> NDArray {
        if args.has(3) || args.has(6) || args.has(7) {
            throw NumPyError(.unsupported, "out, where and mean")
        }
        return try args.array(0).nanVariance(
            axes: args.axes(1), dtype: args.dtype(2), ddof: freedom(args),
            keepDims: args.bool(5, default: false))
    }

    private static func nanTotalRow(_ name: String, _ operation: Operation, neutral: Int) -> Row {
        let signature =
            "a, axis=None, dtype=None, out=None, keepdims=<no value>, initial=<no value>, where=<no value>"
        return Row(
            name, signature,
            object: {
                let result = try Ufunc.reduce(
                    operation, $0.array(0).replacingNaN(with: neutral), axes: $0.axes(1),
                    dtype: $0.dtype(2),
                    out: $0.out(3), keepDims: $0.bool(4, default: false),
                    initial: $0.optionalOperand(5),
                    where: $0.mask(6))
                return try $0.returning(result, out: 3)
            })
    }

    private static func nanExtremeRow(_ name: String, _ operation: Operation) -> Row {
        let signature =
            "a, axis=None, out=None, keepdims=<no value>, initial=<no value>, where=<no value>"
        return Row(
            name, signature,
            object: {
                let array = try $0.array(0)
                if array.type.isComplex { throw NumPyError(.unsupported, "complex extremes") }
                let result = try Ufunc.reduce(
                    operation, array, axes: $0.axes(1), out: $0.out(2),
                    keepDims: $0.bool(3, default: false),
                    initial: $0.optionalOperand(4), where: $0.mask(5))
                return try $0.returning(result, out: 2)
            })
    }
}
