/// One long line sorted by all ranks: each ends with exactly the positions that it owns of the
/// result.
///
///     1  each rank sorts what it has
///     2  all agree, by samples, where every rank's sorted part is to be cut      3 1 | 4 |      rank 0's part
///     3  each piece goes to the rank it is for: every element moves once           2 | 5 | 1    rank 1's part
///     4  each rank merges the pieces, lower ranks first
///
/// Among equal keys the lower rank's come first, and on one rank the earlier ones: with the parts
/// in rank order that is the order of places, so the sort is stable and its result does not depend
/// on the number of ranks.
import LegateCore

/// A complex number in NumPy's order, and the place it came from.
struct ComplexRecord<Part: BinaryFloatingPoint & SIMDScalar & BitwiseCopyable>: RankedRecord {
    var real: Part
    var imaginary: Part
    var place: Int
    @inline(__always) static func isBefore(_ a: Self, _ b: Self) -> Bool {
        ComplexSort<Part>.isLess(Complex(a.real, a.imaginary), Complex(b.real, b.imaginary))
    }
}

struct SampleSort<Key: RankedRecord> {
    let exchange: Exchange
    /// This rank's keys, sorted.
    let keys: [Key]
    private var rankCount: Int { exchange.rankCount }

    init(exchange: Exchange, keys: [Key]) {
        self.exchange = exchange
        self.keys = keys
    }

    /// Sends each piece of the sorted keys to the rank whose positions it belongs to.
    ///
    /// - Parameters:
    ///   - bounds: The positions that each rank owns of the result.
    ///   - size: Bytes of a record in a message.
    /// - Returns: What each rank sent here, sorted.
    func exchanged(
        to bounds: [Int], size: Int, pack: (ArraySlice<Key>) -> [UInt8],
        unpack: (_ bytes: [UInt8], _ sender: Int) -> [Key]
    ) throws -> [[Key]] {
        let inner = try cuts(Array(bounds[1..<rankCount]))
        let counts = try exchange.gather([keys.count]).map { $0[0] }
        let borders = (0..<rankCount).map { [0] + inner[$0] + [counts[$0]] }
        let own = borders[exchange.rank]
        let parts = (0..<rankCount).map { pack(keys[own[$0]..<own[$0 + 1]]) }
        let sizes = borders.map { ($0[exchange.rank + 1] - $0[exchange.rank]) * size }
        let received = try exchange.toAll(parts, counts: sizes)
        return received.enumerated().map { unpack($1, $0) }
    }

    /// Sorted lists as one; of equal records those of earlier lists come first.
    func merged(_ lists: [[Key]]) -> [Key] {
        var lists = lists
        while lists.count > 1 {
            lists = stride(from: 0, to: lists.count, by: 2).map { k in
                k + 1 < lists.count ? merged(lists[k], lists[k + 1]) : lists[k]
            }
        }
        return lists.first ?? []
    }

    private func merged(_ left: [Key], _ right: [Key]) -> [Key] {
        if left.isEmpty { return right }
        if right.isEmpty { return left }
        return [Key](unsafeUninitializedCapacity: left.count + right.count) { buffer, filled in
            left.withUnsafeBufferPointer { left in
                right.withUnsafeBufferPointer { right in
                    SortedRuns.merge(
                        left.baseAddress!, left.count, right.baseAddress!, right.count,
                        into: buffer.baseAddress!, exchange.workers)
                }
            }
            filled = left.count + right.count
        }
    }

