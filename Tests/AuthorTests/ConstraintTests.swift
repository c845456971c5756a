/// The constraint solver against brute force: its answer keeps every constraint, element by
/// element, and it is cut wherever any cut would keep them.
///
/// In: random operands and constraints, from a seed. The oracle knows tiles only as sets of
/// indices.
import LegateCore
import Testing

extension AuthorTests {
    @Suite struct Constraints {
        @Test func twentyThousandRandomCases() throws {
            var random = Random(seed: 20_241_128)
            var (cut, refused, kinds) = (0, 0, Set<String>())
            for number in 0..<20_000 {
                let problem = Problem(&random)
                for constraint in problem.constraints {
                    kinds.insert(String("\(constraint)".prefix { $0 != "(" }))
                }
                do {
                    let solution = try ConstraintSolver.solve(
                        problem.operands, problem.constraints,
                        grain: .init(elements: problem.grain, tiles: 5))
                    let fault = Oracle(problem).fault(solution)
                    #expect(
                        fault == nil, "case \(number): \(fault ?? "") in \(problem): \(solution)")
                    if fault != nil { return }
                    if solution.tiles > 1 {
                        cut += 1
                    } else if let better = Oracle(problem).simpleCut() {
                        Issue.record("case \(number) could be cut along axis \(better): \(problem)")
                        return
                    }
                } catch is ConstraintError { refused += 1 }
            }
            // Each kind was there, and neither answer was the only one.
            #expect(kinds.count == 8)
            #expect(cut > 5_000 && refused < 10_000, "\(cut) cut, \(refused) refused")
        }
    }
}

/// SplitMix64.
private struct Random {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return range.lowerBound + Int((z ^ z >> 31) % UInt64(range.count))
    }
    mutating func chance(_ percent: Int) -> Bool { number(0...99) < percent }
}

private struct Problem {
    var operands: [TiledOperand] = []
    var constraints: [TilingConstraint] = []
    var grain: Int

    init(_ random: inout Random) {
        grain = random.number(1...4)
        let axes = random.number(1...3)
        let shape = (0..<axes).map { _ in random.number(1...7) }
        let count = random.number(1...4)
        for _ in 0..<count {
            let own = random.chance(75) ? shape : (0..<axes).map { _ in random.number(1...7) }
            let role: TiledOperand.Role = [.input, .output, .reduction][random.number(0...2)]
            let repeated = random.chance(15) ? Set([random.number(0...axes - 1)]) : []
            operands.append(
                TiledOperand(shape: own, role: role, repeated: repeated.filter { own[$0] > 1 }))
        }
        for _ in 0..<random.number(0...4) { add(&random, axes, count) }
    }

    private mutating func add(_ random: inout Random, _ axes: Int, _ count: Int) {
        let (a, b) = (random.number(0...count - 1), random.number(0...count - 1))
        func numbers(_ range: ClosedRange<Int>) -> [Int] {
            (0..<axes).map { _ in random.number(range) }
        }
        switch random.number(0...9) {
        case 0...2: constraints.append(.align(a, b))
        case 3:
            constraints.append(
                .broadcast(a, axes: random.chance(40) ? nil : [random.number(0...axes - 1)]))
        case 4:
            let factors = numbers(1...3)
            if a == b { return }
            do {
                operands[b].shape = zip(operands[a].shape, factors).map {
                    max(1, $0 * $1 - random.number(0...1))
                }
            }
            operands[b].repeated = []
            constraints.append(.scale(factors, small: a, big: b))
        case 5:
            constraints.append(
                .bloat(source: a, bloated: b, low: numbers(0...2), high: numbers(0...2)))
        case 6: constraints.append(.contain(source: a, target: b))
        case 7: constraints.append(.image(source: a, target: b))
        case 8: constraints.append(.minimumExtents(a, numbers(1...3)))
        default:
            var rest = operands[a].shape[0]
            var weights: [Int] = []
            while rest > 0 {
                weights.append(random.number(0...rest))
                rest -= weights[weights.count - 1]
            }
            constraints.append(.weights(a, weights))
        }
    }
}

/// Judges solutions by the indices that tiles hold.
private struct Oracle {
    let problem: Problem

    init(_ problem: Problem) { self.problem = problem }

    /// The box of a tile: a range for each axis.
    private func box(_ solution: ConstraintSolver.Solution, _ operand: Int, _ tile: Int) -> [Range<
        Int
    >] {
        let shape = problem.operands[operand].shape
        var box = shape.map { 0..<$0 }
        let partition = solution.partitions[operand]
        if let axis = partition.axis {
            box[axis] = partition.indices(tile..<tile + 1, extent: shape[axis])
        }
        return box
    }

    private func points(_ box: [Range<Int>]) -> Set<[Int]> {
        var result: Set<[Int]> = [[]]
        for range in box { result = Set(result.flatMap { point in range.map { point + [$0] } }) }
        return result
    }

