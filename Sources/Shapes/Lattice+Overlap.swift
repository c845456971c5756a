/// Do two lattices share a point? The exact answer, which is what makes dependences precise: `a[::2]` and `a[1::2]`
/// do not conflict although their bounding intervals do.
///
/// A shared point solves `Σ cₖ·xₖ = d` with `0 ≤ xₖ ≤ uₖ`, where the coefficients are the strides of both lattices.
/// Terms are tried from the largest coefficient down; at each depth three facts prune: the sum the rest can reach,
/// the greatest common divisor of the rest, and whether the rest reaches *every* multiple of that divisor (then the
/// answer is yes at once). For views that arise from slicing this takes a handful of steps.

extension Lattice {
    /// Whether some point belongs to both lattices.
    ///
    /// - Complexity: O(axes log axes) for views made by slicing; the general problem is NP-hard, so after
    ///   `stepLimit` steps the answer is the safe one, `true`.
    public func overlaps(_ other: Lattice, stepLimit: Int = 1_000_000) -> Bool {
        guard let mine = bounds, let theirs = other.bounds else { return false }
        guard mine.overlaps(theirs) else { return false }
        if offset == other.offset { return true }
        var terms: [Term] = []
        terms.reserveCapacity(axisCount + other.axisCount)
        // Σ a·x + Σ b·(u − y) = theirs.high − mine.low, all coefficients positive.
        for lattice in [self, other] {
            for axis in 0..<lattice.axisCount {
                let stride = abs(lattice.strides[axis])
                let reach = lattice.shape[axis] - 1
                if stride != 0 && reach != 0 { terms.append(Term(coefficient: stride, limit: reach)) }
            }
        }
        return Term.isSolvable(terms, sum: theirs.upperBound - mine.lowerBound, stepLimit: stepLimit)
    }

    /// The same bytes as a lattice of bytes: one more axis, of the element's size.
    public func inBytes(elementSize: Int) -> Lattice {
        var result = self
        result.offset *= elementSize
        for axis in 0..<axisCount { result.strides[axis] *= elementSize }
        result.shape.append(elementSize)
        result.strides.append(1)
        return result
    }
}

/// One unknown of the equation: `coefficient · x`, `0 ≤ x ≤ limit`.
private struct Term {
    var coefficient: Int
    var limit: Int

    /// What the terms from some depth on can reach.
    struct Tail {
        var sum = 0
        var divisor = 0
        /// Every multiple of `divisor` from 0 to `sum` is reached.
        var isComplete = true
    }

    static func isSolvable(_ unsorted: [Term], sum: Int, stepLimit: Int) -> Bool {
        var terms: [Term] = []
        for term in unsorted.sorted(by: { $0.coefficient > $1.coefficient }) {
            if let last = terms.last, last.coefficient == term.coefficient {
                terms[terms.count - 1].limit += term.limit
            } else {
                terms.append(term)
            }
        }
        var tails = [Tail](repeating: Tail(), count: terms.count + 1)
        for k in terms.indices.reversed() {
            let term = terms[k]
            let rest = tails[k + 1]
            let divisor = greatestCommonDivisor(term.coefficient, rest.divisor)
            let isComplete =
                rest.divisor == 0
                || (rest.isComplete && divisor == rest.divisor && term.coefficient <= rest.sum + divisor)
            tails[k] = Tail(
                sum: term.coefficient * term.limit + rest.sum, divisor: divisor, isComplete: isComplete)
        }
        var steps = stepLimit
        return search(terms, tails, depth: 0, sum: sum, steps: &steps)
    }

    static func search(_ terms: [Term], _ tails: [Tail], depth: Int, sum: Int, steps: inout Int) -> Bool {
        let tail = tails[depth]
        if sum < 0 || sum > tail.sum { return false }
        if sum == 0 { return true }
        if sum % tail.divisor != 0 { return false }
        if tail.isComplete { return true }
        let term = terms[depth]
        let rest = tails[depth + 1]
        let low = max(0, (sum - rest.sum + term.coefficient - 1) / term.coefficient)
        let high = min(term.limit, sum / term.coefficient)
        guard low <= high else { return false }
        // Only x with sum − coefficient·x divisible by the rest's divisor: one residue class.
        let step = rest.divisor / greatestCommonDivisor(term.coefficient, rest.divisor)
        var x = low
        while x <= high, (sum - term.coefficient * x) % rest.divisor != 0 {
            x += 1
            if x - low > step { return false }
        }
        while x <= high {
            steps -= 1
            if steps < 0 { return true }
            let remaining = sum - term.coefficient * x
            if search(terms, tails, depth: depth + 1, sum: remaining, steps: &steps) { return true }
            x += step
        }
        return false
    }
}

/// The greatest common divisor; `gcd(a, 0) = a`.
public func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (x, y) = (abs(a), abs(b))
    while y != 0 { (x, y) = (y, x % y) }
    return x
}
