/// A tile along one axis: what most bodies loop over. In: a tile. Out: its elements at one stride,
/// without checks.
import Shapes

/// Elements of one Swift type at one stride.
public struct TileLine<T> {
    /// The address of the first element.
    public let start: UnsafeMutablePointer<T>
    /// Elements from one to the next.
    public let stride: Int
    /// How many elements there are.
    public let count: Int
    /// The store's index of the first element.
    public let origin: Int

    /// The element at an index of the tile. Nothing is checked.
    ///
    /// - Complexity: O(1).
    @inlinable public subscript(i: Int) -> T {
        @inline(__always) get { start[i &* stride] }
        @inline(__always) nonmutating _modify { yield &start[i &* stride] }
    }
}

extension Tile {
    /// The elements of a tile with one axis, or the one element of a tile without axes.
    ///
    /// - Throws: ``CoreError/Kind/type`` when they are of another type; ``CoreError/Kind/value``
    ///   when there are more axes.
    public func line<T: ArrayElement>(of _: T.Type = T.self) throws -> TileLine<T> {
        _ = try elements(of: T.self)
        guard axisCount <= 1 else {
            throw CoreError(.value, "operand '\(name)' has \(axisCount) axes, not one")
        }
        return TileLine(
            start: start.assumingMemoryBound(to: T.self), stride: strides.first ?? 0, count: count,
            origin: origin.first ?? 0)
    }
}
