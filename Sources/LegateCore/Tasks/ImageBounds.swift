/// What the indices of each tile name: the least and the largest, found where the indices are.
///
/// In: a store of indices, cut into tiles, and the store that they point into. Out: for each tile a
/// range of the other's first axis. The launch waits for it; between ranks only the ranges travel.
///
///     indices | 3 1 2 | 7 9 | 4 4 |     →     x | [1 4) | [7 10) | [4 5) |
import Kernels
import Launches
import Partitions
import Shapes

enum ImageBounds {
    /// The ranges of the target's first axis; `nil` where the solver need not know.
    static func read(
        _ image: TilingConstraint, _ partition: OpaqueTask.Partition, _ tiles: Int,
        _ launch: TaskLaunch
    ) throws -> [Range<Int>]? {
        guard case .image(let source, let target, let hint) = image, hint != .whole else {
            return nil
        }
        let operands = launch.inputs + launch.outputs + launch.reductions
        let indices = operands[source]
        guard indices.type.kind == .signed || indices.type.kind == .unsigned else {
            throw CoreError(
                .type,
                "task '\(launch.task.declaration.name)': '\(launch.name(of: source))' holds "
                    + "\(indices.type.name), but an image needs indices", source: launch.source)
        }
        let bounds = try bounds(indices, partition, tiles, isOrdered: hint == .firstLast)
        let extent = operands[target].lattice.shape[0]
        return try (0..<tiles).map { tile in
            let (low, high) = (bounds[2 * tile], bounds[2 * tile + 1])
            if low > high { return 0..<0 }
            guard low >= 0, high < extent else {
                throw CoreError(
                    .index,
                    "task '\(launch.task.declaration.name)': '\(launch.name(of: source))' names index "
                        + "\(low < 0 ? low : high) of '\(launch.name(of: target))', which has \(extent)",
                    source: launch.source)
            }
            return low..<high + 1
        }
    }

    /// The least and the largest index of each tile, one after the other; a larger least one for a
    /// tile without indices.
    private static func bounds(
        _ indices: StoreView, _ partition: OpaqueTask.Partition, _ tiles: Int, isOrdered: Bool
    ) throws -> [Int] {
        let runtime = Runtime.shared
        let result = try LogicalStore(.int64, shape: [tiles, 2])
        let lattice = indices.lattice
        let task = OpaqueTask(
            units: tiles, grain: 1, inputs: [partition], outputs: [.blocks(axis: 0, count: 1)]
        ) { tile in
            let (source, target) = (tile.inputs[0], tile.outputs[0])
            for (k, unit) in tile.units.enumerated() {
                let part = partition.part(of: lattice, unit: unit).lattice
                let (low, high) = extremes(source.memory, part, source.type, isOrdered: isOrdered)
                let place = target.start.assumingMemoryBound(to: Int.self) + 2 * k
                (place[0], place[1]) = (low, high)
            }
        }
        try runtime.record(
            Launch(
                name: "image", domain: [tiles], inputs: [indices], outputs: [result.storeView],
                body: .opaque(task)))
        return try result.values(as: Int.self)
    }

    private static func extremes(
        _ memory: UnsafeMutableRawPointer, _ part: Lattice, _ type: ElementType, isOrdered: Bool
    ) -> (Int, Int) {
        switch type {
        case .int8: extremes(memory, part, Int8.self, isOrdered)
        case .int16: extremes(memory, part, Int16.self, isOrdered)
        case .int32: extremes(memory, part, Int32.self, isOrdered)
        case .uint8: extremes(memory, part, UInt8.self, isOrdered)
        case .uint16: extremes(memory, part, UInt16.self, isOrdered)
        case .uint32: extremes(memory, part, UInt32.self, isOrdered)
        case .uint64: extremes(memory, part, UInt64.self, isOrdered)
        default: extremes(memory, part, Int64.self, isOrdered)
        }
    }

    private static func extremes<T: FixedWidthInteger>(
        _ memory: UnsafeMutableRawPointer, _ part: Lattice, _: T.Type, _ isOrdered: Bool
    ) -> (Int, Int) {
        let elements = memory.assumingMemoryBound(to: T.self)
        var (low, high) = (Int.max, Int.min)
        func look(_ positions: Range<Int>) {
            NestProgram.forEachRun(
                extents: Array(part.shape), strides: Array(part.strides), offset: part.offset,
                points: positions
            ) { offset, count, stride in
                for k in 0..<count {
                    let value = Int(clamping: elements[offset + k * stride])
                    (low, high) = (min(low, value), max(high, value))
                }
            }
        }
        let count = part.elementCount
        if isOrdered, count > 1 {
            look(0..<1)
            look(count - 1..<count)
        } else if count > 0 {
            look(0..<count)
        }
        return (low, high)
    }
}
