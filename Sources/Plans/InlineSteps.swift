/// The steps of a small segment as one flat table, for a run on the calling thread with nothing around it: no state of
/// workers, no flags, no memory taken and given back.
///
///     steps       nest 0   nest 1   task   ...
///     slots       0 1 2 |  1 3   |      |        whose memory stands behind a nest's slots: ordinals of stores
///     constants   0     |  1 2   |      |        positions among the window's constants
///
/// In: the steps of a segment. Out: the table, if all are nests that finish their own results, or tasks of one tile. What
/// speaks with other ranks, streams a temporary or brings partial results together goes the long way.
import Kernels

final class InlineSteps {
    /// Nests with more operands or constants go the long way.
    static let mostSlots = 256, mostConstants = 256

    struct Step {
        /// `nil` for a task.
        var program: Unmanaged<NestProgram>?
        /// Number of the step, counted from the segment's first.
        var number: Int
        var slots: Range<Int>
        var constants: Range<Int>
    }

    let steps: Table<Step>
    let slots: Table<Int>
    let constants: Table<Int>

    init?(_ segment: ArraySlice<Plan.Step>) {
        guard segment.allSatisfy(\.runsInline) else { return nil }
        var steps: [Step] = []
        var slots: [Int] = []
        var constants: [Int] = []
        for (number, step) in segment.enumerated() {
            let (slot, constant) = (slots.count, constants.count)
            slots += step.slots
            constants += step.constantPlaces
            steps.append(
                Step(
                    program: step.program.map { Unmanaged.passUnretained($0) }, number: number, slots: slot..<slots.count,
                    constants: constant..<constants.count))
        }
        self.steps = Table(steps)
        self.slots = Table(slots)
        self.constants = Table(constants)
    }

    deinit {
        steps.deallocate()
        slots.deallocate()
        constants.deallocate()
    }
}

extension Plan.Step {
    fileprivate var runsInline: Bool {
        guard exchange == nil, fold == nil, stream == nil, shares == nil else { return false }
        guard let program else { return task != nil && chunkCount <= 1 }
        return program.partialByteCount == 0 && chunkCount == program.chunks.count
            && slots.count <= InlineSteps.mostSlots
            && constants.count <= InlineSteps.mostConstants
    }
}
