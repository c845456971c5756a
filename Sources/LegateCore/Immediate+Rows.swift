/// The short way for views that do not lie side by side: kernels run on them row by row, where they
/// are.
///
/// In: operands at rest, each an address and the distance of its elements along up to three axes.
/// Out: the results side by side in row-major order. Only rows whose elements are not neighbours
/// are gathered; a number is laid out once, as long as a row.
///
///     a[1:-1, 2:] + a[1:-1, :-2]      39 calls of the kernel on 39 elements; nothing is copied
import Kernels
import Launches
import Shapes
import Tracing

/// One operand of a small operation, seen along three axes (those that are missing have extent
/// one).
public struct RowOperand {
    /// The first element.
    public var start: UnsafeRawPointer
    /// Bytes from an element to the next along each axis, the last one innermost.
    var outer: Int
    var middle: Int
    var inner: Int
    /// Whether the kernel takes one element for each row.
    var isNumber = false

    /// A view that broadcasts to `shape`; `nil` where it does not, or where the shape has more than
    /// three axes.
    @inlinable
    public init?(_ lattice: Lattice, _ memory: UnsafeRawPointer, size: Int, in shape: AxisList) {
        let axes = shape.count
        let missing = axes &- lattice.shape.count
        guard axes <= 3, missing >= 0 else { return nil }
        var strides = (0, 0, 0)
        var axis = 0
        while axis < axes {
            let own = axis &- missing
            var stride = 0
            if own >= 0 {
                let extent = lattice.shape[own]
                if extent == shape[axis] {
                    stride = extent == 1 ? 0 : lattice.strides[own] &* size
                } else if extent != 1 {
                    return nil
                }
            }
            switch axes &- axis {
            case 1: strides.2 = stride
            case 2: strides.1 = stride
            default: strides.0 = stride
            }
            axis &+= 1
        }
        self.init(start: memory + lattice.offset &* size, strides)
    }

    /// The same operand from a later point of an axis before the three.
    public func advanced(by bytes: Int) -> RowOperand {
        RowOperand(start: start + bytes, (outer, middle, inner))
    }

    /// One element, the same at every point.
    @inlinable
    public init(constant: UnsafeRawPointer) { self.init(start: constant, (0, 0, 0)) }

    @usableFromInline
    init(start: UnsafeRawPointer, _ strides: (Int, Int, Int)) {
        self.start = start
        (outer, middle, inner) = strides
    }
}

extension Immediate {
    /// Rows shorter than this cost more in calls than gathering all of them does.
    private static let shortRow = 4

    /// `output = kernel(a, b)` over `shape`, for operands of elements of `size` bytes and a new
    /// output.
    ///
    /// - Parameter numbers: The kernels for an operand that is one number along each row.
    /// - Returns: Whether it was done; where not, nothing was written.
    public static func applyRows(
        _ kernel: BlockKernel, _ a: RowOperand, _ b: RowOperand, size: Int, over shape: AxisList,
        into output: UnsafeMutableRawPointer, size outputSize: Int,
        numbers: NumberKernels = NumberKernels()
    ) -> Bool {
        var (a, b) = (a, b)
        let axes = shape.count
        var count = axes > 0 ? shape[axes &- 1] : 1
        var middle = axes > 1 ? shape[axes &- 2] : 1
        var outer = axes > 2 ? shape[0] : 1
        if count == 1 {
            // A column is a row of the axis before it.
            (a.inner, b.inner) = (a.middle, b.middle)
            (a.middle, b.middle) = (a.outer, b.outer)
            (count, middle, outer) = (middle, outer, 1)
        }
        if a.middle == a.inner &* count && b.middle == b.inner &* count {
            count &*= middle
            (a.middle, b.middle) = (a.outer, b.outer)
            (middle, outer) = (outer, 1)
        }
        guard count >= shortRow || outer &* middle <= 4, count <= capacity else { return false }
        Counters.countImmediate()
        // Without points there is no element to lay out as a row either.
        if outer &* middle &* count == 0 { return true }
        var kernel = kernel
        if b.inner == 0, a.inner == size, let behind = numbers.behind {
            (kernel, b.isNumber) = (behind, true)
        } else if a.inner == 0, b.inner == size, let inFront = numbers.inFront {
            (kernel, a.isNumber) = (inFront, true)
        }
        fill(&a, size, count, block(.first))
        fill(&b, size, count, block(.second))
        var target = output
        if middle > 1, a.isNumber || a.inner == size, b.isNumber || b.inner == size,
            let rows = numbers.rows(
                b.isNumber ? .numberBehind : a.isNumber ? .numberInFront : .rows)
        {
            for i in 0..<outer {
                rows(
                    a.start + i &* a.outer, step: a.middle, b.start + i &* b.outer,
                    step: b.middle, into: target, step: count &* outputSize, count: count,
                    rows: middle)
                target += middle &* count &* outputSize
            }
            return true
        }
        for i in 0..<outer {
            var (x, y) = (a.start + i &* a.outer, b.start + i &* b.outer)
            for _ in 0..<middle {
                kernel(
                    a.isNumber ? x : row(x, a.inner, size, count, block(.first)),
                    b.isNumber ? y : row(y, b.inner, size, count, block(.second)), into: target,
                    count: count)
                x += a.middle
                y += b.middle
                target += count &* outputSize
            }
        }
        return true
    }

