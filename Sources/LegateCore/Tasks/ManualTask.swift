/// A launch over a domain of the author's own: every point sees its tile of a partition, or a whole
/// store.
///
///     var launch = try library.manualTask("smooth", over: [4, 4])
///     launch.addInput(try x.partitioned(by: [256, 256]))
///     launch.addOutput(try y.partitioned(by: [256, 256]))
///     try launch.execute()
import Launches
import Partitions
import Shapes
import Tracing

/// A store cut into equal tiles; the last along each axis may be smaller.
public struct StorePartition {
    /// The view that is cut.
    public let store: StoreView
    /// Extents of a tile.
    public let tileShape: AxisList
    /// Tiles along each axis.
    public let colors: AxisList

    /// The tile's own view.
    public func tile(_ color: AxisList) -> LogicalStore {
        let cut = OpaqueTask.Partition.tiles(shape: tileShape, colors: [color])
        let part = cut.part(of: store.lattice, unit: 0).lattice
        return LogicalStore(StoreView(store: store.store, lattice: part, type: store.type))
    }
}

extension LogicalStore {
    /// The store cut into tiles of one shape.
    ///
    /// - Throws: ``CoreError/Kind/value`` when the tile has another number of axes, or an extent
    ///   below one.
    public func partitioned(by tileShape: AxisList) throws -> StorePartition {
        guard tileShape.count == axisCount, tileShape.allSatisfy({ $0 > 0 }) else {
            throw CoreError(
                .value, "tiles of shape \(tileShape) do not cut a store of shape \(shape)")
        }
        return StorePartition(
            store: storeView, tileShape: tileShape,
            colors: AxisList(zip(shape, tileShape).map { ($0 + $1 - 1) / $1 }))
    }
}

/// An operand of a manual launch: a view, and for each point of the launch domain, row by row, its
/// tile.
public struct ManualOperand {
    let view: StoreView
    let tileShape: AxisList?
    let tiles: [AxisList]

    /// Every point sees all of the view.
    public init(_ view: StoreView) { (self.view, tileShape, tiles) = (view, nil, []) }

    /// Point *u* sees the tile of color `tiles[u]`.
    public init(_ view: StoreView, tileShape: AxisList, tiles: [AxisList]) {
        (self.view, self.tileShape, self.tiles) = (view, tileShape, tiles)
    }

    /// The range of one axis that each point sees, where only that axis is cut; else the tile of
    /// each point.
    var partition: OpaqueTask.Partition {
        guard let tileShape else { return .whole }
        let shape = view.lattice.shape
        let cut = shape.indices.filter { tileShape[$0] < shape[$0] }
        guard cut.count <= 1, !shape.isEmpty else { return .tiles(shape: tileShape, colors: tiles) }
        let axis = cut.first ?? 0
        return .spans(
            axis: axis,
            tiles.map {
                let first = min($0[axis] * tileShape[axis], shape[axis])
                return first..<min(first + tileShape[axis], shape[axis])
            })
    }

    /// What each point contributes to: points may share a tile, so each has a part of its own.
    var contribution: OpaqueTask.Partition {
        tileShape.map { .tiles(shape: $0, colors: tiles) } ?? .whole
    }
}

/// A launch of a task over the points of a domain.
public struct ManualTask: LaunchBuilder {
    /// What is launched.
    public let task: LibraryTask
    /// Scalars, kinds of reductions, and how errors appear.
    public var options = LaunchOptions(source: nil)
    /// The extents of the launch domain.
    public let domain: AxisList
    private var inputs: [ManualOperand] = []
    private var outputs: [ManualOperand] = []
    private var reductions: [ManualOperand] = []
    private var reducesRecords = false

    /// A launch without operands yet.
    public init(_ task: LibraryTask, over domain: AxisList) {
        self.task = task
        self.domain = domain
    }

    /// Adds an input of which every point reads a tile.
    ///
    /// - Parameter projection: The tile that a point of the domain sees; its own color where there
    ///   is none.
    public mutating func addInput(
        _ partition: StorePartition, projection: ((AxisList) -> AxisList)? = nil
    ) {
        inputs.append(operand(partition, projection))
    }
    /// Adds an input that every point sees whole.
    public mutating func addInput(_ store: any StoreConvertible) {
        inputs.append(ManualOperand(store.storeView))
    }

    /// Adds an output of which every point writes a tile. Tiles of different points must not
    /// overlap.
    public mutating func addOutput(
        _ partition: StorePartition, projection: ((AxisList) -> AxisList)? = nil
    ) {
        outputs.append(operand(partition, projection))
    }
    /// Adds an output that the only point of the domain writes whole.
    public mutating func addOutput(_ store: any StoreConvertible) {
        outputs.append(ManualOperand(store.storeView))
    }

