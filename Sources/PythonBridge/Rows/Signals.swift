/// Covariances, convolutions, windows, polynomials and pieces of functions.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var signalFamily: [Row] {
        covarianceRows + convolutionRows + windowRows + functionRows + histogramNDRows
    }

    private static var covarianceRows: [Row] {
        [
            Row(
                "cov",
                "m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None, *, dtype=None"
            ) { args in
                var options = NDArray.CovarianceOptions()
                if args.has(4) {
                    let ddof = try args.double(4)
                    guard ddof == ddof.rounded() else { throw valueError("ddof must be integer") }
                    guard ddof.magnitude < 0x1p53 else { throw NumPyError(.unsupported, "ddof") }
                    options.ddof = Int(ddof)
                } else {
                    options.ddof = try args.bool(3, default: false) ? 0 : 1
                }
                options.frequencies = try args.optionalArray(5)
                options.weights = try args.optionalArray(6)
                return try covariance(args, &options, dtype: 7)
            },
            Row("corrcoef", "x, y=None, rowvar=True, *, dtype=None") {
                var options = NDArray.CovarianceOptions()
                return try covariance($0, &options, dtype: 3).normalizedCovariance()
            },
        ]
    }

    private static func covariance(
        _ args: Arguments, _ options: inout NDArray.CovarianceOptions, dtype: Int
    ) throws -> NDArray {
        options.other = try args.optionalArray(1)
        options.hasRowVariables = try args.bool(2, default: true)
        options.dtype = try args.dtype(dtype)
        let (matrix, hasFreedom) = try args.array(0).covariance(options)
        if !hasFreedom {
            try check(PyErr_WarnEx(lg_warning_runtime(), "Degrees of freedom <= 0 for slice", 1))
        }
        return matrix
    }

    private static var convolutionRows: [Row] {
        [
            Row("convolve", "a, v, mode='full'") {
                try $0.array(0).convolved(with: $0.array(1), $0.convolutionMode(2, default: .full))
            },
            Row("correlate", "a, v, mode='valid'") {
                try $0.array(0).correlated(
                    with: $0.array(1), $0.convolutionMode(2, default: .valid))
            },
        ]
    }

    private static var windowRows: [Row] {
        [
            windowRow("bartlett", .bartlett), windowRow("blackman", .blackman),
            windowRow("hamming", .hamming),
            windowRow("hanning", .hanning),
        ]
    }

    private static func windowRow(_ name: String, _ window: Window) -> Row {
        Row(name, "M") {
            let object = $0.slots[0]!
            guard lg_kind(object) == .int || lg_kind(object) == .float else {
                throw NumPyError(.unsupported, "number of points")
            }
            let points = try $0.double(0)
            guard points < 0x1p53 else { throw NumPyError(.unsupported, "number of points") }
            return try window.samples(points)
        }
    }

    private static var functionRows: [Row] {
        [
            Row(
                "polyval", "p, x",
                object: {
                    let x = $0.slots[1]!
                    guard isOurs(x) || Host.isExactArray(x) || lg_kind(x) != .other else {
                        throw NumPyError(.unsupported, "polynomials of polynomials")
                    }
                    return wrap(try $0.array(0).polynomial(at: $0.array(1).unscalared))
                }),
            Row("unwrap", "p, discont=None, axis=-1, *, period=6.283185307179586") {
                let array = try $0.array(0)
                let isFloat = $0.value(3).map { lg_kind($0) == .float } ?? true
                guard isFloat || array.type.isFloating && lg_kind($0.slots[3]!) == .int else {
                    throw NumPyError(.unsupported, "periods")
                }
                return try array.unwrapped(
                    discontinuity: $0.optionalOperand(1), axis: $0.int(2, default: -1),
                    period: $0.double(3, default: 2 * .pi))
            },
            Row("geomspace", "start, stop, num=50, endpoint=True, dtype=None, axis=0") {
                try NDArray.geomspace(
                    $0.array(0), $0.array(1), count: $0.int(2, default: 50),
                    endpoint: $0.bool(3, default: true),
                    dtype: $0.dtype(4), axis: $0.int(5, default: 0))
            },
            Row("piecewise", "x, condlist, funclist, *args", object: { try piecewise($0) }),
        ]
    }

    /// Each function gets the elements where its condition holds; numbers are put there as they
    /// are.
    private static func piecewise(_ args: Arguments) throws -> Obj? {
        let x = try args.array(0)
        let kind = lg_kind(args.slots[2]!)
        guard x.axisCount > 0, kind == .list || kind == .tuple else {
            throw NumPyError(.unsupported, "pieces")
        }
        let functions = borrowedItems(args.slots[2]!)
        var conditions = try pieces(args.slots[1]!)
        if conditions.count == functions.count - 1, let first = conditions.first {
            let any = try conditions.dropFirst().reduce(first) {
                try Ufunc.binary(.logicalOr, $0, $1)
            }
            conditions.append(try Ufunc.unary(.logicalNot, any))
        }
        let n = conditions.count
        guard n == functions.count else {
            throw valueError(
                "with \(n) condition(s), either \(n) or \(n + 1) functions are expected")
        }
        // Numbers are looked at first: what only NumPy can store is found before a function was
        // called.
        let numbers = try functions.map {
            PyCallable_Check($0) == 1 ? nil : try storable($0, as: x.type, .arrays)
        }
        let result = try NDArray.full(x.shape, x.type, .integer(0))
        for ((condition, function), number) in zip(zip(conditions, functions), numbers) {
            if let number {
                try result.assign(number, at: [.array(condition)])
                continue
            }
            let chosen = try x.subscripted([.array(condition)])
            if chosen.count == 0 { continue }
            let rest = borrowedItems(args.slots[3]!).map { lg_newref($0) }
            let arguments = tuple([wrap(chosen)] + rest)
            defer { Py_DecRef(arguments) }
            let values = try check(PyObject_Call(function, arguments, nil))
            defer { Py_DecRef(values) }
            try result.assign(operand(values), at: [.array(condition)])
        }
        return wrap(result)
    }

    /// The conditions as masks: a list of them, the rows of an array, or a single one.
    private static func pieces(_ object: Obj) throws -> [NDArray] {
        func mask(_ array: NDArray) throws -> NDArray {
            array.type == .bool ? array : try array.cast(to: .bool)
        }
        let kind = lg_kind(object)
        if kind == .list || kind == .tuple, let first = borrowedItems(object).first,
            lg_kind(first) == .list || isArray(first) || Host.isExactArray(first)
        {
            let masks = try borrowedItems(object).map { try mask(arrayLike($0)) }
            guard masks.allSatisfy({ $0.shape == masks[0].shape }) else {
                throw NumPyError(.unsupported, "conditions of different shapes")
            }
            return masks
        }
        let array = try mask(arrayLike(object))
        guard array.axisCount > 1 else { return [array] }
        return try (0..<array.shape[0]).map { try array.subscripted($0) }
    }
}

