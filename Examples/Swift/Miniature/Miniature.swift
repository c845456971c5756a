// Legate in miniature: the whole idea of the system in one file, to be read from top to bottom.
//
//     swiftc -O Examples/Swift/Miniature/Miniature.swift -o /tmp/miniature && /tmp/miniature
//
// A person writes array operations as if for one sequential core. Here they are recorded, planned,
// and computed by several ranks, each with a memory of its own; the program cannot tell. The parts
// have the names of the real ones, and every part says which room of `Sources/` holds the real one.
// What makes those long is left out: speed (here each element is looked at one by one), types (here
// all are Double), and NumPy's semantics. What makes them *correct* is here:
//
//     1  lattices     a view is a set of points, and whether two views meet is decided exactly
//     2  stores       logical arrays; bytes exist only where and when something computed them
//     3  launches     a call is recorded: what it reads, writes and computes; no work is done
//     4  fusion       launches that meet point by point become one loop; temporaries vanish
//     5  ranks        each rank owns a block of every store, and knows what to send and to receive
//     6  one answer   sums are added in a fixed tree, so that no number of ranks changes a bit
import Foundation

// MARK: - 1. Lattices (the real ones: `Shapes`)

/// The points `offset + Σ iₖ·strideₖ`, `0 ≤ iₖ < shapeₖ`, of a store's flat index space. A view of
/// a view is one again.
struct Lattice: Hashable {
    var offset = 0
    var shape: [Int]
    var strides: [Int]

    /// All of a store of the given shape, in row-major order.
    init(_ shape: [Int]) {
        self.shape = shape
        strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
    }

    var count: Int { shape.reduce(1, *) }

    /// Where the `index`-th point, counted in row-major order, lies in the store.
    func point(_ index: Int) -> Int {
        var (rest, point) = (index, offset)
        for axis in shape.indices.reversed() {
            point += rest % shape[axis] * strides[axis]
            rest /= shape[axis]
        }
        return point
    }

    var points: Set<Int> { Set((0..<count).map(point)) }

    /// Whether some point belongs to both: `a[::2]` and `a[1::2]` do not meet, though they lie in
    /// one another. The real test solves an equation in integers instead of listing points, and is
    /// as exact.
    func meets(_ other: Lattice) -> Bool { !points.isDisjoint(with: other.points) }

    func sliced(_ axis: Int, _ range: Range<Int>, step: Int = 1) -> Lattice {
        var slice = self
        slice.offset += range.lowerBound * strides[axis]
        slice.shape[axis] = (range.count + step - 1) / step
        slice.strides[axis] *= step
        return slice
    }

    func transposed() -> Lattice {
        var result = self
        result.shape.reverse()
        result.strides.reverse()
        return result
    }
}

// MARK: - 2. Stores and views (`Launches`)

/// A logical array. Each rank has a memory of its own for it; what a rank neither owns nor received
/// is poison there.
final class Store {
    let count: Int
    let name: String
    /// One memory for each rank; nothing until a group is run that writes to the store.
    var memories: [[Double]] = []
    /// Arrays of the program that see this store. A store without any, and without readers, is
    /// dead.
    var handles = 0

    init(count: Int, name: String) {
        self.count = count
        self.name = name
    }

    /// The rank that owns a point: every rank can tell, so nobody has to ask.
    func owner(of point: Int) -> Int { point * Machine.ranks / count }

    func allocate() {
        if memories.isEmpty {
            memories = Array(repeating: Array(repeating: .nan, count: count), count: Machine.ranks)
        }
    }
}

/// A store seen through a lattice.
struct View: Hashable {
    let store: Store
    let lattice: Lattice

    static func == (a: View, b: View) -> Bool { a.store === b.store && a.lattice == b.lattice }
    func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(store))
        hasher.combine(lattice)
    }
    func meets(_ other: View) -> Bool { store === other.store && lattice.meets(other.lattice) }
}

// MARK: - 3. Launches (`Launches`, `LegateCore`)

