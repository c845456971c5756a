/// What fusion makes of the window: launches that run together.
import Kernels
import Launches
import Shapes

/// Launches over one domain that run as one loop nest; or a single opaque launch.
public final class FusedGroup {
    /// A view as a nest operand.
    struct Binding {
        var view: StoreView
        /// Value number, in the group's symbolic numbering.
        var value: Int
    }
    struct FoldBinding {
        var reduction: Reduction
        var value: Int
        var target: StoreView
    }

    public let index: Int
    public let domain: AxisList
    public internal(set) var launches: [Launch] = []
    public let task: OpaqueTask?
    /// Groups that must have run where this one touches what they touch; each once, in no order.
    var predecessors: [Int] = []

    /// Views read from memory.
    var loads: [StoreView] = []
    var constants: [ScalarExpression.Constant] = []
    var constantOrigins: [ConstantOrigin] = []
    var steps: [LoopNest.Step] = []
    /// Number of values the steps produce.
    var stepValueCount = 0
    /// The newest value of each view read or written by the group.
    var current: [Binding] = []
    /// Views written, with the value number of the last write.
    var outputs: [Binding] = []
    var folds: [FoldBinding] = []
    /// Some of what it reads has no memory: it is cut into boxes (``CopiedStores``).
    var readsCopies = false
    /// Axes in the order of memory that the group's launches share: rows and columns of the same
    /// shape do not fuse, because one of them would be read across its memory.
    var memoryOrder: [Int]?
    /// Axes of the domain in the order in which reductions walk them; `nil` while nothing is
    /// reduced.
    var reductionOrder: [Int]?

    init(index: Int, domain: AxisList, task: OpaqueTask? = nil) {
        self.index = index
        self.domain = domain
        self.task = task
    }

    // Symbolic value numbers: which table, and where.
    static let constantBase = 1 << 24
    static let stepBase = 1 << 25
}
