/// All passes in their order: from a window of launches to a plan that any window of the same signature can run.
///
///     EliminateDead → Fuse → Lower → ReuseMemory → OrderChunks
import Kernels
import Launches
import Shapes

public enum MakePlan {
    /// - Parameter reusesMemory: Whether new stores may take over the memory of dying ones.
    public static func run(
        _ launches: [Launch], _ signature: Signature, workers: Int, reusesMemory: Bool = true
    ) -> Plan {
        let (kept, dropped) = EliminateDead.run(launches)
        let groups = Fuse.run(kept)
        #if DEBUG
        PlanVerifier.verify(kept, groups)
        #endif
        let lastReader = lastReaders(groups)
        let lastGroup = lastGroups(groups)
        var memory = ReuseMemory(signature.stores, isActive: reusesMemory)
        var steps: [Plan.Step] = []
        var stepOfGroup = [Int](repeating: -1, count: groups.count)
        for group in groups {
            let predecessors = group.predecessors.compactMap { stepOfGroup[$0] >= 0 ? stepOfGroup[$0] : nil }
            guard var step = step(group, lastReader, lastGroup, predecessors.sorted(), workers, &memory)
            else { continue }
            let earlier = memory.enter(steps.count, touching: step.stores(launches))
            if !earlier.isEmpty { step.predecessors = Set(step.predecessors).union(earlier).sorted() }
            stepOfGroup[group.index] = steps.count
            steps.append(step)
        }
        let segments = OrderChunks.run(steps, launches, signature.stores, memory, workers: workers)
        #if DEBUG
        PlanVerifier.verify(segments)
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
            dead: dropped.count)
    }

    private static func step(
        _ group: FusedGroup, _ lastReader: [Int: Int], _ lastGroup: [Int: Int], _ predecessors: [Int],
        _ workers: Int, _ memory: inout ReuseMemory
    ) -> Plan.Step? {
        let positions = group.launches.map(\.windowPosition)
        if let task = group.task {
            return Plan.Step(
                program: nil, domain: group.domain, launches: positions, slots: [], constants: [],
                chunkCount: TaskTiles(task, workers: workers).count, work: 0, predecessors: predecessors)
        }
        let index = group.index
        let lowered = Lower.run(group) { store in
            store.handleCount > 0 || store.isShared || (lastReader[store.windowOrdinal] ?? -1) > index
        }
        guard var lowered else { return nil }
        let reuses = memory.run(&lowered) { lastGroup[$0.windowOrdinal] == index }
        let program = NestProgram(lowered.nest, workers: workers)
        let nest = lowered.nest
        return Plan.Step(
            program: program, domain: group.domain, launches: positions,
            slots: lowered.stores.map { memory.memory[$0.windowOrdinal] }, constants: lowered.constantOrigins,
            chunkCount: nest.outputs.isEmpty && nest.folds.isEmpty ? 0 : program.chunks.count,
            work: nest.pointCount &* (nest.steps.count &+ nest.folds.count &+ 1), predecessors: predecessors,
            reuses: reuses)
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