/// What is computed at one point. Because the runtime can look inside, it can fuse.
indirect enum Expression {
    case value(View)
    case number(Double)
    case apply(String, (Double, Double) -> Double, Expression, Expression)

    /// The views whose values at the point are needed.
    var inputs: [View] {
        switch self {
        case .value(let view): return [view]
        case .number: return []
        case .apply(_, _, let a, let b): return a.inputs + b.inputs
        }
    }

    /// The same with the values of some views computed in place instead of read.
    func forwarding(_ known: [View: Expression]) -> Expression {
        switch self {
        case .value(let view): return known[view] ?? self
        case .number: return self
        case .apply(let name, let f, let a, let b):
            return .apply(name, f, a.forwarding(known), b.forwarding(known))
        }
    }

    /// The value at the `index`-th point of the domain, from the memory of one rank.
    func value(at index: Int, on rank: Int) -> Double {
        switch self {
        case .value(let view): return view.store.memories[rank][view.lattice.point(index)]
        case .number(let number): return number
        case .apply(_, let f, let a, let b):
            return f(a.value(at: index, on: rank), b.value(at: index, on: rank))
        }
    }
}

/// One recorded step: at every point of the output's view, the expression's value; or the sum over
/// all points.
struct Launch {
    let name: String
    let output: View
    let expression: Expression
    var isSum = false
    /// The views a launch reads decide its points; a constant has as many as its output.
    var domain: [Int] { isSum ? expression.inputs[0].lattice.shape : output.lattice.shape }
}

/// Records, and plans when a value is needed.
enum Runtime {
    static var window: [Launch] = []

    static func record(_ launch: Launch) {
        // All reads come before all writes, as in NumPy: what reads its own output at other points
        // gets a temporary.
        let overlaps = launch.expression.inputs.contains {
            $0 != launch.output && $0.meets(launch.output)
        }
        guard overlaps else { return window.append(launch) }
        let lattice = Lattice(launch.output.lattice.shape)
        let temporary = View(
            store: Store(count: lattice.count, name: "temporary"), lattice: lattice)
        window.append(Launch(name: launch.name, output: temporary, expression: launch.expression))
        window.append(Launch(name: "copy", output: launch.output, expression: .value(temporary)))
    }

    static func flush() {
        let launches = withoutDead(window)
        window = []
        let groups = fused(launches)
        for (position, group) in groups.enumerated() {
            Machine.run(group, before: groups[(position + 1)...])
        }
    }
}

// MARK: - 4. Planning (`Plans`)

/// Pass 1: from the last launch to the first, keeps those whose result somebody will look at.
func withoutDead(_ launches: [Launch]) -> [Launch] {
    var kept: [Launch] = []
    for launch in launches.reversed() {
        let isRead = kept.contains {
            $0.expression.inputs.contains { $0.store === launch.output.store }
        }
        if isRead || launch.output.store.handles > 0 { kept.append(launch) }
    }
    return kept.reversed()
}

/// Launches that run as one loop over the same points.
final class Group {
    let domain: [Int]
    var launches: [Launch] = []
    /// What the loop has computed at a point so far: the next launch finds it in a register, not in
    /// memory.
    var values: [View: Expression] = [:]
    /// In the order of the program.
    var outputs: [View] = []
    var sums: [Launch] = []

    init(domain: [Int]) { self.domain = domain }

    func absorb(_ launch: Launch) {
        let expression = launch.expression.forwarding(values)
        launches.append(launch)
        if launch.isSum {
            sums.append(
                Launch(
                    name: launch.name, output: launch.output, expression: expression, isSum: true))
        } else {
            if values.updateValue(expression, forKey: launch.output) == nil {
                outputs.append(launch.output)
            }
        }
    }
}

/// Pass 2: a launch joins a group if they have the same points and meet, if they meet, point by
/// point.
func fused(_ launches: [Launch]) -> [Group] {
    var groups: [Group] = []
    for launch in launches {
        let first =
            groups.indices.map { earliest(for: launch, after: groups[$0], at: $0) }.max() ?? 0
        if let group = groups[first...].last(where: { $0.domain == launch.domain }) {
            group.absorb(launch)
        } else {
            groups.append(Group(domain: launch.domain))
            groups.last?.absorb(launch)
        }
    }
    return groups
}

/// The first group that the launch may be part of, as far as one earlier group has a say.
func earliest(for launch: Launch, after group: Group, at place: Int) -> Int {
    var result = 0
    for other in group.launches {
        let reads = launch.expression.inputs.map { ($0, other.output, !other.isSum) }
        let writes = (other.expression.inputs + [other.output]).map {
            (launch.output, $0, !launch.isSum && !other.isSum)
        }
        for (mine, theirs, isPointwise) in reads + writes where mine.meets(theirs) {
            // Same view, same points: the value stays where it is. Otherwise the whole group must
            // be over first.
            let staysInPlace = isPointwise && mine == theirs && group.domain == launch.domain
            result = max(result, staysInPlace ? place : place + 1)
        }
    }
    return result
}

