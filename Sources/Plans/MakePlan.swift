/// All passes in their order: from a window of launches to a plan that any window of the same signature can run.
///
///     EliminateDead → PropagateCopies → Fuse → Lower → (AlignRows) → ReuseMemory → (InsertTransfers)
///     → StreamTemporaries → OrderChunks
import Kernels
import Launches
import Partitions
import Shapes

public enum MakePlan {
    /// - Parameters:
    ///   - place: The rank the plan is for; `nil` where there is one.
    ///   - reusesMemory: Whether new stores may take over the memory of dying ones.
    public static func run(
        _ launches: [Launch], _ signature: Signature, workers: Int, place: RankPlace? = nil, reusesMemory: Bool = true
    ) -> Plan {
        let (alive, dropped) = EliminateDead.run(launches)
        // On several ranks a copy is what brings elements to the rank that reads them.
        let (kept, copies) = place == nil ? PropagateCopies.run(alive) : (alive, CopiedStores())
        let groups = Fuse.run(kept, copies)
        #if DEBUG
        PlanVerifier.verify(kept, copies, groups)
        #endif
        let uses = LastUses(groups, copies, storeCount: signature.stores.count)
        var memory = ReuseMemory(signature.stores, isActive: reusesMemory)
        var align = place.map { AlignRows(rankCount: $0.rankCount) }
        var transfers = place.map { InsertTransfers($0, signature.stores, workers: workers) }
        // What every group does: messages of later groups may join those of earlier ones.
        var work: [Work] = []
        work.reserveCapacity(groups.count)
        for group in groups {
            guard let item = self.work(group, copies, uses, &memory, &align, &transfers) else { continue }
            work.append(item)
        }
        let copied = copies.positions(doneWith: groups)
        var placing = PlaceSteps(launches, memory, groupCount: groups.count, storeCount: signature.stores.count)
        for k in work.indices {
            var parts = place == nil
                ? steps(work[k], workers, memory)
                : work[k].parts.compactMap { step($0, work[k], workers, memory) }
            // A launch is done with its group's last step, and boxes, which end together, with the largest; memory changes
            // hands with the first.
            let last = work[k].group.readsCopies ? parts.largest : parts.count - 1
            parts[last].launches = work[k].group.launches.map(\.windowPosition) + (copied[work[k].group.index] ?? [])
            parts[0].reuses = work[k].reuses
            let mayStream = work[k].isLastUse(uses)
            for part in parts.indices { parts[part].program?.mayStream = mayStream }
            placing.place(&parts, of: work[k].group, hasMessages: place != nil)
        }
        memory = placing.memory
        var steps = placing.steps
        if place == nil, reusesMemory { StreamTemporaries.run(&steps, launches, signature.stores, memory, workers: workers) }
        for k in steps.indices {
            steps[k].traffic = Traffic(steps[k])
            steps[k].placeConstants(signature)
        }
        let segments = OrderChunks.run(steps, launches, signature.stores, memory, workers: workers)
        #if DEBUG
        PlanVerifier.verify(segments)
        PlanVerifier.verify(segments, steps)
        #endif
        var lastSegment = [Int](repeating: -1, count: signature.stores.count)
        for (k, segment) in segments.enumerated() {
            for store in segment.stores { lastSegment[store] = k }
            for step in segment.steps { for reuse in steps[step].reuses { lastSegment[reuse.taker] = k } }
        }
        var isRun = [Bool](repeating: false, count: launches.count)
        for step in steps.indices { for launch in steps[step].launches { isRun[launch] = true } }
        return Plan(
            steps: steps, segments: segments,
            eliminated: launches.indices.filter { !isRun[$0] }, lastSegment: lastSegment,
            dead: dropped.count, propagated: copies.allPositions, tagCount: transfers?.tagCount ?? 0, madeLocal: transfers?.madeLocal ?? [],
            alignments: align?.alignments ?? [])
    }

