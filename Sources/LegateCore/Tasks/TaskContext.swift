/// What a body sees when one of its tiles runs: its operands, cut; its scalars; and which tile it is.
import Launches
import Shapes

/// One tile of a running task. Valid only while the body runs.
public struct TaskContext {
    public let declaration: TaskDeclaration
    /// The tile's number, and how many there are.
    public let tile: Int
    public let tileCount: Int
    /// The tile's place in the launch domain: one axis for ``AutoTask``, the author's own for ``ManualTask``.
    public let color: AxisList
    public let launchDomain: AxisList
    public let inputs: [Tile]
    public let outputs: [Tile]
    /// Accumulators. They begin with the element that changes nothing; what a body leaves there is contributed.
    public let reductions: [Tile]
    public let scalars: [TaskScalar]
    /// What the host language's bridge gave the launch.
    public let payload: AnyObject?

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
    public func output<T: ArrayElement>(_ name: String, of type: T.Type) throws -> TileElements<T> {
        try output(name).elements(of: type)
    }
    public func reduction<T: ArrayElement>(_ name: String, of type: T.Type) throws -> TileElements<T> {
        try reduction(name).elements(of: type)
    }

    /// A scalar by its declared name.
    public func scalar(_ name: String) throws -> TaskScalar {
        guard let k = declaration.scalars.firstIndex(of: name), k < scalars.count else {
            throw CoreError(.key, "task '\(declaration.name)' has no scalar '\(name)'")
        }
        return scalars[k]
    }

    private func operand(_ name: String, _ names: [String], _ tiles: [Tile], _ role: String) throws -> Tile {
        guard let k = names.firstIndex(of: name), k < tiles.count else {
            throw CoreError(
                .key, "task '\(declaration.name)' has no \(role) '\(name)'; it has \(names.joined(separator: ", "))")
        }
        return tiles[k]
    }
}

/// The part of an operand that one tile sees: an address and a lattice over it.
public struct Tile {
    public let name: String
    /// The element at `lattice` index zero is at `memory + lattice.offset * type.byteCount`.
    public let memory: UnsafeMutableRawPointer
    public let lattice: Lattice
    public let type: ElementType
    /// The store's index of the tile's first element, along each axis.
    public let origin: AxisList
    let isWritable: Bool
    let unbound: UnboundPieces?
    let tile: Int

    public var shape: AxisList { lattice.shape }
    public var axisCount: Int { shape.count }
    public var count: Int { shape.product }
    public var strides: AxisList { lattice.strides }
    /// The address of the first element.
    public var start: UnsafeMutableRawPointer { memory + lattice.offset &* type.byteCount }
    /// Whether the task decides the shape: then ``bind(_:)`` gives the elements.
    public var isUnbound: Bool { unbound != nil }

    /// The elements, typed.
    ///
    /// - Throws: ``CoreError/Kind/type`` when they are of another type.
    public func elements<T: ArrayElement>(of _: T.Type = T.self) throws -> TileElements<T> {
        guard type == T.elementType else {
            throw CoreError(.type, "operand '\(name)' has elements of \(type.name), not of \(T.elementType.name)")
        }
        if isUnbound {
            throw CoreError(.runtime, "operand '\(name)' has no shape yet: bind(_:) gives its elements")
        }
        return TileElements(self)
    }

    /// Gives the elements of an output without a shape; tiles are put together in their order.
    public func bind<T: ArrayElement>(_ values: [T]) throws {
        guard let unbound else { throw CoreError(.runtime, "operand '\(name)' has a shape: write its elements") }
        guard type == T.elementType else {
            throw CoreError(.type, "operand '\(name)' has elements of \(type.name), not of \(T.elementType.name)")
        }
        try values.withUnsafeBytes { try unbound.bind(Array($0), shape: [values.count], tile: tile, name: name) }
    }

    /// The same from bytes, for any type and shape; all extents but the first are equal in all tiles.
    public func bind(bytes: [UInt8], shape: AxisList) throws {
        guard let unbound else { throw CoreError(.runtime, "operand '\(name)' has a shape: write its elements") }
        guard bytes.count == shape.product * type.byteCount else {
            throw CoreError(.value, "\(bytes.count) bytes are no \(type.name) elements of shape \(shape)")
        }
        try unbound.bind(bytes, shape: shape, tile: tile, name: name)
    }
}

/// A tile's elements of one Swift type, by index. Indices are checked in debug builds only.
public struct TileElements<T> {
    @usableFromInline let base: UnsafeMutablePointer<T>
    public let shape: AxisList
    public let strides: AxisList

    init(_ tile: Tile) {
        base = tile.start.assumingMemoryBound(to: T.self)
        shape = tile.shape
        strides = tile.lattice.strides
    }

    @inlinable public var count: Int { shape.product }
    /// The elements side by side; `nil` where they do not lie so.
    public var contiguous: UnsafeMutableBufferPointer<T>? {
        Lattice(offset: 0, shape: shape, strides: strides).isRowMajorContiguous
            ? UnsafeMutableBufferPointer(start: base, count: count) : nil
    }

    /// The element of a one-dimensional tile (of a scalar, with index 0).
    @inlinable public subscript(i: Int) -> T {
        get { base[i &* (shape.count > 0 ? strides[0] : 0)] }
        nonmutating _modify { yield &base[i &* (shape.count > 0 ? strides[0] : 0)] }
    }

    /// The element of a two-dimensional tile.
    @inlinable public subscript(i: Int, j: Int) -> T {
        get { base[i &* strides[0] &+ j &* strides[1]] }
        nonmutating _modify { yield &base[i &* strides[0] &+ j &* strides[1]] }
    }

    /// The element at any index.
    @inlinable public subscript(index: AxisList) -> T {
        get { base[Lattice(offset: 0, shape: shape, strides: strides).uncheckedOffset(of: index)] }
        nonmutating _modify {
            yield &base[Lattice(offset: 0, shape: shape, strides: strides).uncheckedOffset(of: index)]
        }
    }

    /// Calls `body` with every index, row by row.
    public func forEachIndex(_ body: (AxisList) throws -> Void) rethrows {
        guard !shape.contains(0) else { return }
        var index = AxisList(repeating: 0, count: shape.count)
        while true {
            try body(index)
            var axis = shape.count - 1
            while axis >= 0 {
                index[axis] += 1
                if index[axis] < shape[axis] { break }
                index[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }
}
