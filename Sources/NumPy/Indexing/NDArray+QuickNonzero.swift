/// The quick ways of `nonzero`, `flatnonzero` and counts of true elements: small arrays at rest.
import LegateCore

extension NDArray {
    /// The places of all elements that are not zero, in row-major order.
    public func quickFlatNonzero() -> NDArray? {
        guard let count = quickNonzeroCount(),
            let result = NDArray.quickNew(AxisList(count), .int64)
        else { return nil }
        let places = result.store.memory.unsafelyUnwrapped.assumingMemoryBound(to: Int.self)
        var next = 0
        forEachNonzero { index in
            places[next] = index
            next &+= 1
        }
        return result
    }

    /// The same for each of one or two axes.
    public func quickNonzero() -> (rows: NDArray, columns: NDArray?)? {
        if axisCount == 1 { return quickFlatNonzero().map { ($0, nil) } }
        guard axisCount == 2, let count = quickNonzeroCount(),
            let rows = NDArray.quickNew(AxisList(count), .int64),
            let columns = NDArray.quickNew(AxisList(count), .int64)
        else { return nil }
        let row = rows.store.memory.unsafelyUnwrapped.assumingMemoryBound(to: Int.self)
        let column = columns.store.memory.unsafelyUnwrapped.assumingMemoryBound(to: Int.self)
        let extent = shape[1]
        var next = 0
        forEachNonzero { index in
            (row[next], column[next]) = index.quotientAndRemainder(dividingBy: extent)
            next &+= 1
        }
        return (rows, columns)
    }

    /// How many elements are not zero; `nil` where the array is of another kind than what
    /// ``forEachNonzero(_:)`` knows.
    private func quickNonzeroCount() -> Int? {
        guard !isScalar, axisCount > 0, isSmallAtRest, lattice.isRowMajorContiguous,
            type == .bool || type == .float64 || type == .int64
        else { return nil }
        var count = 0
        forEachNonzero { _ in count &+= 1 }
        return count
    }

    @inline(__always)
    private func forEachNonzero(_ body: (Int) -> Void) {
        switch type {
        case .bool: forEachNonzero(UInt8(0), body)
        case .float64: forEachNonzero(0.0, body)
        default: forEachNonzero(0, body)
        }
    }

    @inline(__always)
    private func forEachNonzero<Element: Equatable>(_ zero: Element, _ body: (Int) -> Void) {
        let elements = firstByte.assumingMemoryBound(to: Element.self)
        for i in 0..<count where elements[i] != zero { body(i) }
    }

    /// How many elements of an array of truth values are true.
    public func quickTrueCount() -> Int? {
        guard type == .bool, store.isReady, Runtime.shared.isImmediate(count, bytes: 1),
            lattice.isRowMajorContiguous
        else { return nil }
        Counters.countImmediate()
        let flags = firstByte.assumingMemoryBound(to: UInt8.self)
        var sum = 0
        for i in 0..<count { sum &+= Int(flags[i]) }
        return sum
    }
}
