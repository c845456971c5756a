/// From NumPy's list of loops to the loop of each common type.
///
/// NumPy keeps, per ufunc, an ordered list of loops named by type letters (`numpy.add.types`) and
/// takes the first one to which the operands can be cast safely. The functions here do the same
/// once per row, when the table is built.

import Shapes

/// What a loop gives, seen from the type it computes in.
enum LoopResult {
    /// The operands' type.
    case same
    /// bool.
    case truth
    /// The type of the real part.
    case realPart
    /// uint8.
    case byte
}

/// Lists of loops, in NumPy's order of trying.
enum LoopLetters {
    static let integers = "bBhHiIlL"
    static let reals = "efd"
    static let complex = "FD"
    static let inexact = "efdFD"
    static let integersAndReals = "bBhHiIlLefd"
    static let numbers = "bBhHiIlLefdFD"
    static let bits = "?bBhHiIlL"
    static let allButComplex = "?bBhHiIlLefd"
    static let all = "?bBhHiIlLefdFD"
}

extension OperationTable {
    /// One loop per common type, from the letters of the loops in NumPy's order.
    ///
    /// - Parameter excluding: common types that NumPy refuses although a loop could take them.
    static func loops(
        _ letters: String, inputs: Int, outputs: Int = 1, gives result: LoopResult = .same,
        excluding: Set<ElementType> = []
    ) -> [Loop?] {
        let candidates = letters.compactMap { ElementType(code: $0) }
        return ElementType.allCases.map { type in
            if excluding.contains(type) { return nil }
            guard let compute = candidates.first(where: { type.canCast(to: $0, .safe) }) else {
                return nil
            }
            return Loop(
                compute: compute, inputs: Array(repeating: compute, count: inputs),
                outputs: Array(repeating: outputType(compute, result), count: outputs))
        }
    }

    /// The loops of `divide`: integers are divided in `float64`, whatever their width.
    static var divideLoops: [Loop?] {
        var result = loops(LoopLetters.inexact, inputs: 2)
        for type in ElementType.allCases where !type.isInexact {
            result[type.index] = result[ElementType.float64.index]
        }
        return result
    }

    /// The loops with one irregular operand or result; `build` makes the loop of one real type.
    static func realLoops(_ build: (ElementType) -> Loop) -> [Loop?] {
        loops(LoopLetters.reals, inputs: 1).map { $0.map { build($0.compute) } }
    }

    private static func outputType(_ compute: ElementType, _ result: LoopResult) -> ElementType {
        switch result {
        case .same: return compute
        case .truth: return .bool
        case .realPart: return compute.realPart
        case .byte: return .uint8
        }
    }
}
