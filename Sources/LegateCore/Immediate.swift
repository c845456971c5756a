/// The short way for small arrays: one operation computed at once on the calling thread.
///
/// The same rows and the same kernels as everywhere, without a launch, a window or a plan. Allowed
/// when every operand is ready and nothing recorded still reads what is written; the caller asks
/// ``Runtime/runsAtOnce(_:)`` first.
import Kernels
import Launches
import Shapes
import Tracing

/// An operand of an immediate operation: a ready view, or a constant.
public enum ImmediateOperand {
    case view(StoreView)
    case constant(ScalarExpression.Constant)
}

extension Runtime {
    /// Whether an operation over `count` elements is small enough to run at once.
    @inlinable public func isImmediate(_ count: Int) -> Bool {
        count <= configuration.immediateSize
    }

    /// The same for elements of at most `bytes` bytes: of narrow ones there may be more.
    @inlinable public func isImmediate(_ count: Int, bytes: Int) -> Bool {
        count <= configuration.immediateSize
            || bytes < 8 && count &* bytes <= 8 &* configuration.immediateSize && !Store.areTiled
    }

    /// Whether clients may keep small arrays for the next result: not where ranks or checks count
    /// stores.
    public var keepsSmallArrays: Bool {
        configuration.immediateSize > 0 && ranks == nil && replay == nil
    }

    /// Whether a store may be written at once.
    @inlinable public func isIdle(_ store: Store) -> Bool {
        store.pendingReads == 0 && store.isReady
    }
}

/// Operations that run at once, on the calling thread, without a launch.
public enum Immediate {
    /// Elements that fit the scratch blocks.
    public static let capacity = 16384
    private static let blockBytes = capacity * 16
    private static let scratch = UnsafeMutableRawPointer.allocate(
        byteCount: 8 * blockBytes, alignment: 64)

    static func block(_ k: Int) -> UnsafeMutableRawPointer { scratch + k &* blockBytes }

    /// `output = operation(inputs)` for views of one shape.
    ///
    /// - Precondition: at most ``capacity`` elements; operands are ready; shapes are equal (inputs
    ///   broadcast).
    public static func apply(
        _ operation: Operation, _ loop: Loop, _ a: ImmediateOperand, _ b: ImmediateOperand?,
        _ c: ImmediateOperand? = nil, into output: StoreView, _ second: StoreView? = nil
    ) {
        let count = output.lattice.elementCount
        Counters.countImmediate()
        guard count > 0, let kernel = KernelTable.block(operation, loop.compute) else { return }
        let x = contiguous(a, as: loop.input0, count, block(0), block(1))
        let y = b == nil ? x : contiguous(b!, as: loop.input1, count, block(2), block(3))
        let z = c == nil ? x : contiguous(c!, as: loop.input2, count, block(4), block(5))
        var inputs = (x, y, z)
        let direct = destination(output, loop.output0, x, y, z)
        let directSecond = second.flatMap { destination($0, loop.output1, x, y, z) }
        var outputs = (direct ?? block(6), directSecond ?? block(7))
        withUnsafePointer(to: &inputs) { inputs in
            withUnsafePointer(to: &outputs) { outputs in
                kernel(
                    UnsafeRawPointer(inputs).assumingMemoryBound(to: UnsafeRawPointer.self),
                    UnsafeRawPointer(outputs).assumingMemoryBound(to: UnsafeMutableRawPointer.self),
                    count)
            }
        }
        if direct == nil { deliver(block(6), loop.output0, output, count) }
        if let second, directSecond == nil { deliver(block(7), loop.output1, second, count) }
    }

    /// The fast form of `apply` for two contiguous operands of the loop's own types and a fresh
    /// output.
    @inlinable
    public static func applyContiguous(
        _ kernel: BlockKernel, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer,
        into output: UnsafeMutableRawPointer,
        count: Int
    ) {
        var inputs = (a, b)
        var output = output
        withUnsafePointer(to: &inputs) { inputs in
            withUnsafePointer(to: &output) { output in
                kernel(
                    UnsafeRawPointer(inputs).assumingMemoryBound(to: UnsafeRawPointer.self), output,
                    count)
            }
        }
    }

    /// The same for three operands.
    @inlinable
    public static func applyContiguous(
        _ kernel: BlockKernel, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeRawPointer,
        into output: UnsafeMutableRawPointer, count: Int
    ) {
        var inputs = (a, b, c)
        var output = output
        withUnsafePointer(to: &inputs) { inputs in
            withUnsafePointer(to: &output) { output in
                kernel(
                    UnsafeRawPointer(inputs).assumingMemoryBound(to: UnsafeRawPointer.self), output,
                    count)
            }
        }
    }