// MARK: - 5. Ranks (`Plans/Ranks`, `MPITransport`)

/// Runs groups on ranks. In the real system each rank is a process that runs the whole program and
/// plans all of it; what follows is then what one of them does for its own part. Here they stand
/// side by side.
enum Machine {
    static var ranks = 1
    static var loops = 0, stores = 0, messages = 0, numbersSent = 0

    static func run(_ group: Group, before later: ArraySlice<Group>) {
        loops += 1
        let kept = group.outputs.filter { isSeen($0.store, by: later) }
        for view in kept where view.store.memories.isEmpty {
            stores += 1
            view.store.allocate()
        }
        let needs = kept.compactMap { group.values[$0] } + group.sums.map(\.expression)
        let parts = shares(of: group, writing: kept)
        exchange(Set(needs.flatMap(\.inputs)), for: parts)

        // The ranks compute at the same time; each touches its own memory only.
        DispatchQueue.concurrentPerform(iterations: ranks) { rank in
            for index in parts[rank] { store(kept, of: group, at: index, on: rank) }
        }
        for view in kept { deliver(view, computedIn: parts) }
        for sum in group.sums { add(sum, parts: parts) }
    }

    /// A store that nobody will look at is never given memory.
    private static func isSeen(_ store: Store, by later: ArraySlice<Group>) -> Bool {
        store.handles > 0
            || later.contains {
                $0.launches.contains { $0.expression.inputs.contains { $0.store === store } }
            }
    }

    /// Which points of the domain each rank computes: those whose result it owns.
    private static func shares(of group: Group, writing kept: [View]) -> [[Int]] {
        var shares: [[Int]] = Array(repeating: [], count: ranks)
        let guide = kept.first ?? group.sums.first?.expression.inputs.first
        for index in 0..<group.domain.reduce(1, *) {
            shares[guide.map { $0.store.owner(of: $0.lattice.point(index)) } ?? 0].append(index)
        }
        return shares
    }

    /// Before the loop, every rank receives what its points read and others own. Both ends work out
    /// the same list, so a message needs no description, and nobody asks. Everything for one peer
    /// travels in one message.
    private static func exchange(_ views: Set<View>, for parts: [[Int]]) {
        for receiver in 0..<ranks {
            var lists: [Int: Int] = [:]
            for view in views {
                for point in Set(parts[receiver].map(view.lattice.point)) {
                    let sender = view.store.owner(of: point)
                    if sender == receiver { continue }
                    view.store.memories[receiver][point] = view.store.memories[sender][point]
                    lists[sender, default: 0] += 1
                }
            }
            messages += lists.count
            numbersSent += lists.values.reduce(0, +)
        }
    }

    /// All values are computed before one is stored: a later output may be an input of an earlier
    /// one.
    private static func store(_ views: [View], of group: Group, at index: Int, on rank: Int) {
        let values = views.map { group.values[$0]?.value(at: index, on: rank) ?? .nan }
        for (view, value) in zip(views, values) {
            view.store.memories[rank][view.lattice.point(index)] = value
        }
    }

    /// The first output of a loop decides who computes a point; what another output's owner must
    /// have goes to it.
    private static func deliver(_ view: View, computedIn parts: [[Int]]) {
        for sender in 0..<ranks {
            var receivers: Set<Int> = []
            for point in parts[sender].map(view.lattice.point)
            where view.store.owner(of: point) != sender {
                let receiver = view.store.owner(of: point)
                view.store.memories[receiver][point] = view.store.memories[sender][point]
                receivers.insert(receiver)
                numbersSent += 1
            }
            messages += receivers.count
        }
    }

    // MARK: - 6. One answer (`Kernels/Nest/PairwiseTree`)

    /// Every rank computes the values of its points; they are added in a tree that depends on the
    /// number of points alone. (The real tree's leaves are runs of points, added where they lie, so
    /// that only sums of runs travel.)
    private static func add(_ sum: Launch, parts: [[Int]]) {
        var values = Array(repeating: 0.0, count: parts.map(\.count).reduce(0, +))
        for rank in 0..<ranks {
            for index in parts[rank] { values[index] = sum.expression.value(at: index, on: rank) }
        }
        messages += 2 * (ranks - 1)
        sum.output.store.allocate()
        let total = tree(values[...])
        for rank in 0..<ranks { sum.output.store.memories[rank][sum.output.lattice.offset] = total }
    }

