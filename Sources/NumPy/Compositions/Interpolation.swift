/// `interp`: piecewise linear interpolation, one query point after another.
///
/// An opaque task over the query points; the data points are seen whole by every tile, unless they
/// are tiled over ranks: then a search finds the two points beside each query, which are brought to
/// it.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.interp` for real data points without a period.
    public func interpolated(at x: NDArray, _ xp: NDArray, left: Double?, right: Double?) throws
        -> NDArray
    {
        let fp = self
        guard xp.axisCount == 1, fp.axisCount == 1 else {
            throw NumPyError(.value, "object too deep for desired array")
        }
        guard xp.count > 0 else { throw NumPyError(.value, "array of sample points is empty") }
        guard xp.count == fp.count else {
            throw NumPyError(.value, "fp and xp are not of the same length.")
        }
        for array in [x, xp, fp] where !array.type.canCast(to: .float64, .safe) {
            throw NumPyError(.unsupported, "interpolation of \(array.type.name)")
        }
        func real(_ array: NDArray) throws -> NDArray {
            array.type == .float64 ? array : try array.cast(to: .float64)
        }
        let queries = try real(x).raveled()
        let inputs = [queries, try real(xp), try real(fp)]
        let result = try NDArray.new(AxisList(x.count), .float64)
        if x.count > 0, NDArray.isSpread(inputs[1], inputs[2]) {
            try NDArray.interpolate(queries, inputs[1], inputs[2], (left, right), into: result)
            return result.viewed(Lattice(rowMajor: x.shape)).flagged(isScalar: x.axisCount == 0)
        }
        guard x.count > 0 else { return result.reshapedContiguous(x.shape) }
        try NDArray.task(
            "interp", units: x.count, grain: 2048, work: max(x.count, xp.count),
            inputs: [
                (inputs[0].view, .along(0)), (inputs[1].view, .whole), (inputs[2].view, .whole),
            ],
            outputs: [(result.view, .along(0))]
        ) { tile in
            let curve = Curve(tile.inputs[1], tile.inputs[2], left: left, right: right)
            let (query, output) = (tile.inputs[0], tile.outputs[0])
            let source = query.start.assumingMemoryBound(to: Double.self)
            let target = output.start.assumingMemoryBound(to: Double.self)
            let (sourceStep, targetStep) = (query.lattice.strides[0], output.lattice.strides[0])
            var place = 0
            for i in 0..<tile.units.count {
                target[i &* targetStep] = curve.value(at: source[i &* sourceStep], near: &place)
            }
        }
        return result.reshapedContiguous(x.shape).flagged(isScalar: x.axisCount == 0)
    }
}

extension NDArray {
    /// The same over several ranks: a search, and the two points beside each query.
    private static func interpolate(
        _ queries: NDArray, _ xp: NDArray, _ fp: NDArray,
        _ outside: (left: Double?, right: Double?),
        into result: NDArray
    ) throws {
        let last = xp.count - 1
        let places = try xp.searchSorted(queries, isRight: true)
        let below = try Ufunc.binary(
            .maximum, .array(Ufunc.binary(.subtract, .array(places), .integer(1))), .integer(0))
        let above = try Ufunc.binary(
            .minimum, .array(Ufunc.binary(.add, .array(below), .integer(1))), .integer(last))
        let columns = [
            queries, try xp.taken(known: below), try fp.taken(known: below),
            try xp.taken(known: above),
            try fp.taken(known: above),
        ]
        let ends = try NDArray.new([2], .float64)
        for (k, place) in [0, last].enumerated() {
            try ends.sliced(start: k, step: 1, count: 1).assign(
                fp.sliced(start: place, step: 1, count: 1))
        }
        try task(
            "interp", units: queries.count, grain: 2048, work: 4 * queries.count,
            inputs: columns.map { ($0.view, .along(0)) } + [
                (below.view, .along(0)), (ends.view, .whole),
            ],
            outputs: [(result.view, .along(0))]
        ) { tile in
            func column(_ k: Int) -> (Int) -> Double {
                let start = tile.inputs[k].start.assumingMemoryBound(to: Double.self)
                let step = tile.inputs[k].lattice.strides[0]
                return { start[$0 &* step] }
            }
            let (query, x0, y0, x1, y1) = (column(0), column(1), column(2), column(3), column(4))
            let (places, ends) = (tile.inputs[5], column(6))
            let target = tile.outputs[0].start.assumingMemoryBound(to: Double.self)
            for i in 0..<tile.units.count {
                let place = places.start.assumingMemoryBound(to: Int.self)[
                    i &* places.lattice.strides[0]]
                let q = query(i)
                let value: Double
                if q.isNaN {
                    value = q
                } else if q < x0(i) {
                    value = outside.left ?? ends(0)
                } else if place == last, q > x0(i) {
                    value = outside.right ?? ends(1)
                } else if place == last || q == x0(i) {
                    value = y0(i)
                } else {
                    value = Curve.value(at: q, (x0(i), y0(i)), (x1(i), y1(i)))
                }
                target[i &* tile.outputs[0].lattice.strides[0]] = value
            }
        }
    }
}

/// The data points as a function.
private struct Curve {
    let x: UnsafeMutablePointer<Double>
    let y: UnsafeMutablePointer<Double>
    let xStep: Int
    let yStep: Int
    let count: Int
    let left: Double
    let right: Double

    init(_ points: TaskTile.Operand, _ values: TaskTile.Operand, left: Double?, right: Double?) {
        x = points.start.assumingMemoryBound(to: Double.self)
        y = values.start.assumingMemoryBound(to: Double.self)
        xStep = points.lattice.strides[0]
        yStep = values.lattice.strides[0]
        count = points.lattice.shape[0]
        self.left = left ?? y[0]
        self.right = right ?? y[(count - 1) * yStep]
    }

    /// NumPy's formula; where it gives no number, the one from the segment's other end.
    ///
    /// - Parameter place: The segment of the query before, where the search begins.
    func value(at query: Double, near place: inout Int) -> Double {
        if query.isNaN { return query }
        let last = count - 1
        if query < x[0] { return left }
        if query > x[last * xStep] { return right }
        let j = segment(query, near: place)
        place = j
        let (x0, y0) = (x[j * xStep], y[j * yStep])
        if j == last || x0 == query { return y0 }
        return Curve.value(at: query, (x0, y0), (x[(j + 1) * xStep], y[(j + 1) * yStep]))
    }

    /// The value between two points.
    @inline(__always)
    static func value(at query: Double, _ low: (Double, Double), _ high: (Double, Double)) -> Double
    {
        let ((x0, y0), (x1, y1)) = (low, high)
        let slope = (y1 - y0) / (x1 - x0)
        var result = slope * (query - x0) + y0
        if result.isNaN {
            result = slope * (query - x1) + y1
            if result.isNaN, y0 == y1 { return y0 }
        }
        return result
    }

    /// The last point not beyond the query.
    private func segment(_ query: Double, near place: Int) -> Int {
        var low = 0
        var high = count
        if x[place * xStep] <= query {
            low = place
            // Neighbouring queries mostly fall into the same segment or the next.
            for next in (place + 1)..<min(place + 4, count + 1)
            where next == count || x[next * xStep] > query {
                return next - 1
            }
        } else {
            high = place
        }
        while low + 1 < high {
            let middle = (low + high) / 2
            if x[middle * xStep] <= query { low = middle } else { high = middle }
        }
        return low
    }
}
