/// Watches that all ranks run the same program, and ends them all when they do not.
///
/// In: every launch (`note`), and how the program ended (`announce`, `end`). Every few milliseconds
/// each rank tells its two neighbours in the ring of ranks how many launches it has recorded and
/// the hash of all of them. Whoever is ahead compares with its own hash at that count. Nothing here
/// is a collective: a rank that is stuck anywhere cannot stop it.
///
///     rank 0   a b c d e f        "4 launches, hash x"        rank 1 is ahead and finds another hash after 4:
///     rank 1   a b c X e f g   <───────────────────────       it sends its hashes since the last agreement, gets
///                                                             the words for the first that differs, and speaks
///
/// How it is used:
///
///     let launchGuard = LaunchGuard(transport)
///     launchGuard.start()
///     launchGuard.note(hash, "add", source: source)     per launch, and per wait for a value: from one thread
///     launchGuard.announce(status: 1)                   as soon as it is known that the program fails; optional, never waits
///     try launchGuard.end(status: 0)                    when the program is over, before `transport.close()`: returns when
///                                                       all ranks ended after the same launches with the same status
///
/// Whatever goes wrong, one rank speaks, chosen by rank 0, and `Transport.abort` ends all:
///
/// - launches differ, or a rank goes on where another ended: at once;
/// - a rank failed and the others did not follow, or a rank waits for one that ended: after
///   `Limits.failure`;
/// - a rank ended and another neither ends nor records anything: after `Limits.end`, or
///   `Limits.patience` if it computes;
/// - a rank is silent, because its process is gone and no launcher noticed: after `Limits.silence`.
///
/// A rank that is further ahead of its neighbours than the history is long waits in `note`. A
/// forked child is no rank: it is not watched, and its end is its own.
import Glibc
import Synchronization
import Tracing

public final class LaunchGuard {
    /// Times in nanoseconds of the transport's clock.
    public struct Limits: Sendable {
        /// Between two messages to a neighbour while launches are recorded.
        public var compare: UInt64 = 10_000_000
        /// Between two messages at all.
        public var heartbeat: UInt64 = 250_000_000
        /// Between two looks while nothing is recorded.
        public var idle: UInt64 = 50_000_000
        /// A neighbour that says nothing for so long is gone.
        public var silence: UInt64 = 10_000_000_000
        /// How long after a failure the other ranks may fail alike.
        public var failure: UInt64 = 4_000_000_000
        /// How long after an end a neighbour may wait for messages without recording anything.
        public var end: UInt64 = 30_000_000_000
        /// The same for a neighbour that does not wait but computes.
        public var patience: UInt64 = 600_000_000_000
        /// How long to wait for another rank's answer before speaking without it.
        public var answer: UInt64 = 500_000_000

        public init() {}
    }

    /// The exit code when the ranks' launches differ.
    public static let differenceCode: Int32 = 70

    let transport: any Transport
    let limits: Limits
    let history = LaunchHistory()
    /// Used by the background work alone, like all that is in the extensions.
    var peers: [Peer] = []
    var fault: Fault?
    var hasGivenPermission = false
    /// Another rank speaks: this one waits to be ended by it.
    var quietUntil: UInt64 = 0
    var lastLook: UInt64 = 0
    var lastChange: UInt64 = 0
    var lastCount = 0
    var announcedAt: UInt64?
    var isAnswering = false
    var nextClaims: UInt64 = 0
    /// Since when this rank waits for one that has ended.
    var waitsSince: UInt64?

    private let isAlone: Bool
    private let startedInProcess = getpid()
    private var isForked: Bool { getpid() != startedInProcess }
    /// Launches that may be recorded before the neighbours must have caught up.
    private let bound = Atomic<Int>(lead)
    /// The status with which this rank ends, or `notEnding`.
    private let ending = Atomic<Int>(notEnding)
    private let isOver = Atomic<Bool>(false)
    /// Whether the recording thread waits for the neighbours.
    let isHeld = Atomic<Bool>(false)
    private let isAgreed = Atomic<Bool>(false)

    private static let notEnding = Int.min
    /// How far ahead of an agreement a rank may be; the rest of the ring is there to be read.
    static let lead = LaunchHistory.length * 3 / 4

