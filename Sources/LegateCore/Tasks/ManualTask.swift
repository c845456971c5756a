/// A launch over a domain of the author's own: every point sees its tile of a partition, or a whole store.
///
///     var launch = try library.manualTask("smooth", over: [4, 4])
///     launch.addInput(try x.partitioned(by: [256, 256]))
///     launch.addOutput(try y.partitioned(by: [256, 256]))
///     try launch.execute()
import Launches
import Partitions
import Shapes

/// A store cut into equal tiles; the last along each axis may be smaller.
public struct StorePartition {
    public let store: StoreView
    public let tileShape: AxisList
    /// Tiles along each axis.
    public let colors: AxisList

    /// The tile's own view.
    public func tile(_ color: AxisList) -> LogicalStore {
        LogicalStore(StoreView(store: store.store, lattice: store.lattice.tile(color, tileShape).lattice, type: store.type))
    }
}

extension LogicalStore {
    /// The store cut into tiles of one shape.
    ///
    /// - Throws: ``CoreError/Kind/value`` when the tile has another number of axes, or an extent below one.
    public func partitioned(by tileShape: AxisList) throws -> StorePartition {
        guard tileShape.count == axisCount, tileShape.allSatisfy({ $0 > 0 }) else {
            throw CoreError(.value, "tiles of shape \(tileShape) do not cut a store of shape \(shape)")
        }
        return StorePartition(
            store: storeView, tileShape: tileShape,
            colors: AxisList(zip(shape, tileShape).map { ($0 + $1 - 1) / $1 }))
    }
}

/// An operand of a manual launch: a view, and for each point of the launch domain, row by row, its tile.
public struct ManualOperand {
    let view: StoreView
    let tileShape: AxisList?
    let tiles: [AxisList]

    /// Every point sees all of the view.
    public init(_ view: StoreView) { (self.view, tileShape, tiles) = (view, nil, []) }

    public init(_ view: StoreView, tileShape: AxisList, tiles: [AxisList]) {
        (self.view, self.tileShape, self.tiles) = (view, tileShape, tiles)
    }

    /// The range of one axis that each point sees, where only that axis is cut.
    var spans: (axis: Int, ranges: [Range<Int>])? {
        guard let tileShape else { return nil }
        let shape = view.lattice.shape
        let cut = shape.indices.filter { tileShape[$0] < shape[$0] }
        guard cut.count <= 1, !shape.isEmpty else { return nil }
        let axis = cut.first ?? 0
        return (
            axis,
            tiles.map {
                let first = min($0[axis] * tileShape[axis], shape[axis])
                return first..<min(first + tileShape[axis], shape[axis])
            }
        )
    }
}

extension Lattice {
    /// The part of a lattice that a color's tile is, and the index of its first element.
    func tile(_ color: AxisList, _ tileShape: AxisList) -> (lattice: Lattice, origin: AxisList) {
        var result = self
        var origin = AxisList(repeating: 0, count: axisCount)
        for axis in 0..<axisCount {
            origin[axis] = min(color[axis] * tileShape[axis], shape[axis])
            let count = min(tileShape[axis], shape[axis] - origin[axis])
            result = result.sliced(axis: axis, start: origin[axis], step: 1, count: count)
        }
        return (result, origin)
    }
}

public struct ManualTask {
    public let task: LibraryTask
    public let domain: AxisList
    private var inputs: [ManualOperand] = []
    private var outputs: [ManualOperand] = []
    private var reductions: [ManualOperand] = []
    private var kinds: [ReductionKind] = []
    private var scalars: [TaskScalar] = []
    private var mayThrow = false

    public init(_ task: LibraryTask, over domain: AxisList) {
        self.task = task
        self.domain = domain
    }

    /// - Parameter projection: The tile that a point of the domain sees; its own color where there is none.
    public mutating func addInput(_ partition: StorePartition, projection: ((AxisList) -> AxisList)? = nil) {
        inputs.append(operand(partition, projection))
    }
    public mutating func addInput(_ store: any StoreConvertible) { inputs.append(ManualOperand(store.storeView)) }

    /// Tiles of different points must not overlap.
    public mutating func addOutput(_ partition: StorePartition, projection: ((AxisList) -> AxisList)? = nil) {
        outputs.append(operand(partition, projection))
    }
    /// Only where the domain has one point.
    public mutating func addOutput(_ store: any StoreConvertible) { outputs.append(ManualOperand(store.storeView)) }

    public mutating func addReduction(
        _ partition: StorePartition, _ kind: ReductionKind, projection: ((AxisList) -> AxisList)? = nil
    ) {
        reductions.append(operand(partition, projection))
        kinds.append(kind)
    }
    public mutating func addReduction(_ store: any StoreConvertible, _ kind: ReductionKind) {
        reductions.append(ManualOperand(store.storeView))
        kinds.append(kind)
    }
    public mutating func addScalar(_ value: TaskScalar) { scalars.append(value) }
    public mutating func throwsErrors() { mayThrow = true }

