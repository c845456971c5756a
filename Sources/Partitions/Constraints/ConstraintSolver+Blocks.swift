/// Along which axis a component is cut, and into blocks of how many indices.
///
/// In: a component. Out: an axis and a block, or the spans that weights ask for; none where it must
/// stay whole.
import Launches

extension ConstraintSolver {
    /// Whether all members may be cut along an axis.
    func mayCut(_ component: Component, _ axis: Int) -> Bool {
        if component.isRigid { return false }
        for member in component.members {
            let operand = operands[member]
            guard axis < operand.shape.count else { return false }
            if operand.role == .output, operand.repeated.contains(axis) { return false }
        }
        for constraint in constraints {
            guard case .broadcast(let v, let axes) = constraint, component.members.contains(v)
            else { continue }
            guard let axes else { return false }
            if axes.contains(axis) { return false }
        }
        return true
    }

    /// The axes that all members have.
    func axes(of component: Component) -> Range<Int> {
        0..<(component.members.map { operands[$0].shape.count }.min() ?? 0)
    }

    /// The extent of the base along an axis: what holds the tiles of all members.
    private func extent(_ component: Component, _ axis: Int) -> Int {
        component.members.map { member in
            let factor = component.factors[member]![axis]
            return (operands[member].shape[axis] + factor - 1) / factor
        }.max() ?? 0
    }

    /// The axis along which the tiles come nearest to the grain, the first one of several, and
    /// indices of a tile.
    func best(_ component: Component, _ grain: Grain) -> (axis: Int, block: Int, count: Int)? {
        if let wished = wished(component) { return wished }
        let size = component.members.map { operands[$0].shape.reduce(1, *) }.max() ?? 0
        let wanted = min(grain.tiles, max(1, size / grain.elements))
        guard wanted > 1 else { return nil }
        var found: (axis: Int, block: Int, count: Int)?
        for axis in axes(of: component) where mayCut(component, axis) {
            let extent = extent(component, axis)
            guard extent > 1,
                let block = block(component, axis, extent, atLeast: (extent + wanted - 1) / wanted),
                block < extent
            else { continue }
            let count = (extent + block - 1) / block
            if count > (found?.count ?? 1) { found = (axis, block, count) }
            if 2 * count >= wanted { break }
        }
        return found
    }

    /// The tiles that the mapper wants of the base, where it may be cut so.
    private func wished(_ component: Component) -> (axis: Int, block: Int, count: Int)? {
        guard let tileShape, tileShape.count == operands[component.members[0]].shape.count else {
            return nil
        }
        for (axis, wanted) in tileShape.enumerated() where wanted > 0 && mayCut(component, axis) {
            let extent = extent(component, axis)
            if wanted < extent, let block = block(component, axis, extent, atLeast: wanted),
                block < extent
            {
                return (axis, block, (extent + block - 1) / block)
            }
        }
        return nil
    }

    /// The smallest block from `atLeast` on whose tiles, the last one too, have every member's
    /// least extent.
    private func block(_ component: Component, _ axis: Int, _ extent: Int, atLeast: Int) -> Int? {
        var minima: [(minimum: Int, factor: Int, own: Int)] = []
        for constraint in constraints {
            guard case .minimumExtents(let v, let extents) = constraint,
                let factor = component.factors[v]?[axis]
            else {
                continue
            }
            minima.append((extents[axis], factor, operands[v].shape[axis]))
        }
        if minima.isEmpty { return atLeast }
        func holds(_ block: Int) -> Bool {
            minima.allSatisfy { minimum, factor, own in
                let size = block * factor
                let last = own % size
                return size >= minimum && (last == 0 || last >= minimum)
                    && own > (extent - 1) / block * size
            }
        }
        return (max(1, atLeast)..<max(extent, atLeast + 1)).first(where: holds)
    }

    /// A component that does not lead: cut into as many tiles, some of which may be empty.
    func evenly(_ component: Component, tiles: Int) -> (axis: Int, block: Int)? {
        for axis in axes(of: component) where mayCut(component, axis) {
            let extent = extent(component, axis)
            guard extent > 1 else { continue }
            let wanted = (extent + tiles - 1) / tiles
            if !hasMinimum(component) { return (axis, wanted) }
            // No tile may be empty then, either.
            if let block = block(component, axis, extent, atLeast: wanted),
                (extent + block - 1) / block == tiles
            {
                return (axis, block)
            }
        }
        return nil
    }

    private func hasMinimum(_ component: Component) -> Bool {
        constraints.contains {
            if case .minimumExtents(let v, _) = $0 { component.members.contains(v) } else { false }
        }
    }

    /// The spans that weights ask for: `nil` where there are none; an inner `nil` where they cannot
    /// be kept with others.
    func weights(of component: Component) -> (axis: Int, spans: [Range<Int>])?? {
        let found = constraints.compactMap { constraint -> (Int, [Int])? in
            if case .weights(let v, let extents) = constraint, component.members.contains(v) {
                (v, extents)
            } else {
                nil
            }
        }
        guard let (operand, extents) = found.first else { return .none }
        guard found.allSatisfy({ $0.1 == extents && component.factors[$0.0]![0] == 1 }),
            mayCut(component, 0),
            component.factors.values.allSatisfy({ $0[0] == 1 }), !hasMinimum(component),
            component.members.allSatisfy({ operands[$0].shape[0] <= operands[operand].shape[0] })
        else { return .some(nil) }
        var spans: [Range<Int>] = []
        var start = 0
        for extent in extents {
            spans.append(start..<min(start + extent, operands[operand].shape[0]))
            start = spans[spans.count - 1].upperBound
        }
        return .some((0, spans))
    }
}