    /// Lowers a group and says what this rank does of it; `nil` where nothing of it is left.
    private static func work(
        _ group: FusedGroup, _ copies: CopiedStores, _ uses: LastUses, _ memory: inout ReuseMemory, _ align: inout AlignRows?,
        _ transfers: inout InsertTransfers?
    ) -> Work? {
        var item = Work(group: group)
        if let task = group.task {
            if transfers != nil { item.parts = transfers!.run(group.launches[0], task) }
            memory.noteTouched(group.launches[0].stores)
            return item
        }
        item.lowered = Lower.run(group, copies) { store in
            store.handleCount > 0 || store.isShared || uses.lastReader[store.windowOrdinal] > group.index
        }
        if item.lowered.isEmpty { return nil }
        align?.run(group) { transfers.unsafelyUnwrapped.hasContents[$0] }
        // The points of a box are not those at which other boxes read.
        if !group.readsCopies {
            item.reuses = memory.run(&item.lowered[0]) { uses.lastUser[$0.windowOrdinal] == group.index }
        }
        for reuse in item.reuses { transfers?.noteTaker(reuse.taker) }
        item.parts = transfers?.run(item.lowered[0]) ?? []
        for lowered in item.lowered { memory.noteTouched(lowered.stores) }
        return item
    }

    /// The steps of a group where there is one rank: one for each box.
    private static func steps(_ work: Work, _ workers: Int, _ memory: ReuseMemory) -> [Plan.Step] {
        if let task = work.group.task { return [taskStep(work.group, TaskTiles(task, workers: workers).count)] }
        return work.lowered.map { nestStep(work.group, $0, NestProgram($0.nest, workers: workers), memory) }
    }

    private static func taskStep(_ group: FusedGroup, _ tiles: Int) -> Plan.Step {
        Plan.Step(
            program: nil, task: group.launches[0].windowPosition, domain: group.domain, launches: [], slots: [], constants: [],
            chunkCount: tiles, work: 0, predecessors: [])
    }

    private static func nestStep(
        _ group: FusedGroup, _ lowered: LoweredNest, _ program: NestProgram, _ memory: ReuseMemory
    ) -> Plan.Step {
        let nest = lowered.nest
        return Plan.Step(
            program: program, domain: lowered.domain ?? group.domain, launches: [],
            slots: lowered.stores.map { memory.memory[$0.windowOrdinal] }, constants: lowered.constantOrigins,
            chunkCount: nest.outputs.isEmpty && nest.folds.isEmpty ? 0 : program.chunks.count,
            work: program.pointCount &* (nest.steps.count &+ nest.folds.count &+ 1), predecessors: [])
    }

    /// A group on its way to steps.
    private struct Work {
        var group: FusedGroup
        var lowered: [LoweredNest] = []
        var reuses: [Reuse] = []
        /// What one of several ranks does of it.
        var parts: [InsertTransfers.Part] = []

        /// Whether nobody touches what the group's nest writes behind it.
        func isLastUse(_ uses: LastUses) -> Bool {
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
            return Plan.Step(
                program: nil, exchange: exchange, domain: group.domain, launches: [], slots: [], constants: [],
                chunkCount: 1, work: 0, predecessors: [])
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
            var step = nestStep(group, work.lowered[0], program, memory)
            step.fold = fold
            // With no points of its own a rank still takes part in bringing results together.
            return fold == nil || step.chunkCount > 0 ? step : step.withChunks(1)
        case .task(let units):
            let tiles = TaskTiles(group.task!, workers: workers, units: units)
            var step = taskStep(group, units.isEmpty ? 0 : tiles.count)
            step.units = units
            return step
        case .collective(let shares, let tag):
            var step = taskStep(group, 1)
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

/// For every store of a window, the last group that reads it, and the last that touches it; -1 for none.
private struct LastUses {
    private(set) var lastReader: [Int]
    private(set) var lastUser: [Int]

    init(_ groups: [FusedGroup], _ copies: CopiedStores, storeCount: Int) {
        lastReader = [Int](repeating: -1, count: storeCount)
        lastUser = lastReader
        for group in groups {
            for launch in group.launches {
                for view in copies.reads(of: launch) {
                    lastReader[view.store.windowOrdinal] = group.index
                    lastUser[view.store.windowOrdinal] = group.index
                }
                for view in launch.outputs { lastUser[view.store.windowOrdinal] = group.index }
            }
        }
    }
}
