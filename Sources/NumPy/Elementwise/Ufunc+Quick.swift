/// The shortest ways through a ufunc, for small arrays at rest: no expression, no launch, no arrays of operands.
///
/// Each returns `nil` (or `false`) where the call is not of its simple kind; the general call then decides. The rows, loops
/// and kernels are the same.
import LegateCore

extension Ufunc {
    private static let constantBlock = UnsafeMutableRawPointer.allocate(
        byteCount: Immediate.capacity * 16, alignment: 64)
    private static let resultBlock = UnsafeMutableRawPointer.allocate(
        byteCount: Immediate.capacity * 16, alignment: 64)

    @inline(__always)
    private static func isQuick(_ a: NDArray) -> Bool {
        Runtime.shared.isImmediate(a.count) && a.store.isReady && a.lattice.isRowMajorContiguous
    }

    @inline(__always)
    private static func start(_ a: NDArray) -> UnsafeMutableRawPointer {
        a.store.memory.unsafelyUnwrapped + a.lattice.offset &* a.type.byteCount
    }

    /// A Python number in the array's own type, repeated, where promotion leaves that type alone.
    @inline(__always)
    private static func repeated(_ number: Operand, like a: NDArray, _ count: Int) -> UnsafeRawPointer? {
        let block = constantBlock
        switch a.type {
        case .float64:
            let value: Double
            switch number {
            case .float(let x): value = x
            case .integer(let x): value = Double(x)
            default: return nil
            }
            let p = block.assumingMemoryBound(to: Double.self)
            for i in 0..<count { p[i] = value }
        case .float32:
            let value: Float
            switch number {
            case .float(let x): value = Float(x)
            case .integer(let x): value = Float(x)
            default: return nil
            }
            let p = block.assumingMemoryBound(to: Float.self)
            for i in 0..<count { p[i] = value }
        case .int64:
            guard case .integer(let value) = number else { return nil }
            let p = block.assumingMemoryBound(to: Int.self)
            for i in 0..<count { p[i] = value }
        case .int32:
            guard case .integer(let x) = number, let value = Int32(exactly: x) else { return nil }
            let p = block.assumingMemoryBound(to: Int32.self)
            for i in 0..<count { p[i] = value }
        default: return nil
        }
        return UnsafeRawPointer(block)
    }

    /// `a ∘ number`, or `number ∘ a` when `isReversed`.
    public static func quick(
        _ operation: Operation, _ a: NDArray, _ number: Operand, isReversed: Bool
    ) throws -> NDArray? {
        guard isQuick(a), operation != .power || a.type.isFloating, operation != .ldexp,
            let loop = OperationTable.loop(operation, a.type), loop.input0 == a.type, loop.input1 == a.type,
            let kernel = KernelTable.block(operation, loop.compute)
        else { return nil }
        let count = a.count
        guard let constant = repeated(number, like: a, count) else { return nil }
        let result = try NDArray.ready(a.shape, loop.output0, isScalar: a.axisCount == 0)
        if count == 0 { return result }
        let x = UnsafeRawPointer(start(a))
        Immediate.applyContiguous(
            kernel, isReversed ? constant : x, isReversed ? x : constant, into: result.store.memory.unsafelyUnwrapped,
            count: count)
        return result
    }

    /// `a ∘= b` for a number or an array of the same type and shape.
    public static func quickInPlace(_ operation: Operation, _ a: NDArray, _ b: Operand) -> Bool {
        guard isQuick(a), a.isWritable, Runtime.shared.isIdle(a.store), operation != .power,
            operation != .ldexp, let loop = OperationTable.loop(operation, a.type), loop.input0 == a.type,
            loop.input1 == a.type, loop.output0 == a.type, let kernel = KernelTable.block(operation, loop.compute)
        else { return false }
        let count = a.count
        let other: UnsafeRawPointer
        if case .array(let array) = b {
            guard array.type == a.type, array.shape == a.shape, isQuick(array) else { return false }
            other = UnsafeRawPointer(start(array))
        } else {
            guard let constant = repeated(b, like: a, count) else { return false }
            other = constant
        }
        if count == 0 { return true }
        let target = start(a)
        Immediate.applyContiguous(kernel, target, other, into: resultBlock, count: count)
        target.copyMemory(from: resultBlock, byteCount: count &* a.type.byteCount)
        return true
    }

    /// One operand, its own type in and whatever out.
    public static func quickUnary(_ operation: Operation, _ a: NDArray) throws -> NDArray? {
        guard isQuick(a), let loop = OperationTable.loop(operation, a.type), loop.input0 == a.type,
            let kernel = KernelTable.block(operation, loop.compute)
        else { return nil }
        let result = try NDArray.ready(a.shape, loop.output0, isScalar: a.axisCount == 0)
        if a.count == 0 { return result }
        let x = UnsafeRawPointer(start(a))
        Immediate.applyContiguous(kernel, x, x, into: result.store.memory.unsafelyUnwrapped, count: a.count)
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
