/// What an author says about a task before anybody launches it: names of operands, constraints,
/// options, and a body.
///
///     let scaled = TaskDeclaration("scaled", inputs: ["x"], outputs: ["y"], scalars: ["a"], constraints: [.align("x", "y")]) {
///         let (x, y) = (try $0.input("x", of: Double.self), try $0.output("y", of: Double.self))
///         let a = try $0.scalar("a").double
///         for i in 0..<x.count { y[i] = a * x[i] }
///     }
///
/// A *transparent* task says what it computes at one point instead; it fuses with its neighbours
/// and needs no variants.
import Launches
import Shapes

/// How contributions of a task's tiles to one element are brought together.
public enum ReductionKind: String, CaseIterable, Sendable, Hashable {
    case add, multiply, maximum, minimum, or, and, xor

    var operation: Operation {
        switch self {
        case .add: .add
        case .multiply: .multiply
        case .maximum: .maximum
        case .minimum: .minimum
        case .or: .bitwiseOr
        case .and: .bitwiseAnd
        case .xor: .bitwiseXor
        }
    }

    /// The operation on elements of a type, with the element that changes nothing; `nil` where
    /// there is none.
    func resolved(_ type: ElementType) -> (
        operation: Operation, identity: ScalarExpression.Constant
    )? {
        guard OperationTable.loop(operation, type)?.output0 == type else { return nil }
        switch self {
        case .add, .or, .xor: return (operation, .make(type, integer: 0))
        case .multiply: return (operation, .make(type, integer: 1))
        case .and: return (operation, .make(type, integer: type == .bool ? 1 : -1))
        case .maximum, .minimum:
            if type.isComplex { return nil }
            return (operation, .extreme(type, isLowest: self == .maximum))
        }
    }
}

/// Kinds of processors a body may be written for.
public enum ProcessorKind: String, CaseIterable, Sendable, Hashable, Comparable {
    case gpu, omp, cpu

    /// By preference: the first is taken first.
    public static func < (a: ProcessorKind, b: ProcessorKind) -> Bool {
        allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
    }
}

/// What a launch may expect of a task's body.
public struct TaskOptions: Sendable, Hashable {
    /// The body throws as part of its contract: a launch waits, and the error is raised at its
    /// line.
    public var mayThrow = false
    /// The body does more than write its outputs; it runs even where nobody reads them.
    public var hasSideEffects = false
    /// All tiles run at the same time, each on a thread of its own, and may speak with each other
    /// through ``TaskContext/communicator``.
    public var isConcurrent = false
    /// The body needs the lock of the language that the program is written in (see ``HostLock``).
    public var needsHost = false

    /// Options; all are off.
    public init(mayThrow: Bool = false, hasSideEffects: Bool = false, isConcurrent: Bool = false) {
        self.mayThrow = mayThrow
        self.hasSideEffects = hasSideEffects
        self.isConcurrent = isConcurrent
    }
}

/// The declaration of one task of a library.
public struct TaskDeclaration {
    /// What runs on a tile.
    public typealias Body = (TaskContext) throws -> Void

    /// The name, unique in its library.
    public let name: String
    /// Names of operands that the body reads.
    public let inputs: [String]
    /// Names of operands that the body writes.
    public let outputs: [String]
    /// Operands to which every tile contributes.
    public let reductions: [(name: String, kind: ReductionKind)]
    /// Names of values that every tile sees.
    public let scalars: [String]
    /// Conditions on how operands are cut.
    public let constraints: [Constraint]
    /// What a launch may expect of the body.
    public var options: TaskOptions
    let bodies: [ProcessorKind: Body]
    let point: ((PointTask) throws -> Void)?

    /// A task with bodies of its own.
    ///
    /// - Parameters:
    ///   - variants: Further bodies, by kind of processor.
    ///   - body: What a tile does on a CPU. It sees its own tile and nothing else, and must not
    ///     call the runtime.
    public init(
        _ name: String, inputs: [String] = [], outputs: [String] = [],
        reductions: [(String, ReductionKind)] = [],
        scalars: [String] = [], constraints: [Constraint] = [],
        options: TaskOptions = TaskOptions(),
        variants: [ProcessorKind: Body] = [:], body: @escaping Body
    ) {
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        self.reductions = reductions.map { (name: $0.0, kind: $0.1) }
        self.scalars = scalars
        self.constraints = constraints
        self.options = options
        bodies = variants.merging([.cpu: body]) { $1 }
        point = nil
    }

    /// A task that says what it computes at one point: its operands are aligned, and it fuses with
    /// its neighbours.
    public init(
        transparent name: String, inputs: [String] = [], outputs: [String], scalars: [String] = [],
        point: @escaping (PointTask) throws -> Void
    ) {
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        reductions = []
        self.scalars = scalars
        constraints = []
        options = TaskOptions()
        bodies = [:]
        self.point = point
    }

    /// Whether the runtime knows what the task computes.
    public var isTransparent: Bool { point != nil }
    /// Kinds of processors that the task has a body for.
    public var variants: [ProcessorKind] { bodies.keys.sorted() }

    /// All operands, in the order in which launches number them: inputs, outputs, reductions.
    public var operandNames: [String] { inputs + outputs + reductions.map(\.name) }
}

extension ScalarExpression.Constant {
    /// The lowest or highest value of a real type: infinite where there is an infinity.
    static func extreme(_ type: ElementType, isLowest: Bool) -> Self {
        switch type {
        case .bool: return .make(type, integer: isLowest ? 0 : 1)
        case .int8: return .make(type, integer: isLowest ? Int(Int8.min) : Int(Int8.max))
        case .int16: return .make(type, integer: isLowest ? Int(Int16.min) : Int(Int16.max))
        case .int32: return .make(type, integer: isLowest ? Int(Int32.min) : Int(Int32.max))
        case .int64: return .make(type, integer: isLowest ? .min : .max)
        case .uint8, .uint16, .uint32, .uint64: return .make(type, integer: isLowest ? 0 : -1)
        default: return .make(type, real: isLowest ? -.infinity : .infinity, 0)
        }
    }
}