    /// Lays an operand that is one element out as a row.
    @inline(__always)
    private static func fill(
        _ a: inout RowOperand, _ size: Int, _ count: Int, _ block: UnsafeMutableRawPointer
    ) {
        guard a.inner == 0, a.middle == 0, a.outer == 0, count > 1, !a.isNumber else { return }
        LatticeCopy.fill(a.start, size: size, count: count, into: block)
        a = RowOperand(start: UnsafeRawPointer(block), (0, 0, size))
    }

    /// The elements of one row side by side: where they are, or gathered.
    @inline(__always)
    private static func row(
        _ start: UnsafeRawPointer, _ step: Int, _ size: Int, _ count: Int,
        _ block: UnsafeMutableRawPointer
    ) -> UnsafeRawPointer {
        if step == size || count == 1 { return start }
        LatticeCopy.gatherRow(start, stride: step / size, size: size, count: count, into: block)
        return UnsafeRawPointer(block)
    }

    /// `view = kernel(view, b)` over a view's own rows. Each row is computed beside it and then
    /// moved there, so that no kernel writes what it reads; where `isDirect`, the kernel may.
    ///
    /// - Precondition: `b` shares no element with another row of the view.
    /// - Returns: Whether it was done.
    public static func applyRowsInPlace(
        _ kernel: BlockKernel, _ view: StoreView, _ b: RowOperand, isDirect: Bool = false
    ) -> Bool {
        var b = b
        let size = view.type.byteCount
        let shape = view.lattice.shape
        guard
            let a = RowOperand(
                view.lattice, view.store.memory.unsafelyUnwrapped, size: size, in: shape)
        else { return false }
        let axes = shape.count
        let count = axes > 0 ? shape[axes &- 1] : 1
        let middle = axes > 1 ? shape[axes &- 2] : 1
        let outer = axes > 2 ? shape[0] : 1
        guard count >= shortRow || outer &* middle <= 4, count <= capacity else { return false }
        Counters.countImmediate()
        if outer &* middle &* count == 0 { return true }
        fill(&b, size, count, block(.second))
        let stride = a.inner / size
        for i in 0..<outer {
            for k in 0..<middle {
                let x = a.start + (i &* a.outer &+ k &* a.middle)
                let y = b.start + (i &* b.outer &+ k &* b.middle)
                if isDirect, a.inner == size {
                    kernel(
                        x, row(y, b.inner, size, count, block(.second)),
                        into: UnsafeMutableRawPointer(mutating: x), count: count)
                    continue
                }
                kernel(
                    row(x, a.inner, size, count, block(.first)),
                    row(y, b.inner, size, count, block(.second)),
                    into: block(.result), count: count)
                LatticeCopy.scatterRow(
                    block(.result), size: size, count: count,
                    into: UnsafeMutableRawPointer(mutating: x),
                    stride: count == 1 ? 1 : stride)
            }
        }
        return true
    }

    /// Moves the elements of one view to another of the same type and shape in another store.
    ///
    /// - Precondition: at most ``capacity`` elements.
    public static func move(_ source: StoreView, to target: StoreView) {
        let size = target.type.byteCount
        let shape = target.lattice.shape
        let (from, to) = (
            source.store.memory.unsafelyUnwrapped, target.store.memory.unsafelyUnwrapped
        )
        let axes = shape.count
        guard axes == 2, source.lattice.strides[1] == 1, target.lattice.strides[1] == 1 else {
            let gathered = block(.first)
            LatticeCopy.gather(source.lattice, from, size: size, into: gathered)
            return LatticeCopy.scatter(gathered, size: size, into: to, target.lattice)
        }
        let bytes = shape[1] &* size
        var x = from + source.lattice.offset &* size
        var y = to + target.lattice.offset &* size
        let (xStep, yStep) = (source.lattice.strides[0] &* size, target.lattice.strides[0] &* size)
        for _ in 0..<shape[0] {
            y.copyMemory(from: x, byteCount: bytes)
            x += xStep
            y += yStep
        }
    }
}
