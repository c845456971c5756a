/// Running sums, products and extremes: `ufunc.accumulate`.
///
/// Along the scanned axis elements are taken strictly one after another, as NumPy does, so the bits
/// are NumPy's; the other axes are cut into tiles. Where neighbours in memory are neighbours along
/// another axis, whole rows are combined with the row before; else each line is scanned by itself.
import LegateCore

extension Ufunc {
    /// NumPy: `ufunc.accumulate(a, axis, dtype, out)`.
    ///
    /// - Complexity: O(elements); parallel over the lines along `axis`.
    public static func accumulate(
        _ operation: Operation, _ a: NDArray, axis: Int = 0, dtype: ElementType? = nil,
        out: NDArray? = nil
    ) throws -> NDArray {
        let row = OperationTable.row(operation)
        guard row.inputCount == 2, row.outputCount == 1 else {
            throw NumPyError(.value, "accumulate only supported for binary functions")
        }
        guard a.axisCount > 0 else { throw NumPyError(.type, "cannot accumulate on a scalar") }
        let axis = try Axes.normalized(axis, a.axisCount)
        let type = try reductionType(row, a.type, dtype, out)
        guard let scan = KernelTable.scan(operation, type),
            let block = KernelTable.block(operation, type)
        else {
            throw NumPyError(.unsupported, "\(row.name).accumulate")
        }
        if let out {
            guard out.shape == a.shape else {
                throw NumPyError(.unsupported, "out of another shape")
            }
            guard type.canCast(to: out.type, .sameKind) else {
                throw NumPyError(.unsupported, "an output that the result's type does not lead to")
            }
        }
        let source = a.type == type ? a : try a.cast(to: type)
        let result = try NDArray.new(a.shape, type)
        if a.count > 0 {
            let isExact = row.isAssociative && !type.isInexact
            try Scan(scan: scan, block: block, axis: axis, type: type, isExact: isExact)
                .record(source, result, row.name)
        }
        guard let out else { return result }
        try out.assign(result)
        return out
    }
}

extension Ufunc {
    /// The same of one small line at rest whose type the operation keeps.
    public static func quickAccumulate(_ operation: Operation, _ a: NDArray) -> NDArray? {
        let type = a.type
        guard type == .float64 || type == .int64 || type == .float32, a.axisCount == 1,
            a.count > 0, a.isSmallAtRest, a.lattice.isRowMajorContiguous,
            operation == .add || operation == .multiply || operation == .maximum
                || operation == .minimum,
            let scan = KernelTable.scan(operation, type),
            let result = NDArray.quickNew(a.shape, type)
        else { return nil }
        var carry = (UInt64(0), UInt64(0))
        withUnsafeMutableBytes(of: &carry) {
            scan(
                UnsafeRawPointer(a.firstByte), a.count, $0.baseAddress.unsafelyUnwrapped, false,
                result.firstByte)
        }
        return result
    }
}

/// One accumulation, as tasks.
private struct Scan {
    let scan: ScanKernel
    let block: BlockKernel
    let axis: Int
    let type: ElementType
    /// Whether results may be grouped.
    let isExact: Bool

    func record(_ source: NDArray, _ result: NDArray, _ name: String) throws {
        let shape = source.shape
        if NDArray.isSpread(source, result) {
            let scan = CollectiveScan(
                scan: scan, block: block, type: type, shape: shape, axis: axis, isExact: isExact)
            return try NDArray.collectively(
                name + ".accumulate", inputs: [source], outputs: [result], body: scan.run)
        }
        // Cut along the longest of the other axes.
        let other = (0..<shape.count).filter { $0 != axis }.max {
            (shape[$0], -$0) < (shape[$1], -$1)
        }
        guard let other, shape[other] > 1 else {
            return try NDArray.task(
                name + ".accumulate", units: 1, work: source.count, inputs: [(source.view, .whole)],
                outputs: [(result.view, .whole)]
            ) { self.run($0) }
        }
        let grain = max(1, 8192 * shape[other] / source.count)
        try NDArray.task(
            name + ".accumulate", units: shape[other],
            grain: other == shape.count - 1 ? max(grain, 64) : grain, work: source.count,
            inputs: [(source.view, .along(other))], outputs: [(result.view, .along(other))]
        ) { self.run($0) }
    }

    private func run(_ tile: TaskTile) {
        let source = tile.inputs[0]
        let target = tile.outputs[0]
        let inner = source.lattice.axisCount - 1
        let isEven = source.lattice.strides[inner] == 1 && target.lattice.strides[inner] == 1
        if axis != inner, isEven, source.lattice.shape[inner] > 1 {
            runRows(source, target, inner)
        } else {
            runLines(source, target)
        }
    }

    /// Row by row: each row is the row before it combined with a row of the source.
    private func runRows(_ source: TaskTile.Operand, _ target: TaskTile.Operand, _ inner: Int) {
        let size = type.byteCount
        let count = source.lattice.shape[inner]
        let outerSource = source.lattice.projected(axis: inner, at: 0).projected(axis: axis, at: 0)
        let outerTarget = target.lattice.projected(axis: inner, at: 0).projected(axis: axis, at: 0)
        let steps = (source.lattice.strides[axis] * size, target.lattice.strides[axis] * size)
        let extent = source.lattice.shape[axis]
        forEachPair(outerSource, outerTarget) { x, y in
            var from = UnsafeRawPointer(source.memory + x * size)
            var to = target.memory + y * size
            to.copyMemory(from: from, byteCount: count * size)
            for _ in 1..<max(extent, 1) {
                let last = UnsafeRawPointer(to)
                from += steps.0
                to += steps.1
                block(last, from, into: to, count: count)
            }
        }
    }

    /// Line by line, in blocks that fit the nearest cache.
    private func runLines(_ source: TaskTile.Operand, _ target: TaskTile.Operand) {
        let size = type.byteCount
        let extent = source.lattice.shape[axis]
        let blockSize = min(extent, 1024)
        let steps = (source.lattice.strides[axis], target.lattice.strides[axis])
        let first = UnsafeMutableRawPointer.allocate(byteCount: blockSize * size, alignment: 64)
        let second = UnsafeMutableRawPointer.allocate(byteCount: blockSize * size, alignment: 64)
        let carry = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
        defer {
            first.deallocate()
            second.deallocate()
            carry.deallocate()
        }
        forEachPair(
            source.lattice.projected(axis: axis, at: 0), target.lattice.projected(axis: axis, at: 0)
        ) { x, y in
            var done = 0
            while done < extent {
                let count = min(blockSize, extent - done)
                var line = Lattice(
                    offset: x + done * steps.0, shape: AxisList(count), strides: AxisList(steps.0))
                var input = UnsafeRawPointer(source.memory + line.offset * size)
                if steps.0 != 1 {
                    LatticeCopy.gather(line, source.memory, size: size, into: first)
                    input = UnsafeRawPointer(first)
                }
                let isDirect = steps.1 == 1
                let offset = y + done * steps.1
                scan(
                    input, count, carry, done > 0, isDirect ? target.memory + offset * size : second
                )
                if !isDirect {
                    line = Lattice(
                        offset: offset, shape: AxisList(count), strides: AxisList(steps.1))
                    LatticeCopy.scatter(second, size: size, into: target.memory, line)
                }
                done += count
            }
        }
    }

    /// Calls `body` with the offsets of each point in two lattices of one shape.
    private func forEachPair(_ a: Lattice, _ b: Lattice, _ body: (Int, Int) -> Void) {
        BlockMove.forEachPair(a, b, body)
    }
}