    /// `output = input`, converted to the output's type.
    public static func copy(_ input: ImmediateOperand, into output: StoreView) {
        let count = output.lattice.elementCount
        Counters.countImmediate()
        guard count > 0 else { return }
        let source = contiguous(input, as: output.type, count, block(0), block(1))
        if case .view(let view) = input, view.store === output.store,
            source != UnsafeRawPointer(block(0)),
            source != UnsafeRawPointer(block(1))
        {
            memcpy_(block(6), source, count &* output.type.byteCount)
            deliver(block(6), output.type, output, count)
        } else {
            deliver(source, output.type, output, count)
        }
    }

    /// Folds a small ready view, contiguous in row-major order, to one element.
    public static func fold(
        _ operation: Operation, _ type: ElementType, _ input: StoreView,
        into output: UnsafeMutableRawPointer
    ) {
        let count = input.lattice.elementCount
        Counters.countImmediate()
        let source = contiguous(.view(input), as: type, count, block(0), block(1))
        KernelTable.fold(operation, type)!(source, count, output)
    }

    /// The operand as contiguous elements of a type: in place where it already is, else in scratch.
    @inline(__always)
    private static func contiguous(
        _ operand: ImmediateOperand, as type: ElementType, _ count: Int,
        _ first: UnsafeMutableRawPointer,
        _ second: UnsafeMutableRawPointer
    ) -> UnsafeRawPointer {
        switch operand {
        case .constant(let constant):
            if constant.type == type {
                withUnsafeBytes(of: constant.bits) {
                    LatticeCopy.fill(
                        $0.baseAddress!, size: type.byteCount, count: count, into: first)
                }
                return UnsafeRawPointer(first)
            }
            var converted: (UInt64, UInt64) = (0, 0)
            withUnsafeBytes(of: constant.bits) { bits in
                withUnsafeMutableBytes(of: &converted) {
                    KernelTable.cast(from: constant.type, to: type)(
                        bits.baseAddress!, $0.baseAddress!, 1)
                    LatticeCopy.fill(
                        $0.baseAddress!, size: type.byteCount, count: count, into: first)
                }
            }
            return UnsafeRawPointer(first)
        case .view(let view):
            let size = view.type.byteCount
            let memory = view.store.memory.unsafelyUnwrapped
            var source: UnsafeRawPointer
            if view.lattice.isRowMajorContiguous {
                source = UnsafeRawPointer(memory + view.lattice.offset &* size)
            } else {
                LatticeCopy.gather(view.lattice, memory, size: size, into: first)
                source = UnsafeRawPointer(first)
            }
            if view.type != type {
                KernelTable.cast(from: view.type, to: type)(source, second, count)
                source = UnsafeRawPointer(second)
            }
            return source
        }
    }

    /// Where the kernel may write directly: a contiguous output of the right type that is no
    /// operand itself.
    @inline(__always)
    private static func destination(
        _ output: StoreView, _ type: ElementType, _ x: UnsafeRawPointer, _ y: UnsafeRawPointer,
        _ z: UnsafeRawPointer
    ) -> UnsafeMutableRawPointer? {
        guard output.type == type, output.lattice.isRowMajorContiguous else { return nil }
        let size = type.byteCount
        let low = output.store.memory.unsafelyUnwrapped
        let high = low + output.store.byteCount
        func isInside(_ p: UnsafeRawPointer) -> Bool {
            p >= UnsafeRawPointer(low) && p < UnsafeRawPointer(high)
        }
        if isInside(x) || isInside(y) || isInside(z) { return nil }
        return low + output.lattice.offset &* size
    }

    @inline(__always)
    private static func deliver(
        _ source: UnsafeRawPointer, _ type: ElementType, _ output: StoreView, _ count: Int
    ) {
        var source = source
        if output.type != type {
            let converted = source == UnsafeRawPointer(block(5)) ? block(4) : block(5)
            KernelTable.cast(from: type, to: output.type)(source, converted, count)
            source = UnsafeRawPointer(converted)
        }
        LatticeCopy.scatter(
            source, size: output.type.byteCount, into: output.store.memory.unsafelyUnwrapped,
            output.lattice)
    }

    @inline(__always)
    private static func memcpy_(
        _ target: UnsafeMutableRawPointer, _ source: UnsafeRawPointer, _ byteCount: Int
    ) {
        target.copyMemory(from: source, byteCount: byteCount)
    }
}
