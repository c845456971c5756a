/// `ufunc.at`: an operation done in place at indices, once for each time an index is named.
///
/// One task on one tile, in the order of the indices: what a place is given depends on what it was
/// given before. The commonest operations on their own type run in a plain loop; the others call
/// the operation's kernel per element.
import LegateCore

extension Ufunc {
    /// NumPy: `ufunc.at(a, indices, b)`.
    ///
    /// - Parameter b: The second operand; `nil` for operations of one.
    /// - Throws: ``NumPyError/Kind/index`` for an index outside, ``NumPyError/Kind/value`` for
    ///   values of another shape.
    /// - Complexity: O(indices).
    public static func at(_ operation: Operation, _ a: NDArray, _ items: [IndexItem], _ b: NDArray?)
        throws
    {
        let row = OperationTable.row(operation)
        guard row.outputCount == 1, row.inputCount == (b == nil ? 1 : 2) else {
            throw NumPyError(.unsupported, "\(row.name).at")
        }
        guard a.isWritable else { throw NumPyError(.unsupported, "read-only operands") }
        let loop = try resolve(
            operation, b.map { Operands(a, $0) } ?? Operands(a), dtype: nil, casting: .unsafe)
        // Results are converted to the array's type whatever they are; NumPy warns where parts are
        // lost.
        if loop.output0.isComplex, !a.type.isComplex {
            throw NumPyError(.unsupported, "complex results")
        }
        if operation == .power, loop.compute.isInteger, let b { try checkExponent(.array(b)) }
        guard items.contains(where: \.isAdvanced) else {
            let target = a.viewed(try a.basicView(items))
            _ = try call(
                operation, b.map { Operands(target, $0) } ?? Operands(target),
                out: Outputs(target), casting: .unsafe)
            return
        }
        guard let kernel = KernelTable.block(operation, loop.compute) else {
            throw NumPyError(.unsupported, "\(row.name).at")
        }
        let plan = try IndexPlan(a, items)
        try plan.checkBounds()
        let shape = plan.resultShape
        var values: NDArray?
        if let b {
            let isApart = b.type == loop.input1 && b.store !== a.store
            let list = isApart ? b : try b.cast(to: loop.input1)
            guard list.axisCount <= shape.count else {
                throw NumPyError(.unsupported, "values of more axes")
            }
            guard let lattice = list.lattice.broadcast(to: shape) else {
                throw NumPyError(.value, "array is not broadcastable to correct shape")
            }
            values = list.viewed(lattice)
        }
        guard shape.product > 0 else { return }
        let update = Update(
            kernel: kernel, operation: operation, loop: loop, type: a.type,
            castsIn: a.type == loop.input0 ? nil : KernelTable.cast(from: a.type, to: loop.input0),
            castsOut: a.type == loop.output0
                ? nil : KernelTable.cast(from: loop.output0, to: a.type))
        try record(update, a, plan, values, row.name)
    }

    private static func record(
        _ update: Update, _ a: NDArray, _ plan: IndexPlan, _ values: NDArray?, _ name: String
    ) throws {
        if NDArray.isSpread(a, values) || plan.isSpread {
            return try recordTogether(update, a, plan, values, name)
        }
        var places = try plan.flatPlaces()
        if places.numbers.store === a.store { places.numbers = try places.numbers.copied() }
        var inputs: [NDArray.TaskOperand] = [(places.numbers.view, .whole)]
        if let values { inputs.append((values.view, .whole)) }
        var update = update
        update.places = (places.extent, places.stride, places.offset - a.lattice.offset)
        let ready = update
        try NDArray.task(
            name + ".at", units: 1, work: places.numbers.count, inputs: inputs,
            outputs: [(a.view, .whole)]
        ) { tile in ready.run(tile) }
    }
}

