/// Builds one transparent launch: views broadcast to its points, constants, casts where types
/// differ.
import LegateCore

struct ExpressionBuilder {
    let shape: AxisList
    private var inputs: [StoreView] = []
    private var constants: [ScalarExpression.Constant] = []
    private var instructions: [ScalarExpression.Instruction] = []

    /// Value numbers are provisional until `submit`: inputs from 0, constants and results from
    /// these bases.
    private static let constantBase = 1000
    private static let resultBase = 2000
    private var resultCount = 0

    init(_ shape: AxisList) { self.shape = shape }

    /// The operand's value at each point, in the given type.
    mutating func value(_ operand: Operand, as type: ElementType) throws -> Int {
        guard case .array(let array) = operand else {
            constants.append(try operand.constant(as: type))
            return ExpressionBuilder.constantBase + constants.count - 1
        }
        guard let lattice = array.lattice.broadcast(to: shape) else {
            throw NumPyError(
                .value,
                "operands could not be broadcast together with shapes \(array.shape.tight) \(shape.tight) "
            )
        }
        inputs.append(StoreView(store: array.store, lattice: lattice, type: array.type))
        return cast(inputs.count - 1, from: array.type, to: type)
    }

    mutating func constant(_ constant: ScalarExpression.Constant) -> Int {
        constants.append(constant)
        return ExpressionBuilder.constantBase + constants.count - 1
    }

    mutating func cast(_ value: Int, from source: ElementType, to target: ElementType) -> Int {
        if source == target { return value }
        instructions.append(.cast(value, from: source, to: target))
        return newResults(1)
    }

    /// Applies an operation; returns the number of its first result, others follow.
    mutating func apply(_ operation: Operation, _ loop: Loop, _ values: [Int]) -> Int {
        let a = values[0]
        let b = values.count > 1 ? values[1] : a
        let c = values.count > 2 ? values[2] : a
        instructions.append(.apply(operation, loop, a, b, c))
        return newResults(OperationTable.row(operation).outputCount)
    }

    /// Applies an operation whose operands and result have one type (or a bool result).
    mutating func apply(_ operation: Operation, _ type: ElementType, _ values: Int...) -> Int {
        guard let loop = OperationTable.loop(operation, type) else {
            preconditionFailure("no loop for \(operation) on \(type.name)")
        }
        return apply(operation, loop, values)
    }

    mutating func select(_ condition: Int, _ a: Int, _ b: Int, _ type: ElementType) -> Int {
        apply(.select, type, condition, a, b)
    }

    private mutating func newResults(_ count: Int) -> Int {
        resultCount += count
        return ExpressionBuilder.resultBase + resultCount - count
    }

    /// The finished expression with final value numbers.
    func expression(_ results: [Int]) -> ScalarExpression {
        func final(_ value: Int) -> Int {
            if value >= ExpressionBuilder.resultBase {
                return inputs.count + constants.count + value - ExpressionBuilder.resultBase
            }
            if value >= ExpressionBuilder.constantBase {
                return inputs.count + value - ExpressionBuilder.constantBase
            }
            return value
        }
        let renumbered = instructions.map { instruction -> ScalarExpression.Instruction in
            switch instruction {
            case .apply(let operation, let loop, let a, let b, let c):
                return .apply(operation, loop, final(a), final(b), final(c))
            case .cast(let value, let from, let to): return .cast(final(value), from: from, to: to)
            }
        }
        return ScalarExpression(
            inputTypes: inputs.map(\.type), constants: constants, instructions: renumbered,
            results: results.map(final))
    }

    /// Records the launch that writes the given values to the targets.
    func submit(_ name: String, _ results: [Int], _ targets: [NDArray]) throws {
        try NDArray.submit(
            Launch(
                name: name, domain: shape, inputs: inputs, outputs: targets.map(\.view),
                body: .pointwise(expression(results)), source: NDArray.source))
    }

    /// Records the launch that reduces a value into `target` (whose view has extent one along
    /// reduced axes).
    func submitReduction(
        _ name: String, _ value: Int, _ reduction: Reduction, into target: StoreView
    ) throws {
        try NDArray.rethrowing {
            try Runtime.shared.record(
                Launch(
                    name: name, domain: shape, inputs: inputs, outputs: [target],
                    body: .reduction(expression([value]), reduction), source: NDArray.source))
        }
    }
}
