/// From constraints to a cut: how many tiles there are, and what of every operand each tile sees.
///
/// Operands that are aligned or scaled to each other form a *component*: its tiles follow from those of its base. The
/// component of the first output (of the largest input, without outputs) leads; the others are cut into as many tiles.
///
///     y[i] = f(x[i-1], x[i], x[i+1], w)      align(y, x)   bloat(y, x, 1, 1)   broadcast(w)
///     y  | 0 1 2 | 3 4 5 | 6 7 |              x  [0 4)  [2 7)  [5 8)            w  whole, three times
///
/// One tile always keeps all constraints, so there is always an answer. The answer depends on shapes and constraints
/// alone, never on workers or ranks: that is what makes results equal on any number of them.
import Launches

public struct ConstraintSolver {
    private let operands: [TiledOperand]
    private let constraints: [TilingConstraint]

    /// How finely to cut.
    public struct Grain: Sendable {
        /// Elements of the leading operand below which a tile is not worth its cost.
        public var elements: Int
        /// Tiles at most.
        public var tiles: Int

        public init(elements: Int = 16_384, tiles: Int = 256) {
            self.elements = max(1, elements)
            self.tiles = max(1, tiles)
        }
    }

    /// The cut of all operands.
    public struct Solution: Hashable, Sendable {
        public var tiles: Int
        public var partitions: [OpaqueTask.Partition]

        public init(tiles: Int, partitions: [OpaqueTask.Partition]) {
            self.tiles = tiles
            self.partitions = partitions
        }
    }

    /// - Throws: ``ConstraintError`` when a constraint contradicts the operands' shapes.
    public static func solve(
        _ operands: [TiledOperand], _ constraints: [TilingConstraint], grain: Grain = Grain()
    ) throws -> Solution {
        let solver = ConstraintSolver(operands: operands, constraints: constraints)
        try solver.validate()
        return solver.cut(grain) ?? solver.single
    }

    private var single: Solution { Solution(tiles: 1, partitions: operands.map { _ in .whole }) }

    // MARK: - Components

    /// A set of operands whose tiles follow from each other, with the factor of each along every axis.
    private struct Component {
        var members: [Int] = []
        /// `factors[member]?[axis]`: indices of the member for one index of the base.
        var factors: [Int: [Int]] = [:]
        /// Some member cannot follow the base by whole factors.
        var isRigid = false
    }

    /// Operands that take their tiles from others, and give them to nobody.
    private var followers: Set<Int> {
        Set(
            constraints.compactMap {
                switch $0 {
                case .bloat(_, let target, _, _), .contain(_, let target), .image(_, let target): target
                default: nil
                }
            })
    }

