/// Elements on their way to arbitrary places of an array, in the order in which they are to be
/// written.
///
///     rank 0 writes   [5]=a [2]=b [5]=c         rank 1 writes   [5]=d [9]=e
///     owner of 0..<6 gets   [2]=b [5]=c | [5]=d      and does them in this order: rank by rank, each rank's in order
///
/// The ranks' lists follow one another, so the last write to a place wins, as if one rank had done
/// them all. What a later write of the same rank covers is not sent. Single places are dealt out to
/// their owners with plain memory.
import LegateCore

extension Exchange {
    /// Calls `write` with each rank's writes to this rank's places, in the order of all ranks'
    /// lists.
    ///
    /// - Parameters:
    ///   - runs: Places in the array, in order; `values` are the elements for them, side by side.
    ///   - isSet: Whether a write takes nothing of what was there before, so that one that is
    ///     covered can be left out.
    func update(
        _ runs: PositionRuns, _ values: UnsafeRawPointer, size: Int, bounds: [Int], isSet: Bool,
        _ write: (_ updates: IncomingUpdates) -> Void
    ) throws {
        let extents = (0..<rankCount).map { bounds[$0 + 1] - bounds[$0] }
        let lists =
            runs.isSingle
            ? runs.starts.withUnsafeBufferPointer { dealt($0, values, size, bounds, isSet: isSet) }
            : cut(runs, values, size, bounds, isSet: isSet)
        let places = try toAll(lists.map(\.places))
        let counts = places.map {
            $0.isEmpty ? 0 : PlaceMessage.count($0, within: extents[rank]) * size
        }
        let elements = try toAll(lists.map(\.elements), counts: counts)
        for r in 0..<rankCount where !places[r].isEmpty {
            write(
                IncomingUpdates(
                    first: bounds[rank], extent: extents[rank], size: size, message: places[r],
                    elements: elements[r]))
        }
    }

    /// Single places: each owner's, in order, and the elements for them.
    private func dealt(
        _ positions: UnsafeBufferPointer<Int>, _ values: UnsafeRawPointer, _ size: Int,
        _ bounds: [Int], isSet: Bool
    ) -> [OutgoingUpdates] {
        let buckets = PositionBuckets(
            positions, bounds, counts: PositionBuckets.counts(positions, bounds))
        defer { withExtendedLifetime(buckets) {} }
        return (0..<rankCount).map { r in
            let first = buckets.starts[r]
            let extent = bounds[r + 1] - bounds[r]
            var count = buckets.count(of: r)
            let (places, numbers) = (buckets.places + first, buckets.numbers + first)
            if count == 0 { return OutgoingUpdates() }
            var result = OutgoingUpdates()
            if isSet, 8 * count >= extent {
                return OutgoingUpdates(
                    writing: values, size, at: places, numbers, count, within: extent)
            }
            if isSet {
                let set = PlaceSet.lastWrites(places, numbers, &count, within: extent)
                result.places = set?.message(within: extent) ?? []
            }
            if result.places.isEmpty {
                result.places = PlaceMessage.inOrder(places, count, within: extent)
            }
            result.elements = [UInt8](unsafeUninitializedCapacity: count * size) { buffer, filled in
                filled = count * size
                PlacedCopy.run(
                    count, size: size,
                    from: .init(
                        start: UnsafeMutableRawPointer(mutating: values),
                        places: UnsafePointer(numbers)),
                    to: .init(start: UnsafeMutableRawPointer(buffer.baseAddress!)))
            }
            return result
        }
    }

