/// The loopback world: the contract over many seeds and rank counts, and what only it promises: a
/// seeded order, a deadlock that names who waits, errors that end all ranks.
import Execution
import Testing
import TransportContract

@testable import LoopbackTransport

@Suite struct LoopbackTests {
    @Test(arguments: [1, 2, 3, 4, 5, 8, 13])
    func contract(rankCount: Int) throws {
        for seed in 0..<3 {
            for check in TransportContract.checks(large: 1 << 18) {
                let world = LoopbackWorld(rankCount: rankCount, seed: UInt64(seed))
                try world.run { try check.run(TransportContract($0)) }
                #expect(world.undelivered == 0, "\(check.name), seed \(seed)")
            }
        }
    }

    /// Who took which message when, with three ranks that each send to all.
    private func history(seed: UInt64) throws -> [String] {
        let world = LoopbackWorld(rankCount: 3, seed: seed)
        var history: [String] = []
        for _ in 0..<3 {
            try world.run { transport in
                for peer in 0..<3 {
                    [UInt8(transport.rank)].withUnsafeBytes { transport.send($0, to: peer, tag: 1) }
                }
                for peer in 0..<3 {
                    var byte: UInt8 = 0
                    try withUnsafeMutableBytes(of: &byte) {
                        try transport.receive(into: $0, from: peer, tag: 1)
                    }
                    history.append("\(transport.rank) from \(byte) at \(transport.now())")
                }
            }
        }
        return history
    }

    @Test func sameSeedSameOrder() throws {
        let histories = try (0..<10).map { try history(seed: $0) }
        for seed in 0..<10 { #expect(try history(seed: UInt64(seed)) == histories[seed]) }
        #expect(Set(histories).count == 10, "other seeds give other orders")
    }

    @Test func deadlockNamesTheRanks() {
        let world = LoopbackWorld(rankCount: 3, seed: 1)
        let error = #expect(throws: TransportError.self) {
            try world.run { transport in
                if transport.rank == 2 { return }
                var byte: UInt8 = 0
                try withUnsafeMutableBytes(of: &byte) {
                    try transport.receive(
                        into: $0, from: transport.rank + 1, tag: 40 + transport.rank)
                }
            }
        }
        #expect(
            error
                == .deadlock([
                    "rank 0 waits for rank 1, tag 40", "rank 1 waits for rank 2, tag 41",
                    "rank 2 has ended",
                ]))
    }

    @Test func deadlockIsFoundBesideBackgroundWork() {
        let world = LoopbackWorld(rankCount: 2, seed: 1)
        for transport in world.transports { transport.background = { _ in 1_000_000 } }
        let error = #expect(throws: TransportError.self) {
            try world.run {
                try $0.receive(into: .init(start: nil, count: 0), from: 1 - $0.rank, tag: 7)
            }
        }
        #expect(error?.description.contains("rank 1 waits for rank 0, tag 7") == true)
    }

    private struct Stop: Error {}

    @Test func firstErrorEndsAllRanks() throws {
        let world = LoopbackWorld(rankCount: 4, seed: 3)
        var ended = 0
        #expect(throws: Stop.self) {
            try world.run { transport in
                defer { ended += 1 }
                [UInt8(1)].withUnsafeBytes { transport.send($0, to: 0, tag: 5) }
                if transport.rank == 2 { throw Stop() }
                try transport.receive(into: .init(start: nil, count: 0), from: 2, tag: 6)
            }
        }
        #expect(ended == 4)
        #expect(world.undelivered == 0, "a failed run leaves no messages behind")
        try world.run { try $0.barrier() }
    }

    @Test func abortEndsAllWaits() {
        let world = LoopbackWorld(rankCount: 3, seed: 3)
        let error = #expect(throws: TransportError.self) {
            try world.run { transport in
                if transport.rank == 1 { transport.abort("enough", code: 7) }
                try transport.wait(until: { false })
            }
        }
        #expect(error == .ended(rank: 1, reason: "enough", code: 7))
        #expect(error?.description == "rank 1 ended the run: enough")
    }

    @Test func wrongLength() {
        let world = LoopbackWorld(rankCount: 2, seed: 0)
        let error = #expect(throws: TransportError.self) {
            try world.run { transport in
                if transport.rank == 0 {
                    [1, 2, 3].withUnsafeBytes { transport.send($0, to: 1, tag: 4) }
                } else {
                    var number = 0
                    try withUnsafeMutableBytes(of: &number) {
                        try transport.receive(into: $0, from: 0, tag: 4)
                    }
                }
            }
        }
        #expect(error == .length(from: 0, to: 1, tag: 4, expected: 8, found: 24))
    }

    @Test func messagesStayForTheNextRun() throws {
        let world = LoopbackWorld(rankCount: 2, seed: 0)
        try world.run { transport in
            [UInt8(7)].withUnsafeBytes { transport.send($0, to: 1, tag: 4) }
        }
        #expect(world.undelivered == 2)
        try world.run { transport in
            guard transport.rank == 1 else { return }
            for peer in 0..<2 {
                var byte: UInt8 = 0
                try withUnsafeMutableBytes(of: &byte) {
                    try transport.receive(into: $0, from: peer, tag: 4)
                }
                #expect(byte == 7)
            }
        }
        #expect(world.undelivered == 0)
    }

    @Test func trafficIsCounted() throws {
        let world = LoopbackWorld(rankCount: 3, seed: 0)
        try world.run { transport in
            for _ in 0..<transport.rank {
                [UInt8](repeating: 0, count: 10).withUnsafeBytes {
                    transport.send($0, to: 0, tag: 1)
                }
            }
        }
        #expect(world.traffic.messageCount == 3 && world.traffic.byteCount == 30)
        #expect(
            world.traffic.messageCount(from: 2, to: 0) == 2
                && world.traffic.byteCount(from: 1) == 10)
    }

    /// Many short runs on the same threads; the time is printed, not judged.
    @Test func manyShortRuns() throws {
        let world = LoopbackWorld(rankCount: 4, seed: 0)
        let clock = ContinuousClock()
        let time = try clock.measure {
            for _ in 0..<500 { try world.run { try $0.barrier() } }
        }
        print("500 runs of a barrier of 4 ranks: \(time / 500) each")
        #expect(world.undelivered == 0)
    }
}
