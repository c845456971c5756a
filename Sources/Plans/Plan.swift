/// What a flushed window becomes: steps in an order that respects every dependence, cut into
/// chunks.
///
///     plan    = segment*
///     segment = step*, and an order of their chunks     memory is given at its start and taken back at its end
///     step    = nest | task                             launches that run as one loop nest, or one opaque launch
///             | send | receive                          on several ranks: what travels before and after them
///
/// A plan names stores, launches and constants by their place in the window, never by reference:
/// the next window of the same signature runs the same plan with its own, and one of the same form
/// whose operands have moved runs it with their shifts (`Slides`).
import Kernels
import Launches
import Shapes

public final class Plan {
    public let steps: [Step]
    public let segments: [Segment]
    /// Positions of launches that nobody could ever observe.
    public let eliminated: [Int]
    /// For each store of the window, the segment behind which the plan needs it no more; -1 where
    /// no step touches it.
    public let lastSegment: [Int]
    /// How many of the eliminated launches were dead before fusion.
    public let dead: Int
    /// Positions of copies that nobody makes: their readers read what they would be copied from.
    public let propagated: [Int]
    /// Tags that one run of the plan uses.
    public let tagCount: Int
    /// Ordinals of tiled stores of which, behind the plan, every rank has all bytes.
    public let madeLocal: [Int]
    /// Which operands move from window to window; `nil` where each lies where it lay.
    public let slides: Slides?
    /// The shifts of a window whose operands lie where they lay when its plan was made.
    public static let unmoved = [0]
    /// Where the blocks of new stores end.
    private let alignments: [(store: Int, alignment: Store.Alignment)]

    /// Whether it has something to say of its stores' blocks.
    public var alignsStores: Bool { !alignments.isEmpty }

    /// Makes the stores of a window like those that the plan was made for.
    public func prepare(_ stores: [Store]) {
        for (store, alignment) in alignments { stores[store].alignment = alignment }
    }

    init(
        steps: [Step], segments: [Segment], eliminated: [Int], lastSegment: [Int], dead: Int,
        propagated: [Int] = [],
        tagCount: Int = 0,
        madeLocal: [Int] = [], alignments: [(store: Int, alignment: Store.Alignment)] = [],
        slides: Slides? = nil
    ) {
        self.slides = slides
        self.alignments = alignments
        self.dead = dead
        self.propagated = propagated
        self.madeLocal = madeLocal
        self.tagCount = tagCount
        self.steps = steps
        self.segments = segments
        self.eliminated = eliminated
        self.lastSegment = lastSegment
    }
}

/// Steps whose memory is there at the same time, and whose chunks therefore need no common end.
///
/// Chunks are numbered through the segment, step by step; behind them stands one number per step
/// for its completion.
public final class Segment {
    public let steps: Range<Int>
    /// Number of the first chunk of each step.
    let firstChunk: [Int]
    public let chunkCount: Int
    /// The chunks in the order in which they are begun: each one behind everything it waits for.
    let order: Table<Int32>
    /// What a worker takes as a whole: `order[unitStart[u] ..< unitStart[u + 1]]`; empty where each
    /// chunk stands alone.
    let unitStart: Table<Int32>
    /// The step of each chunk, counted from the segment's first.
    let stepOf: Table<Int32>
    /// `needs[needStart[c] ..< needStart[c + 1]]`: intervals of chunk and step numbers that must be
    /// done before chunk c.
    let needStart: Table<Int32>
    let needs: Table<Need>
    let work: Int
    /// No order among its chunks is known: all of a step is done before the next begins.
    let isStepByStep: Bool
    /// The order puts chunks between a message's sending and its receipt, or follows priorities:
    /// worth keeping however small the segment is.
    let keepsOrder: Bool
    /// Some step is an opaque launch in several tiles, which are worth several workers.
    let hasTiles: Bool
    /// What a run with tiles took at least; nobody knows before the first. Others may have had the
    /// cores in the longer ones.
    var leastNanoseconds = Int.max
    /// Ordinals of the stores whose memory the segment's steps touch.
    let stores: [Int]
    /// Stores that take over memory with its steps, and positions of the launches that are done
    /// behind it.
    let reuses: [Reuse]
    public let launches: [Int]
    let counts: SegmentCounts
    /// The steps for a run on the calling thread, where that is all it takes; made when first asked
    /// for.
    private var inline: InlineSteps?
    private var isInlineKnown = false

