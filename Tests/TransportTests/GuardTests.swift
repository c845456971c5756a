/// The launch guard over the loopback world and its hand-driven clock: what it says when ranks
/// differ, and that it says nothing when they do not.
import Execution
import Testing
import Tracing

@testable import LoopbackTransport

@Suite struct GuardTests {
    private struct Rank {
        let transport: LoopbackTransport
        let launchGuard: LaunchGuard

        /// Notes launches number `range`, and lets time pass now and then.
        func note(_ range: Range<Int>, pauseEvery: Int = 100, changing: Int? = nil) {
            for k in range {
                let name = k == changing ? "multiply" : "add"
                launchGuard.note(
                    UInt64(k) &* 77 &+ UInt64(name.count), name,
                    source: SourceLocation(file: "program.py", line: k == changing ? 33 : 31))
                if k % pauseEvery == pauseEvery - 1 { transport.progress() }
            }
        }

        func waitForever(for rank: Int) throws {
            try transport.receive(
                into: UnsafeMutableRawBufferPointer(start: nil, count: 0), from: rank, tag: 1)
        }
    }

    /// Runs a program on all ranks; nil when all ended well.
    private func error(_ rankCount: Int, seed: UInt64 = 1, _ program: (Rank) throws -> Void)
        -> TransportError?
    {
        let world = LoopbackWorld(rankCount: rankCount, seed: seed)
        var guards: [LaunchGuard] = []
        do {
            try world.run { transport in
                var limits = LaunchGuard.Limits()
                limits.patience = 60_000_000_000
                let launchGuard = LaunchGuard(transport, limits: limits)
                guards.append(launchGuard)
                launchGuard.start()
                try program(Rank(transport: transport, launchGuard: launchGuard))
            }
        } catch {
            return error as? TransportError
        }
        return nil
    }

    private func parts(_ error: TransportError?) -> (reason: String, code: Int32)? {
        guard case .ended(_, let reason, let code) = error else { return nil }
        return (reason, code)
    }

    @Test(arguments: [1, 2, 3, 5, 8])
    func equalProgramsAreLeftAlone(rankCount: Int) {
        for seed in 0..<10 {
            let error = error(rankCount, seed: UInt64(seed)) { rank in
                rank.note(0..<3000, pauseEvery: 7 + 30 * rank.transport.rank)
                try rank.launchGuard.end(status: 0)
            }
            #expect(error == nil, "seed \(seed)")
        }
    }

    /// A rank that is far ahead waits for the others: the history is never too short.
    @Test func farAhead() {
        let error = error(2) { rank in
            rank.note(0..<300_000, pauseEvery: rank.transport.rank == 0 ? 300_000 : 1000)
            try rank.launchGuard.end(status: 0)
        }
        #expect(error == nil)
    }

