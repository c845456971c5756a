/// What a transparent task computes at one point, written with operators.
///
///     TaskDeclaration(transparent: "saxpy", inputs: ["x", "y"], outputs: ["z"], scalars: ["a"]) { point in
///         point["z"] = point.scalar("a") * point["x"] + point["y"]
///     }
///
/// The closure runs once for each combination of element types; what it builds is an expression
/// that the planner fuses with its neighbours and compiles. Types promote as NumPy's do; scalars do
/// not widen the other operand.
import Launches
import Shapes

/// A value at a point: an input, a number, or what was computed of such.
public struct PointValue {
    fileprivate let task: PointTask
    fileprivate let number: Int
    /// The type of its elements.
    public let type: ElementType
    /// Numbers of the program take the other operand's type where they fit its kind.
    fileprivate let weak: WeakKind?
}

/// Builds the expression of one transparent task.
public final class PointTask {
    private let declaration: TaskDeclaration
    private let inputs: [ElementType]
    private let outputs: [ElementType]
    private let kinds: [WeakKind]
    fileprivate var constants: [Constant] = []
    fileprivate var instructions: [ScalarExpression.Instruction] = []
    fileprivate var resultCount = 0
    private var assigned: [Int?]
    fileprivate var error: CoreError?

    /// A constant of the expression: a scalar of the launch, or a number in the closure.
    enum Constant {
        case scalar(Int, ElementType)
        case number(TaskScalar, ElementType)
    }

    /// Value numbers are provisional: inputs from 0, constants and results from these bases.
    fileprivate static let constantBase = 1_000_000
    fileprivate static let resultBase = 2_000_000

    init(
        _ declaration: TaskDeclaration, _ inputs: [ElementType], _ outputs: [ElementType],
        _ kinds: [WeakKind]
    ) {
        self.declaration = declaration
        self.inputs = inputs
        self.outputs = outputs
        self.kinds = kinds
        assigned = declaration.outputs.map { _ in nil }
    }

    /// An input's value at the point, or an output's new value.
    public subscript(name: String) -> PointValue {
        get {
            if let k = declaration.inputs.firstIndex(of: name) {
                return PointValue(task: self, number: k, type: inputs[k], weak: nil)
            }
            fail(
                .key, "has no input '\(name)'; it has \(declaration.inputs.joined(separator: ", "))"
            )
            return number(0)
        }
        set {
            guard let k = declaration.outputs.firstIndex(of: name) else {
                return fail(
                    .key,
                    "has no output '\(name)'; it has \(declaration.outputs.joined(separator: ", "))"
                )
            }
            assigned[k] = converted(newValue, to: outputs[k]).number
        }
    }

    /// A scalar of the launch.
    public func scalar(_ name: String) -> PointValue {
        guard let k = declaration.scalars.firstIndex(of: name) else {
            fail(
                .key,
                "has no scalar '\(name)'; it has \(declaration.scalars.joined(separator: ", "))")
            return number(0)
        }
        let type = kinds[k].defaultType
        return constant(.scalar(k, type), type, kinds[k])
    }

    /// A number.
    public func number(_ value: TaskScalar) -> PointValue {
        let kind = value.weakKind ?? .int
        return constant(.number(value, kind.defaultType), kind.defaultType, kind)
    }

    /// Applies an operation of the operation table, after promotion.
    public func apply(_ operation: Operation, _ operands: PointValue...) -> PointValue {
        let row = OperationTable.row(operation)
        guard row.inputCount == operands.count else {
            fail(
                .value,
                "applies \(row.name) to \(operands.count) operands; it takes \(row.inputCount)")
            return operands[0]
        }
        let type = promoted(operands)
        guard let loop = OperationTable.loop(operation, type) else {
            fail(.type, "applies \(row.name) to \(type.name), for which there is none")
            return operands[0]
        }
        let wanted = [loop.input0, loop.input1, loop.input2]
        let values = operands.enumerated().map { converted($1, to: wanted[$0]).number }
        let a = values[0]
        instructions.append(
            .apply(
                operation, loop, a, values.count > 1 ? values[1] : a,
                values.count > 2 ? values[2] : a))
        return result(loop.output0, row.outputCount)
    }

