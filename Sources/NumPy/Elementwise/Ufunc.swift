/// NumPy's universal functions: which loop, which result type and shape, and then one launch (or,
/// for small arrays at rest, one kernel call).
import LegateCore

public enum Ufunc {
    /// `a ∘ b` for two arrays: the path every operator takes.
    public static func binary(_ operation: Operation, _ a: NDArray, _ b: NDArray) throws -> NDArray
    {
        guard a.type == b.type, let plain = PlainLoop(operation, a.type) else {
            if let result = try quickConverting(operation, a, b) { return result }
            return try call(operation, Operands(a, b)).first
        }
        guard a.shape == b.shape else {
            return try operation == .power
                ? call(operation, Operands(a, b)).first : rowByRow(plain, a, b)
        }
        if operation == .power, a.type.isInteger, a.count > 0 { try checkExponent(b) }
        let count = a.count
        guard plain.isSmall(count), a.store.isReady, b.store.isReady else {
            return try recorded(operation, a, b) ?? call(operation, Operands(a, b)).first
        }
        guard a.lattice.isRowMajorContiguous, b.lattice.isRowMajorContiguous else {
            return try stepping(plain, a, b)
        }
        return try plain.applied(a.firstByte, b.firstByte, like: a, count)
    }

    /// Small operands of one shape of which one lies apart, or in another order.
    @inline(never)
    private static func stepping(_ plain: PlainLoop, _ a: NDArray, _ b: NDArray) throws -> NDArray {
        if a.axisCount > 1, a.strides == b.strides, let order = MemoryOrder.dense(a) {
            return try plain.applied(a.firstByte, b.firstByte, a.shape, order)
        }
        return try rowByRow(plain, a, b)
    }

    /// Operands of which one lies apart or broadcasts.
    @inline(never)
    private static func rowByRow(_ plain: PlainLoop, _ a: NDArray, _ b: NDArray) throws -> NDArray {
        try quickRows(plain, a, b) ?? call(plain.operation, Operands(a, b)).first
    }

    public static func binary(_ operation: Operation, _ a: Operand, _ b: Operand) throws -> NDArray
    {
        switch (a, b) {
        case (.array, .array): break
        case (.array(let array), _):
            if let result = try quick(operation, array, b, isReversed: false) { return result }
            if let result = try quickConverting(operation, array, b, isReversed: false) {
                return result
            }
        case (_, .array(let array)):
            if let result = try quick(operation, array, a, isReversed: true) { return result }
            if let result = try quickConverting(operation, array, a, isReversed: true) {
                return result
            }
        default: break
        }
        return try call(operation, Operands(a, b)).first
    }

    public static func unary(_ operation: Operation, _ a: NDArray) throws -> NDArray {
        if let result = try quickUnary(operation, a) { return result }
        return try call(operation, Operands(a)).first
    }

    /// `a ∘= b`, with NumPy's rule that the result must be castable to `a`'s type (same kind).
    public static func inPlace(_ operation: Operation, _ a: NDArray, _ b: Operand) throws {
        if quickInPlace(operation, a, b) { return }
        _ = try call(operation, Operands(.array(a), b), out: Outputs(a))
    }

    // MARK: - The general call

    /// Calls a ufunc with all of NumPy's keywords.
    ///
    /// - Throws: ``NumPyError`` of kind type (no loop, casting), value (shapes, read-only output),
    ///   overflow.
    public static func call(
        _ operation: Operation, _ inputs: Operands, out: Outputs = Outputs(),
        where mask: NDArray? = nil,
        dtype: ElementType? = nil, casting: Casting = .sameKind
    ) throws -> Results {
        if casting == .no || casting == .equiv, convertsAnything(operation, inputs, dtype) {
            // Only NumPy tells which operand it refuses, and in which order it looks.
            throw NumPyError(.unsupported, "casting='\(casting.name)'")
        }
        let loop = try resolve(operation, inputs, dtype: dtype, casting: casting)
        if operation == .power, loop.compute == .float64 || loop.compute == .float32,
            let cheap = cheapPower(inputs[1])
        {
            return try call(
                cheap, Operands(inputs[0]), out: out, where: mask, dtype: loop.compute,
                casting: casting)
        }
        try checkOutputs(operation, loop, out, casting)
        let shape = try jointShape(inputs, out, mask)
        if operation == .power, loop.compute.isInteger, shape.product > 0 {
            try checkExponent(inputs[1])
        }
        return try ResolvedCall(
            operation: operation, loop: loop, inputs: inputs, out: out, mask: mask, shape: shape
        ).run()
    }

    /// The operation that NumPy's loops of real numbers take for the exponents -1, 0.5 and 2, where
    /// they are single numbers.
    static func cheapPower(_ exponent: Operand) -> Operation? {
        let value: Double
        switch exponent {
        case .float(let number): value = number
        case .integer(let number): value = Double(number)
        default: return nil
        }
        return value == 2 ? .square : value == 0.5 ? .sqrt : value == -1 ? .reciprocal : nil
    }
}
