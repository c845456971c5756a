/// The rows of operations with one operand, and of the pointwise operations that are no ufuncs of
/// NumPy.
///
/// As in the other rows, the letters are the loops `numpy.<name>.types` lists, in its order of
/// trying.

import Shapes

extension OperationTable {
    /// A row with one operand and one result.
    private static func unary(
        _ operation: Operation, _ name: String, aliases: [String] = [], _ letters: String,
        gives result: LoopResult = .same, excluding: Set<ElementType> = []
    ) -> OperationRow {
        OperationRow(
            operation, name, aliases: aliases, inputs: 1,
            loops: loops(letters, inputs: 1, gives: result, excluding: excluding))
    }

    static let unaryRows: [OperationRow] = [
        unary(.logicalNot, "logical_not", LoopLetters.all, gives: .truth),
        unary(.invert, "invert", aliases: ["bitwise_not", "bitwise_invert"], LoopLetters.bits),
        unary(.bitwiseCount, "bitwise_count", LoopLetters.integers, gives: .byte),
        unary(.negative, "negative", LoopLetters.numbers, excluding: [.bool]),
        unary(.positive, "positive", LoopLetters.numbers, excluding: [.bool]),
        unary(.absolute, "absolute", aliases: ["abs"], LoopLetters.all, gives: .realPart),
        unary(.fabs, "fabs", LoopLetters.reals),
        unary(.sign, "sign", LoopLetters.numbers, excluding: [.bool]),
        unary(.signbit, "signbit", LoopLetters.reals, gives: .truth),
        unary(.conjugate, "conjugate", aliases: ["conj"], LoopLetters.numbers),
        unary(.reciprocal, "reciprocal", LoopLetters.numbers),
        unary(.rint, "rint", LoopLetters.inexact),
        unary(.floor, "floor", LoopLetters.allButComplex),
        unary(.ceil, "ceil", LoopLetters.allButComplex),
        unary(.trunc, "trunc", LoopLetters.allButComplex),
        unary(.sqrt, "sqrt", LoopLetters.inexact),
        unary(.square, "square", LoopLetters.numbers),
        unary(.cbrt, "cbrt", LoopLetters.reals),
        unary(.isfinite, "isfinite", LoopLetters.all, gives: .truth),
        unary(.isinf, "isinf", LoopLetters.all, gives: .truth),
        unary(.isnan, "isnan", LoopLetters.all, gives: .truth),
        unary(.spacing, "spacing", LoopLetters.reals),
        OperationRow(
            .modf, "modf", inputs: 1, outputs: 2,
            loops: loops(LoopLetters.reals, inputs: 1, outputs: 2)),
        OperationRow(
            .frexp, "frexp", inputs: 1, outputs: 2,
            loops: realLoops { Loop(compute: $0, inputs: [$0], outputs: [$0, .int32]) }),
    ]

    static let mathRows: [OperationRow] = [
        unary(.exp, "exp", LoopLetters.inexact),
        unary(.exp2, "exp2", LoopLetters.inexact),
        unary(.expm1, "expm1", LoopLetters.inexact),
        unary(.log, "log", LoopLetters.inexact),
        unary(.log2, "log2", LoopLetters.inexact),
        unary(.log10, "log10", LoopLetters.inexact),
        unary(.log1p, "log1p", LoopLetters.inexact),
        unary(.sin, "sin", LoopLetters.inexact),
        unary(.cos, "cos", LoopLetters.inexact),
        unary(.tan, "tan", LoopLetters.inexact),
        unary(.arcsin, "arcsin", aliases: ["asin"], LoopLetters.inexact),
        unary(.arccos, "arccos", aliases: ["acos"], LoopLetters.inexact),
        unary(.arctan, "arctan", aliases: ["atan"], LoopLetters.inexact),
        unary(.sinh, "sinh", LoopLetters.inexact),
        unary(.cosh, "cosh", LoopLetters.inexact),
        unary(.tanh, "tanh", LoopLetters.inexact),
        unary(.arcsinh, "arcsinh", aliases: ["asinh"], LoopLetters.inexact),
        unary(.arccosh, "arccosh", aliases: ["acosh"], LoopLetters.inexact),
        unary(.arctanh, "arctanh", aliases: ["atanh"], LoopLetters.inexact),
        unary(.deg2rad, "deg2rad", aliases: ["radians"], LoopLetters.reals),
        unary(.rad2deg, "rad2deg", aliases: ["degrees"], LoopLetters.reals),
    ]

    /// Operations without a name in NumPy's table of ufuncs.
    static let pointwiseRows: [OperationRow] = [
        unary(.copy, "", LoopLetters.all),
        unary(.real, "", LoopLetters.complex, gives: .realPart).only(\.isComplex),
        unary(.imaginary, "", LoopLetters.complex, gives: .realPart).only(\.isComplex),
        OperationRow(
            .complexFromParts, "", inputs: 2,
            loops: loops("fd", inputs: 2).map { loop in
                loop.map {
                    Loop(
                        compute: $0.compute, inputs: [$0.compute, $0.compute],
                        outputs: [$0.compute.complexCounterpart])
                }
            }),
        OperationRow(
            .select, "", inputs: 3,
            loops: ElementType.allCases.map {
                Loop(compute: $0, inputs: [.bool, $0, $0], outputs: [$0])
            }),
        OperationRow(.clip, "", inputs: 3, loops: loops(LoopLetters.all, inputs: 3)),
    ]
}

extension OperationRow {
    /// The row with loops only for the common types that satisfy a condition.
    fileprivate func only(_ condition: (ElementType) -> Bool) -> OperationRow {
        var result = self
        for type in ElementType.allCases where !condition(type) { result.loops[type.index] = nil }
        return result
    }
}
