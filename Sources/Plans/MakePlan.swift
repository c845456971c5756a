/// All passes in their order: from a window of launches to a plan that any window of the same signature can run.
///
///     EliminateDead → Fuse → Lower → (AlignRows) → ReuseMemory → (InsertTransfers) → StreamTemporaries → OrderChunks
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
        let (kept, dropped) = EliminateDead.run(launches)
        let groups = Fuse.run(kept)
        #if DEBUG
        PlanVerifier.verify(kept, groups)
        #endif
        let uses = LastUses(groups, storeCount: signature.stores.count)
        var memory = ReuseMemory(signature.stores, isActive: reusesMemory)
        var align = place.map { AlignRows(rankCount: $0.rankCount) }
        var transfers = place.map { InsertTransfers($0, signature.stores, workers: workers) }
        // What every group does: messages of later groups may join those of earlier ones.
        var work: [Work] = []
        work.reserveCapacity(groups.count)
        for group in groups {
            guard let item = self.work(group, uses, &memory, &align, &transfers) else { continue }
            work.append(item)
        }
        var placing = PlaceSteps(launches, memory, groupCount: groups.count, storeCount: signature.stores.count)
        for k in work.indices {
            var parts = place == nil
                ? [step(work[k].group, work[k].lowered, workers, memory)]
                : work[k].parts.compactMap { step($0, work[k], workers, memory) }
            // A launch is done with its last step; memory changes hands with the first.
            parts[parts.count - 1].launches = work[k].group.launches.map(\.windowPosition)
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
            dead: dropped.count, tagCount: transfers?.tagCount ?? 0, madeLocal: transfers?.madeLocal ?? [],
            alignments: align?.alignments ?? [])
    }

    /// Lowers a group and says what this rank does of it; `nil` where nothing of it is left.
    private static func work(
        _ group: FusedGroup, _ uses: LastUses, _ memory: inout ReuseMemory, _ align: inout AlignRows?,
        _ transfers: inout InsertTransfers?
    ) -> Work? {
        var item = Work(group: group)
        if let task = group.task {
            if transfers != nil { item.parts = transfers!.run(group.launches[0], task) }
            memory.noteTouched(group.launches[0].stores)
            return item
        }
        item.lowered = Lower.run(group) { store in
            store.handleCount > 0 || store.isShared || uses.lastReader[store.windowOrdinal] > group.index
        }
        guard item.lowered != nil else { return nil }
        align?.run(group) { transfers.unsafelyUnwrapped.hasContents[$0] }
        item.reuses = memory.run(&item.lowered!) { uses.lastUser[$0.windowOrdinal] == group.index }
        for reuse in item.reuses { transfers?.noteTaker(reuse.taker) }
        item.parts = transfers?.run(item.lowered!) ?? []
        memory.noteTouched(item.lowered!.stores)
        return item
    }

    /// The one step of a group where there is one rank.
    private static func step(
        _ group: FusedGroup, _ lowered: LoweredNest?, _ workers: Int, _ memory: ReuseMemory
    ) -> Plan.Step {
        guard let lowered else {
            return taskStep(group, TaskTiles(group.task!, workers: workers).count)
        }
        return nestStep(group, lowered, NestProgram(lowered.nest, workers: workers), memory)
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
            program: program, domain: group.domain, launches: [],
            slots: lowered.stores.map { memory.memory[$0.windowOrdinal] }, constants: lowered.constantOrigins,
            chunkCount: nest.outputs.isEmpty && nest.folds.isEmpty ? 0 : program.chunks.count,
            work: program.pointCount &* (nest.steps.count &+ nest.folds.count &+ 1), predecessors: [])
    }

    /// A group on its way to steps.
    private struct Work {
        var group: FusedGroup
        var lowered: LoweredNest?
        var reuses: [Reuse] = []
        /// What one of several ranks does of it.
        var parts: [InsertTransfers.Part] = []

        /// Whether nobody touches what the group's nest writes behind it.
        func isLastUse(_ uses: LastUses) -> Bool {
            guard let lowered else { return false }
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
            var step = nestStep(group, work.lowered!, program, memory)
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

extension Launch {
    fileprivate var stores: [Store] { inputs.map(\.store) + outputs.map(\.store) }
}

/// For every store of a window, the last group that reads it, and the last that touches it; -1 for none.
private struct LastUses {
    private(set) var lastReader: [Int]
    private(set) var lastUser: [Int]

    init(_ groups: [FusedGroup], storeCount: Int) {
        lastReader = [Int](repeating: -1, count: storeCount)
        lastUser = lastReader
        for group in groups {
            for launch in group.launches {
                for view in launch.inputs {
                    lastReader[view.store.windowOrdinal] = group.index
                    lastUser[view.store.windowOrdinal] = group.index
                }
                for view in launch.outputs { lastUser[view.store.windowOrdinal] = group.index }
            }
        }
    }
}
