/// Do two lattices share a point? The exact answer, which is what makes dependences precise:
/// `a[::2]` and `a[1::2]` do not conflict although their bounding intervals do.
///
/// A shared point solves `Σ cₖ·xₖ = d` with `0 ≤ xₖ ≤ uₖ`, where the coefficients are the strides
/// of both lattices. Terms are tried from the largest coefficient down; at each depth three facts
/// prune: the sum the rest can reach, the greatest common divisor of the rest, and whether the rest
/// reaches *every* multiple of that divisor (then the answer is yes at once). For views that arise
/// from slicing this takes a handful of steps.

extension Lattice {
    /// Whether some point belongs to both lattices.
    ///
    /// - Complexity: O(axes log axes) for views made by slicing; the general problem is NP-hard, so
    ///   after `stepLimit` steps the answer is the safe one, `true`.
    public func overlaps(_ other: Lattice, stepLimit: Int = 1_000_000) -> Bool {
        guard let mine = bounds, let theirs = other.bounds else { return false }
        guard mine.overlaps(theirs) else { return false }
        if offset == other.offset { return true }
        // Σ a·x + Σ b·(u − y) = theirs.high − mine.low, all coefficients positive.
        let sum = theirs.upperBound - mine.lowerBound
        let most = axisCount + other.axisCount
        if most <= Equation.onStack {
            return withUnsafeTemporaryAllocation(of: Term.self, capacity: Equation.onStack) {
                terms in
                withUnsafeTemporaryAllocation(of: Tail.self, capacity: Equation.onStack + 1) {
                    tails in
                    var equation = Equation(
                        terms.baseAddress!, tails.baseAddress!, stepLimit: stepLimit)
                    return equation.isSolvable(self, other, sum: sum)
                }
            }
        }
        let terms = UnsafeMutablePointer<Term>.allocate(capacity: most)
        let tails = UnsafeMutablePointer<Tail>.allocate(capacity: most + 1)
        defer {
            terms.deallocate()
            tails.deallocate()
        }
        var equation = Equation(terms, tails, stepLimit: stepLimit)
        return equation.isSolvable(self, other, sum: sum)
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
}

/// What the terms from some depth on can reach.
private struct Tail {
    var sum: Int
    var divisor: Int
    /// Every multiple of `divisor` from 0 to `sum` is reached.
    var isComplete: Bool
}

/// The terms of both lattices, by descending coefficients, in memory of the caller's.
private struct Equation {
    private let terms: UnsafeMutablePointer<Term>
    private let tails: UnsafeMutablePointer<Tail>
    private var count = 0
    private var steps: Int

    /// Terms for which there is room on the stack.
    static let onStack = 16

    init(_ terms: UnsafeMutablePointer<Term>, _ tails: UnsafeMutablePointer<Tail>, stepLimit: Int) {
        self.terms = terms
        self.tails = tails
        steps = stepLimit
    }

    mutating func isSolvable(_ a: Lattice, _ b: Lattice, sum: Int) -> Bool {
        add(a)
        add(b)
        (tails + count).initialize(to: Tail(sum: 0, divisor: 0, isComplete: true))
        var k = count
        while k > 0 {
            k -= 1
            let (term, rest) = (terms[k], tails[k + 1])
            let divisor = greatestCommonDivisor(term.coefficient, rest.divisor)
            let isComplete =
                rest.divisor == 0
                || (rest.isComplete && divisor == rest.divisor
                    && term.coefficient <= rest.sum + divisor)
            (tails + k).initialize(
                to: Tail(
                    sum: term.coefficient * term.limit + rest.sum, divisor: divisor,
                    isComplete: isComplete))
        }
        return search(depth: 0, sum: sum)
    }

    private mutating func add(_ lattice: Lattice) {
        for axis in 0..<lattice.axisCount {
            let stride = abs(lattice.strides[axis])
            let reach = lattice.shape[axis] - 1
            if stride != 0 && reach != 0 { add(Term(coefficient: stride, limit: reach)) }
        }
    }

    /// Puts a term in its place; one of the same coefficient takes it in.
    private mutating func add(_ term: Term) {
        var place = count
        while place > 0, terms[place - 1].coefficient < term.coefficient { place -= 1 }
        if place > 0, terms[place - 1].coefficient == term.coefficient {
            terms[place - 1].limit += term.limit
            return
        }
        var k = count
        while k > place {
            (terms + k).initialize(to: terms[k - 1])
            k -= 1
        }
        (terms + place).initialize(to: term)
        count += 1
    }

    private mutating func search(depth: Int, sum: Int) -> Bool {
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
            if search(depth: depth + 1, sum: sum - term.coefficient * x) { return true }
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
