/// The short way for reductions of arrays at rest that are too large for one thread and too small
/// for a plan: the fixed tree walked at once, on all workers.
///
/// In: row-major elements of the fold's own type. Out: the results, row-major, with the bits of a
/// recorded reduction.
import CPUBackend
import Kernels
import Launches
import Shapes
import Tracing

extension Runtime {
    /// Whether a reduction of `count` elements at rest is worth no launch. Measured: a launch costs
    /// what reducing a hundred thousand doubles costs on one worker.
    @inlinable public func reducesAtOnce(_ count: Int) -> Bool {
        count <= 16 &* configuration.immediateSize
    }

    /// Whether an opaque operation on operands at rest, which could never fuse, may run at once
    /// however large it is: the workers are free, and small operations run at once at all.
    public var hasFreeWorkers: Bool { configuration.immediateSize > 0 && background == nil }

    /// Reductions of fewer bytes stay on the calling thread.
    private static let sharedReduction = 262_144

    fileprivate func directReduction(_ type: ElementType, elements: Int) -> DirectReduction {
        Counters.countImmediate()
        let isShared =
            elements &* type.byteCount >= Runtime.sharedReduction && backend.workerCount > 1
            && background == nil
        return DirectReduction(type, workers: isShared ? backend.workerCount : 1) { chunks, body in
            if isShared {
                self.share(chunks, body)
            } else {
                for chunk in 0..<chunks { body(chunk) }
            }
        }
    }

    /// Calls `body` for every chunk, on all workers; on the calling thread while the others are at
    /// work begun ahead.
    fileprivate func share(_ chunks: Int, isShort: Bool = true, _ body: @escaping (Int) -> Void) {
        if chunks > 1 && background == nil {
            backend.begin(chunks, isOrdered: false, isAwaited: isShort) { chunk, _ in body(chunk) }
            backend.finish()
        } else {
            for chunk in 0..<chunks { body(chunk) }
        }
    }
}

extension Immediate {
    /// Calls `body` for every chunk, at once, on all workers.
    ///
    /// - Parameter isShort: Chunks take less than a millisecond.
    public static func share(_ chunks: Int, isShort: Bool = true, _ body: @escaping (Int) -> Void) {
        Runtime.shared.share(chunks, isShort: isShort, body)
    }

    /// All workers, for loops of the calling thread whose turns take less than a millisecond.
    public static var workers: TaskWorkers {
        TaskWorkers(count: Runtime.shared.backend.workerCount) { count, body in
            withoutActuallyEscaping(body) { Runtime.shared.share(count, $0) }
        }
    }

    /// Reduces the middle axis of `outer × reduced × inner` elements into `outer × inner` results.
    ///
    /// - Precondition: All extents are at least 1.
    public static func reduce(
        _ operation: Operation, _ type: ElementType, _ input: UnsafeRawPointer, outer: Int,
        reduced: Int, inner: Int,
        into output: UnsafeMutableRawPointer
    ) {
        Runtime.shared.directReduction(type, elements: outer &* reduced &* inner)
            .reduce(operation, input, outer: outer, reduced: reduced, inner: inner, into: output)
    }

    /// `Σ x[i] * y[i]`.
    ///
    /// - Returns: Whether the type has a kernel for it; else nothing is done.
    public static func sumOfProducts(
        _ type: ElementType, _ x: UnsafeRawPointer, _ y: UnsafeRawPointer, count: Int,
        into output: UnsafeMutableRawPointer
    ) -> Bool {
        Runtime.shared.directReduction(type, elements: count).sumOfProducts(
            x, y, count: count, into: output)
    }
}
