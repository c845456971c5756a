/// `append`, `delete`, `insert`: results put together from slices.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.append`.
    public func appended(_ values: NDArray, axis: Int?) throws -> NDArray {
        try NDArray.concatenated([self, values], axis: axis)
    }

    /// NumPy: `numpy.delete` for integers. The axis `nil` flattens.
    public func deleting(_ indices: [Int], isSingle: Bool, axis: Int?) throws -> NDArray {
        guard let axis else {
            return try raveled().deleting(indices, isSingle: isSingle, axis: 0)
        }
        let k = try Axes.normalized(axis, axisCount)
        let extent = shape[k]
        if indices.count == 1, indices[0] >= -extent, indices[0] < extent {
            return try deleting(indices[0] < 0 ? indices[0] + extent : indices[0], axis: k)
        }
        var isKept = [Bool](repeating: true, count: extent)
        for index in indices {
            guard index >= -extent, index < extent else {
                throw NumPyError(
                    .index, "index \(index) is out of bounds for axis \(k) with size \(extent)")
            }
            isKept[index < 0 ? index + extent : index] = false
        }
        return try gathered((0..<extent).filter { isKept[$0] }, axis: k)
    }

    /// Without one slice: what is in front of it, and what is behind it.
    private func deleting(_ index: Int, axis: Int) throws -> NDArray {
        let extent = shape[axis]
        var shape = shape
        shape[axis] = extent - 1
        let result = try NDArray.new(shape, type)
        if result.count == 0 { return result }
        for (from, to, count) in [(0, 0, index), (index + 1, index, extent - 1 - index)]
        where count > 0 {
            try result.viewed(result.lattice.sliced(axis: axis, start: to, step: 1, count: count))
                .assign(viewed(lattice.sliced(axis: axis, start: from, step: 1, count: count)))
        }
        return result
    }

    /// NumPy: `numpy.insert` before one index.
    public func inserting(_ values: NDArray, at index: Int, axis: Int?) throws -> NDArray {
        guard let axis else { return try raveled().inserting(values, at: index, axis: 0) }
        let k = try Axes.normalized(axis, axisCount)
        let extent = shape[k]
        guard index >= -extent, index <= extent else {
            throw NumPyError(
                .index, "index \(index) is out of bounds for axis \(axis) with size \(extent)")
        }
        let place = index < 0 ? index + extent : index
        // A single index takes the values' first axis for the inserted one.
        var source = values
        while source.axisCount < axisCount { source = try source.expandingAxes([0]) }
        source = try source.movingAxes([0], to: [k])
        let added = source.shape[k]
        var shape = shape
        shape[k] = extent + added
        let result = try NDArray.new(shape, type)
        func part(_ lattice: Lattice, _ start: Int, _ count: Int) -> Lattice {
            lattice.sliced(axis: k, start: start, step: 1, count: count)
        }
        if place > 0 {
            try result.viewed(part(result.lattice, 0, place)).assign(
                viewed(part(lattice, 0, place)))
        }
        try result.viewed(part(result.lattice, place, added)).assign(source)
        if place < extent {
            try result.viewed(part(result.lattice, place + added, extent - place))
                .assign(viewed(part(lattice, place, extent - place)))
        }
        return result
    }
}
