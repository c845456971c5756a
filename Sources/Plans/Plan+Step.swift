/// A step of a plan: a nest, an opaque task, or messages.
///
/// Passes fill it in while the plan is made; then it stays as it is. An object, because passes and
/// runs hand steps around that name a dozen tables each.
import Kernels
import Launches
import Shapes

extension Plan {
    public final class Step {
        /// The nest; `nil` for an opaque launch and for messages.
        public let program: NestProgram?
        /// Position in the window of the opaque launch.
        let task: Int?
        /// The rank's part of the task's units; `nil` for all.
        var units: Range<Int>?
        /// The parts of the task's operands, where it is a collective one.
        var shares: [CollectiveShare]?
        /// The messages that the step sends or receives.
        public let exchange: Exchange?
        /// How the folds' results come together over the ranks.
        var fold: FoldExchange?
        /// Of a collective task's messages, within the plan, and of a task whose units speak with
        /// each other.
        var tag = 0
        /// The task's units on this rank speak with those of others.
        var isTogether = false
        /// Stands in one segment with the step before.
        public internal(set) var isContinuation = false
        public let domain: AxisList
        /// Positions in the window of the launches that are done with this step.
        public var launches: [Int] = []
        /// Ordinals of the stores whose memory is behind the nest's slots.
        let slots: [Int]
        /// For each slot, which of its store's views stand there (`StoreView.slide`).
        let slides: [UInt8]
        let constants: [ConstantOrigin]
        /// The same as positions among all constants of the window.
        private(set) var constantPlaces: [Int] = []
        /// Chunks of the nest, tiles of the task, one for messages.
        public let chunkCount: Int
        /// What it costs (`NestProgram.work`); 0 for messages and tasks.
        let work: Int
        /// Steps before this one that must have run where both touch the same bytes.
        var predecessors: [Int] = []
        /// Earlier steps of the plan that this one needs.
        public var waitsFor: [Int] { predecessors }
        /// Stores that take over the memory of others with this step.
        var reuses: [Reuse] = []
        /// The temporary that streams from this step to the next, or from the one before to this.
        var stream: TemporaryStream?
        /// What it moves to and from memory.
        var traffic = Traffic()
        /// The highest of its launches' priorities.
        var priority = 0

        init(
            program: NestProgram? = nil, task: Int? = nil, exchange: Exchange? = nil,
            domain: AxisList, slots: [Int] = [], slides: [UInt8] = [],
            constants: [ConstantOrigin] = [], chunkCount: Int, work: Int = 0
        ) {
            self.program = program
            self.task = task
            self.exchange = exchange
            self.domain = domain
            self.slots = slots
            self.slides = slides
            self.constants = constants
            self.chunkCount = chunkCount
            self.work = work
        }

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
        func cut(like other: NestProgram) -> Step {
            guard let nest = program?.nest else { return self }
            let recut = NestProgram(
                nest, workers: 1, positions: [other.positions], chunks: other.chunks)
            recut.readsCached = true
            let step = Step(
                program: recut, domain: domain, slots: slots, slides: slides,
                constants: constants,
                chunkCount: recut.chunks.count, work: work)
            (step.launches, step.reuses, step.predecessors) = (launches, reuses, predecessors)
            return step
        }

        func placeConstants(_ signature: Signature) {
            constantPlaces = constants.map { signature.firstConstant(of: $0.launch) + $0.constant }
        }
    }
}
