/// The launch stream run again on R ranks inside this process, each with a memory of its own.
///
/// Every rank owns a block of each store. Before a launch, a rank gets exactly the bytes that its chunks read and it does
/// not own; after it, it sends what it wrote and does not own to the owners. Memory that a rank neither owns nor received
/// holds poison, so a missing transfer shows as a wrong result. When the program waits for a store, the owned parts
/// are compared with the store's bytes: any difference ends the run.
///
///     rank 0   [ own | halo |      poison      ]
///     rank 1   [ poison | halo | own | halo |  ]
import Execution
import Glibc
import Kernels
import Launches
import LoopbackTransport
import Partitions
import Plans
import Shapes
import Tracing

final class RankReplay {
    let rankCount: Int
    private let office = LoopbackOffice()
    private let transports: [OfficeTransport]
    private var images: [UInt64: StoreImage] = [:]
    private let scratch = Scratch()
    private var nextTag = 0

    /// One store as the ranks see it.
    final class StoreImage {
        weak var store: Store?
        let ownership: Ownership
        let size: Int
        var memory: [UnsafeMutableRawPointer]

        init(_ store: Store, rankCount: Int) {
            self.store = store
            ownership = Ownership(shape: store.shape, rankCount: rankCount)
            size = store.type.byteCount
            let bytes = max(store.byteCount, 16)
            memory = (0..<rankCount).map { rank in
                let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
                memset(memory, 0xA5 ^ Int32(rank), bytes)
                return memory
            }
        }

        func bytes(ownedBy rank: Int) -> Range<Int> {
            let own = ownership.elements(ownedBy: rank)
            return own.lowerBound * size..<own.upperBound * size
        }

        func forEachOwner(of interval: Range<Int>, _ body: (Int, Range<Int>) -> Void) {
            for rank in memory.indices {
                let part = bytes(ownedBy: rank).clamped(to: interval)
                if !part.isEmpty { body(rank, part) }
            }
        }

        /// Takes the owned parts from the store's bytes.
        func adopt(_ store: Store) {
            for rank in memory.indices {
                let own = bytes(ownedBy: rank)
                memcpy(memory[rank] + own.lowerBound, store.memory! + own.lowerBound, own.count)
            }
        }

        deinit { for m in memory { m.deallocate() } }
    }

    init(rankCount: Int) {
        self.rankCount = rankCount
        transports = office.transports(rankCount)
    }

    // MARK: - Stores

    /// Makes sure that a store that came from outside the launch stream is spread over the ranks.
    func adopt(_ store: Store) {
        if let image = images[store.id], image.store === store {
            if store.isShared { image.adopt(store) }
            return
        }
        if images.count > 256 { images = images.filter { $0.value.store != nil } }
        let image = StoreImage(store, rankCount: rankCount)
        image.adopt(store)
        images[store.id] = image
    }

    func prepare(_ lowered: LoweredNest) throws {
        for store in lowered.stores {
            if store.memory == nil { try Runtime.shared.executor.materialize(store) }
            adopt(store)
        }
    }

    /// Compares a store's bytes with what the ranks own.
    func verify(_ store: Store) throws {
        guard let image = images[store.id], image.store === store, !store.isShared else { return }
        for rank in 0..<rankCount {
            let own = image.bytes(ownedBy: rank)
            guard memcmp(image.memory[rank] + own.lowerBound, store.memory! + own.lowerBound, own.count) != 0 else {
                continue
            }
            let first = own.first { image.memory[rank].load(fromByteOffset: $0, as: UInt8.self)
                != store.memory!.load(fromByteOffset: $0, as: UInt8.self) }!
            fputs(
                "legate: replay on \(rankCount) ranks differs: store \(store.id) \(store.type.name)\(store.shape), "
                    + "element \(first / store.type.byteCount) of rank \(rank)\n", stderr)
            exit(70)
        }
    }

    // MARK: - Moving bytes

    /// What each rank touches of each store, as byte intervals.
    private struct Footprints {
        var stores: [Store] = []
        /// [store][rank]
        var lists: [[TransferList]] = []

        private var slots: [ObjectIdentifier: Int] = [:]

        private mutating func slot(_ store: Store, _ rankCount: Int) -> Int {
            let known = slots.count
            let slot = slots[ObjectIdentifier(store), default: known]
            if slot == known {
                slots[ObjectIdentifier(store)] = known
                stores.append(store)
                lists.append([TransferList](repeating: TransferList(), count: rankCount))
            }
            return slot
        }

