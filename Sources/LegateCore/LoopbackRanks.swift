/// The launch stream run again on R ranks inside this process, and compared.
///
/// Each rank is a runtime of its own: it has its own stores, plans and memory, sees the same
/// launches as the program's runtime, and speaks with the others through a loopback world that
/// delivers late and in any order. Memory that a rank neither owns nor received holds poison, so a
/// missing transfer shows as a wrong result. After each window the ranks' parts of every store that
/// the program still holds are compared with the program's own bytes.
///
///     rank 0   [ own | halo |      poison      ]
///     rank 1   [ poison | halo | own | halo |  ]
import CPUBackend
import Execution
import Glibc
import Launches
import LoopbackTransport
import Partitions
import Plans
import Shapes
import Tracing

final class LoopbackRanks {
    let world: LoopbackWorld
    private var ranks: [LoopbackRank] = []

    init(rankCount: Int, seed: UInt64, backend: CPUBackend) {
        world = LoopbackWorld(rankCount: rankCount, seed: seed)
        ranks = (0..<rankCount).map {
            LoopbackRank(rank: $0, rankCount: rankCount, backend: backend)
        }
    }

    /// Runs a window on every rank, before the program's runtime runs it.
    func run(_ launches: [Launch], _ stores: [Store]) {
        let windows = ranks.map { $0.window(launches, stores) }
        do {
            try world.run { transport in
                try ranks[transport.rank].run(windows[transport.rank], on: transport)
            }
        } catch {
            fail("\(error)")
        }
    }

    /// Compares what the ranks hold of some stores with the program's bytes.
    func verify(_ stores: [Store]) {
        for store in stores where store.handleCount > 0 && store.memory != nil && !store.isShared {
            for rank in ranks { rank.verify(store, fail) }
        }
    }

    /// After a failure: the ranks take everything anew from the program's stores.
    func forget() { for rank in ranks { rank.forget() } }

    private func fail(_ sentence: String) {
        fputs("legate: replay on \(ranks.count) ranks: \(sentence)\n", stderr)
        exit(70)
    }
}

/// One of the ranks.
private final class LoopbackRank {
    private let place: RankPlace
    private let executor: PlanExecutor
    private var plans = PlanCache()
    private var ranks: Ranks?
    /// The rank's own store for each of the program's, by number.
    private var stores: [UInt64: Twin] = [:]

    private struct Twin {
        weak var original: Store?
        let store: Store
    }

    init(rank: Int, rankCount: Int, backend: CPUBackend) {
        let place = RankPlace(rank: rank, rankCount: rankCount)
        self.place = place
        executor = PlanExecutor(backend: SerialBackend(backend))
        executor.prepare = { LoopbackRank.poison($0, place) }
    }

    /// Fills a store with what no result may depend on; the rank's own part with zeros, as the
    /// program's runtime does.
    private static func poison(_ store: Store, _ place: RankPlace) {
        memset(store.memory!, 0, store.byteCount)
        guard store.isTiled else { return }
        let own = LoopbackRank.bytes(of: store, place)
        memset(store.memory!, 0xA5 ^ Int32(place.rank), own.lowerBound)
        memset(
            store.memory! + own.upperBound, 0xA5 ^ Int32(place.rank),
            store.byteCount - own.upperBound)
    }

    private static func bytes(of store: Store, _ place: RankPlace) -> Range<Int> {
        let own = Ownership(store, rankCount: place.rankCount).elements(ownedBy: place.rank)
        return own.lowerBound * store.type.byteCount..<own.upperBound * store.type.byteCount
    }

    func forget() { stores.removeAll() }

    // MARK: - Windows

    /// The window's launches on the rank's own stores.
    func window(_ launches: [Launch], _ originals: [Store]) -> [Launch] {
        if stores.count > 1024 { stores = stores.filter { $0.value.original != nil } }
        for original in originals { adopt(original) }
        func views(_ views: [StoreView]) -> [StoreView] {
            views.map {
                StoreView(store: stores[$0.store.id]!.store, lattice: $0.lattice, type: $0.type)
            }
        }
        return launches.map { launch in
            let copy = Launch(
                name: launch.name, domain: launch.domain, inputs: views(launch.inputs),
                outputs: views(launch.outputs),
                body: launch.body, source: launch.source)
            copy.priority = launch.priority
            for view in copy.inputs { view.store.pendingReads += 1 }
            for view in copy.outputs {
                view.store.pendingWrites += 1
                if view.store.isTiled { view.store.isLocal = false }
            }
            return copy
        }
    }

