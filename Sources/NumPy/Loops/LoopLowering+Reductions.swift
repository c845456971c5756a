/// Reductions and moved elements in loops.
import LegateCore

extension LoopLowering {
    func reduction(_ name: String, _ arguments: [LoopTerm], _ named: Named) throws -> LoopTerm? {
        let operations: [String: Operation] = [
            "sum": .add, "prod": .multiply, "max": .maximum, "amax": .maximum, "min": .minimum,
            "amin": .minimum, "any": .logicalOr, "all": .logicalAnd, "mean": .add,
            "argmax": .maximum, "argmin": .minimum,
        ]
        guard let operation = operations[name] else { return nil }
        guard let object = arguments.first, arguments.count <= 2,
            Set(named.keys).isSubset(of: ["axis", "keepdims"])
        else { throw LoopRefusal("arguments of \(name)") }
        switch object {
        case .view, .pending: break
        default: throw LoopRefusal("\(name) of what is no array")
        }
        var keepDims = false
        if case .truth(let register)? = named["keepdims"] {
            keepDims = constantValues[register] != 0
        } else if named["keepdims"] != nil {
            throw LoopRefusal("keepdims that is not known")
        }
        let axis = arguments[safe: 1] ?? named["axis"] ?? .nothing
        return try reduced(name, operation, object, axis, keepDims)
    }

    private func reduced(
        _ name: String, _ operation: Operation, _ object: LoopTerm, _ axis: LoopTerm,
        _ keepDims: Bool
    ) throws -> LoopTerm {
        let count = try extents(of: object).count
        guard count > 0 else { throw LoopRefusal("\(name) of a number") }
        let isArg = name.hasPrefix("arg")
        let object = isArg ? object : try summed(object, operation)
        let own = type(of: object)
        guard name != "mean" || own == .float64, operation != .multiply, own != .float16
        else { throw LoopRefusal("\(name) of \(own.name)") }
        let range = try reducedRange(axis, count)
        if isArg, case .tuple = axis { throw LoopRefusal("\(name) over several axes") }
        if isArg, keepDims { throw LoopRefusal("\(name) that keeps axes") }
        let source = try rowMajor(object)
        // Nothing has a sum, and is neither true nor false anywhere; but it has no extreme.
        if isArg || name == "mean" || operation == .maximum || operation == .minimum {
            emit(.atLeast, self.count(source.extents), constant(1), fails: true)
        }
        var extents = Array(source.extents[..<range.lowerBound])
        if keepDims { extents += range.map { _ in constant(1) } }
        extents += source.extents[range.upperBound...]
        let result = room(extents, isArg ? .int64 : own, keeping: [source])
        tape.folds.append(
            LoopFoldCall(
                kind: isArg ? .firstExtreme : name == "mean" ? .mean : .fold,
                operation: operation, type: own, input: source.operand(), extents: source.extents,
                first: range.lowerBound, last: range.upperBound, result: result.operand()))
        append(.fold, tape.folds.count - 1)
        inFlight.append(result)
        return .view(result)
    }

    /// The axes of `count` that a reduction names: all, one, or several that are neighbours.
    private func reducedRange(_ axis: LoopTerm, _ count: Int) throws -> Range<Int> {
        let named: [LoopTerm]
        switch axis {
        case .nothing: return 0..<count
        case .integer: named = [axis]
        case .tuple(let several) where !several.isEmpty: named = several
        default: throw LoopRefusal("axes of that kind")
        }
        let places = try named.map { term -> Int in
            guard case .integer(let register) = term, let value = constantValues[register] else {
                throw LoopRefusal("an axis that is not known")
            }
            let place = value < 0 ? value + count : value
            guard place >= 0, place < count else { throw LoopRefusal("an axis outside") }
            return place
        }.sorted()
        let range = places[0]..<(places[places.count - 1] + 1)
        // One that is named twice is an error, which is Python's.
        guard zip(places, range).allSatisfy(==), places.count == range.count else {
            throw LoopRefusal("axes that are no neighbours")
        }
        return range
    }

    /// Elements in the type in which they are folded: short integers and truth values are summed in
    /// 64 bits, and are true or not.
    private func summed(_ object: LoopTerm, _ operation: Operation) throws -> LoopTerm {
        let own = type(of: object)
        let isLogical = operation == .logicalAnd || operation == .logicalOr
        guard let type = isLogical ? .bool : Ufunc.foldType(operation, own) else {
            throw LoopRefusal("a reduction of \(own.name)")
        }
        return try converted(object, to: type)
    }

    /// `np.linalg.norm` of all elements: the root of their product with themselves.
    func norm(_ object: LoopTerm) throws -> LoopTerm {
        let own = type(of: object)
        guard LoopLowering.isOfElements(object), !own.isComplex else {
            throw LoopRefusal("norm of what are no real elements")
        }
        var flat = try rowMajor(own.isInexact ? object : converted(object, to: .float64))
        flat.extents = [count(flat.extents)]
        flat.strides = [constant(flat.type.byteCount)]
        return try apply(.sqrt, [product(.view(flat), .view(flat), isMatmul: false)])
    }

    /// Elements that are made only to be folded are few.
    private func checkFolded(_ term: LoopTerm, _ extents: [Register]) {
        let limit = LoopTape.points(LoopTape.foldedLimit, of: widestElement(of: term))
        emit(.atMost, count(extents), constant(limit), fails: true)
    }

    /// Elements side by side: where they are if they were made so, else copied.
    private func rowMajor(_ term: LoopTerm) throws -> LoopView {
        switch term {
        case .pending(let pending):
            checkFolded(term, pending.extents)
            return try make(pending)
        case .view(let view):
            guard !view.isTransposed || view.extents.count < 2 else {
                throw LoopRefusal("a reduction of a transpose")
            }
            if view.isDense { return view }
            checkFolded(term, view.extents)
            let room = ownRoom(view.extents, view.type)
            try compute(.view(view), over: view.extents, as: view.type, into: room)
            return room
        default: throw LoopRefusal("a reduction of a number")
        }
    }

