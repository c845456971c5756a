/// What a rank has of a store: its own block, written and read without asking the others.
///
/// Everything here also holds with one rank, which owns all of every store. Clients that bring
/// bytes from outside (files, lists, foreign arrays, random numbers) write their own elements of a
/// new store; clients that take bytes out part by part (files) read their own.
import Execution
import Launches
import Partitions

extension Runtime {
    /// The number of this process among the ranks of the run.
    public var rank: Int { ranks?.rank ?? 0 }
    /// Processes that run this program together.
    public var rankCount: Int { ranks?.rankCount ?? 1 }

    /// The elements, in the flat index space, that this rank keeps: all, unless the store is tiled
    /// over several ranks.
    public func ownElements(of store: Store) -> Range<Int> {
        guard store.isTiled, let ranks else { return 0..<store.elementCount }
        return Ownership(store, rankCount: ranks.rankCount).elements(ownedBy: ranks.rank)
    }

    /// Gives a new store memory, with arbitrary contents, for the caller to write: each rank the
    /// returned elements and no others.
    public func materializeOwn(_ store: Store) throws -> Range<Int> {
        try materialize(store)
        guard store.isTiled, ranks != nil else { return 0..<store.elementCount }
        store.isLocal = false
        return ownElements(of: store)
    }

    /// Makes this rank's own elements current and returns where the store's element zero is, or
    /// would be. Nothing moves between ranks that the recorded launches do not move.
    public func waitForOwn(_ store: Store) throws -> UnsafeMutableRawPointer {
        guard store.isTiled, ranks != nil else { return try wait(for: store) }
        if store.pendingWrites > 0 { try waitForAll() }
        if store.memory == nil { _ = try materializeOwn(store) }
        return store.memory.unsafelyUnwrapped
    }
}
