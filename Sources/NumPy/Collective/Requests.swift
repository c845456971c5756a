/// Elements at arbitrary positions of an input, brought from their owners.
///
///     wanted      [7 7+2) [3 3+2) [7 7+2) [4 4+1)      runs of positions, in any order, any number of times
///     asked for   [3, 5) [7, 9)                        each position once, from its owner
///     answered    x₃ x₄ x₇ x₈                          elements only, in the order of positions
///
/// Owners answer with bare elements: whoever asked knows what they are. Single positions are dealt
/// out to their owners and, where they are many, marked in a set of bits; only few are sorted. Who
/// wants a large share of an owner's part at random gets all of it: to find out which elements it
/// does not need would take longer than to move them.
import LegateCore

/// Runs of positions in the order in which they are needed.
struct PositionRuns {
    private(set) var starts: [Int] = []
    /// Empty while every run is a single position.
    private var counts: [Int] = []

    init() {}

    init(singles: [Int]) { starts = singles }

    var isSingle: Bool { counts.isEmpty }
    func length(_ k: Int) -> Int { counts.isEmpty ? 1 : counts[k] }

    mutating func append(_ start: Int, _ length: Int) {
        if length != 1, counts.isEmpty { counts = [Int](repeating: 1, count: starts.count) }
        if length != 1 || !counts.isEmpty { counts.append(length) }
        starts.append(start)
    }
}

/// What came back.
struct FetchedRuns {
    let elements: Elements
    /// For each run its first element's number among the elements.
    let places: [Int]
}

extension Exchange {
    // MARK: - Single positions

    /// The elements of an input at single positions, in their order.
    ///
    /// - Complexity: O(positions + elements of the owners' parts / 64) where many are asked for,
    ///   else O(p log p); sends each wanted element once, and at most four bytes more; or all of an
    ///   owner's part, where there are at least two fifths as many positions in it and few of them
    ///   alike.
    func fetch(
        _ positions: UnsafeBufferPointer<Int>, of operand: CollectiveTile.Operand,
        into target: UnsafeMutableRawPointer
    ) throws {
        let size = operand.size
        if operand.isLocal || rankCount == 1 {
            let places = UnsafeMutablePointer<Int>.allocate(capacity: max(1, positions.count))
            defer { places.deallocate() }
            if let start = positions.baseAddress {
                places.initialize(from: start, count: positions.count)
            }
            let side = operand.side(places, positions.count, from: 0)
            return PlacedCopy.run(
                positions.count, size: size, from: side, toOwn: .init(start: target), workers)
        }
        let wanted = PositionBuckets.counts(positions, operand.bounds)
        let isScattered = PositionBuckets.isScattered(positions)
        let isWhole = (0..<rankCount).map { r in
            let extent = operand.positions(of: r).count
            return r != rank && extent > 0 && 5 * wanted[r] >= 2 * extent && isScattered
        }
        if (0..<rankCount).allSatisfy({
            $0 == rank || isWhole[$0] || operand.positions(of: $0).isEmpty
        }) {
            return try fetchFromWhole(positions, of: operand, into: target)
        }
        let buckets = PositionBuckets(positions, operand.bounds, counts: wanted)
        var requests = [[UInt8]](repeating: [], count: rankCount)
        var counts = [Int](repeating: 0, count: rankCount)
        for r in 0..<rankCount where r != rank {
            if isWhole[r] {
                (requests[r], counts[r]) = (
                    PlaceMessage.everything, operand.positions(of: r).count * size
                )
                continue
            }
            let wanted = buckets.replaceByNumbers(of: r, within: operand.positions(of: r).count)
            (requests[r], counts[r]) = (wanted.message, wanted.count * size)
        }
        let asked = try toAll(requests)
        let mine = operand.positions
        let answers = asked.enumerated().map { r, request -> [UInt8] in
            r == rank ? [] : self.answer(request, operand)
        }
        let received = try toAll(answers, counts: counts)
        for r in 0..<rankCount {
            let (first, count) = (buckets.starts[r], buckets.count(of: r))
            if count == 0 { continue }
            let to = PlacedCopy.Side(start: target, places: UnsafePointer(buckets.numbers + first))
            if r == rank {
                let side = operand.side(buckets.places + first, count, from: mine.lowerBound)
                PlacedCopy.run(count, size: size, from: side, toOwn: to, workers)
            } else {
                received[r].withUnsafeBytes { buffer in
                    let start = UnsafeMutableRawPointer(mutating: buffer.baseAddress!)
                    PlacedCopy.run(
                        count, size: size,
                        from: .init(start: start, places: UnsafePointer(buckets.places + first)),
                        toOwn: to, workers)
                }
            }
        }
        withExtendedLifetime(buckets) {}
    }

