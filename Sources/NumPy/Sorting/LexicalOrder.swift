/// Order by several keys: `lexsort`, rows in lexicographic order, and `unique` along an axis.
///
/// One stable sort per key, from the least important to the most important: each orders what those
/// before it gave.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.lexsort`: the last key decides first.
    public static func lexicalOrder(_ keys: [NDArray], axis: Int) throws -> NDArray {
        guard let first = keys.first else {
            throw NumPyError(.type, "need sequence of keys with len > 0 in lexsort")
        }
        guard keys.allSatisfy({ $0.shape == first.shape }) else {
            throw NumPyError(.value, "all keys need to be the same shape")
        }
        guard first.axisCount > 0 else { throw NumPyError(.unsupported, "keys without axes") }
        if axis == 0 || axis == -1, let order = quickLexicalOrder(keys) { return order }
        let k = try Axes.normalized(axis, first.axisCount)
        var order = try first.argSorted(axis: k)
        for key in keys.dropFirst() {
            if key.axisCount == 1 {
                order = try order.taken(known: key.taken(known: order).argSorted(axis: 0))
            } else {
                order = try order.taken(
                    along: key.taken(along: order, axis: k).argSorted(axis: k), axis: k)
            }
        }
        return order
    }

    /// The same along the only axis of small keys at rest, at once.
    public static func quickLexicalOrder(_ keys: [NDArray]) -> NDArray? {
        guard let first = keys.first, first.axisCount == 1, first.count > 0,
            keys.allSatisfy({
                $0.shape == first.shape && !$0.type.isComplex && $0.isSmallAtRest
            }), let result = quickNew(first.shape, .int64)
        else { return nil }
        let order = result.firstByte.assumingMemoryBound(to: Int.self)
        for i in 0..<first.count { order[i] = i }
        for key in keys { _ = key.type.withSortable(KeyOrder(key: key, order: order)) }
        return result
    }

    /// Orders places by one more key.
    private struct KeyOrder: SortableBody {
        let key: NDArray
        let order: UnsafeMutablePointer<Int>

        func run<T: Sortable>(_: T.Type) {
            let (count, stride) = (key.count, key.strides[0])
            let elements = key.firstByte.assumingMemoryBound(to: T.self)
            // Often they are in order already. NaN is not compared.
            var inOrder = 1
            while inOrder < count,
                elements[order[inOrder &- 1] &* stride] <= elements[order[inOrder] &* stride]
            {
                inOrder &+= 1
            }
            if inOrder >= count { return }
            let records = UnsafeMutablePointer<PlacedKey<T.Key>>.allocate(capacity: 2 * count)
            defer { records.deallocate() }
            for i in 0..<count {
                records[i] = PlacedKey(
                    sortKey: T.rank(elements[order[i] &* stride]), place: order[i])
            }
            RadixSort.sort(records, count, spare: records + count)
            for i in 0..<count { order[i] = records[i].place }
        }
    }

    /// Slices with more elements are not ordered natively: each element is one more sort.
    private static let longestRow = 64

    /// NumPy: `numpy.unique` along an axis: the different slices, in lexicographic order.
    public func unique(
        along axis: Int, index wantsIndex: Bool, inverse wantsInverse: Bool,
        counts wantsCounts: Bool
    ) throws -> UniqueParts {
        let k = try Axes.normalized(axis, axisCount)
        let front = try movingAxes([k], to: [0])
        let n = front.shape[0]
        let width = n == 0 ? 0 : front.count / n
        guard n > 0, width > 0, width <= NDArray.longestRow else {
            throw NumPyError(.unsupported, "long slices")
        }
        let rows = try front.reshaped(to: [n, width])
        let columns = (0..<width).map { rows.viewed(rows.lattice.projected(axis: 1, at: $0)) }
        let order = try NDArray.lexicalOrder(columns.reversed(), axis: 0)
        let isFirst = try NDArray.full([n], .bool, .bool(true))
        if n > 1 {
            let sorted = try rows.taken(order, axis: 0)
            let differs = try Ufunc.binary(
                .notEqual, sorted.sliced(start: 1, step: 1, count: n - 1),
                sorted.sliced(start: 0, step: 1, count: n - 1))
            try isFirst.sliced(start: 1, step: 1, count: n - 1).assign(
                Ufunc.reduce(.logicalOr, differs, axes: [1]))
        }
        let chosen = try order.masked(by: isFirst)
        let slices = try front.taken(chosen, axis: 0).movingAxes([0], to: [k])
        var parts = UniqueParts(values: slices)
        if wantsIndex { parts.index = chosen }
        if wantsInverse { parts.inverse = try NDArray.inverse(of: order, isFirst) }
        if wantsCounts { parts.counts = try NDArray.runLengths(isFirst) }
        return parts
    }

    /// NumPy: `numpy.setxor1d`: what is in one of two arrays only.
    public static func setDifference(_ a: NDArray, _ b: NDArray, isUnique: Bool) throws -> NDArray {
        let parts =
            try isUnique ? [a.raveled(), b.raveled()] : [a.unique().values, b.unique().values]
        let all = try concatenated(parts, axis: 0)
        let n = all.count
        if n < 2 { return all }
        let sorted = try all.sorted(axis: 0)
        let differs = try Ufunc.binary(
            .notEqual, sorted.sliced(start: 1, step: 1, count: n - 1),
            sorted.sliced(start: 0, step: 1, count: n - 1))
        let isAlone = try full([n], .bool, .bool(true))
        try isAlone.sliced(start: 1, step: 1, count: n - 1).assign(differs)
        let front = isAlone.sliced(start: 0, step: 1, count: n - 1)
        try front.assign(Ufunc.binary(.logicalAnd, front, differs))
        return try sorted.masked(by: isAlone)
    }
}
