/// What a rank does with whole stores: makes all their bytes its own, where the program asks for
/// them.
import Execution
import Launches
import Partitions
import Tracing

extension Ranks {
    /// This rank among all.
    public var place: RankPlace { RankPlace(rank: rank, rankCount: rankCount) }

    /// Brings all bytes of a tiled store to every rank. Every rank must call it for the same store.
    ///
    /// - Complexity: Each rank sends its block once to its neighbour and passes the others' on:
    ///   (ranks - 1) messages.
    func gather(_ store: Store) throws {
        let tag = takeTags(1)
        Counters.shared.gatheredBytes &+= store.byteCount
        let ownership = Ownership(store, rankCount: rankCount)
        func bytes(_ rank: Int) -> UnsafeMutableRawBufferPointer {
            let elements = ownership.elements(ownedBy: rank)
            let size = store.type.byteCount
            return UnsafeMutableRawBufferPointer(
                start: store.memory! + elements.lowerBound * size, count: elements.count * size)
        }
        let (next, previous) = ((rank + 1) % rankCount, (rank + rankCount - 1) % rankCount)
        for step in 0..<rankCount - 1 {
            let sent = bytes((rank + rankCount - step) % rankCount)
            transport.send(UnsafeRawBufferPointer(sent), to: next, tag: tag)
            Counters.shared.messages &+= 1
            Counters.shared.messageBytes &+= sent.count
            try transport.receive(
                into: bytes((rank + rankCount - step - 1) % rankCount), from: previous, tag: tag)
        }
    }
}
