/// Pass 3: merges launches over the same points into groups that run as one loop nest.
///
/// In: launches in program order. Out: groups in an order that respects all dependences. A launch
/// may join a group if no point of it reads or writes what *another* point of that group, or
/// anything in a later group, writes or reads: each conflict is either pointwise (same view, same
/// point: the value is forwarded in a register) or a barrier (the launch must come after that
/// group). The exact lattice test decides, not the identity of the array.
///
///     y = x * 2        group 0 [x → y]
///     z = y + 1        joins 0: y is read where it was written
///     u[1:] = z[:-1]   barrier on 0: point i reads what point i-1 wrote
import Kernels
import Launches
import Shapes

public struct Fuse {
    private var groups: [FusedGroup] = []
    private let copies: CopiedStores

    /// - Parameter copies: Temporaries whose readers read their sources: at other points than they
    ///   are computed at.
    public static func run(_ launches: [Launch], _ copies: CopiedStores = CopiedStores())
        -> [FusedGroup]
    {
        var pass = Fuse(copies: copies)
        for launch in launches { pass.place(launch) }
        for launch in launches {
            for view in launch.inputs { view.store.windowIndex = nil }
            for view in launch.outputs { view.store.windowIndex = nil }
        }
        for view in copies.sources { view.store.windowIndex = nil }
        return pass.groups
    }

    private init(copies: CopiedStores) { self.copies = copies }

    /// The accesses of one store in this window; only stores that some launch writes have one.
    private final class StoreIndex {
        var accesses: DependenceIndex
        init(_ store: Store) {
            accesses = DependenceIndex(storeShape: store.shape, storeType: store.type)
        }
    }

    private func index(of store: Store) -> StoreIndex? {
        if store.pendingWrites == 0 { return nil }
        if let index = store.windowIndex { return unsafeDowncast(index, to: StoreIndex.self) }
        let index = StoreIndex(store)
        store.windowIndex = index
        return index
    }

    // MARK: - Placing one launch

    private mutating func place(_ launch: Launch) {
        let (earliest, conflicts) = earliestGroup(for: launch)
        let group = openGroup(for: launch, from: earliest) ?? newGroup(for: launch)
        for conflict in conflicts
        where conflict != group.index && !group.predecessors.contains(conflict) {
            group.predecessors.append(conflict)
        }
        group.absorb(launch)
        if readsCopies(launch) { group.readsCopies = true }
        record(launch, in: group)
    }

    /// The first group the launch may be part of, and all groups it conflicts with.
    private func earliestGroup(for launch: Launch) -> (earliest: Int, conflicts: [Int]) {
        var earliest = 0
        var conflicts: [Int] = []
        for view in launch.inputs {
            guard let pieces = copies.pieces(of: view.store) else {
                visit(
                    view, .read, isPointwise: launch.isTransparent, of: launch, &earliest,
                    &conflicts)
                continue
            }
            for piece in pieces {
                visit(piece.source, .read, isPointwise: false, of: launch, &earliest, &conflicts)
            }
        }
        let writesPointwise = launch.isPointwise
        for view in launch.outputs {
            visit(view, .write, isPointwise: writesPointwise, of: launch, &earliest, &conflicts)
        }
        return (earliest, conflicts)
    }

    private func visit(
        _ view: StoreView, _ privilege: Privilege, isPointwise: Bool, of launch: Launch,
        _ earliest: inout Int, _ conflicts: inout [Int]
    ) {
        guard let index = index(of: view.store) else { return }
        let access = DependenceIndex.Access(view, privilege, payload: 0)
        var result = earliest
        index.accesses.forEachConflict(with: access) { earlier in
            let group = groups[earlier.payload >> 1]
            let isForwarded =
                isPointwise && earlier.payload & 1 == 1 && earlier.isSameView(as: access)
                && group.domain == launch.domain
            if !conflicts.contains(group.index) { conflicts.append(group.index) }
            result = max(result, isForwarded ? group.index : group.index + 1)
        }
        earliest = result
    }

