/// An index expression with arrays in it, taken apart: axes that stay (slices, new axes) and axes
/// that are indexed.
///
/// The indexed axes meet in one group of result axes, the shape all index arrays broadcast to. The
/// group stands where the index arrays stand if they are adjacent, else in front.
///
///     a[:, [0, 2], 1:3]    kept axes before: 1   group: (2,)   kept axes after: 1
import LegateCore

struct IndexPlan {
    /// One indexed axis. `isChecked` says that its indices are known to be inside.
    struct IndexedAxis {
        var index: NDArray
        var axis: Int
        var extent: Int
        var stride: Int
        /// The stride counted in places: elements of the array in row-major order.
        var placeStride: Int
        var isChecked: Bool
    }

    var offset: Int
    var keptShape = AxisList()
    var keptStrides = AxisList()
    /// The same lattice counted in places.
    var placeOffset = 0
    var keptPlaceStrides = AxisList()
    var indexed: [IndexedAxis] = []
    var groupShape = AxisList()
    /// Kept axes before the group.
    var position = 0

    var before: AxisList { AxisList(keptShape.prefix(position)) }
    var after: AxisList { AxisList(keptShape.dropFirst(position)) }
    var resultShape: AxisList { AxisList(Array(before) + Array(groupShape) + Array(after)) }

    /// - Throws: ``NumPyError/Kind/index`` for too many indices, masks of the wrong size, indices
    ///   that do not broadcast.
    init(_ array: NDArray, _ items: [IndexItem]) throws {
        offset = array.lattice.offset
        let places = Lattice.rowMajorStrides(of: array.shape)
        let consumed = items.reduce(0) { $0 + $1.axesConsumed }
        guard consumed <= array.axisCount else { throw array.tooManyIndices(consumed) }
        var axis = 0
        var hasEllipsis = false
        var hasGroup = false
        var isInterrupted = false
        var isSeparated = false
        for item in items {
            if item.isIndexed {
                if !hasGroup { position = keptShape.count }
                if isInterrupted { isSeparated = true }
                hasGroup = true
            } else if hasGroup {
                isInterrupted = true
            }
            switch item {
            case .integer(let i):
                let extent = array.shape[axis]
                guard i >= -extent, i < extent else {
                    throw array.outOfBounds(i, axis: axis, extent)
                }
                offset += (i < 0 ? i + extent : i) * array.strides[axis]
                placeOffset += (i < 0 ? i + extent : i) * places[axis]
                axis += 1
            case .array(let index) where index.type == .bool:
                try appendMask(index, array, &axis)
            case .array(let index):
                indexed.append(
                    .init(
                        index: index, axis: axis, extent: array.shape[axis],
                        stride: array.strides[axis],
                        placeStride: places[axis], isChecked: false))
                axis += 1
            case .boolean(let value):
                let zeros = try NDArray.integers(value ? [0] : [])
                indexed.append(
                    .init(
                        index: zeros, axis: 0, extent: 1, stride: 0, placeStride: 0, isChecked: true
                    ))
            case .slice(let start, let stop, let step):
                let (first, step, count) = try Slice.resolve(start, stop, step, array.shape[axis])
                if count > 0 {
                    offset += first * array.strides[axis]
                    placeOffset += first * places[axis]
                }
                keep(count, array.strides[axis] * step, places[axis] * step)
                axis += 1
            case .newAxis: keep(1, 0, 0)
            case .ellipsis:
                guard !hasEllipsis else {
                    throw NumPyError(.index, "an index can only have a single ellipsis ('...')")
                }
                hasEllipsis = true
                for _ in 0..<(array.axisCount - consumed) {
                    keep(array.shape[axis], array.strides[axis], places[axis])
                    axis += 1
                }
            }
        }
        while axis < array.axisCount {
            keep(array.shape[axis], array.strides[axis], places[axis])
            axis += 1
        }
        if isSeparated { position = 0 }
        try broadcastGroup()
    }

    /// A plan for one index array along one axis.
    init(_ array: NDArray, axis: Int, index: NDArray, isChecked: Bool = false) throws {
        offset = array.lattice.offset
        let places = Lattice.rowMajorStrides(of: array.shape)
        for k in 0..<array.axisCount where k != axis {
            keep(array.shape[k], array.strides[k], places[k])
        }
        indexed = [
            .init(
                index: index, axis: axis, extent: array.shape[axis], stride: array.strides[axis],
                placeStride: places[axis], isChecked: isChecked)
        ]
        position = axis
        try broadcastGroup()
    }

    private mutating func keep(_ extent: Int, _ stride: Int, _ placeStride: Int) {
        keptShape.append(extent)
        keptStrides.append(stride)
        keptPlaceStrides.append(placeStride)
    }

    private mutating func appendMask(_ mask: NDArray, _ array: NDArray, _ axis: inout Int) throws {
        for k in 0..<mask.axisCount where mask.shape[k] != array.shape[axis + k] {
            throw NDArray.maskMismatch(axis + k, array.shape[axis + k], mask.shape[k])
        }
        let places = Lattice.rowMajorStrides(of: array.shape)
        for index in try mask.nonzero() {
            indexed.append(
                .init(
                    index: index, axis: axis, extent: array.shape[axis],
                    stride: array.strides[axis],
                    placeStride: places[axis], isChecked: true))
            axis += 1
        }
    }

