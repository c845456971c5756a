/// Operands whose tiles follow from each other: those that are aligned or scaled to one another.
///
/// In: the constraints. Out: components, each with the factor of every member along every axis; a
/// component is rigid where its members contradict each other.

extension ConstraintSolver {
    /// A set of operands whose tiles follow from each other, with the factor of each along every
    /// axis.
    struct Component {
        var members: [Int] = []
        /// `factors[member]?[axis]`: indices of the member for one index of the base.
        var factors: [Int: [Int]] = [:]
        /// Some member cannot follow the base by whole factors.
        var isRigid = false
    }

    /// Operands that take their tiles from others, and give them to nobody.
    var followers: Set<Int> {
        Set(
            constraints.compactMap {
                switch $0 {
                case .bloat(_, let target, _, _), .contain(_, let target), .image(_, let target, _):
                    target
                default: nil
                }
            })
    }

    func components() -> [Component] {
        let followers = followers
        var result: [Component] = []
        var isPlaced = Set<Int>()
        for first in bases() where !isPlaced.contains(first) && !followers.contains(first) {
            var component = Component(
                members: [first], factors: [first: operands[first].shape.map { _ in 1 }])
            isPlaced.insert(first)
            var next = 0
            while next < component.members.count {
                grow(&component, from: component.members[next], followers, &isPlaced)
                next += 1
            }
            result.append(component)
        }
        return result
    }

    /// Operands in the order in which they are tried as bases: those that nobody scales come first.
    private func bases() -> [Int] {
        let scaled = Set(
            constraints.compactMap { if case .scale(_, _, let big) = $0 { big } else { nil } })
        return operands.indices.filter { !scaled.contains($0) }
            + operands.indices.filter(scaled.contains)
    }

    private func grow(
        _ component: inout Component, from known: Int, _ followers: Set<Int>,
        _ isPlaced: inout Set<Int>
    ) {
        let own = component.factors[known] ?? []
        for constraint in constraints {
            var found: (operand: Int, factors: [Int])?
            switch constraint {
            case .align(known, let other), .align(let other, known): found = (other, own)
            case .scale(let factors, known, let big):
                found = (big, zip(own, factors).map { $0 * $1 })
            case .scale(let factors, let small, known):
                let isWhole = zip(own, factors).allSatisfy { $0 % $1 == 0 }
                if !isWhole { component.isRigid = true }
                found = (small, zip(own, factors).map { max(1, $0 / $1) })
            default: break
            }
            guard let (operand, factors) = found else { continue }
            if followers.contains(operand) {
                // It would have to be cut like its source and like this one.
                component.isRigid = true
            } else if let placed = component.factors[operand] {
                if placed != factors { component.isRigid = true }
            } else {
                component.members.append(operand)
                component.factors[operand] = factors
                isPlaced.insert(operand)
            }
        }
    }
}
