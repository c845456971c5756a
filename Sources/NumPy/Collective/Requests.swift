/// Elements at arbitrary positions of an input, brought from their owners.
///
///     wanted      [7 7+2) [3 3+2) [7 7+2) [4 4+1)      runs of positions, in any order, any number of times
///     asked for   [3, 5) [7, 9)                        each position once, from its owner
///     answered    x₃ x₄ x₇ x₈                          elements only, in the order of positions
///
/// A request is the shortest of three texts: pairs of start and length, single positions, or one bit for each element of
/// the owner. Owners answer with bare elements: whoever asked knows what they are.
import LegateCore

/// Runs of positions in the order in which they are needed.
struct PositionRuns {
    var starts: [Int] = []
    var lengths: [Int] = []

    mutating func append(_ start: Int, _ length: Int) {
        starts.append(start)
        lengths.append(length)
    }
}

/// What came back.
struct FetchedRuns {
    let elements: Elements
    /// For each run its first element's number among the elements.
    let places: [Int]
}

extension Exchange {
    /// The elements of an input at runs of positions.
    ///
    /// - Complexity: O(runs × log runs) on each rank; sends each wanted element once, and at most four bytes more.
    func fetch(_ runs: PositionRuns, of operand: CollectiveTile.Operand) throws -> FetchedRuns {
        let (wanted, places) = PositionIntervals.covering(runs)
        let result = Elements(count: wanted.total, size: operand.size)
        if operand.isLocal || rankCount == 1 {
            answer(wanted, operand, result.start)
            return FetchedRuns(elements: result, places: places)
        }
        let own = wanted.split(operand.bounds)
        let requests = own.enumerated().map { r, list in
            r == rank ? [] : list.encoded(within: operand.positions(of: r))
        }
        let asked = try toAll(requests)
        let answers = asked.enumerated().map { r, request -> [UInt8] in
            if r == rank { return [] }
            let list = PositionIntervals(decoding: request, within: operand.positions(of: rank))
            return [UInt8](unsafeUninitializedCapacity: list.total * operand.size) { buffer, filled in
                if let start = buffer.baseAddress { answer(list, operand, start) }
                filled = list.total * operand.size
            }
        }
        let counts = own.enumerated().map { $0 == rank ? 0 : $1.total * operand.size }
        let received = try toAll(answers, counts: counts)
        var target = result.start
        for (r, list) in own.enumerated() {
            if r == rank { answer(list, operand, target) } else { target.copy(received[r]) }
            target += list.total * operand.size
        }
        return FetchedRuns(elements: result, places: places)
    }

    private func answer(
        _ intervals: PositionIntervals, _ operand: CollectiveTile.Operand, _ target: UnsafeMutableRawPointer
    ) {
        var target = target
        for interval in intervals.list {
            operand.read(interval, into: target)
            target += interval.count * operand.size
        }
    }
}

/// Disjoint intervals of positions in ascending order.
struct PositionIntervals {
    private(set) var list: [Range<Int>] = []
    /// Positions in all of them.
    private(set) var total = 0

    /// The intervals that runs cover, and for each run the number of its first position among theirs.
    static func covering(_ runs: PositionRuns) -> (PositionIntervals, places: [Int]) {
        var result = PositionIntervals()
        var places = [Int](repeating: 0, count: runs.starts.count)
        // Where the last interval's first position stands.
        var base = 0
        for k in ordered(runs.starts) {
            let run = runs.starts[k]..<(runs.starts[k] + runs.lengths[k])
            if let last = result.list.last, run.lowerBound <= last.upperBound {
                if run.upperBound > last.upperBound {
                    result.list[result.list.count - 1] = last.lowerBound..<run.upperBound
                    result.total += run.upperBound - last.upperBound
                }
            } else {
                base = result.total
                result.list.append(run)
                result.total += run.count
            }
            places[k] = base + run.lowerBound - result.list[result.list.count - 1].lowerBound
        }
        return (result, places)
    }

