/// What the body of a collective task sends and receives: arrays of plain values, to all ranks at
/// once.
///
/// Every rank calls the same methods in the same order. Where both ends know how much is sent,
/// nothing else is: messages without elements are left out, and nobody waits for them. With one
/// rank nothing is sent at all.
import Launches

/// What a collective body speaks with the other ranks through.
public struct Exchange {
    /// This rank.
    public let rank: Int
    /// Ranks of the run.
    public let rankCount: Int
    /// Who may help with the body's loops.
    public let workers: TaskWorkers
    private let messenger: (any CollectiveMessenger)?

    /// The exchange of a body's tile.
    public init(_ tile: CollectiveTile) {
        rank = tile.rank
        rankCount = tile.rankCount
        workers = tile.workers
        messenger = tile.messenger
    }

    /// Sends `parts[r]` to rank r; gives what each rank sent here.
    ///
    /// - Complexity: ranks - 1 messages of eight bytes, and one for each part with elements.
    public func toAll<T: BitwiseCopyable>(_ parts: [[T]]) throws -> [[T]] {
        let ones = [Int](repeating: 1, count: rankCount)
        let counts = try toAll(parts.map { [$0.count] }, counts: ones).map { $0[0] }
        return try toAll(parts, counts: counts)
    }

    /// The same where this rank knows how many elements each rank sends it.
    public func toAll<T: BitwiseCopyable>(_ parts: [[T]], counts: [Int]) throws -> [[T]] {
        var result = [[T]](repeating: [], count: rankCount)
        result[rank] = parts[rank]
        for step in 1..<max(rankCount, 1) {
            let peer = (rank + step) % rankCount
            if !parts[peer].isEmpty { send(parts[peer], to: peer) }
        }
        for step in 1..<max(rankCount, 1) {
            let peer = (rank - step + rankCount) % rankCount
            if counts[peer] > 0 { result[peer] = try receive(counts[peer], from: peer) }
        }
        return result
    }

    /// Every rank's values, in the order of ranks. All ranks have as many.
    ///
    /// - Complexity: ⌈log₂ ranks⌉ messages; each rank receives all values once.
    public func gather<T: BitwiseCopyable>(_ own: [T]) throws -> [[T]] {
        let n = own.count
        guard n > 0 else { return [[T]](repeating: [], count: rankCount) }
        // Parts of this rank, the next one, and so on.
        var parts = own
        var have = 1
        while have < rankCount {
            let count = min(have, rankCount - have)
            send(Array(parts.prefix(count * n)), to: (rank - have + rankCount) % rankCount)
            parts += try receive(count * n, from: (rank + have) % rankCount)
            have += count
        }
        return (0..<rankCount).map { r in
            let k = (r - rank + rankCount) % rankCount
            return Array(parts[k * n..<(k + 1) * n])
        }
    }

    /// Where each rank's share of a list begins that the ranks make one after another; one more
    /// entry holds the end.
    public func bounds(ownCount: Int) throws -> [Int] {
        try gather([ownCount]).reduce(into: [0]) { $0.append($0[$0.count - 1] + $1[0]) }
    }

    /// Sends values to another rank and goes on.
    public func send<T: BitwiseCopyable>(_ values: [T], to peer: Int) {
        guard let messenger else { preconditionFailure("one rank alone sends nothing") }
        values.withUnsafeBytes { messenger.send($0, to: peer) }
    }

    /// Waits for so many values of another rank.
    public func receive<T: BitwiseCopyable>(_ count: Int, from peer: Int) throws -> [T] {
        guard let messenger else { preconditionFailure("one rank alone receives nothing") }
        return try [T](unsafeUninitializedCapacity: count) { buffer, filled in
            try messenger.receive(into: UnsafeMutableRawBufferPointer(buffer), from: peer)
            filled = count
        }
    }
}
