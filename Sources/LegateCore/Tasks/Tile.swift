/// The part of an operand that one tile of a running task sees.
///
/// In: an address and a lattice over it. Out: typed elements, or what a body gives an output
/// without a shape.
import Launches
import Shapes

/// The part of an operand that one tile sees: an address and a lattice over it.
public struct Tile {
    /// The operand's declared name.
    public let name: String
    /// The element at `lattice` index zero is at `memory + lattice.offset * type.byteCount`.
    public let memory: UnsafeMutableRawPointer
    /// How the tile's elements lie in memory.
    public let lattice: Lattice
    /// The type of the elements.
    public let type: ElementType
    /// The store's index of the tile's first element, along each axis.
    public let origin: AxisList
    let isWritable: Bool
    let unbound: UnboundPieces?
    let tile: Int

    /// Extents.
    public var shape: AxisList { lattice.shape }
    /// Axes.
    public var axisCount: Int { shape.count }
    /// Elements.
    public var count: Int { shape.product }
    /// Elements between neighbours along each axis.
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
            throw CoreError(
                .type,
                "operand '\(name)' has elements of \(type.name), not of \(T.elementType.name)")
        }
        if isUnbound {
            throw CoreError(
                .runtime, "operand '\(name)' has no shape yet: bind(_:) gives its elements")
        }
        return TileElements(self)
    }

    /// Gives the elements of an output without a shape; tiles are put together in their order.
    public func bind<T: ArrayElement>(_ values: [T]) throws {
        guard let unbound else {
            throw CoreError(.runtime, "operand '\(name)' has a shape: write its elements")
        }
        guard type == T.elementType else {
            throw CoreError(
                .type,
                "operand '\(name)' has elements of \(type.name), not of \(T.elementType.name)")
        }
        try values.withUnsafeBytes {
            try unbound.bind(Array($0), shape: [values.count], tile: tile, name: name)
        }
    }

    /// The same from bytes, for any type and shape; all extents but the first are equal in all
    /// tiles.
    public func bind(bytes: [UInt8], shape: AxisList) throws {
        guard let unbound else {
            throw CoreError(.runtime, "operand '\(name)' has a shape: write its elements")
        }
        guard bytes.count == shape.product * type.byteCount else {
            throw CoreError(
                .value, "\(bytes.count) bytes are no \(type.name) elements of shape \(shape)")
        }
        try unbound.bind(bytes, shape: shape, tile: tile, name: name)
    }
}