extension Ufunc {
    /// The same over several ranks: updates go to the owners of their places and keep their order.
    private static func recordTogether(
        _ update: Update, _ a: NDArray, _ plan: IndexPlan, _ values: NDArray?, _ name: String
    ) throws {
        var places = try plan.flatPlaces(inPlaces: true)
        if places.numbers.store === a.store { places.numbers = try places.numbers.copied() }
        let (extent, stride, offset) = (places.extent, places.stride, places.offset)
        var update = update
        update.places = (0, 1, 0)
        let ready = update
        try NDArray.collectively(
            name + ".at", inputs: [a, places.numbers] + (values.map { [$0] } ?? []), outputs: [a]
        ) { tile, exchange in
            let (numbers, output) = (tile.inputs[1], tile.outputs[0])
            try exchange.keep(tile.inputs[0], in: output)
            let own = numbers.elements(numbers.positions)
            let list = own.start.assumingMemoryBound(to: Int.self)
            let runs = PositionRuns(
                singles: (0..<own.count).map {
                    offset + (list[$0] < 0 ? list[$0] + extent : list[$0]) * stride
                })
            let hasValues = tile.inputs.count > 2
            let size = hasValues ? tile.inputs[2].size : 1
            let source =
                hasValues
                ? try exchange.elements(of: tile.inputs[2], like: numbers)
                : Elements(count: own.count, size: 1)
            var offsets: [Int] = []
            var operands: [UInt8] = []
            let isContiguous = output.isContiguous
            try exchange.update(runs, source.start, size: size, bounds: output.bounds, isSet: false)
            { updates in
                updates.forEach { positions, _ in
                    for position in positions {
                        offsets.append(
                            isContiguous
                                ? position
                                : output.lattice.uncheckedOffset(at: position)
                                    - output.lattice.offset)
                    }
                }
                operands += updates.elements
            }
            ready.run(offsets, hasValues ? operands : nil, output)
        }
    }
}

extension IndexPlan {
    /// For every element that is named, in row-major order of the result, a number side by side
    /// with the others. Its flat index in the store is `offset + (n < 0 ? n + extent : n) *
    /// stride`.
    ///
    /// - Parameter inPlaces: Whether the index counts the array's elements in row-major order, not
    ///   the store's.
    fileprivate func flatPlaces(
        inPlaces: Bool = false
    ) throws -> (numbers: NDArray, extent: Int, stride: Int, offset: Int) {
        let (numbers, extent, stride) = try numbers(inPlaces: inPlaces)
        let offset = inPlaces ? placeOffset : offset
        let keptStrides = inPlaces ? keptPlaceStrides : keptStrides
        if keptShape.isEmpty { return (try numbers.contiguous(), extent, stride, offset) }
        let isNegative = try Ufunc.binary(.less, .array(numbers), .integer(0))
        let turned = try Ufunc.binary(.add, .array(numbers), .integer(extent))
        let inside = try NDArray.select(.array(isNegative), .array(turned), .array(numbers))
        let group = try Ufunc.binary(.multiply, .array(inside), .integer(stride))
        // Kept axes in front of the group and behind it.
        var open = AxisList(repeating: 1, count: keptShape.count + 1)
        open[position] = group.count
        var total = try group.reshaped(to: open)
        for (k, extent) in keptShape.enumerated() {
            var line = AxisList(repeating: 1, count: keptShape.count + 1)
            line[k < position ? k : k + 1] = extent
            let steps = try Ufunc.binary(
                .multiply, .array(NDArray.counting(extent)), .integer(keptStrides[k]))
            total = try Ufunc.binary(.add, total, steps.reshaped(to: line))
        }
        return (try total.contiguous().raveled(), 0, 1, offset)
    }
}

extension NDArray {
    fileprivate func basicView(_ items: [IndexItem]) throws -> Lattice { try basicLattice(items).0 }
}

/// The operation and how an element gets into its loop and back.
private struct Update {
    let kernel: BlockKernel
    let operation: Operation
    let loop: Loop
    let type: ElementType
    let castsIn: CastKernel?
    let castsOut: CastKernel?
    /// How a number gives an element, counted from the target's first one.
    var places = (extent: 0, stride: 1, offset: 0)

    /// Which element each number names.
    struct Places {
        let numbers: UnsafePointer<Int>
        let count: Int
        let extent: Int
        let stride: Int

        @inline(__always) subscript(k: Int) -> Int {
            let number = numbers[k]
            return (number < 0 ? number &+ extent : number) &* stride
        }
    }

