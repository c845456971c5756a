/// Any number of ranks in one process, in an order that a seed decides, with messages as late as
/// the contract allows.
///
/// In: a body that every rank runs, on a thread of its own. Only one rank runs at a time; one that
/// must wait hands over to another that can go on, chosen by the seed. Time is a counter that this
/// file alone moves:
///
///     send at 120, delay 300 (random)      visible at 420        received then or later
///          |------------------------------------|
///     clock: + 1 for every call; when all ranks wait, on to the next event
///
/// So a run that passes here relies on no order that the contract does not promise, and the same
/// seed repeats it. When all ranks wait and nothing is under way, each gets an error that says who
/// waits for what.
import Execution
import Glibc

public final class LoopbackWorld {
    public let rankCount: Int
    /// The ranks' transports; they keep their identity over all runs.
    public private(set) var transports: [LoopbackTransport] = []
    /// Nanoseconds of the ranks' common clock; moves only while ranks call their transports.
    public internal(set) var clock: UInt64 = 0
    public private(set) var traffic: LoopbackTraffic

    /// The longest time that a message is under way, in nanoseconds of the clock.
    static let longestDelay = 1_000_000
    /// A call of a transport takes this long.
    static let callTime: UInt64 = 1_000
    /// Wake-ups of waiting ranks for their background work without any other progress before that
    /// counts as a deadlock.
    static let patience = 20_000

    private var random: RandomBits
    private var baton: Baton
    private var startedInProcess: pid_t
    private var channels: [Address: Channel] = [:]
    var states: [RankState]
    private var failure: TransportError?
    private var firstError: (any Error)?
    private var idleWakes = 0

    struct Address: Hashable {
        var from: Int
        var to: Int
        var tag: Int
    }

    private struct Channel {
        /// Oldest last.
        var messages: [(visibleAt: UInt64, bytes: [UInt8])] = []
    }

    enum RankState {
        case running
        /// Goes on when the clock has reached a time.
        case polling(until: UInt64)
        case receiving(Address)
        case ended
    }

    public init(rankCount: Int, seed: UInt64 = 0) {
        precondition(rankCount > 0)
        self.rankCount = rankCount
        random = RandomBits(seed: seed)
        baton = Baton(threadCount: rankCount)
        startedInProcess = getpid()
        states = [RankState](repeating: .ended, count: rankCount)
        traffic = LoopbackTraffic(rankCount: rankCount)
        transports = (0..<rankCount).map {
            LoopbackTransport(rank: $0, rankCount: rankCount, world: self)
        }
    }

    /// Runs the body once per rank and returns when all have ended.
    ///
    /// Messages that nobody received stay under way for the next run, unless this one throws.
    ///
    /// - Throws: the first error that a rank's body threw. The waits of the other ranks throw then,
    ///   too.
    public func run(_ body: (LoopbackTransport) throws -> Void) throws {
        if startedInProcess != getpid() {  // A forked child inherits no threads.
            baton = Baton(threadCount: rankCount)
            startedInProcess = getpid()
        }
        failure = nil
        firstError = nil
        idleWakes = 0
        for rank in 0..<rankCount { states[rank] = .polling(until: clock) }
        baton.run(first: nextRank()) { rank in
            states[rank] = .running
            do {
                try body(transports[rank])
            } catch {
                if firstError == nil { firstError = error }
                let error = error as? TransportError
                if failure == nil {
                    failure = error ?? .ended(rank: rank, reason: "\(firstError!)", code: 1)
                }
            }
            states[rank] = .ended
            return nextRank()
        }
        if let error = firstError ?? failure {
            channels = [:]
            throw error
        }
    }

    /// Messages sent and not yet received: zero after a correct exchange.
    public var undelivered: Int { channels.values.reduce(0) { $0 + $1.messages.count } }

    // MARK: - Messages

    func post(_ bytes: [UInt8], _ address: Address) {
        clock += LoopbackWorld.callTime
        idleWakes = address.tag < ReservedTag.first ? 0 : idleWakes
        traffic.note(from: address.from, to: address.to, bytes: bytes.count)
        var channel = channels.removeValue(forKey: address) ?? Channel()
        let earliest = channel.messages.first?.visibleAt ?? 0
        let visibleAt = max(
            earliest, clock + UInt64(random.next(below: LoopbackWorld.longestDelay)))
        channel.messages.insert((visibleAt, bytes), at: 0)
        channels[address] = channel
    }

    /// When the next message with this address is there; nil when none is under way.
    private func arrival(_ address: Address) -> UInt64? {
        channels[address]?.messages.last?.visibleAt
    }

    func isVisible(_ address: Address) -> Bool { arrival(address).map { $0 <= clock } ?? false }

    func take(_ address: Address) -> [UInt8] {
        var channel = channels.removeValue(forKey: address)!
        let bytes = channel.messages.removeLast().bytes
        if !channel.messages.isEmpty { channels[address] = channel }
        clock += LoopbackWorld.callTime
        idleWakes = address.tag < ReservedTag.first ? 0 : idleWakes
        return bytes
    }

    // MARK: - Turns

    /// Hands over until the rank can go on.
    func wait(_ rank: Int, _ state: RankState) throws {
        states[rank] = state
        baton.pass(from: rank, to: nextRank())
        states[rank] = .running
        if let failure { throw failure }
    }

    func end(_ error: TransportError) {
        if failure == nil { failure = error }
    }

    func checkNotEnded() throws {
        if let failure { throw failure }
    }

    /// The time at which a rank can go on, as far as is known; nil when it only can after another
    /// one acted.
    private func wakeTime(_ rank: Int) -> UInt64? {
        switch states[rank] {
        case .ended: return nil
        case .running: return clock
        case .polling(let time): return failure == nil ? time : clock
        case .receiving(let address):
            if failure != nil { return clock }
            let wakes = transports[rank].nextBackground
            guard let arrival = arrival(address) else { return wakes }
            return min(arrival, wakes ?? arrival)
        }
    }

    /// Who runs next: one of those that can, chosen by the seed. When none can, the clock moves on
    /// first. The number of ranks stands for the caller of `run`: all have ended.
    private func nextRank() -> Int {
        let times = (0..<rankCount).map(wakeTime)
        guard let earliest = times.lazy.compactMap({ $0 }).min() else {
            if states.allSatisfy({ if case .ended = $0 { true } else { false } }) {
                return rankCount
            }
            end(.deadlock(waits()))
            return nextRank()
        }
        clock = max(clock, earliest)
        let able = times.indices.filter { times[$0].map { $0 <= clock } ?? false }
        let chosen = able[able.count == 1 ? 0 : random.next(below: able.count)]
        countIdleWakes(chosen)
        return chosen
    }

    /// Ranks that wake up for their background work alone could do so for ever.
    private func countIdleWakes(_ chosen: Int) {
        guard failure == nil, case .receiving(let address) = states[chosen], !isVisible(address)
        else { return }
        idleWakes += 1
        let allWait = states.allSatisfy {
            switch $0 {
            case .receiving(let address): arrival(address) == nil
            case .ended: true
            default: false
            }
        }
        if allWait, idleWakes > LoopbackWorld.patience { end(.deadlock(waits())) }
    }

    private func waits() -> [String] {
        states.enumerated().map { rank, state in
            switch state {
            case .receiving(let address):
                "rank \(rank) waits for rank \(address.from), tag \(address.tag)"
            case .ended: "rank \(rank) has ended"
            default: "rank \(rank) runs"
            }
        }
    }
}
