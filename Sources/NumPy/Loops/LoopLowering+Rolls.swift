/// `roll` in loops: not a copy, but operands that nests read in pieces.
///
/// In: an expression with rolled operands. Out: one nest for each piece of its points within which no
/// operand leaves an end of an axis; there a rolled operand is a view that lies further on.
///
///     roll(u, 1) + roll(u, -1)      points    0 │ 1 … n-2 │ n-1         cuts at 1 and n-1
///                                   reads   n-1 │ 0 … n-3 │ n-2
///                                             1 │ 2 … n-1 │ 0
///
/// Where the cuts are is arithmetic on registers, mostly done once before the loop.
import LegateCore

extension LoopLowering {
    /// Cuts that one axis may have; operands rolled by still other distances are copied.
    private static let mostCuts = 2

    func roll(_ arguments: [LoopTerm], _ named: Named) throws -> LoopTerm {
        guard let object = arguments.first, let shift = arguments[safe: 1] ?? named["shift"],
            Set(named.keys).isSubset(of: ["shift", "axis"]), arguments.count <= 3
        else { throw LoopRefusal("arguments of roll") }
        var (view, rolls) = try unrolled(object)
        guard !view.isTransposed || view.extents.count < 2, !view.isScalar,
            !view.extents.isEmpty
        else { throw LoopRefusal("roll of a transpose or a number") }
        for (axis, distance) in try moves(
            shift, along: arguments[safe: 2] ?? named["axis"] ?? .nothing,
            axes: view.extents.count)
        {
            let known = rolls.firstIndex { $0.axis == axis }
            let sum =
                known.map { emit(.add, rolls[$0].start, distance, fails: true) } ?? distance
            let roll = LoopRoll(
                axis: axis, start: emit(.modulo, sum, view.extents[axis], fails: true))
            if let known { rolls[known] = roll } else { rolls.append(roll) }
        }
        view.object = constant(-1)
        let result = LoopPending(
            .roll(rolls.sorted { $0.axis < $1.axis }), [.view(view)], view.type, view.extents)
        waiting.append(result)
        // Short rows are copied in less time than many small pieces take.
        if !kinds.contains(where: \.isLarge) { _ = try make(result) }
        return .pending(result)
    }

    /// A view, and how it is rolled already.
    private func unrolled(_ object: LoopTerm) throws -> (LoopView, [LoopRoll]) {
        if case .pending(let pending) = object, pending.made == nil,
            case .roll(let rolls) = pending.action, case .view(let view) = pending.inputs[0]
        {
            return (view, rolls)
        }
        return (try elements(object), [])
    }

    /// Axes and distances.
    private func moves(_ shift: LoopTerm, along axis: LoopTerm, axes: Int) throws
        -> [(axis: Int, distance: Register)]
    {
        func distance(_ term: LoopTerm) throws -> Register {
            guard case .integer(let register) = term else { throw LoopRefusal("a shift of roll") }
            return register
        }
        func place(_ term: LoopTerm) throws -> Int {
            guard case .integer(let register) = term, let value = constantValues[register] else {
                throw LoopRefusal("an axis")
            }
            let place = value < 0 ? value + axes : value
            guard (0..<axes).contains(place) else { throw LoopRefusal("an axis outside") }
            return place
        }
        switch (shift, axis) {
        case (_, .nothing):
            guard axes == 1 else { throw LoopRefusal("roll of all axes") }
            return [(0, try distance(shift))]
        case (.tuple(let shifts), .tuple(let places)):
            guard shifts.count == places.count else { throw LoopRefusal("arguments of roll") }
            return try zip(places, shifts).map { (try place($0), try distance($1)) }
        case (_, .tuple(let places)):
            return try places.map { (try place($0), try distance(shift)) }
        default: return [(try place(axis), try distance(shift))]
        }
    }

    // MARK: - Pieces

    /// Makes the rolled operands of an expression that pieces cannot serve: those of an expression
    /// that may overwrite what it reads, and those for which an axis would have too many cuts.
    func settleRolls(_ term: LoopTerm, into target: LoopView) throws {
        var cuts: [Int: Set<Register>] = [:]
        let overwrites = LoopLowering.leaves(term).contains {
            $0.root >= 0 && $0.root == target.root
        }
        try forEachRoll(term) { pending, rolls in
            let axes = rolls.map { $0.axis - pending.extents.count }
            let isTooMuch = zip(axes, rolls).contains { axis, roll in
                let known = cuts[axis] ?? []
                return !known.contains(roll.start) && known.count == LoopLowering.mostCuts
            }
            if overwrites || isTooMuch {
                _ = try make(pending)
            } else {
                for (axis, roll) in zip(axes, rolls) { cuts[axis, default: []].insert(roll.start) }
            }
        }
    }

    private func forEachRoll(_ term: LoopTerm, _ body: (LoopPending, [LoopRoll]) throws -> Void)
        throws
    {
        guard case .pending(let pending) = term, pending.made == nil else { return }
        if case .roll(let rolls) = pending.action { return try body(pending, rolls) }
        for input in pending.inputs { try forEachRoll(input, body) }
    }

    /// A piece of a nest's points: where it begins along each axis, and how long it is there.
    struct Piece {
        var starts: [Register]
        var extents: [Register]
    }

    /// The pieces of `extents` within which no rolled operand comes round.
    func pieces(_ extents: [Register], _ rolls: [[LoopRoll]]) -> [Piece] {
        var pieces = [Piece(starts: [], extents: [])]
        for axis in extents.indices {
            var cuts: [Register] = []
            for roll in rolls.joined() where roll.axis == axis && !cuts.contains(roll.start) {
                cuts.append(roll.start)
            }
            if cuts.count == 2 {
                cuts = [emit(.minimum, cuts[0], cuts[1]), emit(.maximum, cuts[0], cuts[1])]
            }
            let bounds = [constant(0)] + cuts + [extents[axis]]
            pieces = pieces.flatMap { piece in
                bounds.indices.dropLast().map { k in
                    let whole = cuts.isEmpty
                    let length =
                        whole || k == 0 ? bounds[k + 1] : emit(.subtract, bounds[k + 1], bounds[k])
                    return Piece(
                        starts: piece.starts + [bounds[k]], extents: piece.extents + [length])
                }
            }
        }
        return pieces
    }

    /// Where an operand's first element of a piece lies.
    ///
    /// - Parameter strides: Along the axes of the nest.
    func offset(
        of view: LoopView, _ rolls: [LoopRoll], in piece: Piece, _ strides: [Register]
    ) -> Register {
        var offset = view.offset
        // Numbers are registers themselves, of which some take two.
        if view.buffer < 0 { return offset }
        let missing = strides.count - view.extents.count
        for axis in strides.indices where constantValues[strides[axis]] != 0 {
            let start = piece.starts[axis]
            var index = start
            if let roll = rolls.first(where: { $0.axis == axis }) {
                let behind = emit(.negate, roll.start, fails: true)
                let round = emit(
                    .add, view.extents[axis - missing], behind, fails: true)
                index = emit(
                    .add, start, emit(.select, emit(.less, start, roll.start), round, behind),
                    fails: true)
            }
            if constantValues[index] != 0 {
                offset = emit(.offset, offset, index, strides[axis])
            }
        }
        return offset
    }
}
