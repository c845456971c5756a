/// What launches of one task on operands of one form have in common: how the operands are cut, and
/// what the body is called with. Loops launch the same again and again, so the form is made once
/// and kept with the task.
///
/// In: operands, and the cut that the solver or the author chose. Out: lattices and plain values
/// only, so that a running task keeps no store alive.
import Kernels
import Launches
import Partitions
import Shapes

final class LaunchForm {
    let declaration: TaskDeclaration
    /// The name in traces and errors, and the same for a process that ends inside a body.
    let name: String
    let body: TaskDeclaration.Body
    let tiles: Int
    let domain: AxisList
    /// The points of a manual launch's domain, row by row; `nil` for one axis.
    let colors: [AxisList]?
    let inputs: [Operand]
    /// Outputs, memory of the body's own, and what tiles contribute to reductions.
    let outputs: [Operand]
    let accumulators: [Accumulator]
    /// Bytes that every tile has for itself, as the mapper wishes.
    let scratchBytes: Int
    /// Cut as all launches of this form are; its body is no launch's.
    let opaque: OpaqueTask
    /// All tiles run at the same time.
    var isConcurrent: Bool { opaque.together != nil }
    private let key: Key
    /// Whether no launch of this form needs the lattices of another: without unbound outputs.
    let isReusable: Bool

    struct Operand {
        let name: String
        let lattice: Lattice
        let partition: OpaqueTask.Partition
    }

    /// Where a tile's contributions to a reduction go.
    enum Accumulator {
        /// To the elements themselves.
        case inPlace(full: Lattice)
        /// To a part of their own, seen as the reduction's own lattice is and begun with the
        /// identity.
        case partial(
            ScalarExpression.Constant, full: Lattice, OpaqueTask.Partition, shape: AxisList)
    }

    fileprivate struct Key {
        let views: [(lattice: Lattice, type: ElementType)]
        let counts: (Int, Int)
        let kinds: [ReductionKind]
        let mayThrow: Bool
        let sharing: UInt64
    }

    init(_ launch: TaskLaunch, _ solution: ConstraintSolver.Solution) throws {
        declaration = launch.task.declaration
        name = launch.task.qualifiedName
        body = launch.task.library.mapper.body(of: declaration)
        tiles = solution.tiles
        domain = launch.domain?.shape ?? [solution.tiles]
        colors = launch.domain?.colors
        scratchBytes = try launch.scratchBytes
        let (inputCount, outputCount) = (launch.inputs.count, launch.outputs.count)
        inputs = launch.inputs.enumerated().map { k, view in
            Operand(
                name: launch.name(of: k), lattice: view.lattice, partition: solution.partitions[k])
        }
        var outputs = launch.outputs.enumerated().map { k, view in
            Operand(
                name: launch.name(of: inputCount + k), lattice: view.lattice,
                partition: solution.partitions[inputCount + k])
        }
        if scratchBytes > 0 {
            outputs.append(
                Operand(
                    name: "scratch", lattice: Lattice(rowMajor: [tiles, scratchBytes]),
                    partition: .blocks(axis: 0, count: 1)))
        }
        var accumulators: [Accumulator] = []
        for (k, view) in launch.reductions.enumerated() {
            let number = inputCount + outputCount + k
            let partition = solution.partitions[number]
            let (accumulator, operand) = try LaunchForm.accumulator(
                launch, k, view, partition, tiles)
            accumulators.append(accumulator)
            outputs.append(operand)
        }
        self.outputs = outputs
        self.accumulators = accumulators
        opaque = OpaqueTask(
            units: tiles, grain: 1, inputs: inputs.map(\.partition),
            outputs: outputs.map(\.partition), tilesAreDisjoint: launch.domain != nil,
            needsHost: declaration.options.needsHost, runsAlways: launch.runsAlways,
            together: launch.task.declaration.options.isConcurrent && solution.tiles > 1
                ? { _, _ in } : nil,
            body: { _ in })
        key = Key(launch)
        isReusable = launch.unbound.isEmpty
    }

    /// Where tiles contribute, and the operand that they do it in.
    private static func accumulator(
        _ launch: TaskLaunch, _ k: Int, _ view: StoreView, _ partition: OpaqueTask.Partition,
        _ tiles: Int
    ) throws -> (Accumulator, Operand) {
        guard let (_, identity) = launch.kinds[k].resolved(view.type) else {
            throw CoreError(
                .type, "there is no reduction '\(launch.kinds[k])' of \(view.type.name)",
                source: launch.source)
        }
        let name = launch.name(of: launch.inputs.count + launch.outputs.count + k)
        let squeezed = view.squeezed.lattice
        if let axis = partition.axis,
            view.lattice.strides[axis] != 0 || view.lattice.shape[axis] <= 1
        {
            // Tiles contribute to elements of their own: they do it where these are.
            return (
                .inPlace(full: view.lattice),
                Operand(name: name, lattice: squeezed, partition: partition)
            )
        }
        let shape = AxisList([tiles] + squeezed.shape)
        return (
            .partial(identity, full: view.lattice, partition, shape: shape),
            Operand(
                name: name, lattice: Lattice(rowMajor: shape), partition: .blocks(axis: 0, count: 1)
            )
        )
    }

    /// Whether a launch has this form. Asked before every launch, so it looks at plain values only.
    func fits(_ launch: TaskLaunch) -> Bool {
        guard key.counts == (launch.inputs.count, launch.outputs.count),
            key.mayThrow == launch.mayThrow,
            key.views.count == launch.inputs.count + launch.outputs.count + launch.reductions.count
        else { return false }
        var k = 0
        func matches(_ views: [StoreView]) -> Bool {
            for view in views {
                guard key.views[k].lattice == view.lattice, key.views[k].type == view.type else {
                    return false
                }
                k &+= 1
            }
            return true
        }
        return matches(launch.inputs) && matches(launch.outputs) && matches(launch.reductions)
            && key.kinds == launch.kinds && key.sharing == launch.sharing
    }
}

extension LaunchForm.Key {
    fileprivate init(_ launch: TaskLaunch) {
        views = (launch.inputs + launch.outputs + launch.reductions).map { ($0.lattice, $0.type) }
        counts = (launch.inputs.count, launch.outputs.count)
        kinds = launch.kinds
        mayThrow = launch.mayThrow
        sharing = launch.sharing
    }
}
