/// Constraints that contradict the operands' shapes, each with a sentence of its own.

extension ConstraintSolver {
    func validate() throws {
        for constraint in constraints {
            for operand in constraint.operands where !operands.indices.contains(operand) {
                throw ConstraintError(
                    message: "a constraint names operand \(operand) of \(operands.count)")
            }
            try validate(constraint)
        }
    }

    private func validate(_ constraint: TilingConstraint) throws {
        func check(_ isTrue: Bool, _ message: @autoclosure () -> String) throws {
            if !isTrue { throw ConstraintError(message: message()) }
        }
        func shape(_ k: Int) -> [Int] { operands[k].shape }
        func text(_ k: Int) -> String {
            "#\(k) of shape (\(shape(k).map(String.init).joined(separator: ", ")))"
        }
        switch constraint {
        case .align(let a, let b):
            try check(
                shape(a) == shape(b), "aligned stores need equal shapes: \(text(a)), \(text(b))")
        case .broadcast(let a, let axes):
            for axis in axes ?? [] {
                try check(
                    shape(a).indices.contains(axis),
                    "\(text(a)) has no axis \(axis) to broadcast along")
            }
        case .scale(let factors, let small, let big):
            try check(small != big, "a store cannot be scaled from itself: #\(small)")
            try check(
                factors.count == shape(small).count && factors.count == shape(big).count,
                "scale needs one factor for each axis of \(text(small)) and \(text(big)), not \(factors)"
            )
            try check(
                factors.allSatisfy { $0 >= 1 }, "factors of scale are at least 1, not \(factors)")
            for axis in factors.indices {
                try check(
                    (shape(big)[axis] + factors[axis] - 1) / factors[axis] <= shape(small)[axis],
                    "tiles of \(text(small)) scaled by \(factors) do not cover \(text(big))")
            }
        case .bloat(let source, let bloated, let low, let high):
            try check(
                shape(source) == shape(bloated),
                "bloat needs equal shapes: \(text(source)), \(text(bloated))")
            try check(
                low.count == shape(source).count && high.count == low.count,
                "bloat needs one offset for each axis of \(text(source))")
            try check(
                (low + high).allSatisfy { $0 >= 0 },
                "offsets of bloat are not negative: \(low), \(high)")
            try check(source != bloated, "a store cannot be bloated from itself: #\(source)")
        case .contain(let source, let target), .image(let source, let target, _):
            try check(source != target, "a store cannot follow itself: #\(source)")
        case .minimumExtents(let a, let extents):
            try check(
                extents.count == shape(a).count,
                "minimum extents need one number for each axis of \(text(a))")
        case .weights(let a, let extents):
            try check(!shape(a).isEmpty, "weights need an axis; \(text(a)) has none")
            try check(extents.allSatisfy { $0 >= 0 }, "weights are not negative: \(extents)")
            try check(
                extents.reduce(0, +) == shape(a)[0],
                "weights sum to \(extents.reduce(0, +)), not to the first extent of \(text(a))")
        }
    }
}
