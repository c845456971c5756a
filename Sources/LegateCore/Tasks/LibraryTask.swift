/// A task that a library has registered: its declaration, ready to be launched.
import Launches
import Partitions
import Shapes
import Tracing

public final class LibraryTask {
    public let declaration: TaskDeclaration
    public unowned let library: Library
    /// The name in traces, errors and `legate explain`: `library.task`.
    public let qualifiedName: String
    let constraints: [TilingConstraint]
    /// The last launch's cut: loops launch the same again.
    private var lastCut: (operands: [TiledOperand], solution: ConstraintSolver.Solution)?
    private var lastPoint: PointProgram?

    init(_ declaration: TaskDeclaration, of library: Library) throws {
        self.declaration = declaration
        self.library = library
        qualifiedName = "\(library.name).\(declaration.name)"
        let names = declaration.operandNames
        if let twice = names.first(where: { name in names.count(where: { $0 == name }) > 1 }) {
            throw CoreError(.value, "task '\(declaration.name)' declares operand '\(twice)' twice")
        }
        constraints = try declaration.constraints.flatMap { try $0.resolved(names, task: declaration.name) }
    }

    /// Launches the task on operands in the order of its declaration, and returns at once.
    ///
    /// - Parameter constraints: Conditions besides those of the declaration.
    /// - Throws: ``CoreError`` when the operands do not fit the declaration; what a body throws, where the task may throw.
    /// - Complexity: O(operands); no element is touched.
    public func launch(
        inputs: [any StoreConvertible] = [], outputs: [any StoreConvertible] = [],
        reductions: [any StoreConvertible] = [], scalars: [TaskScalar] = [], constraints: [Constraint] = []
    ) throws {
        try launch(
            inputs.map(\.storeView), outputs.map(\.storeView), reductions.map(\.storeView), scalars,
            constraints.isEmpty
                ? [] : constraints.flatMap { try $0.resolved(declaration.operandNames, task: declaration.name) })
    }

    /// The same with everything that a launch may say: for bridges to other languages.
    ///
    /// - Parameters:
    ///   - kinds: The kind of each reduction, for tasks that declare no operands.
    ///   - payload: What the body finds in its context.
    public func launch(
        _ inputs: [StoreView], _ outputs: [StoreView], _ reductions: [StoreView], _ scalars: [TaskScalar],
        _ extra: [TilingConstraint], kinds: [ReductionKind]? = nil, mayThrow: Bool = false, payload: AnyObject? = nil
    ) throws {
        try checkCounts(inputs.count, outputs.count, reductions.count)
        if declaration.isTransparent { return try launchPoints(inputs, outputs, scalars) }
        var launch = TaskLaunch(self, inputs, outputs, reductions, scalars)
        if let kinds { launch.kinds = kinds }
        launch.payload = payload
        launch.mayThrow = mayThrow || declaration.options.mayThrow
        try launch.checkOverlaps()
        let operands = launch.tiledOperands
        if extra.isEmpty, let lastCut, lastCut.operands == operands {
            try launch.record(lastCut.solution)
        } else {
            let solution = try solve(operands, constraints + extra)
            if extra.isEmpty { lastCut = (operands, solution) }
            try launch.record(solution)
        }
    }

    /// The declaration names no operands: launches decide how many there are.
    var isVariadic: Bool { declaration.operandNames.isEmpty && !declaration.isTransparent }

    /// A declaration without operands takes any.
    func checkCounts(_ inputs: Int, _ outputs: Int, _ reductions: Int) throws {
        if isVariadic { return }
        try check(inputs, declaration.inputs, "input")
        try check(outputs, declaration.outputs, "output")
        try check(reductions, declaration.reductions.map(\.name), "reduction")
    }

    private func check(_ count: Int, _ names: [String], _ role: String) throws {
        guard count != names.count else { return }
        let wanted = names.isEmpty ? "none" : "\(names.count) (\(names.joined(separator: ", ")))"
        throw CoreError(.value, "task '\(declaration.name)' takes \(wanted) as \(role)s, not \(count)")
    }

    func solve(_ operands: [TiledOperand], _ constraints: [TilingConstraint]) throws -> ConstraintSolver.Solution {
        let grain = library.mapper.grain(of: declaration)
        do {
            return try ConstraintSolver.solve(operands, constraints, grain: grain)
        } catch let error as ConstraintError {
            throw CoreError(.value, "task '\(declaration.name)': \(named(error.message))")
        }
    }

    /// The sentence with operands by their names.
    private func named(_ message: String) -> String {
        var text = message
        for (k, name) in declaration.operandNames.enumerated().reversed() {
            text = text.replacing("#\(k)", with: "'\(name)'")
        }
        return text
    }

    // MARK: - Transparent tasks

    private func launchPoints(_ inputs: [StoreView], _ outputs: [StoreView], _ scalars: [TaskScalar]) throws {
        guard scalars.count == declaration.scalars.count else {
            throw CoreError(
                .value,
                "task '\(declaration.name)' takes \(declaration.scalars.count) scalars, not \(scalars.count)")
        }
        let shape = outputs[0].lattice.shape
        let source = SourceLocation.current
        var views: [StoreView] = []
        for (view, name) in zip(inputs, declaration.inputs) {
            guard let lattice = view.lattice.broadcast(to: shape) else {
                throw CoreError(
                    .value,
                    "task '\(declaration.name)': '\(name)' of shape \(view.lattice.shape) does not broadcast to \(shape)")
            }
            views.append(StoreView(store: view.store, lattice: lattice, type: view.type))
        }
        for (view, name) in zip(outputs, declaration.outputs) where view.lattice.shape != shape {
            throw CoreError(
                .value, "task '\(declaration.name)': '\(name)' has shape \(view.lattice.shape), not \(shape)")
        }
        let program: PointProgram
        if let lastPoint, lastPoint.fits(inputs, outputs, scalars) {
            program = lastPoint
        } else {
            program = try PointProgram(declaration, inputs.map(\.type), outputs.map(\.type), scalars)
            lastPoint = program
        }
        try Runtime.shared.recordPointwise(
            Launch(
                name: qualifiedName, domain: shape, inputs: views, outputs: outputs,
                body: .pointwise(try program.expression(scalars)), source: source))
    }
}
