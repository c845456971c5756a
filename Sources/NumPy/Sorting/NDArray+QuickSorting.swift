/// The quick ways of `argmax`, `argmin` and `searchsorted`: small arrays at rest.
import LegateCore

extension NDArray {
    /// The place of the first extreme of all elements.
    public func quickArgExtreme(_ operation: Operation) -> Int? {
        guard isSmallAtRest, count > 0, axisCount > 0, lattice.isRowMajorContiguous else {
            return nil
        }
        Counters.countImmediate()
        return ArgExtreme(type: type, isMaximum: operation == .maximum).find(firstByte, 1, count)
    }

    /// The places of the extremes along an axis of a matrix.
    func quickArgExtremes(_ operation: Operation, axis: Int) -> NDArray? {
        guard isSmallAtRest, axisCount == 2, shape[axis] > 0 else { return nil }
        let other = 1 &- axis
        guard let result = NDArray.quickNew(AxisList(shape[other]), .int64) else { return nil }
        let places = result.store.memory.unsafelyUnwrapped.assumingMemoryBound(to: Int.self)
        let extreme = ArgExtreme(type: type, isMaximum: operation == .maximum)
        if shape[other] >= ArgExtreme.vectorCount,
            extreme.findColumns(firstByte, lattice, axis, into: places)
        {
            return result
        }
        if strides[axis] == 1,
            extreme.findRows(
                firstByte, distance: strides[other], rows: shape[other], shape[axis], into: places)
        {
            return result
        }
        for k in 0..<shape[other] {
            places[k] = extreme.find(
                firstByte + k &* strides[other] &* type.byteCount, strides[axis], shape[axis])
        }
        return result
    }

    /// Where a number would stand among an array's sorted elements, in front of its equals.
    public func quickPlace(of number: Operand) -> Int? {
        guard axisCount == 1, isSmallAtRest, lattice.isRowMajorContiguous else { return nil }
        switch (number, type) {
        // What is not a number has a place of its own.
        case (.float(let value), .float64) where value == value: return lowerBound(value)
        case (.integer(let value), .float64) where abs(value) < 1 << 53:
            return lowerBound(Double(value))
        case (.integer(let value), .int64): return lowerBound(value)
        default: return nil
        }
    }

    private func lowerBound<Element: Comparable>(_ value: Element) -> Int {
        Counters.countImmediate()
        let elements = firstByte.assumingMemoryBound(to: Element.self)
        var (low, high) = (0, count)
        while low < high {
            let middle = (low &+ high) / 2
            if elements[middle] < value { low = middle &+ 1 } else { high = middle }
        }
        return low
    }
}
