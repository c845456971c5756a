/// The chunks of a segment by worker: who computed a part of an array goes on with what is computed
/// from it, and finds it in its core's cache.
///
///     order    s0c0 s0c1 s0c2 s0c3 s1c0 s1c1 s1c2 s1c3          four chunks a step
///     lanes    s0c0 s0c1 s1c0 s1c1 | s0c2 s0c3 s1c2 s1c3         two workers
///
/// In: the order in which chunks are begun, each behind what it needs. Out: one such order for each
/// worker. Of every step a worker has the chunks at its place among the points; so neighbours meet
/// at the borders of lanes alone.
import Kernels

struct Lanes {
    let chunks: Table<Int32>
    /// Worker k's lane is `bounds[k] ..< bounds[k + 1]`.
    let bounds: [Int]

    /// `nil` where chunks follow no order, are begun in units of several, or speak with other
    /// ranks: messages keep the order of their steps.
    init?(
        _ steps: ArraySlice<Plan.Step>, _ firstChunk: [Int], _ stepOf: [Int32],
        _ order: BeginChunks.Order, workers: Int
    ) {
        let isPlain = order.unitStart.isEmpty && !order.hasPriorities
        guard workers > 1, steps.count > 1, isPlain,
            steps.allSatisfy({ $0.exchange == nil && $0.fold == nil && $0.stream == nil })
        else { return nil }
        var lanes = [[Int32]](repeating: [], count: workers)
        for chunk in order.chunks {
            let step = Int(stepOf[Int(chunk)])
            let place = Int(chunk) - firstChunk[step]
            lanes[place * workers / steps[steps.startIndex + step].chunkCount].append(chunk)
        }
        var bounds = [0]
        for lane in lanes { bounds.append(bounds[bounds.count - 1] + lane.count) }
        self.bounds = bounds
        chunks = Table(lanes.flatMap { $0 })
    }
}
