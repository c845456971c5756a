/// `unique` and `union1d` of small arrays of integers at rest: all keys sorted at once, equal ones left
/// out.
import LegateCore

extension NDArray {
    /// The different integers of one or two arrays of one type, in order; `nil` for anything else.
    public static func quickUnion(_ first: NDArray, _ second: NDArray?) -> NDArray? {
        let type = first.type
        guard type.isInteger, first.isSmallAtRest, first.lattice.isRowMajorContiguous else {
            return nil
        }
        if let second {
            guard second.type == type, second.isSmallAtRest, second.lattice.isRowMajorContiguous
            else { return nil }
        }
        guard first.count &+ (second?.count ?? 0) > 0 else { return nil }
        return type.withSortable(KeyUnion(first: first, second: second)).flatMap { $0 }
    }

    private struct KeyUnion: SortableBody {
        let first: NDArray
        let second: NDArray?

        func run<T: Sortable>(_: T.Type) -> NDArray? {
            let count = first.count &+ (second?.count ?? 0)
            let records = UnsafeMutablePointer<BareKey<T.Key>>.allocate(capacity: 2 &* count)
            defer { records.deallocate() }
            var next = 0
            func take(_ array: NDArray) {
                let elements = array.firstByte.assumingMemoryBound(to: T.self)
                for i in 0..<array.count {
                    records[next &+ i] = BareKey(sortKey: T.key(elements[i]))
                }
                next &+= array.count
            }
            take(first)
            if let second { take(second) }
            RadixSort.sort(records, count, spare: records + count)
            var kept = 1
            for i in 1..<max(count, 1) where records[i].sortKey != records[kept &- 1].sortKey {
                records[kept] = records[i]
                kept &+= 1
            }
            guard let result = NDArray.quickNew(AxisList(kept), first.type) else { return nil }
            let target = result.firstByte.assumingMemoryBound(to: T.self)
            for i in 0..<kept { target[i] = T.value(records[i].sortKey) }
            return result
        }
    }
}
