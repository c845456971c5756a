/// A task that a library has registered: its declaration, ready to be launched.
import Launches
import Partitions
import Shapes
import Tracing

/// A registered task of a library.
public final class LibraryTask {
    /// What its author said about it.
    public let declaration: TaskDeclaration
    /// The library that it belongs to.
    public unowned let library: Library
    /// The name in traces, errors and `legate explain`: `library.task`.
    public let qualifiedName: String
    let constraints: [TilingConstraint]
    /// Inputs, outputs, reductions by name.
    let operandNames: [String]
    let reductionKinds: [ReductionKind]
    let mayThrow: Bool
    /// The declaration names no operands: launches decide how many there are.
    let isVariadic: Bool
    /// The form of the last launch: loops launch the same again.
    private var lastForm: LaunchForm?
    private var lastPoint: PointProgram?
    /// The last launch's task and line, for the next one without scalars on the same line.
    private var lastOpaque: (form: LaunchForm, source: SourceLocation?, task: OpaqueTask)?
    private var lastMark: (source: SourceLocation?, mark: RunningBodies.Mark)?

    init(_ declaration: TaskDeclaration, of library: Library) throws {
        self.declaration = declaration
        self.library = library
        qualifiedName = "\(library.name).\(declaration.name)"
        let names = declaration.operandNames
        if let twice = names.first(where: { name in names.count(where: { $0 == name }) > 1 }) {
            throw CoreError(.value, "task '\(declaration.name)' declares operand '\(twice)' twice")
        }
        operandNames = names
        reductionKinds = declaration.reductions.map(\.kind)
        mayThrow = declaration.options.mayThrow
        isVariadic = names.isEmpty && !declaration.isTransparent
        constraints = try declaration.constraints.flatMap {
            try $0.resolved(names, task: declaration.name)
        }
        _ = RunningBodies.watch
    }

    /// Launches the task on operands in the order of its declaration, and returns at once.
    ///
    /// - Parameter constraints: Conditions besides those of the declaration.
    /// - Throws: ``CoreError`` when the operands do not fit the declaration; what a body throws,
    ///   where the task may throw.
    /// - Complexity: O(operands); no element is touched.
    public func launch(
        inputs: [any StoreConvertible] = [], outputs: [any StoreConvertible] = [],
        reductions: [any StoreConvertible] = [], scalars: [TaskScalar] = [],
        constraints: [Constraint] = [],
        file: String = #fileID, line: Int = #line
    ) throws {
        for store in reductions where store is RecordStore {
            throw CoreError.reducedRecords(.here(file, line))
        }
        try launch(
            inputs.views, outputs.views, reductions.views,
            constraints: constraints.isEmpty
                ? []
                : resolved(
                    constraints, operandCount: inputs.count + outputs.count + reductions.count),
            LaunchOptions(scalars: scalars, source: .here(file, line)))
    }

    /// The same with everything that a launch may say: for bridges to other languages.
    public func launch(
        _ inputs: [StoreView], _ outputs: [StoreView], _ reductions: [StoreView] = [],
        constraints extra: [TilingConstraint] = [], _ options: LaunchOptions
    ) throws {
        try checkCounts(inputs.count, outputs.count, reductions.count, options.source)
        try checkWritable(outputs, reductions, options.source)
        if declaration.isTransparent { return try launchPoints(inputs, outputs, options) }
        let launch = TaskLaunch(self, inputs, outputs, reductions, options)
        if extra.isEmpty, let lastForm, lastForm.fits(launch) { return try launch.record(lastForm) }
        try launch.checkOverlaps()
        let solution = try solve(launch, constraints + extra)
        try launch.checkReads(solution)
        let form = try LaunchForm(launch, solution)
        // What indices said of an image holds for these indices alone.
        if extra.isEmpty, form.isReusable, !looksAtIndices { lastForm = form }
        try launch.record(form)
    }

    private var looksAtIndices: Bool {
        constraints.contains {
            if case .image(_, _, let hint) = $0 { hint != .whole } else { false }
        }
    }

    /// The library's mapper changed its mind.
    func forgetForms() {
        lastForm = nil
        lastOpaque = nil
    }

    /// Constraints by operand number.
    ///
    /// - Parameter operandCount: Operands of a task that declares none.
    /// - Throws: ``CoreError/Kind/key`` for an operand that is none.
    public func resolved(_ constraints: [Constraint], operandCount: Int) throws
        -> [TilingConstraint]
    {
        if constraints.isEmpty { return [] }
        let names = isVariadic ? (0..<operandCount).map { "operand \($0)" } : operandNames
        return try constraints.flatMap { try $0.resolved(names, task: declaration.name) }
    }

    // MARK: - The body of a launch