        mutating func append(_ store: Store, rank: Int, rankCount: Int, _ interval: Range<Int>) {
            lists[slot(store, rankCount)][rank].append(interval)
        }

        mutating func append(
            _ store: Store, rank: Int, rankCount: Int, offset: Int, count: Int, stride: Int, size: Int
        ) {
            let slot = slot(store, rankCount)
            if stride == 1 {
                lists[slot][rank].append(offset * size..<(offset + count) * size)
            } else {
                for k in 0..<(stride == 0 ? 1 : count) {
                    let first = (offset + k * stride) * size
                    lists[slot][rank].append(first..<first + size)
                }
            }
        }
    }

    /// Before a launch: owners send what other ranks are going to read.
    private func fetch(_ reads: Footprints) {
        exchange(reads) { rank, owner in (from: owner, to: rank) }
    }

    /// After a launch: ranks send what they wrote to the owners.
    private func writeBack(_ writes: Footprints) {
        exchange(writes) { rank, owner in (from: rank, to: owner) }
    }

    private func exchange(_ footprints: Footprints, _ direction: (Int, Int) -> (from: Int, to: Int)) {
        for (store, lists) in zip(footprints.stores, footprints.lists) {
            guard let image = images[store.id] else { continue }
            nextTag += 1
            var transfers = [TransferList](repeating: TransferList(), count: rankCount * rankCount)
            for rank in 0..<rankCount {
                for interval in lists[rank].merged().intervals {
                    image.forEachOwner(of: interval) { owner, part in
                        guard owner != rank else { return }
                        let (from, to) = direction(rank, owner)
                        transfers[from * rankCount + to].append(part)
                    }
                }
            }
            for from in 0..<rankCount {
                for to in 0..<rankCount where transfers[from * rankCount + to].byteCount > 0 {
                    let bytes = transfers[from * rankCount + to].pack(from: image.memory[from])
                    bytes.withUnsafeBytes { transports[from].send($0, to: to, tag: nextTag) }
                    Counters.shared.messages &+= 1
                    Counters.shared.messageBytes &+= bytes.count
                }
            }
            for to in (0..<rankCount).reversed() {
                for from in 0..<rankCount where transfers[from * rankCount + to].byteCount > 0 {
                    let list = transfers[from * rankCount + to]
                    var bytes = [UInt8](repeating: 0, count: list.byteCount)
                    bytes.withUnsafeMutableBytes { transports[to].receive(into: $0, from: from, tag: nextTag) }
                    list.unpack(bytes, into: image.memory[to])
                }
            }
        }
    }

    // MARK: - Loop nests

    func run(_ lowered: LoweredNest) throws {
        let nest = lowered.nest
        let program = NestProgram(nest, workers: rankCount, grain: 1)
        guard !program.chunks.isEmpty else { return }
        let rankOf = { (chunk: Int) in chunk * self.rankCount / program.chunks.count }
        var reads = Footprints()
        var writes = Footprints()
        for (k, chunk) in program.chunks.enumerated() {
            let rank = rankOf(k)
            for points in program.pointRanges(of: chunk) {
                for load in nest.loads { touch(load, lowered, rank, points, &reads) }
                for output in nest.outputs { touch(output.target, lowered, rank, points, &writes) }
            }
            for fold in nest.folds.indices { foldTargets(fold, program.foldTargets(of: chunk, fold: fold), lowered, rank, &writes) }
        }
        fetch(reads)
        var partials: [[UInt8]] = (0..<rankCount).map { _ in [UInt8](repeating: 0xA5, count: program.partialByteCount) }
        for (k, chunk) in program.chunks.enumerated() {
            let rank = rankOf(k)
            withMemory(lowered, rank) { memory in
                partials[rank].withUnsafeMutableBytes {
                    program.run(chunk, program.frame(memory: memory, scratch: scratch), partials: $0.baseAddress)
                }
            }
        }
        if program.partialByteCount > 0 {
            gatherPartials(program, rankOf, &partials)
            withMemory(lowered, 0) { memory in
                partials[0].withUnsafeMutableBytes {
                    program.finish(program.frame(memory: memory, scratch: scratch), partials: $0.baseAddress)
                }
            }
            for fold in nest.folds.indices { foldTargets(fold, program.finishTargets(fold: fold), lowered, 0, &writes) }
        }
        writeBack(writes)
    }