    /// The same where every owner's part is wanted whole: what others ask for is answered all the
    /// same.
    private func fetchFromWhole(
        _ positions: UnsafeBufferPointer<Int>, of operand: CollectiveTile.Operand,
        into target: UnsafeMutableRawPointer
    ) throws {
        let size = operand.size
        let parts = (0..<rankCount).map { operand.positions(of: $0) }
        let asked = try toAll(
            parts.indices.map { $0 == rank || parts[$0].isEmpty ? [] : PlaceMessage.everything })
        let answers = asked.enumerated().map { r, request in
            r == rank ? [] : self.answer(request, operand)
        }
        let received = try toAll(
            answers, counts: parts.indices.map { $0 == rank ? 0 : parts[$0].count * size })
        let whole = Elements(count: operand.count, size: size)
        for (r, part) in parts.enumerated() {
            let start = whole.start + part.lowerBound * size
            if r == rank { operand.read(part, into: start) } else { start.copy(received[r]) }
        }
        PlacedCopy.run(
            positions.count, size: size,
            from: .init(start: whole.start, places: positions.baseAddress),
            toOwn: .init(start: target), workers)
        withExtendedLifetime(whole) {}
    }

    /// This rank's elements that another asks for.
    private func answer(_ request: [UInt8], _ operand: CollectiveTile.Operand) -> [UInt8] {
        guard let kind = request.first else { return [] }
        let mine = operand.positions
        let size = operand.size
        if kind == PlaceMessage.Kind.all.rawValue { return operand.bytes(mine) }
        if kind == PlaceMessage.Kind.pairs.rawValue {
            return request.withUnsafeBytes { request in
                var total = 0
                PlaceMessage.forEachRun(request, within: mine.count) { total += $1 }
                return [UInt8](unsafeUninitializedCapacity: total * size) { buffer, filled in
                    PlaceMessage.forEachRun(request, within: mine.count) { start, length in
                        let first = mine.lowerBound + start
                        operand.read(first..<first + length, into: buffer.baseAddress! + filled)
                        filled += length * size
                    }
                }
            }
        }
        var places = PlaceMessage.places(request, within: mine.count)
        return [UInt8](unsafeUninitializedCapacity: places.count * size) { buffer, filled in
            guard let start = buffer.baseAddress else { return }
            filled = places.count * size
            places.withUnsafeMutableBufferPointer { places in
                let side = operand.side(places.baseAddress!, places.count, from: mine.lowerBound)
                PlacedCopy.run(
                    places.count, size: size, from: side,
                    toOwn: .init(start: UnsafeMutableRawPointer(start)), workers)
            }
        }
    }

    // MARK: - Runs

    /// The elements of an input at runs of positions.
    ///
    /// - Complexity: O(runs × log runs) on each rank; sends each wanted element once, and at most
    ///   four bytes more.
    func fetch(_ runs: PositionRuns, of operand: CollectiveTile.Operand) throws -> FetchedRuns {
        let (wanted, places) = PositionIntervals.covering(runs)
        let result = Elements(count: wanted.total, size: operand.size)
        if operand.isLocal || rankCount == 1 {
            copy(wanted, operand, result.start)
            return FetchedRuns(elements: result, places: places)
        }
        let own = wanted.split(operand.bounds)
        let requests = own.enumerated().map { r, list in
            r == rank ? [] : list.message(within: operand.positions(of: r))
        }
        let asked = try toAll(requests)
        let answers = asked.enumerated().map { r, request in
            r == rank ? [] : answer(request, operand)
        }
        let counts = own.enumerated().map { $0 == rank ? 0 : $1.total * operand.size }
        let received = try toAll(answers, counts: counts)
        var target = result.start
        for (r, list) in own.enumerated() {
            if r == rank { copy(list, operand, target) } else { target.copy(received[r]) }
            target += list.total * operand.size
        }
        return FetchedRuns(elements: result, places: places)
    }

