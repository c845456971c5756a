/// Which loop a ufunc takes.
///
/// In: the operands of a call, and `dtype=` and `casting=` where they are given. Out: a loop of the
/// table, or NumPy's error.
import LegateCore

extension Ufunc {
    /// The loop for the operands' types: NumPy 2's promotion with weak Python numbers, then the
    /// table.
    static func resolve(
        _ operation: Operation, _ inputs: Operands, dtype: ElementType?, casting: Casting
    ) throws -> Loop {
        // Comparisons give `bool` whatever they compare: `dtype=bool` says nothing about the
        // operands.
        let isComparison = OperationTable.loop(operation, .float64)?.output0 == .bool
        if let dtype, dtype != .bool || !isComparison {
            return try loop(OperationTable.row(operation), output: dtype, inputs, casting)
        }
        let (strong, weak) = types(operation, inputs)
        let common =
            strong.map { type in weak.map { type.promoted(withWeak: $0) } ?? type }
            ?? weak?.defaultType ?? .float64
        if common == .float64, isComparison, isMixedWideInteger(inputs) {
            throw NumPyError(.unsupported, "exact comparison of int64 with uint64")
        }
        guard var loop = OperationTable.loop(operation, common) else {
            throw noLoop(operation, common)
        }
        if common.isInteger, loop.input0.isFloating, weak == nil,
            let joint = floatingLoop(operation, inputs)
        {
            loop = joint
        }
        if weak == .int { try checkWeakIntegers(inputs, loop) }
        if operation == .ldexp { try checkExponentOfTwo(inputs[1]) }
        return loop
    }

    /// The common type of the arrays, and the highest kind of the numbers. The second operand of
    /// `ldexp` does not count.
    @inline(__always)
    private static func types(_ operation: Operation, _ inputs: Operands) -> (
        strong: ElementType?, weak: WeakKind?
    ) {
        var strong: ElementType?
        var weak: WeakKind?
        for k in 0..<(operation == .ldexp ? 1 : inputs.count) {
            if let array = inputs.array(k) {
                strong = strong?.promoted(with: array.type) ?? array.type
            } else if let kind = inputs[k].weakKind {
                weak = weak.map { max($0, kind) } ?? kind
            }
        }
        return (strong, weak)
    }

    private static func checkExponentOfTwo(_ exponent: Operand) throws {
        if case .array(let array) = exponent, !array.type.canCast(to: .int64, .safe) {
            throw noLoop(.ldexp, array.type)
        }
        if let kind = exponent.weakKind, kind == .float || kind == .complex {
            throw noLoop(.ldexp, .float64)
        }
    }

    /// The loop of a floating-point function for integers: the narrowest that takes each of them,
    /// not their common type (`hypot` of `int16` and `uint16` is `float32`, although both fit only
    /// into `int32`).
    private static func floatingLoop(_ operation: Operation, _ inputs: Operands) -> Loop? {
        var type: ElementType?
        for k in 0..<(operation == .ldexp ? 1 : inputs.count) {
            guard let array = inputs.array(k) else { continue }
            guard let own = OperationTable.loop(operation, array.type)?.input0 else { return nil }
            type = type?.promoted(with: own) ?? own
        }
        return type.flatMap { OperationTable.loop(operation, $0) }
    }

    private static func isMixedWideInteger(_ inputs: Operands) -> Bool {
        var hasSigned = false
        var hasUnsigned = false
        for k in 0..<inputs.count {
            switch inputs[k] {
            case .array(let array):
                if array.type.kind == .signed { hasSigned = true }
                if array.type == .uint64 { hasUnsigned = true }
                if array.type.isInexact { return false }
            case .float, .complex: return false
            default: break
            }
        }
        return hasSigned && hasUnsigned
    }

    private static func checkWeakIntegers(_ inputs: Operands, _ loop: Loop) throws {
        for k in 0..<inputs.count {
            let type = k == 0 ? loop.input0 : loop.input1
            switch inputs[k] {
            case .integer(let value) where type.isInteger && !type.holds(value): break
            case .unsigned where type.isInteger && type != .uint64: break
            default: continue
            }
            if loop.output0 == .bool {
                throw NumPyError(
                    .unsupported, "comparison with a Python integer outside \(type.name)")
            }
            _ = try inputs[k].constant(as: type)
        }
    }

    /// The loop that NumPy finds for `dtype=`: the one whose output is the requested type.
    private static func loop(
        _ row: OperationRow, output dtype: ElementType, _ inputs: Operands, _ casting: Casting
    ) throws -> Loop {
        guard let loop = row.loops[dtype.index],
            loop.output0 == dtype || loop.output0 == dtype.realPart
        else {
            if let other = row.loops.compactMap({ $0 }).first(where: { $0.output0 == dtype }) {
                return other
            }
            throw NumPyError(
                .type,
                "No loop matching the specified signature and casting was found for ufunc \(row.name)"
            )
        }
        for k in 0..<inputs.count {
            let target = k == 0 ? loop.input0 : loop.input1
            guard let type = source(of: inputs[k], refusedBy: target, casting) else { continue }
            throw NumPyError(
                .casting,
                "Cannot cast ufunc '\(row.name)' input \(inputs.count > 1 ? "\(k) " : "")from "
                    + "dtype('\(type.name)') to dtype('\(target.name)') with casting rule '\(casting.name)'"
            )
        }
        return loop
    }

    static func noLoop(_ operation: Operation, _ type: ElementType) -> NumPyError {
        if type == .bool, operation == .subtract {
            return NumPyError(
                .type,
                "numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, "
                    + "or the logical_xor function instead.")
        }
        if type == .bool, operation == .negative {
            return NumPyError(
                .type,
                "The numpy boolean negative, the `-` operator, is not supported, use the `~` operator or the "
                    + "logical_not function instead.")
        }
        return NumPyError(
            .type,
            "ufunc '\(OperationTable.row(operation).name)' not supported for the input types, and "
                + "the inputs could not be safely coerced to any supported types according to the casting rule ''safe''"
        )
    }

    /// Whether NumPy converts an operand to a loop's type under `dtype=`. Python's numbers are
    /// weak: only the kind counts.
    private static func source(of input: Operand, refusedBy target: ElementType, _ casting: Casting)
        -> ElementType?
    {
        if case .array(let array) = input {
            return array.type.canCast(to: target, casting) ? nil : array.type
        }
        guard let weak = input.weakKind, weak != .bool, casting != .unsafe else { return nil }
        let lifted = target.promoted(withWeak: weak)
        return lifted == target ? nil : lifted
    }

    /// Whether an operand would be converted: all must be arrays of the type that a loop takes.
    static func convertsAnything(
        _ operation: Operation, _ inputs: Operands, _ dtype: ElementType?
    ) -> Bool {
        guard dtype == nil, let first = inputs.array(0),
            let loop = OperationTable.loop(operation, first.type)
        else { return true }
        return !zip(0..<inputs.count, [loop.input0, loop.input1, loop.input2]).allSatisfy {
            inputs.array($0)?.type == $1
        }
    }
}
