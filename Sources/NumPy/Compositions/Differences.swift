/// Differences of neighbours and what is made of them: `diff`, `ediff1d`, `trapezoid`, `cross`.
import LegateCore

extension NDArray {
    /// All but the first and all but the last elements along an axis.
    private func neighbours(_ axis: Int) -> (later: NDArray, earlier: NDArray) {
        let count = max(0, shape[axis] - 1)
        let start = min(1, shape[axis])
        return (
            viewed(
                lattice.sliced(axis: axis, start: count == 0 ? 0 : start, step: 1, count: count)),
            viewed(lattice.sliced(axis: axis, start: 0, step: 1, count: count))
        )
    }

    /// NumPy: `numpy.diff`.
    public func differences(
        order: Int = 1, axis: Int = -1, prepend: NDArray? = nil, append: NDArray? = nil
    ) throws -> NDArray {
        guard order >= 0 else {
            throw NumPyError(.value, "order must be non-negative but got \(order)")
        }
        if order == 0 { return self }
        guard axisCount > 0 else {
            throw NumPyError(.value, "diff requires input that is at least one dimensional")
        }
        let k = try Axes.normalized(axis, axisCount)
        var result = self
        if prepend != nil || append != nil {
            var edge = shape
            edge[k] = 1
            func stretched(_ array: NDArray) throws -> NDArray {
                array.axisCount == 0 ? try array.broadcast(to: edge) : array
            }
            let parts = try [prepend.map(stretched), self, append.map(stretched)].compactMap { $0 }
            result = try NDArray.concatenated(parts, axis: k)
        }
        for _ in 0..<order {
            let (later, earlier) = result.neighbours(k)
            result = try Ufunc.binary(result.type == .bool ? .notEqual : .subtract, later, earlier)
        }
        return result
    }

    /// NumPy: `numpy.trapezoid`.
    public func trapezoid(x: NDArray?, spacing: Operand, axis: Int) throws -> NDArray {
        let k = try Axes.normalized(axis, axisCount)
        var width = spacing
        if let x {
            if x.axisCount == 1 {
                let steps = try x.differences()
                var open = AxisList(repeating: 1, count: axisCount)
                open[k] = steps.count
                width = .array(try steps.reshaped(to: open))
            } else {
                width = .array(try x.differences(axis: axis))
            }
        }
        let (later, earlier) = neighbours(k)
        let sums = try Ufunc.binary(.add, later, earlier)
        let areas = try Ufunc.binary(
            .divide, .array(Ufunc.binary(.multiply, width, .array(sums))), .float(2))
        return try Ufunc.reduce(.add, areas, axes: [axis])
    }

    /// NumPy: `numpy.cross` for vectors of three elements.
    public func cross(_ other: NDArray, axisA: Int, axisB: Int, axisC: Int) throws -> NDArray {
        guard axisCount >= 1, other.axisCount >= 1 else {
            throw NumPyError(.value, "At least one array has zero dimension")
        }
        let a = try movingAxes([Axes.normalized(axisA, axisCount, prefix: "axisa")], to: [-1])
        let b = try other.movingAxes(
            [Axes.normalized(axisB, other.axisCount, prefix: "axisb")], to: [-1])
        guard let n = a.shape.last, let m = b.shape.last, [2, 3].contains(n), [2, 3].contains(m)
        else {
            throw NumPyError(
                .value, "incompatible dimensions for cross product\n(dimension must be 2 or 3)")
        }
        guard n == 3, m == 3 else { throw NumPyError(.unsupported, "vectors of two elements") }
        let kind = a.type.promoted(with: b.type)
        func component(_ array: NDArray, _ k: Int) throws -> NDArray {
            let part = array.viewed(array.lattice.projected(axis: array.axisCount - 1, at: k))
            return part.type == kind ? part : try part.cast(to: kind)
        }
        let left = try (0..<3).map { try component(a, $0) }
        let right = try (0..<3).map { try component(b, $0) }
        var shape = try Ufunc.broadcast(left[0].shape, right[0].shape)
        let last = shape.count
        shape.append(3)
        let place = try Axes.normalized(axisC, shape.count, prefix: "axisc")
        let result = try NDArray.new(shape, kind)
        for k in 0..<3 {
            let (i, j) = ((k + 1) % 3, (k + 2) % 3)
            let first = try Ufunc.binary(.multiply, .array(left[i]), .array(right[j]))
            let second = try Ufunc.binary(.multiply, .array(left[j]), .array(right[i]))
            let target = result.viewed(result.lattice.projected(axis: last, at: k))
            _ = try Ufunc.call(.subtract, Operands(first, second), out: Outputs(target))
        }
        return try result.movingAxes([-1], to: [place])
    }
}