    private func copy(
        _ intervals: PositionIntervals, _ operand: CollectiveTile.Operand,
        _ target: UnsafeMutableRawPointer
    ) {
        var target = target
        for interval in intervals.list {
            operand.read(interval, into: target)
            target += interval.count * operand.size
        }
    }
}

extension PositionBuckets {
    /// Replaces an owner's places by their numbers among those that are asked for, ascending and
    /// each once; gives the message that asks for them, and how many they are.
    fileprivate func replaceByNumbers(of rank: Int, within extent: Int) -> (
        message: [UInt8], count: Int
    ) {
        let (first, count) = (starts[rank], count(of: rank))
        if count == 0 { return ([], 0) }
        let places = places + first
        if count >= extent / 64 {
            let set = PlaceSet(UnsafeBufferPointer(start: places, count: count), within: extent)
            set.replaceByNumbers(places, count)
            return (set.message(within: extent), set.count)
        }
        let records = UnsafeMutablePointer<PlacedKey<UInt64>>.allocate(capacity: 2 * count)
        defer { records.deallocate() }
        for k in 0..<count { records[k] = PlacedKey(sortKey: UInt64(places[k]), place: k) }
        RadixSort.sort(records, count, spare: records + count)
        var intervals = PositionIntervals()
        for k in 0..<count {
            let place = Int(records[k].sortKey)
            if k == 0 || records[k - 1].sortKey != records[k].sortKey {
                intervals.append(place..<place + 1)
            }
            places[records[k].place] = intervals.total - 1
        }
        return (intervals.message(within: 0..<extent), intervals.total)
    }
}

/// Disjoint intervals of positions in ascending order.
struct PositionIntervals {
    private(set) var list: [Range<Int>] = []
    /// Positions in all of them.
    private(set) var total = 0

    /// The intervals that runs cover, and for each run the number of its first position among
    /// theirs.
    static func covering(_ runs: PositionRuns) -> (PositionIntervals, places: [Int]) {
        var result = PositionIntervals()
        var places = [Int](repeating: 0, count: runs.starts.count)
        // Where the last interval's first position stands.
        var base = 0
        for k in ordered(runs.starts) {
            let run = runs.starts[k]..<(runs.starts[k] + runs.length(k))
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
        if zip(positions, positions.dropFirst()).allSatisfy({ $0 <= $1 }) {
            return Array(0..<count)
        }
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

    init() {}

    /// The intervals as a message to their owner; none without positions.
    func message(within owner: Range<Int>) -> [UInt8] {
        if list.isEmpty { return [] }
        let kind = PlaceMessage.shortest(total, runs: list.count, within: owner.count)
        switch kind {
        case .bits:
            var words = [UInt64](repeating: 0, count: (owner.count + 63) / 64)
            for interval in list {
                for position in interval {
                    let place = position - owner.lowerBound
                    words[place >> 6] |= 1 << UInt64(place & 63)
                }
            }
            return words.withUnsafeBufferPointer { PlaceMessage.bits($0) }
        case .singles:
            let places = list.flatMap { interval in interval.map { $0 - owner.lowerBound } }
            return PlaceMessage.words(kind, places.count, within: owner.count) { places[$0] }
        case .pairs:
            return PlaceMessage.words(kind, 2 * list.count, within: owner.count) { k in
                k % 2 == 0 ? list[k / 2].lowerBound - owner.lowerBound : list[k / 2].count
            }
        case .all: return PlaceMessage.everything
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
