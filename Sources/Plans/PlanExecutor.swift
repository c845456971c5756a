/// Runs a plan, segment by segment: gives its stores their bytes, then lets workers take chunks in
/// the plan's order.
///
/// In: a plan, and the launches and stores of the window it is run for. Out: stores with bytes. A
/// segment that does not fit into memory throws before it changed anything; it and those behind it
/// can be run again later.
import Execution
import Kernels
import Launches
import Partitions
import Shapes
import Tracing

public final class PlanExecutor {
    public let backend: Backend
    private(set) var scratches: [Scratch]
    /// Called between segments; throws to stop there (an interrupt from the keyboard).
    public var checkpoint: () throws -> Void = {}
    /// What the trace calls the window that runs next.
    public var traced = TracedWindow()

    private let place: RankPlace?
    /// Tables of the inline path, used again by every run.
    var inlineMemory: [UnsafeMutableRawPointer?] = []
    let inlineSlots: UnsafeMutablePointer<UnsafeMutableRawPointer>
    let inlineConstants: UnsafeMutablePointer<ScalarExpression.Constant>

    /// - Parameter place: The rank whose blocks of tiled stores are used here; `nil` where stores
    ///   are used whole.
    public init(backend: Backend, place: RankPlace? = nil) {
        self.backend = backend
        self.place = place
        scratches = (0..<backend.workerCount).map { _ in Scratch() }
        inlineSlots = .allocate(capacity: InlineSteps.mostSlots)
        inlineConstants = .allocate(capacity: InlineSteps.mostConstants)
    }

    deinit {
        inlineSlots.deallocate()
        inlineConstants.deallocate()
    }

    /// After the backend's workers were replaced.
    public func meetWorkers() { scratches = (0..<backend.workerCount).map { _ in Scratch() } }

    /// Called with every store that got memory: checks fill it with what nothing may rely on.
    public var prepare: ((Store) -> Void)?

    /// Work below this runs on the calling thread alone.
    public static var parallelLimit: Int { CostModel.current.parallelWork }

    /// Gives a store its bytes. Contents are arbitrary.
    public func materialize(_ store: Store) throws {
        guard store.memory == nil else { return }
        let bytes = max(store.byteCount, 1)
        if store.isTiled, let place {
            let own = Ownership(store, rankCount: place.rankCount).elements(ownedBy: place.rank)
            let size = store.type.byteCount
            store.memory = try backend.allocate(
                byteCount: bytes, using: own.lowerBound * size..<own.upperBound * size)
        } else {
            store.memory = try backend.allocate(byteCount: bytes)
        }
        store.disposal = .pool
        prepare?(store)
        Counters.shared.allocations &+= 1
        Counters.shared.allocatedBytes &+= bytes
    }

    /// Runs one segment and returns when all of it is done.
    ///
    /// - Throws: `OutOfMemory`, before anything ran.
    public func run(
        _ segment: Segment, of plan: Plan, _ launches: [Launch?], _ stores: [Store?],
        _ constants: [ScalarExpression.Constant], _ channel: ExchangeChannel? = nil
    ) throws {
        try start(segment, of: plan, launches, stores, constants, Plan.unmoved, channel).finish()
    }

    /// Like ``begin(_:of:_:_:_:_:_:)``, but runs a small segment at once.
    ///
    /// - Throws: `OutOfMemory`, before anything ran.
    public func start(
        _ segment: Segment, of plan: Plan, _ launches: [Launch?], _ stores: [Store?],
        _ constants: [ScalarExpression.Constant], _ shifts: [Int],
        _ channel: ExchangeChannel? = nil
    ) throws -> RunningSegment {
        if backend.computes, !Trace.isOn, segment.work < inlineLimit,
            let steps = segment.inlineSteps(of: plan)
        {
            try materialize(segment, stores)
            try runInline(steps, segment, of: plan, launches, stores, constants, shifts, channel)
            return RunningSegment()
        }
        return try begin(
            segment, of: plan, launches, stores, constants, shifts, channel, isAwaited: true)
    }

    /// Begins a segment. The workers but the calling one start at once; nothing else may run before
    /// `finish`.
    ///
    /// - Parameters:
    ///   - shifts: By how many bytes each slide's operands have moved since the plan was made.
    ///   - isAwaited: `finish` comes next, so the calling thread may begin alone.
    /// - Throws: `OutOfMemory`, before anything ran.
    public func begin(
        _ segment: Segment, of plan: Plan, _ launches: [Launch?], _ stores: [Store?],
        _ constants: [ScalarExpression.Constant], _ shifts: [Int],
        _ channel: ExchangeChannel? = nil, isAwaited: Bool = false
    ) throws -> RunningSegment {
        try materialize(segment, stores)
        segment.counts.note()
        guard backend.computes else {
            segment.countMessages(of: plan)
            return RunningSegment()
        }
        let run = try SegmentRun(
            segment, of: plan, launches, stores, constants, shifts, channel, self)
        shareMemory(segment, stores)
        let isSerial = backend.workerCount == 1 || segment.chunkCount == 1 || segment.isSerial
        Log.mapper.write(
            .info,
            "\(segment.chunkCount) chunks of \(segment.steps.count) groups to "
                + (isSerial ? "the calling thread" : "\(backend.workerCount) workers"))
        if !isSerial {
            run.prepareFlags()
            let isOrdered = segment.needs.count > 0
            backend.begin(
                segment.unitCount, isOrdered: isOrdered, isAwaited: isAwaited && segment.isShort
            ) { unit, worker in
                for place in segment.places(of: unit) { run.chunk(place, worker: worker) }
            }
        }
        return RunningSegment(run: run, backend: backend, isSerial: isSerial)
    }

    private func materialize(_ segment: Segment, _ stores: [Store?]) throws {
        for store in segment.stores { try materialize(stores[store].unsafelyUnwrapped) }
    }

    /// Gives takers their givers' memory. Both have it until all is done: tasks look at their
    /// views' own stores.
    func shareMemory(_ segment: Segment, _ stores: [Store?]) {
        for reuse in segment.reuses {
            stores[reuse.taker].unsafelyUnwrapped.memory =
                stores[reuse.giver].unsafelyUnwrapped.memory
        }
    }

    /// After a segment: memory that two stores had meanwhile is the taker's alone. Where the plan
    /// goes on naming the giver, it finds the taker.
    public func settle(_ segment: Segment, _ stores: inout [Store?]) {
        for reuse in segment.reuses {
            let taker = stores[reuse.taker].unsafelyUnwrapped
            taker.takeMemory(of: stores[reuse.giver].unsafelyUnwrapped)
            stores[reuse.giver] = taker
            Counters.shared.reusedBytes &+= taker.byteCount
        }
    }
}

extension Segment {
    /// Whether other workers may run it while the program goes on: opaque bodies may use what the
    /// program uses, too.
    public func runsAhead(of plan: Plan) -> Bool {
        !isSerial && chunkCount > 1
            && steps.allSatisfy { plan.steps[$0].program != nil && !plan.steps[$0].speaks }
    }

    /// Whether its chunks are short, less than a millisecond: of tiles only an earlier run of all
    /// of them tells.
    var isShort: Bool { !hasTiles || leastNanoseconds < 4_000_000 }

    /// Too little work for more than one worker.
    var isSerial: Bool { !hasTiles && (isStepByStep || work < PlanExecutor.parallelLimit) }
}
