/// Functions and methods in loops: creation, reductions, products, what moves elements, and every
/// ufunc with one result.
import LegateCore

extension LoopLowering {
    typealias Named = [String: LoopTerm]

    func call(_ name: String, _ arguments: [LoopTerm], _ named: Named) throws -> LoopTerm {
        guard name.hasPrefix("np.") else {
            guard named.isEmpty else { throw LoopRefusal("keywords of \(name)") }
            return try builtin(name, arguments)
        }
        let name = String(name.dropFirst(3))
        if let made = try creation(name, arguments, named) { return made }
        if let reduced = try reduction(name, arguments, named) { return reduced }
        if let moved = try movement(name, arguments, named) { return moved }
        switch name {
        case "dot" where arguments.count == 2 && named.isEmpty:
            return try product(arguments[0], arguments[1], isMatmul: false)
        case "matmul" where arguments.count == 2 && named.isEmpty:
            return try product(arguments[0], arguments[1], isMatmul: true)
        case "linalg.norm" where arguments.count == 1 && named.isEmpty:
            return try norm(arguments[0])
        case "outer" where arguments.count == 2 && named.isEmpty:
            return try outer(arguments[0], arguments[1])
        case "where" where arguments.count == 3 && named.isEmpty:
            return try select(arguments[0], arguments[1], arguments[2])
        default: break
        }
        guard let operation = LoopUfuncs.operation(name) else { throw LoopRefusal("np.\(name)") }
        return try ufunc(operation, arguments, named)
    }

    private func builtin(_ name: String, _ arguments: [LoopTerm]) throws -> LoopTerm {
        switch (name, arguments.count) {
        case ("len", 1):
            if case .tuple(let parts) = arguments[0] { return .integer(constant(parts.count)) }
            if case .numbers(_, let count, _) = arguments[0] { return .integer(count) }
            guard let extent = try extents(of: arguments[0]).first else {
                throw LoopRefusal("len of a number")
            }
            return .integer(extent)
        case ("min", _): return try extreme(arguments, isLeast: true)
        case ("max", _): return try extreme(arguments, isLeast: false)
        case ("int", 1):
            guard case .integer(let register) = arguments[0] else {
                if case .view(let view) = arguments[0] { return .integer(try integer(.view(view))) }
                throw LoopRefusal("int of what is no integer")
            }
            return .integer(register)
        case ("float", 1):
            guard let number = number(arguments[0]) else {
                throw LoopRefusal("float of an element")
            }
            return .real(real(number))
        case ("abs", 1):
            if case .integer(let register) = arguments[0] {
                return .integer(
                    emit(.maximum, register, emit(.negate, register, fails: true)))
            }
            guard number(arguments[0]) == nil else { throw LoopRefusal("abs of a float") }
            return try apply(.absolute, arguments)
        default: throw LoopRefusal("\(name) of \(arguments.count) arguments")
        }
    }

    private func ufunc(_ operation: Operation, _ arguments: [LoopTerm], _ named: Named) throws
        -> LoopTerm
    {
        var named = named
        let out = named.removeValue(forKey: "out")
        guard named.isEmpty else { throw LoopRefusal("keywords of a ufunc") }
        var inputs = arguments
        let count = OperationTable.row(operation).inputCount
        var target = out
        if inputs.count == count + 1, out == nil { target = inputs.removeLast() }
        let result = try apply(operation, inputs)
        guard let target, case .view(let view) = target else {
            if target != nil { throw LoopRefusal("an output that is no array") }
            return result
        }
        guard type(of: result).canCast(to: view.type, .sameKind),
            try extents(of: result).count == view.extents.count
        else { throw LoopRefusal("an output of another kind") }
        try store(result, into: view)
        return target
    }

    func method(
        _ object: LoopTerm, _ name: String, _ arguments: [LoopTerm], _ named: Named
    ) throws -> LoopTerm {
        switch name {
        case "copy" where arguments.isEmpty && named.isEmpty:
            return .view(try fresh(object))
        case "astype" where arguments.count == 1 && named.isEmpty:
            guard case .type(let type) = try typeTerm(arguments[0]) else { break }
            let source = try elements(object)
            guard !source.type.isComplex || type.isComplex, !source.isScalar else { break }
            return try pending(.cast, [object], type)
        case "dot" where arguments.count == 1 && named.isEmpty:
            return try product(object, arguments[0], isMatmul: false)
        case "fill" where arguments.count == 1 && named.isEmpty:
            guard case .view(let view) = object, number(arguments[0]) != nil else { break }
            try store(arguments[0], into: view)
            return .nothing
        default:
            if let reduced = try reduction(name, [object] + arguments, named) { return reduced }
        }
        throw LoopRefusal("the method \(name)")
    }

