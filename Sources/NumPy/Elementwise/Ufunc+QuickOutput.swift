/// The short way of `np.add(a, b, out=c)`: one type, one shape, everything small, row-major and at
/// rest.
import LegateCore

extension Ufunc {
    /// `output = a ∘ b`, or `output = ∘ a` without `b`.
    ///
    /// - Returns: Whether it was done; where not, nothing was written.
    public static func quick(
        _ operation: Operation, _ a: NDArray, _ b: Operand?, into output: NDArray
    ) -> Bool {
        guard let loop = OperationTable.loop(operation, a.type), loop.input0 == a.type,
            loop.output0 == output.type,
            operation != .power, operation != .ldexp, b == nil || loop.input1 == a.type,
            output.shape == a.shape,
            let kernel = KernelTable.block(operation, loop.compute)
        else { return false }
        let count = a.count
        let bytes = max(a.type.byteCount, output.type.byteCount)
        guard count > 0, Runtime.shared.isImmediate(count, bytes: bytes), output.isWritable,
            Runtime.shared.isIdle(output.store), a.store.isReady, a.lattice.isRowMajorContiguous,
            output.lattice.isRowMajorContiguous
        else { return false }
        let x = UnsafeRawPointer(start(a))
        var y = x
        var isApart = a.store !== output.store
        switch b {
        case .array(let other):
            guard other.type == a.type, other.shape == a.shape, other.store.isReady,
                other.lattice.isRowMajorContiguous
            else { return false }
            y = UnsafeRawPointer(start(other))
            isApart = isApart && other.store !== output.store
        case .some(let number):
            guard let bits = bits(of: number, like: a.type) else { return false }
            y = repeated(bits, a.type.byteCount, count)
        case nil: break
        }
        if Trace.isOn { Counters.noteSmall() }
        // Kernels never write what they read.
        let target = isApart ? start(output) : resultBlock
        Immediate.applyContiguous(kernel, x, y, into: target, count: count)
        if !isApart {
            start(output).copyMemory(from: target, byteCount: count &* output.type.byteCount)
        }
        return true
    }
}