    private func touch(
        _ operand: LoopNest.Operand, _ lowered: LoweredNest, _ rank: Int, _ points: Range<Int>,
        _ footprints: inout Footprints
    ) {
        NestProgram.forEachRun(
            extents: lowered.nest.extents, strides: operand.strides, offset: operand.offset, points: points
        ) { offset, count, stride in
            footprints.append(
                lowered.stores[operand.slot], rank: rank, rankCount: rankCount, offset: offset, count: count,
                stride: stride, size: operand.type.byteCount)
        }
    }

    private func foldTargets(
        _ fold: Int, _ offsets: [Int], _ lowered: LoweredNest, _ rank: Int, _ footprints: inout Footprints
    ) {
        let target = lowered.nest.folds[fold].target
        let size = target.type.byteCount
        for offset in offsets {
            footprints.append(
                lowered.stores[target.slot], rank: rank, rankCount: rankCount, offset * size..<(offset + 1) * size)
        }
    }

    /// Partial results travel to rank 0, which brings them together in the fixed tree.
    private func gatherPartials(
        _ program: NestProgram, _ rankOf: (Int) -> Int, _ partials: inout [[UInt8]]
    ) {
        nextTag += 1
        var lists = [TransferList](repeating: TransferList(), count: rankCount)
        for (k, chunk) in program.chunks.enumerated() where rankOf(k) != 0 {
            for range in program.partialRanges(of: chunk) { lists[rankOf(k)].append(range) }
        }
        for rank in 1..<max(rankCount, 1) where lists[rank].byteCount > 0 {
            let bytes = partials[rank].withUnsafeBytes { lists[rank].pack(from: $0.baseAddress!) }
            bytes.withUnsafeBytes { transports[rank].send($0, to: 0, tag: nextTag) }
            var received = [UInt8](repeating: 0, count: bytes.count)
            received.withUnsafeMutableBytes { transports[0].receive(into: $0, from: rank, tag: nextTag) }
            partials[0].withUnsafeMutableBytes { lists[rank].unpack(received, into: $0.baseAddress!) }
        }
    }

    private func withMemory(
        _ lowered: LoweredNest, _ rank: Int, _ body: (UnsafePointer<UnsafeMutableRawPointer>) -> Void
    ) {
        let memory = lowered.stores.map { images[$0.id]!.memory[rank] }
        memory.withUnsafeBufferPointer { body($0.baseAddress ?? UnsafePointer(bitPattern: 8)!) }
    }

    // MARK: - Opaque tasks

    /// Spreads the stores of an opaque launch that came from outside.
    func prepare(_ launch: Launch) throws {
        for view in launch.inputs + launch.outputs {
            if view.store.memory == nil { try Runtime.shared.executor.materialize(view.store) }
            adopt(view.store)
        }
    }

    func run(_ launch: Launch) throws {
        guard case .opaque(let task) = launch.body else { return }
        let tiles = TaskTiles(task, workers: rankCount)
        let rankOf = { (tile: Int) in tile * self.rankCount / tiles.count }
        var reads = Footprints()
        var writes = Footprints()
        var seen = Set<Int>()
        for k in 0..<tiles.count {
            let rank = rankOf(k)
            for (number, (view, partition)) in zip(launch.inputs, task.inputPartitions).enumerated() {
                // What all tiles see, a rank needs once.
                if partition == .whole, !seen.insert(number * rankCount + rank).inserted { continue }
                touch(view, TaskTiles.cut(view.lattice, partition, tiles.units(k)), rank, &reads)
            }
            for (view, partition) in zip(launch.outputs, task.outputPartitions) {
                // A body may leave parts of its output as they were: it sees them, too.
                touch(view, TaskTiles.cut(view.lattice, partition, tiles.units(k)), rank, &reads)
                touch(view, TaskTiles.cut(view.lattice, partition, tiles.units(k)), rank, &writes)
            }
        }
        fetch(reads)
        for k in 0..<tiles.count {
            task.body(tiles.tile(k, of: launch) { self.images[$0.id]!.memory[rankOf(k)] })
        }
        writeBack(writes)
    }

    private func touch(_ view: StoreView, _ lattice: Lattice, _ rank: Int, _ footprints: inout Footprints) {
        NestProgram.forEachRun(
            extents: Array(lattice.shape), strides: Array(lattice.strides), offset: lattice.offset,
            points: 0..<lattice.elementCount
        ) { offset, count, stride in
            footprints.append(
                view.store, rank: rank, rankCount: rankCount, offset: offset, count: count, stride: stride,
                size: view.type.byteCount)
        }
    }
}
