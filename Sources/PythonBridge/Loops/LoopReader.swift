/// Reads a loop program as the package hands it over: nested tuples of names and numbers.
import CPlatform
import NumPy

/// A loop program, and the objects that must be the same at each call.
struct LoopReader {
    /// Borrowed tuples, front to back.
    static func program(_ object: Obj) throws -> (LoopProgram, guards: [Obj]) {
        let parts = try tuple(object, 6)
        let loop = try tuple(parts[5], 4)
        let isWhile = try string(loop[0]) == "while"
        let program = LoopProgram(
            name: try string(parts[0]), slotCount: try integer(parts[1]),
            inputs: try items(parts[2]).map(integer), carried: try items(parts[3]).map(integer),
            target: isWhile ? nil : try integer(loop[1]),
            test: isWhile ? try expression(loop[2]) : nil, body: try statements(loop[3]))
        return (program, try items(parts[4]))
    }

    private static func items(_ object: Obj) throws -> [Obj] {
        guard lg_kind(object) == .tuple else { throw typeError("a tuple was expected") }
        return (0..<PyTuple_Size(object)).map { PyTuple_GetItem(object, $0).unsafelyUnwrapped }
    }

    private static func tuple(_ object: Obj, _ count: Int) throws -> [Obj] {
        let items = try items(object)
        guard items.count == count else { throw typeError("a tuple of \(count) was expected") }
        return items
    }

    private static func integer(_ object: Obj) throws -> Int {
        guard lg_kind(object) == .int else { throw typeError("an integer was expected") }
        return PyLong_AsSsize_t(object)
    }

    private static func statements(_ object: Obj) throws -> [LoopStatement] {
        try items(object).map(statement)
    }

    private static func statement(_ object: Obj) throws -> LoopStatement {
        let parts = try items(object)
        switch try string(parts[0]) {
        case "assign": return .assign(try target(parts[1]), try expression(parts[2]))
        case "update":
            return .update(try string(parts[1]), try target(parts[2]), try expression(parts[3]))
        case "for":
            return .loop(
                try integer(parts[1]), try expression(parts[2]), try statements(parts[3]))
        case "if":
            return .branch(
                try expression(parts[1]), try statements(parts[2]), try statements(parts[3]))
        case "do": return .perform(try expression(parts[1]))
        case "stop": return .stop
        case let name: throw typeError("an unknown statement: \(name)")
        }
    }

    private static func target(_ object: Obj) throws -> LoopStatement.Target {
        let parts = try items(object)
        switch try string(parts[0]) {
        case "name": return .name(try integer(parts[1]))
        case "index": return .index(try expression(parts[1]), try indices(parts[2]))
        case "tuple": return .tuple(try items(parts[1]).map(target))
        case let name: throw typeError("an unknown target: \(name)")
        }
    }

    private static func expression(_ object: Obj) throws -> LoopExpression {
        let parts = try items(object)
        func inner(_ place: Int) throws -> LoopExpression { try expression(parts[place]) }
        func list(_ place: Int) throws -> [LoopExpression] {
            try items(parts[place]).map(expression)
        }
        switch try string(parts[0]) {
        case "name": return .name(try integer(parts[1]))
        case "const": return try constant(parts[1])
        case "dtype": return .type(try string(parts[1]))
        case "binary": return .binary(try string(parts[1]), try inner(2), try inner(3))
        case "unary": return .unary(try string(parts[1]), try inner(2))
        case "compare": return .compare(try string(parts[1]), try inner(2), try inner(3))
        case "bool":
            return .logic(isAnd: try string(parts[1]) == "and", try inner(2), try inner(3))
        case "choose": return .choose(try inner(1), try inner(2), try inner(3))
        case "index": return .index(try inner(1), try indices(parts[2]))
        case "attribute": return .attribute(try inner(1), try string(parts[2]))
        case "tuple": return .tuple(try list(1))
        case "list": return .list(try list(1))
        case "call": return .call(try string(parts[1]), try list(2), try named(parts[3]))
        case "method":
            return .method(try inner(1), try string(parts[2]), try list(3), try named(parts[4]))
        case "block": return .block(try statements(parts[1]), try inner(2))
        case let name: throw typeError("an unknown expression: \(name)")
        }
    }

    private static func named(_ object: Obj) throws -> [String: LoopExpression] {
        var result: [String: LoopExpression] = [:]
        for item in try items(object) {
            let pair = try tuple(item, 2)
            result[try string(pair[0])] = try expression(pair[1])
        }
        return result
    }

    private static func indices(_ object: Obj) throws -> [LoopExpression.Item] {
        try items(object).map { item in
            let parts = try items(item)
            func part(_ place: Int) throws -> LoopExpression? {
                lg_is_none(parts[place]) != 0 ? nil : try expression(parts[place])
            }
            switch try string(parts[0]) {
            case "slice": return .slice(try part(1), try part(2), try part(3))
            case "ellipsis": return .ellipsis
            case "newaxis": return .newAxis
            default: return .place(try expression(item))
            }
        }
    }

    private static func constant(_ object: Obj) throws -> LoopExpression {
        switch lg_kind(object) {
        case .int:
            var overflow: Int32 = 0
            let value = PyLong_AsLongLongAndOverflow(object, &overflow)
            guard overflow == 0 else { throw typeError("an integer of more than 64 bits") }
            return .integer(Int(value))
        case .float: return .real(PyFloat_AsDouble(object))
        case .bool: return .truth(PyObject_IsTrue(object) == 1)
        case .complex:
            return .complex(PyComplex_RealAsDouble(object), PyComplex_ImagAsDouble(object))
        case .none: return .nothing
        case .string: return .text(try string(object))
        default: throw typeError("an unknown constant")
        }
    }
}
