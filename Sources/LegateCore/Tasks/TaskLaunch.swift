/// One launch of an opaque task on its way into the window.
///
/// In: operands, and the cut that the solver or the author chose. Out: a recorded launch; for reductions also the launches
/// that bring the tiles' contributions together, in the fixed tree over tile numbers:
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
    var payload: AnyObject?
    var source = SourceLocation.current
    /// The launch domain; its colors are the tiles, row by row. `nil` for one axis.
    var domain: AxisList?
    /// How a manual launch cuts its operands; `nil` where the solver does.
    var manual: ManualCut?
    /// Outputs without a shape yet, by output number.
    var unbound: [Int: UnboundPieces] = [:]

    init(
        _ task: LibraryTask, _ inputs: [StoreView], _ outputs: [StoreView], _ reductions: [StoreView],
        _ scalars: [TaskScalar]
    ) {
        self.task = task
        self.inputs = inputs
        self.outputs = outputs
        self.reductions = reductions
        self.scalars = scalars
        kinds = task.declaration.reductions.map(\.kind)
    }

    private var declaration: TaskDeclaration { task.declaration }

    var tiledOperands: [TiledOperand] {
        inputs.map { TiledOperand($0, .input) } + outputs.map { TiledOperand($0, .output) }
            + reductions.map { TiledOperand($0, .reduction) }
    }

    /// An element that one operand writes must not be another operand's: tiles run at the same time.
    func checkOverlaps() throws {
        let written = outputs + reductions
        for (k, view) in written.enumerated() {
            for other in written[(k + 1)...] where view.store === other.store && Runtime.overlap(view, other) {
                throw CoreError(
                    .value,
                    "task '\(declaration.name)': two of its outputs share elements of one store", source: source)
            }
        }
    }

    private var runsAlways: Bool {
        mayThrow || declaration.options.hasSideEffects || outputs.isEmpty && reductions.isEmpty
    }

    // MARK: - Recording

    /// Records the launch, cut as the solution says.
    func record(_ solution: ConstraintSolver.Solution) throws {
        var outputViews = outputs
        var outputPartitions = Array(solution.partitions[inputs.count..<inputs.count + outputs.count])
        var partials: [(target: StoreView, kind: ReductionKind, store: StoreView)] = []
        var accumulators: [Accumulator] = []
        for (k, view) in reductions.enumerated() {
            let partition = solution.partitions[inputs.count + outputs.count + k]
            guard let (_, identity) = kinds[k].resolved(view.type) else {
                throw CoreError(.type, "there is no reduction '\(kinds[k])' of \(view.type.name)", source: source)
            }
            if let axis = partition.axis, view.lattice.strides[axis] != 0 || view.lattice.shape[axis] <= 1 {
                // Tiles contribute to elements of their own: they do it where these are.
                outputViews.append(view.squeezed)
                outputPartitions.append(partition)
                accumulators.append(.inPlace(full: view.lattice))
                continue
            }
            let target = view.squeezed
            let store = StoreView(
                try Runtime.shared.makeStore(view.type, AxisList([solution.tiles] + target.lattice.shape)))
            partials.append((target, kinds[k], store))
            outputViews.append(store)
            outputPartitions.append(.blocks(axis: 0, count: 1))
            accumulators.append(.partial(identity, full: view.lattice, partition))
        }
        // Recording may flush the window: until the last launch is recorded, the partial results are not dead.
        for partial in partials { partial.store.store.handleCount += 1 }
        defer { for partial in partials { partial.store.store.handleCount -= 1 } }
        try Runtime.shared.record(
            launch(solution, outputViews, outputPartitions, accumulators))
        for (target, kind, store) in partials { try combine(target, kind, store) }
        if mayThrow { try waitForOutcome() }
    }

    private func launch(
        _ solution: ConstraintSolver.Solution, _ outputViews: [StoreView], _ outputPartitions: [OpaqueTask.Partition],
        _ accumulators: [Accumulator]
    ) -> Launch {
        let body = TileBody(
            self, solution, inputs: inputs.map(\.lattice), outputs: outputViews.map(\.lattice), outputPartitions,
            accumulators)
        let opaque = OpaqueTask(
            units: solution.tiles, grain: 1, inputs: Array(solution.partitions.prefix(inputs.count)),
            outputs: outputPartitions, tilesAreDisjoint: manual != nil, needsHost: declaration.options.needsHost,
            runsAlways: runsAlways, body: body.run)
        return Launch(
            name: task.qualifiedName, domain: [solution.tiles], inputs: inputs, outputs: outputViews,
            body: .opaque(opaque), source: source)
    }

    /// `target = target ∘ (partial results over the first axis)`.
    private func combine(_ target: StoreView, _ kind: ReductionKind, _ partials: StoreView) throws {
        guard let (operation, _) = kind.resolved(target.type), let loop = OperationTable.loop(operation, target.type)
        else { return }
        let runtime = Runtime.shared
        let shape = target.lattice.shape
        let sum = StoreView(try runtime.makeStore(target.type, shape))
        sum.store.handleCount += 1
        defer { sum.store.handleCount -= 1 }
        let reduction = Reduction(
            operation: operation, type: target.type, reduced: [true] + shape.map { _ in false })
        let kept = StoreView(store: sum.store, lattice: sum.lattice.insertingAxis(at: 0), type: sum.type)
        try runtime.record(
            Launch(
                name: "\(task.qualifiedName).\(kind)", domain: partials.lattice.shape, inputs: [partials], outputs: [kept],
                body: .reduction(ScalarExpression(inputTypes: [target.type], results: [0]), reduction), source: source))
        try runtime.recordPointwise(
            Launch(
                name: "\(task.qualifiedName).\(kind)", domain: shape, inputs: [target, sum], outputs: [target],
                body: .pointwise(
                    ScalarExpression(
                        inputTypes: [target.type, target.type], instructions: [.apply(operation, loop, 0, 1)],
                        results: [2])), source: source))
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

/// Where a tile's contributions to a reduction go.
enum Accumulator {
    /// To the elements themselves.
    case inPlace(full: Lattice)
    /// To a part of their own, seen as the reduction's own lattice is and begun with the identity.
    case partial(ScalarExpression.Constant, full: Lattice, OpaqueTask.Partition)
}

extension TiledOperand {
    init(_ view: StoreView, _ role: Role) {
        let lattice = view.lattice
        self.init(
            shape: Array(lattice.shape), role: role,
            repeated: Set((0..<lattice.axisCount).filter { lattice.strides[$0] == 0 && lattice.shape[$0] > 1 }))
    }
}

extension StoreView {
    /// The view with one index along every axis that repeats its elements.
    var squeezed: StoreView {
        var result = self
        for axis in 0..<lattice.axisCount where lattice.strides[axis] == 0 { result.lattice.shape[axis] = min(1, lattice.shape[axis]) }
        return result
    }
}

extension Runtime {
    /// Whether two views of one store share some byte.
    static func overlap(_ a: StoreView, _ b: StoreView) -> Bool {
        a.lattice.inBytes(elementSize: a.type.byteCount).overlaps(b.lattice.inBytes(elementSize: b.type.byteCount))
    }
}
