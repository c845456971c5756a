/// What all ranks do together, over nothing but `send` and `receive`.
///
/// Every rank calls the same collectives in the same order, from one thread at a time. All of them
/// work for any number of ranks and give every rank the same bits. Rounds have tags of their own,
/// so that a rank that is one collective ahead disturbs nobody. Meant for small values: nothing is
/// cut into pieces.

extension Transport {
    /// Returns when all ranks have called it: ⌈log₂ ranks⌉ rounds, in each of which a rank tells
    /// one twice as far away.
    public func barrier() throws {
        var distance = 1
        var round = 0
        while distance < rankCount {
            let tag = ReservedTag.barrier(round: round)
            send(
                UnsafeRawBufferPointer(start: nil, count: 0), to: (rank + distance) % rankCount,
                tag: tag)
            try receive(
                into: UnsafeMutableRawBufferPointer(start: nil, count: 0),
                from: (rank - distance + rankCount) % rankCount, tag: tag)
            distance *= 2
            round += 1
        }
    }

    /// Copies the root's bytes to all ranks, along a binomial tree.
    public func broadcast(_ buffer: UnsafeMutableRawBufferPointer, from root: Int) throws {
        let place = (rank - root + rankCount) % rankCount
        var distance = 1
        var round = 0
        while distance < rankCount {
            let tag = ReservedTag.broadcast(round: round)
            if place < distance {
                if place + distance < rankCount {
                    send(
                        UnsafeRawBufferPointer(buffer), to: (place + distance + root) % rankCount,
                        tag: tag)
                }
            } else if place < 2 * distance {
                try receive(into: buffer, from: (place - distance + root) % rankCount, tag: tag)
            }
            distance *= 2
            round += 1
        }
    }

    /// Every rank's bytes, in the order of ranks. The parts may have different lengths.
    public func allGather(_ bytes: [UInt8]) throws -> [[UInt8]] {
        let sizes = try gatherRotated([bytesOf(UInt64(bytes.count))], sizes: nil)
        let counts = byRank(sizes).map { Int(value(of: $0, as: UInt64.self)) }
        return byRank(try gatherRotated([bytes], sizes: counts))
    }

    /// Sends `parts[r]` to rank r and returns what rank r sent here, in the order of ranks.
    public func allToAll(_ parts: [[UInt8]]) throws -> [[UInt8]] {
        precondition(parts.count == rankCount, "one part for each rank")
        for step in 0..<rankCount {
            let peer = (rank + step) % rankCount
            bytesOf(UInt64(parts[peer].count)).withUnsafeBytes {
                send($0, to: peer, tag: ReservedTag.allToAllSizes)
            }
            if parts[peer].isEmpty { continue }
            parts[peer].withUnsafeBytes { send($0, to: peer, tag: ReservedTag.allToAllBytes) }
        }
        var result = [[UInt8]](repeating: [], count: rankCount)
        for step in 0..<rankCount {
            let peer = (rank - step + rankCount) % rankCount
            let size = try take(8, from: peer, tag: ReservedTag.allToAllSizes)
            let count = Int(value(of: size, as: UInt64.self))
            if count > 0 {
                result[peer] = try take(count, from: peer, tag: ReservedTag.allToAllBytes)
            }
        }
        return result
    }

    /// Brings one value of each rank together, from rank 0 upward: the same bits on every rank,
    /// whatever `combine` does.
    public func allReduce<Value: BitwiseCopyable>(_ own: Value, _ combine: (Value, Value) -> Value)
        throws -> Value
    {
        let size = MemoryLayout<Value>.size
        let parts = try gatherRotated(
            [bytesOf(own)], sizes: [Int](repeating: size, count: rankCount))
        let values = byRank(parts).map { value(of: $0, as: Value.self) }
        return values.dropFirst().reduce(values[0], combine)
    }

    // MARK: - Parts

    /// Bruck's gather: entry k of the result is the part of rank `rank + k`. In each round a rank
    /// hands on all it has, so that ⌈log₂ ranks⌉ rounds do.
    ///
    ///     5 ranks, seen from rank 0     own part      0
    ///                                   from rank 1     1
    ///                                   from rank 2       2 3
    ///                                   from rank 4           4
    ///
    /// - Parameter sizes: every part's bytes by rank; nil stands for eight each.
    private func gatherRotated(_ own: [[UInt8]], sizes: [Int]?) throws -> [[UInt8]] {
        var parts = own
        var round = 0
        while parts.count < rankCount {
            let distance = parts.count
            let count = min(distance, rankCount - distance)
            let tag = ReservedTag.gather(round: round)
            let to = (rank - distance + rankCount) % rankCount
            Array(parts[..<count].joined()).withUnsafeBytes { send($0, to: to, tag: tag) }
            let from = (rank + distance) % rankCount
            let lengths = (0..<count).map { sizes?[(from + $0) % rankCount] ?? 8 }
            var rest = try take(lengths.reduce(0, +), from: from, tag: tag)[...]
            for length in lengths {
                parts.append(Array(rest.prefix(length)))
                rest = rest.dropFirst(length)
            }
            round += 1
        }
        return parts
    }

    private func byRank<Part>(_ rotated: [Part]) -> [Part] {
        (0..<rankCount).map { rotated[($0 - rank + rankCount) % rankCount] }
    }

    private func take(_ count: Int, from rank: Int, tag: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBytes { try receive(into: $0, from: rank, tag: tag) }
        return bytes
    }

    private func bytesOf<Value: BitwiseCopyable>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value) { Array($0) }
    }

    private func value<Value: BitwiseCopyable>(of bytes: [UInt8], as type: Value.Type) -> Value {
        bytes.withUnsafeBytes { $0.loadUnaligned(as: type) }
    }
}
