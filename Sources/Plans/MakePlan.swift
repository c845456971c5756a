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
        let lastReader = lastReaders(groups)
        let lastGroup = lastGroups(groups)
        var memory = ReuseMemory(signature.stores, isActive: reusesMemory)
        var align = place.map { AlignRows(rankCount: $0.rankCount) }
        var transfers = place.map { InsertTransfers($0, signature.stores, workers: workers) }
        // What every group does: messages of later groups may join those of earlier ones.
        var work: [Work] = []
        for group in groups {
            let index = group.index
            var item = Work(group: group)
            if group.task == nil {
                item.lowered = Lower.run(group) { store in
                    store.handleCount > 0 || store.isShared || (lastReader[store.windowOrdinal] ?? -1) > index
                }
                guard item.lowered != nil else { continue }
                align?.run(group) { transfers.unsafelyUnwrapped.hasContents[$0] }
                item.reuses = memory.run(&item.lowered!) { lastGroup[$0.windowOrdinal] == index }
                for reuse in item.reuses { transfers?.noteTaker(reuse.taker) }
            }
            item.parts = item.lowered.flatMap { transfers?.run($0) } ?? []
            if let task = group.task, transfers != nil { item.parts = transfers!.run(group.launches[0], task) }
            memory.noteTouched(item.lowered?.stores ?? group.launches[0].stores)
            work.append(item)
        }
        // Steps in their places.
        var steps: [Plan.Step] = []
        var stepsOfGroup = [[Int]](repeating: [], count: groups.count)
        // On several ranks messages depend on steps beyond their group's: by the memory they touch.
        var stepsTouching = [[Int]](repeating: [], count: place == nil ? 0 : signature.stores.count)
        for item in work {
            let index = item.group.index
            var parts = place == nil
                ? [step(item.group, item.lowered, workers, memory)] : item.parts.compactMap { step($0, item, workers, memory) }
            // A launch is done with its last step; memory changes hands with the first.
            for k in parts.indices.dropLast() { parts[k].launches = [] }
            parts[0].reuses = item.reuses
            let isLast = item.lowered?.nest.outputs.allSatisfy {
                lastGroup[item.lowered!.stores[$0.target.slot].windowOrdinal] == index
            }
            for k in parts.indices { parts[k].program?.mayStream = isLast ?? false }
            let first = steps.count
            let earlier = item.group.predecessors.flatMap { stepsOfGroup[$0] }
            for k in parts.indices {
                let touched = parts[k].stores(launches)
                let sharing = memory.enter(first + k, touching: touched)
                var predecessors = Set(earlier).union(sharing)
                if place != nil {
                    for store in Set(touched.map({ memory.memory[$0] })) {
                        predecessors.formUnion(stepsTouching[store])
                        stepsTouching[store].append(first + k)
                    }
                }
                parts[k].predecessors = predecessors.sorted()
                parts[k].isContinuation = k > 0
                stepsOfGroup[index].append(first + k)
            }
            steps += parts
        }
        if place == nil, reusesMemory { StreamTemporaries.run(&steps, launches, signature.stores, memory, workers: workers) }
        for k in steps.indices { steps[k].traffic = Traffic(steps[k]) }
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
        let run = Set(steps.flatMap(\.launches))
        return Plan(
            steps: steps, segments: segments,
            eliminated: launches.indices.filter { !run.contains($0) }, lastSegment: lastSegment,
            dead: dropped.count, tagCount: transfers?.tagCount ?? 0, madeLocal: transfers?.madeLocal ?? [],
            alignments: align?.alignments ?? [])
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
        let positions = group.launches.map(\.windowPosition)
        return Plan.Step(
            program: nil, task: positions[0], domain: group.domain, launches: positions, slots: [], constants: [],
            chunkCount: tiles, work: 0, predecessors: [])
    }

    private static func nestStep(
        _ group: FusedGroup, _ lowered: LoweredNest, _ program: NestProgram, _ memory: ReuseMemory
    ) -> Plan.Step {
        let nest = lowered.nest
        return Plan.Step(
            program: program, domain: group.domain, launches: group.launches.map(\.windowPosition),
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
    }

    /// A rank's step; `nil` for messages that this rank neither sends nor gets.
    private static func step(
        _ part: InsertTransfers.Part, _ work: Work, _ workers: Int, _ memory: ReuseMemory
    ) -> Plan.Step? {
        let group = work.group
        func exchange(_ exchange: Exchange, _ tag: Int) -> Plan.Step? {
            if exchange.messages.isEmpty { return nil }
            return Plan.Step(
                program: nil, exchange: exchange.inMemory(memory.memory), tag: tag, domain: group.domain,
                launches: group.launches.map(\.windowPosition), slots: [], constants: [], chunkCount: 1, work: 0,
                predecessors: [])
        }
        switch part {
        case .send(let draft): return exchange(.send(draft.messages.sends), draft.tag)
        case .receive(let draft): return exchange(.receive(draft.messages.receives), draft.tag)
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

    /// For every store, the last group that reads or writes it.
    private static func lastGroups(_ groups: [FusedGroup]) -> [Int: Int] {
        var result: [Int: Int] = [:]
        for group in groups {
            for launch in group.launches {
                for view in launch.inputs { result[view.store.windowOrdinal] = group.index }
                for view in launch.outputs { result[view.store.windowOrdinal] = group.index }
            }
        }
        return result
    }

    /// For every store, the last group that reads it.
    private static func lastReaders(_ groups: [FusedGroup]) -> [Int: Int] {
        var result: [Int: Int] = [:]
        for group in groups {
            for launch in group.launches {
                for view in launch.inputs { result[view.store.windowOrdinal] = group.index }
            }
        }
        return result
    }
}

extension Launch {
    fileprivate var stores: [Store] { inputs.map(\.store) + outputs.map(\.store) }
}
