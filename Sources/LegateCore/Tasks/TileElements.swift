/// A tile's elements as Swift values, by index: no copy, any strides.
import Shapes

/// A tile's elements of one Swift type, by index. Indices are checked in debug builds only.
public struct TileElements<T> {
    @usableFromInline let base: UnsafeMutablePointer<T>
    /// Extents.
    public let shape: AxisList
    /// Elements between neighbours along each axis.
    public let strides: AxisList

    init(_ base: UnsafeMutablePointer<T>, shape: AxisList, strides: AxisList) {
        self.base = base
        self.shape = shape
        self.strides = strides
    }

    init(_ tile: Tile) {
        base = tile.start.assumingMemoryBound(to: T.self)
        shape = tile.shape
        strides = tile.lattice.strides
    }

    /// Elements.
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
            yield &base[
                Lattice(offset: 0, shape: shape, strides: strides).uncheckedOffset(of: index)]
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