    struct Need: Hashable {
        var first: Int32
        var last: Int32
    }

    /// - Parameters:
    ///   - steps: The segment's steps, numbered as in their plan.
    ///   - needs: What each chunk waits for.
    init(
        _ steps: ArraySlice<Plan.Step>, firstChunk: [Int], stepOf: [Int32],
        order: BeginChunks.Order, needs: [[Need]],
        stores: [Int], isStepByStep: Bool = false
    ) {
        self.isStepByStep = isStepByStep
        self.steps = steps.indices
        let chunkCount = stepOf.count
        work = steps.reduce(0) { $0 &+ $1.work }
        hasTiles = steps.contains { $0.task != nil && $0.chunkCount > 1 }
        reuses = steps.flatMap(\.reuses)
        launches = steps.flatMap(\.launches)
        counts = SegmentCounts(steps)
        var needStart: [Int32] = [0]
        for list in needs { needStart.append(needStart[needStart.count - 1] + Int32(list.count)) }
        self.firstChunk = firstChunk
        self.chunkCount = chunkCount
        self.order = Table(order.chunks)
        unitStart = Table(order.unitStart)
        keepsOrder = order.overlapsMessages || order.hasPriorities
        self.stepOf = Table(stepOf)
        self.needStart = Table(needStart)
        self.needs = Table(needs.flatMap { $0 })
        self.stores = stores
    }

    /// A segment that the calling thread runs step by step.
    convenience init(stepByStep steps: ArraySlice<Plan.Step>, stores: [Int]) {
        let (firstChunk, stepOf) = Segment.numbers(of: steps)
        self.init(
            steps, firstChunk: firstChunk, stepOf: stepOf,
            order: BeginChunks.Order(chunks: stepOf.indices.map(Int32.init)),
            needs: [[Need]](repeating: [], count: stepOf.count), stores: stores,
            isStepByStep: true)
    }

    /// The number of each step's first chunk, and the step of each chunk.
    static func numbers(of steps: ArraySlice<Plan.Step>) -> (firstChunk: [Int], stepOf: [Int32]) {
        var firstChunk: [Int] = []
        var stepOf: [Int32] = []
        for (k, step) in steps.enumerated() {
            firstChunk.append(stepOf.count)
            stepOf += repeatElement(Int32(k), count: step.chunkCount)
        }
        return (firstChunk, stepOf)
    }

    /// So little work that it is done step by step, wherever its chunks may begin.
    var isSmall: Bool {
        isStepByStep || work < PlanExecutor.parallelLimit && !keepsOrder
    }

    /// The steps for a run on the calling thread; `nil` where it takes more.
    func inlineSteps(of plan: Plan) -> InlineSteps? {
        if !isInlineKnown {
            isInlineKnown = true
            inline = InlineSteps(self, plan)
        }
        return inline
    }

    /// Units that workers take.
    var unitCount: Int { unitStart.count > 0 ? unitStart.count - 1 : chunkCount }

    /// Places in the order that make a unit.
    func places(of unit: Int) -> Range<Int> {
        if unitStart.count == 0 { return unit..<unit &+ 1 }
        return Int(unitStart[unit])..<Int(unitStart[unit &+ 1])
    }

    /// Numbers of the chunks of one step, counted from the segment's first.
    func chunks(of step: Int) -> Range<Int> {
        firstChunk[step]..<(step + 1 < firstChunk.count ? firstChunk[step + 1] : chunkCount)
    }

    deinit {
        order.deallocate()
        unitStart.deallocate()
        stepOf.deallocate()
        needStart.deallocate()
        needs.deallocate()
    }
}
