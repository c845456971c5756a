/// The shortest ways through a ufunc, for small arrays at rest: no expression, no launch, no arrays
/// of operands.
///
/// Each returns `nil` (or `false`) where the call is not of its simple kind; the general call then
/// decides. The rows, loops and kernels are the same.
import LegateCore

extension Ufunc {
    private static let constantBlock = UnsafeMutableRawPointer.allocate(
        byteCount: Immediate.capacity * 16, alignment: 64)
    static let resultBlock = UnsafeMutableRawPointer.allocate(
        byteCount: Immediate.capacity * 16, alignment: 64)

    @inline(__always)
    static func isQuick(_ a: NDArray) -> Bool {
        Runtime.shared.isImmediate(a.count) && a.store.isReady && a.lattice.isRowMajorContiguous
    }

    @inline(__always)
    static func start(_ a: NDArray) -> UnsafeMutableRawPointer {
        a.store.memory.unsafelyUnwrapped + a.lattice.offset &* a.type.byteCount
    }

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

    /// What `constantBlock` is filled with: loops use the same numbers again.
    nonisolated(unsafe) private static var filled: (bits: UInt64, size: Int, count: Int) = (0, 0, 0)

    /// An element of four or eight bytes, repeated.
    @inline(__always)
    static func repeated(_ bits: UInt64, _ size: Int, _ count: Int) -> UnsafeRawPointer {
        if filled.bits == bits, filled.size == size, filled.count >= count {
            return UnsafeRawPointer(constantBlock)
        }
        if size == 8 {
            let p = constantBlock.assumingMemoryBound(to: UInt64.self)
            for i in 0..<count { p[i] = bits }
        } else {
            let p = constantBlock.assumingMemoryBound(to: UInt32.self)
            for i in 0..<count { p[i] = UInt32(truncatingIfNeeded: bits) }
        }
        filled = (bits, size, count)
        return UnsafeRawPointer(constantBlock)
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

    /// `a ∘ b` of one type, for views at rest whose shapes are equal or broadcast: row by row.
    static func quickRows(_ operation: Operation, _ loop: Loop, _ a: NDArray, _ b: NDArray) throws
        -> NDArray?
    {
        guard let shape = a.shape == b.shape ? a.shape : try? broadcast(a.shape, b.shape) else {
            return nil
        }
        let count = shape.product
        let bytes = max(a.type.byteCount, loop.output0.byteCount)
        guard count > 0, shape.count > 0, Runtime.shared.isImmediate(count, bytes: bytes),
            a.store.isReady, b.store.isReady,
            a.shape != shape || isRowOrder(a.lattice), b.shape != shape || isRowOrder(b.lattice),
            let kernel = KernelTable.block(operation, loop.compute)
        else { return nil }
        let size = a.type.byteCount
        guard shape.count <= 3 else { return try quickFolded(operation, kernel, loop, a, b, shape) }
        guard
            let x = RowOperand(a.lattice, a.store.memory.unsafelyUnwrapped, size: size, in: shape),
            let y = RowOperand(b.lattice, b.store.memory.unsafelyUnwrapped, size: size, in: shape)
        else { return nil }
        return try rows(kernel, loop, x, y, size, shape, numbers(operation, loop))
    }

    /// The same for more axes, where those that both walk evenly make at most four.
    private static func quickFolded(
        _ operation: Operation, _ kernel: BlockKernel, _ loop: Loop, _ a: NDArray, _ b: NDArray,
        _ shape: AxisList
    ) throws -> NDArray? {
        guard let x = a.lattice.broadcast(to: shape), let y = b.lattice.broadcast(to: shape) else {
            return nil
        }
        let axes = JointAxes(x, y)
        guard axes.shape.count <= 4 else { return nil }
        let size = a.type.byteCount
        let (outer, inner) =
            axes.shape.count == 4
            ? (axes.shape[0], AxisList(axes.shape.dropFirst())) : (1, axes.shape)
        guard
            let first = RowOperand(
                axes.lattice(x.offset, axes.left, inner), a.store.memory.unsafelyUnwrapped,
                size: size, in: inner),
            let second = RowOperand(
                axes.lattice(y.offset, axes.right, inner), b.store.memory.unsafelyUnwrapped,
                size: size, in: inner)
        else { return nil }
        let result = try NDArray.ready(shape, loop.output0)
        let step = inner.product &* loop.output0.byteCount
        for i in 0..<outer {
            let isDone = Immediate.applyRows(
                kernel, outer > 1 ? first.advanced(by: i &* axes.left[0] &* size) : first,
                outer > 1 ? second.advanced(by: i &* axes.right[0] &* size) : second, size: size,
                over: inner,
                into: result.store.memory.unsafelyUnwrapped + i &* step,
                size: loop.output0.byteCount,
                numbers: numbers(operation, loop))
            if !isDone { return nil }
        }
        return result
    }

    @inline(__always)
    private static func numbers(_ operation: Operation, _ loop: Loop) -> (
        behind: BlockKernel?, inFront: BlockKernel?
    ) {
        (
            KernelTable.number(operation, loop.compute, isReversed: false),
            KernelTable.number(operation, loop.compute, isReversed: true)
        )
    }

    @inline(__always)
    private static func rows(
        _ kernel: BlockKernel, _ loop: Loop, _ x: RowOperand, _ y: RowOperand, _ size: Int,
        _ shape: AxisList,
        _ numbers: (behind: BlockKernel?, inFront: BlockKernel?) = (nil, nil)
    ) throws -> NDArray? {
        let result = try NDArray.ready(shape, loop.output0)
        let isDone = Immediate.applyRows(
            kernel, x, y, size: size, over: shape, into: result.store.memory.unsafelyUnwrapped,
            size: loop.output0.byteCount, numbers: numbers)
        return isDone ? result : nil
    }

    /// `a ∘ number`, or `number ∘ a` when `isReversed`.
    public static func quick(
        _ operation: Operation, _ a: NDArray, _ number: Operand, isReversed: Bool
    ) throws -> NDArray? {
        guard operation != .power || a.type.isFloating && (isReversed || cheapPower(number) == nil),
            operation != .ldexp,
            let bits = bits(of: number, like: a.type),
            let loop = OperationTable.loop(operation, a.type), loop.input0 == a.type,
            loop.input1 == a.type,
            let kernel = KernelTable.block(operation, loop.compute)
        else { return nil }
        let size = a.type.byteCount
        let count = a.count
        guard Runtime.shared.isImmediate(count, bytes: max(size, loop.output0.byteCount)),
            a.store.isReady
        else {
            return try recorded(operation, loop, a, number: bits, isReversed: isReversed)
        }
        guard a.lattice.isRowMajorContiguous else {
            guard isRowOrder(a.lattice),
                let x = RowOperand(
                    a.lattice, a.store.memory.unsafelyUnwrapped, size: size, in: a.shape)
            else { return nil }
            return try withUnsafeBytes(of: bits) {
                let constant = RowOperand(constant: $0.baseAddress.unsafelyUnwrapped)
                return try rows(
                    kernel, loop, isReversed ? constant : x, isReversed ? x : constant, size,
                    a.shape,
                    numbers(operation, loop))
            }
        }
        let result = try NDArray.ready(a.shape, loop.output0, isScalar: a.axisCount == 0)
        if count == 0 { return result }
        if Trace.isOn { Counters.noteSmall() }
        let x = UnsafeRawPointer(start(a))
        if let kernel = KernelTable.number(operation, loop.compute, isReversed: isReversed) {
            withUnsafeBytes(of: bits) {
                let number = $0.baseAddress.unsafelyUnwrapped
                Immediate.applyContiguous(
                    kernel, isReversed ? number : x, isReversed ? x : number,
                    into: result.store.memory.unsafelyUnwrapped, count: count)
            }
            return result
        }
        let constant = repeated(bits, size, count)
        Immediate.applyContiguous(
            kernel, isReversed ? constant : x, isReversed ? x : constant,
            into: result.store.memory.unsafelyUnwrapped,
            count: count)
        return result
    }

    /// `a ∘= b` for a number or an array of the same type.
    public static func quickInPlace(_ operation: Operation, _ a: NDArray, _ b: Operand) -> Bool {
        let count = a.count
        guard Runtime.shared.isImmediate(count, bytes: a.type.byteCount), a.isWritable,
            Runtime.shared.isIdle(a.store),
            operation != .power,
            operation != .ldexp, let loop = OperationTable.loop(operation, a.type),
            loop.input0 == a.type,
            loop.input1 == a.type, loop.output0 == a.type,
            let kernel = KernelTable.block(operation, loop.compute)
        else { return false }
        if count == 0 { return false }
        let size = a.type.byteCount
        guard case .array(let array) = b else {
            guard let bits = bits(of: b, like: a.type) else { return false }
            guard a.lattice.isRowMajorContiguous else {
                return withUnsafeBytes(of: bits) {
                    Immediate.applyRowsInPlace(
                        kernel, a.view, RowOperand(constant: $0.baseAddress.unsafelyUnwrapped))
                }
            }
            if let kernel = KernelTable.number(operation, loop.compute, isReversed: false) {
                return withUnsafeBytes(of: bits) {
                    inPlace(kernel, a, $0.baseAddress.unsafelyUnwrapped, step: 0, count)
                }
            }
            return inPlace(kernel, a, repeated(bits, size, min(count, pieceCount)), step: 0, count)
        }
        guard array.type == a.type else {
            return quickInPlaceConverting(operation, kernel, a, array)
        }
        guard array.store.isReady else { return false }
        if array.shape == a.shape, a.lattice.isRowMajorContiguous,
            array.lattice.isRowMajorContiguous
        {
            if array.store === a.store, array.lattice != a.lattice {
                return overlapping(kernel, a, array, count)
            }
            return inPlace(kernel, a, UnsafeRawPointer(start(array)), step: size, count)
        }
        guard array.store !== a.store,
            let y = RowOperand(
                array.lattice, array.store.memory.unsafelyUnwrapped, size: size, in: a.shape)
        else { return false }
        return Immediate.applyRowsInPlace(kernel, a.view, y)
    }

    /// Elements that are computed beside their place before they are moved there: what they need
    /// stays in the first cache.
    private static let pieceCount = 1024

    /// - Parameter step: Bytes from one element of `other` to the next; 0 where a piece of it
    ///   serves all.
    @inline(__always)
    static func inPlace(
        _ kernel: BlockKernel, _ a: NDArray, _ other: UnsafeRawPointer, step: Int, _ count: Int
    ) -> Bool {
        if Trace.isOn { Counters.noteSmall() }
        let size = a.type.byteCount
        var (target, other, left) = (start(a), other, count)
        while left > 0 {
            let piece = min(left, pieceCount)
            Immediate.applyContiguous(kernel, target, other, into: resultBlock, count: piece)
            target.copyMemory(from: resultBlock, byteCount: piece &* size)
            target += piece &* size
            other += piece &* step
            left &-= piece
        }
        return true
    }

    /// The same for another part of the array's own store, which must not change before it is read.
    private static func overlapping(
        _ kernel: BlockKernel, _ a: NDArray, _ other: NDArray, _ count: Int
    ) -> Bool {
        if Trace.isOn { Counters.noteSmall() }
        Immediate.applyContiguous(
            kernel, start(a), UnsafeRawPointer(start(other)), into: resultBlock, count: count)
        start(a).copyMemory(from: resultBlock, byteCount: count &* a.type.byteCount)
        return true
    }

    /// One operand, its own type in and whatever out.
    public static func quickUnary(_ operation: Operation, _ a: NDArray) throws -> NDArray? {
        let count = a.count
        guard let loop = OperationTable.loop(operation, a.type), loop.input0 == a.type,
            let kernel = KernelTable.block(operation, loop.compute)
        else { return nil }
        let bytes = max(a.type.byteCount, loop.output0.byteCount)
        guard Runtime.shared.isImmediate(count, bytes: bytes), a.store.isReady else {
            return try recorded(operation, loop, a)
        }
        guard a.lattice.isRowMajorContiguous else {
            guard isRowOrder(a.lattice),
                let x = RowOperand(
                    a.lattice, a.store.memory.unsafelyUnwrapped, size: a.type.byteCount, in: a.shape
                )
            else { return nil }
            return try rows(
                kernel, loop, x, RowOperand(constant: x.start), a.type.byteCount, a.shape)
        }
        let result = try NDArray.ready(a.shape, loop.output0, isScalar: a.axisCount == 0)
        if count == 0 { return result }
        if Trace.isOn { Counters.noteSmall() }
        let x = UnsafeRawPointer(start(a))
        Immediate.applyContiguous(
            kernel, x, x, into: result.store.memory.unsafelyUnwrapped, count: count)
        return result
    }

    /// The whole array to one element, where the sum's type is the array's own.
    static func quickReduce(_ operation: Operation, _ a: NDArray) throws -> NDArray? {
        guard isQuick(a), a.type.byteCount == 8 || a.type.isInexact, a.count > 0,
            OperationTable.loop(operation, a.type)?.output0 == a.type, isFoldable(operation),
            let kernel = KernelTable.fold(operation, a.type)
        else { return nil }
        let result = try NDArray.ready(AxisList(), a.type, isScalar: true)
        kernel(UnsafeRawPointer(start(a)), a.count, result.store.memory.unsafelyUnwrapped)
        return result
    }

    private static func isFoldable(_ operation: Operation) -> Bool {
        switch operation {
        case .add, .multiply, .maximum, .minimum, .fmax, .fmin: return true
        default: return false
        }
    }
}
