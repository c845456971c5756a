/// The short ways of `a += b` and of `np.add(a, b, out=c)`: small arrays at rest, where no operand
/// is converted and no result either.
///
/// Most kernels never write what they read: where the output is an operand, results are computed
/// beside it and then moved there.
import LegateCore

extension Ufunc {
    /// `a ∘= b` for a number or an array of the same type.
    public static func quickInPlace(_ operation: Operation, _ a: NDArray, _ b: Operand) -> Bool {
        let count = a.count
        guard Runtime.shared.isImmediate(count, bytes: a.type.byteCount), a.isWritable,
            Runtime.shared.isIdle(a.store), operation != .power, count > 0,
            let plain = PlainLoop(operation, a.type), plain.output == a.type
        else { return false }
        guard case .array(let array) = b else {
            return bits(of: b, like: a.type).map { inPlace(plain, a, number: $0) } ?? false
        }
        guard array.type == a.type else {
            return quickInPlaceConverting(operation, plain.kernel, a, array)
        }
        guard array.store.isReady else { return false }
        if array.shape == a.shape, a.lattice.isRowMajorContiguous,
            array.lattice.isRowMajorContiguous
        {
            if array.store === a.store, array.lattice != a.lattice {
                return overlapping(plain.kernel, a, array, count)
            }
            return inPlace(
                plain.kernel, a, UnsafeRawPointer(array.firstByte), step: plain.size, count,
                isDirect: plain.mayWriteOperand)
        }
        guard array.store !== a.store, let y = array.rows(over: a.shape) else { return false }
        return Immediate.applyRowsInPlace(
            plain.kernel, a.view, y, isDirect: plain.mayWriteOperand)
    }

    @inline(__always)
    private static func inPlace(_ plain: PlainLoop, _ a: NDArray, number bits: UInt64) -> Bool {
        let count = a.count
        return withUnsafeBytes(of: bits) {
            let number = $0.baseAddress.unsafelyUnwrapped
            guard a.lattice.isRowMajorContiguous else {
                return Immediate.applyRowsInPlace(
                    plain.kernel, a.view, RowOperand(constant: number),
                    isDirect: plain.mayWriteOperand)
            }
            if let kernel = KernelTable.number(
                plain.operation, plain.compute, isReversed: false)
            {
                return inPlace(
                    kernel, a, number, step: 0, count, isDirect: plain.mayWriteOperand)
            }
            return inPlace(
                plain.kernel, a,
                Immediate.repeated(bits, size: plain.size, count: min(count, pieceCount)), step: 0,
                count)
        }
    }

    /// Elements that are computed beside their place before they are moved there: what they need
    /// stays in the first cache.
    private static let pieceCount = 1024

    /// - Parameters:
    ///   - step: Bytes from one element of `other` to the next; 0 where a piece of it serves all.
    ///   - isDirect: Whether the kernel may write over its operand.
    @inline(__always)
    static func inPlace(
        _ kernel: BlockKernel, _ a: NDArray, _ other: UnsafeRawPointer, step: Int, _ count: Int,
        isDirect: Bool = false
    ) -> Bool {
        if Trace.isOn { Counters.noteSmall() }
        if isDirect {
            kernel(a.firstByte, other, into: a.firstByte, count: count)
            return true
        }
        let size = a.type.byteCount
        let room = Immediate.block(.result)
        var (target, other, left) = (a.firstByte, other, count)
        while left > 0 {
            let piece = min(left, pieceCount)
            kernel(target, other, into: room, count: piece)
            target.copyMemory(from: room, byteCount: piece &* size)
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
        kernel(
            a.firstByte, UnsafeRawPointer(other.firstByte), into: Immediate.block(.result),
            count: count)
        a.firstByte.copyMemory(
            from: Immediate.block(.result), byteCount: count &* a.type.byteCount)
        return true
    }

    /// `output = a ∘ b`, or `output = ∘ a` without `b`.
    ///
    /// - Returns: Whether it was done; where not, nothing was written.
    public static func quick(
        _ operation: Operation, _ a: NDArray, _ b: Operand?, into output: NDArray
    ) -> Bool {
        guard operation != .power, let plain = PlainLoop(operation, a.type),
            plain.output == output.type, output.shape == a.shape
        else { return false }
        let count = a.count
        guard count > 0, plain.isSmall(count), output.isWritable,
            Runtime.shared.isIdle(output.store), a.isPlain
        else { return false }
        let x = UnsafeRawPointer(a.firstByte)
        var y = x
        var isApart = a.store !== output.store
        switch b {
        case .array(let other):
            guard other.type == a.type, other.shape == a.shape, other.isPlain else { return false }
            y = UnsafeRawPointer(other.firstByte)
            isApart = isApart && other.store !== output.store
        case .some(let number):
            guard let bits = bits(of: number, like: a.type) else { return false }
            y = Immediate.repeated(bits, size: plain.size, count: count)
        case nil: break
        }
        if Trace.isOn { Counters.noteSmall() }
        // Kernels never write what they read, and write side by side.
        let isPacked = output.lattice.isRowMajorContiguous
        let target = isApart && isPacked ? output.firstByte : Immediate.block(.result)
        plain.kernel(x, y, into: target, count: count)
        if !isPacked {
            LatticeCopy.scatter(
                target, size: output.type.byteCount,
                into: output.store.memory.unsafelyUnwrapped, output.lattice)
        } else if !isApart {
            output.firstByte.copyMemory(from: target, byteCount: count &* output.type.byteCount)
        }
        return true
    }
}
