/// The short way for small arrays: one operation computed at once on the calling thread.
///
/// The same rows and the same kernels as everywhere, without a launch, a window or a plan. Allowed
/// when every operand is ready and nothing recorded still reads what is written; the caller asks
/// ``Runtime/isImmediate(_:bytes:)`` and ``Runtime/isIdle(_:)`` first.
import Kernels
import Launches
import Shapes
import Tracing

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
    /// `output = input`, broadcast and converted to the output's type.
    ///
    /// - Precondition: at most ``capacity`` elements.
    public static func copy(_ input: RestingView, into output: RestingView) {
        let shape = output.lattice.shape
        let count = shape.product
        Counters.countImmediate()
        guard count > 0 else { return }
        let view = input.converted(to: output.type, .first)
        var source = view.sideBySide(over: shape, count, block(.second))
        if output.holds(source) {
            block(.result).copyMemory(from: source, byteCount: count &* output.type.byteCount)
            source = UnsafeRawPointer(block(.result))
        }
        LatticeCopy.scatter(
            source, size: output.type.byteCount, into: output.memory, output.lattice)
    }

    /// Folds a small view, in row-major order, to one element.
    public static func fold(
        _ operation: Operation, _ type: ElementType, _ input: RestingView,
        into output: UnsafeMutableRawPointer
    ) {
        Counters.countImmediate()
        guard let kernel = KernelTable.fold(operation, type) else { return }
        let view = input.converted(to: type, .first)
        let count = view.lattice.elementCount
        kernel(view.sideBySide(over: view.lattice.shape, count, block(.second)), count, output)
    }
}
