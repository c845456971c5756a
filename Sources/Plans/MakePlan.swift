/// All passes in their order: from a window of launches to a plan that any window of the same
/// signature can run.
///
///     EliminateDead → PropagateCopies → Fuse → Lower → (HandedOver) → (AlignRows) → ReuseMemory → (InsertTransfers)
///         → StreamTemporaries → OrderChunks
import Kernels
import Launches
import Partitions
import Shapes

public enum MakePlan {
    /// - Parameters:
    ///   - place: The rank the plan is for; `nil` where there is one.
    ///   - reusesMemory: Whether new stores may take over the memory of dying ones.
    ///   - sharedWork: Work from which a segment's chunks are shared out.
    ///   - slides: Which operands may lie elsewhere in the windows that the plan is run for; `nil`
    ///     for none.
    public static func run(
        _ launches: [Launch], _ signature: Signature, workers: Int, place: RankPlace? = nil,
        reusesMemory: Bool = true, sharedWork: Int = PlanExecutor.parallelLimit,
        slides: Slides? = nil
    ) -> Plan {
        let stores = signature.stores
        let launches = slides?.marked(launches) ?? launches
        let (alive, dropped) = EliminateDead.run(launches)
        // On several ranks a copy is what brings elements to the rank that reads them.
        let (kept, copies) = place == nil ? PropagateCopies.run(alive) : (alive, CopiedStores())
        let groups = Fuse.run(kept, copies)
        #if DEBUG
            PlanVerifier.verify(kept, copies, groups)
        #endif
        let uses = StoreUses(groups, copies, storeCount: stores.count)
        let lowered = groups.map { lower($0, copies, uses) }
        let handedOver = place.map { _ in HandedOver(lowered.map(\.first), uses) }
        var memory = ReuseMemory(
            stores, isMoving: slides?.movingStores(stores.count), isActive: reusesMemory)
        var align = place.map { AlignRows(rankCount: $0.rankCount) }
        var transfers = place.map { InsertTransfers($0, stores, workers: workers) }
        // What every group does: messages of later groups may join those of earlier ones.
        var work: [Work] = []
        work.reserveCapacity(groups.count)
        for group in groups {
            let handOver = handedOver?[group.index]
            guard
                let item = self.work(
                    group, lowered[group.index], handOver, uses, &memory, &align, &transfers)
            else {
                continue
            }
            work.append(item)
        }
        let copied = copies.positions(doneWith: groups)
        var placing = PlaceSteps(
            launches, memory, groupCount: groups.count, storeCount: stores.count)
        placing.reserve(place == nil ? work.count : work.reduce(0) { $0 + $1.parts.count })
        for k in work.indices {
            let parts =
                place == nil
                ? steps(work[k], workers, memory)
                : work[k].parts.compactMap { step($0, work[k], workers, memory) }
            // A launch is done with its group's last step, and boxes, which end together, with the
            // largest; memory changes hands with the first.
            let last = work[k].group.readsCopies ? parts.largest : parts.count - 1
            parts[last].launches =
                work[k].group.launches.map { $0.windowPosition }
                + (copied[work[k].group.index] ?? [])
            parts[0].reuses = work[k].reuses
            let mayStream = work[k].isLastUse(uses)
            for part in parts.indices { parts[part].program?.mayStream = mayStream }
            let continues = k > 0 && work[k - 1].handsOver
            placing.place(
                parts, of: work[k].group, hasMessages: place != nil, isContinuation: continues)
        }
        memory = placing.memory
        var steps = placing.steps
        if reusesMemory {
            StreamTemporaries.run(&steps, launches, stores, memory, workers: workers)
        }
        for k in steps.indices {
            steps[k].traffic = Traffic(steps[k])
            steps[k].placeConstants(signature)
            steps[k].priority = steps[k].launches.map { launches[$0].priority }.max() ?? 0
        }
        let segments = OrderChunks.run(
            steps, launches, stores, memory, workers: workers, sharedWork: sharedWork)
        #if DEBUG
            PlanVerifier.verify(segments)
            PlanVerifier.verify(segments, steps)
        #endif
        var lastSegment = [Int](repeating: -1, count: stores.count)
        for (k, segment) in segments.enumerated() {
            for store in segment.stores { lastSegment[store] = k }
            for step in segment.steps {
                for reuse in steps[step].reuses { lastSegment[reuse.taker] = k }
            }
        }
        var isRun = [Bool](repeating: false, count: launches.count)
        for step in steps.indices { for launch in steps[step].launches { isRun[launch] = true } }
        return Plan(
            steps: steps, segments: segments,
            eliminated: launches.indices.filter { !isRun[$0] }, lastSegment: lastSegment,
            dead: dropped.count, propagated: copies.allPositions,
            tagCount: transfers?.tagCount ?? 0, madeLocal: transfers?.madeLocal ?? [],
            alignments: align?.alignments ?? [], slides: slides)
    }

    /// The nests of a group; none for a task, and where nothing of it is left.
    private static func lower(_ group: FusedGroup, _ copies: CopiedStores, _ uses: StoreUses)
        -> [LoweredNest]
    {
        if group.task != nil { return [] }
        return Lower.run(group, copies) { store in
            store.handleCount > 0 || store.isShared
                || uses.lastReader[store.windowOrdinal] > group.index
        }
    }

