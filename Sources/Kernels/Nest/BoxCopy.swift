/// Views with short rows to and from contiguous memory: the two innermost axes in loops without a
/// call for each row.
///
///     image[:, 3:6, 4:7]      rows of three elements; a call for each would cost more than its elements
import Shapes

enum BoxCopy {
    private static let longestRow = 8

    /// Whether a lattice has rows so short, and more than one of them.
    @inline(__always) static func takes(_ lattice: Lattice) -> Bool {
        let axes = lattice.axisCount
        return axes >= 2 && lattice.shape[axes &- 1] <= longestRow
    }

    static func gather(
        _ lattice: Lattice, _ memory: UnsafeRawPointer, size: Int,
        into target: UnsafeMutableRawPointer
    ) {
        switch size {
        case 1: gather(UInt8.self, lattice, memory, target)
        case 2: gather(UInt16.self, lattice, memory, target)
        case 4: gather(UInt32.self, lattice, memory, target)
        case 8: gather(UInt64.self, lattice, memory, target)
        default: gather(SixteenBytes.self, lattice, memory, target)
        }
    }

    static func scatter(
        _ source: UnsafeRawPointer, size: Int, into memory: UnsafeMutableRawPointer,
        _ lattice: Lattice
    ) {
        switch size {
        case 1: scatter(UInt8.self, source, memory, lattice)
        case 2: scatter(UInt16.self, source, memory, lattice)
        case 4: scatter(UInt32.self, source, memory, lattice)
        case 8: scatter(UInt64.self, source, memory, lattice)
        default: scatter(SixteenBytes.self, source, memory, lattice)
        }
    }

    @inline(__always)
    private static func gather<T>(
        _: T.Type, _ lattice: Lattice, _ memory: UnsafeRawPointer, _ target: UnsafeMutableRawPointer
    ) {
        let source = memory.assumingMemoryBound(to: T.self)
        var next = target.assumingMemoryBound(to: T.self)
        forEachRow(lattice) { offset, stride, count in
            for k in 0..<count { next[k] = source[offset &+ k &* stride] }
            next += count
        }
    }

    @inline(__always)
    private static func scatter<T>(
        _: T.Type, _ source: UnsafeRawPointer, _ memory: UnsafeMutableRawPointer, _ lattice: Lattice
    ) {
        var next = source.assumingMemoryBound(to: T.self)
        let target = memory.assumingMemoryBound(to: T.self)
        forEachRow(lattice) { offset, stride, count in
            for k in 0..<count { target[offset &+ k &* stride] = next[k] }
            next += count
        }
    }

    /// Calls `body` for every row, in row-major order; the axis before the innermost is a plain
    /// loop.
    @inline(__always)
    private static func forEachRow(
        _ lattice: Lattice, _ body: (_ offset: Int, _ stride: Int, _ count: Int) -> Void
    ) {
        let inner = lattice.axisCount &- 1
        let (count, stride) = (lattice.shape[inner], lattice.strides[inner])
        let (rows, step) = (lattice.shape[inner &- 1], lattice.strides[inner &- 1])
        let outer = Lattice(
            offset: lattice.offset, shape: AxisList(lattice.shape.prefix(inner &- 1)),
            strides: AxisList(lattice.strides.prefix(inner &- 1)))
        LatticeCopy.forEachRun(outer) { first, outerStride, planes in
            for plane in 0..<planes {
                var offset = first &+ plane &* outerStride
                for _ in 0..<rows {
                    body(offset, stride, count)
                    offset &+= step
                }
            }
        }
    }
}