    /// Makes a store like one of the program's; takes over bytes that came from outside the
    /// launches.
    private func adopt(_ original: Store) {
        let known = stores[original.id].flatMap { $0.original === original ? $0.store : nil }
        let store = known ?? Store(type: original.type, shape: original.shape)
        if known == nil { stores[original.id] = Twin(original: original, store: store) }
        store.handleCount = original.handleCount
        store.isShared = original.isShared
        let wasTiled = store.isTiled
        store.isTiled = original.isTiled
        // Ranks may have gathered a store among themselves, where the program's runtime had no
        // reason to.
        store.isLocal = original.isLocal || known != nil && store.isLocal
        guard let bytes = original.memory else { return }
        if known != nil, wasTiled, original.isTiled, !original.isLocal, store.memory != nil {
            return
        }
        do { try executor.materialize(store) } catch {
            preconditionFailure("no memory for a rank's store")
        }
        let part =
            store.isTiled && !store.isLocal
            ? LoopbackRank.bytes(of: store, place) : 0..<store.byteCount
        memcpy(store.memory! + part.lowerBound, bytes + part.lowerBound, part.count)
    }

    func run(_ launches: [Launch], on transport: Transport) throws {
        let ranks = self.ranks ?? Ranks(transport)
        self.ranks = ranks
        let signature = Signature(launches)
        let plan = plans.plan(for: launches, signature, workers: 1, place: place).plan
        plan.prepare(signature.stores)
        let channel = ExchangeChannel(transport, firstTag: ranks.takeTags(plan.tagCount))
        var stores = signature.stores.map { Optional($0) }
        for segment in plan.segments {
            try executor.run(segment, of: plan, launches, stores, signature.constants, channel)
            executor.settle(segment, &stores)
        }
        for store in plan.madeLocal.compactMap({ stores[$0] }) {
            store.isLocal = true
            // All ranks come here: one counts for all.
            if place.rank == 0 { Counters.shared.gatheredBytes &+= store.byteCount }
        }
        for launch in launches {
            for view in launch.inputs { view.store.pendingReads -= 1 }
            for view in launch.outputs { view.store.pendingWrites -= 1 }
        }
    }

    // MARK: - Comparing

    func verify(_ original: Store, _ fail: (String) -> Void) {
        guard let twin = stores[original.id], twin.original === original,
            let memory = twin.store.memory
        else { return }
        let part =
            original.isTiled ? LoopbackRank.bytes(of: twin.store, place) : 0..<original.byteCount
        guard memcmp(memory + part.lowerBound, original.memory! + part.lowerBound, part.count) != 0
        else { return }
        let number = original.type.realPart
        let differing = stride(from: part.lowerBound, to: part.upperBound, by: number.byteCount)
            .first {
                !number.agree(memory + $0, original.memory! + $0)
            }
        guard let first = differing else { return }
        fail(
            "store \(original.id) \(original.type.name)\(original.shape) differs at element "
                + "\(first / original.type.byteCount) of rank \(place.rank)")
    }
}

extension ElementType {
    /// Whether two numbers have equal bits, or are both NaN: of those, the tiers give different
    /// ones.
    fileprivate func agree(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer) -> Bool {
        memcmp(a, b, byteCount) == 0 || isNaN(a) && isNaN(b)
    }

    private func isNaN(_ number: UnsafeRawPointer) -> Bool {
        switch self {
        case .float16: return number.load(as: UInt16.self) & 0x7FFF > 0x7C00
        case .float32: return number.load(as: Float.self).isNaN
        case .float64: return number.load(as: Double.self).isNaN
        default: return false
        }
    }
}

/// A backend of one worker with the memory of another.
private final class SerialBackend: Backend {
    private let memory: CPUBackend
    private var job: (() -> Void)?

    init(_ memory: CPUBackend) { self.memory = memory }

    var workerCount: Int { 1 }
    func allocate(byteCount: Int) throws -> UnsafeMutableRawPointer {
        try memory.allocate(byteCount: byteCount)
    }
    func deallocate(_ block: UnsafeMutableRawPointer, byteCount: Int) {
        memory.deallocate(block, byteCount: byteCount)
    }
    func begin(_ count: Int, isOrdered: Bool, isAwaited: Bool, _ body: @escaping (Int, Int) -> Void)
    {
        job = { for chunk in 0..<count { body(chunk, 0) } }
    }
    func finish(_ look: () throws -> Void) rethrows {
        job?()
        job = nil
    }
    func pause(_ spins: Int) {}
}
