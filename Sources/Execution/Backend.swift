/// What runs the chunks of a plan: a number of workers and a memory. The planner knows no more of a
/// machine than this.

/// Contract: after `begin` the body is called once for every chunk, possibly at the same time on
/// different workers, never twice at once for one worker number; `finish` lends the calling thread
/// as worker 0 and returns after the last call returned. There is one job at a time. Chunks of an
/// ordered job are begun in ascending order, so that one may wait for another with a lower number;
/// while it does, it calls `pause`. `allocate` gives memory aligned to 64 bytes with arbitrary
/// contents. All methods but `pause` are called from the thread that owns the runtime.
public protocol Backend: AnyObject {
    var workerCount: Int { get }
    /// Whether chunks run here: `false` for a backend that only counts.
    var computes: Bool { get }
    /// - Throws: ``OutOfMemory`` when the request does not fit under the ceiling.
    func allocate(byteCount: Int) throws -> UnsafeMutableRawPointer
    func deallocate(_ memory: UnsafeMutableRawPointer, byteCount: Int)
    /// Memory of which mostly a part will be used: only that counts, the rest gets pages where it
    /// is written.
    ///
    /// - Throws: ``OutOfMemory`` when the part does not fit under the ceiling.
    func allocate(byteCount: Int, using part: Range<Int>) throws -> UnsafeMutableRawPointer
    /// Begins a job and returns at once.
    ///
    /// - Parameters:
    ///   - isOrdered: Chunks are begun in ascending order; else a worker rather takes those that it
    ///     had in the last job of as many.
    ///   - isAwaited: `finish` comes next, and chunks are short. Then the calling thread may begin
    ///     alone, where the others were of no use lately.
    func begin(
        _ count: Int, isOrdered: Bool, isAwaited: Bool,
        _ body: @escaping (_ chunk: Int, _ worker: Int) -> Void)
    /// Waits for the end of the job, and works on it meanwhile.
    ///
    /// - Parameter look: Called on the calling thread between its chunks and while it waits. When
    ///   it throws, what was begun ends and the rest stays to be done: by another call, before
    ///   which no other job may begin.
    func finish(_ look: () throws -> Void) rethrows
    /// Forgets the rest of a job of which `finish` threw.
    func abandon()
    /// Called by a worker that waits in a loop, for the `spins`-th time.
    func pause(_ spins: Int)
    /// Worker 0 has waited so long in the middle of a chunk for what another worker had to do.
    func noteWaiting(nanoseconds: Int)
    /// Calls a body that waits for nothing for every number below `count`: on the calling worker,
    /// which may be in the middle of a chunk, and on those that are idle. Returns when all calls
    /// did.
    func share(_ count: Int, _ body: (Int) -> Void)
}

extension Backend {
    public var computes: Bool { true }

    public func allocate(byteCount: Int, using part: Range<Int>) throws -> UnsafeMutableRawPointer {
        try allocate(byteCount: byteCount)
    }

    /// Runs a whole job: the body is called once for every chunk, in any order.
    public func forEachChunk(_ count: Int, _ body: @escaping (_ chunk: Int, _ worker: Int) -> Void)
    {
        begin(count, isOrdered: false, isAwaited: true, body)
        finish()
    }

    /// Begins a job on the other workers at once.
    public func begin(
        _ count: Int, isOrdered: Bool, _ body: @escaping (_ chunk: Int, _ worker: Int) -> Void
    ) {
        begin(count, isOrdered: isOrdered, isAwaited: false, body)
    }

    /// Waits for the end of the job.
    public func finish() { finish {} }

    public func abandon() {}

    public func noteWaiting(nanoseconds: Int) {}

    public func share(_ count: Int, _ body: (Int) -> Void) { for k in 0..<count { body(k) } }
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
