/// Which names of a loop may show the same memory, and which of these are written into: what stays
/// as it is may be read later than its statement says.

struct LoopRoots {
    private var parents: [Int]
    private var written: Set<Int> = []

    init(_ program: LoopProgram, _ kinds: [LoopInputKind]) {
        parents = Array(0..<program.slotCount)
        for (place, kind) in kinds.enumerated() where kind.alias != place {
            join(program.inputs[place], program.inputs[kind.alias])
        }
        visit(program.body)
        written = Set(written.map { root($0) })
    }

    /// The same number for names that may show the same memory.
    func root(_ slot: Int) -> Int {
        var slot = slot
        while parents[slot] != slot { slot = parents[slot] }
        return slot
    }

    /// Whether the loop writes into what a name shows.
    func isWritten(_ root: Int) -> Bool { root >= 0 && written.contains(root) }

    private mutating func join(_ a: Int, _ b: Int) {
        let (a, b) = (root(a), root(b))
        parents[max(a, b)] = min(a, b)
    }

    private mutating func visit(_ statements: [LoopStatement]) {
        for statement in statements {
            switch statement {
            case .assign(let target, let value): assign(target, value)
            case .update(_, let target, let value):
                visit(value)
                mark(target)
            case .loop(_, let items, let body):
                visit(items)
                visit(body)
            case .branch(let condition, let yes, let no):
                visit(condition)
                visit(yes)
                visit(no)
            case .perform(let value): visit(value)
            }
        }
    }

    private mutating func assign(_ target: LoopStatement.Target, _ value: LoopExpression) {
        visit(value)
        switch target {
        case .name(let slot): for source in shown(value) { join(slot, source) }
        case .index(let base, let items):
            visit(base)
            visit(items)
            for source in shown(base) { written.insert(source) }
        case .tuple(let targets):
            let sources = shown(value)
            for target in targets {
                if case .name(let slot) = target {
                    for source in sources { join(slot, source) }
                } else {
                    assign(target, .nothing)
                }
            }
        }
    }

    private mutating func mark(_ target: LoopStatement.Target) {
        switch target {
        case .name(let slot): written.insert(slot)
        case .index(let base, let items):
            visit(base)
            visit(items)
            for source in shown(base) { written.insert(source) }
        case .tuple(let targets): targets.forEach { mark($0) }
        }
    }

    /// Names whose memory an expression's value may show.
    private func shown(_ value: LoopExpression) -> [Int] {
        switch value {
        case .name(let slot): return [slot]
        case .index(let base, _), .attribute(let base, _): return shown(base)
        case .choose(_, let a, let b): return shown(a) + shown(b)
        case .tuple(let items), .list(let items): return items.flatMap { shown($0) }
        case .block(_, let value): return shown(value)
        // Some functions and methods give views: any argument may be shown.
        case .call(_, let arguments, let named):
            return (arguments + named.values).flatMap { shown($0) }
        case .method(let object, _, let arguments, _):
            return ([object] + arguments).flatMap { shown($0) }
        default: return []
        }
    }

    private mutating func visit(_ value: LoopExpression) {
        switch value {
        case .binary(_, let a, let b), .compare(_, let a, let b), .logic(_, let a, let b):
            visit(a)
            visit(b)
        case .unary(_, let a), .attribute(let a, _): visit(a)
        case .choose(let a, let b, let c): [a, b, c].forEach { visit($0) }
        case .index(let base, let items):
            visit(base)
            visit(items)
        case .tuple(let items), .list(let items): items.forEach { visit($0) }
        case .call(_, let arguments, let named):
            arguments.forEach { visit($0) }
            named.values.forEach { visit($0) }
            if let out = named["out"] { for source in shown(out) { written.insert(source) } }
        case .method(let object, _, let arguments, let named):
            visit(object)
            arguments.forEach { visit($0) }
            named.values.forEach { visit($0) }
        case .block(let statements, let value):
            visit(statements)
            visit(value)
        default: break
        }
    }

    private mutating func visit(_ items: [LoopExpression.Item]) {
        for item in items {
            switch item {
            case .place(let value): visit(value)
            case .slice(let low, let high, let step):
                [low, high, step].compactMap { $0 }.forEach { visit($0) }
            default: break
            }
        }
    }
}

/// How often the names of a loop are read.
enum LoopUses {
    static func count(_ program: LoopProgram) -> [Int] {
        var counts = [Int](repeating: 0, count: program.slotCount)
        visit(program.body, 1, &counts)
        return counts
    }

    private static func visit(_ statements: [LoopStatement], _ weight: Int, _ counts: inout [Int]) {
        for statement in statements {
            switch statement {
            case .assign(let target, let value):
                visit(value, weight, &counts)
                visit(target, weight, &counts)
            case .update(_, let target, let value):
                visit(value, weight, &counts)
                visit(target, weight, &counts)
                if case .name(let slot) = target { counts[slot] += 2 }
            case .loop(_, let items, let body):
                visit(items, weight, &counts)
                visit(body, weight * 2, &counts)
            case .branch(let condition, let yes, let no):
                visit(condition, weight, &counts)
                visit(yes, weight * 2, &counts)
                visit(no, weight * 2, &counts)
            case .perform(let value): visit(value, weight, &counts)
            }
        }
    }

    private static func visit(
        _ target: LoopStatement.Target, _ weight: Int, _ counts: inout [Int]
    ) {
        switch target {
        case .name: break
        case .index(let base, let items):
            visit(base, weight, &counts)
            visit(items, weight, &counts)
        case .tuple(let targets): targets.forEach { visit($0, weight, &counts) }
        }
    }

    private static func visit(_ value: LoopExpression, _ weight: Int, _ counts: inout [Int]) {
        switch value {
        case .name(let slot): counts[slot] += weight
        case .binary(_, let a, let b), .compare(_, let a, let b), .logic(_, let a, let b):
            visit(a, weight, &counts)
            visit(b, weight, &counts)
        case .unary(_, let a), .attribute(let a, _): visit(a, weight, &counts)
        case .choose(let a, let b, let c): [a, b, c].forEach { visit($0, weight, &counts) }
        case .index(let base, let items):
            visit(base, weight, &counts)
            visit(items, weight, &counts)
        case .tuple(let items), .list(let items): items.forEach { visit($0, weight, &counts) }
        case .call(_, let arguments, let named):
            arguments.forEach { visit($0, weight, &counts) }
            named.values.forEach { visit($0, weight, &counts) }
        case .method(let object, _, let arguments, let named):
            visit(object, weight, &counts)
            arguments.forEach { visit($0, weight, &counts) }
            named.values.forEach { visit($0, weight, &counts) }
        case .block(let statements, let value):
            visit(statements, weight, &counts)
            visit(value, weight, &counts)
        default: break
        }
    }

    private static func visit(
        _ items: [LoopExpression.Item], _ weight: Int, _ counts: inout [Int]
    ) {
        for item in items {
            switch item {
            case .place(let value): visit(value, weight, &counts)
            case .slice(let low, let high, let step):
                [low, high, step].compactMap { $0 }.forEach { visit($0, weight, &counts) }
            default: break
            }
        }
    }
}