    /// Adds a reduction of which every point contributes to a tile; several may name one.
    public mutating func addReduction(
        _ partition: StorePartition, _ kind: ReductionKind? = nil,
        projection: ((AxisList) -> AxisList)? = nil
    ) {
        reductions.append(operand(partition, projection))
        addKind(kind)
    }
    /// Adds a reduction that every point contributes to.
    public mutating func addReduction(_ store: any StoreConvertible, _ kind: ReductionKind? = nil) {
        reducesRecords = reducesRecords || store is RecordStore
        reductions.append(ManualOperand(store.storeView))
        addKind(kind)
    }

    /// Launches the task on every point and returns at once, unless it may throw.
    ///
    /// - Throws: ``CoreError/Kind/value`` for an empty domain, a tile that is none, or outputs
    ///   whose tiles overlap.
    public func execute(file: String = #fileID, line: Int = #line) throws {
        var options = options
        if options.source == nil { options.source = .here(file, line) }
        if reducesRecords { throw CoreError.reducedRecords(options.source) }
        try task.launchManually(
            over: domain, inputs: inputs, outputs: outputs, reductions: reductions, options)
    }

    private func operand(_ partition: StorePartition, _ projection: ((AxisList) -> AxisList)?)
        -> ManualOperand
    {
        let tiles = domain.points.map { projection?($0) ?? $0 }
        return ManualOperand(partition.store, tileShape: partition.tileShape, tiles: tiles)
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
    /// - Throws: ``CoreError/Kind/value`` for an empty domain, a tile that is none, or outputs
    ///   whose tiles overlap.
    public func launchManually(
        over domain: AxisList, inputs: [ManualOperand], outputs: [ManualOperand],
        reductions: [ManualOperand] = [],
        _ options: LaunchOptions = LaunchOptions()
    ) throws {
        let (launch, solution) = try manualLaunch(domain, inputs, outputs, reductions, options)
        try launch.record(try LaunchForm(launch, solution))
    }

    /// The launch and its cut, checked.
    func manualLaunch(
        _ domain: AxisList, _ inputs: [ManualOperand], _ outputs: [ManualOperand],
        _ reductions: [ManualOperand], _ options: LaunchOptions
    ) throws -> (TaskLaunch, ConstraintSolver.Solution) {
        let source = options.source
        guard domain.count > 0, domain.product > 0 else {
            throw CoreError(
                .value, "a launch domain has at least one point: \(domain)", source: source)
        }
        guard !declaration.isTransparent else {
            throw CoreError(
                .value,
                "transparent task '\(declaration.name)' is cut by the runtime: launch it as it is",
                source: source)
        }
        try checkCounts(inputs.count, outputs.count, reductions.count, source)
        try checkWritable(outputs.map(\.view), reductions.map(\.view), source)
        let points = LaunchDomain(domain)
        var launch = TaskLaunch(
            self, inputs.map(\.view), outputs.map(\.view), reductions.map(\.view), options)
        launch.domain = points
        for (k, output) in outputs.enumerated() {
            try checkDisjoint(output, launch.name(of: inputs.count + k), points, source)
        }
        let operands = inputs + outputs + reductions
        for operand in operands { try check(operand, points, source) }
        try launch.checkOverlaps()
        let partitions = operands.enumerated().map { k, operand in
            k < inputs.count + outputs.count ? operand.partition : operand.contribution
        }
        let solution = ConstraintSolver.Solution(tiles: points.colors.count, partitions: partitions)
        try launch.checkReads(solution)
        return (launch, solution)
    }

    private func check(_ operand: ManualOperand, _ domain: LaunchDomain, _ source: SourceLocation?)
        throws
    {
        guard let tileShape = operand.tileShape else { return }
        let colors = zip(operand.view.lattice.shape, tileShape).map { ($0 + $1 - 1) / $1 }
        for (point, tile) in zip(domain.colors, operand.tiles)
        where tile.count != colors.count
            || zip(tile, colors).contains(where: { $0 < 0 || $0 >= $1 })
        {
            throw CoreError(
                .value,
                "task '\(declaration.name)': point \(point) names tile \(tile), but there are tiles "
                    + "\(AxisList(colors))", source: source)
        }
    }

    private func checkDisjoint(
        _ output: ManualOperand, _ name: String, _ domain: LaunchDomain, _ source: SourceLocation?
    ) throws {
        let count = domain.colors.count
        if output.tileShape == nil {
            guard count > 1 else { return }
            throw CoreError(
                .value,
                "task '\(declaration.name)': all \(count) points would write all of output '\(name)'; "
                    + "give it a partition, or make it a reduction", source: source)
        }
        var seen: [AxisList: AxisList] = [:]
        for (point, tile) in zip(domain.colors, output.tiles) {
            if let other = seen.updateValue(point, forKey: tile) {
                throw CoreError(
                    .value,
                    "task '\(declaration.name)': points \(other) and \(point) would both write tile \(tile) of "
                        + "output '\(name)'", source: source)
            }
        }
    }
}