    @Test(arguments: [0, 1, 17, 4000, 150_000])
    func differentLaunch(position: Int) {
        for (rankCount, odd) in [(2, 1), (2, 0), (3, 1), (6, 3)] {
            for seed in 0..<3 {
                let error = error(rankCount, seed: UInt64(seed)) { rank in
                    let changing = rank.transport.rank == odd ? position : nil
                    rank.note(
                        0..<position + 500, pauseEvery: 50 + 7 * rank.transport.rank,
                        changing: changing)
                    try rank.launchGuard.end(status: 0)
                }
                let found = parts(error)
                let other =
                    found?.reason.contains("rank \((odd + 1) % rankCount) at program.py:31: add")
                    == true
                    || found?.reason.contains(
                        "rank \((odd + rankCount - 1) % rankCount) at program.py:31: add") == true
                #expect(
                    other, "\(found?.reason ?? "nothing") with \(rankCount) ranks, seed \(seed)")
                #expect(found?.reason.contains("rank \(odd) at program.py:33: multiply") == true)
                #expect(found?.reason.hasSuffix("from launch \(position + 1) on") == true)
                #expect(found?.code == 70)
            }
        }
    }

    @Test func differenceInOperandsAlone() {
        let error = error(2) { rank in
            rank.launchGuard.note(UInt64(rank.transport.rank), "add", source: nil)
            try rank.launchGuard.end(status: 0)
        }
        #expect(
            parts(error)?.reason
                == "rank 0 at add, rank 1 at add, with other operands: the ranks run different programs from launch 1 on"
        )
    }

    @Test(arguments: [Int32(0), 3])
    func oneEndsWhileOthersGoOn(status: Int32) {
        let error = error(3) { rank in
            rank.note(0..<40)
            if rank.transport.rank != 1 { rank.note(40..<5000, changing: 40) }
            try rank.launchGuard.end(status: rank.transport.rank == 1 ? status : 0)
        }
        let words = status == 0 ? "" : " with exit status 3"
        let reason = parts(error)?.reason
        #expect(
            reason
                == "rank 1 ended\(words) after 40 launches, but rank 0 went on at program.py:33: multiply"
                || reason
                    == "rank 1 ended\(words) after 40 launches, but rank 2 went on at program.py:33: multiply"
        )
        #expect(parts(error)?.code == (status == 0 ? 70 : 3))
    }

    @Test func oneEndsWhileOthersWaitForIt() {
        let error = error(2) { rank in
            rank.note(0..<40)
            if rank.transport.rank == 0 { try rank.waitForever(for: 1) }
            try rank.launchGuard.end(status: 0)
        }
        #expect(
            error
                == .ended(
                    rank: 0,
                    reason: "waits for a message from rank 1, which ended after 40 launches; "
                        + "the last launch here was program.py:31: add", code: 70))
    }

    @Test func oneFailsWhileOthersWait() {
        let error = error(3) { rank in
            rank.note(0..<40)
            if rank.transport.rank == 0 { try rank.waitForever(for: 1) }
            if rank.transport.rank == 1 { try rank.waitForever(for: 0) }
            try rank.launchGuard.end(status: 5)
        }
        #expect(parts(error)?.code == 5)
        #expect(parts(error)?.reason.contains("exit status 5 after 40 launches") == true)
    }

    @Test func allFailAlike() {
        for seed in 0..<5 {
            let error = error(4, seed: UInt64(seed)) { rank in
                rank.note(0..<40)
                rank.launchGuard.announce(status: 1)
                // One shows the error for longer than a failure alone would be waited for.
                if rank.transport.rank == 2 {
                    let end = rank.transport.now() + 6_000_000_000
                    try rank.transport.wait(until: { rank.transport.now() > end })
                }
                try rank.launchGuard.end(status: 1)
            }
            #expect(error == nil)
        }
    }

    @Test func endWithOtherStatus() {
        let error = error(2) { rank in
            rank.note(0..<4)
            try rank.launchGuard.end(status: rank.transport.rank == 0 ? 0 : 9)
        }
        #expect(
            parts(error)?.reason
                == "rank 0 ended with exit status 0, rank 1 ended with exit status 9")
        #expect(parts(error)?.code == 9)
    }

    @Test func oneNeverEnds() {
        let error = error(2) { rank in
            rank.note(0..<10)
            if rank.transport.rank == 0 { try rank.transport.wait(until: { false }) }
            rank.note(10..<12)
            try rank.launchGuard.end(status: 0)
        }
        #expect(
            error
                == .ended(
                    rank: 1,
                    reason:
                        "ended after 12 launches, but rank 0 has stayed at 10 launches for 60 s; "
                        + "here the next was program.py:31: add", code: 70))
    }

    /// A rank that waits for others is not waited for as long as one that computes.
    @Test func oneWaitsForOneThatHangs() {
        let error = error(3) { rank in
            rank.note(0..<10)
            if rank.transport.rank == 0 { try rank.waitForever(for: 1) }
            if rank.transport.rank == 1 { try rank.transport.wait(until: { false }) }
            try rank.launchGuard.end(status: 0)
        }
        #expect(
            error
                == .ended(
                    rank: 2,
                    reason:
                        "ended after 10 launches, but rank 0 has stayed at 10 launches for 30 s",
                    code: 70))
    }

    @Test func oneIsSilent() {
        let error = error(3) { rank in
            rank.note(0..<10)
            if rank.transport.rank == 1 {
                rank.transport.background = nil
                return
            }
            try rank.waitForever(for: 1)
        }
        #expect(parts(error)?.reason == "rank 1 has been silent for 10 s")
    }

    /// With two odd ranks several pairs find a difference; one of them speaks.
    @Test(arguments: 0..<8)
    func onlyOneSpeaks(seed: Int) {
        let world = LoopbackWorld(rankCount: 6, seed: UInt64(seed))
        var spoken = 0
        var guards: [LaunchGuard] = []
        _ = try? world.run { transport in
            let launchGuard = LaunchGuard(Counting(transport) { spoken += 1 })
            guards.append(launchGuard)
            launchGuard.start()
            Rank(transport: transport, launchGuard: launchGuard).note(
                0..<900, changing: transport.rank % 3 == 1 ? 700 : nil)
            try launchGuard.end(status: 0)
        }
        #expect(spoken == 1)
    }
}

/// Counts the calls of `abort`, and does not pass them on for a while: the others have time to
/// speak as well.
private final class Counting: Transport {
    private let inner: LoopbackTransport
    private let count: () -> Void

    init(_ inner: LoopbackTransport, _ count: @escaping () -> Void) {
        self.inner = inner
        self.count = count
    }

    var rank: Int { inner.rank }
    var rankCount: Int { inner.rankCount }
    var waitsFor: Int? { inner.waitsFor }
    var hasUnsent: Bool { inner.hasUnsent }
    var background: ((UInt64) -> UInt64)? {
        get { inner.background }
        set { inner.background = newValue }
    }

    func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: Int) {
        inner.send(bytes, to: rank, tag: tag)
    }
    func receive(into buffer: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int) throws {
        try inner.receive(into: buffer, from: rank, tag: tag)
    }
    func isThere(from rank: Int, tag: Int) -> Bool { inner.isThere(from: rank, tag: tag) }
    func progress() { inner.progress() }
    func wait(until condition: () -> Bool) throws { try inner.wait(until: condition) }
    func now() -> UInt64 { inner.now() }
    func hastenBackground() { inner.hastenBackground() }

    func abort(_ reason: String, code: Int32) {
        count()
        let end = inner.now() + 1_000_000_000
        inner.background = { [inner] now in
            if now > end { inner.abort(reason, code: code) }
            return 10_000_000
        }
    }
}