    /// What runs: the last launch's where nothing of this one's own goes into it.
    func opaque(_ form: LaunchForm, _ launch: TaskLaunch) -> OpaqueTask {
        let isPlain =
            launch.scalars.isEmpty && launch.payload == nil && launch.unbound.isEmpty
            && !launch.ignoresErrors
        if isPlain, let lastOpaque, lastOpaque.form === form, lastOpaque.source == launch.source {
            return lastOpaque.task
        }
        let body = TileBody(form, launch, mark(launch.source))
        let task = OpaqueTask(
            form.opaque, together: form.isConcurrent ? body.runTogether : nil, body: body.run)
        if isPlain { lastOpaque = (form, launch.source, task) }
        return task
    }

    private func mark(_ source: SourceLocation?) -> RunningBodies.Mark {
        if let lastMark, lastMark.source == source { return lastMark.mark }
        let mark = RunningBodies.mark(qualifiedName, source)
        lastMark = (source, mark)
        return mark
    }

    // MARK: - What fits

    /// A declaration without operands takes any.
    func checkCounts(_ inputs: Int, _ outputs: Int, _ reductions: Int, _ source: SourceLocation?)
        throws
    {
        if isVariadic { return }
        try check(inputs, declaration.inputs, "input", source)
        try check(outputs, declaration.outputs, "output", source)
        if reductions != reductionKinds.count {
            try check(reductions, declaration.reductions.map(\.name), "reduction", source)
        }
    }

    /// Memory that was lent for reading is not written.
    func checkWritable(_ outputs: [StoreView], _ reductions: [StoreView], _ source: SourceLocation?)
        throws
    {
        for view in outputs where view.store.isReadOnly { throw CoreError.readOnly(source) }
        for view in reductions where view.store.isReadOnly { throw CoreError.readOnly(source) }
    }

    @inline(__always)
    private func check(_ count: Int, _ names: [String], _ role: String, _ source: SourceLocation?)
        throws
    {
        if count != names.count { throw wrongCount(count, names, role, source) }
    }

    private func wrongCount(
        _ count: Int, _ names: [String], _ role: String, _ source: SourceLocation?
    ) -> CoreError {
        let wanted = names.isEmpty ? "none" : "\(names.count) (\(names.joined(separator: ", ")))"
        return CoreError(
            .value, "task '\(declaration.name)' takes \(wanted) as \(role)s, not \(count)",
            source: source)
    }

    func solve(_ launch: TaskLaunch, _ constraints: [TilingConstraint]) throws
        -> ConstraintSolver.Solution
    {
        try solve(launch, launch.tiledOperands, constraints)
    }

    func solve(
        _ launch: TaskLaunch, _ operands: [TiledOperand], _ constraints: [TilingConstraint]
    ) throws -> ConstraintSolver.Solution {
        var grain = library.mapper.grain(of: declaration)
        if let shape = library.mapper.tileShape(of: declaration) { grain.tileShape = shape }
        do {
            return try ConstraintSolver.solve(operands, constraints, grain: grain) {
                image, partition, tiles in
                try ImageBounds.read(image, partition, tiles, launch)
            }
        } catch let error as ConstraintError {
            throw CoreError(
                .value, "task '\(declaration.name)': \(named(error.message))", source: launch.source
            )
        }
    }

    /// The sentence with operands by their names.
    private func named(_ message: String) -> String {
        var text = message
        for (k, name) in operandNames.enumerated().reversed() {
            text = text.replacing("#\(k)", with: "'\(name)'")
        }
        return text
    }

    // MARK: - Transparent tasks

    private func launchPoints(
        _ inputs: [StoreView], _ outputs: [StoreView], _ options: LaunchOptions
    ) throws {
        let (scalars, source) = (options.scalars, options.source)
        func error(_ words: String) -> CoreError {
            CoreError(.value, "task '\(declaration.name)'\(words)", source: source)
        }
        guard scalars.count == declaration.scalars.count else {
            throw error(" takes \(declaration.scalars.count) scalars, not \(scalars.count)")
        }
        let shape = outputs[0].lattice.shape
        var views: [StoreView] = []
        for (view, name) in zip(inputs, declaration.inputs) {
            guard let lattice = view.lattice.broadcast(to: shape) else {
                throw error(
                    ": '\(name)' of shape \(view.lattice.shape) does not broadcast to \(shape)")
            }
            views.append(StoreView(store: view.store, lattice: lattice, type: view.type))
        }
        for (view, name) in zip(outputs, declaration.outputs) where view.lattice.shape != shape {
            throw error(": '\(name)' has shape \(view.lattice.shape), not \(shape)")
        }
        let program: PointProgram
        if let lastPoint, lastPoint.fits(inputs, outputs, scalars) {
            program = lastPoint
        } else {
            program = try PointProgram(
                declaration, inputs.map(\.type), outputs.map(\.type), scalars)
            lastPoint = program
        }
        try Runtime.shared.recordPointwise(
            Launch(
                name: qualifiedName, domain: shape, inputs: views, outputs: outputs,
                body: .pointwise(try program.expression(scalars)), source: source))
    }
}

extension [any StoreConvertible] {
    /// What each shows.
    @inline(__always) var views: [StoreView] {
        var result: [StoreView] = []
        result.reserveCapacity(count)
        for store in self { result.append(store.storeView) }
        return result
    }
}
