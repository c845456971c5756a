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
