/// Medians, percentiles and quantiles: a sort, two neighbours, and NumPy's linear interpolation
/// between them.
import LegateCore

extension NDArray {
    /// This array with the given axes joined into one, last.
    func joining(_ axes: [Int]?) throws -> NDArray {
        guard let axes, axisCount > 0 else { return try raveled() }
        let joined = try Axes.normalized(axes, axisCount)
        let kept = (0..<axisCount).filter { !joined.contains($0) }
        let moved = lattice.transposed(kept + joined.sorted())
        let shape = AxisList(
            kept.map { self.shape[$0] } + [joined.reduce(1) { $0 * self.shape[$1] }])
        if let view = moved.reshaped(to: shape) { return viewed(view) }
        return try viewed(moved).copied().reshapedContiguous(shape)
    }

    func restoring(_ axes: [Int]?, of source: NDArray, leading: Int = 0) throws -> NDArray {
        var kept = AxisList(shape.prefix(leading))
        let flags = try Axes.flags(axes, source.axisCount)
        for k in 0..<source.axisCount { kept.append(flags[k] ? 1 : source.shape[k]) }
        return reshapedContiguous(kept)
    }

    /// NumPy: `numpy.median`.
    public func median(axes: [Int]?, keepDims: Bool) throws -> NDArray {
        guard !type.isComplex, count > 0, type != .float16 else {
            throw NumPyError(.unsupported, "median")
        }
        let lines = try joining(axes)
        let last = lines.axisCount - 1
        let n = lines.shape[last]
        let sorted = try lines.sorted(axis: last)
        func pick(_ k: Int) -> NDArray {
            sorted.viewed(sorted.lattice.projected(axis: last, at: k))
        }
        let (a, b) = (pick((n - 1) / 2), pick(n / 2))
        var result: NDArray
        if type.isInexact {
            result =
                n % 2 == 1
                ? try a.copied()
                : try Ufunc.binary(
                    .divide, .array(Ufunc.binary(.add, a, b)), .integer(2))
            let isMissing = try Ufunc.unary(.isnan, pick(n - 1))
            result = try NDArray.select(.array(isMissing), .array(pick(n - 1)), .array(result))
        } else {
            let sum = try Ufunc.binary(.add, a.cast(to: .float64), b.cast(to: .float64))
            result = try Ufunc.binary(.divide, .array(sum), .integer(2))
        }
        if keepDims { return try result.contiguous().restoring(axes, of: self) }
        return result.flagged(isScalar: result.axisCount == 0)
    }

    /// NumPy: `numpy.quantile` with the linear method.
    ///
    /// - Parameters:
    ///   - q: On the host, between 0 and 1.
    ///   - isWeak: Whether `q` was a Python number, which does not widen the result.
    public func quantile(
        _ q: [Double], isScalar: Bool, isWeak: Bool, axes: [Int]?, keepDims: Bool
    ) throws -> NDArray {
        guard !type.isComplex, type != .float16, type != .bool, count > 0 else {
            throw NumPyError(.unsupported, "quantile")
        }
        let work: ElementType = type == .float32 ? .float32 : .float64
        func share(_ value: Double) -> Operand {
            isWeak || work == .float64
                ? .float(value) : .array(NDArray.scalar(.float(value), .float64))
        }
        let lines = try joining(axes)
        let last = lines.axisCount - 1
        let n = lines.shape[last]
        if work == .float32, !isWeak, isScalar, last == 0 {
            // NumPy gives NaN of the array's own type there, and numbers of a wider one.
            throw NumPyError(.unsupported, "a type that depends on values")
        }
        let sorted = try (type == work ? lines : lines.cast(to: work)).sorted(axis: last)
        func pick(_ k: Int) -> NDArray {
            sorted.viewed(sorted.lattice.projected(axis: last, at: k))
        }
        var shape = AxisList(q.count)
        for extent in lines.shape.dropLast() { shape.append(extent) }
        let result = try NDArray.new(shape, isWeak ? work : .float64)
        for (k, value) in q.enumerated() {
            let position = value * Double(n - 1)
            let low = min(Int(position.rounded(.down)), n - 1)
            let high = min(low + 1, n - 1)
            let t = position - Double(low)
            let (a, b) = (pick(low), pick(high))
            let difference = try Ufunc.binary(.subtract, b, a)
            let line: NDArray
            // From the nearer side, as NumPy does.
            if t >= 0.5 {
                line = try Ufunc.binary(
                    .subtract, b, Ufunc.binary(.multiply, .array(difference), share(1 - t)))
            } else {
                line = try Ufunc.binary(
                    .add, a, Ufunc.binary(.multiply, .array(difference), share(t)))
            }
            let isMissing = try Ufunc.unary(.isnan, pick(n - 1))
            let row = result.viewed(result.lattice.projected(axis: 0, at: k))
            try NDArray.select(
                isMissing.broadcast(to: row.shape), .array(pick(n - 1)), .array(line), into: row)
        }
        var final = result
        if keepDims { final = try result.restoring(axes, of: self, leading: 1) }
        if isScalar { final = final.viewed(final.lattice.projected(axis: 0, at: 0)) }
        return final.flagged(isScalar: final.axisCount == 0)
    }
}
