/// Elements on their way to arbitrary places of an array, in the order in which they are to be written.
///
///     rank 0 writes   [5]=a [2]=b [5]=c         rank 1 writes   [5]=d [9]=e
///     owner of 0..<6 gets   [2]=b [5]=c | [5]=d      and does them in this order: rank by rank, each rank's in order
///
/// The ranks' lists follow one another, so the last write to a place wins, as if one rank had done them all. What a later
/// write of the same rank covers is not sent.
import LegateCore

extension Exchange {
    /// Calls `write(positions, elements)` for each run of places of this rank, in the order of all ranks' lists.
    ///
    /// - Parameters:
    ///   - runs: Places in the array, in order; `values` are the elements for them, side by side.
    ///   - isSet: Whether a write takes nothing of what was there before, so that one that is covered can be left out.
    func update(
        _ runs: PositionRuns, _ values: UnsafeRawPointer, size: Int, bounds: [Int], isSet: Bool,
        _ write: (_ positions: Range<Int>, _ elements: UnsafeRawPointer) -> Void
    ) throws {
        var lists = [UpdateList](repeating: UpdateList(), count: rankCount)
        let order = isSet ? runs.withoutCovered() : nil
        let offsets = runs.offsets
        for k in order ?? Array(0..<runs.starts.count) {
            let run = runs.starts[k]..<runs.starts[k] + runs.lengths[k]
            let source = values + offsets[k] * size
            var r = owner(of: run.lowerBound, bounds)
            var first = run.lowerBound
            while first < run.upperBound {
                while bounds[r + 1] <= first { r += 1 }
                let end = min(run.upperBound, bounds[r + 1])
                lists[r].append(
                    first - bounds[r], end - first, source + (first - run.lowerBound) * size, size: size)
                first = end
            }
        }
        let wordSizes = (0..<rankCount).map { bounds[$0 + 1] - bounds[$0] <= Int(UInt32.max) ? 4 : 8 }
        let places = try toAll((0..<rankCount).map { lists[$0].packed(size: wordSizes[$0]) })
        let incoming = places.map { UpdateList(unpacking: $0, size: wordSizes[rank]) }
        let elements = try toAll(lists.map(\.elements), counts: incoming.map { $0.total * size })
        for (r, list) in incoming.enumerated() {
            elements[r].withUnsafeBytes { buffer in
                guard var source = buffer.baseAddress else { return }
                list.forEach { start, length in
                    write(bounds[rank] + start..<bounds[rank] + start + length, source)
                    source += length * size
                }
            }
        }
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

extension PositionRuns {
    /// Elements before each run.
    var offsets: [Int] {
        var total = 0
        return lengths.map { length in
            defer { total += length }
            return total
        }
    }

    /// The runs by their numbers, in ascending order of places, without those that a later run covers. `nil` where runs
    /// have several lengths: one may cover another in part.
    func withoutCovered() -> [Int]? {
        guard let length = lengths.first, lengths.allSatisfy({ $0 == length }) else { return nil }
        let order = PositionIntervals.ordered(starts)
        for (a, b) in zip(order, order.dropFirst()) where starts[a] != starts[b] && starts[a] + length > starts[b] {
            return nil
        }
        return order.indices.compactMap { k in
            k + 1 < order.count && starts[order[k]] == starts[order[k + 1]] ? nil : order[k]
        }
    }
}

/// What one rank writes to another one's places.
private struct UpdateList {
    private var starts: [Int] = []
    private var lengths: [Int] = []
    private(set) var elements: [UInt8] = []
    private(set) var total = 0

    init() {}

    mutating func append(_ start: Int, _ length: Int, _ source: UnsafeRawPointer, size: Int) {
        elements.append(contentsOf: UnsafeRawBufferPointer(start: source, count: length * size))
        total += length
        if let last = starts.last, last + lengths[lengths.count - 1] == start {
            lengths[lengths.count - 1] += length
        } else {
            starts.append(start)
            lengths.append(length)
        }
    }

    func forEach(_ body: (_ start: Int, _ length: Int) -> Void) {
        for k in starts.indices { body(starts[k], lengths[k]) }
    }

    // MARK: - As a message: single places, or pairs of start and length, whatever is shorter

    func packed(size: Int) -> [UInt8] {
        if starts.isEmpty { return [] }
        if total < 2 * starts.count {
            var singles: [Int] = []
            forEach { start, length in singles.append(contentsOf: start..<start + length) }
            return [1] + PackedPositions.pack(singles, size: size)
        }
        return [0] + PackedPositions.pack(zip(starts, lengths).flatMap { [$0, $1] }, size: size)
    }

    init(unpacking message: [UInt8], size: Int) {
        guard let kind = message.first else { return }
        let words = PackedPositions.unpack(message.dropFirst(), size: size)
        let isSingle = kind == 1
        starts = isSingle ? words : stride(from: 0, to: words.count, by: 2).map { words[$0] }
        lengths = isSingle
            ? [Int](repeating: 1, count: words.count) : stride(from: 1, to: words.count, by: 2).map { words[$0] }
        total = lengths.reduce(0, +)
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
            of: numbers, wanted: (0..<tile.rankCount).map { blocks.numbers(for: list.positions(of: $0)) })
        let runs = blocks.runs(list.positions, places)
        let values = list.elements(list.positions)
        try exchange.update(runs, values.start, size: output.size, bounds: output.bounds, isSet: true) {
            output.write($0, from: $1)
        }
    }
}

extension Exchange {
    /// Starts an output with the elements that it keeps, where these are not in their places already.
    func keep(_ input: CollectiveTile.Operand, in output: CollectiveTile.Operand) throws {
        if input.memory == output.memory, input.lattice == output.lattice, input.bounds == output.bounds { return }
        let elements = try elements(of: input, like: output)
        output.write(output.positions, from: elements.start)
    }
}
