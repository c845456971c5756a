/// Slices of one axis in an order known on the host: for `repeat`, `delete`, `insert` and padding
/// by reflection.
///
/// Runs of evenly spaced indices are copied as slices; only where there are many runs does a task
/// copy index by index.
import LegateCore

extension NDArray {
    /// A stretch of indices `first, first + step, ...`.
    private struct Run {
        var first: Int
        var step: Int
        var count: Int
    }

    /// The slices with these indices along an axis, in this order, as a new array.
    func gathered(_ indices: [Int], axis: Int) throws -> NDArray {
        var shape = shape
        shape[axis] = indices.count
        let result = try NDArray.new(shape, type)
        if result.count > 0 { try result.gather(indices, of: self, axis: axis) }
        return result
    }

    /// `self[..., i, ...] = source[..., indices[i], ...]` for all i.
    func gather(_ indices: [Int], of source: NDArray, axis: Int) throws {
        let runs = NDArray.runs(indices, limit: 16)
        guard let runs else { return try gatherByTask(indices, source, axis) }
        var start = 0
        for run in runs {
            let from = source.lattice.sliced(
                axis: axis, start: run.first, step: run.step, count: run.count)
            let to = lattice.sliced(axis: axis, start: start, step: 1, count: run.count)
            try viewed(to).assign(source.viewed(from))
            start += run.count
        }
    }

    /// The indices as runs; `nil` where there are more than `limit`.
    private static func runs(_ indices: [Int], limit: Int) -> [Run]? {
        var result: [Run] = []
        for index in indices {
            if var last = result.last {
                let step = last.count == 1 ? index - last.first : last.step
                if last.first + step * last.count == index {
                    last.step = step
                    last.count += 1
                    result[result.count - 1] = last
                    continue
                }
            }
            if result.count == limit { return nil }
            result.append(Run(first: index, step: 1, count: 1))
        }
        return result
    }

    private func gatherByTask(_ indices: [Int], _ source: NDArray, _ axis: Int) throws {
        if NDArray.isSpread(self, source) {
            let numbers = try NDArray.integers(indices)
            let plan = try IndexPlan(source, axis: axis, index: numbers, isChecked: true)
            let (list, extent, stride) = try plan.numbers(inPlaces: true)
            let take = CollectiveTake(
                blocks: BlockRuns(plan, count: list.count, extent: extent, stride: stride))
            return try NDArray.collectively(
                "gather", inputs: [source, list], outputs: [self], body: take.run)
        }
        let slab = max(1, count / indices.count)
        let task = OpaqueTask(
            units: indices.count, grain: max(1, 4096 / slab), inputs: [.whole],
            outputs: [.along(axis)]
        ) { tile in
            let (input, output) = (tile.inputs[0], tile.outputs[0])
            let size = input.type.byteCount
            let from = input.lattice.projected(axis: axis, at: 0)
            let to = output.lattice.projected(axis: axis, at: 0)
            let (fromStep, toStep) = (input.lattice.strides[axis], output.lattice.strides[axis])
            if axis == from.axisCount, axis > 0 {
                let chosen = tile.units.map { indices[$0] &* fromStep }
                return gatherRows(input, from, output, to, chosen, toStep)
            }
            let block = UnsafeMutableRawPointer.allocate(
                byteCount: max(1, from.elementCount) * size, alignment: 16)
            defer { block.deallocate() }
            for (k, unit) in tile.units.enumerated() {
                let source = from.moved(to: from.offset &+ indices[unit] &* fromStep)
                LatticeCopy.gather(source, input.memory, size: size, into: block)
                LatticeCopy.scatter(
                    block, size: size, into: output.memory, to.moved(to: to.offset &+ k &* toStep))
            }
        }
        try NDArray.rethrowing {
            try Runtime.shared.record(
                Launch(
                    name: "gather", domain: [indices.count], inputs: [source.view], outputs: [view],
                    body: .opaque(task), source: NDArray.source))
        }
    }
}

/// The gather along the last axis: row by row, so that memory is walked in order.
private func gatherRows(
    _ input: TaskTile.Operand, _ from: Lattice, _ output: TaskTile.Operand, _ to: Lattice,
    _ chosen: [Int],
    _ step: Int
) {
    func rows(_ lattice: Lattice) -> [Int] {
        var result: [Int] = []
        LatticeCopy.forEachRun(lattice) { offset, stride, count in
            for k in 0..<count { result.append(offset &+ k &* stride) }
        }
        return result
    }
    func copy<T>(_: T.Type) {
        let source = input.memory.assumingMemoryBound(to: T.self)
        let target = output.memory.assumingMemoryBound(to: T.self)
        for (sourceRow, targetRow) in zip(rows(from), rows(to)) {
            var place = targetRow
            for offset in chosen {
                target[place] = source[sourceRow &+ offset]
                place &+= step
            }
        }
    }
    switch input.type.byteCount {
    case 1: copy(UInt8.self)
    case 2: copy(UInt16.self)
    case 4: copy(UInt32.self)
    case 8: copy(UInt64.self)
    default: copy(Complex128.self)
    }
}
