/// The rows of operations with two operands: arithmetic, comparisons, logic, bits.
///
/// Each row states what `numpy.<name>.types`, `.identity` and NumPy's reductions say about the
/// function. A regrouping is allowed for `hypot` and `logaddexp` as for `add`: the operation is
/// associative but for rounding.

import Shapes

extension OperationTable {
    /// A row with two operands and one result.
    private static func binary(
        _ operation: Operation, _ name: String, aliases: [String] = [], _ letters: String,
        gives result: LoopResult = .same, excluding: Set<ElementType> = [], identity: Int? = nil,
        associative: Bool = false, reorderable: Bool = false
    ) -> OperationRow {
        OperationRow(
            operation, name, aliases: aliases, inputs: 2,
            loops: loops(letters, inputs: 2, gives: result, excluding: excluding),
            identity: identity, isAssociative: associative, isReorderable: reorderable)
    }

    /// A row whose operation is associative and commutative.
    private static func free(
        _ operation: Operation, _ name: String, _ letters: String, gives result: LoopResult = .same,
        excluding: Set<ElementType> = [], identity: Int? = nil
    ) -> OperationRow {
        binary(
            operation, name, letters, gives: result, excluding: excluding, identity: identity,
            associative: true, reorderable: true)
    }

    static let arithmeticRows: [OperationRow] = [
        free(.add, "add", LoopLetters.all, identity: 0),
        binary(.subtract, "subtract", LoopLetters.numbers, excluding: [.bool]),
        free(.multiply, "multiply", LoopLetters.all, identity: 1),
        OperationRow(.divide, "divide", aliases: ["true_divide"], inputs: 2, loops: divideLoops),
        binary(.floorDivide, "floor_divide", LoopLetters.integersAndReals),
        binary(.remainder, "remainder", aliases: ["mod"], LoopLetters.integersAndReals),
        binary(.fmod, "fmod", LoopLetters.integersAndReals),
        binary(.power, "power", aliases: ["pow"], LoopLetters.numbers),
        binary(.floatPower, "float_power", "dD"),
        OperationRow(
            .divmod, "divmod", inputs: 2, outputs: 2,
            loops: loops(LoopLetters.integersAndReals, inputs: 2, outputs: 2)),
        free(.logaddexp, "logaddexp", LoopLetters.reals),  // NumPy's identity is -inf, which no integer states
        free(.logaddexp2, "logaddexp2", LoopLetters.reals),
        binary(.arctan2, "arctan2", aliases: ["atan2"], LoopLetters.reals),
        free(.hypot, "hypot", LoopLetters.reals, identity: 0),
        binary(.copysign, "copysign", LoopLetters.reals),
        binary(.nextafter, "nextafter", LoopLetters.reals),
        binary(.heaviside, "heaviside", LoopLetters.reals),
        OperationRow(
            .ldexp, "ldexp", inputs: 2,
            loops: realLoops { Loop(compute: $0, inputs: [$0, .int64], outputs: [$0]) }),
        free(.gcd, "gcd", LoopLetters.integers, excluding: [.bool], identity: 0),
        binary(.lcm, "lcm", LoopLetters.integers, excluding: [.bool], associative: true),
        free(.maximum, "maximum", LoopLetters.all),
        free(.minimum, "minimum", LoopLetters.all),
        free(.fmax, "fmax", LoopLetters.all),
        free(.fmin, "fmin", LoopLetters.all),
    ]

    static let relationRows: [OperationRow] = [
        binary(.equal, "equal", LoopLetters.all, gives: .truth),
        binary(.notEqual, "not_equal", LoopLetters.all, gives: .truth),
        binary(.less, "less", LoopLetters.all, gives: .truth),
        binary(.lessEqual, "less_equal", LoopLetters.all, gives: .truth),
        binary(.greater, "greater", LoopLetters.all, gives: .truth),
        binary(.greaterEqual, "greater_equal", LoopLetters.all, gives: .truth),
        free(.logicalAnd, "logical_and", LoopLetters.all, gives: .truth, identity: 1),
        free(.logicalOr, "logical_or", LoopLetters.all, gives: .truth, identity: 0),
        free(.logicalXor, "logical_xor", LoopLetters.all, gives: .truth, identity: 0),
    ]

    static let bitRows: [OperationRow] = [
        free(.bitwiseAnd, "bitwise_and", LoopLetters.bits, identity: -1),
        free(.bitwiseOr, "bitwise_or", LoopLetters.bits, identity: 0),
        free(.bitwiseXor, "bitwise_xor", LoopLetters.bits, identity: 0),
        binary(.leftShift, "left_shift", aliases: ["bitwise_left_shift"], LoopLetters.integers),
        binary(.rightShift, "right_shift", aliases: ["bitwise_right_shift"], LoopLetters.integers),
    ]
}
