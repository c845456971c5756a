/// Sorted runs made to one: what is left of a sort when its parts are sorted.
///
///     left   1 3 5 7      right   2 3 4 9      merged   1 2 3 3 4 | 5 7 9
///
/// Of equal records the left ones come first, so a sort of parts is a stable one. Any range of the
/// merged records can be made alone: where it begins in both runs is found by bisection.
import LegateCore

/// What a sort compares: a plain value with a total preorder.
protocol RankedRecord: BitwiseCopyable {
    static func isBefore(_ a: Self, _ b: Self) -> Bool
}

extension BareKey: RankedRecord {
    @inline(__always) static func isBefore(_ a: Self, _ b: Self) -> Bool { a.sortKey < b.sortKey }
}
extension PlacedKey: RankedRecord {
    @inline(__always) static func isBefore(_ a: Self, _ b: Self) -> Bool { a.sortKey < b.sortKey }
}

enum SortedRuns {
    /// Records of one part at least, where several workers share a sort.
    private static let leastPart = 1 << 15

    /// Sorts by all workers: each sorts some parts, then all merge.
    ///
    /// - Returns: Where the sorted records are: `records` or `spare`.
    static func sort<R: KeyedRecord & RankedRecord>(
        _ records: UnsafeMutablePointer<R>, _ count: Int, spare: UnsafeMutablePointer<R>,
        _ workers: TaskWorkers
    ) -> UnsafeMutablePointer<R> {
        let parts = workers.parts(of: count, least: leastPart)
        var bounds = (0...parts).map { count * $0 / parts }
        workers.forEach(parts) { part in
            let first = bounds[part]
            RadixSort.sort(records + first, bounds[part + 1] - first, spare: spare + first)
        }
        var (from, to) = (records, spare)
        while bounds.count > 2 {
            var merged = [0]
            for k in stride(from: 0, to: bounds.count - 1, by: 2) {
                let (first, middle) = (bounds[k], bounds[k + 1])
                let end = k + 2 < bounds.count ? bounds[k + 2] : middle
                merge(
                    from + first, middle - first, from + middle, end - middle, into: to + first,
                    workers)
                merged.append(end)
            }
            bounds = merged
            swap(&from, &to)
        }
        return from
    }

    /// Merges two sorted runs by all workers.
    static func merge<R: RankedRecord>(
        _ left: UnsafePointer<R>, _ leftCount: Int, _ right: UnsafePointer<R>, _ rightCount: Int,
        into target: UnsafeMutablePointer<R>, _ workers: TaskWorkers
    ) {
        workers.forEachPart(of: leftCount + rightCount, least: leastPart) { wanted in
            let first = target + wanted.lowerBound
            merge(left, leftCount, right, rightCount, wanted: wanted) { first[$0] = $1 }
        }
    }

    /// Merges two sorted runs. Only results `wanted` are made, and numbered from zero.
    @inline(__always)
    static func merge<R: RankedRecord>(
        _ left: UnsafePointer<R>, _ leftCount: Int, _ right: UnsafePointer<R>, _ rightCount: Int,
        wanted: Range<Int>, _ emit: (_ k: Int, _ record: R) -> Void
    ) {
        var i = split(left, leftCount, right, rightCount, wanted.lowerBound)
        var j = wanted.lowerBound &- i
        var k = 0
        let count = wanted.count
        while k < count, i < leftCount, j < rightCount {
            let (a, b) = (left[i], right[j])
            let takesRight = R.isBefore(b, a)
            emit(k, takesRight ? b : a)
            j &+= takesRight ? 1 : 0
            i &+= takesRight ? 0 : 1
            k &+= 1
        }
        while k < count, i < leftCount {
            emit(k, left[i])
            (i, k) = (i &+ 1, k &+ 1)
        }
        while k < count {
            emit(k, right[j])
            (j, k) = (j &+ 1, k &+ 1)
        }
    }

    /// How many of the first `count` merged records come from the left run.
    private static func split<R: RankedRecord>(
        _ left: UnsafePointer<R>, _ leftCount: Int, _ right: UnsafePointer<R>, _ rightCount: Int,
        _ count: Int
    ) -> Int {
        var low = max(0, count - rightCount)
        var high = min(count, leftCount)
        while low < high {
            let i = (low + high) / 2
            // Too few from the left while the next left record is not after the last right one
            // taken.
            if R.isBefore(right[count - i - 1], left[i]) { high = i } else { low = i + 1 }
        }
        return low
    }
}