    /// A neighbour, as far as its messages tell.
    struct Peer {
        let rank: Int
        /// Its last state; `hash` is yet to be compared if `isCompared` is false.
        var state = GuardMessage(kind: .state)
        var isCompared = true
        var agreed = 0
        var heardAt: UInt64 = 0
        var movedAt: UInt64 = 0
        var sentAt: UInt64 = 0
        var sent = GuardMessage(kind: .state)
        /// A header whose bytes are still under way.
        var waiting: GuardMessage?
    }

    public init(_ transport: any Transport, limits: Limits = Limits()) {
        self.transport = transport
        self.limits = limits
        let last = transport.rankCount - 1
        let neighbours = [
            transport.rank == 0 ? last : transport.rank - 1,
            transport.rank == last ? 0 : transport.rank + 1,
        ]
        peers = Set(neighbours).subtracting([transport.rank]).sorted().map { Peer(rank: $0) }
        isAlone = peers.isEmpty
        if isAlone { bound.store(.max, ordering: .relaxed) }
    }

    /// Begins to compare.
    public func start() {
        if isAlone { return }
        let now = transport.now()
        lastLook = now
        lastChange = now
        for k in peers.indices {
            peers[k].heardAt = now
            peers[k].movedAt = now
        }
        transport.background = { [unowned self] in look(at: $0) }
    }

    /// Notes a launch. `hash` must depend on everything in which ranks may not differ, and on
    /// nothing else.
    ///
    /// - Complexity: O(1); a few nanoseconds unless this rank is far ahead.
    @inline(__always)
    public func note(_ hash: UInt64, _ name: String, source: SourceLocation?) {
        if history.recordedCount >= bound.load(ordering: .acquiring) { holdBack() }
        history.append(hash, name, source)
    }

    @inline(never)
    private func holdBack() {
        if isForked { return bound.store(.max, ordering: .relaxed) }
        do {
            var looks = 0
            isHeld.store(true, ordering: .releasing)
            try transport.wait(until: {
                // The neighbours may have come as far meanwhile: tell and ask at once, then now and
                // then.
                if looks % 256 == 0 { transport.hastenBackground() }
                looks += 1
                return history.recordedCount < bound.load(ordering: .acquiring)
            })
        } catch {  // The run was ended; the rank learns of it when it next receives.
            bound.store(.max, ordering: .relaxed)
        }
        isHeld.store(false, ordering: .releasing)
    }

    func allow(_ count: Int) { bound.store(count, ordering: .releasing) }

    // MARK: - The end

    /// Tells the other ranks how this one's program is going to end, without waiting for them.
    public func announce(status: Int32) {
        if isForked { return }
        ending.store(Int(status), ordering: .releasing)
        transport.hastenBackground()
    }

    /// The status that was announced.
    var announced: Int32? {
        let status = ending.load(ordering: .acquiring)
        return status == LaunchGuard.notEnding ? nil : Int32(truncatingIfNeeded: status)
    }

    /// Whether this rank records nothing more.
    var hasEnded: Bool { isOver.load(ordering: .acquiring) }

    func agreeOnEnd() { isAgreed.store(true, ordering: .releasing) }

    /// Waits until all ranks ended alike. A run that does not end alike is ended by one of them.
    ///
    /// - Throws: ``TransportError`` when the run was ended, where ranks are objects.
    public func end(status: Int32) throws {
        announce(status: status)
        if isAlone || isForked { return }
        isOver.store(true, ordering: .releasing)
        transport.hastenBackground()
        try transport.wait(until: { isAgreed.load(ordering: .acquiring) })
        // All neighbours agree; that all of them do is known when word has gone round.
        var distance = 1
        var round = 0
        while distance < transport.rankCount {
            let tag = ReservedTag.guardEnd(round: round)
            transport.send(
                UnsafeRawBufferPointer(start: nil, count: 0),
                to: (transport.rank + distance) % transport.rankCount, tag: tag)
            let from = (transport.rank - distance + transport.rankCount) % transport.rankCount
            try transport.wait(until: { transport.isThere(from: from, tag: tag) })
            try transport.receive(
                into: UnsafeMutableRawBufferPointer(start: nil, count: 0), from: from, tag: tag)
            distance *= 2
            round += 1
        }
        transport.background = nil
    }
}
