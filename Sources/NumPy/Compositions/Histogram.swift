/// `histogram`: blocks of the data are counted apart, and the counts are added.
///
///     data      [ block 0 | block 1 | block 2 | rest ]
///     counts    (3, bins)  +  (1, bins)   -> sum over blocks -> (bins)
///
/// A block is always the same elements, so sums of weights do not depend on how many workers
/// counted.
import LegateCore

extension NDArray {
    private static let histogramBlock = 16384

    /// NumPy: `numpy.histogram_bin_edges` for a number of bins.
    public func binEdges(count: Int, range: (Double, Double)?) throws -> NDArray {
        guard count >= 1 else {
            throw NumPyError(.value, "`bins` must be positive, when an integer")
        }
        var (low, high) = (0.0, 1.0)
        if let range {
            (low, high) = range
            guard low <= high else {
                throw NumPyError(.value, "max must be larger than min in range parameter.")
            }
            guard low.isFinite, high.isFinite else {
                throw NumPyError(.unsupported, "infinite range")
            }
        } else if self.count > 0 {
            low = try Ufunc.reduce(.minimum, self, axes: nil).cast(to: .float64).doubleValue()
            high = try Ufunc.reduce(.maximum, self, axes: nil).cast(to: .float64).doubleValue()
            guard low.isFinite, high.isFinite else {
                throw NumPyError(.unsupported, "infinite range")
            }
        }
        if low == high { (low, high) = (low - 0.5, high + 0.5) }
        let edgeType: ElementType = type.isFloating ? type : .float64
        return try NDArray.linspace(
            .array(NDArray.scalar(.float(low), edgeType)),
            .array(NDArray.scalar(.float(high), edgeType)),
            count: count + 1
        ).values
    }

    private func doubleValue() throws -> Double {
        if case .float(let value) = try item() { return value }
        return .nan
    }

    /// NumPy: `numpy.histogram` for given edges; counts, or sums of weights.
    public func histogram(edges: NDArray, weights: NDArray?) throws -> NDArray {
        guard type != .bool, !type.isComplex, edges.axisCount == 1, edges.count >= 1 else {
            throw NumPyError(.unsupported, "histograms of \(type.name)")
        }
        if let weights, weights.shape != shape {
            throw NumPyError(.value, "weights should have the same shape as a.")
        }
        if weights?.type.isComplex == true { throw NumPyError(.unsupported, "complex weights") }
        let border = try edges.cast(to: .float64)
        let steps = try border.differences()
        guard try Ufunc.binary(.greaterEqual, .array(steps), .float(0)).isAllTrue() else {
            throw NumPyError(.value, "`bins` must increase monotonically, when an array")
        }
        let bins = edges.count - 1
        let kind: ElementType = weights == nil ? .int64 : .float64
        let parts = try [self, weights].compactMap { try $0?.raveled().cast(to: .float64) }
        let blockSize = NDArray.histogramBlock
        let blocks = count / blockSize
        let rest = count - blocks * blockSize
        var total = try NDArray.full([bins], kind, .integer(0))
        for (start, rows, columns) in [
            (0, blocks, blockSize), (count - rest, rest > 0 ? 1 : 0, rest),
        ]
        where rows > 0 && bins > 0 {
            let counts = try NDArray.empty([rows, bins], kind)
            let views = try parts.map {
                try $0.viewed(
                    $0.lattice.sliced(axis: 0, start: start, step: 1, count: rows * columns)
                )
                .reshaped(to: [rows, columns])
            }
            try NDArray.count(views, border, into: counts)
            let sums = try Ufunc.reduce(.add, counts, axes: [0])
            total = try Ufunc.binary(.add, total, sums)
        }
        guard let weights, weights.type != total.type else { return total }
        return try total.cast(to: weights.type)
    }

    /// Counts each row of the data into a row of `counts`.
    private static func count(_ data: [NDArray], _ edges: NDArray, into counts: NDArray) throws {
        let rows = counts.shape[0]
        let hasWeights = data.count > 1
        let task = OpaqueTask(
            units: rows, grain: 1, inputs: data.map { _ in .along(0) } + [.whole],
            outputs: [.along(0)]
        ) { tile in
            let bins = Bins(tile.inputs[tile.inputs.count - 1])
            let (values, output) = (tile.inputs[0], tile.outputs[0])
            let columns = values.lattice.shape[1]
            for row in 0..<tile.units.count {
                func address(_ operand: TaskTile.Operand) -> UnsafeMutableRawPointer {
                    operand.start + row &* operand.lattice.strides[0] &* operand.type.byteCount
                }
                let source = address(values).assumingMemoryBound(to: Double.self)
                let step = values.lattice.strides[1]
                let (width, stride) = (output.lattice.shape[1], output.lattice.strides[1])
                if hasWeights {
                    let weights = address(tile.inputs[1]).assumingMemoryBound(to: Double.self)
                    let weightStep = tile.inputs[1].lattice.strides[1]
                    let target = address(output).assumingMemoryBound(to: Double.self)
                    for k in 0..<width { target[k &* stride] = 0 }
                    for i in 0..<columns {
                        guard let k = bins.index(of: source[i &* step]) else { continue }
                        target[k &* stride] += weights[i &* weightStep]
                    }
                } else {
                    let target = address(output).assumingMemoryBound(to: Int.self)
                    for k in 0..<width { target[k &* stride] = 0 }
                    for i in 0..<columns {
                        guard let k = bins.index(of: source[i &* step]) else { continue }
                        target[k &* stride] &+= 1
                    }
                }
            }
        }
        try rethrowing {
            try Runtime.shared.record(
                Launch(
                    name: "histogram", domain: [rows], inputs: data.map(\.view) + [edges.view],
                    outputs: [counts.view], body: .opaque(task), source: source))
        }
    }
}

/// Which bin a value falls into: a guess as if bins were equally wide, corrected, or a search.
private struct Bins {
    let edges: UnsafeMutablePointer<Double>
    let step: Int
    let count: Int
    let scale: Double

    init(_ operand: TaskTile.Operand) {
        edges = operand.start.assumingMemoryBound(to: Double.self)
        step = operand.lattice.strides[0]
        count = operand.lattice.shape[0] - 1
        let width = edges[count * step] - edges[0]
        let first = edges[step] - edges[0]
        let isEven =
            width.isFinite && width > 0 && abs(first * Double(count) - width) < 1e-6 * width
        let binsPerUnit = Double(count) / width
        // Of a denormal width the quotient is infinite, and no guess.
        scale = isEven && binsPerUnit.isFinite ? binsPerUnit : 0
    }

    func index(of value: Double) -> Int? {
        guard value >= edges[0], value <= edges[count &* step] else { return nil }
        if scale == 0 { return searched(value) }
        var k = min(max(Int((value - edges[0]) * scale), 0), count - 1)
        while k > 0, value < edges[k &* step] { k &-= 1 }
        while k < count - 1, value >= edges[(k &+ 1) &* step] { k &+= 1 }
        return k
    }

    private func searched(_ value: Double) -> Int {
        var low = 0
        var high = count
        while low + 1 < high {
            let middle = (low + high) / 2
            if edges[middle &* step] <= value { low = middle } else { high = middle }
        }
        return low
    }
}
