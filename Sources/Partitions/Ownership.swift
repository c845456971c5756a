/// Which rank owns which part of a store: equal blocks of the flat index space, in rank order.
///
/// Every rank can tell the owner of every element without asking; the map's size does not grow with the ranks.
import Shapes

public struct Ownership: Sendable {
    public let elementCount: Int
    public let elementSize: Int
    public let rankCount: Int

    public init(elementCount: Int, elementSize: Int, rankCount: Int) {
        self.elementCount = elementCount
        self.elementSize = elementSize
        self.rankCount = rankCount
    }

    /// Bytes of the store that a rank owns.
    public func bytes(ownedBy rank: Int) -> Range<Int> {
        rank * elementCount / rankCount * elementSize..<(rank + 1) * elementCount / rankCount * elementSize
    }

    /// Splits a byte interval by owner.
    public func forEachOwner(of interval: Range<Int>, _ body: (_ rank: Int, _ part: Range<Int>) -> Void) {
        guard !interval.isEmpty else { return }
        var rank = owner(ofByte: interval.lowerBound)
        while rank < rankCount {
            let part = bytes(ownedBy: rank).clamped(to: interval)
            if !part.isEmpty { body(rank, part) }
            if bytes(ownedBy: rank).upperBound >= interval.upperBound { return }
            rank += 1
        }
    }

    public func owner(ofByte byte: Int) -> Int {
        let element = byte / elementSize
        var rank = min(rankCount - 1, element * rankCount / max(elementCount, 1))
        while bytes(ownedBy: rank).upperBound <= byte { rank += 1 }
        while bytes(ownedBy: rank).lowerBound > byte { rank -= 1 }
        return rank
    }
}
