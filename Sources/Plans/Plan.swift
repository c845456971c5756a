/// What a flushed window becomes: steps in an order that respects every dependence, cut into chunks.
///
///     plan    = segment*
///     segment = step*, and an order of their chunks     memory is given at its start and taken back at its end
///     step    = nest | task                             launches that run as one loop nest, or one opaque launch
///             | send | receive                          on several ranks: what travels before and after them
///
/// A plan names stores, launches and constants by their place in the window, never by reference: the next window of
/// the same signature runs the same plan with its own.
import Kernels
import Launches
import Shapes

public final class Plan {
    public struct Step {
        /// The nest; `nil` for an opaque launch and for messages.
        public private(set) var program: NestProgram?
        /// Position in the window of the opaque launch.
        var task: Int?
        /// The rank's part of the task's units; `nil` for all.
        var units: Range<Int>?
        /// The parts of the task's operands, where it is a collective one.
        var shares: [CollectiveShare]?
        /// The messages that the step sends or receives.
        public var exchange: Exchange?
        /// How the folds' results come together over the ranks.
        var fold: FoldExchange?
        /// Of a collective task's messages, within the plan.
        var tag = 0
        /// Stands in one segment with the step before.
        public internal(set) var isContinuation = false
        public let domain: AxisList
        /// Positions in the window of the launches that are done with this step.
        public var launches: [Int]
        /// Ordinals of the stores whose memory is behind the nest's slots.
        let slots: [Int]
        let constants: [ConstantOrigin]
        /// The same as positions among all constants of the window.
        private(set) var constantPlaces: [Int] = []
        /// Chunks of the nest, tiles of the task, one for messages.
        public private(set) var chunkCount: Int
        /// Points times operations.
        let work: Int
        /// Steps before this one that must have run where both touch the same bytes.
        var predecessors: [Int]
        /// Earlier steps of the plan that this one needs.
        public var waitsFor: [Int] { predecessors }
        /// Stores that take over the memory of others with this step.
        var reuses: [Reuse] = []
        /// The temporary that streams from this step to the next, or from the one before to this.
        var stream: TemporaryStream?
        /// What it moves to and from memory.
        var traffic = Traffic()

        /// What it is, in a word.
        public var kind: String {
            exchange?.kind ?? (program != nil ? "nest" : shares == nil ? "task" : "collective task")
        }
        /// Its result exists only a few chunks at a time, for the next step.
        public var streams: Bool { stream?.isSource ?? false }
        public var isReceive: Bool { exchange?.isReceive ?? false }
        /// The results of its folds are brought together over the ranks.
        public var meetsOverRanks: Bool { fold != nil }

        /// Slots of the nest whose memory is a store's.
        var storedSlots: [Int] {
            guard let stream else { return slots }
            return slots.indices.filter { $0 != stream.slot }.map { slots[$0] }
        }

        /// The same work cut as another nest over the same points is.
        mutating func cut(like other: NestProgram) {
            guard let nest = program?.nest else { return }
            let recut = NestProgram(nest, workers: 1, chunks: other.chunks)
            recut.readsCached = true
            program = recut
            chunkCount = recut.chunks.count
        }

        mutating func placeConstants(_ signature: Signature) {
            constantPlaces = constants.map { signature.firstConstant(of: $0.launch) + $0.constant }
        }

        func withChunks(_ count: Int) -> Step {
            var step = self
            step.chunkCount = count
            return step
        }
    }

    public let steps: [Step]
    public let segments: [Segment]
    /// Positions of launches that nobody could ever observe.
    public let eliminated: [Int]
    /// For each store of the window, the segment behind which the plan needs it no more; -1 where no step touches it.
    public let lastSegment: [Int]
    /// How many of the eliminated launches were dead before fusion.
    public let dead: Int
    /// Positions of copies that nobody makes: their readers read what they would be copied from.
    public let propagated: [Int]
    /// Tags that one run of the plan uses.
    public let tagCount: Int
    /// Ordinals of tiled stores of which, behind the plan, every rank has all bytes.
    public let madeLocal: [Int]
    /// Where the blocks of new stores end.
    private let alignments: [(store: Int, alignment: Store.Alignment)]

    /// Whether it has something to say of its stores' blocks.
    public var alignsStores: Bool { !alignments.isEmpty }

    /// Makes the stores of a window like those that the plan was made for.
    public func prepare(_ stores: [Store]) {
        for (store, alignment) in alignments { stores[store].alignment = alignment }
    }

    init(
        steps: [Step], segments: [Segment], eliminated: [Int], lastSegment: [Int], dead: Int, propagated: [Int] = [],
        tagCount: Int = 0,
        madeLocal: [Int] = [], alignments: [(store: Int, alignment: Store.Alignment)] = []
    ) {
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
/// Chunks are numbered through the segment, step by step; behind them stands one number per step for its completion.
public final class Segment {
    public let steps: Range<Int>
    /// Number of the first chunk of each step.
    let firstChunk: [Int]
    public let chunkCount: Int
    /// The chunks in the order in which they are begun: each one behind everything it waits for.
    let order: Table<Int32>
    /// What a worker takes as a whole: `order[unitStart[u] ..< unitStart[u + 1]]`; empty where each chunk stands alone.
    let unitStart: Table<Int32>
    /// The step of each chunk, counted from the segment's first.
    let stepOf: Table<Int32>
    /// `needs[needStart[c] ..< needStart[c + 1]]`: intervals of chunk and step numbers that must be done before chunk c.
    let needStart: Table<Int32>
    let needs: Table<Need>
    let work: Int
    /// Some step is an opaque launch in several tiles, which are worth several workers.
    let hasTiles: Bool
    /// Ordinals of the stores whose memory the segment's steps touch.
    let stores: [Int]
    /// The steps for a run on the calling thread, where that is all it takes.
    let inline: InlineSteps?

    struct Need: Hashable {
        var first: Int32
        var last: Int32
    }

    init(
        steps: Range<Int>, firstChunk: [Int], chunkCount: Int, order: BeginChunks.Order, stepOf: [Int32], needStart: [Int32],
        needs: [Need], work: Int, hasTiles: Bool, stores: [Int], inline: InlineSteps?
    ) {
        self.steps = steps
        self.firstChunk = firstChunk
        self.chunkCount = chunkCount
        self.order = Table(order.chunks)
        unitStart = Table(order.unitStart)
        self.stepOf = Table(stepOf)
        self.needStart = Table(needStart)
        self.needs = Table(needs)
        self.work = work
        self.hasTiles = hasTiles
        self.stores = stores
        self.inline = inline
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