    /// A copy of an array, an array for a number.
    private func fresh(_ term: LoopTerm) throws -> LoopView {
        if case .pending(let pending) = term { return try make(pending) }
        guard case .view(let view) = term, !view.isScalar,
            !view.isTransposed || view.extents.count < 2
        else { throw LoopRefusal("a copy of what is no array in row-major order") }
        return try make(copied(view))
    }

    // MARK: - New arrays

    private func creation(_ name: String, _ arguments: [LoopTerm], _ named: Named) throws
        -> LoopTerm?
    {
        switch name {
        case "zeros", "ones", "empty", "full":
            let isFull = name == "full"
            let extents = try shape(arguments.first ?? named["shape"] ?? .nothing)
            let value = isFull ? arguments[safe: 1] ?? named["fill_value"] : nil
            if isFull, value == nil { return nil }
            let given = arguments[safe: isFull ? 2 : 1] ?? named["dtype"]
            guard Set(named.keys).isSubset(of: ["shape", "dtype", "fill_value"]) else {
                return nil
            }
            let standard = isFull ? type(of: value!) : .float64
            return .view(
                try filled(
                    extents, given.map(elementType) ?? standard, value ?? filling(name)))
        case "zeros_like", "ones_like", "empty_like", "full_like":
            guard let like = arguments.first, case .view(let view) = like, !view.isScalar,
                Set(named.keys).isSubset(of: ["dtype"]),
                arguments.count == (name == "full_like" ? 2 : 1),
                !view.isTransposed || view.extents.count < 2
            else { return nil }
            return .view(
                try filled(
                    view.extents, named["dtype"].map(elementType) ?? view.type,
                    arguments[safe: 1] ?? filling(name)))
        case "array", "copy", "asarray", "ascontiguousarray":
            guard arguments.count == 1, named.isEmpty else { return nil }
            switch arguments[0] {
            case .list(let parts), .tuple(let parts): return .view(try stacked(parts))
            case .pending: return arguments[0]
            case .view where name == "array" || name == "copy":
                return .view(try fresh(arguments[0]))
            case .view(let view) where name == "asarray" && !view.isScalar: return arguments[0]
            default: return nil
            }
        case "arange":
            guard arguments.count == 1, named.isEmpty else { return nil }
            let stop = try integer(arguments[0])
            guard case .integer = arguments[0] else { return nil }
            let count = emit(.maximum, stop, constant(0))
            emit(.atMost, count, constant(LoopTape.elementLimit), fails: true)
            let view = room([count], .int64)
            tape.iotas.append(LoopIotaCall(count: count, result: view.operand()))
            append(.iota, tape.iotas.count - 1)
            inFlight.append(view)
            return .view(view)
        default: return nil
        }
    }

    private func filling(_ name: String) -> LoopTerm {
        name.hasPrefix("ones") ? .integer(constant(1)) : .integer(constant(0))
    }

    private func filled(_ extents: [Register], _ type: ElementType, _ value: LoopTerm) throws
        -> LoopView
    {
        switch value {
        case .integer, .real, .truth, .complex, .view: break
        default: throw LoopRefusal("an array filled with what is no number")
        }
        if case .view(let view) = value, !view.extents.isEmpty {
            throw LoopRefusal("an array filled with another")
        }
        for extent in extents { emit(.atLeast, extent, constant(0), fails: true) }
        var view = room(extents, type, keeping: LoopLowering.leaves(value))
        view.isScalar = false
        try store(value, into: view)
        inFlight.append(view)
        return view
    }

    private func shape(_ term: LoopTerm) throws -> [Register] {
        switch term {
        case .tuple(let parts), .list(let parts):
            guard parts.count <= FreeNest.axisLimit else {
                throw LoopRefusal("a shape of too many axes")
            }
            return try parts.map { part in
                guard case .integer(let register) = part else {
                    throw LoopRefusal("a shape that is no integer")
                }
                return register
            }
        case .integer(let register): return [register]
        default: throw LoopRefusal("a shape that is not written out")
        }
    }

    private func elementType(_ term: LoopTerm) throws -> ElementType {
        guard case .type(let type) = try typeTerm(term) else {
            throw LoopRefusal("a type that is not known")
        }
        return type
    }

    private func typeTerm(_ term: LoopTerm) throws -> LoopTerm {
        if case .text(let name) = term { return .type(try elementType(name)) }
        return term
    }

    /// Numbers side by side: `np.array([x, y, z])`.
    func stacked(_ parts: [LoopTerm]) throws -> LoopView {
        guard !parts.isEmpty else { throw LoopRefusal("an empty list") }
        var types: Set<ElementType> = []
        for part in parts {
            switch part {
            case .integer, .real, .view, .pending:
                guard try extents(of: part).isEmpty else {
                    throw LoopRefusal("a list of arrays")
                }
                types.insert(type(of: part))
            default: throw LoopRefusal("a list of what are not numbers")
            }
        }
        guard types.isSubset(of: [.float64, .int64]) else { throw LoopRefusal("a list of types") }
        let type: ElementType = types.contains(.float64) ? .float64 : .int64
        let view = room(
            [constant(parts.count)], type, keeping: parts.flatMap(LoopLowering.leaves))
        for (place, part) in parts.enumerated() {
            var element = view
            element.extents = []
            element.strides = []
            element.offset = constant(place * type.byteCount)
            try compute(part, over: [], as: type, into: element)
        }
        inFlight.append(view)
        return view
    }

