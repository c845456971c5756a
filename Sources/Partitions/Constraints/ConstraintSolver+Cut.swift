/// The cut itself: the leading component decides how many tiles there are, the others are cut into
/// as many.
///
/// In: components and the grain. Out: a partition for every operand, or none where only one tile
/// keeps all constraints.
import Launches

extension ConstraintSolver {
    func cut(_ grain: Grain) throws -> Solution? {
        let components = components()
        guard let leader = leader(components), !hasWeightedFollower else { return nil }
        var partitions = [OpaqueTask.Partition](repeating: .whole, count: operands.count)
        let tiles: Int
        if let weights = weights(of: components[leader]) {
            guard let (axis, spans) = weights else { return nil }
            tiles = spans.count
            apply(components[leader], axis, spans, &partitions)
        } else {
            guard let (axis, block, count) = best(components[leader], grain) else { return nil }
            tiles = count
            apply(components[leader], axis, block, &partitions)
        }
        for (k, component) in components.enumerated() where k != leader {
            if let weights = weights(of: component) {
                guard let (axis, spans) = weights, spans.count == tiles else { return nil }
                apply(component, axis, spans, &partitions)
                continue
            }
            let follows = component.members.contains { operands[$0].role != .reduction }
            if follows, let (axis, block) = evenly(component, tiles: tiles) {
                apply(component, axis, block, &partitions)
            } else if component.members.contains(where: { operands[$0].role == .output }) {
                return nil
            }
        }
        guard try follow(&partitions, tiles) else { return nil }
        return Solution(tiles: tiles, partitions: partitions)
    }

    /// The component that decides how many tiles there are.
    private func leader(_ components: [Component]) -> Int? {
        func size(_ k: Int) -> Int {
            components[k].members.map { operands[$0].shape.reduce(1, *) }.max() ?? 0
        }
        func has(_ k: Int, _ role: TiledOperand.Role) -> Bool {
            components[k].members.contains { operands[$0].role == role }
        }
        let weighted = components.indices.first { k in
            constraints.contains {
                if case .weights(let v, _) = $0 { components[k].members.contains(v) } else { false }
            }
        }
        if let weighted { return weighted }
        if let output = components.indices.filter({ has($0, .output) }).max(by: {
            size($0) < size($1)
        }) {
            return output
        }
        // What every tile sees whole decides nothing, however large it is.
        let inputs = components.indices.filter { has($0, .input) }
        let cut = inputs.filter { k in
            axes(of: components[k]).contains { mayCut(components[k], $0) }
        }
        return (cut.isEmpty ? inputs : cut).max { size($0) < size($1) }
    }

    private func apply(
        _ component: Component, _ axis: Int, _ block: Int,
        _ partitions: inout [OpaqueTask.Partition]
    ) {
        for member in component.members {
            partitions[member] = .blocks(
                axis: axis, count: block * component.factors[member]![axis])
        }
    }

    private func apply(
        _ component: Component, _ axis: Int, _ spans: [Range<Int>],
        _ partitions: inout [OpaqueTask.Partition]
    ) {
        for member in component.members {
            let (factor, whole) = (
                component.factors[member]![axis], 0..<operands[member].shape[axis]
            )
            let scaled = spans.map {
                ($0.lowerBound * factor..<$0.upperBound * factor).clamped(to: whole)
            }
            partitions[member] = .spans(axis: axis, scaled)
        }
    }

    /// Whether an operand that takes its tiles from others is to have tiles of its own as well: no
    /// cut gives it both.
    private var hasWeightedFollower: Bool {
        let followers = followers
        return constraints.contains {
            if case .weights(let v, _) = $0 { followers.contains(v) } else { false }
        }
    }
}