    /// Says what this rank does of a group; `nil` where nothing of it is left.
    private static func work(
        _ group: FusedGroup, _ lowered: [LoweredNest], _ handOver: HandedOver.Pair?,
        _ uses: StoreUses,
        _ memory: inout ReuseMemory, _ align: inout AlignRows?, _ transfers: inout InsertTransfers?
    ) -> Work? {
        var item = Work(group: group, lowered: lowered)
        if let task = group.task {
            if transfers != nil { item.parts = transfers!.run(group.launches[0], task) }
            memory.noteTouched(group.launches[0].stores)
            return item
        }
        if item.lowered.isEmpty { return nil }
        align?.run(group) { transfers.unsafelyUnwrapped.hasContents[$0] }
        // The points of a box are not those at which other boxes read.
        if !group.readsCopies {
            item.reuses = memory.run(&item.lowered[0]) {
                uses.lastUser[$0.windowOrdinal] == group.index
            }
        }
        for reuse in item.reuses { transfers?.noteTaker(reuse.taker) }
        let handOver = item.reuses.isEmpty ? handOver : nil
        item.handsOver = handOver != nil
        item.parts = transfers?.run(item.lowered[0], handing: handOver) ?? []
        for lowered in item.lowered { memory.noteTouched(lowered.stores) }
        return item
    }

    /// The steps of a group where there is one rank: one for each box.
    private static func steps(_ work: Work, _ workers: Int, _ memory: ReuseMemory) -> [Plan.Step] {
        if let task = work.group.task {
            return [taskStep(work.group, TaskTiles(task, workers: workers).count)]
        }
        return work.lowered.map {
            nestStep(work.group, $0, NestProgram($0.nest, workers: workers), memory)
        }
    }

    private static func taskStep(_ group: FusedGroup, _ tiles: Int) -> Plan.Step {
        Plan.Step(task: group.launches[0].windowPosition, domain: group.domain, chunkCount: tiles)
    }

    private static func nestStep(
        _ group: FusedGroup, _ lowered: LoweredNest, _ program: NestProgram, _ memory: ReuseMemory,
        fold: FoldExchange? = nil
    ) -> Plan.Step {
        let nest = lowered.nest
        let chunkCount = nest.outputs.isEmpty && nest.folds.isEmpty ? 0 : program.chunks.count
        let step = Plan.Step(
            program: program, domain: lowered.domain ?? group.domain,
            slots: lowered.stores.map { memory.memory[$0.windowOrdinal] },
            slides: lowered.slides,
            constants: lowered.constantOrigins,
            // With no points of its own a rank still takes part in bringing results together.
            chunkCount: fold == nil ? chunkCount : max(1, chunkCount),
            work: program.work)
        step.fold = fold
        return step
    }

    /// A group on its way to steps.
    private struct Work {
        var group: FusedGroup
        var lowered: [LoweredNest] = []
        var reuses: [Reuse] = []
        /// Whether the next group takes its result where it is.
        var handsOver = false
        /// What one of several ranks does of it.
        var parts: [InsertTransfers.Part] = []

        /// Whether nobody touches what the group's nest writes behind it.
        func isLastUse(_ uses: StoreUses) -> Bool {
            guard let lowered = lowered.first else { return false }
            return lowered.nest.outputs.allSatisfy {
                uses.lastUser[lowered.stores[$0.target.slot].windowOrdinal] == group.index
            }
        }
    }

    /// A rank's step; `nil` for messages that this rank neither sends nor gets.
    private static func step(
        _ part: InsertTransfers.Part, _ work: Work, _ workers: Int, _ memory: ReuseMemory
    ) -> Plan.Step? {
        let group = work.group
        func exchange(_ fill: (inout Exchange) -> Void) -> Plan.Step? {
            var exchange = Exchange()
            fill(&exchange)
            if exchange.turns.isEmpty { return nil }
            return Plan.Step(exchange: exchange, domain: group.domain, chunkCount: 1)
        }
        switch part {
        case .send(let draft): return exchange { $0.send(draft, in: memory.memory) }
        case .receive(let draft): return exchange { $0.receive(draft, in: memory.memory) }
        case .rounds(let drafts):
            return exchange {
                for draft in drafts {
                    $0.send(draft, in: memory.memory)
                    $0.receive(draft, in: memory.memory)
                }
            }
        case .nest(let program, let fold):
            return nestStep(group, work.lowered[0], program, memory, fold: fold)
        case .task(let units, let tag):
            let tiles = TaskTiles(group.task!, workers: workers, units: units)
            // A rank without units of its own hears what the others' say.
            let step = taskStep(group, units.isEmpty && tag == nil ? 0 : tiles.count)
            step.units = units
            step.tag = tag ?? 0
            step.isTogether = tag != nil
            return step
        case .collective(let shares, let tag):
            let step = taskStep(group, 1)
            step.shares = shares
            step.tag = tag
            return step
        }
    }
}

extension [Plan.Step] {
    /// The place of the step with most work.
    fileprivate var largest: Int { indices.max { self[$0].work < self[$1].work } ?? 0 }
}

extension Launch {
    fileprivate var stores: [Store] { inputs.map(\.store) + outputs.map(\.store) }
}
