/// Recording the plainest calls of a ufunc: one or two arrays of the loop's own type and of one
/// shape, or an array and a number, into a new array. The expressions of such calls differ by
/// operation and type alone and are kept; a launch then costs its own few objects.
import LegateCore

extension Ufunc {
    /// Records `a ∘ b`, where the result is row-major; `nil` where the general call has to decide.
    static func recorded(_ operation: Operation, _ a: NDArray, _ b: NDArray) throws
        -> NDArray?
    {
        guard a.axisCount > 0, a.count > 0, isRowOrder(a.lattice), isRowOrder(b.lattice) else {
            return nil
        }
        return try submit(operation, a, [a.view, b.view])
    }

    /// Records a function of one array.
    static func recorded(_ operation: Operation, _ a: NDArray) throws -> NDArray? {
        guard a.axisCount > 0, a.count > 0, isRowOrder(a.lattice) else { return nil }
        return try submit(operation, a, [a.view])
    }

    /// Records `a ∘ number`, or `number ∘ a` when `isReversed`, for a number as an element of the
    /// array's type.
    static func recorded(
        _ operation: Operation, _ a: NDArray, number bits: UInt64, isReversed: Bool
    ) throws -> NDArray? {
        guard a.axisCount > 0, a.count > 0, isRowOrder(a.lattice) else { return nil }
        return try submit(
            operation, a, [a.view], [.init(type: a.type, bits: (bits, 0))],
            numbers: isReversed ? 0b01 : 0b10)
    }

    private static func submit(
        _ operation: Operation, _ a: NDArray, _ inputs: [StoreView],
        _ constants: [ScalarExpression.Constant] = [], numbers: Int = 0
    ) throws -> NDArray? {
        guard let loop = OperationTable.loop(operation, a.type) else { return nil }
        let shape = a.shape
        let result = try NDArray.empty(shape, loop.output0)
        let known = KnownCodes.known(
            operation, loop, numbers: numbers, of: inputs.count &+ constants.count)
        let launch = Launch(
            name: known.pointee.name, domain: shape, inputs: inputs, outputs: [result.view],
            body: .pointwise(ScalarExpression(known.pointee.code, constants)),
            source: NDArray.source)
        // The output is new: no point of it is read.
        try NDArray.rethrowing { try Runtime.shared.record(launch) }
        return result
    }
}