    /// Updates elements at offsets from the output's first one, one after another.
    ///
    /// - Parameter values: The second operands side by side.
    func run(_ offsets: [Int], _ values: [UInt8]?, _ output: CollectiveTile.Operand) {
        var (offsets, values) = (offsets, values)
        let target = TaskTile.Operand(
            memory: output.memory, lattice: output.lattice, type: output.type)
        offsets.withUnsafeMutableBytes { numbers in
            guard let start = numbers.baseAddress else { return }
            let line = Lattice(rowMajor: AxisList(numbers.count / 8))
            var inputs = [TaskTile.Operand(memory: start, lattice: line, type: .int64)]
            _ = values?.withUnsafeMutableBytes {
                guard let start = $0.baseAddress else { return }
                inputs.append(.init(memory: start, lattice: line, type: loop.input1))
                run(TaskTile(units: 0..<1, inputs: inputs, outputs: [target]))
            }
            if values == nil { run(TaskTile(units: 0..<1, inputs: inputs, outputs: [target])) }
        }
    }

    func run(_ tile: TaskTile) {
        let count = tile.inputs[0].lattice.shape[0]
        let places = Places(
            numbers: UnsafePointer(tile.inputs[0].start.assumingMemoryBound(to: Int.self)),
            count: count,
            extent: places.extent, stride: places.stride)
        let target = tile.outputs[0].start + self.places.offset * type.byteCount
        if tile.inputs.count == 1 { return unary(target, places) }
        let values = tile.inputs[1]
        let isEven = values.lattice.axisCount == 1
        if isEven, castsIn == nil, castsOut == nil,
            direct(target, places, UnsafeRawPointer(values.start), values.lattice.strides[0])
        {
            return
        }
        // Values as the loop takes them, side by side; one value for all stays one.
        let isOne = values.lattice.strides.allSatisfy { $0 == 0 }
        let size = loop.input1.byteCount
        let list = UnsafeMutableRawPointer.allocate(
            byteCount: (isOne ? 1 : count) * size, alignment: 64)
        defer { list.deallocate() }
        if isOne {
            list.copyMemory(from: values.start, byteCount: size)
        } else {
            LatticeCopy.gather(values.lattice, values.memory, size: size, into: list)
        }
        let step = isOne ? 0 : 1
        if castsIn == nil, castsOut == nil, direct(target, places, list, step) { return }
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: 32, alignment: 16)
        defer { scratch.deallocate() }
        for k in 0..<count {
            let element = target + places[k] &* type.byteCount
            var own = UnsafeRawPointer(element)
            if let castsIn {
                castsIn(own, scratch, 1)
                own = UnsafeRawPointer(scratch)
            }
            kernel(
                own, UnsafeRawPointer(list + k &* step &* size), into: scratch + 16,
                count: 1)
            store(scratch + 16, element)
        }
    }

    private func store(_ result: UnsafeRawPointer, _ element: UnsafeMutableRawPointer) {
        if let castsOut {
            castsOut(result, element, 1)
        } else {
            element.copyMemory(from: result, byteCount: type.byteCount)
        }
    }

    private func unary(_ target: UnsafeMutableRawPointer, _ places: Places) {
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: 32, alignment: 16)
        defer { scratch.deallocate() }
        for k in 0..<places.count {
            let element = target + places[k] &* type.byteCount
            var own = UnsafeRawPointer(element)
            if let castsIn {
                castsIn(own, scratch, 1)
                own = UnsafeRawPointer(scratch)
            }
            kernel(own, own, into: scratch + 16, count: 1)
            store(scratch + 16, element)
        }
    }

    // MARK: - Plain loops

    private func direct(
        _ target: UnsafeMutableRawPointer, _ places: Places, _ list: UnsafeRawPointer, _ step: Int
    ) -> Bool {
        func loop<T>(_: T.Type, _ apply: (T, T) -> T) -> Bool {
            let elements = target.assumingMemoryBound(to: T.self)
            let values = list.assumingMemoryBound(to: T.self)
            for k in 0..<places.count {
                let place = places[k]
                elements[place] = apply(elements[place], values[k &* step])
            }
            return true
        }
        switch (operation, type) {
        case (.add, .int64), (.add, .uint64): return loop(Int.self, &+)
        case (.subtract, .int64), (.subtract, .uint64): return loop(Int.self, &-)
        case (.add, .int32), (.add, .uint32): return loop(Int32.self, &+)
        case (.add, .float64): return loop(Double.self, +)
        case (.add, .float32): return loop(Float.self, +)
        case (.subtract, .float64): return loop(Double.self, -)
        case (.subtract, .float32): return loop(Float.self, -)
        case (.multiply, .float64): return loop(Double.self, *)
        case (.maximum, .int64): return loop(Int.self, Swift.max)
        case (.minimum, .int64): return loop(Int.self, Swift.min)
        default: return false
        }
    }
}