    /// `a` where the condition is true, else `b`.
    public func select(_ condition: PointValue, _ a: PointValue, _ b: PointValue) -> PointValue {
        let type = promoted([a, b])
        let loop = Loop(compute: type, inputs: [.bool, type, type], outputs: [type])
        instructions.append(
            .apply(
                .select, loop, converted(condition, to: .bool).number,
                converted(a, to: type).number,
                converted(b, to: type).number))
        return result(type, 1)
    }

    /// The value in another type, converted as C converts.
    public func cast(_ value: PointValue, to type: ElementType) -> PointValue {
        converted(value, to: type)
    }

    // MARK: - Values

    private func promoted(_ operands: [PointValue]) -> ElementType {
        var type = operands.filter { $0.weak == nil }.map(\.type).reduce(nil) {
            (known: ElementType?, next) in
            known?.promoted(with: next) ?? next
        }
        for kind in operands.compactMap(\.weak).sorted() {
            type = type?.promoted(withWeak: kind) ?? kind.defaultType
        }
        return type ?? .float64
    }

    private func converted(_ value: PointValue, to type: ElementType) -> PointValue {
        if value.type == type {
            return PointValue(task: self, number: value.number, type: type, weak: nil)
        }
        if value.weak != nil, value.number < PointTask.resultBase,
            value.number >= PointTask.constantBase
        {
            switch constants[value.number - PointTask.constantBase] {
            case .scalar(let k, _): return constant(.scalar(k, type), type, nil)
            case .number(let number, _): return constant(.number(number, type), type, nil)
            }
        }
        instructions.append(.cast(value.number, from: value.type, to: type))
        return result(type, 1)
    }

    private func constant(_ constant: Constant, _ type: ElementType, _ kind: WeakKind?)
        -> PointValue
    {
        constants.append(constant)
        return PointValue(
            task: self, number: PointTask.constantBase + constants.count - 1, type: type, weak: kind
        )
    }

    private func result(_ type: ElementType, _ count: Int) -> PointValue {
        resultCount += count
        return PointValue(
            task: self, number: PointTask.resultBase + resultCount - count, type: type, weak: nil)
    }

    private func fail(_ kind: CoreError.Kind, _ sentence: String) {
        if error == nil {
            error = CoreError(kind, "transparent task '\(declaration.name)' \(sentence)")
        }
    }

    /// The numbers of all outputs' values.
    func finished() throws -> [Int] {
        if let error { throw error }
        return try zip(assigned, declaration.outputs).map { value, name in
            guard let value else {
                throw CoreError(
                    .value,
                    "transparent task '\(declaration.name)' gives no value to output '\(name)'")
            }
            return value
        }
    }
}

/// The expression of a transparent task for some element types, with places for the launch's
/// scalars.
struct PointProgram {
    private let inputs: [ElementType]
    private let outputs: [ElementType]
    private let kinds: [WeakKind]
    private let constants: [PointTask.Constant]
    private let instructions: [ScalarExpression.Instruction]
    private let results: [Int]

    init(
        _ declaration: TaskDeclaration, _ inputs: [ElementType], _ outputs: [ElementType],
        _ scalars: [TaskScalar]
    ) throws {
        kinds = try zip(scalars, declaration.scalars).map { value, name in
            guard let kind = value.weakKind else {
                throw CoreError(.type, "task '\(declaration.name)': scalar '\(name)' is no number")
            }
            return kind
        }
        let task = PointTask(declaration, inputs, outputs, kinds)
        try declaration.point?(task)
        let values = try task.finished()
        self.inputs = inputs
        self.outputs = outputs
        constants = task.constants
        let count = task.constants.count
        func final(_ value: Int) -> Int {
            if value >= PointTask.resultBase {
                return inputs.count + count + value - PointTask.resultBase
            }
            return value >= PointTask.constantBase
                ? inputs.count + value - PointTask.constantBase : value
        }
        results = values.map(final)
        instructions = task.instructions.map {
            switch $0 {
            case .apply(let operation, let loop, let a, let b, let c):
                .apply(operation, loop, final(a), final(b), final(c))
            case .cast(let value, let from, let to): .cast(final(value), from: from, to: to)
            }
        }
    }

