/// What runs the chunks of a plan: a number of workers and a memory. The planner knows no more of a machine than this.

/// Contract: `forEachChunk` calls the body once for every chunk, possibly at the same time on different workers, never
/// twice at once for one worker number, and returns after the last call returned. `allocate` gives memory aligned to
/// 64 bytes with arbitrary contents. Chunks are begun in ascending order, so that one may wait for another with a lower
/// number; while it does, it calls `pause`. All other methods are called from the thread that owns the runtime.
public protocol Backend: AnyObject {
    var workerCount: Int { get }
    /// - Throws: ``OutOfMemory`` when the request does not fit under the ceiling.
    func allocate(byteCount: Int) throws -> UnsafeMutableRawPointer
    func deallocate(_ memory: UnsafeMutableRawPointer, byteCount: Int)
    func forEachChunk(_ count: Int, _ body: @escaping (_ chunk: Int, _ worker: Int) -> Void)
    /// Called by a worker that waits in a loop, for the `spins`-th time.
    func pause(_ spins: Int)
}

/// A request that did not fit under the memory ceiling after everything reusable was reused.
public struct OutOfMemory: Error {
    public var requestedBytes: Int
    public var usedBytes: Int
    public var ceilingBytes: Int

    public init(requestedBytes: Int, usedBytes: Int, ceilingBytes: Int) {
        self.requestedBytes = requestedBytes
        self.usedBytes = usedBytes
        self.ceilingBytes = ceilingBytes
    }
}
