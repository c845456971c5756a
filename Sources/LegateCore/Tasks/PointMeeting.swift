/// Where the points of a concurrent launch meet: each leaves what it has to say and waits until all have.
///
/// In: the parts of one point, at its next call. Out: the parts of all points. On several ranks `exchange` brings the other
/// ranks' points in: the last point of this rank that comes calls it for all of them.
import Glibc

final class PointMeeting {
    enum Call: UInt8 { case barrier, allGather, allToAll }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// Points of this rank.
    private let local: Range<Int>
    private var parts: [[[UInt8]]]
    private var results: [[[UInt8]]] = []
    private var call: Call?
    private var arrived = 0
    private var ended = 0
    private var round = 0
    private var failure: CoreError?
    private let exchange: ((Call, [[[UInt8]]]) throws -> [[[UInt8]]])?

    /// - Parameters:
    ///   - local: Points that meet here; all of them where there is one rank.
    ///   - exchange: Adds what the points of other ranks say, given what these say.
    init(
        _ count: Int, local: Range<Int>? = nil, exchange: ((Call, [[[UInt8]]]) throws -> [[[UInt8]]])? = nil
    ) {
        self.local = local ?? 0..<count
        self.exchange = exchange
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

    /// Gives what every point left for this call, in the order of points.
    func meet(_ point: Int, _ call: Call, _ own: [[UInt8]]) throws -> [[[UInt8]]] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if let failure { throw failure }
        if let known = self.call, known != call {
            try fail("point \(point) calls \(call) while others wait in \(known)")
        }
        if ended > 0 { try fail("point \(point) calls \(call), but \(ended) points have returned") }
        self.call = call
        parts[point - local.lowerBound] = own
        arrived += 1
        if arrived == local.count { return try finish(call) }
        let mine = round
        while round == mine, failure == nil { pthread_cond_wait(condition, mutex) }
        if round == mine, let failure { throw failure }
        return results
    }

    /// The last one to come.
    private func finish(_ call: Call) throws -> [[[UInt8]]] {
        do { results = try exchange?(call, parts) ?? parts } catch {
            try fail("\(error)")
        }
        arrived = 0
        self.call = nil
        round += 1
        pthread_cond_broadcast(condition)
        return results
    }

    private func fail(_ words: String) throws -> Never {
        let error = CoreError(.runtime, "the points of a launch do not meet: \(words)")
        if failure == nil { failure = error }
        pthread_cond_broadcast(condition)
        throw error
    }

    /// A point's body returned, or threw: nobody may wait for it any more.
    func end(_ point: Int, failed: Bool) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        ended += 1
        if failed {
            try? fail("point \(point) failed")
        } else if arrived > 0, let call {
            try? fail("point \(point) returned while others wait in \(call)")
        }
    }
}
