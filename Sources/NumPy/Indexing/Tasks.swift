/// Opaque launches in one call: a function on tiles with its operands.
///
/// Where everything it touches is at rest the function runs at once, on the calling thread where
/// that is little; else the launch is recorded like any other. The function sees only its operands'
/// addresses and lattices.
import LegateCore

extension NDArray {
    /// An operand of a task, and how it is cut.
    typealias TaskOperand = (view: StoreView, partition: OpaqueTask.Partition)

    /// Runs or records a task.
    ///
    /// - Parameter work: Elements touched, which decides whether the task may run at once.
    static func task(
        _ name: String, units: Int, grain: Int = 4096, work: Int, inputs: [TaskOperand],
        outputs: [TaskOperand],
        body: @escaping (TaskTile) -> Void
    ) throws {
        let runtime = Runtime.shared
        if runtime.isImmediate(work), inputs.allSatisfy({ $0.view.store.isReady }),
            outputs.allSatisfy({ runtime.isIdle($0.view.store) && !$0.view.store.isShared })
        {
            Counters.countImmediate()
            body(
                TaskTile(
                    units: 0..<units, inputs: inputs.map { operand($0.view) },
                    outputs: outputs.map { operand($0.view) }))
            return
        }
        let launch = Launch(
            name: name, domain: AxisList(units), inputs: inputs.map(\.view),
            outputs: outputs.map(\.view),
            body: .opaque(
                OpaqueTask(
                    units: units, grain: grain, inputs: inputs.map(\.partition),
                    outputs: outputs.map(\.partition),
                    body: body)),
            source: NDArray.source)
        if runtime.runAtOnce(launch, elements: work) { return }
        try rethrowing { try runtime.record(launch) }
    }

    /// A view at rest as a tile sees it.
    static func operand(_ view: StoreView) -> TaskTile.Operand {
        .init(memory: view.store.memory.unsafelyUnwrapped, lattice: view.lattice, type: view.type)
    }

    /// Elements as one axis in row-major order: a view where the lattice allows it, else a copy.
    func raveled() throws -> NDArray {
        if axisCount == 1 { return self }
        if let flat = lattice.reshaped(to: AxisList(count)) { return viewed(flat) }
        let copy = try copied()
        return copy.viewed(Lattice(rowMajor: AxisList(count)))
    }

    /// The array itself where its elements lie side by side, else a copy; in the given type.
    func contiguous(as target: ElementType? = nil) throws -> NDArray {
        let target = target ?? type
        if target == type, lattice.isRowMajorContiguous { return self }
        return try cast(to: target)
    }

    /// The same elements under another shape; the array must be contiguous. Not a view in Python's
    /// eyes.
    func reshapedContiguous(_ shape: AxisList) -> NDArray {
        var lattice = Lattice(rowMajor: shape)
        lattice.offset = self.lattice.offset
        return NDArray(
            StoreView(store: store, lattice: lattice, type: type), isWritable: isWritable,
            base: base)
    }

    /// New int64 values that the host made.
    static func integers(_ values: [Int], shape: AxisList? = nil) throws -> NDArray {
        return try written(shape ?? AxisList(values.count), .int64) { memory, own in
            let target = memory.assumingMemoryBound(to: Int.self)
            for k in own { target[k] = values[k] }
        }
    }

    /// `0, 1, …, count - 1`.
    static func counting(_ count: Int) throws -> NDArray {
        let result = try new(AxisList(count), .int64)
        try task(
            "arange", units: count, work: count, inputs: [], outputs: [(result.view, .along(0))]
        ) { tile in
            let target = tile.outputs[0].start.assumingMemoryBound(to: Int.self)
            for (k, i) in tile.units.enumerated() { target[k] = i }
        }
        return result
    }
}
