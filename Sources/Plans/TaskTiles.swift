import Launches
import Shapes

/// The cut of an opaque task's units into tiles.
public struct TaskTiles {
    let task: OpaqueTask
    public let count: Int
    private let unitsPerTile: Int
    private let all: Range<Int>

    /// - Parameter units: The part of the units to cut, beginning at a grain; `nil` for all.
    public init(_ task: OpaqueTask, workers: Int, units: Range<Int>? = nil) {
        self.task = task
        all = units ?? 0..<task.units
        let grains = max(1, (all.count + task.grain - 1) / task.grain)
        let perTile = max(1, grains / (workers * 4)) * task.grain
        unitsPerTile = workers == 1 || task.together != nil ? max(all.count, 1) : perTile
        count = max(1, (all.count + unitsPerTile - 1) / unitsPerTile)
    }

    public func units(_ k: Int) -> Range<Int> {
        min(
            all.lowerBound + k * unitsPerTile, all.upperBound)..<min(
                all.lowerBound + (k + 1) * unitsPerTile, all.upperBound)
    }

    /// Tile `k` with its operands cut. `memory` says where a store's bytes lie.
    public func tile(_ k: Int, of launch: Launch, memory: (Store) -> UnsafeMutableRawPointer)
        -> TaskTile
    {
        TaskTiles.tile(units(k), task, launch, memory)
    }

    static func tile(
        _ units: Range<Int>, _ task: OpaqueTask, _ launch: Launch,
        _ memory: (Store) -> UnsafeMutableRawPointer
    ) -> TaskTile {
        func operand(_ view: StoreView, _ partition: OpaqueTask.Partition) -> TaskTile.Operand {
            .init(
                memory: memory(view.store), lattice: cut(view.lattice, partition, units),
                type: view.type)
        }
        return TaskTile(
            units: units, inputs: zip(launch.inputs, task.inputPartitions).map(operand),
            outputs: zip(launch.outputs, task.outputPartitions).map(operand))
    }

    public static func cut(
        _ lattice: Lattice, _ partition: OpaqueTask.Partition, _ units: Range<Int>
    ) -> Lattice {
        switch partition {
        case .whole: return lattice
        case .tiles:
            return units.count == 1
                ? partition.part(of: lattice, unit: units.lowerBound).lattice : lattice
        case .along(let axis), .blocks(let axis, _, _, _), .spans(let axis, _):
            let indices = partition.indices(units, extent: lattice.shape[axis])
            return lattice.sliced(
                axis: axis, start: indices.lowerBound, step: 1, count: indices.count)
        }
    }
}
