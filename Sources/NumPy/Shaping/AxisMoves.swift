/// Views with axes in another order, with axes added, or without axes of extent one.
import LegateCore

extension Axes {
    /// An axis argument with NumPy's prefix in its message: `axis1: axis 3 is out of bounds ...`.
    static func normalized(_ axis: Int, _ count: Int, prefix: String) throws -> Int {
        do { return try normalized(axis, count) } catch let error as NumPyError {
            throw NumPyError(error.kind, prefix + ": " + error.message)
        }
    }

    /// A tuple of axes without repeats.
    public static func tuple(_ axes: [Int], _ count: Int, argument: String? = nil) throws -> [Int] {
        let result = try axes.map {
            if let argument { return try normalized($0, count, prefix: argument) }
            return try normalized($0, count)
        }
        guard Set(result).count == result.count else {
            throw NumPyError(
                .value, argument.map { "repeated axis in `\($0)` argument" } ?? "repeated axis")
        }
        return result
    }
}

extension NDArray {
    /// A view that may be given to the program. Scalars never change, so their elements are copied
    /// first.
    public func detached() throws -> NDArray { isScalar ? try copied() : self }

    /// NumPy: `numpy.transpose`. All axes reversed where `axes` is `nil`.
    public func transposed(_ axes: [Int]? = nil) throws -> NDArray {
        if isScalar, axes == nil || axes! == [] { return self }
        guard let axes else { return viewed(lattice.transposed()) }
        guard axes.count == axisCount else { throw NumPyError(.value, "axes don't match array") }
        let order = try axes.map { try Axes.normalized($0, axisCount) }
        guard Set(order).count == order.count else {
            throw NumPyError(.value, "repeated axis in transpose")
        }
        return viewed(lattice.transposed(order))
    }

    /// NumPy: `numpy.swapaxes`.
    public func swappingAxes(_ first: Int, _ second: Int) throws -> NDArray {
        let a = try Axes.normalized(first, axisCount, prefix: "axis1")
        let b = try Axes.normalized(second, axisCount, prefix: "axis2")
        var order = Array(0..<axisCount)
        order.swapAt(a, b)
        return viewed(lattice.transposed(order))
    }

    /// NumPy: `numpy.moveaxis`.
    public func movingAxes(_ source: [Int], to destination: [Int]) throws -> NDArray {
        let from = try Axes.tuple(source, axisCount, argument: "source")
        let to = try Axes.tuple(destination, axisCount, argument: "destination")
        guard from.count == to.count else {
            throw NumPyError(
                .value, "`source` and `destination` arguments must have the same number of elements"
            )
        }
        var order = (0..<axisCount).filter { !from.contains($0) }
        for (target, axis) in zip(to, from).sorted(by: { $0 < $1 }) {
            order.insert(axis, at: target)
        }
        return viewed(lattice.transposed(order))
    }

    /// NumPy: `numpy.rollaxis`.
    public func rollingAxis(_ axis: Int, to start: Int) throws -> NDArray {
        let n = axisCount
        let from = try Axes.normalized(axis, n)
        guard start >= -n, start <= n else {
            throw NumPyError(
                .axis, "'start' arg requires \(-n) <= start < \(n + 1), but \(start) was passed in")
        }
        var to = start < 0 ? start + n : start
        if from < to { to -= 1 }
        var order = Array(0..<n)
        order.remove(at: from)
        order.insert(from, at: to)
        return viewed(lattice.transposed(order))
    }

    /// NumPy: `numpy.matrix_transpose`.
    public func matrixTransposed() throws -> NDArray {
        guard axisCount >= 2 else {
            throw NumPyError(
                .value, "Input array must be at least 2-dimensional, but it is \(axisCount)")
        }
        return try swappingAxes(-1, -2)
    }

    /// NumPy: `numpy.squeeze`.
    public func squeezed(_ axes: [Int]? = nil) throws -> NDArray {
        if isScalar, axes == nil { return self }
        var dropped = [Bool](repeating: false, count: axisCount)
        if let axes {
            if axisCount == 0, axes.allSatisfy({ $0 == 0 || $0 == -1 }) { return self }
            for axis in axes {
                let k = try Axes.normalized(axis, axisCount)
                if dropped[k] { throw NumPyError(.value, "duplicate value in 'axis'") }
                dropped[k] = true
            }
        } else {
            for axis in 0..<axisCount { dropped[axis] = shape[axis] == 1 }
        }
        var result = Lattice(offset: lattice.offset, shape: AxisList(), strides: AxisList())
        for axis in 0..<axisCount {
            if !dropped[axis] {
                result.shape.append(shape[axis])
                result.strides.append(strides[axis])
            } else if shape[axis] != 1 {
                throw NumPyError(
                    .value, "cannot select an axis to squeeze out which has size not equal to one")
            }
        }
        return viewed(result)
    }

    /// NumPy: `numpy.expand_dims`.
    public func expandingAxes(_ axes: [Int]) throws -> NDArray {
        let positions = try Axes.tuple(axes, axisCount + axes.count).sorted()
        var lattice = lattice
        for position in positions { lattice = lattice.insertingAxis(at: position) }
        return try detached().viewed(isScalar ? lattice.moved(to: 0) : lattice)
    }

    /// NumPy: `numpy.atleast_1d`, `atleast_2d` and `atleast_3d`.
    public func atLeast(axes wanted: Int) throws -> NDArray {
        let source = try detached()
        if source.axisCount >= wanted { return source }
        var lattice = source.lattice
        if wanted >= 2, lattice.axisCount == 0 { lattice = lattice.insertingAxis(at: 0) }
        if lattice.axisCount == 0 || wanted >= 2 && lattice.axisCount == 1 {
            lattice = lattice.insertingAxis(at: 0)
        }
        if wanted == 3, lattice.axisCount == 2 { lattice = lattice.insertingAxis(at: 2) }
        return source.viewed(lattice)
    }
}

extension Lattice {
    /// The same steps from another first element.
    func moved(to offset: Int) -> Lattice {
        Lattice(offset: offset, shape: shape, strides: strides)
    }
}