    public func execute() throws {
        try task.launchManually(
            over: domain, inputs: inputs, outputs: outputs, reductions: reductions, scalars: scalars,
            kinds: kinds.isEmpty ? nil : kinds, mayThrow: mayThrow)
    }

    private func operand(_ partition: StorePartition, _ projection: ((AxisList) -> AxisList)?) -> ManualOperand {
        let tiles = domain.points.map { projection?($0) ?? $0 }
        return ManualOperand(partition.store, tileShape: partition.tileShape, tiles: tiles)
    }
}

extension AxisList {
    /// All points of a domain with these extents, row by row.
    var points: [AxisList] {
        var result: [AxisList] = [[]]
        for extent in self {
            result = result.flatMap { point in
                (0..<extent).map {
                    var next = point
                    next.append($0)
                    return next
                }
            }
        }
        return result
    }
}

extension Library {
    /// A launch of one of the library's tasks over a domain.
    public func manualTask(_ name: String, over domain: AxisList) throws -> ManualTask {
        ManualTask(try task(name), over: domain)
    }
}

extension LibraryTask {
    /// Launches the task on every point of a domain.
    ///
    /// - Throws: ``CoreError/Kind/value`` for an empty domain, a tile that is none, or outputs whose tiles overlap.
    public func launchManually(
        over domain: AxisList, inputs: [ManualOperand], outputs: [ManualOperand], reductions: [ManualOperand] = [],
        scalars: [TaskScalar] = [], kinds: [ReductionKind]? = nil, mayThrow: Bool = false, payload: AnyObject? = nil
    ) throws {
        guard domain.count > 0, domain.product > 0 else {
            throw CoreError(.value, "a launch domain has at least one point: \(domain)")
        }
        guard !declaration.isTransparent else {
            throw CoreError(.value, "transparent task '\(declaration.name)' is cut by the runtime: launch it as it is")
        }
        try checkCounts(inputs.count, outputs.count, reductions.count)
        for (k, output) in outputs.enumerated() { try checkDisjoint(output, k, domain) }
        for operand in inputs + outputs + reductions { try check(operand, domain) }
        var partitions: [OpaqueTask.Partition] = []
        var pieces: [Int: (AxisList, Lattice) -> (Lattice, AxisList)] = [:]
        let colors = domain.points
        let position = Dictionary(uniqueKeysWithValues: colors.enumerated().map { ($1, $0) })
        for (k, operand) in (inputs + outputs + reductions).enumerated() {
            // Several points may contribute to one tile of a reduction: each has a part of its own.
            if k < inputs.count + outputs.count, let (axis, ranges) = operand.spans {
                partitions.append(.spans(axis: axis, ranges))
                continue
            }
            partitions.append(.whole)
            guard let tileShape = operand.tileShape else { continue }
            let tiles = operand.tiles
            pieces[k] = { color, lattice in lattice.tile(tiles[position[color].unsafelyUnwrapped], tileShape) }
        }
        var launch = TaskLaunch(self, inputs.map(\.view), outputs.map(\.view), reductions.map(\.view), scalars)
        if let kinds { launch.kinds = kinds }
        launch.payload = payload
        launch.mayThrow = mayThrow || declaration.options.mayThrow
        launch.domain = domain
        launch.manual = ManualCut(colors: colors, pieces: pieces)
        try launch.checkOverlaps()
        try launch.record(ConstraintSolver.Solution(tiles: colors.count, partitions: partitions))
    }

    private func check(_ operand: ManualOperand, _ domain: AxisList) throws {
        guard let tileShape = operand.tileShape else { return }
        let colors = zip(operand.view.lattice.shape, tileShape).map { ($0 + $1 - 1) / $1 }
        for (point, tile) in zip(domain.points, operand.tiles)
        where tile.count != colors.count || zip(tile, colors).contains(where: { $0 < 0 || $0 >= $1 }) {
            throw CoreError(
                .value,
                "task '\(declaration.name)': point \(point) names tile \(tile), but there are tiles \(AxisList(colors))")
        }
    }

    private func checkDisjoint(_ output: ManualOperand, _ k: Int, _ domain: AxisList) throws {
        let name = k < declaration.outputs.count ? "'\(declaration.outputs[k])'" : "\(k)"
        if output.tileShape == nil {
            guard domain.product > 1 else { return }
            throw CoreError(
                .value,
                "task '\(declaration.name)': all \(domain.product) points would write all of output \(name); "
                    + "give it a partition, or make it a reduction")
        }
        var seen: [AxisList: AxisList] = [:]
        for (point, tile) in zip(domain.points, output.tiles) {
            if let other = seen.updateValue(point, forKey: tile) {
                throw CoreError(
                    .value,
                    "task '\(declaration.name)': points \(other) and \(point) would both write tile \(tile) of output \(name)")
            }
        }
    }
}
