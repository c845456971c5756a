/// The runtime of one process: records launches, flushes the window, waits for values.
///
/// Clients hand in launches in program order and see stores as if every launch had run at once.
/// Nothing is computed until a value is waited for, the window is full, or so much work is recorded
/// that the workers had better begin (`Ahead`).
///
/// Threading: one thread at a time (the array library's Python face holds the interpreter lock).
import CPUBackend
import Execution
import Glibc
import Launches
import NullBackend
import Plans
import Shapes
import Tracing

/// Records launches, plans and runs them; one for each process (``shared``).
public final class Runtime {
    /// Its settings.
    public internal(set) var configuration: Configuration
    /// Workers and memory.
    public let backend: CPUBackend
    let executor: PlanExecutor
    var window: [Launch] = []
    /// The window in words, noted launch by launch.
    var signature = Signature()
    var isFlushing = false
    /// Whether the program's own code runs in the middle of a flush, and how many plans it has
    /// completed there.
    var isLooking = false
    var takenOver = 0
    /// Recorded launches, not yet run, whose bodies need the host's lock.
    var hostTaskCount = 0
    /// Points of the recorded launches, and how many there must be before a part of them is begun
    /// ahead.
    var windowWork = 0
    var aheadLimit: Int
    /// Where loops are cut into windows.
    var loops = LoopPlaces()
    /// What the workers do while the program records on.
    var background: RunningPlan?
    var plans: PlanCache
    /// Plans for other numbers of workers, while a scope limits them; and the scopes' machines.
    var otherPlans: [Int: PlanCache] = [:]
    var machines: [Machine] = []
    /// The priority of what is launched from now on: of the tiles of a window that may begin, those
    /// of the highest do. Results do not depend on it. ``prioritized(_:_:)`` sets it for a part of
    /// the program.
    public var priority = 0
    let explainer: Explainer?
    /// What the trace needs to remember.
    var traced = TracedPlans()
    let progress: ProgressLine?
    /// What is being run, while somebody may ask.
    var paused: RunningPlan?
    let replay: LoopbackRanks?
    /// The other ranks; `nil` where there is one.
    public let ranks: Ranks?

    /// The runtime of this process, configured from the environment at first use.
    nonisolated(unsafe) public static let shared: Runtime = {
        let runtime = Runtime(.fromEnvironment())
        runtime.startTrace()
        return runtime
    }()

    /// A runtime of its own; programs use ``shared``.
    public init(_ configuration: Configuration) {
        self.configuration = configuration
        aheadLimit = configuration.aheadPoints
        let backend = CPUBackend(
            workerCount: configuration.workerCount, ceilingBytes: configuration.ceilingBytes)
        self.backend = backend
        ranks = Runtime.openRanks(configuration)
        let null = configuration.simulatedRanks.map { _ in
            NullBackend(workerCount: backend.workerCount)
        }
        executor = PlanExecutor(backend: null ?? backend, place: ranks?.place)
        plans = PlanCache(keepsPlans: configuration.keepsPlans)
        explainer = configuration.explains ? Explainer() : nil
        let shows =
            configuration.writesSteps || configuration.showsProgress && ranks?.rank ?? 0 == 0
        progress = shows ? ProgressLine(writesSteps: configuration.writesSteps) : nil
        replay =
            configuration.replayRanks > 0
            ? LoopbackRanks(
                rankCount: configuration.replayRanks, seed: configuration.replaySeed,
                backend: backend) : nil
        // What nothing wrote must be the same on ranks.
        if replay != nil { executor.prepare = { memset($0.memory!, 0, $0.byteCount) } }
        let rankCount = configuration.simulatedRanks?.rankCount ?? configuration.rankCount
        if rankCount > 1 || configuration.replayRanks > 1 {
            Store.replicationLimit = configuration.minimumTiledElements - 1
            Store.rankCount = rankCount
        }
        noteStart()
        Store.returnToPool = { memory, byteCount in
            (null ?? backend as Backend).deallocate(memory, byteCount: max(byteCount, 1))
        }
    }

    /// Called before recorded work is planned, at the same places on all ranks; throws to leave it
    /// recorded.
    public var beforeFlush: (() throws -> Void)?

    /// Segments of the window that runs, and how many of them are done. For who looks on; any
    /// thread.
    public internal(set) var segments = (done: 0, count: 0)