    /// Where each rank's sorted keys are cut: entry `[r][k]` tells how many of rank r's keys are
    /// among the first `targets[k]` of all.
    func cuts(_ targets: [Int]) throws -> [[Int]] {
        let counts = try exchange.gather([keys.count]).map { $0[0] }
        var searches = targets.map { Search(target: $0, counts: counts) }
        let most = max(7, min(64, (counts.max() ?? 0) / (240 * rankCount * rankCount)))
        while true {
            let open = searches.indices.filter { !searches[$0].isDone }
            if open.isEmpty { break }
            // Every rank knows how many samples every rank sends: equal windows have equal numbers
            // everywhere.
            let plans = open.map { k in (0..<rankCount).map { searches[k].samples(of: $0, most) } }
            let sent = plans.flatMap { $0[exchange.rank] }.map { keys[$0] }
            let lengths = (0..<rankCount).map { r in plans.reduce(0) { $0 + $1[r].count } }
            let received = try gather(sent, lengths)
            var starts = [Int](repeating: 0, count: rankCount)
            for (k, plan) in zip(open, plans) {
                let samples = (0..<rankCount).map { r -> [Key] in
                    defer { starts[r] += plan[r].count }
                    return Array(received[r][starts[r]..<starts[r] + plan[r].count])
                }
                searches[k].narrow(plan, samples)
            }
        }
        return (0..<rankCount).map { r in searches.map { $0.low[r] } }
    }

    /// Every rank's samples; all know how many each sends. Padded to one length they travel in
    /// ⌈log₂ ranks⌉ messages.
    private func gather(_ own: [Key], _ counts: [Int]) throws -> [[Key]] {
        let most = (counts.max() ?? 0) * MemoryLayout<Key>.stride
        var bytes = own.withUnsafeBytes { Array($0) }
        bytes += [UInt8](repeating: 0, count: most - bytes.count)
        return zip(try exchange.gather(bytes), counts).map { bytes, count in
            bytes.withUnsafeBytes { Array($0.bindMemory(to: Key.self).prefix(count)) }
        }
    }

    /// The search for one cut: on each rank at least `low` and at most `high` keys are before it.
    private struct Search {
        let target: Int
        var low: [Int]
        var high: [Int]

        init(target: Int, counts: [Int]) {
            self.target = target
            low = counts.map { _ in 0 }
            high = counts
            settle()
        }

        var isDone: Bool { low == high }

        private mutating func settle() {
            if low.reduce(0, +) == target { high = low }
            if high.reduce(0, +) == target { low = high }
        }

        /// The numbers of a rank's keys that it shows the others: all of a small window, else
        /// evenly spaced ones.
        func samples(of rank: Int, _ most: Int) -> [Int] {
            let count = high[rank] - low[rank]
            if count <= 2 * most { return Array(low[rank]..<high[rank]) }
            return (1...most).map { low[rank] + $0 * count / (most + 1) }
        }

        mutating func narrow(_ plan: [[Int]], _ samples: [[Key]]) {
            let ranks = plan.indices
            var (newLow, newHigh) = (low, high)
            for q in ranks {
                // Samples ascend, and so do the places that they move on to.
                for (k, key) in samples[q].enumerated() {
                    var least = 0
                    var most = 0
                    for r in ranks {
                        if r == q {
                            least += plan[q][k]
                            most += plan[q][k]
                            continue
                        }
                        // Rank r's samples before this key: of equal ones those of lower ranks, and
                        // earlier ones.
                        let before = samples[r].partition { other in
                            r < q ? !Key.isBefore(key, other) : Key.isBefore(other, key)
                        }
                        least += before > 0 ? plan[r][before - 1] + 1 : low[r]
                        most += before < plan[r].count ? plan[r][before] : high[r]
                    }
                    // `least...most` keys are before this one.
                    if most < target { newLow[q] = max(newLow[q], plan[q][k] + 1) }
                    if least >= target { newHigh[q] = min(newHigh[q], plan[q][k]) }
                }
            }
            (low, high) = (newLow, newHigh)
            settle()
        }
    }
}

extension Array {
    /// How many elements at the front satisfy a condition that no element behind them satisfies.
    fileprivate func partition(_ isBefore: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension SampleSort where Key: KeyedRecord {
    /// Sorts `count` records, made from their numbers.
    init(exchange: Exchange, sorting count: Int, _ record: (Int) -> Key) {
        let records = UnsafeMutablePointer<Key>.allocate(capacity: max(1, 2 * count))
        defer { records.deallocate() }
        exchange.workers.forEachPart(of: count, least: 1 << 15) { part in
            for k in part { records[k] = record(k) }
        }
        let sorted = SortedRuns.sort(records, count, spare: records + count, exchange.workers)
        self.init(exchange: exchange, keys: Array(UnsafeBufferPointer(start: sorted, count: count)))
    }
}
