/// Boolean arrays as indices: assigning through them.
///
/// Setting to something that broadcasts is one pointwise choice: lazy, fused, tiled. As many values
/// as there are true elements go to their places block by block, as they are read.
import LegateCore

extension NDArray {
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
        var isAtRest =
            runtime.isImmediate(target.count) && condition.store.isReady
            && runtime.isIdle(target.store)
            && !target.store.isShared
        let values = Operands(x, y)
        values.forEachArray { isAtRest = isAtRest && $0.store.isReady }
        guard isAtRest, let loop = OperationTable.loop(.select, type) else {
            var builder = ExpressionBuilder(target.shape)
            let truth = try builder.value(.array(condition), as: .bool)
            let first = try builder.value(x, as: type)
            let second = try builder.value(y, as: type)
            let chosen = builder.select(truth, first, second, type)
            return try builder.submit("where", [chosen], [target])
        }
        try values.forEachArray {
            guard try Ufunc.broadcast($0.shape, target.shape) == target.shape else {
                throw Ufunc.mismatch([$0.shape.tight, target.shape.tight])
            }
        }
        typealias Bits = (UInt64, UInt64)
        var (first, second): (Bits, Bits) = ((0, 0), (0, 0))
        try withUnsafeMutableBytes(of: &first) { first in
            try withUnsafeMutableBytes(of: &second) { second in
                Immediate.apply(
                    .select, loop, RestingView(condition.view),
                    try x.resting(as: type, first.baseAddress.unsafelyUnwrapped),
                    try y.resting(as: type, second.baseAddress.unsafelyUnwrapped),
                    over: target.shape, into: RestingView(target.view))
            }
        }
    }

    /// ``place(_:_:_:)`` over several ranks.
    private func placeTogether(_ values: NDArray, _ mask: NDArray) throws {
        let source =
            values.type == type && values.store !== store ? values : try values.cast(to: type)
        let truth = mask.store === store ? try mask.copied() : mask
        try NDArray.collectively(
            "place", inputs: [self, truth, source], outputs: [self], body: CollectiveMasks.place)
    }
}
