/// Runs a plan's groups in order: allocates what a group writes, cuts it into chunks, hands these to the backend.
///
/// In: groups after fusion, a backend. Out: stores with bytes. A group that does not fit into memory throws before it
/// changed anything; it and the groups behind it can be run again later.
import Execution
import Kernels
import Launches
import Shapes
import Tracing

public final class PlanExecutor {
    public let backend: Backend
    private var scratches: [Scratch]
    /// Called between groups; throws to stop there (an interrupt from the keyboard).
    public var checkpoint: () throws -> Void = {}

    public init(backend: Backend) {
        self.backend = backend
        scratches = (0..<backend.workerCount).map { _ in Scratch() }
    }

    /// Work below this many element operations runs on the calling thread alone.
    /// Measured: two workers start to pay off at about 20 microseconds of work.
    static let parallelLimit = 60_000

    /// Gives a store its bytes. Contents are arbitrary.
    public func materialize(_ store: Store) throws {
        guard store.memory == nil else { return }
        let bytes = max(store.byteCount, 1)
        store.memory = try backend.allocate(byteCount: bytes)
        store.disposal = .pool
        Counters.shared.allocations &+= 1
        Counters.shared.allocatedBytes &+= bytes
    }

    // MARK: - Loop nests

    public func run(_ lowered: LoweredNest) throws {
        for store in lowered.stores where !lowered.reuses.contains(where: { $0.taker === store }) {
            try materialize(store)
        }
        for (taker, giver) in lowered.reuses {
            taker.takeMemory(of: giver)
            Counters.shared.reusedBytes &+= taker.byteCount
        }
        if lowered.nest.outputs.isEmpty && lowered.nest.folds.isEmpty { return }
        let program = NestProgram(lowered.nest, workers: backend.workerCount)
        Counters.shared.kernels &+= 1
        guard !program.chunks.isEmpty else { return }
        let nest = lowered.nest
        for load in nest.loads { Counters.shared.bytesRead &+= nest.pointCount &* load.type.byteCount }
        for output in nest.outputs {
            Counters.shared.bytesWritten &+= nest.pointCount &* output.target.type.byteCount
        }
        var memory = lowered.stores.map { $0.memory! }
        var partials: UnsafeMutableRawPointer?
        if program.partialByteCount > 0 {
            partials = try backend.allocate(byteCount: program.partialByteCount)
        }
        memory.withUnsafeMutableBufferPointer { memory in
            let table = UnsafePointer(memory.baseAddress ?? UnsafeMutablePointer(bitPattern: 8)!)
            let work = nest.pointCount &* (nest.steps.count &+ nest.folds.count &+ 1)
            if program.chunks.count == 1 || work < PlanExecutor.parallelLimit || backend.workerCount == 1 {
                let frame = program.frame(memory: table, scratch: scratches[0])
                for chunk in program.chunks { program.run(chunk, frame, partials: partials) }
                program.finish(frame, partials: partials)
            } else {
                // One frame per worker, made when the worker takes its first chunk.
                let frames = UnsafeMutablePointer<BlockInterpreter.Frame?>.allocate(capacity: scratches.count)
                frames.initialize(repeating: nil, count: scratches.count)
                let chunks = program.chunks
                backend.forEachChunk(chunks.count) { [scratches] chunk, worker in
                    if frames[worker] == nil {
                        frames[worker] = program.frame(memory: table, scratch: scratches[worker])
                    }
                    program.run(chunks[chunk], frames[worker].unsafelyUnwrapped, partials: partials)
                }
                frames.deallocate()
                if partials != nil {
                    program.finish(program.frame(memory: table, scratch: scratches[0]), partials: partials)
                }
            }
        }
        if let partials { backend.deallocate(partials, byteCount: program.partialByteCount) }
    }

    // MARK: - Opaque tasks

    public func run(_ launch: Launch, _ task: OpaqueTask) throws {
        for view in launch.inputs { try materialize(view.store) }
        for view in launch.outputs { try materialize(view.store) }
        Counters.shared.opaqueTasks &+= 1
        let tiles = TaskTiles(task, workers: backend.workerCount)
        if tiles.count == 1 {
            task.body(tiles.tile(0, of: launch) { $0.memory! })
            return
        }
        backend.forEachChunk(tiles.count) { k, _ in task.body(tiles.tile(k, of: launch) { $0.memory! }) }
    }
}

/// The cut of an opaque task's units into tiles.
public struct TaskTiles {
    let task: OpaqueTask
    public let count: Int
    private let unitsPerTile: Int

    public init(_ task: OpaqueTask, workers: Int) {
        self.task = task
        let grains = max(1, (task.units + task.grain - 1) / task.grain)
        let perTile = max(1, grains / (workers * 4)) * task.grain
        unitsPerTile = workers == 1 ? max(task.units, 1) : perTile
        count = max(1, (task.units + unitsPerTile - 1) / unitsPerTile)
    }

    public func units(_ k: Int) -> Range<Int> {
        min(k * unitsPerTile, task.units)..<min((k + 1) * unitsPerTile, task.units)
    }

    /// Tile `k` with its operands cut. `memory` says where a store's bytes lie.
    public func tile(_ k: Int, of launch: Launch, memory: (Store) -> UnsafeMutableRawPointer) -> TaskTile {
        TaskTiles.tile(units(k), task, launch, memory)
    }

    static func tile(
        _ units: Range<Int>, _ task: OpaqueTask, _ launch: Launch, _ memory: (Store) -> UnsafeMutableRawPointer
    ) -> TaskTile {
        func operand(_ view: StoreView, _ partition: OpaqueTask.Partition) -> TaskTile.Operand {
            .init(
                memory: memory(view.store), lattice: cut(view.lattice, partition, units), type: view.type)
        }
        return TaskTile(
            units: units, inputs: zip(launch.inputs, task.inputPartitions).map(operand),
            outputs: zip(launch.outputs, task.outputPartitions).map(operand))
    }

    public static func cut(_ lattice: Lattice, _ partition: OpaqueTask.Partition, _ units: Range<Int>) -> Lattice {
        switch partition {
        case .whole: return lattice
        case .along(let axis):
            return lattice.sliced(axis: axis, start: units.lowerBound, step: 1, count: units.count)
        }
    }
}