    // MARK: - Choices and products

    private func select(_ mask: LoopTerm, _ a: LoopTerm, _ b: LoopTerm) throws -> LoopTerm {
        switch mask {
        case .view, .pending: break
        default: throw LoopRefusal("np.where of a number")
        }
        // The rules of promotion are those of any operation of two operands of one type.
        let joint: ElementType
        switch (a, b) {
        case (.view, _), (.pending, _), (_, .view), (_, .pending):
            joint = try promoted(a, b)
        default: throw LoopRefusal("np.where of two numbers")
        }
        return try pending(
            .apply(.select, compute: joint),
            [converted(mask, to: .bool), converted(a, to: joint), converted(b, to: joint)], joint)
    }

    private func promoted(_ a: LoopTerm, _ b: LoopTerm) throws -> ElementType {
        func weak(_ term: LoopTerm) -> WeakKind? {
            switch term {
            case .integer: .int
            case .real: .float
            case .truth: .bool
            case .complex: .complex
            default: nil
            }
        }
        for (number, array) in [(a, b), (b, a)] {
            guard let kind = weak(number) else { continue }
            let type = type(of: array).promoted(withWeak: kind)
            if case .integer(let register) = number { try checkRange(register, type) }
            return type
        }
        return type(of: a).promoted(with: type(of: b))
    }

    private func outer(_ a: LoopTerm, _ b: LoopTerm) throws -> LoopTerm {
        let (x, y) = (try elements(a), try elements(b))
        guard x.extents.count == 1, y.extents.count == 1 else {
            throw LoopRefusal("an outer product of no vectors")
        }
        return try apply(
            .multiply,
            [.view(indexed(x, [.ellipsis, .newAxis])), .view(indexed(y, [.newAxis, .ellipsis]))])
    }

    /// A vector stands as a row on the left and as a column on the right.
    private func matrix(_ view: LoopView, isRow: Bool) -> LoopMatrix {
        var matrix = LoopMatrix(
            buffer: view.buffer, offset: view.offset, rows: view.extents[0],
            columns: constant(1), rowStride: view.strides[0], columnStride: constant(0))
        if view.extents.count == 2 {
            matrix.columns = view.extents[1]
            matrix.columnStride = view.strides[1]
        } else if isRow {
            swap(&matrix.rows, &matrix.columns)
            swap(&matrix.rowStride, &matrix.columnStride)
        }
        return matrix
    }

    func product(_ a: LoopTerm, _ b: LoopTerm, isMatmul: Bool) throws -> LoopTerm {
        let (x, y) = (try elements(a), try elements(b))
        inFlight += [x, y]
        let (p, q) = (x.extents.count, y.extents.count)
        guard x.type == y.type, (1...2).contains(p), (1...2).contains(q) else {
            throw LoopRefusal("a product of other types or axes")
        }
        let inner = x.extents[p - 1]
        let other = y.extents[0]
        if inner != other {
            emit(.atMost, inner, other, fails: true)
            emit(.atMost, other, inner, fails: true)
        }
        if p + q == 2 {
            guard LoopTape.sumsProducts.contains(x.type) else {
                throw LoopRefusal("a sum of products of \(x.type.name)")
            }
            emit(.atMost, inner, constant(LoopTape.elementLimit), fails: true)
            let view = room([], x.type)
            tape.products.append(
                LoopProductCall(
                    type: x.type, left: matrix(x, isRow: true), right: matrix(y, isRow: false),
                    isOfMatrices: false, result: view.operand()))
            append(.dot, tape.products.count - 1)
            inFlight.append(view)
            return .view(view)
        }
        guard BLAS.takes(x.type) else { throw LoopRefusal("a product of \(x.type.name)") }
        let extents = (p == 2 ? [x.extents[0]] : []) + (q == 2 ? [y.extents[1]] : [])
        emit(.atMost, count(extents), constant(LoopTape.elementLimit), fails: true)
        let view = room(extents, x.type)
        tape.products.append(
            LoopProductCall(
                type: x.type, left: matrix(x, isRow: true), right: matrix(y, isRow: false),
                isOfMatrices: p == 2 && q == 2, result: view.operand()))
        let place = Register(tape.products.count - 1)
        emit(
            .checkProduct, place,
            reads: LoopLowering.registers(.view(x)) + LoopLowering.registers(.view(y)), fails: true)
        append(.product, Int(place))
        inFlight.append(view)
        return .view(view)
    }
}
