/// Which names of a loop may show the same memory, and which of these are written into: what stays
/// as it is may be read later than its statement says. And how often each name is read.
///
/// In: a ``LoopProgram`` and which of its inputs share memory. Out: for each slot the number of its
/// group of names, and its count.
struct LoopRoots {
    private var parents: [Int]
    private var written: Set<Int> = []
    /// Groups with a name that has a value before an iteration begins.
    private var shared: Set<Int> = []
    /// How often each slot is read; more than once where an inner loop or a branch reads it.
    private(set) var uses: [Int]

    init(_ program: LoopProgram, _ kinds: [LoopInputKind]) {
        parents = Array(0..<program.slotCount)
        uses = [Int](repeating: 0, count: program.slotCount)
        for (place, kind) in kinds.enumerated() where kind.alias != place {
            join(program.inputs[place], program.inputs[kind.alias])
        }
        LoopWalk.through(program.body) { note($0, $1) }
        if let test = program.test { LoopWalk.through(test, weight: 2) { note($0, $1) } }
        written = Set(written.map { root($0) })
        shared = Set(program.inputs.map { root($0) })
    }

    /// The same number for names that may show the same memory.
    func root(_ slot: Int) -> Int {
        var slot = slot
        while parents[slot] != slot { slot = parents[slot] }
        return slot
    }

    /// Whether the loop writes into what a name shows.
    func isWritten(_ root: Int) -> Bool { root >= 0 && written.contains(root) }

    /// Whether what a name shows may have been there before the iteration.
    func isShared(_ root: Int) -> Bool { root >= 0 && shared.contains(root) }

    private mutating func join(_ a: Int, _ b: Int) {
        let (a, b) = (root(a), root(b))
        parents[max(a, b)] = min(a, b)
    }

    private mutating func note(_ node: LoopNode, _ weight: Int) {
        switch node {
        case .statement(.assign(let target, let value)):
            let sources = LoopRoots.shown(value)
            for slot in target.names { for source in sources { join(slot, source) } }
            mark(target.bases)
        case .statement(.update(_, .name(let slot), _)):
            uses[slot] += 2
            written.insert(slot)
        case .statement(.update(_, let target, _)): mark(target.bases)
        case .expression(.name(let slot)): uses[slot] += weight
        case .expression(let value): mark(value.written)
        default: break
        }
    }

    private mutating func mark(_ arrays: [LoopExpression]) {
        written.formUnion(arrays.flatMap(LoopRoots.shown))
    }

    /// Names whose memory an expression's value may show.
    private static func shown(_ value: LoopExpression) -> [Int] {
        switch value {
        case .name(let slot): return [slot]
        case .index(let base, _), .attribute(let base, _): return shown(base)
        case .choose(_, let a, let b): return shown(a) + shown(b)
        case .tuple(let items), .list(let items): return items.flatMap(shown)
        case .block(_, let value): return shown(value)
        // Some functions and methods give views: any argument may be shown.
        case .call(_, let arguments, let named): return (arguments + named.values).flatMap(shown)
        case .method(let object, _, let arguments, _): return ([object] + arguments).flatMap(shown)
        default: return []
        }
    }
}
