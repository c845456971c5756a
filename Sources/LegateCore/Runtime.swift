/// The runtime of one process: records launches, flushes the window, waits for values.
///
/// Clients hand in launches in program order and see stores as if every launch had run at once. Nothing is computed until
/// a value is waited for or the window is full.
///
/// Threading: one thread at a time (the array library's Python face holds the interpreter lock).
import CPUBackend
import Execution
import Glibc
import Launches
import Plans
import Shapes
import Tracing

public final class Runtime {
    public let configuration: Configuration
    public let backend: CPUBackend
    let executor: PlanExecutor
    private var window: [Launch] = []
    private var isFlushing = false
    let explainer: Explainer?
    let ranks: RankReplay?

    /// The runtime of this process, configured from the environment at first use.
    nonisolated(unsafe) public static let shared = Runtime(.fromEnvironment())

    public init(_ configuration: Configuration) {
        self.configuration = configuration
        let backend = CPUBackend(
            workerCount: configuration.workerCount, ceilingBytes: configuration.ceilingBytes)
        self.backend = backend
        executor = PlanExecutor(backend: backend)
        explainer = configuration.explains ? Explainer() : nil
        ranks = configuration.replayRanks > 0 ? RankReplay(rankCount: configuration.replayRanks) : nil
        Store.returnToPool = { memory, byteCount in
            backend.deallocate(memory, byteCount: max(byteCount, 1))
        }
    }

    /// Called between the groups of a plan; throws to stop there. What has not run yet stays recorded.
    public var checkpoint: () throws -> Void {
        get { executor.checkpoint }
        set { executor.checkpoint = newValue }
    }

    // MARK: - Recording

    /// Creates a store without contents.
    ///
    /// - Throws: ``MemoryCeilingError`` when stores that the program still holds would exceed the ceiling.
    public func makeStore(_ type: ElementType, _ shape: AxisList) throws -> Store {
        let bytes = (shape.checkedProduct ?? Int.max / 16).multipliedReportingOverflow(by: type.byteCount)
        if bytes.overflow || bytes.partialValue > backend.ceilingBytes {
            throw MemoryCeilingError(
                requestedBytes: bytes.overflow ? .max : bytes.partialValue, ceilingBytes: backend.ceilingBytes,
                usedBytes: backend.usedBytes)
        }
        let store = Store(type: type, shape: shape)
        if bytes.partialValue >= Runtime.tracedBytes { try admit(store) }
        return store
    }

    /// Gives a store memory at once, with arbitrary contents.
    public func materialize(_ store: Store) throws {
        do { try executor.materialize(store) } catch let error as OutOfMemory { throw ceilingError(error, nil) }
    }

    /// Appends a launch to the window.
    ///
    /// A transparent launch whose output overlaps one of its inputs other than point by point must be split by the
    /// caller (see ``recordPointwise(_:)``).
    public func record(_ launch: Launch) throws {
        Counters.shared.launches &+= 1
        for view in launch.inputs { view.store.pendingReads &+= 1 }
        for view in launch.outputs { view.store.pendingWrites &+= 1 }
        window.append(launch)
        var isShared = false
        for view in launch.inputs where view.store.isShared { isShared = true }
        for view in launch.outputs where view.store.isShared { isShared = true }
        if isShared || window.count >= configuration.windowSize { try flush() }
    }

    /// Records a pointwise launch; where an output overlaps an input at other points, the results go through a
    /// temporary store first, so that the launch means what NumPy means: all reads before all writes.
    public func recordPointwise(_ launch: Launch) throws {
        guard case .pointwise(let expression) = launch.body else { return try record(launch) }
        var needsCopy = false
        for output in launch.outputs {
            for input in launch.inputs
            where input.store === output.store && Runtime.interferes(input, output) {
                needsCopy = true
            }
        }
        guard needsCopy else { return try record(launch) }
        var temporaries: [StoreView] = []
        for output in launch.outputs {
            temporaries.append(StoreView(try makeStore(output.type, launch.domain)))
        }
        // Recording may flush the window: until the last copy is recorded, the temporaries are not dead.
        for temporary in temporaries { temporary.store.handleCount += 1 }
        defer { for temporary in temporaries { temporary.store.handleCount -= 1 } }
        try record(
            Launch(
                name: launch.name, domain: launch.domain, inputs: launch.inputs, outputs: temporaries,
                body: .pointwise(expression), source: launch.source))
        for (temporary, output) in zip(temporaries, launch.outputs) {
            try record(Launch.copy(from: temporary, to: output, source: launch.source))
        }
    }

