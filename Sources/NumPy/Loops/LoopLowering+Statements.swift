/// Statements of a loop: names that get values, elements that are written, inner loops, branches.
import LegateCore

extension LoopLowering {
    func follow(_ statements: [LoopStatement]) throws {
        for statement in statements {
            let (waitingBefore, flightBefore) = (waiting, inFlight)
            (waiting, inFlight) = ([], flightBefore)
            try follow(statement)
            (waiting, inFlight) = (waitingBefore, flightBefore)
        }
    }

    private func follow(_ statement: LoopStatement) throws {
        switch statement {
        case .assign(let target, let value): try assign(target, evaluate(value))
        case .update(let operation, let target, let value): try update(operation, target, value)
        case .loop(let slot, let items, let body): try inner(slot, items, body)
        case .branch(let condition, let yes, let no): try branch(condition, yes, no)
        case .perform(let value): _ = try evaluate(value)
        case .stop: try stop()
        }
    }

    // MARK: - Assignment

    private func assign(_ target: LoopStatement.Target, _ value: LoopTerm) throws {
        switch target {
        case .name(let slot): names[slot] = try bound(value, slot)
        case .index(let base, let items):
            if let place = try masked(base, items) {
                return try store(value, into: place.whole, where: place.mask)
            }
            let place = try view(of: base, items)
            try store(value, into: place.part, of: place.whole)
        case .tuple(let targets):
            var parts = try unpacked(value, targets.count)
            let before = inFlight
            if targets.contains(where: { if case .index = $0 { true } else { false } }) {
                // All values are there before the first is written.
                for (place, part) in parts.enumerated() {
                    if case .pending(let pending) = part { parts[place] = .view(try make(pending)) }
                }
            }
            inFlight += parts.flatMap { LoopLowering.leaves($0) }
            for (target, part) in zip(targets, parts) { try assign(target, part) }
            inFlight = before
        }
    }

    /// What a name holds: expressions whose operands stay as they are may wait until their only
    /// reader comes.
    private func bound(_ value: LoopTerm, _ slot: Int) throws -> LoopTerm {
        let root = roots.root(slot)
        switch value {
        case .pending(let pending):
            let isCarried = program.carried.contains(slot) || carriedInside.contains(slot)
            let stays = LoopLowering.leaves(value).allSatisfy {
                $0.root < 0 ? false : !roots.isWritten($0.root)
            }
            if uses[slot] == 1, !isCarried, stays, !pending.extents.isEmpty,
                !blocks.contains(where: \.isConditional)
            {
                return value
            }
            var view = try make(pending)
            view.root = root
            return .view(view)
        case .view(var view):
            if view.isScalar, roots.isWritten(view.root) || view.root < 0 {
                // A scalar is a value; what it was read from may change.
                view = try make(copied(view))
            }
            if view.root < 0 { view.root = root }
            return .view(view)
        case .tuple(let parts): return .tuple(try parts.map { try bound($0, slot) })
        case .list: throw LoopRefusal("a list under a name")
        default: return value
        }
    }

    private func unpacked(_ value: LoopTerm, _ count: Int) throws -> [LoopTerm] {
        switch value {
        case .tuple(let parts), .list(let parts):
            guard parts.count == count else { throw LoopRefusal("unpacking of another length") }
            return parts
        case .view, .pending:
            let view = try elements(value)
            guard let extent = view.extents.first else { throw LoopRefusal("unpacking a number") }
            emit(.atMost, constant(count), extent, fails: true)
            emit(.atMost, extent, constant(count), fails: true)
            return try (0..<count).map {
                .view(try indexed(view, [.place(.integer($0))]))
            }
        default: throw LoopRefusal("unpacking of a number")
        }
    }

