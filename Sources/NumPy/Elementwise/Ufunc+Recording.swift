/// Recording the plainest calls of a ufunc: one or two arrays of the loop's own type and of one
/// shape, or an array and a number, into a new array. The expressions of such calls differ by
/// operation and type alone and are kept; a launch then costs its own few objects.
import LegateCore

extension Ufunc {
    /// How operands stand in an expression.
    private enum Form: Int {
        case one, two, numberBehind, numberInFront
        static let count = 4
    }

    private struct Known {
        let name: String
        let expression: ScalarExpression
    }

    nonisolated(unsafe) private static let known: UnsafeMutablePointer<Known?> = {
        let count = Operation.count * ElementType.count * Form.count
        let table = UnsafeMutablePointer<Known?>.allocate(capacity: count)
        table.initialize(repeating: nil, count: count)
        return table
    }()

    /// Records `a ∘ b`, where the result is row-major; `nil` where the general call has to decide.
    static func recorded(_ operation: Operation, _ a: NDArray, _ b: NDArray) throws
        -> NDArray?
    {
        guard a.axisCount > 0, a.count > 0, isRowOrder(a.lattice), isRowOrder(b.lattice) else {
            return nil
        }
        return try submit(operation, .two, a, [a.view, b.view], number: nil)
    }

    /// Records a function of one array.
    static func recorded(_ operation: Operation, _ a: NDArray) throws -> NDArray? {
        guard a.axisCount > 0, a.count > 0, isRowOrder(a.lattice) else { return nil }
        return try submit(operation, .one, a, [a.view], number: nil)
    }

    /// Records `a ∘ number`, or `number ∘ a` when `isReversed`, for a number as an element of the
    /// array's type.
    static func recorded(
        _ operation: Operation, _ a: NDArray, number bits: UInt64, isReversed: Bool
    ) throws -> NDArray? {
        guard a.axisCount > 0, a.count > 0, isRowOrder(a.lattice) else { return nil }
        return try submit(
            operation, isReversed ? .numberInFront : .numberBehind, a, [a.view],
            number: .init(type: a.type, bits: (bits, 0)))
    }

    private static func submit(
        _ operation: Operation, _ form: Form, _ a: NDArray, _ inputs: [StoreView],
        number: ScalarExpression.Constant?
    ) throws -> NDArray? {
        guard let loop = OperationTable.loop(operation, a.type) else { return nil }
        let shape = a.shape
        let result = try NDArray.empty(shape, loop.output0)
        let known = known(operation, loop, form, a.type)
        var expression = known.expression
        if let number { expression.constants = [number] }
        let launch = Launch(
            name: known.name, domain: shape, inputs: inputs, outputs: [result.view],
            body: .pointwise(expression),
            source: NDArray.source)
        // The output is new: no point of it is read.
        try NDArray.rethrowing { try Runtime.shared.record(launch) }
        return result
    }

    private static func known(
        _ operation: Operation, _ loop: Loop, _ form: Form, _ type: ElementType
    ) -> Known {
        let place =
            known
            + ((operation.index * ElementType.count + type.index) * Form.count + form.rawValue)
        if let known = place.pointee { return known }
        var expression = ScalarExpression(inputTypes: form == .two ? [type, type] : [type])
        switch form {
        case .one:
            expression.instructions = [.apply(operation, loop, 0, 0, 0)]
            expression.results = [1]
        case .two, .numberBehind:
            expression.instructions = [.apply(operation, loop, 0, 1, 0)]
            expression.results = [2]
        case .numberInFront:
            expression.instructions = [.apply(operation, loop, 1, 0, 1)]
            expression.results = [2]
        }
        let made = Known(name: OperationTable.row(operation).name, expression: expression)
        place.pointee = made
        return made
    }
}
