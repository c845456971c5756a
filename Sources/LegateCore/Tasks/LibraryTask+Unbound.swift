/// Launches with outputs whose shape the task decides.
///
/// Every tile gives its own elements (``Tile/bind(_:)``); ``PieceGrid`` puts them together. The
/// launch runs at once, because what follows needs the shape; on several ranks the ranks tell each
/// other their pieces.
import Launches
import Partitions
import Shapes

/// An output of a launch: a store, or what a store shall become.
public enum LaunchOutput {
    case store(StoreView)
    case unbound(ElementType, axes: Int = 1)
}

extension LibraryTask {
    /// Launches the task, waits for it, and returns the stores that its unbound outputs became: the
    /// tiles' pieces in their order along the first axis.
    ///
    /// - Throws: ``CoreError/Kind/runtime`` when a tile gave an output no elements; what ``launch``
    ///   throws.
    public func launchUnbound(
        _ inputs: [StoreView], _ outputs: [LaunchOutput], _ reductions: [StoreView] = [],
        constraints extra: [TilingConstraint] = [], _ options: LaunchOptions = LaunchOptions()
    ) throws -> [LogicalStore] {
        guard !declaration.isTransparent else {
            throw CoreError(
                .value, "transparent task '\(declaration.name)' has outputs of a shape only",
                source: options.source)
        }
        let unbound = outputs.enumerated().compactMap { UnboundOutput($0, $1) }
        // A place of one element for each tile, once it is known how many there are.
        var views = try outputs.map { output in
            switch output {
            case .store(let view): view
            case .unbound(let type, _): StoreView(try Runtime.shared.makeStore(type, [1]))
            }
        }
        try checkCounts(inputs.count, outputs.count, reductions.count, options.source)
        try checkWritable(views, reductions, options.source)
        var launch = TaskLaunch(self, inputs, views, reductions, options)
        var solution = try solve(launch, unbound, constraints + extra)
        for output in unbound {
            let k = output.number
            views[k] = StoreView(try Runtime.shared.makeStore(output.type, [solution.tiles]))
            solution.partitions[inputs.count + k] = .blocks(axis: 0, count: 1)
        }
        launch.outputs = views
        return try launch.run(solution, unbound, grid: [solution.tiles])
    }

    /// The cut of a launch: outputs without a shape leave it to the others.
    private func solve(
        _ launch: TaskLaunch, _ unbound: [UnboundOutput], _ constraints: [TilingConstraint]
    ) throws -> ConstraintSolver.Solution {
        let free = unbound.map { launch.inputs.count + $0.number }
        var operands = launch.tiledOperands
        for k in free { operands[k].role = .reduction }
        return try solve(
            launch, operands, constraints.filter { !$0.operands.contains(where: free.contains) })
    }
}

/// An output of a manual launch: a partition or a store, or what a store shall become.
public enum ManualOutput {
    /// What is there.
    case operand(ManualOperand)
    /// What the points decide.
    case unbound(ElementType, axes: Int = 1)
}

extension LibraryTask {
    /// Launches the task on every point of a domain, waits for it, and returns the stores that its
    /// unbound outputs became. Over one axis these are the points' pieces in their order; over
    /// several the pieces lie as the points do, and those of one row of points have one extent
    /// along it:
    ///
    ///     domain [2, 2]      pieces  2x3 2x1      becomes  4 of 3, one store of shape [3, 4]
    ///                                1x3 1x1
    ///
    /// - Throws: ``CoreError/Kind/value`` for an output with fewer axes than the domain, or pieces
    ///   that do not fit each
    ///   other; ``CoreError/Kind/runtime`` when a point gave an output no elements; what
    ///   ``launchManually(over:inputs:outputs:reductions:_:)`` throws.
    public func launchManuallyUnbound(
        over domain: AxisList, inputs: [ManualOperand], outputs: [ManualOutput],
        reductions: [ManualOperand] = [], _ options: LaunchOptions = LaunchOptions()
    ) throws -> [LogicalStore] {
        let unbound = outputs.enumerated().compactMap { UnboundOutput($0, $1) }
        for output in unbound where output.axes < domain.count {
            throw CoreError(
                .value,
                "the pieces of an output without a shape lie as the points of the launch do: it has at least as many "
                    + "axes as the domain \(domain), not \(output.axes)", source: options.source)
        }
        let operands = try outputs.map { try place(of: $0, over: domain) }
        let (launch, solution) = try manualLaunch(domain, inputs, operands, reductions, options)
        return try launch.run(solution, unbound, grid: domain)
    }

    /// Of an output without a shape one element for each point: it orders the launch and is never
    /// read.
    private func place(of output: ManualOutput, over domain: AxisList) throws -> ManualOperand {
        switch output {
        case .operand(let operand): return operand
        case .unbound(let type, _):
            let view = StoreView(try Runtime.shared.makeStore(type, domain))
            let tile = AxisList(repeating: 1, count: domain.count)
            return ManualOperand(view, tileShape: tile, tiles: Array(domain.points))
        }
    }
}

/// An output that becomes a store.
struct UnboundOutput {
    /// Its place among the outputs.
    let number: Int
    let type: ElementType
    let axes: Int

    init?(_ number: Int, _ output: LaunchOutput) {
        guard case .unbound(let type, let axes) = output else { return nil }
        (self.number, self.type, self.axes) = (number, type, axes)
    }

    init?(_ number: Int, _ output: ManualOutput) {
        guard case .unbound(let type, let axes) = output else { return nil }
        (self.number, self.type, self.axes) = (number, type, axes)
    }
}

extension TaskLaunch {
    /// Records the launch, waits for it, and puts together what its tiles gave their unbound
    /// outputs, tile by tile of the grid.
    fileprivate func run(
        _ solution: ConstraintSolver.Solution, _ outputs: [UnboundOutput], grid: AxisList
    ) throws -> [LogicalStore] {
        var launch = self
        // Their places are never read: without a handle the launch would be dead.
        let places = outputs.map { LogicalStore(self.outputs[$0.number]) }
        for output in outputs { launch.unbound[output.number] = UnboundPieces() }
        try launch.record(try LaunchForm(launch, solution))
        try Runtime.shared.waitForAll()
        return try withExtendedLifetime(places) { try outputs.map { try launch.joined($0, grid) } }
    }

    private func joined(_ output: UnboundOutput, _ grid: AxisList) throws -> LogicalStore {
        let pieces = try UnboundPieces.gathered(unbound[output.number].unsafelyUnwrapped.all)
        let words =
            "task '\(task.declaration.name)' gave output '\(name(of: inputs.count + output.number))'"
        do {
            return try PieceGrid(pieces, grid, axes: output.axes).store(of: output.type)
        } catch let error as CoreError {
            throw CoreError(error.kind, "\(words) \(error.message)", source: source)
        }
    }
}
