/// What the runtime did so far, in numbers that tests can pin and `explain` prints.

public struct Counters: Hashable, Sendable {
    public var launches = 0
    public var eliminatedLaunches = 0
    public var windows = 0
    /// Windows that ran the plan of an earlier one.
    public var replays = 0
    /// Parts of windows that the workers began while the program recorded on.
    public var begunAhead = 0
    /// Launches of stopped plans that were given up, because nobody held a result of theirs any more.
    public var abandonedLaunches = 0
    /// Loop nests executed; fused launches count once.
    public var kernels = 0
    /// Chunks of loop nests whose kernel was compiled when their run began, and of those that the interpreter took.
    public var compiledChunks = 0
    public var interpretedChunks = 0
    public var opaqueTasks = 0
    /// Tasks whose bodies speak with other ranks themselves.
    public var collectiveTasks = 0
    public var immediateOperations = 0
    public var bytesRead = 0
    public var bytesWritten = 0
    /// Bytes that nests wrote which did nothing but copy.
    public var copiedBytes = 0
    /// Bytes of stores, spread over the ranks, that came to be whole on every rank.
    public var gatheredBytes = 0
    public var allocations = 0
    public var allocatedBytes = 0
    /// Bytes of these that no kept memory served: fresh pages from the system.
    public var mappedBytes = 0
    /// Bytes of stores that took over the memory of a dead operand.
    public var reusedBytes = 0
    /// Exact lattice tests made by dependence indices.
    public var overlapTests = 0
    /// Launches of windows that were planned anew, and of those that ran an earlier plan; with the nanoseconds from the
    /// end of the recorded window to its plan.
    public var plannedLaunches = 0
    public var planningNanoseconds = 0
    public var replayedLaunches = 0
    public var replayNanoseconds = 0
    public var messages = 0
    public var messageBytes = 0

    public init() {}

    /// The counters of this process.
    nonisolated(unsafe) public static var shared = Counters()
}
