/// One walk through a loop's statements and expressions, for whoever wants to know what is in them.
///
///     statement ── its expressions, in order of evaluation ── their expressions …
///         └────── the statements inside of it
import LegateCore

extension LoopExpression {
    /// The expressions right inside; not those of a block's statements.
    var children: [LoopExpression] {
        switch self {
        case .binary(_, let a, let b), .compare(_, let a, let b), .logic(_, let a, let b):
            return [a, b]
        case .unary(_, let a), .attribute(let a, _): return [a]
        case .choose(let a, let b, let c): return [a, b, c]
        case .index(let base, let items): return [base] + items.flatMap(\.expressions)
        case .tuple(let items), .list(let items): return items
        case .call(_, let arguments, let named): return arguments + named.values
        case .method(let object, _, let arguments, let named):
            return [object] + arguments + named.values
        case .block(_, let value): return [value]
        default: return []
        }
    }
}

extension LoopExpression.Item {
    var expressions: [LoopExpression] {
        switch self {
        case .place(let value): return [value]
        case .slice(let low, let high, let step): return [low, high, step].compactMap { $0 }
        default: return []
        }
    }
}

extension LoopStatement.Target {
    /// Names that get values.
    var names: [Int] {
        switch self {
        case .name(let slot): return [slot]
        case .index: return []
        case .tuple(let targets): return targets.flatMap(\.names)
        }
    }

    /// What is evaluated to find the place.
    var expressions: [LoopExpression] {
        switch self {
        case .name: return []
        case .index(let base, let items): return [base] + items.flatMap(\.expressions)
        case .tuple(let targets): return targets.flatMap(\.expressions)
        }
    }

    /// Arrays whose elements are written.
    var bases: [LoopExpression] {
        switch self {
        case .name: return []
        case .index(let base, _): return [base]
        case .tuple(let targets): return targets.flatMap(\.bases)
        }
    }
}

extension LoopStatement {
    /// Evaluated by the statement itself, once each time it is come by.
    var expressions: [LoopExpression] {
        switch self {
        case .assign(let target, let value), .update(_, let target, let value):
            return [value] + target.expressions
        case .loop(_, let items, _): return [items]
        case .branch(let condition, _, _): return [condition]
        case .perform(let value): return [value]
        case .stop: return []
        }
    }

    /// Statements inside, which run more or less often than it.
    var bodies: [[LoopStatement]] {
        switch self {
        case .loop(_, _, let body): return [body]
        case .branch(_, let yes, let no): return [yes, no]
        default: return []
        }
    }
}

/// What a walk comes to.
enum LoopNode {
    case statement(LoopStatement)
    case expression(LoopExpression)
}

enum LoopWalk {
    /// Visits statements and all that is in them.
    ///
    /// - Parameter weight: Told to `visit`; twice as much inside of loops and branches.
    static func through(
        _ statements: [LoopStatement], weight: Int = 1, _ visit: (LoopNode, Int) -> Void
    ) {
        for statement in statements {
            visit(.statement(statement), weight)
            for value in statement.expressions { through(value, weight: weight, visit) }
            for body in statement.bodies { through(body, weight: weight * 2, visit) }
        }
    }

    /// Visits an expression and all that is in it.
    static func through(
        _ value: LoopExpression, weight: Int = 1, _ visit: (LoopNode, Int) -> Void
    ) {
        visit(.expression(value), weight)
        if case .block(let statements, _) = value {
            through(statements, weight: weight, visit)
        }
        for child in value.children { through(child, weight: weight, visit) }
    }

    /// Names that statements give values, those of functions written out included.
    static func names(_ statements: [LoopStatement]) -> Set<Int> {
        var names: Set<Int> = []
        through(statements) { node, _ in
            switch node {
            case .statement(.assign(let target, _)), .statement(.update(_, let target, _)):
                names.formUnion(target.names)
            case .statement(.loop(let slot, _, _)): names.insert(slot)
            default: break
            }
        }
        return names
    }

    /// Whether statements write elements, or might.
    static func writes(_ statements: [LoopStatement]) -> Bool {
        var writes = false
        through(statements) { node, _ in writes = writes || node.mayWrite }
        return writes
    }

    /// Whether a function is written out in an expression.
    static func holdsStatements(_ value: LoopExpression) -> Bool {
        var found = false
        through(value) { node, _ in
            if case .expression(.block) = node { found = true }
        }
        return found
    }

    /// Whether an expression writes elements, or might.
    static func writes(_ value: LoopExpression) -> Bool {
        var writes = false
        through(value) { node, _ in writes = writes || node.mayWrite }
        return writes
    }
}

extension LoopNode {
    fileprivate var mayWrite: Bool {
        switch self {
        case .statement(.assign(let target, _)): return !target.bases.isEmpty
        case .statement(.update): return true
        case .expression(let value): return !value.written.isEmpty
        default: return false
        }
    }
}

extension LoopExpression {
    /// Arrays that a call writes into.
    var written: [LoopExpression] {
        switch self {
        case .call(let name, let arguments, let named):
            if let out = named["out"] { return [out] }
            guard name.hasPrefix("np."),
                let operation = LoopUfuncs.operation(String(name.dropFirst(3))),
                arguments.count > OperationTable.row(operation).inputCount
            else { return [] }
            return arguments.suffix(1)
        case .method(let object, "fill", _, _): return [object]
        default: return []
        }
    }
}
