/// `ufunc.reduceat`: reductions of slices that begin at given places.
///
///     places    0      3  1       6           slices   [0, 3)  [3]  [1, 6)  [6, end)
///
/// A task: cut along another axis where there are several lines, else along the slices.
import LegateCore

extension Ufunc {
    /// NumPy: `ufunc.reduceat(a, indices, axis, dtype, out)`.
    ///
    /// - Throws: ``NumPyError/Kind/index`` for a place outside, which is looked for at once.
    /// - Complexity: O(elements of all slices); slices may overlap.
    public static func reduceAt(
        _ operation: Operation, _ a: NDArray, _ indices: NDArray, axis: Int = 0,
        dtype: ElementType? = nil,
        out: NDArray? = nil
    ) throws -> NDArray {
        let row = OperationTable.row(operation)
        guard row.inputCount == 2, row.outputCount == 1 else {
            throw NumPyError(.value, "reduceat only supported for binary functions")
        }
        guard a.axisCount > 0 else { throw NumPyError(.type, "cannot reduceat on a scalar") }
        guard out == nil, indices.axisCount == 1, indices.type.isInteger else {
            throw NumPyError(.unsupported, "\(row.name).reduceat")
        }
        let axis = try Axes.normalized(axis, a.axisCount)
        let places = try indices.contiguous(as: .int64)
        try checkPlaces(places, a.shape[axis], row.name)
        let type = try reductionType(row, a.type, dtype, nil)
        guard row.isAssociative, type != .float16, let fold = KernelTable.fold(operation, type),
            let block = KernelTable.block(operation, type)
        else { throw NumPyError(.unsupported, "\(row.name).reduceat") }
        let source = a.type == type ? a : try a.cast(to: type)
        var shape = a.shape
        shape[axis] = places.count
        let result = try NDArray.new(shape, type)
        guard result.count > 0 else { return result }
        let body = SliceFolds(
            fold: fold, block: block, axis: axis, size: type.byteCount,
            setsFirstApart: operation == .add)
        if a.count == a.shape[axis], NDArray.isSpread(source, places, result) {
            try NDArray.collectively(
                row.name + ".reduceat", inputs: [source.line(along: axis), places],
                outputs: [result.line(along: axis)],
                body: body.runTogether)
            return result
        }
        // Along the longest of the other axes, unless there are more slices.
        var cut = axis
        for other in 0..<shape.count where other != axis && shape[other] > 1 {
            if cut == axis || shape[other] > shape[cut] { cut = other }
        }
        let isCutBySlices = cut == axis
        try NDArray.task(
            row.name + ".reduceat", units: shape[cut],
            grain: max(1, 16_384 * shape[cut] / max(1, a.count)),
            work: a.count + result.count,
            inputs: [(source.view, isCutBySlices ? .whole : .along(cut)), (places.view, .whole)],
            outputs: [(result.view, .along(cut))]
        ) { tile in body.run(tile, firstSlice: isCutBySlices ? tile.units.lowerBound : 0) }
        return result
    }

    private static func checkPlaces(_ places: NDArray, _ extent: Int, _ name: String) throws {
        guard places.count > 0 else { return }
        let (low, high) = try places.valueRange()()
        if low >= 0, high < extent { return }
        let memory = try places.hostMemory().assumingMemoryBound(to: Int.self)
        let wrong = withExtendedLifetime(places) {
            (0..<places.count).first { memory[$0] < 0 || memory[$0] >= extent }.map { memory[$0] }
                ?? low
        }
        throw NumPyError(.index, "index \(wrong) out-of-bounds in \(name).reduceat [0, \(extent))")
    }
}

extension NDArray {
    /// The only line of an array, along an axis.
    fileprivate func line(along axis: Int) -> NDArray {
        viewed(Lattice(offset: lattice.offset, shape[axis], every: strides[axis]))
    }
}

/// The slices of one tile, folded line by line.
private struct SliceFolds {
    let fold: FoldKernel
    let block: BlockKernel
    let axis: Int
    let size: Int
    /// NumPy adds the first element to the sum of the others, and takes everything else from left
    /// to right.
    let setsFirstApart: Bool

    /// Over several ranks: each gets the elements of its slices. In: a line, places. Out: a result
    /// for each place.
    func runTogether(_ tile: CollectiveTile, _ exchange: Exchange) throws {
        let (source, places, output) = (tile.inputs[0], tile.inputs[1], tile.outputs[0])
        let own = output.positions
        // A slice ends where the next one begins.
        let ends = try exchange.elements(
            of: places,
            wanted: (0..<tile.rankCount).map { rank in
                let part = output.positions(of: rank)
                return part.isEmpty
                    ? 0..<0 : part.lowerBound..<min(part.upperBound + 1, places.count)
            })
        let values = ends.start.assumingMemoryBound(to: Int.self)
        var runs = PositionRuns()
        for k in 0..<own.count {
            let end = k + 1 < ends.count ? values[k + 1] : source.count
            runs.append(values[k], max(1, end - values[k]))
        }
        let fetched = try exchange.fetch(runs, of: source)
        let room = output.room(own)
        let rest = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
        defer { rest.deallocate() }
        for k in 0..<own.count {
            foldSlice(
                UnsafeRawPointer(fetched.elements.start + fetched.places[k] * size),
                count: runs.length(k), rest,
                into: room.start + k * size)
        }
        output.finish(own, room)
    }

    /// Folds a slice whose elements lie side by side.
    private func foldSlice(
        _ first: UnsafeRawPointer, count: Int, _ rest: UnsafeMutableRawPointer,
        into result: UnsafeMutableRawPointer
    ) {
        guard count > 1 else { return result.copyMemory(from: first, byteCount: size) }
        guard setsFirstApart else { return fold(first, count, result) }
        fold(first + size, count - 1, rest)
        block(first, UnsafeRawPointer(rest), into: result, count: 1)
    }

    func run(_ tile: TaskTile, firstSlice: Int) {
        let (source, target) = (tile.inputs[0], tile.outputs[0])
        let places = UnsafePointer(tile.inputs[1].start.assumingMemoryBound(to: Int.self))
        let placeCount = tile.inputs[1].lattice.shape[0]
        let extent = source.lattice.shape[axis]
        let (step, targetStep) = (source.lattice.strides[axis], target.lattice.strides[axis])
        let slices = target.lattice.shape[axis]
        let gathered = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, extent) * size, alignment: 64)
        let rest = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
        defer {
            gathered.deallocate()
            rest.deallocate()
        }
        BlockMove.forEachPair(
            source.lattice.projected(axis: axis, at: 0), target.lattice.projected(axis: axis, at: 0)
        ) { from, to in
            for k in 0..<slices {
                let n = firstSlice &+ k
                let start = places[n]
                let end = n + 1 < placeCount ? places[n + 1] : extent
                let result = target.memory + (to &+ k &* targetStep) &* size
                let count = max(1, end &- start)
                var elements = UnsafeRawPointer(source.memory + (from &+ start &* step) &* size)
                if step != 1, count > 1 {
                    let line = Lattice(
                        offset: from &+ start &* step, shape: AxisList(count),
                        strides: AxisList(step))
                    LatticeCopy.gather(line, source.memory, size: size, into: gathered)
                    elements = UnsafeRawPointer(gathered)
                }
                foldSlice(elements, count: count, rest, into: result)
            }
        }
    }
}
