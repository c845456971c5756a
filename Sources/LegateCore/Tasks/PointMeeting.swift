/// Where the points of a concurrent launch meet: each leaves what it has to say and waits until all
/// have.
///
/// In: the parts of one point, at its next call. Out: the parts of all points. Where all points are
/// here, the last one that comes ends the round. On several ranks the thread that runs the launch
/// does (``PointExchange``): it waits for the points of this rank, brings in what those of the
/// others say, and lets all go on.
import Glibc

final class PointMeeting {
    enum Call: UInt8 { case barrier = 1, allGather, allToAll }

    /// What the points of this rank have come to.
    enum Round {
        case called(Call, [[[UInt8]]])
        case ended, failed

        static let endedStatus: UInt8 = 0
        static let failedStatus: UInt8 = 255

        /// The same in a byte, for the other ranks.
        var status: UInt8 {
            switch self {
            case .called(let call, _): call.rawValue
            case .ended: Round.endedStatus
            case .failed: Round.failedStatus
            }
        }
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// Points of this rank.
    private let local: Range<Int>
    /// Somebody else than the points ends the rounds.
    private let isServed: Bool
    private var parts: [[[UInt8]]]
    private var results: [[[UInt8]]] = []
    private var call: Call?
    private var arrived = 0
    private var ended = 0
    private var round = 0
    private var failure: CoreError?

    /// - Parameter local: Points that meet here; all of them where there is one rank.
    init(_ count: Int, local: Range<Int>? = nil, isServed: Bool = false) {
        self.local = local ?? 0..<count
        self.isServed = isServed
        parts = [[[UInt8]]](repeating: [], count: self.local.count)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(condition)
        mutex.deallocate()
        condition.deallocate()
    }

    private func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    // MARK: - The points

    /// Gives what every point left for this call, in the order of points.
    func meet(_ point: Int, _ call: Call, _ own: [[UInt8]]) throws -> [[[UInt8]]] {
        try locked {
            if let failure { throw failure }
            if let known = self.call, known != call {
                throw fail("point \(point) calls \(call) while others wait in \(known)")
            }
            if ended > 0 {
                throw fail("point \(point) calls \(call), but \(ended) points have returned")
            }
            self.call = call
            parts[point - local.lowerBound] = own
            arrived += 1
            let mine = round
            if arrived == local.count {
                if isServed { pthread_cond_broadcast(condition) } else { goOn(with: parts) }
            }
            while round == mine, failure == nil { pthread_cond_wait(condition, mutex) }
            if round == mine, let failure { throw failure }
            return results
        }
    }

    /// A point's body returned, or threw: nobody may wait for it any more.
    func end(_ point: Int, failed: Bool) {
        locked {
            ended += 1
            if failed {
                _ = fail("point \(point) failed")
            } else if arrived > 0, let call {
                _ = fail("point \(point) returned while others wait in \(call)")
            } else if ended == local.count {
                pthread_cond_broadcast(condition)
            }
        }
    }

    private func goOn(with results: [[[UInt8]]]) {
        self.results = results
        arrived = 0
        call = nil
        round += 1
        pthread_cond_broadcast(condition)
    }

    private func fail(_ words: String) -> CoreError {
        let error = CoreError(.runtime, "the points of a launch do not meet: \(words)")
        if failure == nil { failure = error }
        pthread_cond_broadcast(condition)
        return error
    }

    // MARK: - Who serves them

    /// Waits until all points of this rank have made a call or returned, or one of them failed.
    func awaitRound() -> Round {
        locked {
            while true {
                if failure != nil { return .failed }
                if ended == local.count { return .ended }
                if arrived == local.count, let call { return .called(call, parts) }
                pthread_cond_wait(condition, mutex)
            }
        }
    }

    /// Lets all points go on, with what all points of all ranks said.
    func finish(_ results: [[[UInt8]]]) { locked { goOn(with: results) } }

    /// Lets all points fail at their call, this one or the next.
    func abandon(_ words: String) { locked { _ = fail(words) } }
}