    // MARK: - What moves elements

    func movement(_ name: String, _ arguments: [LoopTerm], _ named: Named) throws -> LoopTerm? {
        switch name {
        case "roll": return try roll(arguments, named)
        case "stack": return try stack(arguments, named)
        case "concatenate": return try concatenation(arguments, named)
        case "append" where arguments.count == 2 && named.isEmpty:
            guard try extents(of: arguments[0]).count == 1 else {
                throw LoopRefusal("append to what is no vector")
            }
            return try joined(arguments.map(written), axis: 0)
        case "flip" where arguments.count == 1 && named.isEmpty:
            let view = try elements(arguments[0])
            guard view.extents.count == 1 else { throw LoopRefusal("flip of several axes") }
            return .view(
                try indexed(view, [.slice(nil, nil, .integer(-1))]))
        default: return nil
        }
    }

    /// Arrays of one type and shape along a new axis.
    private func stack(_ arguments: [LoopTerm], _ named: Named) throws -> LoopTerm {
        let parts: [LoopTerm]
        switch arguments.first {
        case .tuple(let items), .list(let items): parts = items
        default: throw LoopRefusal("stack of what is not written out")
        }
        guard let first = parts.first, arguments.count <= 2,
            Set(named.keys).isSubset(of: ["axis"])
        else { throw LoopRefusal("arguments of stack") }
        let (type, extents) = (type(of: first), try self.extents(of: first))
        let given = arguments[safe: 1] ?? named["axis"] ?? .integer(constant(0))
        guard case .integer(let register) = given, let axis = constantValues[register],
            (-extents.count - 1...extents.count).contains(axis), !extents.isEmpty
        else { throw LoopRefusal("an axis that is not known") }
        let place = axis < 0 ? axis + extents.count + 1 : axis
        var full = extents
        full.insert(constant(parts.count), at: place)
        guard full.count <= FreeNest.axisLimit else { throw LoopRefusal("too many axes") }
        let result = room(full, type, keeping: parts.flatMap(LoopLowering.leaves))
        for (number, part) in parts.enumerated() {
            let own = try self.extents(of: part)
            guard self.type(of: part) == type, own.count == extents.count else {
                throw LoopRefusal("stack of different arrays")
            }
            for (a, b) in zip(own, extents) where a != b {
                emit(.atMost, a, b, fails: true)
                emit(.atMost, b, a, fails: true)
            }
            var target = result
            target.isDense = false
            target.extents.remove(at: place)
            target.strides.remove(at: place)
            target.offset = emit(
                .offset, result.offset, constant(number), result.strides[place])
            try compute(part, over: extents, as: type, into: target)
        }
        inFlight.append(result)
        return .view(result)
    }

    private func concatenation(_ arguments: [LoopTerm], _ named: Named) throws -> LoopTerm {
        guard arguments.count <= 2, Set(named.keys).isSubset(of: ["axis"]) else {
            throw LoopRefusal("arguments of concatenate")
        }
        let given = arguments[safe: 1] ?? named["axis"] ?? .integer(constant(0))
        guard case .integer(let register) = given, let axis = constantValues[register] else {
            throw LoopRefusal("an axis that is not known")
        }
        switch arguments.first {
        case .tuple(let parts), .list(let parts):
            guard try parts.allSatisfy({ try !extents(of: $0).isEmpty }) else {
                throw LoopRefusal("concatenate of numbers")
            }
            return try joined(parts, axis: axis)
        default: throw LoopRefusal("concatenate of what is not written out")
        }
    }

    /// Numbers in brackets as the vector that they make.
    private func written(_ term: LoopTerm) throws -> LoopTerm {
        switch term {
        case .list(let parts), .tuple(let parts): return .view(try stacked(parts))
        default: return term
        }
    }

    /// Arrays one behind the other along an axis, in the type that holds all of them; a number
    /// counts as a vector of one.
    private func joined(_ parts: [LoopTerm], axis: Int) throws -> LoopTerm {
        let shapes = try parts.map { part -> [Register] in
            let extents = try self.extents(of: part)
            return extents.isEmpty ? [constant(1)] : extents
        }
        guard var full = shapes.first, shapes.allSatisfy({ $0.count == full.count }),
            (-full.count..<full.count).contains(axis)
        else { throw LoopRefusal("arrays of several numbers of axes") }
        let place = axis < 0 ? axis + full.count : axis
        for shape in shapes.dropFirst() {
            for other in full.indices where other != place && shape[other] != full[other] {
                emit(.atMost, shape[other], full[other], fails: true)
                emit(.atMost, full[other], shape[other], fails: true)
            }
        }
        full[place] = shapes.dropFirst().reduce(full[place]) {
            emit(.add, $0, $1[place], fails: true)
        }
        let types = parts.map { self.type(of: $0) }
        let type = types.dropFirst().reduce(types[0]) { $0.promoted(with: $1) }
        let result = room(full, type, keeping: parts.flatMap(LoopLowering.leaves))
        var start = constant(0)
        for (part, shape) in zip(parts, shapes) {
            var target = result
            target.isDense = false
            target.extents = shape
            target.offset = emit(.offset, result.offset, start, result.strides[place])
            try compute(part, over: shape, as: type, into: target)
            start = emit(.add, start, shape[place], fails: true)
        }
        inFlight.append(result)
        return .view(result)
    }
}

extension LoopTape {
    /// Types whose sums of products have a kernel.
    static let sumsProducts: Set<ElementType> = [.float32, .float64]
}