    /// Whether it is the program of operands and scalars like these.
    func fits(_ inputs: [StoreView], _ outputs: [StoreView], _ scalars: [TaskScalar]) -> Bool {
        guard inputs.count == self.inputs.count, outputs.count == self.outputs.count else {
            return false
        }
        for k in inputs.indices where inputs[k].type != self.inputs[k] { return false }
        for k in outputs.indices where outputs[k].type != self.outputs[k] { return false }
        for k in scalars.indices where scalars[k].weakKind != kinds[k] { return false }
        return true
    }

    func expression(_ scalars: [TaskScalar]) throws -> ScalarExpression {
        let values = try constants.map { constant in
            switch constant {
            case .scalar(let k, let type): try scalars[k].constant(as: type)
            case .number(let number, let type): try number.constant(as: type)
            }
        }
        return ScalarExpression(
            inputTypes: inputs, constants: values, instructions: instructions, results: results)
    }
}

// MARK: - Operators

extension PointValue {
    public static func + (a: PointValue, b: PointValue) -> PointValue { a.task.apply(.add, a, b) }
    public static func - (a: PointValue, b: PointValue) -> PointValue {
        a.task.apply(.subtract, a, b)
    }
    public static func * (a: PointValue, b: PointValue) -> PointValue {
        a.task.apply(.multiply, a, b)
    }
    public static func / (a: PointValue, b: PointValue) -> PointValue {
        a.task.apply(.divide, a, b)
    }
    public static prefix func - (a: PointValue) -> PointValue { a.task.apply(.negative, a) }
    public static func < (a: PointValue, b: PointValue) -> PointValue { a.task.apply(.less, a, b) }
    public static func <= (a: PointValue, b: PointValue) -> PointValue {
        a.task.apply(.lessEqual, a, b)
    }
    public static func > (a: PointValue, b: PointValue) -> PointValue {
        a.task.apply(.greater, a, b)
    }
    public static func >= (a: PointValue, b: PointValue) -> PointValue {
        a.task.apply(.greaterEqual, a, b)
    }
    public static func == (a: PointValue, b: PointValue) -> PointValue {
        a.task.apply(.equal, a, b)
    }

    public static func + (a: PointValue, b: TaskScalar) -> PointValue { a + a.task.number(b) }
    public static func - (a: PointValue, b: TaskScalar) -> PointValue { a - a.task.number(b) }
    public static func * (a: PointValue, b: TaskScalar) -> PointValue { a * a.task.number(b) }
    public static func / (a: PointValue, b: TaskScalar) -> PointValue { a / a.task.number(b) }
    public static func + (a: TaskScalar, b: PointValue) -> PointValue { b.task.number(a) + b }
    public static func - (a: TaskScalar, b: PointValue) -> PointValue { b.task.number(a) - b }
    public static func * (a: TaskScalar, b: PointValue) -> PointValue { b.task.number(a) * b }
    public static func / (a: TaskScalar, b: PointValue) -> PointValue { b.task.number(a) / b }
    public static func < (a: PointValue, b: TaskScalar) -> PointValue { a < a.task.number(b) }
    public static func > (a: PointValue, b: TaskScalar) -> PointValue { a > a.task.number(b) }

    /// The value after a unary operation of the operation table (`.sqrt`, `.exp`, …).
    public func applying(_ operation: Operation) -> PointValue { task.apply(operation, self) }
}