    /// Writes a value's elements to those of a view, a part of a named array; with a mask, one
    /// element to those where it is true.
    func store(
        _ value: LoopTerm, into target: LoopView, of whole: LoopView? = nil,
        where mask: LoopTerm? = nil
    ) throws {
        guard target.isWritable, !target.isScalar else {
            throw LoopRefusal("writing to what is read-only")
        }
        var value = value
        switch value {
        case .integer(let register):
            if let number = constantValues[register], target.type.isInteger,
                !target.type.holds(number)
            {
                throw LoopRefusal("an integer that \(target.type.name) cannot hold")
            }
            if constantValues[register] == nil { try checkRange(register, target.type) }
        case .real:
            guard target.type.isInexact else {
                throw LoopRefusal("a float stored as \(target.type.name)")
            }
        case .truth: break
        case .complex:
            guard target.type.isComplex else { throw LoopRefusal("a complex number cut to reals") }
        case .view, .pending:
            let source = type(of: value)
            guard target.type.isComplex || !source.isComplex else {
                throw LoopRefusal("complex numbers cut to reals")
            }
            if try extents(of: value).isEmpty, source.isInexact, target.type.isInteger {
                // Python refuses NaN and what is too large.
                throw LoopRefusal("a float stored as \(target.type.name)")
            }
            if try extents(of: value).isEmpty, source.isInteger, target.type.isInteger,
                !source.canCast(to: target.type, .safe)
            {
                // And an integer that the narrower one cannot hold.
                value = try unlessCut(value, to: target.type)
            }
        case .tuple(let parts), .list(let parts):
            return try store(.view(stacked(parts)), into: target, of: whole, where: mask)
        default: throw LoopRefusal("storing what is no number")
        }
        let extents = try extents(of: value)
        guard extents.count <= target.extents.count else {
            throw LoopRefusal("storing more axes than there are")
        }
        for (extent, full) in zip(extents.reversed(), target.extents.reversed())
        where extent != full && constantValues[extent] != 1 {
            emit(expectsSameExtents ? .same : .fits, extent, full, fails: true)
        }
        keep(target, of: whole)
        guard let mask else {
            return try compute(value, over: target.extents, as: target.type, into: target)
        }
        guard extents.isEmpty else { throw LoopRefusal("several elements behind a mask") }
        try write(value, into: target, where: mask)
    }

    /// `target op= value`
    private func update(
        _ operation: String, _ target: LoopStatement.Target, _ value: LoopExpression
    ) throws {
        switch target {
        case .name(let slot):
            let old = try name(slot)
            let change = try evaluate(value)
            guard case .view(let view) = old, !view.isScalar else {
                if case .pending = old { throw LoopRefusal("an update of what is not made yet") }
                names[slot] = try bound(binary(operation, old, change), slot)
                return
            }
            try update(view, operation, change)
        case .index(let base, let items):
            if let place = try masked(base, items) {
                return try update(place, operation, evaluate(value))
            }
            // Python reads the element before it evaluates the value.
            let (whole, view) = try view(of: base, items)
            let change = try evaluate(value)
            let hasEllipsis = items.contains { if case .ellipsis = $0 { true } else { false } }
            if view.extents.isEmpty, !hasEllipsis {
                var element = view
                element.isScalar = true
                return try store(binary(operation, .view(element), change), into: view, of: whole)
            }
            try update(view, operation, change, of: whole)
        case .tuple: throw LoopRefusal("an update of a tuple")
        }
    }

    private func update(
        _ view: LoopView, _ operation: String, _ change: LoopTerm, of whole: LoopView? = nil
    ) throws {
        let result = try updated(view, operation, change)
        guard try extents(of: result).count == view.extents.count else {
            throw LoopRefusal("an update with more axes than there are")
        }
        try store(result, into: view, of: whole)
    }

    /// The values of `view op= change`, which NumPy converts to the view's type.
    func updated(_ view: LoopView, _ operation: String, _ change: LoopTerm) throws -> LoopTerm {
        guard operation != "matmul" else { throw LoopRefusal("a matrix product in place") }
        let result = try binary(operation, .view(view), change)
        guard type(of: result).canCast(to: view.type, .sameKind) else {
            throw LoopRefusal("an update whose results \(view.type.name) does not take")
        }
        return result
    }

    // MARK: - Inner loops and branches

    private func inner(
        _ slot: Int, _ items: LoopExpression, _ statements: [LoopStatement]
    ) throws {
        guard case .call("range", let arguments, let named) = items, named.isEmpty,
            (1...3).contains(arguments.count)
        else { throw LoopRefusal("an inner loop that is not over a range") }
        let bounds = try arguments.map { try integer(evaluate($0)) }
        let start = bounds.count > 1 ? bounds[0] : constant(0)
        let stop = bounds.count > 1 ? bounds[1] : bounds[0]
        let step = bounds.count > 2 ? bounds[2] : constant(1)
        guard let stride = constantValues[step], stride != 0 else {
            throw LoopRefusal("an inner loop with a step that is not known")
        }
        let bound = LoopWalk.names(statements).union([slot])
        // Names that have values in front of the loop go through it.
        let carried = bound.filter { names[$0] != nil }.sorted()
        let insideBefore = carriedInside
        carriedInside.formUnion(carried)
        defer { carriedInside = insideBefore }
        let entry = try carried.map { slot -> LoopTerm in
            let term = try settled(name(slot))
            return term
        }
        let block = LoopBlock()
        open(block)
        let variable = register()
        let phis = entry.map { successor(of: $0) }
        for (slot, phi) in zip(carried, phis) { names[slot] = phi }
        let namesBefore = names
        names[slot] = .integer(variable)
        for name in bound where !carried.contains(name) && name != slot { names[name] = nil }
        try follow(statements)
        var last = try carried.map { try settled(name($0)) }
        if let place = carried.firstIndex(of: slot) { last[place] = .integer(variable) }
        guard zip(phis, last).allSatisfy({ isAlike($0, $1) }) else {
            throw LoopRefusal("a name whose type changes in an inner loop")
        }
        moveAll(last, phis)
        close()
        // In front of the loop, the names' values go to where its iterations find them.
        moveAll(entry, phis)
        tape.inners.append(
            LoopInner(variable: variable, start: start, stop: stop, step: step, body: block))
        append(.loop, tape.inners.count - 1)
        names = namesBefore
        for name in bound where !carried.contains(name) { names[name] = nil }
        // Behind the loop they have the loop's registers, which change no more.
        for phi in phis { for register in LoopLowering.registers(phi) { lower(register) } }
    }