    private func openGroup(for launch: Launch, from earliest: Int) -> FusedGroup? {
        guard launch.isTransparent else { return nil }
        let isCut = readsCopies(launch)
        // Filled far ahead of its use, a large store would need memory all the while.
        let reach = launch.fillsLargeStore ? 1 : 12
        for group in groups[earliest...].reversed().prefix(reach)
        where group.accepts(launch, isCut: isCut) { return group }
        return nil
    }

    private func readsCopies(_ launch: Launch) -> Bool {
        !copies.isEmpty && launch.inputs.contains { copies.pieces(of: $0.store) != nil }
    }

    private mutating func newGroup(for launch: Launch) -> FusedGroup {
        var task: OpaqueTask?
        if case .opaque(let opaque) = launch.body { task = opaque }
        let group = FusedGroup(index: groups.count, domain: launch.domain, task: task)
        groups.append(group)
        return group
    }

    private func record(_ launch: Launch, in group: FusedGroup) {
        for view in launch.inputs {
            if let pieces = copies.pieces(of: view.store) {
                for piece in pieces { recordRead(piece.source, in: group, isPointwise: false) }
            } else {
                recordRead(view, in: group, isPointwise: launch.isTransparent)
            }
        }
        for view in launch.outputs {
            index(of: view.store)?.accesses.insert(
                .init(view, .write, payload: group.index << 1 | (launch.isPointwise ? 1 : 0)))
        }
    }

    private func recordRead(_ view: StoreView, in group: FusedGroup, isPointwise: Bool) {
        index(of: view.store)?.accesses.insert(
            .init(view, .read, payload: group.index << 1 | (isPointwise ? 1 : 0)))
    }
}

extension Launch {
    /// Bytes from which a pass of its own over a store costs nothing beside its memory.
    private static let largeBytes = 1 << 20

    /// Gives a large store, which has no memory yet, values that come from nowhere.
    fileprivate var fillsLargeStore: Bool {
        guard inputs.isEmpty, let store = outputs.first?.store else { return false }
        return store.memory == nil && store.byteCount >= Launch.largeBytes
    }

    /// Reads its inputs point by point.
    var isTransparent: Bool {
        if case .opaque = body { return false }
        return true
    }
    /// Also writes its outputs point by point.
    var isPointwise: Bool {
        if case .pointwise = body { return true }
        return false
    }
}

extension FusedGroup {
    /// Whether a transparent launch fits: same points, room for its steps, reductions along the
    /// same axes. What is cut into boxes (`isCut`) has no reductions: their order is that of the
    /// whole.
    func accepts(_ launch: Launch, isCut: Bool) -> Bool {
        if isCut && !folds.isEmpty || readsCopies && !launch.isPointwise { return false }
        guard task == nil, domain == launch.domain, steps.count < LoopNest.fusedSteps else {
            return false
        }
        if domain.count > 1, let memoryOrder, memoryOrder != FusedGroup.order(of: launch) {
            return false
        }
        guard case .reduction(_, let reduction) = launch.body else { return true }
        guard folds.count < 4 else { return false }
        guard let first = folds.first else { return true }
        return first.reduction.reduced == reduction.reduced
            && first.reduction.type.isComplex == reduction.type.isComplex
            && reductionOrder
                == FusedGroup.order(of: launch.inputs.first?.lattice, axes: domain.count)
    }

