/// `bincount` over several ranks.
///
/// Counts are integers: every rank counts what it has, and each owner of bins adds what it is told,
/// either all of a rank's counts or, where there are many more bins than elements, those that are
/// not zero. Sums of weights are taken in the order of the elements: they go through the ranks one
/// after another, or, where there are many bins, each bin and its weight goes to the bin's owner.
import LegateCore

enum CollectiveCounts {
    /// In: bins. Out: how often each is there.
    static func counts(_ tile: CollectiveTile, _ exchange: Exchange) throws {
        let (input, output) = (tile.inputs[0], tile.outputs[0])
        let own = input.elements(input.positions)
        let bins = own.start.assumingMemoryBound(to: Int.self)
        let room = output.room(output.positions)
        let target = room.start.assumingMemoryBound(to: Int.self)
        for k in 0..<output.positions.count { target[k] = 0 }
        // A count that is not zero takes twelve bytes alone, and four among all.
        if output.count <= max(1024, 3 * input.count / tile.rankCount) {
            if input.count <= Int(UInt32.max) {
                try addAll(UInt32.self, bins, own.count, output, exchange, to: target)
            } else {
                try addAll(Int.self, bins, own.count, output, exchange, to: target)
            }
        } else {
            let order = PositionIntervals.ordered((0..<own.count).map { bins[$0] })
            var runs = PositionRuns()
            var counts: [Int] = []
            for k in order {
                if runs.starts.last == bins[k] {
                    counts[counts.count - 1] += 1
                } else {
                    runs.append(bins[k], 1)
                    counts.append(1)
                }
            }
            counts.append(0)  // So that there is an address.
            try counts.withUnsafeBytes {
                try exchange.update(
                    runs, $0.baseAddress!, size: 8, bounds: output.bounds, isSet: false
                ) { updates in
                    updates.forEach { positions, values in
                        for (k, position) in positions.enumerated() {
                            target[position - output.positions.lowerBound] += values.loadUnaligned(
                                fromByteOffset: k * 8, as: Int.self)
                        }
                    }
                }
            }
        }
        output.finish(output.positions, room)
    }

    /// Counts into all bins, and adds what the ranks have of this rank's.
    private static func addAll<T: FixedWidthInteger & BitwiseCopyable>(
        _: T.Type, _ bins: UnsafePointer<Int>, _ count: Int, _ output: CollectiveTile.Operand,
        _ exchange: Exchange,
        to target: UnsafeMutablePointer<Int>
    ) throws {
        let counts = counts(T.self, bins, count, of: output.count, exchange.workers)
        let parts = (0..<exchange.rankCount).map { Array(counts[output.positions(of: $0)]) }
        let lengths = [Int](repeating: output.positions.count, count: exchange.rankCount)
        for part in try exchange.toAll(parts, counts: lengths) {
            part.withUnsafeBufferPointer { part in
                for k in part.indices { target[k] &+= Int(part[k]) }
            }
        }
    }

    /// Counts by all workers, each into a table of its own, where there are a few elements for each
    /// bin.
    private static func counts<T: FixedWidthInteger & BitwiseCopyable>(
        _: T.Type, _ bins: UnsafePointer<Int>, _ count: Int, of binCount: Int,
        _ workers: TaskWorkers
    ) -> [T] {
        let parts = workers.parts(of: count, least: max(1 << 15, 4 * binCount))
        var tables = [T](repeating: 0, count: parts * binCount)
        tables.withUnsafeMutableBufferPointer { tables in
            workers.forEach(parts) { part in
                let table = tables.baseAddress! + part * binCount
                for k in count * part / parts..<count * (part + 1) / parts {
                    table[bins[k]] &+= 1
                }
            }
            for part in stride(from: 1, to: parts, by: 1) {
                for bin in 0..<binCount { tables[bin] &+= tables[part * binCount + bin] }
            }
        }
        return Array(tables.prefix(binCount))
    }

    /// In: bins, weights. Out: the sum of each bin's weights, added one after another.
    static func weights(_ tile: CollectiveTile, _ exchange: Exchange) throws {
        let (input, output) = (tile.inputs[0], tile.outputs[0])
        let own = input.elements(input.positions)
        let bins = own.start.assumingMemoryBound(to: Int.self)
        let heavy = try exchange.elements(of: tile.inputs[1], like: input)
        let weights = heavy.start.assumingMemoryBound(to: Double.self)
        if output.count <= max(1024, input.count / tile.rankCount) {
            let isFirst = tile.rank == 0
            let isLast = tile.rank == tile.rankCount - 1
            var sums =
                isFirst
                ? [Double](repeating: 0, count: output.count)
                : try exchange.receive(output.count, from: tile.rank - 1)
            for k in 0..<own.count { sums[bins[k]] += weights[k] }
            if !isLast { exchange.send(sums, to: tile.rank + 1) }
            let made = (0..<tile.rankCount).map {
                $0 == tile.rankCount - 1 ? 0..<output.count : 0..<0
            }
            return try sums.withUnsafeBytes {
                try exchange.deliver($0.baseAddress!, made: made, to: output)
            }
        }
        let room = output.room(output.positions)
        let target = room.start.assumingMemoryBound(to: Double.self)
        for k in 0..<output.positions.count { target[k] = 0 }
        let runs = PositionRuns(singles: Array(UnsafeBufferPointer(start: bins, count: own.count)))
        try exchange.update(runs, heavy.start, size: 8, bounds: output.bounds, isSet: false) {
            updates in
            updates.forEach { positions, values in
                for (k, position) in positions.enumerated() {
                    target[position - output.positions.lowerBound] += values.loadUnaligned(
                        fromByteOffset: k * 8, as: Double.self)
                }
            }
        }
        output.finish(output.positions, room)
    }
}
