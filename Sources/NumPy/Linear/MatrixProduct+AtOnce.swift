/// Products of operands at rest, without a launch: small ones on the calling thread, medium ones
/// and all with a vector piece by piece on all workers.
///
/// In: operands that the grid's calls can read, and a new result. Out: the bits of a recorded
/// product.
import CPlatform
import LegateCore

extension MatrixProduct {
    /// - Returns: Whether it was done.
    @inline(__always)
    static func runAtOnce(
        _ a: NDArray, _ b: NDArray, _ c: NDArray, _ grid: ProductGrid, _ inner: Int
    ) throws -> Bool {
        guard try isAtRest(a, b, c) else { return false }
        Counters.countImmediate()
        let (x, y, z) = (matrix(a.view), matrix(b.view), matrix(c.view))
        if isSmall(c.count, inner) {
            grid.multiply(x, y, into: z)
        } else {
            share(grid.pieceCount(of: z), grid) { grid.multiply(piece: $0, x, y, into: z) }
        }
        return true
    }

    /// A product over a long inner axis: its runs by all workers, then their sum in the tree of a
    /// reduction.
    ///
    /// - Returns: Whether it was done.
    static func sumOfRunsAtOnce(
        _ a: NDArray, _ b: NDArray, into c: NDArray, _ grid: ProductGrid, _ inner: Int
    ) throws -> Bool {
        guard c.count > 1, try isAtRest(a, b, c) else { return false }
        let runs = (inner + grid.innerPiece - 1) / grid.innerPiece
        let products = try NDArray.new(AxisList(runs, c.count), c.type)
        try NDArray.rethrowing { try Runtime.shared.materialize(products.store) }
        Counters.countImmediate()
        let (x, y, z) = (matrix(a.view), matrix(b.view), matrix(c.view))
        let (memory, bytes) = (products.store.memory.unsafelyUnwrapped, c.count &* c.type.byteCount)
        share(runs, grid) { run in
            var part = z
            part.start = memory + run &* bytes
            grid.multiply(run: run, x, y, into: part)
        }
        Immediate.reduce(
            .add, c.type, memory, outer: 1, reduced: runs, inner: c.count, into: z.start)
        return true
    }

    /// Whether a product may run at once: then its result has memory.
    @inline(__always)
    private static func isAtRest(_ a: NDArray, _ b: NDArray, _ c: NDArray) throws -> Bool {
        let runtime = Runtime.shared
        let isWithVector = min(c.shape[0], c.shape[1]) == 1 && runtime.hasFreeWorkers
        guard !NDArray.isSpread(a, b, c),
            isWithVector || runtime.reducesAtOnce(max(a.count, b.count, c.count)),
            a.store.isReady, b.store.isReady, c.store.pendingReads == 0, c.store.pendingWrites == 0,
            c.store.memory == nil || c.store.isLocal
        else { return false }
        if c.store.memory == nil { try NDArray.rethrowing { try runtime.materialize(c.store) } }
        return true
    }

    /// The library stays on one thread from the first piece to the last.
    @inline(__always)
    private static func share(_ pieces: Int, _ grid: ProductGrid, _ body: @escaping (Int) -> Void) {
        if grid.usesLibrary { lg_blas_enter() }
        Immediate.share(pieces, body)
        if grid.usesLibrary { lg_blas_leave() }
    }
}
