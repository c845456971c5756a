/// Where elements are made: expressions as nests, and the buffers they go to.
import LegateCore

extension LoopLowering {
    /// A pending expression's elements, in a buffer that nobody holds.
    func make(_ pending: LoopPending) throws -> LoopView {
        if let made = pending.made { return made }
        let view = room(
            pending.extents, pending.type, keeping: LoopLowering.leaves(.pending(pending)))
        try compute(.pending(pending), over: pending.extents, as: pending.type, into: view)
        pending.made = view
        inFlight.append(view)
        return view
    }

    /// The same elements as a new array's.
    func copied(_ view: LoopView) -> LoopPending {
        LoopPending(.cast, [.view(view)], view.type, view.extents)
    }

    /// A row-major view of a buffer that no name and no value in hand holds.
    func room(
        _ extents: [Register], _ type: ElementType, keeping: [LoopView] = []
    ) -> LoopView {
        var held = names.compactMap { $0 }.flatMap(LoopLowering.leaves) + inFlight + keeping
        if mayTakeBack { held += atStart.flatMap(LoopLowering.leaves) }
        let registers = Set(
            held.filter { $0.buffer >= 0 && constantValues[$0.buffer] == nil }
                .map(\.buffer))
        tape.held.append(registers.sorted())
        let size = constant(type.byteCount)
        let buffer = register()
        let bytes = emit(.multiply, count(extents), size, fails: true)
        append(.allocate, target: buffer, Int(bytes), Register(tape.held.count - 1))
        return dense(buffer, extents, type)
    }

    /// A row-major view of a buffer of this place of the program.
    func ownRoom(_ extents: [Register], _ type: ElementType) -> LoopView {
        let buffer = newBuffer()
        let bytes = emit(.multiply, count(extents), constant(type.byteCount), fails: true)
        append(.reserve, Int(bytes), Register(buffer))
        return dense(constant(buffer), extents, type)
    }

    private func dense(_ buffer: Register, _ extents: [Register], _ type: ElementType) -> LoopView {
        var strides = [Register](repeating: constant(type.byteCount), count: extents.count)
        for axis in strides.indices.dropLast().reversed() {
            strides[axis] = emit(.multiply, strides[axis + 1], extents[axis + 1], fails: true)
        }
        return LoopView(
            type: type, isScalar: extents.isEmpty, buffer: buffer, offset: constant(0),
            extents: extents, strides: strides, object: constant(-1), isDense: true)
    }

    /// Views that a value needs.
    static func leaves(_ term: LoopTerm) -> [LoopView] {
        switch term {
        case .view(let view): return [view]
        case .pending(let pending):
            if let made = pending.made { return [made] }
            return pending.inputs.flatMap(leaves)
        case .tuple(let parts), .list(let parts): return parts.flatMap(leaves)
        default: return []
        }
    }

    // MARK: - Nests

    /// Computes a value's elements over a shape, to which it broadcasts, into a view of that shape.
    func compute(
        _ value: LoopTerm, over extents: [Register], as type: ElementType, into target: LoopView
    ) throws {
        let widest = max(widestElement(of: value), type.byteCount)
        emit(
            .atMost, count(extents), constant(LoopTape.points(LoopTape.elementLimit, of: widest)),
            fails: true)
        try settleRolls(value, into: target)
        var builder = NestBuilder(self, extents)
        let result = try builder.value(converted(value, to: type))
        let nest = FreeNest(
            loads: builder.loads.map(\.view.type), steps: builder.steps, result: result,
            workers: Immediate.workers)
        let strides = builder.loads.map { self.strides(of: $0.view, over: extents) }
        let mayOverlap = builder.loads.map { $0.view.root >= 0 && $0.view.root == target.root }
        let copy =
            mayOverlap.contains(true)
            ? FreeNest(loads: [target.type], steps: [], result: 0, workers: Immediate.workers) : nil
        for piece in pieces(extents, builder.loads.map(\.rolls)) {
            var operands = zip(builder.loads, strides).map { load, strides in
                var operand = load.view.operand(strides)
                operand.offset = offset(of: load.view, load.rolls, in: piece, strides)
                return operand
            }
            for k in operands.indices { operands[k].mayOverlap = mayOverlap[k] }
            var result = target.operand()
            result.offset = offset(of: target, [], in: piece, target.strides)
            operands.append(result)
            tape.nests.append(
                LoopNestCall(
                    nest: nest, extents: piece.extents, operands: operands,
                    mayOverlap: copy != nil, copy: copy))
            append(.nest, tape.nests.count - 1)
        }
    }