    static func tree(_ values: ArraySlice<Double>) -> Double {
        if values.count <= 8 { return values.reduce(0, +) }
        let middle = values.startIndex + values.count / 2
        return tree(values[..<middle]) + tree(values[middle...])
    }
}

// MARK: - The array library (`NumPy`): a client like any other

/// A handle on a view. It holds no elements; when the last handle goes, its store is dead.
final class NDArray {
    let view: View

    init(_ view: View) {
        self.view = view
        view.store.handles += 1
    }
    deinit { view.store.handles -= 1 }

    convenience init(_ name: String, shape: [Int]) {
        let lattice = Lattice(shape)
        self.init(View(store: Store(count: lattice.count, name: name), lattice: lattice))
    }

    subscript(rows: Range<Int>, columns: Range<Int>) -> NDArray {
        NDArray(View(store: view.store, lattice: view.lattice.sliced(0, rows).sliced(1, columns)))
    }
    var transposed: NDArray { NDArray(View(store: view.store, lattice: view.lattice.transposed())) }

    func assign(_ value: NDArray) {
        Runtime.record(Launch(name: "copy", output: view, expression: .value(value.view)))
    }
    func assign(_ number: Double) {
        Runtime.record(Launch(name: "fill", output: view, expression: .number(number)))
    }

    func sum() -> NDArray {
        let result = NDArray("sum", shape: [1])
        Runtime.record(
            Launch(name: "sum", output: result.view, expression: .value(view), isSum: true))
        return result
    }

    /// Waits: everything recorded so far is planned and run. Any rank could answer; the owner does.
    var values: [Double] {
        Runtime.flush()
        return (0..<view.lattice.count).map(view.lattice.point).map {
            view.store.memories[view.store.owner(of: $0)][$0]
        }
    }

    static func + (a: NDArray, b: NDArray) -> NDArray {
        recorded("add", +, .value(a.view), .value(b.view))
    }
    static func - (a: NDArray, b: NDArray) -> NDArray {
        recorded("subtract", -, .value(a.view), .value(b.view))
    }
    static func * (a: NDArray, b: NDArray) -> NDArray {
        recorded("multiply", *, .value(a.view), .value(b.view))
    }
    static func * (a: Double, b: NDArray) -> NDArray {
        recorded("multiply", *, .number(a), .value(b.view))
    }

    private static func recorded(
        _ name: String, _ f: @escaping (Double, Double) -> Double, _ a: Expression, _ b: Expression
    ) -> NDArray {
        let result = NDArray(name, shape: b.inputs[0].lattice.shape)
        Runtime.record(Launch(name: name, output: result.view, expression: .apply(name, f, a, b)))
        return result
    }
}

// MARK: - A program

/// Heat on a plate, written as if for one core: the five views overlap, and the update goes through
/// one of them.
func heat(points n: Int, steps: Int) -> (total: Double, skew: Double) {
    let grid = NDArray("grid", shape: [n + 2, n + 2])
    grid.assign(0)
    grid[0..<1, 0..<n + 2].assign(100)
    let center = grid[1..<n + 1, 1..<n + 1]
    let north = grid[0..<n, 1..<n + 1], south = grid[2..<n + 2, 1..<n + 1]
    let west = grid[1..<n + 1, 0..<n], east = grid[1..<n + 1, 2..<n + 2]
    for _ in 0..<steps { center.assign(0.2 * (center + north + south + west + east)) }

    let difference = center - center.transposed
    let total = center.sum(), skew = (difference * difference).sum()
    return (total.values[0], skew.values[0])
}

var answers: Set<[UInt64]> = []
for ranks in [1, 2, 3, 7] {
    (Machine.ranks, Machine.loops, Machine.stores, Machine.messages, Machine.numbersSent) = (
        ranks, 0, 0, 0, 0
    )
    let answer = heat(points: 12, steps: 3)
    answers.insert([answer.total.bitPattern, answer.skew.bitPattern])
    print("\(ranks) ranks: total \(answer.total), skew \(answer.skew)")
    print("    \(Machine.loops) loops, memory for \(Machine.stores) stores,", terminator: " ")
    print("\(Machine.messages) messages, \(Machine.numbersSent) numbers in halos")
}
print(answers.count == 1 ? "one answer, bit for bit" : "the answers differ")
