/// A launch whose cut the runtime chooses: operands are added one by one, then it is executed.
///
///     var launch = try library.autoTask("scaled")
///     launch.addInput(x)
///     launch.addOutput(y)
///     launch.addScalar(2.5)
///     launch.add(.align("x", "y"))
///     try launch.execute()
import Launches
import Partitions

public struct AutoTask {
    public let task: LibraryTask
    private var inputs: [StoreView] = []
    private var outputs: [StoreView] = []
    private var reductions: [StoreView] = []
    private var kinds: [ReductionKind] = []
    private var scalars: [TaskScalar] = []
    private var constraints: [Constraint] = []
    private var mayThrow = false

    public init(_ task: LibraryTask) { self.task = task }

    public mutating func addInput(_ store: any StoreConvertible) { inputs.append(store.storeView) }
    public mutating func addOutput(_ store: any StoreConvertible) { outputs.append(store.storeView) }

    /// - Parameter kind: Only for tasks whose declaration names no operands; others have it declared.
    public mutating func addReduction(_ store: any StoreConvertible, _ kind: ReductionKind? = nil) {
        let declared = task.declaration.reductions
        reductions.append(store.storeView)
        kinds.append(kind ?? (kinds.count < declared.count ? declared[kinds.count].kind : .add))
    }

    public mutating func addScalar(_ value: TaskScalar) { scalars.append(value) }

    /// A condition besides those of the declaration. Operands are named, or numbered: inputs, outputs, reductions.
    public mutating func add(_ constraint: Constraint) { constraints.append(constraint) }

    /// The launch waits, and what the body throws is thrown here.
    public mutating func throwsErrors() { mayThrow = true }

    /// Launches the task and returns at once, unless it may throw.
    public func execute() throws {
        let declared = task.declaration.operandNames
        let count = inputs.count + outputs.count + reductions.count
        let names = task.isVariadic ? (0..<count).map { "operand \($0)" } : declared
        let extra = try constraints.flatMap { try $0.resolved(names, task: task.declaration.name) }
        try task.launch(inputs, outputs, reductions, scalars, extra, kinds: kinds, mayThrow: mayThrow)
    }
}
