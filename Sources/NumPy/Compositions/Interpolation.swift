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
            var curve = Curve(tile.inputs[1], tile.inputs[2], left: left, right: right)
            let (query, output) = (tile.inputs[0], tile.outputs[0])
            let source = query.start.assumingMemoryBound(to: Double.self)
            let target = output.start.assumingMemoryBound(to: Double.self)
            let (sourceStep, targetStep) = (query.lattice.strides[0], output.lattice.strides[0])
            for i in 0..<tile.units.count {
                target[i &* targetStep] = curve.value(at: source[i &* sourceStep])
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
                    value = last == 0 ? y0(i) : q
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
    /// The segment of the query before, where the search begins.
    var place = 0
    /// Whether that search began near its end: the next one is likely to as well.
    var isNear = true

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
    mutating func value(at query: Double) -> Double {
        let last = count &- 1
        // One point has a value to either side of it, and for what is no number.
        if query.isNaN { return last == 0 ? y[0] : query }
        if query < x[0] { return left }
        if query > x[last &* xStep] { return right }
        place = isNear ? segment(near: query) : segment(query)
        let (x0, y0) = (x[place &* xStep], y[place &* yStep])
        if place == last || x0 == query { return y0 }
        return Curve.value(
            at: query, (x0, y0), (x[(place &+ 1) &* xStep], y[(place &+ 1) &* yStep]))
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

    /// The last point not beyond the query: mostly the one found before, or one of the next three.
    private mutating func segment(near query: Double) -> Int {
        if x[place &* xStep] <= query {
            for next in (place &+ 1)..<min(place &+ 4, count &+ 1)
            where next == count || x[next &* xStep] > query {
                return next &- 1
            }
        }
        isNear = false
        return segment(query)
    }

    /// The same among all points. No step depends on where the one before went but by its number,
    /// so that the processor need not guess.
    private mutating func segment(_ query: Double) -> Int {
        var low = 0
        var extent = count
        while extent > 1 {
            let half = extent &>> 1
            let isBeyond = unsafeBitCast(x[(low &+ half) &* xStep] <= query, to: UInt8.self)
            low &+= half & (0 &- Int(isBeyond))
            extent &-= half
        }
        isNear = low &- place < 4 && low >= place
        return low
    }
}
