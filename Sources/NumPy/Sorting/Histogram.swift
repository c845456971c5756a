/// `histogram`: equal bins by arithmetic and two looks at the edges, as NumPy does; given edges by sorting.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.histogram` with a number of equal bins, for integers and float64.
    ///
    /// - Returns: Counts as int64, and the edges.
    public func histogram(bins: Int, range: (low: Double, high: Double)?) throws -> (counts: NDArray, edges: NDArray) {
        guard type == .float64 || type.isInteger else { throw NumPyError(.unsupported, "histogram") }
        guard bins >= 1 else { throw NumPyError(.value, "`bins` must be positive, when an integer") }
        let list = try raveled().contiguous(as: .float64)
        var (low, high) = range ?? (0, 1)
        if let range {
            guard range.low <= range.high else {
                throw NumPyError(.value, "max must be larger than min in range parameter.")
            }
        } else if count > 0 {
            let least = try Ufunc.reduce(.minimum, list, axes: nil)
            let greatest = try Ufunc.reduce(.maximum, list, axes: nil)
            if case .float(let value) = try least.item() { low = value }
            if case .float(let value) = try greatest.item() { high = value }
        }
        guard low.isFinite, high.isFinite else { throw NumPyError(.unsupported, "range that is not finite") }
        if low == high { (low, high) = (low - 0.5, high + 0.5) }
        let edges = try NDArray.evenly(low, high, bins)
        let partial = try list.countInBins(bins, low, high, edges)
        return (try Ufunc.reduce(.add, partial, axes: [0]), edges)
    }

    /// `bins + 1` edges from `low` to `high`, with the bits of NumPy's `linspace`.
    private static func evenly(_ low: Double, _ high: Double, _ bins: Int) throws -> NDArray {
        let step = (high - low) / Double(bins)
        var values = (0...bins).map { Double($0) * step + low }
        values[bins] = high
        return try values.withUnsafeBytes {
            try copying($0.baseAddress!, shape: AxisList(bins + 1), byteStrides: AxisList(8), type: .float64)
        }
    }

    private func countInBins(_ bins: Int, _ low: Double, _ high: Double, _ edges: NDArray) throws -> NDArray {
        let extent = count
        let parts = max(1, min(8, extent / (64 * (bins + 1024))))
        let partial = try NDArray.new(AxisList(parts, bins), .int64)
        try NDArray.task(
            "histogram", units: parts, grain: 1, work: extent + bins,
            inputs: [(view, .whole), (edges.view, .whole)], outputs: [(partial.view, .along(0))]
        ) { tile in
            let x = tile.inputs[0].start.assumingMemoryBound(to: Double.self)
            let edges = tile.inputs[1].start.assumingMemoryBound(to: Double.self)
            for (k, part) in tile.units.enumerated() {
                let target = tile.outputs[0].start.assumingMemoryBound(to: Int.self) + k * bins
                for bin in 0..<bins { target[bin] = 0 }
                for i in (part * extent / parts)..<((part + 1) * extent / parts) {
                    let value = x[i]
                    guard value >= low, value <= high else { continue }
                    var bin = Int((value - low) / (high - low) * Double(bins))
                    if bin == bins { bin -= 1 }
                    if value < edges[bin] { bin -= 1 }
                    if bin >= 0, value >= edges[bin + 1], bin != bins - 1 { bin += 1 }
                    if bin < 0 { bin = bins - 1 }
                    target[bin] &+= 1
                }
            }
        }
        return partial
    }

    /// NumPy: `numpy.histogram` with given edges.
    public func histogram(edges: NDArray) throws -> NDArray {
        guard edges.axisCount == 1, edges.count >= 2, !type.isComplex, !edges.type.isComplex else {
            throw NumPyError(.unsupported, "histogram")
        }
        let n = edges.count
        let (low, high) = (edges.sliced(start: 0, step: 1, count: n - 1), edges.sliced(start: 1, step: 1, count: n - 1))
        let ascends = try Ufunc.reduce(.logicalAnd, Ufunc.binary(.lessEqual, low, high), axes: nil)
        guard case .bool(true) = try ascends.item() else {
            throw NumPyError(.value, "`bins` must increase monotonically, when an array")
        }
        let sorted = try raveled().sorted(axis: 0)
        let below = try NDArray.new(AxisList(n), .int64)
        try below.sliced(start: 0, step: 1, count: n - 1).assign(sorted.searchSorted(low, isRight: false))
        try below.sliced(start: n - 1, step: 1, count: 1).assign(
            sorted.searchSorted(edges.sliced(start: n - 1, step: 1, count: 1), isRight: true))
        return try Ufunc.binary(
            .subtract, below.sliced(start: 1, step: 1, count: n - 1), below.sliced(start: 0, step: 1, count: n - 1))
    }
}