// MARK: - Histograms along several axes

extension Row {
    private static var histogramNDRows: [Row] {
        [
            Row(
                "histogram2d", "x, y, bins=10, range=None, density=None, weights=None",
                object: { args in
                    let samples = [try args.array(0), try args.array(1)]
                    guard samples.allSatisfy({ $0.axisCount == 1 }) else {
                        throw NumPyError(.unsupported, "samples")
                    }
                    guard samples[0].count == samples[1].count else {
                        throw valueError("x and y must have the same length.")
                    }
                    let (counts, edges) = try histogram(args, samples, first: 2, sharesEdges: true)
                    return try PythonTuple(counts, edges[0], edges[1]).pythonObject()
                }),
            Row(
                "histogramdd", "sample, bins=10, range=None, density=None, weights=None",
                object: { args in
                    let object = args.slots[0]!
                    let samples: [NDArray]
                    if isArray(object) {
                        let array = node(object)
                        guard array.axisCount == 2 else {
                            throw NumPyError(.unsupported, "samples")
                        }
                        samples = (0..<array.shape[1]).map {
                            array.viewed(array.lattice.projected(axis: 1, at: $0))
                        }
                    } else {
                        samples = try args.arrays(0)
                        guard
                            samples.allSatisfy({ $0.axisCount == 1 && $0.count == samples[0].count }
                            )
                        else {
                            throw NumPyError(.unsupported, "samples")
                        }
                    }
                    guard !samples.isEmpty else { throw NumPyError(.unsupported, "samples") }
                    let (counts, edges) = try histogram(args, samples, first: 1, sharesEdges: false)
                    return tuple([wrap(counts), try edges.pythonObject()])
                }),
        ]
    }

