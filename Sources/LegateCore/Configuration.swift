/// What a user may set before the first operation: through the driver's flags or the environment.
import CPUBackend
import Glibc
import Kernels

/// Settings of a runtime; the environment's at first.
public struct Configuration: Sendable {
    /// Worker threads, the calling one included. `LEGATE_CPUS`.
    public var workerCount: Int
    /// Most bytes of stores at one time. `LEGATE_SYSMEM`, in MiB.
    public var ceilingBytes: Int
    /// Launches that are recorded before the window is flushed. `LEGATE_WINDOW_SIZE`.
    public var windowSize: Int
    /// Points that are recorded before the workers begin the older part of them.
    /// `LEGATE_AHEAD_POINTS`.
    public var aheadPoints: Int
    /// Launches that must be recorded for it, so that expressions stay whole.
    /// `LEGATE_AHEAD_LAUNCHES`.
    public var aheadLaunches: Int
    /// A full window is cut where it would have to hold so many bytes less of new stores.
    /// `LEGATE_CUT_BYTES`.
    public var cutBytes: Int
    /// Print every stage of every window. `LEGATE_EXPLAIN=1`.
    public var explains: Bool
    /// Run every plan again on this many loopback ranks and compare. `LEGATE_REPLAY_RANKS`.
    public var replayRanks: Int
    /// Seed of the order in which loopback ranks get their messages. `LEGATE_REPLAY_SEED`.
    public var replaySeed: UInt64
    /// Ranks of this run, each a process of its own. `LEGATE_RANKS`, set by the driver.
    public var rankCount: Int
    /// Plan as one rank of so many, and compute nothing. `LEGATE_SIMULATE_RANKS=R` or `R,rank`.
    public var simulatedRanks: (rank: Int, rankCount: Int)?
    /// Keep plans for later windows that look the same. `LEGATE_KEEP_PLANS=0` makes every plan
    /// anew.
    public var keepsPlans: Bool
    /// Stores of fewer elements are replicated on every rank. `LEGATE_MIN_CPU_CHUNK`.
    public var minimumTiledElements: Int
    /// Arrays up to this many elements are computed at once on the calling thread.
    /// `LEGATE_IMMEDIATE_SIZE`.
    public var immediateSize: Int
    /// Where the trace goes: a path to which the rank and `.prof` are added. `LEGATE_TRACE`.
    public var tracePrefix: String?
    /// Show a line of progress on a terminal. `LEGATE_SHOW_PROGRESS=1`; a line for every step:
    /// `LEGATE_PROGRESS_LINES=1`.
    public var showsProgress = false
    /// Write a line for each step that runs. `LEGATE_PROGRESS_LINES=1`.
    public var writesSteps = false
    /// Seconds that the body of a library's task may take before the process ends; 0 for no limit.
    /// `LEGATE_TASK_SECONDS`.
    public var taskSeconds = 0.0
    /// The most bytes that a trace may have. `LEGATE_TRACE_LIMIT`, in MiB.
    public var traceLimitBytes = 1 << 30

    /// Elements that one operation of a compiled loop may have.
    public var loopPoints: Int { CostModel.current.loopPoints }
    /// Elements of an expression that such a loop makes only to fold them.
    public var foldedLoopPoints: Int { CostModel.current.foldedLoopPoints }

    /// The settings that the environment has, and for the others the machine's own.
    public static func fromEnvironment() -> Configuration {
        func number(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }
        let ranks = max(0, number("LEGATE_REPLAY_RANKS") ?? 0)
        // What is recorded must be the same on all ranks, so no machine's own number counts there.
        let isAlone = number("LEGATE_RANKS") ?? 1 <= 1
        let immediatePoints =
            isAlone ? CostModel.current.immediatePoints : CostModel().immediatePoints
        return Configuration(
            workerCount: number("LEGATE_CPUS").map { max(1, $0) } ?? CPUBackend.coreCount,
            ceilingBytes: number("LEGATE_SYSMEM").map { $0 << 20 } ?? CPUBackend.physicalBytes,
            windowSize: max(1, number("LEGATE_WINDOW_SIZE") ?? 64),
            aheadPoints: max(1, number("LEGATE_AHEAD_POINTS") ?? 64_000_000),
            aheadLaunches: max(4, number("LEGATE_AHEAD_LAUNCHES") ?? 24),
            cutBytes: max(1, number("LEGATE_CUT_BYTES") ?? 1 << 20),
            explains: (number("LEGATE_EXPLAIN") ?? 0) != 0,
            replayRanks: ranks,
            replaySeed: UInt64(max(0, number("LEGATE_REPLAY_SEED") ?? 1)),
            rankCount: max(1, number("LEGATE_RANKS") ?? 1),
            simulatedRanks: simulatedRanks(),
            keepsPlans: number("LEGATE_KEEP_PLANS") != 0,
            minimumTiledElements: max(2, number("LEGATE_MIN_CPU_CHUNK") ?? 16_384),
            immediateSize: ranks > 0
                ? -1 : min(Immediate.capacity, number("LEGATE_IMMEDIATE_SIZE") ?? immediatePoints),
            tracePrefix: getenv("LEGATE_TRACE").map { String(cString: $0) }.flatMap {
                $0.isEmpty ? nil : $0
            },
            showsProgress: number("LEGATE_SHOW_PROGRESS") == 1,
            writesSteps: number("LEGATE_PROGRESS_LINES") == 1,
            taskSeconds: getenv("LEGATE_TASK_SECONDS").flatMap { Double(String(cString: $0)) } ?? 0,
            traceLimitBytes: max(1, number("LEGATE_TRACE_LIMIT") ?? 1024) << 20)
    }

    /// Without a rank, one in the middle.
    private static func simulatedRanks() -> (rank: Int, rankCount: Int)? {
        guard let text = getenv("LEGATE_SIMULATE_RANKS").map({ String(cString: $0) }) else {
            return nil
        }
        let numbers = text.split(separator: ",").map { Int($0) }
        guard let count = numbers.first ?? nil, count > 1, numbers.count <= 2 else { return nil }
        let rank = numbers.count == 2 ? numbers[1] : count / 2
        return rank.flatMap { (0..<count).contains($0) ? ($0, count) : nil }
    }
}
