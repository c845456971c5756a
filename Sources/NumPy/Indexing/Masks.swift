/// Boolean arrays as indices.
///
/// Setting through a mask to something that broadcasts is one pointwise choice: lazy, fused, tiled.
/// Everything else needs to know how many elements are true before each block of the mask: these
/// counts are taken first, and then the values are moved, both in parallel.
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

/// A flat mask inside a task.
struct TruthReader {
    let start: UnsafePointer<UInt8>
    let stride: Int
    let extent: Int

    init(_ operand: TaskTile.Operand) {
        start = UnsafePointer(operand.start.assumingMemoryBound(to: UInt8.self))
        extent = operand.lattice.shape[0]
        stride = operand.lattice.strides[0]
    }

    @inline(__always) subscript(i: Int) -> Int { TruthReader.one(start[i &* stride]) }

    /// 1 for any byte but 0, without a branch.
    @inline(__always) static func one(_ byte: UInt8) -> Int { Int((byte | (0 &- byte)) &>> 7) }

    func count(_ range: Range<Int>) -> Int {
        var total = 0
        if stride == 1 {
            // Bytes are added in 8-bit lanes: at most 255 rounds before they would overflow.
            var i = range.lowerBound
            while i < range.upperBound {
                let end = min(i + 128, range.upperBound)
                var part: UInt8 = 0
                while i < end {
                    part &+= (start[i] | (0 &- start[i])) &>> 7
                    i &+= 1
                }
                total &+= Int(part)
            }
            return total
        }
        for i in range { total &+= self[i] }
        return total
    }

    /// The true elements numbered `wanted`, and where to begin to look for them: at element `first`
    /// of the mask, which is true or stands before the first wanted one. `prefix` holds the true
    /// elements before each block.
    @inline(__always)
    func walk(_ wanted: Range<Int>, prefix: UnsafePointer<Int>, blocks: Int) -> MaskWalk {
        var low = 0
        var high = blocks
        while high - low > 1 {
            let middle = (low + high) / 2
            if prefix[middle] <= wanted.lowerBound { low = middle } else { high = middle }
        }
        var i = low * TrueElements.blockSize
        var k = prefix[low]
        while k < wanted.lowerBound {
            k &+= self[i]
            i &+= 1
        }
        return MaskWalk(truth: start, stride: stride, first: i, extent: extent, count: wanted.count)
    }
}

