/// What a body sees when one of its tiles runs: its operands, cut; its scalars; and which tile it
/// is.
import Launches
import Shapes

/// One tile of a running task. Valid only while the body runs.
public struct TaskContext {
    let form: LaunchForm
    /// The tile's number.
    public let tile: Int
    /// The tile's part of each input.
    public let inputs: [Tile]
    /// The tile's part of each output.
    public let outputs: [Tile]
    /// Accumulators, into which a body brings what it has (`s[0] += x`). They begin with the
    /// element that changes nothing, or, where tiles contribute to different elements, are the
    /// store itself.
    public let reductions: [Tile]
    /// The launch's scalars, in the order of the declaration.
    public let scalars: [TaskScalar]
    /// What the host language's bridge gave the launch.
    public let payload: AnyObject?
    let point: TaskCommunicator?
    let scratchTile: Tile?

    /// What the task's author said about it.
    public var declaration: TaskDeclaration { form.declaration }
    /// Tiles of the launch.
    public var tileCount: Int { form.tiles }
    /// The tile's place in the launch domain: one axis for ``AutoTask``, the author's own for
    /// ``ManualTask``.
    public var color: AxisList { form.colors?[tile] ?? AxisList(tile) }
    /// The extents of the launch domain.
    public var launchDomain: AxisList { form.domain }

    /// Memory of the tile's own, as many bytes as the library's mapper wishes, with arbitrary
    /// contents.
    public var scratch: UnsafeMutableRawBufferPointer {
        guard let scratchTile else { return UnsafeMutableRawBufferPointer(start: nil, count: 0) }
        return UnsafeMutableRawBufferPointer(start: scratchTile.start, count: scratchTile.count)
    }

    /// Whether the launch has one tile only.
    public var isSingle: Bool { tileCount == 1 }

    /// An input by its declared name.
    public func input(_ name: String) throws -> Tile {
        try operand(name, declaration.inputs, inputs, "input")
    }
    /// An output by its declared name.
    public func output(_ name: String) throws -> Tile {
        try operand(name, declaration.outputs, outputs, "output")
    }
    /// A reduction by its declared name.
    public func reduction(_ name: String) throws -> Tile {
        try operand(name, declaration.reductions.map(\.name), reductions, "reduction")
    }

    /// The elements of an input, typed.
    public func input<T: ArrayElement>(_ name: String, of type: T.Type) throws -> TileElements<T> {
        try input(name).elements(of: type)
    }
    /// The elements of an output, typed.
    public func output<T: ArrayElement>(_ name: String, of type: T.Type) throws -> TileElements<T> {
        try output(name).elements(of: type)
    }
    /// The elements of a reduction, typed.
    public func reduction<T: ArrayElement>(_ name: String, of type: T.Type) throws -> TileElements<
        T
    > {
        try reduction(name).elements(of: type)
    }

    /// A scalar by its declared name.
    public func scalar(_ name: String) throws -> TaskScalar {
        guard let k = declaration.scalars.firstIndex(of: name), k < scalars.count else {
            throw CoreError(.key, "task '\(declaration.name)' has no scalar '\(name)'")
        }
        return scalars[k]
    }

    private func operand(_ name: String, _ names: [String], _ tiles: [Tile], _ role: String) throws
        -> Tile
    {
        guard let k = names.firstIndex(of: name), k < tiles.count else {
            throw CoreError(
                .key,
                "task '\(declaration.name)' has no \(role) '\(name)'; it has \(names.joined(separator: ", "))"
            )
        }
        return tiles[k]
    }
}
