/// A launch: one recorded step of the program. It names the views it reads, writes or reduces, the points it is computed
/// over, and a body: an expression per point (transparent) or a function on tiles (opaque). Recording does no work.
import Shapes
import Tracing

/// What a launch does with a view.
public enum Privilege: UInt8, Sendable {
    case read, write
}

public final class Launch {
    public let name: String
    public let source: SourceLocation?
    public let body: Body
    /// Views the launch reads. For transparent launches each has the domain's shape.
    public let inputs: [StoreView]
    /// Views the launch writes. For transparent launches each has the domain's shape; for reductions the kept shape.
    public let outputs: [StoreView]
    /// The points of a transparent launch.
    public let domain: AxisList
    /// The planner's number of this launch in its window.
    public var windowPosition = 0

    public enum Body {
        /// `outputs[k]` = the expression's k-th result, at every point.
        case pointwise(ScalarExpression)
        /// Reduces the expression's only result along some axes of the domain.
        case reduction(ScalarExpression, Reduction)
        /// A function on tiles.
        case opaque(OpaqueTask)
    }

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

/// How values along reduced axes are brought together. The output's view has extent one (any stride) along reduced
/// axes, so that it has as many axes as the domain.
public struct Reduction: Sendable, Hashable {
    public var operation: Operation
    public var type: ElementType
    /// For each axis of the domain, whether it is reduced.
    public var reduced: [Bool]

    public init(operation: Operation, type: ElementType, reduced: [Bool]) {
        self.operation = operation
        self.type = type
        self.reduced = reduced
    }
}

/// What a transparent launch computes at one point: a list of instructions in single-assignment form.
///
/// Values are numbered: first the launch's inputs, then the constants, then each instruction's results in order.
public struct ScalarExpression: Sendable {
    public struct Constant: Sendable, Hashable {
        public var type: ElementType
        /// Little-endian bytes of the value, as memory holds it.
        public var bits: (UInt64, UInt64)

        public init(type: ElementType, bits: (UInt64, UInt64)) {
            self.type = type
            self.bits = bits
        }
        public static func == (a: Constant, b: Constant) -> Bool { a.type == b.type && a.bits == b.bits }
        public func hash(into hasher: inout Hasher) {
            hasher.combine(type)
            hasher.combine(bits.0)
            hasher.combine(bits.1)
        }
    }

    public enum Instruction: Sendable, Hashable {
        case apply(Operation, Loop, Int, Int = 0, Int = 0)
        case cast(Int, from: ElementType, to: ElementType)
    }

    public var inputTypes: [ElementType]
    public var constants: [Constant]
    public var instructions: [Instruction]
    /// Value numbers of the results.
    public var results: [Int]

    public init(
        inputTypes: [ElementType], constants: [Constant] = [], instructions: [Instruction] = [], results: [Int] = []
    ) {
        self.inputTypes = inputTypes
        self.constants = constants
        self.instructions = instructions
        self.results = results
    }
}

/// A function on tiles. The task's units (rows, blocks, ...) are cut into ranges; each operand is either cut along one
/// axis with the units, or seen whole by every tile.
public final class OpaqueTask {
    public enum Partition: Sendable, Hashable {
        /// Every tile sees the whole view.
        case whole
        /// The view is cut along this axis; its extent is the number of units.
        case along(Int)
    }

    public let units: Int
    /// Tiles are multiples of this many units (the last may be shorter).
    public let grain: Int
    public let inputPartitions: [Partition]
    public let outputPartitions: [Partition]
    public let body: (TaskTile) -> Void

    /// - Precondition: With an output that is `.whole`, there is one tile: `grain >= units`.
    public init(
        units: Int, grain: Int, inputs: [Partition], outputs: [Partition], body: @escaping (TaskTile) -> Void
    ) {
        self.units = units
        self.grain = max(1, outputs.contains(.whole) ? units : grain)
        inputPartitions = inputs
        outputPartitions = outputs
        self.body = body
    }
}

/// What an opaque body sees: the range of units and its operands, cut accordingly.
public struct TaskTile {
    public struct Operand {
        /// The element at `lattice` index zero is at `memory + lattice.offset * type.byteCount`.
        public var memory: UnsafeMutableRawPointer
        public var lattice: Lattice
        public var type: ElementType

        public init(memory: UnsafeMutableRawPointer, lattice: Lattice, type: ElementType) {
            self.memory = memory
            self.lattice = lattice
            self.type = type
        }
        /// The address of the first element.
        @inlinable public var start: UnsafeMutableRawPointer {
            memory + lattice.offset &* type.byteCount
        }
    }
    public var units: Range<Int>
    public var inputs: [Operand]
    public var outputs: [Operand]

    public init(units: Range<Int>, inputs: [Operand], outputs: [Operand]) {
        self.units = units
        self.inputs = inputs
        self.outputs = outputs
    }
}
