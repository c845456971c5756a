/// Which rank computes which points of a step.
///
/// In: the walk of one operand, the anchor, over the step's points. Out: for every rank a range of
/// positions (points counted in row-major order), so that each computes where the anchor is its
/// own. The ranges are consecutive, in rank order, and found without a table; folds move their
/// borders to leaves of the fixed tree.
import Kernels
import Partitions

struct Share {
    enum Rule {
        /// Every rank computes all points.
        case everywhere
        /// Each computes where this operand lies in its block.
        case anchored(Walk)
        /// Nearly equal parts, as a store of these extents is owned: rows of a result go with those
        /// of a matrix.
        case even
    }
    enum Border {
        case anywhere
        case multiple(Int)
        case leaf(FoldTree)
    }
    let rule: Rule
    let extents: [Int]
    let count: Int
    let rankCount: Int
    private let border: Border
    /// Who would own the positions; for equal parts.
    private let parts: Ownership

    init(_ rule: Rule, extents: [Int], rankCount: Int, border: Border = .anywhere) {
        self.rule = rule
        self.extents = extents
        self.rankCount = rankCount
        self.border = border
        count = extents.reduce(1, *)
        parts = Ownership(rows: extents.first ?? 1, elementCount: count, rankCount: rankCount)
    }

    /// The anchor, where each rank computes exactly what it owns of it.
    var plainAnchor: Walk? {
        if case .anchored(let walk) = rule, case .anywhere = border { walk } else { nil }
    }

    var isEverywhere: Bool { if case .everywhere = rule { true } else { false } }

    /// The first position of a rank's; the number of all for the rank behind the last.
    func start(of rank: Int) -> Int {
        if rank <= 0 { return 0 }
        if rank >= rankCount { return count }
        var position: Int
        switch rule {
        case .everywhere: return 0
        case .even: position = parts.start(of: rank)
        case .anchored(let walk):
            position = walk.positions(before: walk.firstUnit(ownedBy: rank), of: extents)
        }
        switch border {
        case .anywhere: break
        case .multiple(let unit): position = min((position + unit / 2) / unit * unit, count)
        case .leaf(let tree): position = tree.nodeStart(near: position)
        }
        return position
    }

    func positions(of rank: Int) -> Range<Int> {
        isEverywhere ? 0..<count : start(of: rank)..<start(of: rank + 1)
    }

    /// The ranks that compute some positions, or lie between such.
    func ranks(computing positions: Range<Int>) -> ClosedRange<Int>? {
        if positions.isEmpty { return nil }
        if isEverywhere { return 0...rankCount - 1 }
        let first = rank(at: positions.lowerBound)
        if first + 1 == rankCount || start(of: first + 1) >= positions.upperBound {
            return first...first
        }
        return first...rank(at: positions.upperBound - 1)
    }

    /// The last rank that begins at or before a position.
    private func rank(at position: Int) -> Int {
        var (low, high) = (0, rankCount - 1)
        // Mostly the anchor's owner, or its neighbour where borders were moved.
        var near: Int
        switch rule {
        case .everywhere: near = 0
        case .even: near = parts.owner(of: position)
        case .anchored(let walk): near = walk.owner(atPosition: position, of: extents)
        }
        near = min(max(near, 0), high)
        for rank in max(near - 1, 0)...min(near + 1, high) {
            if start(of: rank) <= position {
                low = rank
            } else {
                high = rank - 1
                break
            }
        }
        while low < high {
            let middle = (low + high + 1) / 2
            if start(of: middle) <= position { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