    /// - Parameter sharesEdges: Whether a list of numbers stands for the edges along both axes.
    private static func histogram(
        _ args: Arguments, _ samples: [NDArray], first: Int, sharesEdges: Bool
    ) throws -> (histogram: NDArray, edges: [NDArray]) {
        let axes = samples.count
        var ranges = [(Double, Double)?](repeating: nil, count: axes)
        if let object = args.value(first + 1) {
            guard lg_kind(object) == .list || lg_kind(object) == .tuple else {
                throw NumPyError(.unsupported, "range")
            }
            let items = borrowedItems(object)
            guard items.count == axes else {
                throw valueError("range argument must have one entry per dimension")
            }
            ranges = try items.map(range)
        }
        let rules: [BinRule]
        if let object = args.value(first), lg_kind(object) != .int {
            rules = try binRules(object, ranges, sharesEdges: sharesEdges)
        } else {
            let count = try args.int(first, default: 10)
            rules = ranges.map { .count(count, range: $0) }
        }
        return try NDArray.histogram(
            axes: samples, rules: rules, weights: args.optionalArray(first + 3),
            isDensity: args.bool(first + 2, default: false))
    }

    private static func binRules(
        _ object: Obj, _ ranges: [(Double, Double)?], sharesEdges: Bool
    ) throws -> [BinRule] {
        let isList = lg_kind(object) == .list || lg_kind(object) == .tuple
        guard isList || isArray(object) || Host.isExactArray(object) else {
            throw NumPyError(.unsupported, "bins")
        }
        let length = isList ? borrowedItems(object).count : try arrayLike(object).shape.first ?? 0
        if sharesEdges, length != 1, length != 2 {
            let edges = try arrayLike(object)
            return ranges.map { _ in .edges(edges) }
        }
        guard length == ranges.count else {
            throw valueError(
                "The dimension of bins must be equal to the dimension of the sample x.")
        }
        guard isList else { throw NumPyError(.unsupported, "bins") }
        return try zip(borrowedItems(object), ranges).map { item, range in
            if lg_kind(item) == .int { return .count(try integer(item), range: range) }
            let edges = try arrayLike(item)
            guard edges.axisCount > 0 else { throw NumPyError(.unsupported, "bins") }
            return .edges(edges)
        }
    }

    private static func range(_ object: Obj) throws -> (Double, Double)? {
        if lg_is_none(object) == 1 { return nil }
        guard lg_kind(object) == .tuple || lg_kind(object) == .list else {
            throw NumPyError(.unsupported, "range")
        }
        let ends = try borrowedItems(object).map { end -> Double in
            let value = PyFloat_AsDouble(end)
            if value == -1, PyErr_Occurred() != nil { throw Raised() }
            return value
        }
        guard ends.count == 2 else { throw NumPyError(.unsupported, "range") }
        return (ends[0], ends[1])
    }
}

extension Arguments {
    func convolutionMode(_ i: Int, default standard: NDArray.ConvolutionMode) throws
        -> NDArray.ConvolutionMode
    {
        // `None` is no mode; NumPy says so.
        if object(i) != nil, !has(i) { throw NumPyError(.unsupported, "mode") }
        switch try string(i, default: "") {
        case "": return standard
        case "valid": return .valid
        case "same": return .same
        case "full": return .full
        default: throw NumPyError(.unsupported, "mode")
        }
    }
}
