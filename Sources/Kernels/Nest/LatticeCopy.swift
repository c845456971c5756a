/// Whole views to and from contiguous memory, by element size: for small arrays, opaque tasks and
/// the host.
import Shapes

/// Copies between views and contiguous memory.
public enum LatticeCopy {
    /// Copies the points of a lattice, in row-major order, into contiguous memory.
    ///
    /// - Parameter memory: The store's first byte; `lattice.offset` is applied here.
    /// - Complexity: O(elements).
    public static func gather(
        _ lattice: Lattice, _ memory: UnsafeRawPointer, size: Int,
        into target: UnsafeMutableRawPointer
    ) {
        if BoxCopy.takes(lattice) {
            return BoxCopy.gather(lattice, memory, size: size, into: target)
        }
        var target = target
        forEachRun(lattice) { offset, stride, count in
            StridedCopy.gather(
                memory + offset &* size, stride: stride, size: size, count: count, into: target)
            target += count &* size
        }
    }

    /// Copies contiguous memory to the points of a lattice, in row-major order.
    public static func scatter(
        _ source: UnsafeRawPointer, size: Int, into memory: UnsafeMutableRawPointer,
        _ lattice: Lattice
    ) {
        if BoxCopy.takes(lattice) {
            return BoxCopy.scatter(source, size: size, into: memory, lattice)
        }
        var source = source
        forEachRun(lattice) { offset, stride, count in
            StridedCopy.scatter(
                source, size: size, count: count, into: memory + offset &* size, stride: stride)
            source += count &* size
        }
    }

    /// Fills contiguous memory with copies of one element.
    public static func fill(
        _ value: UnsafeRawPointer, size: Int, count: Int, into target: UnsafeMutableRawPointer
    ) {
        StridedCopy.gather(value, stride: 0, size: size, count: count, into: target)
    }

    /// Copies `count` elements that lie `stride` elements apart into contiguous memory.
    public static func gatherRow(
        _ source: UnsafeRawPointer, stride: Int, size: Int, count: Int,
        into target: UnsafeMutableRawPointer
    ) {
        StridedCopy.gather(source, stride: stride, size: size, count: count, into: target)
    }

    /// Copies contiguous elements to places that lie `stride` elements apart.
    public static func scatterRow(
        _ source: UnsafeRawPointer, size: Int, count: Int, into target: UnsafeMutableRawPointer,
        stride: Int
    ) {
        StridedCopy.scatter(source, size: size, count: count, into: target, stride: stride)
    }

    /// Calls `body` for each run along the innermost axis, in row-major order.
    @inline(__always)
    public static func forEachRun(
        _ lattice: Lattice, _ body: (_ offset: Int, _ stride: Int, _ count: Int) -> Void
    ) {
        let axes = lattice.axisCount
        if axes == 0 { return body(lattice.offset, 1, 1) }
        let inner = axes &- 1
        let count = lattice.shape[inner]
        let stride = lattice.strides[inner]
        if lattice.elementCount == 0 { return }
        if axes == 1 { return body(lattice.offset, stride, count) }
        var index = AxisCounter(axes: axes)
        var offset = lattice.offset
        while true {
            body(offset, stride, count)
            var axis = inner &- 1
            while axis >= 0 {
                index[axis] &+= 1
                offset &+= lattice.strides[axis]
                if index[axis] < lattice.shape[axis] { break }
                offset &-= lattice.shape[axis] &* lattice.strides[axis]
                index[axis] = 0
                axis &-= 1
            }
            if axis < 0 { return }
        }
    }
}

/// An element of sixteen bytes that needs only the alignment of eight.
public struct SixteenBytes: BitwiseCopyable {
    private var low: UInt64
    private var high: UInt64
}
