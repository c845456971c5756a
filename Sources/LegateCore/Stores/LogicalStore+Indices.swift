/// Copies through indices: gathering from, and scattering to, places that other stores name.
///
///     y.gather(from: x, at: [i])       y[k] = x[i[k]]
///     y.scatter(x, at: [i, j])         y[i[k], j[k]] = x[k]
///
/// There is a store of indices for each axis; negative ones count from the end. A gather is cut
/// along what it writes, and every tile sees all of what it reads; a scatter is one tile, because
/// any element may go anywhere, and of equal places the last one stays. An index out of range is an
/// error where the program next waits.
import Launches
import Shapes

extension LogicalStore {
    /// Gives every element the one of another store at the place that indices name.
    ///
    /// - Throws: ``CoreError/Kind/value`` when shapes do not fit; ``CoreError/Kind/type`` for other
    ///   types of elements, or indices that are no `int32` or `int64`.
    public func gather(
        from source: any StoreConvertible, at indices: [any StoreConvertible],
        file: String = #fileID, line: Int = #line
    ) throws {
        let places = try LogicalStore.checked(
            indices, places: shape, into: source.storeView, self.storeView)
        let count = places.count
        let aligned = (1...count + 1).map { Constraint.Operand.number($0) }
        try CoreTasks.gather.launch(
            inputs: [source] + places, outputs: [self],
            constraints: [.broadcast(.number(0)), .align(aligned)], file: file,
            line: line)
    }

    /// Puts the elements of another store at the places that indices name; all others stay as they
    /// are.
    ///
    /// - Throws: What ``gather(from:at:file:line:)`` throws.
    public func scatter(
        _ source: any StoreConvertible, at indices: [any StoreConvertible], file: String = #fileID,
        line: Int = #line
    ) throws {
        let view = source.storeView
        let places = try LogicalStore.checked(
            indices, places: view.lattice.shape, into: storeView, view)
        let all = (0...places.count + 1).map { Constraint.broadcast(.number($0)) }
        try CoreTasks.scatter.launch(
            inputs: [source] + places, outputs: [self], constraints: all, file: file, line: line)
    }

    private static func checked(
        _ indices: [any StoreConvertible], places shape: AxisList, into target: StoreView,
        _ other: StoreView
    ) throws -> [any StoreConvertible] {
        guard target.type == other.type else {
            throw CoreError(
                .type, "a copy needs equal types, not \(other.type.name) and \(target.type.name)")
        }
        let axes = target.lattice.axisCount
        guard indices.count == axes, axes > 0 else {
            throw CoreError(
                .value,
                "a store with \(axes) axes has as many stores of indices, not \(indices.count)")
        }
        for index in indices.map(\.storeView) {
            guard index.type == .int64 || index.type == .int32 else {
                throw CoreError(.type, "indices are int32 or int64, not \(index.type.name)")
            }
            guard index.lattice.shape == shape else {
                throw CoreError(
                    .value,
                    "a copy needs an index for each element: \(index.lattice.shape) of them for \(shape)"
                )
            }
        }
        return indices
    }
}

/// Tasks of the core's own.
enum CoreTasks {
    nonisolated(unsafe) static let gather = task("gather") { context in
        try copy(
            context.outputs[0], context.inputs[0], through: context.inputs.dropFirst(),
            isGather: true)
    }
    nonisolated(unsafe) static let scatter = task("scatter") { context in
        try copy(
            context.inputs[0], context.outputs[0], through: context.inputs.dropFirst(),
            isGather: false)
    }

    /// A number added to each element.
    nonisolated(unsafe) static let shift = registered(
        TaskDeclaration(transparent: "shift", inputs: ["x"], outputs: ["y"], scalars: ["number"]) {
            $0["y"] = $0["x"] + $0.scalar("number")
        })

    private static func task(_ name: String, _ body: @escaping TaskDeclaration.Body) -> LibraryTask
    {
        registered(TaskDeclaration(name, body: body))
    }

    private static func registered(_ declaration: TaskDeclaration) -> LibraryTask {
        do { return try Library.findOrRegister("legate").register(declaration) } catch {
            preconditionFailure("\(error)")
        }
    }

    /// Walks over `along`, whose shape the indices have, and moves each element from or to the
    /// place in `far` that they name.
    private static func copy(
        _ along: Tile, _ far: Tile, through indices: ArraySlice<Tile>, isGather: Bool
    ) throws {
        let (size, shape) = (along.type.byteCount, far.shape)
        try TileElements<UInt8>(along).forEachIndex { index in
            var place = AxisList(repeating: 0, count: shape.count)
            for (axis, tile) in indices.enumerated() {
                place[axis] = try checked(tile.index(at: index), axis, shape[axis])
            }
            let (near, distant) = (along.address(of: index), far.address(of: place))
            if isGather {
                near.copyMemory(from: distant, byteCount: size)
            } else {
                distant.copyMemory(from: near, byteCount: size)
            }
        }
    }

    private static func checked(_ index: Int, _ axis: Int, _ extent: Int) throws -> Int {
        guard index >= -extent, index < extent else {
            throw CoreError(
                .index, "index \(index) is out of range for axis \(axis) with extent \(extent)")
        }
        return index < 0 ? index + extent : index
    }
}

extension Tile {
    fileprivate func address(of index: AxisList) -> UnsafeMutableRawPointer {
        memory + lattice.uncheckedOffset(of: index) &* type.byteCount
    }

    /// The number at a place of a tile of indices.
    fileprivate func index(at place: AxisList) -> Int {
        let address = address(of: place)
        return type == .int32 ? Int(address.load(as: Int32.self)) : address.load(as: Int.self)
    }
}
