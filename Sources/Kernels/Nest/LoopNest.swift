/// A loop nest: what one fused group of launches computes, point by point, over one box of points.
///
/// In: views as offsets and strides over the nest's axes, a list of steps in single-assignment
/// form, and what becomes of the values: stored, or folded along reduced axes. Axes stand in one of
/// three orders:
///
///     points    [a, b, …]                  every axis is walked, nothing is reduced
///     rows      [kept …, reduced …]        each kept point is the pairwise tree over its reduced points
///     columns   [kept …, reduced …, inner] the inner kept axis is added row by row
///
/// Values are numbered: loads, constants, then the results of the steps.
import Launches
import Shapes

public struct LoopNest {
    /// Steps from which nothing more is fused in: registers and kernel calls stay within the
    /// first-level cache.
    public static let fusedSteps = 96
    /// Steps up to which a nest is compiled: the launch fused in last may have brought several.
    static let compiledSteps = 128

    /// A view over the nest's axes. `slot` names the store among those the nest touches.
    public struct Operand: Sendable {
        public var slot: Int
        public var type: ElementType
        public var offset: Int
        public var strides: [Int]

        public init(slot: Int, type: ElementType, offset: Int, strides: [Int]) {
            self.slot = slot
            self.type = type
            self.offset = offset
            self.strides = strides
        }
    }

    public struct Step: Sendable {
        public enum Action: Sendable {
            case apply(Operation, ElementType)
            case cast(from: ElementType, to: ElementType)
        }
        public var action: Action
        public var inputs: [Int]
        /// Types of the results, numbered consecutively from the step's first value.
        public var outputTypes: [ElementType]

        public init(action: Action, inputs: [Int], outputTypes: [ElementType]) {
            self.action = action
            self.inputs = inputs
            self.outputTypes = outputTypes
        }
    }

    public struct Output: Sendable {
        public var value: Int
        public var target: Operand
        /// No load of this nest touches the target's store: results may be written straight into
        /// it.
        public var isExclusive: Bool

        public init(value: Int, target: Operand, isExclusive: Bool) {
            self.value = value
            self.target = target
            self.isExclusive = isExclusive
        }
    }

    public struct Fold: Sendable {
        public var operation: Operation
        public var type: ElementType
        public var value: Int
        /// Strides along reduced axes are zero.
        public var target: Operand

        public init(operation: Operation, type: ElementType, value: Int, target: Operand) {
            self.operation = operation
            self.type = type
            self.value = value
            self.target = target
        }
    }

    public enum Form: Sendable { case points, rows, columns }

    public var form: Form
    public var extents: [Int]
    /// Leading kept axes; the reduced axes follow. Meaningful for rows and columns.
    public var keptAxes: Int
    /// Reduced axes behind the kept ones.
    public var reducedAxes: Int
    public var slotCount: Int
    public var loads: [Operand]
    public var constants: [ScalarExpression.Constant]
    public var steps: [Step]
    public var outputs: [Output]
    public var folds: [Fold]

    public init(
        form: Form, extents: [Int], keptAxes: Int, reducedAxes: Int, slotCount: Int,
        loads: [Operand],
        constants: [ScalarExpression.Constant], steps: [Step], outputs: [Output], folds: [Fold]
    ) {
        self.form = form
        self.extents = extents
        self.keptAxes = keptAxes
        self.reducedAxes = reducedAxes
        self.slotCount = slotCount
        self.loads = loads
        self.constants = constants
        self.steps = steps
        self.outputs = outputs
        self.folds = folds
    }

    public var pointCount: Int { extents.reduce(1, *) }
    var firstStepValue: Int { loads.count + constants.count }
}