    /// Runs of several lengths, cut at the owners' borders.
    private func cut(
        _ runs: PositionRuns, _ values: UnsafeRawPointer, _ size: Int, _ bounds: [Int], isSet: Bool
    ) -> [OutgoingUpdates] {
        var words = [[Int]](repeating: [], count: rankCount)
        var result = [OutgoingUpdates](repeating: OutgoingUpdates(), count: rankCount)
        let order = isSet ? runs.withoutCovered() : nil
        let offsets = runs.offsets
        for k in order ?? Array(0..<runs.starts.count) {
            let run = runs.starts[k]..<runs.starts[k] + runs.length(k)
            let source = values + offsets[k] * size
            var r = owner(of: run.lowerBound, bounds)
            var first = run.lowerBound
            while first < run.upperBound {
                while bounds[r + 1] <= first { r += 1 }
                let end = min(run.upperBound, bounds[r + 1])
                result[r].elements.append(
                    contentsOf: UnsafeRawBufferPointer(
                        start: source + (first - run.lowerBound) * size, count: (end - first) * size
                    ))
                let start = first - bounds[r]
                if let length = words[r].last, words[r][words[r].count - 2] + length == start {
                    words[r][words[r].count - 1] += end - first
                } else {
                    words[r] += [start, end - first]
                }
                first = end
            }
        }
        for r in 0..<rankCount where !words[r].isEmpty {
            result[r].places = PlaceMessage.words(
                .pairs, words[r].count, within: bounds[r + 1] - bounds[r]
            ) {
                words[r][$0]
            }
        }
        return result
    }

    private func owner(of position: Int, _ bounds: [Int]) -> Int {
        var (low, high) = (0, rankCount)
        while high - low > 1 {
            let middle = (low + high) / 2
            if bounds[middle] <= position { low = middle } else { high = middle }
        }
        return low
    }
}

/// What one rank writes to another one's places.
private struct OutgoingUpdates {
    var places: [UInt8] = []
    var elements: [UInt8] = []

    init() {}

    /// Writes that reach much of an owner's part, done to an image of it: what is there at the end
    /// is sent.
    init(
        writing values: UnsafeRawPointer, _ size: Int, at places: UnsafePointer<Int>,
        _ numbers: UnsafePointer<Int>,
        _ count: Int, within extent: Int
    ) {
        let image = Elements(count: extent, size: size)
        PlacedCopy.run(
            count, size: size,
            from: .init(start: UnsafeMutableRawPointer(mutating: values), places: numbers),
            to: .init(start: image.start, places: places))
        let set = PlaceSet(UnsafeBufferPointer(start: places, count: count), within: extent)
        self.places = set.message(within: extent)
        let written = [Int](unsafeUninitializedCapacity: set.count) { buffer, filled in
            set.forEach { place in
                (buffer.baseAddress! + filled).initialize(to: place)
                filled &+= 1
            }
        }
        elements = [UInt8](unsafeUninitializedCapacity: set.count * size) { buffer, filled in
            filled = set.count * size
            written.withUnsafeBufferPointer { written in
                PlacedCopy.run(
                    written.count, size: size,
                    from: .init(start: image.start, places: written.baseAddress),
                    to: .init(start: UnsafeMutableRawPointer(buffer.baseAddress!)))
            }
        }
    }
}

/// What one rank writes to this one's places, in order.
struct IncomingUpdates {
    /// This rank's first position, and how many it has.
    fileprivate let first: Int
    fileprivate let extent: Int
    fileprivate let size: Int
    fileprivate let message: [UInt8]
    let elements: [UInt8]

    /// Calls `body` for each run of positions with the elements for it.
    func forEach(_ body: (_ positions: Range<Int>, _ elements: UnsafeRawPointer) -> Void) {
        message.withUnsafeBytes { message in
            elements.withUnsafeBytes { elements in
                guard var source = elements.baseAddress else { return }
                PlaceMessage.forEachRun(message, within: extent) { start, length in
                    body(first + start..<first + start + length, source)
                    source += length * size
                }
            }
        }
    }

    /// Sets an output's elements.
    func write(to output: CollectiveTile.Operand) {
        if message.first == PlaceMessage.Kind.pairs.rawValue {
            return forEach { output.write($0, from: $1) }
        }
        var places = PlaceMessage.places(message, within: extent)
        elements.withUnsafeBytes { elements in
            guard let start = elements.baseAddress else { return }
            places.withUnsafeMutableBufferPointer { places in
                let side = output.side(places.baseAddress!, places.count, from: first)
                PlacedCopy.run(
                    places.count, size: size,
                    from: .init(start: UnsafeMutableRawPointer(mutating: start)), to: side)
            }
        }
    }
}

