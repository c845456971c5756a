/// `unique` and what follows from it, made of sorting, masks and running sums.
import LegateCore

extension NDArray {
    public struct UniqueParts {
        public var values: NDArray
        /// First place of each value in the flattened array.
        public var index: NDArray?
        /// For each element the place of its value among `values`.
        public var inverse: NDArray?
        public var counts: NDArray?
    }

    /// NumPy: `numpy.unique` of the flattened array.
    public func unique(
        index wantsIndex: Bool = false, inverse wantsInverse: Bool = false,
        counts wantsCounts: Bool = false,
        mergesNaN: Bool = true
    ) throws -> UniqueParts {
        let flat = try raveled()
        let n = flat.count
        var order: NDArray?
        if wantsIndex || wantsInverse { order = try flat.argSorted(axis: 0) }
        let sorted = try order.map { try flat.taken(known: $0) } ?? flat.sorted(axis: 0)
        let isFirst = try NDArray.full(AxisList(n), .bool, .bool(true))
        if n > 1 {
            let low = sorted.sliced(start: 0, step: 1, count: n - 1)
            let high = sorted.sliced(start: 1, step: 1, count: n - 1)
            var differs = try Ufunc.binary(.notEqual, high, low)
            if mergesNaN, type.isInexact {
                let both = try Ufunc.binary(
                    .logicalAnd, Ufunc.unary(.isnan, low), Ufunc.unary(.isnan, high))
                differs = try Ufunc.binary(.logicalAnd, differs, Ufunc.unary(.logicalNot, both))
            }
            try isFirst.sliced(start: 1, step: 1, count: n - 1).assign(differs)
        }
        var parts = UniqueParts(values: try sorted.masked(by: isFirst))
        if let order {
            if wantsIndex { parts.index = try order.masked(by: isFirst) }
            if wantsInverse {
                parts.inverse = try NDArray.inverse(of: order, isFirst).reshapedContiguous(shape)
            }
        }
        if wantsCounts { parts.counts = try NDArray.runLengths(isFirst) }
        return parts
    }

    /// For each element, by its place before the sort that gave `order`, the number of its run.
    static func inverse(of order: NDArray, _ isFirst: NDArray) throws -> NDArray {
        let running = try Ufunc.accumulate(.add, isFirst)
        let numbers = try Ufunc.binary(.subtract, .array(running), .integer(1))
        let inverse = try NDArray.new(order.shape, .int64)
        try inverse.scatter(
            .array(numbers), IndexPlan(inverse, axis: 0, index: order, isChecked: true))
        return inverse
    }

    /// How long the runs are that begin where `isFirst` holds.
    static func runLengths(_ isFirst: NDArray) throws -> NDArray {
        let starts = try isFirst.nonzero()[0]
        let ends = try NDArray.new(starts.shape, .int64)
        let k = starts.count
        if k > 0 {
            try ends.sliced(start: 0, step: 1, count: k - 1).assign(
                starts.sliced(start: 1, step: 1, count: k - 1))
            try ends.sliced(start: k - 1, step: 1, count: 1).assign(Operand.integer(isFirst.count))
        }
        return try Ufunc.binary(.subtract, ends, starts)
    }

    /// `self[indices]` for indices known to be inside.
    func taken(known indices: NDArray) throws -> NDArray {
        try gathered(IndexPlan(self, axis: 0, index: indices, isChecked: true))
    }

    /// NumPy: `numpy.isin`.
    public func isIn(_ test: NDArray, inverts: Bool) throws -> NDArray {
        let common = type.promoted(with: test.type)
        let elements = type == common ? self : try cast(to: common)
        let sorted = try (test.type == common ? test : test.cast(to: common)).raveled().sorted(
            axis: 0)
        guard sorted.count > 0 else { return try NDArray.full(shape, .bool, .bool(inverts)) }
        let places = try sorted.searchSorted(elements, isRight: false)
        let inside = try Ufunc.binary(.minimum, .array(places), .integer(sorted.count - 1))
        let found = try sorted.taken(known: inside)
        return try Ufunc.binary(inverts ? .notEqual : .equal, .array(found), .array(elements))
    }
}

extension NDArray {
    /// A flat array with this array's elements: a view where that is possible.
    public func flattened() throws -> NDArray { try raveled() }

    /// NumPy: `numpy.union1d`.
    public func unioned(with other: NDArray) throws -> NDArray {
        let all = try NDArray.empty(AxisList(count + other.count), type.promoted(with: other.type))
        try all.sliced(start: 0, step: 1, count: count).assign(raveled())
        try all.sliced(start: count, step: 1, count: other.count).assign(other.raveled())
        return try all.unique().values
    }
}
