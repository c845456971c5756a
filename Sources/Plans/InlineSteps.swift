/// The steps of a small segment as one flat table, for a run on the calling thread with nothing
/// around it: no state of workers, no flags, no memory taken and given back.
///
///     runs        nest 0   send   nest 1, chunks 1 ..< 3   receive   nest 1, chunk 0   task   …
///     slots       0 1 2  |      | 1 3                    |         | 1 3             |
///     constants   0      |      | 1 2                    |         | 1 2             |
///     turns              | 0 1  |                        | 2 3     |                 |
///
/// Slots are ordinals of the stores whose memory stands behind a nest's, and the slides of their
/// views; constants are positions among the window's; turns are messages.
///
/// In: a segment. Out: the table, if all are nests that finish their own results, tasks of one
/// tile, or messages. What brings results together over the ranks, streams a temporary or leaves
/// partial results goes the long way.
import Kernels

final class InlineSteps {
    /// Nests with more operands or constants go the long way.
    static let mostSlots = 256, mostConstants = 256

    /// Consecutive chunks of one step.
    struct Run {
        /// Number of the step, counted from the segment's first.
        var number: Int
        /// `nil` for a task, and for messages.
        var program: Unmanaged<NestProgram>?
        var chunks: Range<Int>
        var slots: Range<Int>
        var constants: Range<Int>
        var turns: Range<Int>
        /// The first one of its step.
        var isFirst: Bool
    }

    struct Slot {
        var store: Int
        var slide: Int
    }

    /// A message of which all that a run needs is known.
    struct Turn {
        var rank: Int
        var tag: Int
        var isReceive: Bool
        /// Where its bytes lie, if they lie side by side.
        var place: (store: Int, bytes: Range<Int>)?
        /// Its position among the step's messages.
        var position: Int
    }

    let runs: Table<Run>
    let slots: Table<Slot>
    let constants: Table<Int>
    let turns: Table<Turn>

    /// Small segments step by step; others in the plan's order, which keeps operands in the cache,
    /// and those that compute while messages are on their way or have priorities.
    init?(_ segment: Segment, _ plan: Plan) {
        guard plan.steps[segment.steps].allSatisfy(\.runsInline) else { return nil }
        var table = Builder(steps: Array(plan.steps[segment.steps]))
        if !segment.isSmall {
            for k in 0..<segment.chunkCount {
                let chunk = Int(segment.order[k])
                let step = Int(segment.stepOf[chunk])
                let local = chunk - segment.firstChunk[step]
                table.add(step, local..<local + 1)
            }
        } else {
            for step in table.steps.indices { table.add(step, 0..<table.steps[step].chunkCount) }
        }
        runs = Table(table.runs)
        slots = Table(table.slots)
        constants = Table(table.constants)
        turns = Table(table.turns)
    }

    deinit {
        runs.deallocate()
        slots.deallocate()
        constants.deallocate()
        turns.deallocate()
    }

    private struct Builder {
        let steps: [Plan.Step]
        var runs: [Run] = []
        var slots: [Slot] = []
        var constants: [Int] = []
        var turns: [Turn] = []
        /// Where the tables of steps begin that are entered.
        private var entered: [Int: Run] = [:]

        init(steps: [Plan.Step]) { self.steps = steps }

        mutating func add(_ number: Int, _ chunks: Range<Int>) {
            if chunks.isEmpty, steps[number].program == nil { return }
            if let last = runs.last, last.number == number,
                last.chunks.upperBound == chunks.lowerBound
            {
                runs[runs.count - 1].chunks = last.chunks.lowerBound..<chunks.upperBound
                return
            }
            var run = entered[number] ?? enter(number)
            run.chunks = chunks
            runs.append(run)
            run.isFirst = false
            entered[number] = run
        }

        private mutating func enter(_ number: Int) -> Run {
            let step = steps[number]
            let (slot, constant, turn) = (slots.count, constants.count, turns.count)
            slots += zip(step.slots, step.slides).map { Slot(store: $0, slide: Int($1)) }
            constants += step.constantPlaces
            for (position, one) in (step.exchange?.turns ?? []).enumerated() {
                turns.append(
                    Turn(
                        rank: one.message.rank, tag: one.tag, isReceive: one.isReceive,
                        place: one.message.onlyRun,
                        position: position))
            }
            return Run(
                number: number, program: step.program.map { Unmanaged.passUnretained($0) },
                chunks: 0..<0,
                slots: slot..<slots.count, constants: constant..<constants.count,
                turns: turn..<turns.count, isFirst: true)
        }
    }
}

extension Plan.Step {
    fileprivate var runsInline: Bool {
        guard fold == nil, stream == nil, shares == nil, !isTogether else { return false }
        if exchange != nil { return true }
        guard let program else { return task != nil && chunkCount <= 1 }
        return program.partialByteCount == 0 && chunkCount == program.chunks.count
            && slots.count <= InlineSteps.mostSlots
            && constants.count <= InlineSteps.mostConstants
    }
}
