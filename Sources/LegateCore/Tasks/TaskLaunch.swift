/// One launch of an opaque task on its way into the window.
///
/// In: operands, and their form. Out: a recorded launch; for reductions also the launches that
/// bring the tiles' contributions together, in the fixed tree over tile numbers:
///
///     x | tile 0 | tile 1 | tile 2 |   →   partial sums [3, …]   →   tree over the first axis   →   r = r + sum
import Launches
import Partitions
import Plans
import Shapes
import Tracing

struct TaskLaunch {
    let task: LibraryTask
    let inputs: [StoreView]
    var outputs: [StoreView]
    let reductions: [StoreView]
    let scalars: [TaskScalar]
    var kinds: [ReductionKind]
    var mayThrow = false
    let ignoresErrors: Bool
    var payload: AnyObject?
    var source: SourceLocation?
    /// The launch domain of a manual launch.
    var domain: LaunchDomain?
    /// Outputs without a shape yet, by output number.
    var unbound: [Int: UnboundPieces] = [:]

    init(
        _ task: LibraryTask, _ inputs: [StoreView], _ outputs: [StoreView],
        _ reductions: [StoreView],
        _ options: LaunchOptions
    ) {
        self.task = task
        self.inputs = inputs
        self.outputs = outputs
        self.reductions = reductions
        scalars = options.scalars
        kinds = options.kinds ?? task.reductionKinds
        ignoresErrors = options.ignoresErrors
        mayThrow = !ignoresErrors && (options.mayThrow || task.mayThrow)
        payload = options.payload
        source = options.source
    }

    private var declaration: TaskDeclaration { task.declaration }

    var tiledOperands: [TiledOperand] {
        inputs.map { TiledOperand($0, .input) } + outputs.map { TiledOperand($0, .output) }
            + reductions.map { TiledOperand($0, .reduction) }
    }

    /// The declared name of an operand, counted through inputs, outputs and reductions.
    func name(of operand: Int) -> String {
        let names = task.operandNames
        if operand < names.count { return names[operand] }
        if operand < inputs.count { return "input \(operand)" }
        let output = operand - inputs.count
        return output < outputs.count ? "output \(output)" : "reduction \(output - outputs.count)"
    }

    var runsAlways: Bool {
        mayThrow || task.mayThrow || declaration.options.hasSideEffects
            || outputs.isEmpty && reductions.isEmpty
    }

    // MARK: - Operands that share elements

    /// Which outputs show the store of another operand, a bit for each pair; all bits where there
    /// are many operands.
    var sharing: UInt64 {
        let count = outputs.count + reductions.count
        if count == 1, inputs.count == 1 {
            return inputs[0].store === (outputs.first ?? reductions[0]).store ? 1 : 0
        }
        guard count * (inputs.count + count) <= 64 else { return .max }
        var bits: UInt64 = 0
        var bit: UInt64 = 1
        for k in 0..<count {
            let store = written(k).store
            for input in inputs {
                if input.store === store { bits |= bit }
                bit <<= 1
            }
            for other in 0..<k {
                if written(other).store === store { bits |= bit }
                bit <<= 1
            }
        }
        return bits
    }

    private func written(_ k: Int) -> StoreView {
        k < outputs.count ? outputs[k] : reductions[k - outputs.count]
    }

    /// An element that one operand writes must not be another operand's: tiles run at the same
    /// time.
    func checkOverlaps() throws {
        let written = outputs + reductions
        for (k, view) in written.enumerated() {
            for other in written[(k + 1)...]
            where view.store === other.store && Runtime.overlap(view, other) {
                throw CoreError(
                    .value,
                    "task '\(declaration.name)': two of its outputs share elements of one store",
                    source: source)
            }
        }
    }

    /// Several tiles must not read what others of them write: of a store that is read and written,
    /// a tile reads its own.
    func checkReads(_ solution: ConstraintSolver.Solution) throws {
        guard solution.tiles > 1 else { return }
        for (i, input) in inputs.enumerated() {
            for o in 0..<outputs.count + reductions.count {
                let output = written(o)
                guard input.store === output.store, Runtime.overlap(input, output) else { continue }
                let isSame = input.lattice == output.lattice && input.type == output.type
                if isSame, solution.partitions[i] == solution.partitions[inputs.count + o] {
                    continue
                }
                throw CoreError(
                    .value,
                    "task '\(declaration.name)': tiles would read elements of '\(name(of: i))' that other tiles write as "
                        + "'\(name(of: inputs.count + o))'; align the two, or read from a copy",
                    source: source)
            }
        }
    }

    /// Bytes that the mapper wants for each tile.
    ///
    /// - Throws: ``MemoryCeilingError`` when the machine has not as many; ``CoreError`` for a
    ///   memory that is not there.
    var scratchBytes: Int {
        get throws {
            let mapper = task.library.mapper
            let memory = mapper.memory(of: declaration)
            guard memory == .system else {
                throw CoreError(
                    .value,
                    "the mapper of library '\(task.library.name)' wants memory of kind '\(memory)' for task "
                        + "'\(declaration.name)'; this machine has: system", source: source)
            }
            let bytes = mapper.scratchBytes(of: declaration)
            guard bytes >= 0 else {
                throw CoreError(
                    .value,
                    "the mapper of library '\(task.library.name)' wants \(bytes) bytes for task "
                        + "'\(declaration.name)'", source: source)
            }
            return bytes
        }
    }