    private mutating func broadcastGroup() throws {
        for k in indexed.indices where indexed[k].index.type != .int64 {
            indexed[k].index = try indexed[k].index.cast(to: .int64)
        }
        do {
            for entry in indexed { groupShape = try Ufunc.broadcast(groupShape, entry.index.shape) }
        } catch {
            let shapes = indexed.map { $0.index.shape.tight }.joined(separator: " ")
            throw NumPyError(
                .index,
                "shape mismatch: indexing arrays could not be broadcast together with shapes \(shapes) "
            )
        }
    }

    /// Whether an index array is tiled over the ranks.
    var isSpread: Bool { indexed.contains { NDArray.isSpread($0.index) } }

    /// Looks at the indices' values.
    ///
    /// - Throws: ``NumPyError/Kind/index`` naming the first index outside.
    func checkBounds() throws {
        // Indices that broadcast to nothing are not looked at.
        if groupShape.product == 0 { return }
        let unchecked = indexed.filter { !$0.isChecked && $0.index.count > 0 }
        // All reductions are recorded before the first value is read: one pass over everything
        // pending.
        let ranges = try unchecked.map { try $0.index.valueRange() }
        for (entry, range) in zip(unchecked, ranges) {
            let (low, high) = try range()
            if low >= -entry.extent, high < entry.extent { continue }
            let values = try entry.index.contiguous()
            let memory = try values.hostMemory().assumingMemoryBound(to: Int.self)
            for k in 0..<values.count where memory[k] < -entry.extent || memory[k] >= entry.extent {
                throw NumPyError(
                    .index,
                    "index \(memory[k]) is out of bounds for axis \(entry.axis) with size \(entry.extent)"
                )
            }
        }
    }

    /// For every point of the group, in row-major order, one number; `extent` and `stride` turn it
    /// into an offset: `(n < 0 ? n + extent : n) * stride`. With several index arrays the numbers
    /// are offsets already.
    ///
    /// - Parameter inPlaces: Whether strides and offsets count places, not elements of the store.
    func numbers(inPlaces: Bool = false) throws -> (numbers: NDArray, extent: Int, stride: Int) {
        func stride(_ entry: IndexedAxis) -> Int { inPlaces ? entry.placeStride : entry.stride }
        if indexed.count == 1 {
            return (try indexed[0].index.raveled(), indexed[0].extent, stride(indexed[0]))
        }
        var builder = ExpressionBuilder(groupShape)
        var total: Int?
        for entry in indexed where stride(entry) != 0 || entry.extent != 1 {
            let index = try builder.value(.array(entry.index), as: .int64)
            var wrapped = index
            if !entry.isChecked {
                let zero = try builder.value(.integer(0), as: .int64)
                let extent = try builder.value(.integer(entry.extent), as: .int64)
                let isNegative = builder.apply(.less, .int64, index, zero)
                wrapped = builder.select(
                    isNegative, builder.apply(.add, .int64, index, extent), index, .int64)
            }
            let step = try builder.value(.integer(stride(entry)), as: .int64)
            let term = builder.apply(.multiply, .int64, wrapped, step)
            total = total.map { builder.apply(.add, .int64, $0, term) } ?? term
        }
        let result = try NDArray.new(groupShape, .int64)
        guard let total else {
            try result.fill(.make(.int64, integer: 0))
            return (try result.raveled(), 0, 1)
        }
        if groupShape.product > 0 { try builder.submit("index offsets", [total], [result]) }
        return (try result.raveled(), 0, 1)
    }
}

extension IndexItem {
    /// Whether the item takes part in the group when there is one: integers do.
    var isIndexed: Bool {
        switch self {
        case .array, .boolean, .integer: return true
        default: return false
        }
    }
}

extension NDArray {
    static func maskMismatch(_ axis: Int, _ extent: Int, _ maskExtent: Int) -> NumPyError {
        NumPyError(
            .index,
            "boolean index did not match indexed array along axis \(axis); size of axis is \(extent) but size of "
                + "corresponding boolean axis is \(maskExtent)")
    }

    /// The least and the greatest value of an int64 array. Recorded now, read when the result is
    /// called; found at once where the values are at rest.
    func valueRange() throws -> () throws -> (low: Int, high: Int) {
        if store.isReady,
            Runtime.shared.isImmediate(count) || isPlain && Runtime.shared.runsTasksAtOnce(count)
        {
            let range =
                isPlain
                ? ValueRange.of(firstByte.assumingMemoryBound(to: Int.self), count) : walkedRange()
            return { range }
        }
        let least = try Ufunc.reduce(.minimum, self, axes: nil)
        let greatest = try Ufunc.reduce(.maximum, self, axes: nil)
        return {
            guard case .integer(let low) = try least.item(),
                case .integer(let high) = try greatest.item()
            else {
                return (0, 0)
            }
            return (low, high)
        }
    }

    private func walkedRange() -> (low: Int, high: Int) {
        let memory = store.memory.unsafelyUnwrapped.assumingMemoryBound(to: Int.self)
        var (low, high) = (Int.max, Int.min)
        LatticeCopy.forEachRun(lattice) { offset, stride, count in
            var k = offset
            for _ in 0..<count {
                low = Swift.min(low, memory[k])
                high = Swift.max(high, memory[k])
                k &+= stride
            }
        }
        return (low, high)
    }
}
