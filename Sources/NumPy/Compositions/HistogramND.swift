/// `histogramdd` and `histogram2d`: for each sample its bin along every axis, the number of that
/// cell, and a count.
///
///     along one axis of k bins    0 | 1 | 2 | … | k | k + 1       the outermost two are what lies outside
///
/// Bins are searched in the sorted edges, so they may be of any widths.
import LegateCore

/// What `histogramdd` is told about one axis.
public enum BinRule {
    /// Bins of one width between two ends; between the extremes of the samples where there are
    /// none.
    case count(Int, range: (Double, Double)?)
    case edges(NDArray)
}

extension NDArray {
    /// NumPy: `numpy.histogramdd` for samples given axis by axis.
    ///
    /// - Returns: The histogram as float64, and the edges along each axis.
    /// - Throws: ``NumPyError/Kind/value`` for edges that do not ascend and for ranges without an
    ///   end.
    public static func histogram(
        axes samples: [NDArray], rules: [BinRule], weights: NDArray?, isDensity: Bool
    ) throws -> (histogram: NDArray, edges: [NDArray]) {
        let type = samples.dropFirst().reduce(samples[0].type) { $0.promoted(with: $1.type) }
        guard !type.isComplex, type != .float16, type != .bool, type != .uint64 else {
            throw NumPyError(.unsupported, "histograms of \(type.name)")
        }
        let count = samples[0].count
        let columns = try samples.map { $0.type == type ? $0 : try $0.cast(to: type) }
        var edges: [NDArray] = []
        for (k, (column, rule)) in zip(columns, rules).enumerated() {
            edges.append(try column.edges(rule, axis: k))
        }
        var cell: NDArray?
        for (column, border) in zip(columns, edges) {
            let place = try column.binPlaces(border)
            guard let known = cell else {
                cell = place
                continue
            }
            cell = try Ufunc.binary(
                .add, Ufunc.binary(.multiply, .array(known), .integer(border.count + 1)), place)
        }
        let extents = edges.map { $0.count + 1 }
        guard let total = AxisList(extents).checkedProduct, let cells = try cell?.contiguous()
        else {
            throw NumPyError(.unsupported, "too many bins")
        }
        if let weights, weights.shape != [count] {
            throw NumPyError(.value, "The weights and list don't have the same length.")
        }
        if let weights, !weights.type.canCast(to: .float64, .safe) {
            throw NumPyError(.unsupported, "weights")
        }
        let counts =
            try weights.map { try cells.weightSums($0, total) }
            ?? cells.counts(total).cast(to: .float64)
        var inner = counts.reshapedContiguous(AxisList(extents)).lattice
        for (k, extent) in extents.enumerated() {
            inner = inner.sliced(
                axis: k, start: min(1, extent - 1), step: 1, count: max(0, extent - 2))
        }
        let core = counts.viewed(inner)
        return (isDensity ? try core.densities(edges) : core, edges)
    }

    /// Counts as shares of the whole, per unit of volume.
    private func densities(_ edges: [NDArray]) throws -> NDArray {
        let total = try Ufunc.reduce(.add, self, axes: nil)
        var result = self
        for (k, border) in edges.enumerated() {
            var open = AxisList(repeating: 1, count: edges.count)
            open[k] = border.count - 1
            result = try Ufunc.binary(.divide, result, border.differences().reshaped(to: open))
        }
        return try Ufunc.binary(.divide, result, total)
    }

    /// For each sample the number of its bin, from 1; 0 and the last number are outside.
    private func binPlaces(_ edges: NDArray) throws -> NDArray {
        let places = try edges.searchSorted(self, isRight: true)
        guard edges.count > 0 else { return places }
        let last = edges.viewed(edges.lattice.projected(axis: 0, at: edges.count - 1))
        let isOnEdge = try Ufunc.binary(.equal, self, last)
        return try Ufunc.binary(.subtract, .array(places), .array(isOnEdge))
    }

    private func edges(_ rule: BinRule, axis k: Int) throws -> NDArray {
        switch rule {
        case .edges(let edges):
            guard edges.axisCount == 1 else {
                throw NumPyError(.value, "`bins[\(k)]` must be a scalar or 1d array")
            }
            guard edges.count > 0, !edges.type.isComplex else {
                throw NumPyError(.unsupported, "bins")
            }
            let n = edges.count - 1
            let (low, high) = (
                edges.sliced(start: 0, step: 1, count: n),
                edges.sliced(start: min(1, n), step: 1, count: n)
            )
            let falls = try Ufunc.binary(.greater, low, high)
            guard try Ufunc.unary(.logicalNot, falls).isAllTrue() else {
                throw NumPyError(
                    .value, "`bins[\(k)]` must be monotonically increasing, when an array")
            }
            return edges
        case .count(let bins, let range):
            guard bins >= 1 else {
                throw NumPyError(.value, "`bins[\(k)]` must be positive, when an integer")
            }
            return try evenEdges(bins, range)
        }
    }

    /// Ends in the samples' own type where they are the samples' extremes, as NumPy takes them.
    private func evenEdges(_ bins: Int, _ range: (Double, Double)?) throws -> NDArray {
        var ends = (low: Operand.float(0), high: Operand.float(1))
        if let range {
            guard range.0 <= range.1 else {
                throw NumPyError(.value, "max must be larger than min in range parameter.")
            }
            guard range.0.isFinite, range.1.isFinite else {
                throw NumPyError(.unsupported, "infinite range")
            }
            let margin = range.0 == range.1 ? 0.5 : 0
            ends = (.float(range.0 - margin), .float(range.1 + margin))
        } else if count > 0 {
            let (low, high) = (
                try Ufunc.reduce(.minimum, self, axes: nil),
                try Ufunc.reduce(.maximum, self, axes: nil)
            )
            ends = (.array(low), .array(high))
            guard let a = try low.double(), let b = try high.double(), a.isFinite, b.isFinite else {
                throw NumPyError(.unsupported, "infinite range")
            }
            if a == b {
                ends = try (
                    .array(Ufunc.binary(.subtract, ends.low, .float(0.5))),
                    .array(Ufunc.binary(.add, ends.high, .float(0.5)))
                )
            }
        }
        return try NDArray.linspace(ends.low, ends.high, count: bins + 1).values
    }

    /// The only element, as a real number.
    private func double() throws -> Double? {
        switch try item() {
        case .float(let value): return value
        case .integer(let value): return Double(value)
        default: return nil
        }
    }
}
