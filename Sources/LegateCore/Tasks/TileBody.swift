/// Runs an author's body on the tiles that a worker takes: cuts the operands, prepares accumulators, catches errors.
///
/// Workers call `run`; it holds lattices and plain values only, so that a running task keeps no store alive.
import Kernels
import Launches
import Partitions
import Plans
import Shapes
import Tracing

final class TileBody {
    private let declaration: TaskDeclaration
    private let name: String
    private let body: TaskDeclaration.Body
    private let scalars: [TaskScalar]
    private let payload: AnyObject?
    private let source: SourceLocation?
    private let tiles: Int
    private let domain: AxisList
    private let inputs: [(lattice: Lattice, partition: OpaqueTask.Partition)]
    private let outputs: [(lattice: Lattice, partition: OpaqueTask.Partition)]
    private let accumulators: [Accumulator]
    private let unbound: [Int: UnboundPieces]
    /// Manual launches cut their operands themselves.
    private let manual: ManualCut?

    init(
        _ launch: TaskLaunch, _ solution: ConstraintSolver.Solution, inputs: [Lattice], outputs: [Lattice],
        _ outputPartitions: [OpaqueTask.Partition], _ accumulators: [Accumulator]
    ) {
        declaration = launch.task.declaration
        name = launch.task.qualifiedName
        body = launch.task.library.mapper.body(of: declaration)
        scalars = launch.scalars
        payload = launch.payload
        source = launch.source
        tiles = solution.tiles
        domain = launch.domain ?? [solution.tiles]
        self.inputs = Array(zip(inputs, solution.partitions))
        self.outputs = Array(zip(outputs, outputPartitions))
        self.accumulators = accumulators
        unbound = launch.unbound
        manual = launch.manual
    }

    func run(_ tile: TaskTile) {
        for unit in tile.units {
            do { try body(context(unit, tile)) } catch {
                TaskFailures.note(TaskError(task: name, underlying: error, source: source))
                return
            }
        }
    }

    private func context(_ unit: Int, _ tile: TaskTile) -> TaskContext {
        let color = manual?.colors[unit] ?? [unit]
        func cut(
            _ k: Int, _ operand: (lattice: Lattice, partition: OpaqueTask.Partition), _ memory: TaskTile.Operand,
            _ name: String, _ isWritable: Bool, _ number: Int
        ) -> Tile {
            var origin = AxisList(repeating: 0, count: operand.lattice.axisCount)
            var lattice = operand.lattice
            if let manual, let piece = manual.pieces[number] {
                (lattice, origin) = piece(color, lattice)
            } else if let axis = operand.partition.axis {
                origin[axis] = operand.partition.indices(unit..<unit + 1, extent: operand.lattice.shape[axis]).lowerBound
                lattice = TaskTiles.cut(lattice, operand.partition, unit..<unit + 1)
            }
            return Tile(
                name: name, memory: memory.memory, lattice: lattice, type: memory.type, origin: origin,
                isWritable: isWritable, unbound: isWritable ? unbound[k] : nil, tile: unit)
        }
        let inputTiles = inputs.indices.map {
            cut($0, inputs[$0], tile.inputs[$0], declaration.inputs.at($0), false, $0)
        }
        let plain = outputs.count - accumulators.count
        let outputTiles = (0..<plain).map {
            cut($0, outputs[$0], tile.outputs[$0], declaration.outputs.at($0), true, inputs.count + $0)
        }
        let reductionTiles = accumulators.indices.map { k -> Tile in
            let (operand, memory) = (outputs[plain + k], tile.outputs[plain + k])
            let name = k < declaration.reductions.count ? declaration.reductions[k].name : ""
            switch accumulators[k] {
            case .inPlace(let full):
                return cut(-1, (full, operand.partition), memory, name, true, inputs.count + plain + k)
            case .partial(let identity, let full, let partition):
                let piece = manual?.pieces[inputs.count + plain + k].map { $0(color, full) }
                return accumulator(unit, identity, full, partition, piece, operand.lattice, memory, name)
            }
        }
        return TaskContext(
            declaration: declaration, tile: unit, tileCount: tiles, color: color, launchDomain: domain,
            inputs: inputTiles, outputs: outputTiles, reductions: reductionTiles, scalars: scalars,
            payload: payload)
    }

    /// A tile's own accumulator, filled with the identity, and seen with the reduction's own axes.
    private func accumulator(
        _ unit: Int, _ identity: ScalarExpression.Constant, _ full: Lattice, _ partition: OpaqueTask.Partition,
        _ piece: (lattice: Lattice, origin: AxisList)?, _ partials: Lattice, _ memory: TaskTile.Operand, _ name: String
    ) -> Tile {
        let own = partials.projected(axis: 0, at: unit)
        withUnsafeBytes(of: identity.bits) {
            LatticeCopy.fill(
                $0.baseAddress!, size: memory.type.byteCount, count: own.elementCount,
                into: memory.memory + own.offset * memory.type.byteCount)
        }
        var seen = own
        var origin = AxisList(repeating: 0, count: full.axisCount)
        for axis in 0..<full.axisCount where full.strides[axis] == 0 || full.shape[axis] != own.shape[axis] {
            seen.shape[axis] = full.shape[axis]
            seen.strides[axis] = 0
        }
        if let piece {
            origin = piece.origin
            for axis in 0..<seen.axisCount {
                seen = seen.sliced(axis: axis, start: origin[axis], step: 1, count: piece.lattice.shape[axis])
            }
        } else if let axis = partition.axis {
            origin[axis] = partition.indices(unit..<unit + 1, extent: full.shape[axis]).lowerBound
            seen = TaskTiles.cut(seen, partition, unit..<unit + 1)
        }
        return Tile(
            name: name, memory: memory.memory, lattice: seen, type: memory.type, origin: origin, isWritable: true,
            unbound: nil, tile: unit)
    }
}

extension [String] {
    /// A name, or none where a declaration gives none.
    fileprivate func at(_ k: Int) -> String { k < count ? self[k] : "" }
}