extension NDArray {
    /// How many elements of a bool array are true. Waits for them.
    private func trueCount() throws -> Int {
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

    /// ``place(_:_:_:)`` over several ranks.
    private func placeTogether(_ values: NDArray, _ mask: NDArray) throws {
        let source =
            values.type == type && values.store !== store ? values : try values.cast(to: type)
        let truth = mask.store === store ? try mask.copied() : mask
        try NDArray.collectively(
            "place", inputs: [self, truth, source], outputs: [self], body: CollectiveMasks.place)
    }

    private func checkMask(_ mask: NDArray) throws {
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

    // MARK: - Writing

    /// Assigns through a mask where that needs no list of indices.
    ///
    /// - Returns: Whether it did.
    func assignThroughMask(_ value: Operand, _ items: [IndexItem]) throws -> Bool {
        var mask: NDArray?
        var place = 0
        for (k, item) in items.enumerated() {
            switch item {
            case .array(let array):
                guard mask == nil, array.type == .bool, array.axisCount > 0 else { return false }
                mask = array
                place = k
            case .boolean: return false
            default: break
            }
        }
        guard let mask else { return false }
        let consumed = items.reduce(0) { $0 + $1.axesConsumed }
        guard consumed <= axisCount else { throw tooManyIndices(consumed) }
        if items.count == 1, mask.axisCount == axisCount {
            try assignWhole(value, mask)
            return true
        }
        var isSingle = true
        if case .array(let array) = value { isSingle = array.count == 1 }
        var basic = items
        let whole = [IndexItem](
            repeating: .slice(start: nil, stop: nil, step: nil), count: mask.axisCount)
        basic.replaceSubrange(place...place, with: whole)
        var firstAxis = 0
        var firstSource = 0
        for item in items[..<place] {
            switch item {
            case .slice: (firstAxis, firstSource) = (firstAxis + 1, firstSource + 1)
            case .newAxis: firstAxis += 1
            case .integer: firstSource += 1
            case .ellipsis:
                firstAxis += axisCount - consumed
                firstSource += axisCount - consumed
            default: break
            }
        }
        for k in 0..<mask.axisCount where mask.shape[k] != shape[firstSource + k] {
            throw NDArray.maskMismatch(firstSource + k, shape[firstSource + k], mask.shape[k])
        }
        let (lattice, _) = try basicLattice(basic)
        if !isSingle {
            // Values without an axis for the mask: the same for every true element.
            let behind = lattice.axisCount - mask.axisCount
            guard case .array(let array) = value, firstAxis == 0, array.axisCount <= behind,
                array.lattice.broadcast(to: AxisList(lattice.shape.dropFirst(mask.axisCount)))
                    != nil,
                !items.contains(where: {
                    if case .integer = $0 { return true } else { return false }
                })
            else { return false }
        }
        var strides = AxisList(repeating: 0, count: lattice.axisCount)
        for k in 0..<mask.axisCount { strides[firstAxis + k] = mask.strides[k] }
        let condition = mask.viewed(
            Lattice(offset: mask.lattice.offset, shape: lattice.shape, strides: strides))
        var single = value
        if isSingle, case .array(let array) = value {
            let resultAxes = lattice.axisCount - mask.axisCount + 1
            guard array.axisCount <= resultAxes || array.shape.allSatisfy({ $0 == 1 }) else {
                return false
            }
            single = .array(
                array.viewed(
                    Lattice(
                        offset: array.lattice.offset, shape: AxisList(), strides: AxisList())))
        }
        try viewed(lattice).choose(condition, single)
        return true
    }

    private func assignWhole(_ value: Operand, _ mask: NDArray) throws {
        try checkMask(mask)
        guard case .array(let array) = value, array.axisCount > 0 else {
            return try choose(mask, value)
        }
        guard array.axisCount == 1 else {
            throw NumPyError(
                .type,
                "NumPy boolean array indexing assignment requires a 0 or 1-dimensional input, input has "
                    + "\(array.axisCount) dimensions")
        }
        if array.count == 1 { return try choose(mask, value) }
        let isSpread = NDArray.isSpread(self, mask, array)
        let chosen = isSpread ? nil : try TrueElements(mask)
        let count = try chosen?.count ?? mask.trueCount()
        guard array.count == count else {
            throw NumPyError(
                .value,
                "NumPy boolean array indexing assignment cannot assign \(array.count) input values to the "
                    + "\(count) output values where the mask is true")
        }
        guard count > 0 else { return }
        guard let chosen else { return try placeTogether(array, mask) }
        try place(array.store === store ? array.copied() : array, chosen, mask)
    }

    /// Puts as many values as there are true elements in their places.
    private func place(_ values: NDArray, _ chosen: TrueElements, _ mask: NDArray) throws {
        let source = values.type == type ? values : try values.cast(to: type)
        guard let flat = lattice.reshaped(to: AxisList(count)) else {
            let copy = try copied()
            try copy.place(source, chosen, mask)
            return try assign(copy)
        }
        let truth = chosen.mask.store === store ? try chosen.mask.copied() : chosen.mask
        let size = type.byteCount
        try NDArray.task(
            "place", units: count, grain: TrueElements.blockSize, work: count,
            inputs: [(source.view, .whole), (truth.view, .along(0)), (chosen.prefix.view, .whole)],
            outputs: [(StoreView(store: store, lattice: flat, type: type), .along(0))]
        ) { tile in
            switch size {
            case 1: NDArray.expand(UInt8.self, tile)
            case 2: NDArray.expand(UInt16.self, tile)
            case 4: NDArray.expand(UInt32.self, tile)
            case 8: NDArray.expand(UInt64.self, tile)
            default: NDArray.expand(SixteenBytes.self, tile)
            }
        }
    }

    private static func expand<T>(_: T.Type, _ tile: TaskTile) {
        let source = tile.inputs[0].start.assumingMemoryBound(to: T.self)
        let step = tile.inputs[0].lattice.strides[0]
        let truth = TruthReader(tile.inputs[1])
        let target = tile.outputs[0].start.assumingMemoryBound(to: T.self)
        let stride = tile.outputs[0].lattice.strides[0]
        let prefix = tile.inputs[2].start.assumingMemoryBound(to: Int.self)
        // Tiles begin where blocks of the mask begin.
        var k = prefix[tile.units.lowerBound / TrueElements.blockSize]
        for i in 0..<tile.units.count where truth[i] != 0 {
            target[i &* stride] = source[k &* step]
            k &+= 1
        }
    }

    /// Sets the elements where `condition` (of this array's shape) holds.
    func choose(_ condition: NDArray, _ value: Operand) throws {
        if count == 0 {
            if case .array = value {} else { _ = try value.constant(as: type) }
            return
        }
        try NDArray.select(condition, value, .array(self), into: self)
    }

    /// `target = condition ? x : y`, point by point.
    static func select(_ condition: NDArray, _ x: Operand, _ y: Operand, into target: NDArray)
        throws
    {
        let type = target.type
        let runtime = Runtime.shared
        let loop = Loop(compute: type, inputs: [.bool, type, type], outputs: [type])
        var isAtRest =
            runtime.isImmediate(target.count) && condition.store.isReady
            && runtime.isIdle(target.store)
            && !target.store.isShared
        for case .array(let array) in [x, y] where !array.store.isReady { isAtRest = false }
        guard isAtRest else {
            var builder = ExpressionBuilder(target.shape)
            let truth = try builder.value(.array(condition), as: .bool)
            let first = try builder.value(x, as: type)
            let second = try builder.value(y, as: type)
            let chosen = builder.apply(.select, loop, [truth, first, second])
            return try builder.submit("where", [chosen], [target])
        }
        func operand(_ value: Operand) throws -> ImmediateOperand {
            guard case .array(let array) = value else {
                return .constant(try value.constant(as: type))
            }
            guard let lattice = array.lattice.broadcast(to: target.shape) else {
                throw NumPyError(
                    .value,
                    "operands could not be broadcast together with shapes \(array.shape.tight) "
                        + "\(target.shape.tight) ")
            }
            return .view(StoreView(store: array.store, lattice: lattice, type: array.type))
        }
        Immediate.apply(
            .select, loop, try operand(.array(condition)), try operand(x), try operand(y),
            into: target.view)
    }
}
