/// Operands that take their tiles from others: bloated ones, holders, images.
///
/// In: the partitions of their sources. Out: their own; or the news that they may not be cut so.
import Launches

extension ConstraintSolver {
    /// Gives followers the tiles of their sources; `false` where one may not be cut so.
    func follow(_ partitions: inout [OpaqueTask.Partition], _ tiles: Int) throws -> Bool {
        var isSet = Set<Int>()
        for constraint in constraints {
            let wanted: OpaqueTask.Partition
            let target: Int
            switch constraint {
            case .bloat(let source, let bloated, let low, let high):
                (target, wanted) = (
                    bloated, bloat(partitions[source], low, high, operands[source].shape)
                )
            case .contain(let source, let holder):
                let isAlike = operands[source].shape == operands[holder].shape
                (target, wanted) = (holder, isAlike ? partitions[source] : .whole)
            case .image(let source, let image, let hint):
                let spans =
                    hint == .whole || partitions[source] == .whole || operands[image].shape.isEmpty
                    ? nil : try images(constraint, partitions[source], tiles)
                (target, wanted) = (image, spans.map { .spans(axis: 0, $0) } ?? .whole)
            default: continue
            }
            if operands[target].role == .output { return false }
            // What stays whole because of others, is whole; one that follows a follower does not
            // know its cut yet.
            let isTied = isTied(target) || followers.contains(constraint.operands[0])
            if isTied, isExact(target) { return false }
            let isHeld = isTied || isUncut(target, along: wanted.axis)
            let isNew = isSet.insert(target).inserted
            // Seen whole, it holds whatever anybody wants of it; only a bloated tile must be exact.
            if isNew, !isHeld {
                partitions[target] = wanted
            } else if isHeld || partitions[target] != wanted {
                if isExact(target) { return false }
                partitions[target] = .whole
            }
        }
        return true
    }

    private func isUncut(_ operand: Int, along axis: Int?) -> Bool {
        guard let axis else { return false }
        return constraints.contains {
            if case .broadcast(operand, let axes) = $0 {
                axes?.contains(axis) ?? true
            } else {
                false
            }
        }
    }

    /// Whether a follower must also have the tiles of operands that follow nobody.
    private func isTied(_ operand: Int) -> Bool {
        constraints.contains {
            switch $0 {
            case .align(let a, let b), .scale(_, let a, let b):
                a != b && (a == operand || b == operand)
            case .weights(operand, _), .minimumExtents(operand, _): true
            default: false
            }
        }
    }

    private func isExact(_ operand: Int) -> Bool {
        constraints.contains { if case .bloat(_, operand, _, _) = $0 { true } else { false } }
    }

    private func bloat(
        _ partition: OpaqueTask.Partition, _ low: [Int], _ high: [Int], _ shape: [Int]
    ) -> OpaqueTask.Partition {
        switch partition {
        case .whole, .along, .tiles: return .whole
        case .blocks(let axis, let count, _, _):
            return .blocks(axis: axis, count: count, low: low[axis], high: high[axis])
        case .spans(let axis, let spans):
            return .spans(
                axis: axis,
                spans.map {
                    $0.isEmpty
                        ? $0
                        : max(
                            0, $0.lowerBound - low[axis])..<min(
                                shape[axis], $0.upperBound + high[axis])
                })
        }
    }
}