extension PlaceSet {
    /// Of writes to an owner's places keeps the last to each: `numbers` become those of these, in
    /// ascending order of their places, and `count` how many they are. Gives the set of places;
    /// `nil` where few are written, whose `places` become theirs.
    fileprivate static func lastWrites(
        _ places: UnsafeMutablePointer<Int>, _ numbers: UnsafeMutablePointer<Int>,
        _ count: inout Int, within extent: Int
    ) -> PlaceSet? {
        if count >= extent / 16 {
            let set = PlaceSet(UnsafeBufferPointer(start: places, count: count), within: extent)
            set.replaceByNumbers(places, count)
            let last = UnsafeMutablePointer<Int>.allocate(capacity: set.count)
            defer { last.deallocate() }
            for k in 0..<count { last[places[k]] = numbers[k] }
            numbers.update(from: last, count: set.count)
            count = set.count
            return set
        }
        let records = UnsafeMutablePointer<PlacedKey<UInt64>>.allocate(capacity: 2 * count)
        defer { records.deallocate() }
        for k in 0..<count { records[k] = PlacedKey(sortKey: UInt64(places[k]), place: numbers[k]) }
        RadixSort.sort(records, count, spare: records + count)
        var kept = 0
        for k in 0..<count where k + 1 == count || records[k].sortKey != records[k + 1].sortKey {
            places[kept] = Int(records[k].sortKey)
            numbers[kept] = records[k].place
            kept += 1
        }
        count = kept
        return nil
    }
}

extension PositionRuns {
    /// Elements before each run.
    var offsets: [Int] {
        var total = 0
        return starts.indices.map { k in
            defer { total += length(k) }
            return total
        }
    }

    /// The runs by their numbers, in ascending order of places, without those that a later run
    /// covers. `nil` where runs have several lengths: one may cover another in part.
    func withoutCovered() -> [Int]? {
        guard !starts.isEmpty, starts.indices.allSatisfy({ self.length($0) == self.length(0) })
        else { return nil }
        let length = self.length(0)
        let order = PositionIntervals.ordered(starts)
        for (a, b) in zip(order, order.dropFirst())
        where starts[a] != starts[b] && starts[a] + length > starts[b] {
            return nil
        }
        return order.indices.compactMap { k in
            k + 1 < order.count && starts[order[k]] == starts[order[k + 1]] ? nil : order[k]
        }
    }
}

/// `put` over several ranks.
struct CollectivePut {
    let blocks: BlockRuns

    /// In: the array, the numbers, the list of blocks. Out: the array.
    func run(_ tile: CollectiveTile, _ exchange: Exchange) throws {
        let (array, numbers, list) = (tile.inputs[0], tile.inputs[1], tile.inputs[2])
        let output = tile.outputs[0]
        try exchange.keep(array, in: output)
        let places = try exchange.elements(
            of: numbers,
            wanted: (0..<tile.rankCount).map { blocks.numbers(for: list.positions(of: $0)) })
        let runs = blocks.runs(list.positions, places)
        let values = list.elements(list.positions)
        try exchange.update(
            runs, values.start, size: output.size, bounds: output.bounds, isSet: true
        ) {
            $0.write(to: output)
        }
    }
}

extension Exchange {
    /// Starts an output with the elements that it keeps, where these are not in their places
    /// already.
    func keep(_ input: CollectiveTile.Operand, in output: CollectiveTile.Operand) throws {
        if input.memory == output.memory, input.lattice == output.lattice,
            input.bounds == output.bounds
        {
            return
        }
        let elements = try elements(of: input, like: output)
        output.write(output.positions, from: elements.start)
    }
}