    /// Whether some point of `output` is read by another point of `input`.
    public static func interferes(_ input: StoreView, _ output: StoreView) -> Bool {
        if input.type == output.type {
            let (a, b) = (input.lattice.normalized, output.lattice.normalized)
            return a != b && a.overlaps(b)
        }
        return input.lattice.inBytes(elementSize: input.type.byteCount)
            .overlaps(output.lattice.inBytes(elementSize: output.type.byteCount))
    }

    // MARK: - Waiting

    /// Makes a store's bytes current and returns where they are.
    public func wait(for store: Store) throws -> UnsafeMutableRawPointer {
        if store.pendingWrites > 0 { try flush() }
        if let memory = store.memory {
            if let ranks { try ranks.verify(store) }
            return memory
        }
        try materialize(store)
        return store.memory!
    }

    /// Runs everything recorded so far.
    public func waitForAll() throws { try flush() }

    /// Turns the window into a plan and runs it.
    ///
    /// - Throws: ``MemoryCeilingError``, or what the checkpoint throws. Launches that did not run stay recorded.
    public func flush() throws {
        guard !window.isEmpty, !isFlushing else { return }
        isFlushing = true
        defer { isFlushing = false }
        Counters.shared.windows &+= 1
        // From here on only the groups hold launches, and with them the stores that nobody else sees.
        var groups: [FusedGroup?] = plan()
        let lastReader = Runtime.lastReaders(groups)
        var done = 0
        do {
            while done < groups.count {
                try executor.checkpoint()
                try run(groups[done]!, lastReader)
                for launch in groups[done]!.launches { retire(launch) }
                groups[done] = nil
                done += 1
            }
        } catch {
            var rest: [Launch] = []
            for group in groups[done...] { rest += group!.launches }
            let failed = groups[done]!.launches.first
            window = rest + window
            if let error = error as? OutOfMemory { throw ceilingError(error, failed) }
            throw error
        }
    }

    /// Empties the window: what is left of it, in groups.
    private func plan() -> [FusedGroup] {
        let launches = window
        window.removeAll(keepingCapacity: true)
        let (kept, dropped) = EliminateDead.run(launches)
        Counters.shared.eliminatedLaunches &+= dropped.count
        for launch in dropped { retire(launch) }
        let groups = Fuse.run(kept)
        #if DEBUG
        PlanVerifier.verify(kept, groups)
        #endif
        explainer?.window(launches: launches, dropped: dropped, groups: groups)
        return groups
    }

    /// For every store, the last group that reads it.
    private static func lastReaders(_ groups: [FusedGroup?]) -> [ObjectIdentifier: Int] {
        var result: [ObjectIdentifier: Int] = [:]
        for group in groups {
            for launch in group!.launches {
                for view in launch.inputs { result[ObjectIdentifier(view.store)] = group!.index }
            }
        }
        return result
    }

    private func run(_ group: FusedGroup, _ lastReader: [ObjectIdentifier: Int]) throws {
        if let task = group.task {
            try ranks?.prepare(group.launches[0])
            try executor.run(group.launches[0], task)
            try ranks?.run(group.launches[0], task)
            return
        }
        let index = group.index
        func isNeeded(_ store: Store) -> Bool {
            store.handleCount > 0 || store.isShared || (lastReader[ObjectIdentifier(store)] ?? -1) > index
        }
        guard var lowered = Lower.run(group, isNeeded: isNeeded) else { return }
        // Ranks copy the bytes of stores before and after a nest: there each keeps its own.
        if ranks == nil { lowered.reuseMemory(isNeeded: isNeeded) }
        try ranks?.prepare(lowered)
        try executor.run(lowered)
        try ranks?.run(lowered)
        explainer?.nest(lowered, of: group)
    }

    private func retire(_ launch: Launch) {
        for view in launch.inputs { view.store.pendingReads &-= 1 }
        for view in launch.outputs { view.store.pendingWrites &-= 1 }
    }
}

extension Launch {
    /// `output = input`, point by point, same type.
    public static func copy(from input: StoreView, to output: StoreView, source: SourceLocation? = nil) -> Launch {
        Launch(
            name: "copy", domain: output.lattice.shape, inputs: [input], outputs: [output],
            body: .pointwise(ScalarExpression(inputTypes: [input.type], results: [0])), source: source)
    }
}
