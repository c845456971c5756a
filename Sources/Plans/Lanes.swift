/// The chunks of a segment by worker: who computed a part of an array goes on with what is computed
/// from it, and finds it in its core's cache.
///
///     steps    s0: c0 c1 c2 c3     s1: c0 c1 c2 c3              four chunks a step
///     lanes    s0c0 s0c1 s1c0 s1c1 | s0c2 s0c3 s1c2 s1c3        two workers
///
/// In: steps, each behind those that it needs, and their chunks. Out: for each worker an order of
/// its own: step by step, those of a step's chunks that lie at the worker's place among the points.
/// So neighbours meet at the borders of lanes alone, and whoever comes to a border has been there at
/// about the same time in the step before. Larger arrays, of which a step passes through the caches
/// before the next begins, had better follow the data (`BeginChunks`).
import Kernels

struct Lanes {
    let chunks: Table<Int32>
    /// Worker k's lane is `bounds[k] ..< bounds[k + 1]`.
    let bounds: [Int]

    /// Chunks of a step for each worker at most.
    private static let mostChunks = 8

    /// `nil` where steps are large, where chunks are begun in units of several or by priorities, or
    /// speak with other ranks: messages keep the order of their steps.
    init?(
        _ steps: ArraySlice<Plan.Step>, _ firstChunk: [Int], _ order: BeginChunks.Order,
        workers: Int
    ) {
        let isPlain = order.unitStart.isEmpty && !order.hasPriorities
        guard workers > 1, steps.count > 1, isPlain,
            steps.allSatisfy({ step in
                step.chunkCount <= Lanes.mostChunks * workers
                    && step.exchange == nil && step.fold == nil && step.stream == nil
            })
        else { return nil }
        var lanes = [[Int32]](repeating: [], count: workers)
        for (step, first) in zip(steps, firstChunk) {
            for chunk in 0..<step.chunkCount {
                lanes[chunk * workers / step.chunkCount].append(Int32(first + chunk))
            }
        }
        var bounds = [0]
        for lane in lanes { bounds.append(bounds[bounds.count - 1] + lane.count) }
        self.bounds = bounds
        chunks = Table(lanes.flatMap { $0 })
    }
}