    /// Bytes of the widest element of what a value is made of.
    func widestElement(of term: LoopTerm) -> Int {
        switch term {
        case .view(let view): return view.type.byteCount
        case .pending(let pending):
            guard pending.made == nil else { return pending.type.byteCount }
            return pending.inputs.reduce(pending.type.byteCount) {
                max($0, widestElement(of: $1))
            }
        default: return 1
        }
    }

    /// A view's strides along the axes of a shape to which it broadcasts.
    private func strides(of view: LoopView, over extents: [Register]) -> [Register] {
        let missing = extents.count - view.extents.count
        return extents.indices.map { axis in
            guard axis >= missing else { return constant(0) }
            let (extent, stride) = (view.extents[axis - missing], view.strides[axis - missing])
            if isSame(extent, extents[axis]) { return stride }
            if constantValues[extent] == 1 { return constant(0) }
            return emit(.stretch, stride, extent, extents[axis])
        }
    }

    /// Takes an expression apart into loads and steps.
    private struct NestBuilder {
        /// A view that is read, rolled along axes of the nest.
        struct Load {
            var view: LoopView
            var rolls: [LoopRoll] = []
        }
        let lowering: LoopLowering
        let extents: [Register]
        var loads: [Load] = []
        var steps: [FreeNest.Step] = []
        /// Steps of expressions that came already; numbers from the first step on.
        private var made: [ObjectIdentifier: Int] = [:]

        init(_ lowering: LoopLowering, _ extents: [Register]) {
            self.lowering = lowering
            self.extents = extents
        }

        /// Loads come first: their number must be known before steps are numbered.
        mutating func value(_ term: LoopTerm) throws -> Int {
            try collect(term)
            return try number(term)
        }

        private mutating func collect(_ term: LoopTerm) throws {
            switch term {
            case .view(let view): add(Load(view: view))
            case .pending(let pending):
                if let made = pending.made { return add(Load(view: made)) }
                if let load = rolled(pending) { return add(load) }
                for input in pending.inputs { try collect(input) }
            default: throw LoopRefusal("an operand that is no array and no number")
            }
        }

        private mutating func add(_ load: Load) {
            if place(of: load) == nil { loads.append(load) }
        }

        private func place(of load: Load) -> Int? {
            loads.firstIndex {
                NestBuilder.isSame($0.view, load.view) && $0.rolls == load.rolls
            }
        }

        private func rolled(_ pending: LoopPending) -> Load? {
            guard case .roll(let rolls) = pending.action, case .view(let view) = pending.inputs[0]
            else { return nil }
            let missing = extents.count - view.extents.count
            return Load(
                view: view,
                rolls: rolls.map { LoopRoll(axis: $0.axis + missing, start: $0.start) })
        }

        private mutating func number(_ term: LoopTerm) throws -> Int {
            switch term {
            case .view(let view): return place(of: Load(view: view)) ?? 0
            case .pending(let pending):
                if let made = pending.made { return place(of: Load(view: made)) ?? 0 }
                if let load = rolled(pending) { return place(of: load) ?? 0 }
                if let known = made[ObjectIdentifier(pending)] { return known }
                let inputs = try pending.inputs.map { try number($0) }
                switch pending.action {
                case .apply(let operation, let compute):
                    steps.append(
                        .apply(
                            operation, compute: compute, output: pending.type, inputs[0],
                            inputs[safe: 1] ?? inputs[0], inputs[safe: 2] ?? inputs[0]))
                case .cast:
                    let own = lowering.type(of: pending.inputs[0])
                    if own == pending.type { return inputs[0] }
                    steps.append(.cast(from: own, to: pending.type, inputs[0]))
                case .roll: preconditionFailure("a rolled view is a load")
                }
                let place = loads.count + steps.count - 1
                made[ObjectIdentifier(pending)] = place
                return place
            default: throw LoopRefusal("an operand that is no array and no number")
            }
        }

        private static func isSame(_ a: LoopView, _ b: LoopView) -> Bool {
            a.type == b.type && a.buffer == b.buffer && a.offset == b.offset
                && a.extents == b.extents && a.strides == b.strides
        }
    }
}
