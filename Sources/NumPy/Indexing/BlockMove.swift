/// Moves blocks between an array and a list of blocks: the body of `take` and `put`.
///
///     kept:   [before …] [after …] [indexed …]     the array itself; numbers say where along the indexed axes
///     listed: [before …] [n] [after …]             the blocks side by side, n-th number, n-th block
import LegateCore

struct BlockMove {
    private let keptShape: AxisList
    private let keptLattice: Lattice
    private let position: Int
    private let count: Int
    private let extent: Int
    private let stride: Int
    private let size: Int

    init(_ plan: IndexPlan, count: Int, extent: Int, stride: Int, size: Int) {
        keptShape = plan.keptShape
        position = plan.position
        self.count = count
        self.extent = extent
        self.stride = stride
        self.size = size
        var lattice = Lattice(offset: plan.offset, shape: plan.keptShape, strides: plan.keptStrides)
        for entry in plan.indexed where entry.stride != 0 {
            lattice.shape.append(entry.extent)
            lattice.strides.append(entry.stride)
        }
        keptLattice = lattice
    }

    /// All points of the array that may be touched.
    func view(of array: NDArray) -> StoreView {
        StoreView(store: array.store, lattice: keptLattice, type: array.type)
    }

    /// The axis of the list along which tiles are cut; -1 for a single tile.
    func cut(mayCutGroup: Bool) -> Int {
        var best = mayCutGroup ? position : -1
        var extent = mayCutGroup ? (count >= 64 ? Int.max : count) : 1
        // Behind the group only the first axis: a block's part must stay in one piece.
        for axis in 0..<min(position + 1, keptShape.count) where keptShape[axis] > extent {
            extent = keptShape[axis]
            best = axis < position ? axis : axis + 1
        }
        return best
    }

    /// How the array is cut when the list is cut along `cut`.
    func partition(_ cut: Int) -> OpaqueTask.Partition {
        if cut < 0 || cut == position { return .whole }
        return .along(cut < position ? cut : cut - 1)
    }

    /// Units that make a tile worth while.
    func grain(_ cut: Int) -> Int {
        let units = cut == position ? count : keptShape[cut < position ? cut : cut - 1]
        return max(1, 8192 * units / max(1, keptShape.product * count))
    }

    func run(
        kept: TaskTile.Operand, numbers: TaskTile.Operand, listed: TaskTile.Operand, isReading: Bool
    ) {
        let axes = keptShape.count
        let before = Lattice(
            offset: kept.lattice.offset, shape: AxisList(kept.lattice.shape.prefix(position)),
            strides: AxisList(kept.lattice.strides.prefix(position)))
        let after = Lattice(
            offset: 0, shape: AxisList(kept.lattice.shape[position..<axes]),
            strides: AxisList(kept.lattice.strides[position..<axes]))
        let listBefore = Lattice(
            offset: listed.lattice.offset, shape: before.shape,
            strides: AxisList(listed.lattice.strides.prefix(position)))
        let listAfter = Lattice(
            offset: 0, shape: after.shape,
            strides: AxisList(listed.lattice.strides.dropFirst(position + 1)))
        let step = listed.lattice.strides[position]
        let blockCount = listed.lattice.shape[position]
        let indices = Numbers(
            start: UnsafePointer(numbers.start.assumingMemoryBound(to: Int.self)),
            step: numbers.lattice.shape[0] == 1 ? 0 : numbers.lattice.strides[0], extent: extent,
            stride: stride)
        BlockMove.forEachPair(before, listBefore) { offset, listOffset in
            if after.elementCount == 1 {
                moveElements(
                    kept.memory + offset * size, listed.memory + listOffset * size, step, indices,
                    blockCount,
                    isReading)
                return
            }
            moveBlocks(
                kept, listed, after, listAfter, (offset, listOffset, step), indices, blockCount,
                isReading)
        }
    }

    private func moveBlocks(
        _ kept: TaskTile.Operand, _ listed: TaskTile.Operand, _ after: Lattice,
        _ listAfter: Lattice,
        _ at: (offset: Int, listOffset: Int, step: Int), _ indices: Numbers, _ blockCount: Int,
        _ isReading: Bool
    ) {
        var block = after
        var part = listAfter
        let bytes = after.elementCount * size
        let isEven = listAfter.isRowMajorContiguous
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: isEven ? 1 : bytes, alignment: 16)
        defer { scratch.deallocate() }
        for n in 0..<blockCount {
            block.offset = at.offset + indices[n]
            part.offset = at.listOffset + n * at.step
            if isReading {
                LatticeCopy.gather(
                    block, kept.memory, size: size, into: listed.memory + part.offset * size)
            } else if isEven {
                LatticeCopy.scatter(
                    listed.memory + part.offset * size, size: size, into: kept.memory, block)
            } else {
                LatticeCopy.gather(part, listed.memory, size: size, into: scratch)
                LatticeCopy.scatter(scratch, size: size, into: kept.memory, block)
            }
        }
    }

    /// Calls `body` with the offsets of each point in two lattices of one shape.
    static func forEachPair(_ a: Lattice, _ b: Lattice, _ body: (Int, Int) -> Void) {
        var index = AxisCounter(axes: a.axisCount)
        var (x, y) = (a.offset, b.offset)
        while true {
            body(x, y)
            var axis = a.axisCount - 1
            while axis >= 0 {
                index[axis] += 1
                x += a.strides[axis]
                y += b.strides[axis]
                if index[axis] < a.shape[axis] { break }
                x -= a.shape[axis] * a.strides[axis]
                y -= a.shape[axis] * b.strides[axis]
                index[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }

    // MARK: - Single elements

    private func moveElements(
        _ kept: UnsafeMutableRawPointer, _ listed: UnsafeMutableRawPointer, _ step: Int,
        _ indices: Numbers,
        _ count: Int, _ isReading: Bool
    ) {
        switch size {
        case 1: BlockMove.move(UInt8.self, kept, listed, step, indices, count, isReading)
        case 2: BlockMove.move(UInt16.self, kept, listed, step, indices, count, isReading)
        case 4: BlockMove.move(UInt32.self, kept, listed, step, indices, count, isReading)
        case 8: BlockMove.move(UInt64.self, kept, listed, step, indices, count, isReading)
        default: BlockMove.move(SixteenBytes.self, kept, listed, step, indices, count, isReading)
        }
    }

    @inline(__always)
    private static func move<T>(
        _: T.Type, _ kept: UnsafeMutableRawPointer, _ listed: UnsafeMutableRawPointer, _ step: Int,
        _ indices: Numbers, _ count: Int, _ isReading: Bool
    ) {
        let array = kept.assumingMemoryBound(to: T.self)
        let list = listed.assumingMemoryBound(to: T.self)
        if indices.step == 1, indices.stride == 1, step == 1 {
            if isReading {
                return ElementMove<T>(array, list).gather(indices.start, count, indices.extent)
            }
            return ElementMove<T>(list, array).scatter(1, indices.start, count, indices.extent, 1)
        }
        if isReading {
            for n in 0..<count { list[n &* step] = array[indices[n]] }
        } else {
            for n in 0..<count { array[indices[n]] = list[n &* step] }
        }
    }

    /// The numbers of a group, as offsets.
    private struct Numbers {
        let start: UnsafePointer<Int>
        let step: Int
        let extent: Int
        let stride: Int

        @inline(__always) subscript(n: Int) -> Int {
            let value = start[n &* step]
            return (value < 0 ? value &+ extent : value) &* stride
        }
    }
}
