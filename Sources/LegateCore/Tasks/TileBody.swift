/// Runs an author's body on the tiles that a worker takes: cuts the operands, prepares
/// accumulators, catches errors.
///
/// Workers call `run`; it holds lattices and plain values only, so that a running task keeps no
/// store alive.
import Kernels
import Launches
import Plans
import Shapes
import Tracing

final class TileBody {
    private let form: LaunchForm
    private let scalars: [TaskScalar]
    private let payload: AnyObject?
    private let source: SourceLocation?
    private let ignoresErrors: Bool
    private let unbound: [Int: UnboundPieces]
    private let mark: RunningBodies.Mark

    init(_ form: LaunchForm, _ launch: TaskLaunch, _ mark: RunningBodies.Mark) {
        self.form = form
        scalars = launch.scalars
        payload = launch.payload
        source = launch.source
        ignoresErrors = launch.ignoresErrors
        unbound = launch.unbound
        self.mark = mark
    }

    func run(_ tile: TaskTile) {
        if form.isConcurrent { return runTogether(tile) }
        for unit in tile.units where !runUnit(unit, tile, nil) { return }
    }

    /// Whether the body returned.
    @inline(__always)
    private func runUnit(_ unit: Int, _ tile: TaskTile, _ communicator: TaskCommunicator?) -> Bool {
        RunningBodies.enter(mark)
        defer { RunningBodies.leave() }
        do {
            try form.body(context(unit, tile, communicator))
            return true
        } catch {
            if ignoresErrors { return !form.isConcurrent }
            TaskFailures.note(TaskError(task: form.name, underlying: error, source: source))
            return false
        }
    }

    /// All points at the same time, each on a thread of its own.
    private func runTogether(_ tile: TaskTile) {
        let meeting = PointMeeting(form.tiles)
        PointThreads.start(tile.units, of: form.tiles, meeting, point(of: tile)).join()
    }

    /// The same on several ranks: the points of this one, which meet those of the others.
    func runTogether(_ tile: TaskTile, _ ranks: CollectiveTile) throws {
        let meeting = PointMeeting(form.tiles, local: tile.units, isServed: true)
        let threads = PointThreads.start(tile.units, of: form.tiles, meeting, point(of: tile))
        defer { threads.join() }
        do { try PointExchange(meeting, tile.units, Exchange(ranks)).serve() } catch {
            meeting.abandon("\(error)")
            throw error
        }
    }

    private func point(of tile: TaskTile) -> (Int, TaskCommunicator) -> Bool {
        { unit, communicator in self.runUnit(unit, tile, communicator) }
    }

    // MARK: - What a body sees

    private func context(_ unit: Int, _ tile: TaskTile, _ communicator: TaskCommunicator?)
        -> TaskContext
    {
        let plain = form.outputs.count - form.accumulators.count
        let own = plain - (form.scratchBytes > 0 ? 1 : 0)
        var inputs: [Tile] = []
        inputs.reserveCapacity(form.inputs.count)
        for k in 0..<form.inputs.count {
            inputs.append(cut(unit, form.inputs[k], tile.inputs[k], nil))
        }
        var outputs: [Tile] = []
        outputs.reserveCapacity(own)
        for k in 0..<own {
            outputs.append(
                cut(
                    unit, form.outputs[k], tile.outputs[k], unbound.isEmpty ? nil : unbound[k],
                    isWritable: true))
        }
        let reductions =
            form.accumulators.isEmpty
            ? []
            : form.accumulators.indices.map { k in
                reduction(
                    unit, form.accumulators[k], form.outputs[plain + k], tile.outputs[plain + k])
            }
        let scratch = own < plain ? cut(unit, form.outputs[own], tile.outputs[own], nil) : nil
        return TaskContext(
            form: form, tile: unit, inputs: inputs, outputs: outputs, reductions: reductions,
            scalars: scalars,
            payload: payload, point: communicator, scratchTile: scratch)
    }

    @inline(__always)
    private func cut(
        _ unit: Int, _ operand: LaunchForm.Operand, _ memory: TaskTile.Operand,
        _ unbound: UnboundPieces?,
        isWritable: Bool = false
    ) -> Tile {
        let (lattice, origin) = operand.partition.part(of: operand.lattice, unit: unit)
        return Tile(
            name: operand.name, memory: memory.memory, lattice: lattice, type: memory.type,
            origin: origin,
            isWritable: isWritable, unbound: unbound, tile: unit)
    }

    private func reduction(
        _ unit: Int, _ accumulator: LaunchForm.Accumulator, _ operand: LaunchForm.Operand,
        _ memory: TaskTile.Operand
    ) -> Tile {
        switch accumulator {
        case .inPlace(let full):
            let whole = LaunchForm.Operand(
                name: operand.name, lattice: full, partition: operand.partition)
            return cut(unit, whole, memory, nil, isWritable: true)
        case .partial(let identity, let full, let partition, _):
            return self.accumulator(unit, identity, full, partition, operand, memory)
        }
    }

    /// A tile's own accumulator, filled with the identity, and seen with the reduction's own axes.
    private func accumulator(
        _ unit: Int, _ identity: ScalarExpression.Constant, _ full: Lattice,
        _ partition: OpaqueTask.Partition,
        _ operand: LaunchForm.Operand, _ memory: TaskTile.Operand
    ) -> Tile {
        let own = operand.lattice.projected(axis: 0, at: unit)
        withUnsafeBytes(of: identity.bits) {
            LatticeCopy.fill(
                $0.baseAddress!, size: memory.type.byteCount, count: own.elementCount,
                into: memory.memory + own.offset * memory.type.byteCount)
        }
        var whole = own
        for axis in 0..<full.axisCount
        where full.strides[axis] == 0 || full.shape[axis] != own.shape[axis] {
            whole.shape[axis] = full.shape[axis]
            whole.strides[axis] = 0
        }
        let (seen, origin) = partition.part(of: whole, unit: unit)
        return Tile(
            name: operand.name, memory: memory.memory, lattice: seen, type: memory.type,
            origin: origin,
            isWritable: true, unbound: nil, tile: unit)
    }
}