    /// Adds a launch's expression to the group's, reading forwarded values where the group has
    /// them.
    func absorb(_ launch: Launch) {
        launches.append(launch)
        if domain.count > 1, memoryOrder == nil { memoryOrder = FusedGroup.order(of: launch) }
        let expression: ScalarExpression
        switch launch.body {
        case .opaque: return
        case .pointwise(let e): expression = e
        case .reduction(let e, _): expression = e
        }
        var values: [Int] = []
        values.reserveCapacity(
            expression.inputTypes.count + expression.constants.count + expression.instructions.count
        )
        for view in launch.inputs { values.append(value(of: view)) }
        for (k, constant) in expression.constants.enumerated() {
            values.append(FusedGroup.constantBase + constants.count)
            constants.append(constant)
            constantOrigins.append(.init(launch: launch.windowPosition, constant: k))
        }
        for instruction in expression.instructions {
            append(instruction, &values)
        }
        switch launch.body {
        case .pointwise:
            for (k, view) in launch.outputs.enumerated() {
                write(view, values[expression.results[k]])
            }
        case .reduction(_, let reduction):
            folds.append(
                FoldBinding(
                    reduction: reduction, value: values[expression.results[0]],
                    target: launch.outputs[0]))
            reductionOrder = FusedGroup.order(of: launch.inputs.first?.lattice, axes: domain.count)
        case .opaque: break
        }
    }

    private func append(_ instruction: ScalarExpression.Instruction, _ values: inout [Int]) {
        let first = FusedGroup.stepBase + stepValueCount
        switch instruction {
        case .cast(let input, let from, let to):
            steps.append(
                .init(action: .cast(from: from, to: to), inputs: [values[input]], outputTypes: [to])
            )
            values.append(first)
            stepValueCount += 1
        case .apply(let operation, let loop, let a, let b, let c):
            let row = OperationTable.row(operation)
            let inputs =
                row.inputCount == 1
                ? [values[a]]
                : row.inputCount == 2
                    ? [values[a], values[b]]
                    : [values[a], values[b], values[c]]
            let types = row.outputCount == 1 ? [loop.output0] : [loop.output0, loop.output1]
            steps.append(
                .init(action: .apply(operation, loop.compute), inputs: inputs, outputTypes: types))
            for k in types.indices { values.append(first + k) }
            stepValueCount += types.count
        }
    }

    /// The number of a view's newest value; a new load where the group has none.
    private func value(of view: StoreView) -> Int {
        if let k = position(of: view, in: current) { return current[k].value }
        loads.append(view)
        current.append(Binding(view: view, value: loads.count - 1))
        return loads.count - 1
    }

    private func write(_ view: StoreView, _ value: Int) {
        if let k = position(of: view, in: current) {
            current[k].value = value
        } else {
            current.append(Binding(view: view, value: value))
        }
        if let k = position(of: view, in: outputs) {
            outputs[k].value = value
        } else {
            outputs.append(Binding(view: view, value: value))
        }
    }

    private func position(of view: StoreView, in bindings: [Binding]) -> Int? {
        for k in bindings.indices.reversed()
        where bindings[k].view.store === view.store && bindings[k].view.type == view.type
            && bindings[k].view.slide == view.slide
            && bindings[k].view.lattice.normalized == view.lattice.normalized
        {
            return k
        }
        return nil
    }

    /// The order of memory in which a transparent launch is best walked: its output's, or for a
    /// reduction its operand's.
    static func order(of launch: Launch) -> [Int] {
        let view = launch.isPointwise ? launch.outputs.first : launch.inputs.first
        return order(of: view?.lattice, axes: launch.domain.count)
    }

    /// Axes from the longest stride to the shortest: reductions walk memory in order, as NumPy
    /// does. Follows from the launch's own operand, so that it does not depend on what the launch
    /// was fused with.
    static func order(of lattice: Lattice?, axes: Int) -> [Int] {
        let order = Array(0..<axes)
        guard let lattice, axes > 1 else { return order }
        var isDescending = true
        for k in 1..<axes
        where abs(lattice.strides[k - 1]) < abs(lattice.strides[k]) && lattice.shape[k - 1] > 1 {
            isDescending = false
        }
        return isDescending ? order : Lattice.axes(by: lattice.strides)
    }
}
