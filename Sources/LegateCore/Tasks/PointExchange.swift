/// Brings the points of a concurrent launch together over the ranks.
///
/// In: the meeting of this rank's points. Out: for each of their calls, what the points of all
/// ranks have to say. It runs on the thread that runs the launch, because only that one speaks with
/// other ranks. A rank without points takes part, too:
///
///     rank 0   points 0 1   both call allGather │ status ⇄ status │ bytes ⇄ bytes │ both go on
///     rank 1   point  2     calls allGather     │                 │               │ goes on
///     rank 2                                    │                 │               │
///
/// One round for each call, until no rank has a point that has not returned.
import Launches

struct PointExchange {
    private let meeting: PointMeeting
    private let exchange: Exchange
    /// The points of every rank.
    private let points: [Range<Int>]

    init(_ meeting: PointMeeting, _ own: Range<Int>, _ exchange: Exchange) throws {
        self.meeting = meeting
        self.exchange = exchange
        points = try exchange.gather([own.lowerBound, own.upperBound]).map { $0[0]..<$0[1] }
    }

    private var own: Range<Int> { points[exchange.rank] }

    /// Returns when all points of all ranks have returned.
    ///
    /// - Throws: What the transport throws when another rank is gone.
    func serve() throws {
        while true {
            let round = meeting.awaitRound()
            let statuses = try exchange.gather([round.status]).map { $0[0] }
            if let words = disagreement(statuses) { return meeting.abandon(words) }
            guard case .called(let call, let parts) = round else {
                if let call = statuses.lazy.compactMap(PointMeeting.Call.init(status:)).first {
                    // Without points of its own, a rank hears and says nothing.
                    _ = try exchanged(call, [])
                    continue
                }
                return
            }
            meeting.finish(try exchanged(call, parts))
        }
    }

    /// Why the points of all ranks do not meet; `nil` where they do.
    private func disagreement(_ statuses: [UInt8]) -> String? {
        if let failed = statuses.firstIndex(of: PointMeeting.Round.failedStatus) {
            return "a point of rank \(failed) failed, or called something else than its neighbours"
        }
        let calls = Set(statuses.compactMap(PointMeeting.Call.init(status:)))
        if calls.count > 1 { return "points of different ranks make different calls" }
        let returned = statuses.indices.filter {
            statuses[$0] == PointMeeting.Round.endedStatus && !points[$0].isEmpty
        }
        if let rank = returned.first, let call = calls.first {
            return "the points of rank \(rank) returned while others wait in \(call)"
        }
        return nil
    }

    // MARK: - Bytes

    /// What all points said, by point: of `allToAll` only what was said to points of this rank.
    private func exchanged(_ call: PointMeeting.Call, _ parts: [[[UInt8]]]) throws -> [[[UInt8]]] {
        if call == .barrier {
            return [[[UInt8]]](repeating: [[]], count: points.map(\.upperBound).max() ?? 0)
        }
        let messages = points.map { peer in
            parts.reduce(into: [UInt8]()) { bytes, said in
                for part in call == .allToAll ? Array(said[peer]) : said {
                    append(part, to: &bytes)
                }
            }
        }
        var result = [[[UInt8]]](repeating: [], count: points.map(\.upperBound).max() ?? 0)
        for (rank, message) in try exchange.toAll(messages).enumerated() where !message.isEmpty {
            var position = 0
            for point in points[rank] {
                if call == .allToAll {
                    result[point] = [[UInt8]](repeating: [], count: result.count)
                    for receiver in own { result[point][receiver] = part(of: message, &position) }
                } else {
                    result[point] = [part(of: message, &position)]
                }
            }
        }
        return result
    }

    private func append(_ part: [UInt8], to bytes: inout [UInt8]) {
        withUnsafeBytes(of: part.count) { bytes += $0 }
        bytes += part
    }

    private func part(of message: [UInt8], _ position: inout Int) -> [UInt8] {
        let count = message.withUnsafeBytes {
            $0.loadUnaligned(fromByteOffset: position, as: Int.self)
        }
        position += 8 + count
        return Array(message[position - count..<position])
    }
}

extension PointMeeting.Call {
    fileprivate init?(status: UInt8) { self.init(rawValue: status) }
}
