/// What every rank needs of every other: handed on in rounds, so that no rank sends more than ⌈log₂
/// ranks⌉ messages and each byte comes to a rank once.
///
/// In: for consecutive ranks, the pieces that they own of what all need. Out: the sends and
/// receives of one rank. In round k a rank hands what it has by now to the rank 2ᵏ below (Bruck's
/// gather); where one rank owns everything, only those who have it send: a binomial tree.
///
///     5 ranks, seen from rank 0     own part      0
///                                   from rank 1     1
///                                   from rank 2       2 3
///                                   from rank 4           4
import Partitions

struct Rounds {
    let place: RankPlace
    /// The ranks that own what all need, or lie between such.
    let owners: Range<Int>

    /// The rounds in which this rank has a part.
    ///
    /// - Parameters:
    ///   - pieces: What consecutive ranks own, by store.
    ///   - takeTag: A tag for each round; as many on every rank.
    func drafts(
        group: Int, _ pieces: (Range<Int>) -> [Message.Part], takeTag: () -> Int
    ) -> [Draft] {
        let (me, ranks) = (place.rank, place.rankCount)
        // Where few own everything, most rounds are about the same few.
        var known: (ranks: Range<Int>, parts: [Message.Part]) = (0..<0, [])
        func parts(_ wanted: Range<Int>) -> [Message.Part] {
            let wanted = wanted.clamped(to: owners)
            if wanted.isEmpty { return [] }
            if wanted != known.ranks { known = (wanted, pieces(wanted)) }
            return known.parts
        }
        func parts(from first: Int, count: Int) -> [Message.Part] {
            let first = first < ranks ? first : first - ranks
            let end = first + count
            return end <= ranks ? parts(first..<end) : parts(first..<ranks) + parts(0..<end - ranks)
        }
        var drafts: [Draft] = []
        var distance = 1
        while distance < ranks {
            let count = min(distance, ranks - distance)
            let tag = takeTag()
            let sent = parts(from: me, count: count)
            let received = parts(from: me + distance, count: count)
            if !sent.isEmpty || !received.isEmpty {
                let draft = Draft(place, group: group, tag: tag)
                draft.transfers.add(sent, to: (me - distance + ranks) % ranks)
                draft.transfers.add(received, from: (me + distance) % ranks)
                drafts.append(draft)
            }
            distance *= 2
        }
        return drafts
    }
}
