/// What the runtime did so far, in numbers that tests can pin and `explain` prints.

/// What the runtime did so far. All counts begin with zero and only grow.
public struct Counters: Hashable, Sendable {
    /// Launches recorded.
    public var launches = 0
    /// Launches that nobody could see, and that never ran.
    public var eliminatedLaunches = 0
    /// Windows that were planned or replayed.
    public var windows = 0
    /// Windows that ran the plan of an earlier one.
    public var replays = 0
    /// Of these, windows whose operands had moved since the plan was made.
    public var movedReplays = 0
    /// Parts of windows that the workers began while the program recorded on.
    public var begunAhead = 0
    /// Launches of stopped plans that were given up, because nobody held a result of theirs any
    /// more.
    public var abandonedLaunches = 0
    /// Loop nests executed; fused launches count once.
    public var kernels = 0
    /// Chunks of loop nests whose kernel was compiled when their run began.
    public var compiledChunks = 0
    /// Chunks that the interpreter took.
    public var interpretedChunks = 0
    /// Opaque launches that ran as steps of plans.
    public var opaqueTasks = 0
    /// Tasks whose bodies speak with other ranks themselves.
    public var collectiveTasks = 0
    /// Operations that ran at once, without a launch.
    public var immediateOperations = 0
    /// Loops of the program that ran natively: once each time they were entered.
    public var nativeLoops = 0
    /// Iterations of these that ran natively.
    public var nativeIterations = 0
    /// Bytes that nests read.
    public var bytesRead = 0
    /// Bytes that nests wrote.
    public var bytesWritten = 0
    /// Bytes that nests wrote which did nothing but copy.
    public var copiedBytes = 0
    /// Bytes of stores, spread over the ranks, that came to be whole on every rank.
    public var gatheredBytes = 0
    /// Pieces of memory asked of the pool.
    public var allocations = 0
    /// Bytes asked of the pool.
    public var allocatedBytes = 0
    /// Bytes of these that no kept memory served: fresh pages from the system.
    public var mappedBytes = 0
    /// Bytes of stores that took over the memory of a dead operand.
    public var reusedBytes = 0
    /// Exact lattice tests made by dependence indices.
    public var overlapTests = 0
    /// Launches of windows that were planned anew.
    public var plannedLaunches = 0
    /// From the end of recorded windows to their new plans.
    public var planningNanoseconds = 0
    /// Launches of windows that ran an earlier plan.
    public var replayedLaunches = 0
    /// From the end of recorded windows to the plans that were found.
    public var replayNanoseconds = 0
    /// Messages sent to other ranks.
    public var messages = 0
    /// Bytes of messages sent to other ranks.
    public var messageBytes = 0

    /// All are zero.
    public init() {}

    /// The counters of this process.
    nonisolated(unsafe) public static var shared = Counters()
}
