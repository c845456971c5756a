/// The collectives' part of the contract.
import Execution

extension TransportContract {
    /// Nobody leaves a barrier before the last has come: each round, all ranks but one tell that
    /// one they are through, and the one tells all beforehand that it came.
    func checkBarrier() throws {
        let count = transport.rankCount
        for round in 0..<20 {
            let late = round % count
            if transport.rank == late {
                for peer in 0..<count where peer != late {
                    send([UInt8(round)], to: peer, tag: 100)
                }
                // Leaves the others the time to pass the barrier if it lets them, and their
                // messages the time to come.
                let end = transport.now() + 5_000_000
                try transport.wait(until: { transport.now() > end })
            }
            let early = (0..<count).map { $0 != late && transport.isThere(from: $0, tag: 101) }
            try transport.barrier()
            try expect(!early.contains(true), "someone passed barrier \(round) too early")
            if transport.rank == late {
                for peer in 0..<count where peer != late {
                    _ = try receive(1, from: peer, tag: 101)
                }
            } else {
                let found = try receive(1, from: late, tag: 100)
                try expect(found == [UInt8(round)], "barrier \(round)")
                send([0], to: late, tag: 101)
            }
        }
    }

    func checkBroadcast() throws {
        for root in 0..<transport.rankCount {
            for size in [0, 8, 5000] {
                let expected = pattern(size, from: root, to: 0, size)
                var bytes = transport.rank == root ? expected : [UInt8](repeating: 0, count: size)
                try bytes.withUnsafeMutableBytes { try transport.broadcast($0, from: root) }
                try expect(bytes == expected, "broadcast of \(size) bytes from \(root)")
            }
        }
    }

    func checkAllGather() throws {
        for round in 0..<5 {
            let size = { (rank: Int) in (rank * 37 + round * 11) % 50 * (round == 4 ? 400 : 1) }
            let found = try transport.allGather(
                pattern(size(transport.rank), from: transport.rank, to: 0, round))
            let expected = (0..<transport.rankCount).map {
                pattern(size($0), from: $0, to: 0, round)
            }
            try expect(found == expected, "allGather, round \(round)")
        }
    }

    func checkAllToAll() throws {
        for round in 0..<5 {
            let size = { (from: Int, to: Int) in
                (from * 37 + to * 17 + round * 11) % 50 * (round == 4 ? 400 : 1)
            }
            let rank = transport.rank, all = 0..<transport.rankCount
            let found = try transport.allToAll(
                all.map { pattern(size(rank, $0), from: rank, to: $0, round) })
            try expect(
                found == all.map { pattern(size($0, rank), from: $0, to: rank, round) },
                "allToAll, round \(round)")
        }
    }

    /// Sums whose bits depend on the order, and an operation that is not commutative at all.
    func checkAllReduce() throws {
        let values = (0..<transport.rankCount).map { (rank: Int) -> Double in
            let scale: Double = rank % 3 == 1 ? 1e16 : -1
            return scale / Double(rank * rank + 3)
        }
        let sum = try transport.allReduce(values[transport.rank], +)
        let expected = values.dropFirst().reduce(values[0], +)
        try expect(sum.bitPattern == expected.bitPattern, "sum of doubles")
        let first = try transport.allReduce(transport.rank + 10) { a, _ in a }
        try expect(first == 10, "the first value")
        let largest = try transport.allReduce(UInt8(transport.rank % 7), max)
        try expect(Int(largest) == min(6, transport.rankCount - 1), "the largest value")
    }
}