    /// Moves in the block in hand, as if all at once.
    private func moveAll(_ values: [LoopTerm], _ targets: [LoopTerm]) {
        let from = values.flatMap { LoopLowering.registers($0) }
        let to = targets.flatMap { LoopLowering.registers($0) }
        let needed = zip(from, to).filter { $0 != $1 }
        let isCrossing = needed.contains { pair in needed.contains { $0.0 == pair.1 } }
        if isCrossing {
            let rooms = needed.map { _ in register() }
            for (pair, room) in zip(needed, rooms) { append(.move, target: room, Int(pair.0)) }
            for (pair, room) in zip(needed, rooms) { append(.move, target: pair.1, Int(room)) }
        } else {
            for pair in needed { append(.move, target: pair.1, Int(pair.0)) }
        }
    }

    /// A register that an inner block fills belongs, behind it, to the block in hand.
    private func lower(_ register: Register) { levels[Int(register)] = blocks.count - 1 }

    private func branch(
        _ condition: LoopExpression, _ yes: [LoopStatement], _ no: [LoopStatement]
    ) throws {
        if yes == [.stop] {
            try stop(if: condition, is: true)
            return try follow(no)
        }
        if no == [.stop] {
            try stop(if: condition, is: false)
            return try follow(yes)
        }
        let decides = try self.condition(condition)
        var element: LoopView?
        var condition: Register = 0
        switch decides {
        case .view, .pending:
            let view = try elements(decides)
            element = view
            inFlight.append(view)
        default:
            condition = try truth(decides)
            if let known = constantValues[condition] { return try follow(known != 0 ? yes : no) }
        }
        let bound = LoopWalk.names(yes + no).sorted()
        for slot in bound where names[slot] != nil { names[slot] = try settled(name(slot)) }
        let entry = names
        let first = try side(yes, bound, dependsOnElement: element != nil)
        let second = try side(no, bound, from: entry, dependsOnElement: element != nil)
        var results: [LoopTerm?] = []
        for slot in bound {
            guard let x = first.names[slot], let y = second.names[slot] else {
                results.append(nil)
                continue
            }
            guard isAlike(x, y) else { throw LoopRefusal("a name with two types") }
            guard element == nil || LoopLowering.hasSameShape(x, y) else {
                throw LoopRefusal("a number or a shape that depends on elements")
            }
            results.append(successor(of: x))
        }
        for (block, ends) in [(first.block, first.names), (second.block, second.names)] {
            open(block)
            var values: [LoopTerm] = []
            var targets: [LoopTerm] = []
            for (slot, result) in zip(bound, results) {
                if let result, let value = ends[slot] {
                    values.append(value)
                    targets.append(result)
                }
            }
            moveAll(values, targets)
            close()
        }
        tape.branches.append(
            LoopBranch(
                condition: condition, element: element?.operand(), yes: first.block,
                no: second.block))
        append(.branch, tape.branches.count - 1)
        names = entry
        for (slot, result) in zip(bound, results) { names[slot] = result }
    }

    /// Whether two values differ in their elements alone.
    private static func hasSameShape(_ a: LoopTerm, _ b: LoopTerm) -> Bool {
        switch (a, b) {
        case (.view(let x), .view(let y)): return x.extents == y.extents
        case (.integer(let x), .integer(let y)), (.real(let x), .real(let y)),
            (.truth(let x), .truth(let y)):
            return x == y
        default: return false
        }
    }

    private func side(
        _ statements: [LoopStatement], _ bound: [Int], from entry: [LoopTerm?]? = nil,
        dependsOnElement: Bool
    ) throws -> (block: LoopBlock, names: [LoopTerm?]) {
        let before = names
        if let entry { names = entry }
        let block = LoopBlock(isConditional: true, dependsOnElement: dependsOnElement)
        open(block)
        try follow(statements)
        for slot in bound { if let term = names[slot] { names[slot] = try settled(term) } }
        let ends = names
        close()
        names = before
        return (block, ends)
    }
}