    private func components() -> [Component] {
        let followers = followers
        var result: [Component] = []
        var isPlaced = Set<Int>()
        for first in bases() where !isPlaced.contains(first) && !followers.contains(first) {
            var component = Component(members: [first], factors: [first: operands[first].shape.map { _ in 1 }])
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
        let scaled = Set(constraints.compactMap { if case .scale(_, _, let big) = $0 { big } else { nil } })
        return operands.indices.filter { !scaled.contains($0) } + operands.indices.filter(scaled.contains)
    }

    private func grow(
        _ component: inout Component, from known: Int, _ followers: Set<Int>, _ isPlaced: inout Set<Int>
    ) {
        let own = component.factors[known] ?? []
        for constraint in constraints {
            var found: (operand: Int, factors: [Int])?
            switch constraint {
            case .align(known, let other), .align(let other, known): found = (other, own)
            case .scale(let factors, known, let big): found = (big, zip(own, factors).map { $0 * $1 })
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

    // MARK: - Cutting

    private func cut(_ grain: Grain) -> Solution? {
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
        guard follow(&partitions) else { return nil }
        return Solution(tiles: tiles, partitions: partitions)
    }

    /// The component that decides how many tiles there are.
    private func leader(_ components: [Component]) -> Int? {
        func size(_ k: Int) -> Int { components[k].members.map { operands[$0].shape.reduce(1, *) }.max() ?? 0 }
        func has(_ k: Int, _ role: TiledOperand.Role) -> Bool {
            components[k].members.contains { operands[$0].role == role }
        }
        let weighted = components.indices.first { k in
            constraints.contains { if case .weights(let v, _) = $0 { components[k].members.contains(v) } else { false } }
        }
        if let weighted { return weighted }
        if let output = components.indices.filter({ has($0, .output) }).max(by: { size($0) < size($1) }) { return output }
        // What every tile sees whole decides nothing, however large it is.
        let inputs = components.indices.filter { has($0, .input) }
        let cut = inputs.filter { k in axes(of: components[k]).contains { mayCut(components[k], $0) } }
        return (cut.isEmpty ? inputs : cut).max { size($0) < size($1) }
    }

    private func apply(
        _ component: Component, _ axis: Int, _ block: Int, _ partitions: inout [OpaqueTask.Partition]
    ) {
        for member in component.members {
            partitions[member] = .blocks(axis: axis, count: block * component.factors[member]![axis])
        }
    }

    private func apply(
        _ component: Component, _ axis: Int, _ spans: [Range<Int>], _ partitions: inout [OpaqueTask.Partition]
    ) {
        for member in component.members {
            let (factor, whole) = (component.factors[member]![axis], 0..<operands[member].shape[axis])
            let scaled = spans.map { ($0.lowerBound * factor..<$0.upperBound * factor).clamped(to: whole) }
            partitions[member] = .spans(axis: axis, scaled)
        }
    }

    /// Whether an operand that takes its tiles from others is to have tiles of its own as well: no cut gives it both.
    private var hasWeightedFollower: Bool {
        let followers = followers
        return constraints.contains { if case .weights(let v, _) = $0 { followers.contains(v) } else { false } }
    }

    /// Whether all members may be cut along an axis.
    private func mayCut(_ component: Component, _ axis: Int) -> Bool {
        if component.isRigid { return false }
        for member in component.members {
            let operand = operands[member]
            guard axis < operand.shape.count else { return false }
            if operand.role == .output, operand.repeated.contains(axis) { return false }
        }
        for constraint in constraints {
            guard case .broadcast(let v, let axes) = constraint, component.members.contains(v) else { continue }
            guard let axes else { return false }
            if axes.contains(axis) { return false }
        }
        return true
    }

    /// The axes that all members have.
    private func axes(of component: Component) -> Range<Int> {
        0..<(component.members.map { operands[$0].shape.count }.min() ?? 0)
    }

    /// The extent of the base along an axis: what holds the tiles of all members.
    private func extent(_ component: Component, _ axis: Int) -> Int {
        component.members.map { member in
            let factor = component.factors[member]![axis]
            return (operands[member].shape[axis] + factor - 1) / factor
        }.max() ?? 0
    }

    /// The axis along which the tiles come nearest to the grain, the first one of several, and indices of a tile.
    private func best(_ component: Component, _ grain: Grain) -> (axis: Int, block: Int, count: Int)? {
        let size = component.members.map { operands[$0].shape.reduce(1, *) }.max() ?? 0
        let wanted = min(grain.tiles, max(1, size / grain.elements))
        guard wanted > 1 else { return nil }
        var found: (axis: Int, block: Int, count: Int)?
        for axis in axes(of: component) where mayCut(component, axis) {
            let extent = extent(component, axis)
            guard extent > 1,
                let block = block(component, axis, extent, atLeast: (extent + wanted - 1) / wanted), block < extent
            else { continue }
            let count = (extent + block - 1) / block
            if count > (found?.count ?? 1) { found = (axis, block, count) }
            if 2 * count >= wanted { break }
        }
        return found
    }

    /// The smallest block from `atLeast` on whose tiles, the last one too, have every member's least extent.
    private func block(_ component: Component, _ axis: Int, _ extent: Int, atLeast: Int) -> Int? {
        var minima: [(minimum: Int, factor: Int, own: Int)] = []
        for constraint in constraints {
            guard case .minimumExtents(let v, let extents) = constraint, let factor = component.factors[v]?[axis] else {
                continue
            }
            minima.append((extents[axis], factor, operands[v].shape[axis]))
        }
        if minima.isEmpty { return atLeast }
        func holds(_ block: Int) -> Bool {
            minima.allSatisfy { minimum, factor, own in
                let size = block * factor
                let last = own % size
                return size >= minimum && (last == 0 || last >= minimum) && own > (extent - 1) / block * size
            }
        }
        return (max(1, atLeast)..<max(extent, atLeast + 1)).first(where: holds)
    }

    /// A component that does not lead: cut into as many tiles, some of which may be empty.
    private func evenly(_ component: Component, tiles: Int) -> (axis: Int, block: Int)? {
        for axis in axes(of: component) where mayCut(component, axis) {
            let extent = extent(component, axis)
            guard extent > 1 else { continue }
            let wanted = (extent + tiles - 1) / tiles
            if !hasMinimum(component) { return (axis, wanted) }
            // No tile may be empty then, either.
            if let block = block(component, axis, extent, atLeast: wanted), (extent + block - 1) / block == tiles {
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

    /// The spans that weights ask for: `nil` where there are none; an inner `nil` where they cannot be kept with others.
    private func weights(of component: Component) -> (axis: Int, spans: [Range<Int>])?? {
        let found = constraints.compactMap { constraint -> (Int, [Int])? in
            if case .weights(let v, let extents) = constraint, component.members.contains(v) { (v, extents) } else { nil }
        }
        guard let (operand, extents) = found.first else { return .none }
        guard found.allSatisfy({ $0.1 == extents && component.factors[$0.0]![0] == 1 }), mayCut(component, 0),
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

    // MARK: - Followers

    /// Gives followers the tiles of their sources; `false` where one may not be cut so.
    private func follow(_ partitions: inout [OpaqueTask.Partition]) -> Bool {
        var isSet = Set<Int>()
        for constraint in constraints {
            let wanted: OpaqueTask.Partition
            let target: Int
            switch constraint {
            case .bloat(let source, let bloated, let low, let high):
                (target, wanted) = (bloated, bloat(partitions[source], low, high, operands[source].shape))
            case .contain(let source, let holder):
                let isAlike = operands[source].shape == operands[holder].shape
                (target, wanted) = (holder, isAlike ? partitions[source] : .whole)
            case .image(_, let image): (target, wanted) = (image, .whole)
            default: continue
            }
            if operands[target].role == .output { return false }
            // What stays whole because of others, is whole; one that follows a follower does not know its cut yet.
            let isTied = isTied(target) || followers.contains(constraint.operands[0])
            if isTied, isExact(target) { return false }
            let isHeld = isTied || isUncut(target, along: wanted.axis)
            let isNew = isSet.insert(target).inserted
            // Seen whole, it holds whatever anybody wants of it; only a bloated tile must be exact.
            if isNew, !isHeld { partitions[target] = wanted } else if isHeld || partitions[target] != wanted {
                if isExact(target) { return false }
                partitions[target] = .whole
            }
        }
        return true
    }

    private func isUncut(_ operand: Int, along axis: Int?) -> Bool {
        guard let axis else { return false }
        return constraints.contains {
            if case .broadcast(operand, let axes) = $0 { axes?.contains(axis) ?? true } else { false }
        }
    }

    /// Whether a follower must also have the tiles of operands that follow nobody.
    private func isTied(_ operand: Int) -> Bool {
        constraints.contains {
            switch $0 {
            case .align(let a, let b), .scale(_, let a, let b): a != b && (a == operand || b == operand)
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
        case .whole, .along: return .whole
        case .blocks(let axis, let count, _, _): return .blocks(axis: axis, count: count, low: low[axis], high: high[axis])
        case .spans(let axis, let spans):
            return .spans(
                axis: axis,
                spans.map {
                    $0.isEmpty ? $0 : max(0, $0.lowerBound - low[axis])..<min(shape[axis], $0.upperBound + high[axis])
                })
        }
    }
}

// MARK: - Validation

extension ConstraintSolver {
    private func validate() throws {
        for constraint in constraints {
            for operand in constraint.operands where !operands.indices.contains(operand) {
                throw ConstraintError(message: "a constraint names operand \(operand) of \(operands.count)")
            }
            try validate(constraint)
        }
    }

    private func validate(_ constraint: TilingConstraint) throws {
        func check(_ isTrue: Bool, _ message: @autoclosure () -> String) throws {
            if !isTrue { throw ConstraintError(message: message()) }
        }
        func shape(_ k: Int) -> [Int] { operands[k].shape }
        func text(_ k: Int) -> String { "#\(k) of shape (\(shape(k).map(String.init).joined(separator: ", ")))" }
        switch constraint {
        case .align(let a, let b):
            try check(shape(a) == shape(b), "aligned stores need equal shapes: \(text(a)), \(text(b))")
        case .broadcast(let a, let axes):
            for axis in axes ?? [] {
                try check(shape(a).indices.contains(axis), "\(text(a)) has no axis \(axis) to broadcast along")
            }
        case .scale(let factors, let small, let big):
            try check(small != big, "a store cannot be scaled from itself: #\(small)")
            try check(
                factors.count == shape(small).count && factors.count == shape(big).count,
                "scale needs one factor for each axis of \(text(small)) and \(text(big)), not \(factors)")
            try check(factors.allSatisfy { $0 >= 1 }, "factors of scale are at least 1, not \(factors)")
            for axis in factors.indices {
                try check(
                    (shape(big)[axis] + factors[axis] - 1) / factors[axis] <= shape(small)[axis],
                    "tiles of \(text(small)) scaled by \(factors) do not cover \(text(big))")
            }
        case .bloat(let source, let bloated, let low, let high):
            try check(shape(source) == shape(bloated), "bloat needs equal shapes: \(text(source)), \(text(bloated))")
            try check(
                low.count == shape(source).count && high.count == low.count,
                "bloat needs one offset for each axis of \(text(source))")
            try check((low + high).allSatisfy { $0 >= 0 }, "offsets of bloat are not negative: \(low), \(high)")
            try check(source != bloated, "a store cannot be bloated from itself: #\(source)")
        case .contain(let source, let target), .image(let source, let target):
            try check(source != target, "a store cannot follow itself: #\(source)")
        case .minimumExtents(let a, let extents):
            try check(extents.count == shape(a).count, "minimum extents need one number for each axis of \(text(a))")
        case .weights(let a, let extents):
            try check(!shape(a).isEmpty, "weights need an axis; \(text(a)) has none")
            try check(extents.allSatisfy { $0 >= 0 }, "weights are not negative: \(extents)")
            try check(
                extents.reduce(0, +) == shape(a)[0],
                "weights sum to \(extents.reduce(0, +)), not to the first extent of \(text(a))")
        }
    }
}
