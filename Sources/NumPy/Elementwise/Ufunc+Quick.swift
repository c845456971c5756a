/// The shortest ways through a ufunc, for small arrays at rest: no expression, no launch, no arrays
/// of operands.
///
/// Each returns `nil` where the call is not of its simple kind; the general call then decides. The
/// rows, loops and kernels are the same.
import LegateCore

extension Ufunc {
    /// A Python number as an element of the array's own type, where promotion leaves that type
    /// alone.
    @inline(__always)
    static func bits(of number: Operand, like type: ElementType) -> UInt64? {
        switch (type, number) {
        case (.float64, .float(let x)): return x.bitPattern
        case (.float64, .integer(let x)): return Double(x).bitPattern
        case (.float32, .float(let x)): return UInt64(Float(x).bitPattern)
        case (.float32, .integer(let x)): return UInt64(Float(x).bitPattern)
        case (.int64, .integer(let x)): return UInt64(bitPattern: Int64(x))
        case (.int32, .integer(let x)):
            return Int32(exactly: x).map { UInt64(UInt32(bitPattern: $0)) }
        default: return nil
        }
    }

    /// Whether a result that follows the array's order in memory, as NumPy's order 'K' asks, is
    /// row-major.
    @inline(__always)
    static func isRowOrder(_ lattice: Lattice) -> Bool {
        if lattice.shape.count < 2 || lattice.isRowMajorContiguous { return true }
        var axis = lattice.shape.count &- 1
        while axis > 0 {
            if lattice.strides[axis].magnitude > lattice.strides[axis &- 1].magnitude {
                return false
            }
            axis &-= 1
        }
        return true
    }

    /// `a ∘ number`, or `number ∘ a` when `isReversed`.
    public static func quick(
        _ operation: Operation, _ a: NDArray, _ number: Operand, isReversed: Bool
    ) throws -> NDArray? {
        guard operation != .power || a.type.isFloating && (isReversed || cheapPower(number) == nil),
            let bits = bits(of: number, like: a.type), let plain = PlainLoop(operation, a.type)
        else { return nil }
        let count = a.count
        guard plain.isSmall(count), a.store.isReady else {
            return try recorded(operation, a, number: bits, isReversed: isReversed)
        }
        guard a.lattice.isRowMajorContiguous else {
            return try quickRows(plain, a, number: bits, isReversed: isReversed)
        }
        let result = try NDArray.ready(a.shape, plain.output, isScalar: a.axisCount == 0)
        if count == 0 { return result }
        if Trace.isOn { Counters.noteSmall() }
        plain.apply(
            UnsafeRawPointer(a.firstByte), number: bits, isReversed: isReversed,
            into: result.store.memory.unsafelyUnwrapped, count)
        return result
    }

    /// The same for views that are no row of elements.
    @inline(never)
    private static func quickRows(
        _ plain: PlainLoop, _ a: NDArray, number bits: UInt64, isReversed: Bool
    ) throws -> NDArray? {
        guard isRowOrder(a.lattice), let x = a.rows(over: a.shape) else { return nil }
        return try withUnsafeBytes(of: bits) {
            let number = RowOperand(constant: $0.baseAddress.unsafelyUnwrapped)
            return try plain.applied(isReversed ? number : x, isReversed ? x : number, a.shape)
        }
    }

    /// One operand, its own type in and whatever out.
    public static func quickUnary(_ operation: Operation, _ a: NDArray) throws -> NDArray? {
        guard let plain = PlainLoop(operation, a.type) else { return nil }
        let count = a.count
        guard plain.isSmall(count), a.store.isReady else {
            return try recorded(operation, a)
        }
        if a.lattice.isRowMajorContiguous {
            return try plain.applied(a.firstByte, a.firstByte, like: a, count)
        }
        guard isRowOrder(a.lattice), let x = a.rows(over: a.shape) else { return nil }
        return try plain.applied(x, RowOperand(constant: x.start), a.shape)
    }

    /// `a ∘ b` of one type, for views at rest whose shapes are equal or broadcast: row by row.
    static func quickRows(_ plain: PlainLoop, _ a: NDArray, _ b: NDArray) throws -> NDArray? {
        guard a.store.isReady, b.store.isReady else { return nil }
        // Mostly one operand has the shape of the result.
        let isLonger = a.axisCount >= b.axisCount
        let (likely, other) = isLonger ? (a.shape, b.shape) : (b.shape, a.shape)
        if other.count == 0 || likely[likely.count &- 1] >= other[other.count &- 1],
            let x = a.rows(over: likely), let y = b.rows(over: likely)
        {
            return allowsRows(plain, a, b, likely) ? try plain.applied(x, y, likely) : nil
        }
        guard let shape = joint(a.shape, b.shape), allowsRows(plain, a, b, shape) else {
            return nil
        }
        guard shape.count <= 3 else { return try quickFolded(plain, a, b, shape) }
        guard let x = a.rows(over: shape), let y = b.rows(over: shape) else { return nil }
        return try plain.applied(x, y, shape)
    }

    /// Whether results of a shape are few, and row-major by the operands.
    @inline(__always)
    private static func allowsRows(
        _ plain: PlainLoop, _ a: NDArray, _ b: NDArray, _ shape: AxisList
    ) -> Bool {
        let count = shape.product
        return count > 0 && shape.count > 0 && plain.isSmall(count)
            && (a.shape != shape || isRowOrder(a.lattice))
            && (b.shape != shape || isRowOrder(b.lattice))
    }

    /// The same for more axes, where those that both walk evenly make at most four.
    private static func quickFolded(
        _ plain: PlainLoop, _ a: NDArray, _ b: NDArray, _ shape: AxisList
    ) throws -> NDArray? {
        guard let x = a.lattice.broadcast(to: shape), let y = b.lattice.broadcast(to: shape) else {
            return nil
        }
        let axes = JointAxes(x, y)
        guard axes.shape.count <= 4 else { return nil }
        let (outer, inner) =
            axes.shape.count == 4
            ? (axes.shape[0], AxisList(axes.shape.dropFirst())) : (1, axes.shape)
        guard
            let first = RowOperand(
                axes.lattice(x.offset, axes.left, inner), a.store.memory.unsafelyUnwrapped,
                size: plain.size, in: inner),
            let second = RowOperand(
                axes.lattice(y.offset, axes.right, inner), b.store.memory.unsafelyUnwrapped,
                size: plain.size, in: inner)
        else { return nil }
        let result = try NDArray.ready(shape, plain.output)
        let step = inner.product &* plain.output.byteCount
        for i in 0..<outer {
            let isDone = plain.apply(
                outer > 1 ? first.advanced(by: i &* axes.left[0] &* plain.size) : first,
                outer > 1 ? second.advanced(by: i &* axes.right[0] &* plain.size) : second, inner,
                into: result.store.memory.unsafelyUnwrapped + i &* step)
            if !isDone { return nil }
        }
        return result
    }
}
