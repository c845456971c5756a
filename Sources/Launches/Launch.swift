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
    /// The code of the body's expression; `nil` for functions on tiles. Kept beside the body because
    /// looking into that copies what it holds.
    public let code: ScalarExpression.Code?
    /// Which kind of body it is, and what it reduces how, in two words: equal for equal reductions.
    public let bodyWords: (Int, Int)

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
        switch body {
        case .pointwise(let expression): (code, bodyWords) = (expression.code, (1, 0))
        case .reduction(let expression, let reduction):
            var axes = 1
            for isReduced in reduction.reduced { axes = axes << 1 | (isReduced ? 1 : 0) }
            let kind = reduction.operation.index << 8 | reduction.type.index << 20
            (code, bodyWords) = (expression.code, (2 | kind, axes))
        case .opaque: (code, bodyWords) = (nil, (3, 0))
        }
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

extension Launch {
    /// `output = input`, point by point, same type.
    public static func copy(
        from input: StoreView, to output: StoreView, source: SourceLocation? = nil
    ) -> Launch {
        Launch(
            name: "copy", domain: output.lattice.shape, inputs: [input], outputs: [output],
            body: .pointwise(.input(of: input.type)),
            source: source)
    }
}
