/// The short way of operands that a loop takes only converted: integers beside floats, truth values
/// beside integers, quotients of integers. For small arrays at rest of one shape, and numbers.
///
/// The loops, the conversions and the kernels are those of the general call; what is not of these
/// kinds gives `nil`.
import LegateCore

extension Ufunc {
    /// `a ∘ b`, where the loop of their joint type takes at least one of them converted.
    static func quickConverting(_ operation: Operation, _ a: NDArray, _ b: NDArray) throws
        -> NDArray?
    {
        guard a.shape == b.shape, let loop = jointLoop(operation, a.type, b.type) else {
            return nil
        }
        let widest = max(
            a.type.byteCount, b.type.byteCount, max(loop.input0.byteCount, loop.output0.byteCount))
        let count = a.count
        guard count > 0, Runtime.shared.isImmediate(count, bytes: widest), a.isPlain, b.isPlain,
            let kernel = KernelTable.block(operation, loop.compute)
        else { return nil }
        let result = try NDArray.ready(a.shape, loop.output0, isScalar: a.axisCount == 0)
        if Trace.isOn { Counters.noteSmall() }
        kernel(
            converted(a, loop.input0, Immediate.block(.convertedFirst)),
            converted(b, loop.input1, Immediate.block(.convertedSecond)),
            into: result.store.memory.unsafelyUnwrapped, count: count)
        return result
    }

    /// `a ∘ number`, or `number ∘ a` when `isReversed`, where integers become `float64`.
    static func quickConverting(
        _ operation: Operation, _ a: NDArray, _ number: Operand, isReversed: Bool
    ) throws -> NDArray? {
        guard isConvertible(operation), a.type.isInteger || a.type == .bool,
            let bits = bits(of: number, like: .float64),
            isReal(number) || a.type == .int64 && takesReals(operation, .int64),
            let plain = PlainLoop(operation, .float64)
        else { return nil }
        let count = a.count
        guard count > 0, plain.isSmall(count), a.isPlain else { return nil }
        let x = converted(a, .float64, Immediate.block(.convertedFirst))
        let result = try NDArray.ready(a.shape, plain.output, isScalar: a.axisCount == 0)
        if Trace.isOn { Counters.noteSmall() }
        plain.apply(
            x, number: bits, isReversed: isReversed,
            into: result.store.memory.unsafelyUnwrapped, count)
        return result
    }

    /// `a ∘= b`, where `a`'s type is their joint one.
    static func quickInPlaceConverting(
        _ operation: Operation, _ kernel: BlockKernel, _ a: NDArray, _ b: NDArray
    ) -> Bool {
        guard a.shape == b.shape, b.isPlain, a.lattice.isRowMajorContiguous,
            let loop = jointLoop(operation, a.type, b.type),
            loop.input0 == a.type, loop.input1 == a.type, loop.output0 == a.type
        else { return false }
        return inPlace(
            kernel, a, converted(b, a.type, Immediate.block(.convertedSecond)),
            step: a.type.byteCount, a.count)
    }

    @inline(__always) private static func isReal(_ number: Operand) -> Bool {
        if case .float = number { true } else { false }
    }

    /// Whether integers of a type are computed in `float64`, as quotients are.
    private static func takesReals(_ operation: Operation, _ type: ElementType) -> Bool {
        OperationTable.loop(operation, type)?.input0 == .float64
    }

    private static func isConvertible(_ operation: Operation) -> Bool {
        operation != .power && operation != .ldexp
    }

    /// The loop for two types, where their joint type alone decides it.
    private static func jointLoop(_ operation: Operation, _ a: ElementType, _ b: ElementType)
        -> Loop?
    {
        guard isConvertible(operation) else { return nil }
        if a == b { return OperationTable.loop(operation, a) }
        let joint = a.promoted(with: b)
        // int64 and uint64 meet in float64, but are compared exactly.
        guard !(joint.isFloating && a.isInteger && b.isInteger),
            let loop = OperationTable.loop(operation, joint),
            !(joint.isInteger && loop.input0.isFloating)
        else { return nil }
        return loop
    }

    @inline(__always)
    private static func converted(
        _ a: NDArray, _ type: ElementType, _ block: UnsafeMutableRawPointer
    ) -> UnsafeRawPointer {
        if a.type == type { return UnsafeRawPointer(a.firstByte) }
        KernelTable.cast(from: a.type, to: type)(a.firstByte, block, a.count)
        return UnsafeRawPointer(block)
    }
}