    func fault(_ solution: ConstraintSolver.Solution) -> String? {
        guard solution.partitions.count == problem.operands.count, solution.tiles >= 1 else {
            return "no solution at all"
        }
        for (k, operand) in problem.operands.enumerated() {
            if let fault = fault(solution, operand, k) { return fault }
        }
        if solution.tiles == 1 { return nil }
        for constraint in problem.constraints {
            for tile in 0..<solution.tiles where !holds(constraint, solution, tile) {
                return "\(constraint) in tile \(tile)"
            }
        }
        return nil
    }

    /// Outputs are covered, each element by one tile; everything else at least covered, if it is
    /// cut.
    private func fault(_ solution: ConstraintSolver.Solution, _ operand: TiledOperand, _ k: Int)
        -> String?
    {
        var owners: [[Int]: Int] = [:]
        for tile in 0..<solution.tiles {
            for point in points(box(solution, k, tile)) {
                let element = point.enumerated().map { operand.repeated.contains($0) ? 0 : $1 }
                if operand.role == .output, let other = owners[element], other != tile {
                    return "tiles \(other) and \(tile) write \(element) of \(k)"
                }
                owners[element] = tile
            }
        }
        let all = Set(
            points(operand.shape.map { 0..<$0 }).map { point in
                point.enumerated().map { operand.repeated.contains($0) ? 0 : $1 }
            })
        return Set(owners.keys) == all ? nil : "operand \(k) is not covered"
    }

    private func holds(
        _ constraint: TilingConstraint, _ solution: ConstraintSolver.Solution, _ tile: Int
    ) -> Bool {
        func tileBox(_ operand: Int) -> [Range<Int>] { box(solution, operand, tile) }
        func shape(_ operand: Int) -> [Int] { problem.operands[operand].shape }
        switch constraint {
        case .align(let a, let b): return points(tileBox(a)) == points(tileBox(b))
        case .broadcast(let a, let axes):
            return (axes ?? Array(shape(a).indices)).allSatisfy {
                tileBox(a)[$0] == 0..<shape(a)[$0]
            }
        case .scale(let factors, let small, let big):
            let wanted = zip(zip(tileBox(small), factors), shape(big)).map { pair, extent in
                let low = min(pair.0.lowerBound * pair.1, extent)
                return low..<max(low, min(pair.0.upperBound * pair.1, extent))
            }
            return points(wanted) == points(tileBox(big))
        case .bloat(let source, let bloated, let low, let high):
            let own = tileBox(source)
            if points(own).isEmpty { return points(tileBox(bloated)).isEmpty }
            let wanted = own.indices.map {
                max(
                    0, own[$0].lowerBound - low[$0])..<min(
                        shape(bloated)[$0], own[$0].upperBound + high[$0])
            }
            return points(wanted) == points(tileBox(bloated))
        case .contain(let source, let target):
            // Beyond its own extents a store holds nothing.
            let whole = points(shape(target).map { 0..<$0 })
            return points(tileBox(source)).intersection(whole).isSubset(of: points(tileBox(target)))
        case .image(_, let target, _):
            return points(tileBox(target)) == points(shape(target).map { 0..<$0 })
        case .minimumExtents(let a, let extents):
            let box = tileBox(a)
            return zip(zip(box, extents), shape(a)).allSatisfy { $0.0.count >= min($0.1, $1) }
        case .weights(let a, let weights):
            return tileBox(a)[0].count == weights[tile] && solution.tiles == weights.count
        }
    }

    /// An axis along which tiles of one index, the same in all operands, would keep every
    /// constraint: only judged where all operands have one shape, so that this is a cut that nobody
    /// may miss.
    func simpleCut() -> Int? {
        let shapes = Set(problem.operands.map(\.shape))
        guard shapes.count == 1, let shape = shapes.first, shape.reduce(1, *) / problem.grain >= 2,
            !problem.operands.allSatisfy({ $0.role == .reduction })
        else { return nil }
        for constraint in problem.constraints { if case .weights = constraint { return nil } }
        for constraint in problem.constraints {
            if case .minimumExtents = constraint { return nil }
        }
        // Factors that contradict each other along one axis keep the solver from cutting along the
        // others.
        for constraint in problem.constraints { if case .scale = constraint { return nil } }
        for axis in shape.indices where shape[axis] > 1 {
            let cut = ConstraintSolver.Solution(
                tiles: shape[axis],
                partitions: problem.operands.map { _ in .blocks(axis: axis, count: 1) })
            if fault(cut) == nil, !isFollowed { return axis }
        }
        return nil
    }

    /// Operands that follow others may be seen whole in a way this simple cut does not know.
    private var isFollowed: Bool {
        problem.constraints.contains {
            switch $0 {
            case .bloat, .contain, .image: true
            default: false
            }
        }
    }
}
