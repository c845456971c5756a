/// Reading and writing through index arrays.
///
/// One task moves blocks: for every point of the axes before the group and every number of the
/// group, the block of the axes after it. Reading is cut along any of them; writing only along kept
/// axes, so that the last of several writes to one place wins, as in NumPy.
import LegateCore

extension NDArray {
    /// `self[items]` with arrays among the items: always a copy.
    func gathered(_ items: [IndexItem]) throws -> NDArray {
        if let small = try smallGathered(items) { return small }
        if items.count == 1, case .array(let mask) = items[0], mask.type == .bool,
            mask.axisCount == axisCount,
            axisCount > 0
        {
            return try masked(by: mask)
        }
        let plan = try IndexPlan(self, items)
        try plan.checkBounds()
        let result = try gathered(plan)
        return result.axisCount == 0 && plan.indexed.isEmpty
            ? result.flagged(isScalar: true) : result
    }

    /// `self[items] = value` with arrays among the items.
    func scatter(_ value: Operand, at items: [IndexItem]) throws {
        if try smallScattered(value, items) || assignThroughMask(value, items) { return }
        try scatter(value, IndexPlan(self, items))
    }

    // MARK: - Reading

    func gathered(_ plan: IndexPlan) throws -> NDArray {
        let result = try NDArray.new(plan.resultShape, type)
        guard result.count > 0 else { return result }
        if NDArray.isSpread(self, result) || plan.isSpread {
            let (numbers, extent, stride) = try plan.numbers(inPlaces: true)
            let take = CollectiveTake(
                blocks: BlockRuns(plan, count: numbers.count, extent: extent, stride: stride))
            try NDArray.collectively(
                "take", inputs: [self, numbers], outputs: [result], body: take.run)
            return result
        }
        let (numbers, extent, stride) = try plan.numbers()
        let blocks = BlockMove(
            plan, count: numbers.count, extent: extent, stride: stride, size: type.byteCount)
        var target = Lattice(
            rowMajor: AxisList(Array(plan.before) + [numbers.count] + Array(plan.after)))
        target.offset = result.lattice.offset
        let cut = blocks.cut(mayCutGroup: true)
        let position = plan.position
        try NDArray.task(
            "take", units: target.shape[cut], grain: blocks.grain(cut),
            work: result.count + numbers.count,
            inputs: [
                (blocks.view(of: self), blocks.partition(cut)),
                (numbers.view, cut == position ? .along(0) : .whole),
            ],
            outputs: [(StoreView(store: result.store, lattice: target, type: type), .along(cut))]
        ) { tile in
            blocks.run(
                kept: tile.inputs[0], numbers: tile.inputs[1], listed: tile.outputs[0],
                isReading: true)
        }
        return result
    }

    // MARK: - Writing

    func scatter(_ value: Operand, _ plan: IndexPlan) throws {
        let shape = plan.resultShape
        let source = try values(value, for: shape)
        try plan.checkBounds()
        guard shape.product > 0 else { return }
        if NDArray.isSpread(self, source) || plan.isSpread {
            return try scatterTogether(source, plan)
        }
        var (numbers, extent, stride) = try plan.numbers()
        if numbers.store === store { numbers = try numbers.copied() }
        let blocks = BlockMove(
            plan, count: numbers.count, extent: extent, stride: stride, size: type.byteCount)
        let flat = AxisList(Array(plan.before) + [numbers.count] + Array(plan.after))
        var list = source
        var lattice = source.lattice.broadcast(to: shape).unsafelyUnwrapped
        if let joined = lattice.joiningAxes(plan.position, plan.groupShape.count) {
            lattice = joined
        } else {
            list = try source.viewed(lattice).copied()
            lattice = Lattice(rowMajor: flat)
        }
        let cut = blocks.cut(mayCutGroup: false)
        let partition = blocks.partition(cut)
        try NDArray.task(
            "put", units: cut < 0 ? 1 : flat[cut], grain: cut < 0 ? 1 : blocks.grain(cut),
            work: shape.product + numbers.count,
            inputs: [
                (
                    StoreView(store: list.store, lattice: lattice, type: type),
                    cut < 0 ? .whole : .along(cut)
                ),
                (numbers.view, .whole),
            ],
            outputs: [(blocks.view(of: self), partition)]
        ) { tile in
            blocks.run(
                kept: tile.outputs[0], numbers: tile.inputs[1], listed: tile.inputs[0],
                isReading: false)
        }
    }

    /// ``scatter(_:_:)`` over several ranks.
    private func scatterTogether(_ source: NDArray, _ plan: IndexPlan) throws {
        var (numbers, extent, stride) = try plan.numbers(inPlaces: true)
        if numbers.store === store { numbers = try numbers.copied() }
        let put = CollectivePut(
            blocks: BlockRuns(plan, count: numbers.count, extent: extent, stride: stride))
        let list = source.viewed(source.lattice.broadcast(to: plan.resultShape).unsafelyUnwrapped)
        try NDArray.collectively(
            "put", inputs: [self, numbers, list], outputs: [self], body: put.run)
    }

    /// The values of an assignment in this array's type, not in its store, without leading axes of
    /// extent one.
    func values(_ value: Operand, for shape: AxisList) throws -> NDArray {
        guard case .array(var source) = value else {
            let result = try NDArray.new(AxisList(), type)
            try result.fill(try value.constant(as: type))
            return result
        }
        var lattice = source.lattice
        while lattice.axisCount > shape.count, lattice.shape[0] == 1 {
            lattice = lattice.projected(axis: 0, at: 0)
        }
        guard lattice.broadcast(to: shape) != nil else {
            throw NumPyError(
                .value,
                "shape mismatch: value array of shape \(source.shape.tight) could not be broadcast to indexing "
                    + "result of shape \(shape.tight)")
        }
        if lattice.axisCount != source.axisCount { source = source.viewed(lattice) }
        return source.type == type && source.store !== store ? source : try source.cast(to: type)
    }
}

extension Lattice {
    /// `count` axes from `position` on as one axis; `nil` where their points do not lie evenly.
    func joiningAxes(_ position: Int, _ count: Int) -> Lattice? {
        if count == 1 { return self }
        let group = Lattice(
            offset: 0, shape: AxisList(shape[position..<position + count]),
            strides: AxisList(strides[position..<position + count]))
        let joined: Lattice
        if group.strides.allSatisfy({ $0 == 0 }) {
            joined = Lattice(offset: 0, shape: AxisList(group.shape.product), strides: AxisList(0))
        } else {
            guard let even = group.reshaped(to: AxisList(group.shape.product)) else { return nil }
            joined = even
        }
        let head = 0..<position
        let tail = (position + count)..<axisCount
        return Lattice(
            offset: offset,
            shape: AxisList(Array(shape[head]) + Array(joined.shape) + Array(shape[tail])),
            strides: AxisList(Array(strides[head]) + Array(joined.strides) + Array(strides[tail])))
    }
}
