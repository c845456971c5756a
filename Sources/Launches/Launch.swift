/// A launch: one recorded step of the program. It names the views it reads, writes or reduces, the
/// points it is computed over, and a body: an expression per point (transparent) or a function on
/// tiles (opaque). Recording does no work.
import Shapes
import Tracing

/// What a launch does with a view.
public enum Privilege: UInt8, Sendable {
    case read, write
}

/// One recorded step of the program.
public final class Launch {
    /// What it is called in plans, profiles and errors.
    public let name: String
    /// The line that recorded it.
    public let source: SourceLocation?
    /// What it computes.
    public let body: Body
    /// Views the launch reads. For transparent launches each has the domain's shape.
    public let inputs: [StoreView]
    /// Views the launch writes. For transparent launches each has the domain's shape; for
    /// reductions the kept shape.
    public let outputs: [StoreView]
    /// The points of a transparent launch.
    public let domain: AxisList
    /// The planner's number of this launch in its window.
    public var windowPosition = 0
    /// Among tiles that may begin, those of the highest priority do.
    public var priority = 0
    /// The hash of what it computes and where: equal in every round of a loop, zero without a line.
    public var mark: UInt64 = 0

    /// What a launch computes.
    public enum Body {
        /// `outputs[k]` = the expression's k-th result, at every point.
        case pointwise(ScalarExpression)
        /// Reduces the expression's only result along some axes of the domain.
        case reduction(ScalarExpression, Reduction)
        /// A function on tiles.
        case opaque(OpaqueTask)
    }

    /// A launch that is not recorded yet.
    public init(
        name: String, domain: AxisList, inputs: [StoreView], outputs: [StoreView], body: Body,
        source: SourceLocation? = nil
    ) {
        self.name = name
        self.domain = domain
        self.inputs = inputs
        self.outputs = outputs
        self.body = body
        self.source = source
    }
}

/// How values along reduced axes are brought together. The output's view has extent one (any
/// stride) along reduced axes, so that it has as many axes as the domain.
public struct Reduction: Sendable, Hashable {
    /// How two values are brought together.
    public var operation: Operation
    /// The type in which they are.
    public var type: ElementType
    /// For each axis of the domain, whether it is reduced.
    public var reduced: [Bool]

    /// A reduction by its parts.
    public init(operation: Operation, type: ElementType, reduced: [Bool]) {
        self.operation = operation
        self.type = type
        self.reduced = reduced
    }
}

/// What a transparent launch computes at one point: a list of instructions in single-assignment
/// form.
///
/// Values are numbered: first the launch's inputs, then the constants, then each instruction's
/// results in order.
public struct ScalarExpression: Sendable {
    /// A number in an expression.
    public struct Constant: Sendable, Hashable {
        /// Its type.
        public var type: ElementType
        /// Little-endian bytes of the value, as memory holds it.
        public var bits: (UInt64, UInt64)

        /// A number by its bytes.
        public init(type: ElementType, bits: (UInt64, UInt64)) {
            self.type = type
            self.bits = bits
        }
        public static func == (a: Constant, b: Constant) -> Bool {
            a.type == b.type && a.bits == b.bits
        }
        public func hash(into hasher: inout Hasher) {
            hasher.combine(type)
            hasher.combine(bits.0)
            hasher.combine(bits.1)
        }
    }

    /// One step of an expression.
    public enum Instruction: Sendable, Hashable {
        case apply(Operation, Loop, Int, Int = 0, Int = 0)
        case cast(Int, from: ElementType, to: ElementType)
    }

    /// Types of the launch's inputs.
    public var inputTypes: [ElementType]
    /// Numbers that stand in it.
    public var constants: [Constant]
    /// The steps, in their order.
    public var instructions: [Instruction]
    /// Value numbers of the results.
    public var results: [Int]

    /// An expression by its parts.
    public init(
        inputTypes: [ElementType], constants: [Constant] = [], instructions: [Instruction] = [],
        results: [Int] = []
    ) {
        self.inputTypes = inputTypes
        self.constants = constants
        self.instructions = instructions
        self.results = results
    }
}

extension Launch {
    /// `output = input`, point by point, same type.
    public static func copy(
        from input: StoreView, to output: StoreView, source: SourceLocation? = nil
    ) -> Launch {
        Launch(
            name: "copy", domain: output.lattice.shape, inputs: [input], outputs: [output],
            body: .pointwise(ScalarExpression(inputTypes: [input.type], results: [0])),
            source: source)
    }
}