    // MARK: - Recording

    /// Records the launch, cut as its form says.
    func record(_ form: LaunchForm) throws {
        if form.accumulators.isEmpty, form.scratchBytes == 0 {
            try Runtime.shared.record(launch(form, outputs))
        } else {
            try recordWithPartials(form)
        }
        if mayThrow { try waitForOutcome() }
    }

    private func recordWithPartials(_ form: LaunchForm) throws {
        let runtime = Runtime.shared
        var views = outputs
        if form.scratchBytes > 0 {
            views.append(StoreView(try runtime.makeStore(.uint8, [form.tiles, form.scratchBytes])))
        }
        let firstOwn = outputs.count
        var partials: [(target: StoreView, kind: ReductionKind, store: StoreView)] = []
        for (k, view) in reductions.enumerated() {
            switch form.accumulators[k] {
            case .inPlace: views.append(view.squeezed)
            case .partial(_, _, _, let shape):
                let store = StoreView(try runtime.makeStore(view.type, shape))
                partials.append((view.squeezed, kinds[k], store))
                views.append(store)
            }
        }
        // Recording may flush the window: until the last launch is recorded, the partial results
        // are not dead.
        for view in views[firstOwn...] { view.store.handleCount += 1 }
        defer { for view in views[firstOwn...] { view.store.handleCount -= 1 } }
        try runtime.record(launch(form, views))
        for (target, kind, store) in partials { try combine(target, kind, store) }
    }

    private func launch(_ form: LaunchForm, _ outputs: [StoreView]) -> Launch {
        Launch(
            name: form.name, domain: form.opaqueDomain, inputs: inputs, outputs: outputs,
            body: .opaque(task.opaque(form, self)), source: source)
    }

    /// `target = target ∘ (partial results over the first axis)`.
    private func combine(_ target: StoreView, _ kind: ReductionKind, _ partials: StoreView) throws {
        guard let (operation, _) = kind.resolved(target.type),
            let loop = OperationTable.loop(operation, target.type)
        else { return }
        let sum = try joined(partials, operation, kind)
        sum.store.handleCount += 1
        defer { sum.store.handleCount -= 1 }
        try Runtime.shared.recordPointwise(
            Launch(
                name: "\(task.qualifiedName).\(kind)", domain: target.lattice.shape,
                inputs: [target, sum], outputs: [target],
                body: .pointwise(
                    ScalarExpression(
                        inputTypes: [target.type, target.type],
                        instructions: [.apply(operation, loop, 0, 1)],
                        results: [2])), source: source))
    }

    /// Partial results brought together over the first axis; of one tile they are the result.
    private func joined(_ partials: StoreView, _ operation: Operation, _ kind: ReductionKind) throws
        -> StoreView
    {
        if partials.lattice.shape[0] == 1 {
            let own = partials.lattice.projected(axis: 0, at: 0)
            return StoreView(store: partials.store, lattice: own, type: partials.type)
        }
        let shape = AxisList(partials.lattice.shape.dropFirst())
        let sum = StoreView(try Runtime.shared.makeStore(partials.type, shape))
        let reduction = Reduction(
            operation: operation, type: sum.type, reduced: [true] + shape.map { _ in false })
        let kept = StoreView(
            store: sum.store, lattice: sum.lattice.insertingAxis(at: 0), type: sum.type)
        sum.store.handleCount += 1
        defer { sum.store.handleCount -= 1 }
        try Runtime.shared.record(
            Launch(
                name: "\(task.qualifiedName).\(kind)", domain: partials.lattice.shape,
                inputs: [partials], outputs: [kept],
                body: .reduction(.input(of: sum.type), reduction),
                source: source))
        return sum
    }

    /// Waits for a task that may throw; where it did on one rank, it does on all.
    private func waitForOutcome() throws {
        var own: (any Error)?
        do { try Runtime.shared.waitForAll() } catch let error as TaskError { own = error }
        if Runtime.shared.rankCount > 1 {
            let sentences = try Runtime.shared.allGather(Array((own.map { "\($0)" } ?? "").utf8))
            if own == nil, let other = sentences.first(where: { !$0.isEmpty }) {
                own = CoreError(.runtime, String(decoding: other, as: UTF8.self))
            }
        }
        if let own { throw own }
    }
}

extension LaunchForm {
    /// What the launch's domain is to the planner.
    @inline(__always) var opaqueDomain: AxisList { AxisList(tiles) }
}

extension TiledOperand {
    init(_ view: StoreView, _ role: Role) {
        let lattice = view.lattice
        self.init(
            shape: Array(lattice.shape), role: role,
            repeated: Set(
                (0..<lattice.axisCount).filter { lattice.strides[$0] == 0 && lattice.shape[$0] > 1 }
            ))
    }
}

extension StoreView {
    /// The view with one index along every axis that repeats its elements.
    var squeezed: StoreView {
        var result = self
        for axis in 0..<lattice.axisCount where lattice.strides[axis] == 0 {
            result.lattice.shape[axis] = min(1, lattice.shape[axis])
        }
        return result
    }
}

extension Runtime {
    /// Whether two views of one store share some byte.
    static func overlap(_ a: StoreView, _ b: StoreView) -> Bool {
        a.lattice.inBytes(elementSize: a.type.byteCount).overlaps(
            b.lattice.inBytes(elementSize: b.type.byteCount))
    }
}
