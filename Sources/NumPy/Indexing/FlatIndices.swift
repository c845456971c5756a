/// Index tuples and numbers of elements turned into one another: `unravel_index`,
/// `ravel_multi_index`, `ix_`.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.unravel_index`: for each number of an element its index along every axis.
    ///
    /// - Throws: ``NumPyError/Kind/value`` for a number outside.
    public func unraveled(_ shape: AxisList, isRowMajor: Bool) throws -> [NDArray] {
        guard type.isInteger, type != .uint64 else {
            throw NumPyError(.unsupported, "indices of \(type.name)")
        }
        guard let total = shape.checkedProduct, total > 0, shape.count > 0 else {
            throw NumPyError(.unsupported, "shapes without elements or axes")
        }
        var rest = type == .int64 ? self : try cast(to: .int64)
        try rest.checkPlaces(below: total)
        let isScalar = axisCount == 0
        var result = [NDArray](repeating: rest, count: shape.count)
        let order = isRowMajor ? Array((0..<shape.count).reversed()) : Array(0..<shape.count)
        for (step, axis) in order.enumerated() {
            let isLast = step == shape.count - 1
            let place =
                isLast ? rest : try Ufunc.binary(.remainder, .array(rest), .integer(shape[axis]))
            result[axis] = place.store === store ? try place.copied() : place
            if !isLast {
                rest = try Ufunc.binary(.floorDivide, .array(rest), .integer(shape[axis]))
            }
        }
        return result.map { $0.flagged(isScalar: isScalar) }
    }

    private func checkPlaces(below total: Int) throws {
        guard count > 0 else { return }
        let (low, high) = try valueRange()()
        if low >= 0, high < total { return }
        let flat = try contiguous()
        let memory = try flat.hostMemory().assumingMemoryBound(to: Int.self)
        let wrong = withExtendedLifetime(flat) {
            (0..<count).first { memory[$0] < 0 || memory[$0] >= total }.map { memory[$0] } ?? low
        }
        throw NumPyError(.value, "index \(wrong) is out of bounds for array with size \(total)")
    }

    /// NumPy: `numpy.ravel_multi_index`: the number of the element at each index.
    ///
    /// - Throws: ``NumPyError/Kind/value`` for an index outside, with ``IndexMode/raising``.
    public static func raveledIndex(
        _ indices: [NDArray], _ shape: AxisList, mode: IndexMode, isRowMajor: Bool
    ) throws -> NDArray {
        guard indices.count == shape.count else {
            throw NumPyError(
                .value, "parameter multi_index must be a sequence of length \(shape.count)")
        }
        guard !indices.isEmpty, let total = shape.checkedProduct, total > 0 else {
            throw NumPyError(.unsupported, "shapes without elements or axes")
        }
        let wide = try indices.map { index -> NDArray in
            guard index.type.isInteger, index.type != .uint64 else {
                throw NumPyError(.unsupported, "indices of \(index.type.name)")
            }
            return index.type == .int64 ? index : try index.cast(to: .int64)
        }
        if mode == .raising {
            let ranges = try wide.map { $0.count == 0 ? nil : try $0.valueRange() }
            for (range, extent) in zip(ranges, shape) {
                guard let (low, high) = try range?() else { continue }
                guard low >= 0, high < extent else {
                    throw NumPyError(.value, "invalid entry in coordinates array")
                }
            }
        }
        let order = isRowMajor ? Array(0..<shape.count) : Array((0..<shape.count).reversed())
        var sum: NDArray?
        for axis in order {
            let place = try placed(wide[axis], shape[axis], mode)
            guard let known = sum else {
                sum = place
                continue
            }
            let scaled = try Ufunc.binary(.multiply, .array(known), .integer(shape[axis]))
            sum = try Ufunc.binary(.add, scaled, place)
        }
        let result = sum.unsafelyUnwrapped
        return try (shape.count == 1 ? result.copied() : result).flagged(
            isScalar: result.axisCount == 0)
    }

    /// An index brought inside.
    private static func placed(_ index: NDArray, _ extent: Int, _ mode: IndexMode) throws -> NDArray
    {
        switch mode {
        case .raising: return index
        case .wrapping: return try Ufunc.binary(.remainder, .array(index), .integer(extent))
        case .clipping:
            let low = try Ufunc.binary(.maximum, .array(index), .integer(0))
            return try Ufunc.binary(.minimum, .array(low), .integer(extent - 1))
        }
    }

    /// NumPy: `numpy.ix_`: vectors stretched along axes of their own.
    public static func openMesh(_ vectors: [NDArray]) throws -> [NDArray] {
        try vectors.enumerated().map { k, vector in
            guard vector.axisCount == 1 else {
                throw NumPyError(.value, "Cross index must be 1 dimensional")
            }
            let places = vector.type == .bool ? try vector.nonzero()[0] : vector
            var open = AxisList(repeating: 1, count: vectors.count)
            open[k] = places.count
            return try places.reshaped(to: open)
        }
    }

    /// The least box of indices outside of which all elements are zero: for each axis, or `nil`
    /// where there is none.
    public func nonzeroBounds() throws -> [(first: Int, last: Int)]? {
        let flags = type == .bool ? self : try Ufunc.binary(.notEqual, .array(self), .integer(0))
        let lines =
            try axisCount == 1
            ? [flags]
            : (0..<axisCount).map { axis in
                try Ufunc.reduce(.logicalOr, flags, axes: (0..<axisCount).filter { $0 != axis })
            }
        var result: [(first: Int, last: Int)] = []
        for line in lines {
            guard line.count > 0 else { return nil }
            let row = try line.contiguous()
            let memory = try row.hostMemory().assumingMemoryBound(to: UInt8.self)
            let ends = withExtendedLifetime(row) {
                (
                    (0..<row.count).first { memory[$0] != 0 },
                    (0..<row.count).last { memory[$0] != 0 }
                )
            }
            guard let first = ends.0, let last = ends.1 else { return nil }
            result.append((first, last))
        }
        return result
    }
}