    /// The order of positions, each by its number.
    static func ordered(_ positions: [Int]) -> [Int] {
        let count = positions.count
        if zip(positions, positions.dropFirst()).allSatisfy({ $0 <= $1 }) { return Array(0..<count) }
        let records = UnsafeMutablePointer<PlacedKey<UInt64>>.allocate(capacity: 2 * count)
        defer { records.deallocate() }
        for k in 0..<count { records[k] = PlacedKey(sortKey: UInt64(positions[k]), place: k) }
        RadixSort.sort(records, count, spare: records + count)
        return (0..<count).map { records[$0].place }
    }

    mutating func append(_ interval: Range<Int>) {
        guard !interval.isEmpty else { return }
        total += interval.count
        if let last = list.last, last.upperBound == interval.lowerBound {
            list[list.count - 1] = last.lowerBound..<interval.upperBound
        } else {
            list.append(interval)
        }
    }

    /// For each rank the part among its positions.
    func split(_ bounds: [Int]) -> [PositionIntervals] {
        var result = [PositionIntervals](repeating: PositionIntervals(), count: bounds.count - 1)
        var rank = 0
        for interval in list {
            var first = interval.lowerBound
            while first < interval.upperBound {
                while bounds[rank + 1] <= first { rank += 1 }
                let end = min(interval.upperBound, bounds[rank + 1])
                result[rank].append(first..<end)
                first = end
            }
        }
        return result
    }

    // MARK: - As a message

    private static let (pairs, singles, bits) = (UInt8(0), UInt8(1), UInt8(2))

    /// The intervals as the shortest message; none without positions.
    func encoded(within owner: Range<Int>) -> [UInt8] {
        if list.isEmpty { return [] }
        let wordSize = owner.count <= Int(UInt32.max) ? 4 : 8
        let sizes = [2 * wordSize * list.count, wordSize * total, (owner.count + 7) / 8]
        if sizes[2] < min(sizes[0], sizes[1]) {
            var message = [UInt8](repeating: 0, count: 1 + sizes[2])
            message[0] = PositionIntervals.bits
            for interval in list {
                for position in interval {
                    let k = position - owner.lowerBound
                    message[1 + k / 8] |= 1 << UInt8(k % 8)
                }
            }
            return message
        }
        let words: [Int]
        let kind: UInt8
        if sizes[1] < sizes[0] {
            kind = PositionIntervals.singles
            words = list.flatMap { interval in interval.map { $0 - owner.lowerBound } }
        } else {
            kind = PositionIntervals.pairs
            words = list.flatMap { [$0.lowerBound - owner.lowerBound, $0.count] }
        }
        return [kind] + PackedPositions.pack(words, size: wordSize)
    }

    init() {}

    init(decoding message: [UInt8], within owner: Range<Int>) {
        guard let kind = message.first else { return }
        if kind == PositionIntervals.bits {
            for k in 0..<owner.count where message[1 + k / 8] & 1 << UInt8(k % 8) != 0 {
                append(owner.lowerBound + k..<owner.lowerBound + k + 1)
            }
            return
        }
        let wordSize = owner.count <= Int(UInt32.max) ? 4 : 8
        let words = PackedPositions.unpack(message.dropFirst(), size: wordSize)
        if kind == PositionIntervals.singles {
            for word in words { append(owner.lowerBound + word..<owner.lowerBound + word + 1) }
        } else {
            for k in stride(from: 0, to: words.count, by: 2) {
                append(owner.lowerBound + words[k]..<owner.lowerBound + words[k] + words[k + 1])
            }
        }
    }
}

/// Numbers in four or eight bytes each.
enum PackedPositions {
    static func pack(_ words: [Int], size: Int) -> [UInt8] {
        if size == 8 { return words.withUnsafeBytes { Array($0) } }
        return words.map { UInt32(truncatingIfNeeded: $0) }.withUnsafeBytes { Array($0) }
    }

    static func unpack(_ bytes: ArraySlice<UInt8>, size: Int) -> [Int] {
        bytes.withUnsafeBytes { buffer in
            (0..<buffer.count / size).map { k in
                size == 8
                    ? buffer.loadUnaligned(fromByteOffset: k * 8, as: Int.self)
                    : Int(buffer.loadUnaligned(fromByteOffset: k * 4, as: UInt32.self))
            }
        }
    }
}
