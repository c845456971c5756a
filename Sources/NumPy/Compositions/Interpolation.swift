/// `interp`: piecewise linear interpolation, one query point after another.
///
/// An opaque task over the query points; the data points are seen whole by every tile.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.interp` for real data points without a period.
    public func interpolated(at x: NDArray, _ xp: NDArray, left: Double?, right: Double?) throws -> NDArray {
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
        let queries = try x.cast(to: .float64).reshaped(to: [x.count])
        let inputs = [queries, try xp.cast(to: .float64), try fp.cast(to: .float64)]
        let result = try NDArray.empty([x.count], .float64)
        let task = OpaqueTask(
            units: x.count, grain: 2048, inputs: [.along(0), .whole, .whole], outputs: [.along(0)]
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
        if x.count > 0 {
            try NDArray.rethrowing {
                try Runtime.shared.record(
                    Launch(
                        name: "interp", domain: [x.count], inputs: inputs.map(\.view), outputs: [result.view],
                        body: .opaque(task), source: NDArray.source))
            }
        }
        return result.viewed(Lattice(rowMajor: x.shape)).flagged(isScalar: x.axisCount == 0)
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
        let (x1, y1) = (x[(j + 1) * xStep], y[(j + 1) * yStep])
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
            for next in (place + 1)..<min(place + 4, count + 1) where next == count || x[next * xStep] > query {
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