    /// Called between the chunks of a group, on the program's thread; throws to stop there. The
    /// rest is run when a value is needed.
    public var interruption: () throws -> Void = {}
    /// Whether the program's thread holds the host's lock.
    var isHostHeld = true

    /// Called between the groups of a plan; throws to stop there. What has not run yet stays
    /// recorded.
    public var checkpoint: () throws -> Void {
        get { executor.checkpoint }
        set { executor.checkpoint = newValue }
    }

    // MARK: - Recording

    /// Creates a store without contents.
    ///
    /// - Throws: ``MemoryCeilingError`` when stores that the program still holds would exceed the
    ///   ceiling.
    public func makeStore(_ type: ElementType, _ shape: AxisList) throws -> Store {
        let bytes = (shape.checkedProduct ?? Int.max / 16).multipliedReportingOverflow(
            by: type.byteCount)
        let isTooMuch =
            bytes.overflow || bytes.partialValue / Store.rankCount > backend.ceilingBytes
        if isTooMuch {
            throw MemoryCeilingError(
                requestedBytes: bytes.overflow ? .max : bytes.partialValue,
                ceilingBytes: backend.ceilingBytes,
                usedBytes: backend.usedBytes)
        }
        let store = Store(type: type, shape: shape)
        if bytes.partialValue >= Runtime.tracedBytes { try admit(store) }
        return store
    }

    /// Gives a store memory at once, with arbitrary contents, for the caller to write on every rank
    /// alike.
    public func materialize(_ store: Store) throws {
        do { try executor.materialize(store) } catch let error as OutOfMemory {
            throw ceilingError(error, nil)
        }
        store.isLocal = true
    }

    /// Appends a launch to the window.
    ///
    /// A transparent launch whose output overlaps one of its inputs other than point by point must
    /// be split by the caller (see ``recordPointwise(_:)``).
    public func record(_ launch: Launch) throws {
        Counters.shared.launches &+= 1
        if isFlushing { try refuseInsidePlan(launch.name) }
        if launch.needsHost { hostTaskCount &+= 1 }
        if priority != 0 { launch.priority = priority }
        let isShared = launch.becomePending()
        if Trace.isOn, window.isEmpty { traced.recordingSince = Trace.now() }
        window.append(launch)
        let kind = signature.append(launch)
        if let watch = ranks?.watch {
            watch.note(launch.fingerprint(kind), launch.name, source: launch.source)
        }
        windowWork &+= launch.domain.product
        if isShared {
            try flush()
        } else if beginsLoopAgain(launch, kind) {
            try flushAllButLast()
        } else if window.count >= configuration.windowSize {
            try flushFull()
        } else if windowWork >= aheadLimit {
            try beginAhead()
        }
    }

    // MARK: - Waiting

    /// Makes a store's bytes current and returns where they are. On several ranks each gets all
    /// bytes of a tiled store: ask for ``localView(_:)`` where a part will do.
    public func wait(for store: Store) throws -> UnsafeMutableRawPointer {
        if let watch = ranks?.watch, store.isTiled {
            watch.note(store.id, "wait", source: SourceLocation.current)
        }
        if store.pendingWrites > 0 {
            if isFlushing { try refuseInsidePlan("reading a store") }
            let start = Trace.isOn ? Trace.now() : 0
            try waitForBackground()
            // More than once where a handler has stopped what was on its way.
            while store.pendingWrites > 0, !isFlushing || isLooking { try flush() }
            if start > 0 {
                Trace.note(
                    .wait, since: start, subject: Trace.subject(of: SourceLocation.current),
                    value: store.byteCount)
            }
        }
        if let memory = store.memory {
            if !store.isLocal, let ranks { try gather(store, ranks) }
            store.isLocal = true
            return memory
        }
        try materialize(store)
        return store.memory!
    }

    /// A view of the same elements whose bytes are all on this rank once they are waited for:
    /// itself, or a copy of the part of a tiled store that it shows. Every rank must ask for the
    /// same.
    public func localView(_ view: StoreView) throws -> StoreView {
        guard view.store.isTiled, !view.store.isLocal,
            2 &* view.lattice.elementCount <= view.store.elementCount
        else {
            return view
        }
        let copy = StoreView(try makeStore(view.type, view.lattice.shape))
        try record(Launch.copy(from: view, to: copy, source: SourceLocation.current))
        return copy
    }

    /// Runs everything recorded so far.
    public func waitForAll() throws {
        repeat { try flush() } while background != nil && !isFlushing
    }
}
