/// Jobs in lanes: chunks that depend on one another, each taken where its operands lie.
///
///     step 0    c0 c1 c2 c3 | c4 c5 c6 c7        worker 0's lane | worker 1's
///     step 1    c0 c1 c2 c3 | c4 c5 c6 c7        c3 of step 1 is ready when c2, c3 and c4 of
///                                                step 0 are done: one worker is hardly ahead
///
/// A worker takes the chunk at the head of its lane once that is ready. It never waits inside of a
/// chunk, so a job that is halted ends with the chunks in work. Who finds nothing ready in its own
/// lane takes from another's, at once where nobody attends to it, else after a while: what it
/// takes its core must fetch from the other's cache.
internal import CPlatform
import Synchronization
import Tracing

extension WorkerPool {
    /// Looks for a ready chunk at the head of another worker's lane before one takes it: some ten
    /// microseconds.
    private static let patience = 500

    /// Whether some worker still looks at the job.
    var isVisited: Bool {
        guard isInLanes.load(ordering: .relaxed) else { return false }
        // A change of nothing: who comes later sees that all chunks are taken.
        return visitors.wrappingAdd(0, ordering: .acquiringAndReleasing).oldValue != 0
    }

    /// The next chunk for a worker, once one is ready; `nil` when all are taken.
    func nextReady(_ worker: Int, _ active: Int) -> Int? {
        visitors.wrappingAdd(1, ordering: .acquiringAndReleasing)
        defer { visitors.wrappingSubtract(1, ordering: .acquiringAndReleasing) }
        var spins = 0
        var idleSince = 0
        defer { if idleSince > 0 { waited &+= Nanoseconds.now &- idleSince } }
        while true {
            switch look(worker, active, spins) {
            case .chunk(let chunk): return chunk
            case .nothingLeft: return nil
            case .nothingReady: break
            }
            if worker == 0 {
                if spins == 0 { idleSince = Nanoseconds.now }
                StateWish.look()
            }
            spins &+= 1
            pauseOrHelp(spins)
        }
    }

    private enum Finding {
        case chunk(Int)
        case nothingReady, nothingLeft
    }

    /// One look at the heads of all lanes, the worker's own first.
    private func look(_ worker: Int, _ active: Int, _ spins: Int) -> Finding {
        var finding = Finding.nothingLeft
        for k in 0..<active {
            let owner = worker &+ k < active ? worker &+ k : worker &+ k &- active
            guard let head = tickets[owner].head else { continue }
            // Who comes late may see a later job, which has no lanes.
            guard isInLanes.load(ordering: .acquiring) else { return .nothingLeft }
            if owner != worker, case .nothingReady = finding,
                tickets[owner].isAttended.load(ordering: .relaxed)
            {
                if spins < WorkerPool.patience { continue }
                tickets[owner].isAttended.store(false, ordering: .relaxed)
            }
            finding = .nothingReady
            if isReady(head.chunk), tickets[owner].takes(head.word) {
                if owner == worker { tickets[owner].isAttended.store(true, ordering: .relaxed) }
                return .chunk(head.chunk)
            }
        }
        return finding
    }
}
