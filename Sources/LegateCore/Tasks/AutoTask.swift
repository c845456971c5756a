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
import Tracing

/// A launch of a task, cut as constraints allow.
public struct AutoTask: LaunchBuilder {
    /// What is launched.
    public let task: LibraryTask
    /// Scalars, kinds of reductions, and how errors appear.
    public var options = LaunchOptions(source: nil)
    private var inputs: [StoreView] = []
    private var outputs: [StoreView] = []
    private var reductions: [StoreView] = []
    private var constraints: [Constraint] = []
    private var reducesRecords = false

    /// A launch without operands yet.
    public init(_ task: LibraryTask) { self.task = task }

    /// Adds the next store that the task reads.
    public mutating func addInput(_ store: any StoreConvertible) { inputs.append(store.storeView) }
    /// Adds the next store that the task writes.
    public mutating func addOutput(_ store: any StoreConvertible) {
        outputs.append(store.storeView)
    }

    /// Adds the next store that tiles contribute to.
    ///
    /// - Parameter kind: Only for tasks whose declaration names no operands; others have it
    ///   declared.
    public mutating func addReduction(_ store: any StoreConvertible, _ kind: ReductionKind? = nil) {
        reducesRecords = reducesRecords || store is RecordStore
        reductions.append(store.storeView)
        addKind(kind)
    }

    /// A condition besides those of the declaration. Operands are named, or numbered: inputs,
    /// outputs, reductions.
    public mutating func add(_ constraint: Constraint) { constraints.append(constraint) }

    /// Launches the task and returns at once, unless it may throw.
    ///
    /// - Throws: ``CoreError`` when the operands do not fit the declaration; what the body throws,
    ///   where it may.
    public func execute(file: String = #fileID, line: Int = #line) throws {
        let count = inputs.count + outputs.count + reductions.count
        let extra = try task.resolved(constraints, operandCount: count)
        var options = options
        if options.source == nil { options.source = .here(file, line) }
        if reducesRecords { throw CoreError.reducedRecords(options.source) }
        try task.launch(inputs, outputs, reductions, constraints: extra, options)
    }
}
