/// Boolean arrays as indices: reading through them.
///
/// How many elements are true before each block of the mask has to be known: these counts are taken
/// first, and then the values are moved, both in parallel.
import LegateCore

/// Where the true elements of a flat mask lie.
struct TrueElements {
    static let blockSize = 16_384
    /// The mask as one axis.
    let mask: NDArray
    let count: Int
    /// For each block of the mask, the number of true elements before it.
    let prefix: NDArray

    init(_ mask: NDArray) throws {
        self.mask = try mask.raveled()
        let flat = self.mask
        // The counts are waited for in any case: what can be taken at once had better be.
        if Runtime.shared.runsTasksAtOnce(flat.count) { _ = try flat.hostMemory() }
        let blocks = max(1, (flat.count + TrueElements.blockSize - 1) / TrueElements.blockSize)
        let counts = try NDArray.new(AxisList(blocks), .int64)
        try NDArray.task(
            "count", units: blocks, grain: 8, work: flat.count, inputs: [(flat.view, .whole)],
            outputs: [(counts.view, .along(0))]
        ) { tile in
            let truth = TruthReader(tile.inputs[0])
            let target = tile.outputs[0].start.assumingMemoryBound(to: Int.self)
            for (k, block) in tile.units.enumerated() {
                let first = block * TrueElements.blockSize
                target[k] = truth.count(first..<min(first + TrueElements.blockSize, truth.extent))
            }
        }
        let memory = try counts.hostMemory().assumingMemoryBound(to: Int.self)
        var total = 0
        var sums: [Int] = []
        for k in 0..<blocks {
            sums.append(total)
            total += memory[k]
        }
        count = total
        prefix = try NDArray.integers(sums)
    }
}

extension NDArray {
    /// How many elements of a bool array are true. Waits for them.
    func trueCount() throws -> Int {
        guard count > 0,
            case .integer(let total) = try Ufunc.reduce(.add, self, axes: nil, dtype: .int64).item()
        else { return 0 }
        return total
    }

    /// ``masked(by:)`` over several ranks.
    private func maskedTogether(_ mask: NDArray) throws -> NDArray {
        let (source, truth) = (try raveled(), try mask.raveled())
        let result = try NDArray.new(AxisList(truth.trueCount()), type)
        guard result.count > 0 else { return result }
        try NDArray.collectively(
            "compress", inputs: [source, truth], outputs: [result], body: CollectiveMasks.compress)
        return result
    }

    /// ``nonzero()`` of a bool array over several ranks.
    private func nonzeroTogether() throws -> [NDArray] {
        let extents = Array(shape)
        let truth = try raveled()
        let total = try truth.trueCount()
        let results = try extents.map { _ in try NDArray.new(AxisList(total), .int64) }
        guard total > 0 else { return results }
        try NDArray.collectively("nonzero", inputs: [truth], outputs: results) {
            try CollectiveMasks.nonzero($0, $1, extents: extents)
        }
        return results
    }

    func checkMask(_ mask: NDArray) throws {
        for k in 0..<mask.axisCount where mask.shape[k] != shape[k] {
            throw NDArray.maskMismatch(k, shape[k], mask.shape[k])
        }
    }

    /// `self[mask]` for a mask of this array's shape: the chosen elements in row-major order.
    func masked(by mask: NDArray) throws -> NDArray {
        try checkMask(mask)
        if NDArray.isSpread(self, mask) { return try maskedTogether(mask) }
        let chosen = try TrueElements(mask)
        let source = try raveled()
        let result = try NDArray.new(AxisList(chosen.count), type)
        guard chosen.count > 0 else { return result }
        let size = type.byteCount
        try NDArray.task(
            "compress", units: chosen.count, work: mask.count,
            inputs: [
                (source.view, .whole), (chosen.mask.view, .whole), (chosen.prefix.view, .whole),
            ],
            outputs: [(result.view, .along(0))]
        ) { tile in
            switch size {
            case 1: NDArray.compress(UInt8.self, tile)
            case 2: NDArray.compress(UInt16.self, tile)
            case 4: NDArray.compress(UInt32.self, tile)
            case 8: NDArray.compress(UInt64.self, tile)
            default: NDArray.compress(SixteenBytes.self, tile)
            }
        }
        return result
    }

    private static func compress<T>(_: T.Type, _ tile: TaskTile) {
        let prefix = UnsafePointer(tile.inputs[2].start.assumingMemoryBound(to: Int.self))
        TruthReader(tile.inputs[1]).walk(
            tile.units, prefix: prefix, blocks: tile.inputs[2].lattice.shape[0]
        )
        .compress(
            tile.inputs[0].start.assumingMemoryBound(to: T.self),
            stride: tile.inputs[0].lattice.strides[0],
            into: tile.outputs[0].start.assumingMemoryBound(to: T.self))
    }

    /// NumPy: `ndarray.nonzero`. For each axis the indices of the elements that are not zero.
    public func nonzero() throws -> [NDArray] {
        guard axisCount > 0 else {
            throw NumPyError(
                .value,
                "Calling nonzero on 0d arrays is not allowed. Use np.atleast_1d(scalar).nonzero() instead."
            )
        }
        if NDArray.isSpread(self) {
            return try (type == .bool ? self : cast(to: .bool)).nonzeroTogether()
        }
        let chosen = try TrueElements(type == .bool ? self : try cast(to: .bool))
        let results = try (0..<axisCount).map { _ in try NDArray.new(AxisList(chosen.count), .int64)
        }
        guard chosen.count > 0 else { return results }
        let extents = Array(shape)
        try NDArray.task(
            "nonzero", units: chosen.count, work: count,
            inputs: [(chosen.mask.view, .whole), (chosen.prefix.view, .whole)],
            outputs: results.map { ($0.view, .along(0)) }
        ) { tile in
            let targets = tile.outputs.map { $0.start.assumingMemoryBound(to: Int.self) }
            let prefix = UnsafePointer(tile.inputs[1].start.assumingMemoryBound(to: Int.self))
            TruthReader(tile.inputs[0])
                .walk(tile.units, prefix: prefix, blocks: tile.inputs[1].lattice.shape[0]).places(
                    into: targets[0])
            for axis in stride(from: extents.count - 1, to: 0, by: -1) {
                let extent = extents[axis]
                for k in 0..<tile.units.count {
                    let value = targets[0][k]
                    targets[axis][k] = value % extent
                    targets[0][k] = value / extent
                }
            }
        }
        return results
    }
}
