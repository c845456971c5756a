/// From a loop's source to a tape: types, shapes as registers, and which expressions become one
/// nest.
///
/// In: a ``LoopProgram`` and the kinds of the values it begins with. Out: a ``LoopTape``, or a
/// refusal with its reason. Values are followed statement by statement; results of ufuncs stay
/// expressions until somebody needs their elements, so that each statement is one nest.
///
///     c[1:-1] = 0.5 * (a[2:] + b)    checks and offsets → numbers, one nest → elements
import LegateCore

/// What an input is, as far as the tape depends on it.
struct LoopInputKind: Hashable {
    enum Form: UInt8 {
        case integer, real, truth, array, readOnlyArray, scalar, nothing, integers, reals, other
    }
    var form: Form
    var type = ElementType.bool
    var axes = 0
    /// It has many elements; told only of loops whose tapes depend on it.
    var isLarge = false
    /// The first input that shares its memory; itself where none does.
    var alias = 0
}

/// A value while the loop is followed.
indirect enum LoopTerm {
    case integer(Register)
    case real(Register)
    case truth(Register)
    case complex(Double, Double)
    case nothing
    case text(String)
    case type(ElementType)
    case tuple([LoopTerm])
    case list([LoopTerm])
    /// Numbers that came in as a list: its buffer and its length.
    case numbers(Int, count: Register, areReal: Bool)
    case view(LoopView)
    case pending(LoopPending)
}

/// Along one axis of a view, index `start` shows the view's first element.
struct LoopRoll: Equatable {
    var axis: Int
    var start: Register
}

/// The result of a ufunc, or of `roll`, that no one has needed yet.
final class LoopPending {
    enum Action {
        case apply(Operation, compute: ElementType)
        /// From another type.
        case cast
        /// The only input, a view, with elements that leave an axis at one end coming in at the
        /// other.
        case roll([LoopRoll])
    }
    let action: Action
    let inputs: [LoopTerm]
    let type: ElementType
    let extents: [Register]
    /// Its elements, once they are made.
    var made: LoopView?

    init(_ action: Action, _ inputs: [LoopTerm], _ type: ElementType, _ extents: [Register]) {
        self.action = action
        self.inputs = inputs
        self.type = type
        self.extents = extents
    }
}

final class LoopLowering {
    let program: LoopProgram
    let kinds: [LoopInputKind]
    var tape = LoopTape()
    /// The prologue, the body, and the inner loops and branches in hand.
    var blocks: [LoopBlock] = []
    /// What each block in hand has computed already.
    var known: [[LoopKey: Register]] = []
    /// The place in `blocks` where a register gets its value.
    var levels: [Int] = []
    var constantValues: [Register: Int] = [:]
    var constantReals: [Register: Double] = [:]
    private var constantRegisters: [Int: Register] = [:]
    /// By slot.
    var names: [LoopTerm?]
    let roots: LoopRoots
    var uses: [Int] { roots.uses }
    /// Results that are not made yet, of the statement in hand.
    var waiting: [LoopPending] = []
    /// Views that the statement in hand has made and no name holds yet.
    var inFlight: [LoopView] = []
    /// Slots that inner loops in hand carry.
    var carriedInside: Set<Int> = []
    /// Iterations may have to be taken back: what was there before them is kept.
    let mayTakeBack: Bool
    /// Extents that meet are the same unless one of them is known to be 1: such expressions are one
    /// nest. The tape stops in front of an iteration where that is not so.
    let expectsSameExtents: Bool
    /// What the loop carries, as an iteration begins with it.
    var atStart: [LoopTerm] = []

    struct LoopKey: Hashable {
        let code: LoopInstruction.Code
        let a, b, c: Register
    }

    init(
        _ program: LoopProgram, _ kinds: [LoopInputKind], expectsSameExtents: Bool,
        mayTakeBack: Bool
    ) {
        self.program = program
        self.kinds = kinds
        self.expectsSameExtents = expectsSameExtents
        self.mayTakeBack = mayTakeBack
        names = [LoopTerm?](repeating: nil, count: program.slotCount)
        roots = LoopRoots(program, kinds)
    }

    /// - Throws: ``LoopRefusal``.
    static func tape(
        _ program: LoopProgram, _ kinds: [LoopInputKind], expectsSameExtents: Bool
    ) throws -> LoopTape {
        func lowered(mayTakeBack: Bool) throws -> LoopTape {
            try LoopLowering(
                program, kinds, expectsSameExtents: expectsSameExtents, mayTakeBack: mayTakeBack
            ).lowered()
        }
        do {
            return try lowered(mayTakeBack: false)
        } catch is LoopTakesBack {
            return try lowered(mayTakeBack: true)
        }
    }

    private func lowered() throws -> LoopTape {
        tape.bufferCount = LoopTape.poolCount
        open(tape.prologue)
        // Register 0 stands where an instruction has no operand.
        _ = register()
        for (place, slot) in program.inputs.enumerated() { takeInput(place, slot) }
        let carried = program.carried
        let entry = try carried.map { try settled(name($0)) }
        let phis = entry.map { successor(of: $0) }
        for register in phis.flatMap(LoopLowering.registers) { levels[Int(register)] = 1 }
        for (slot, phi) in zip(carried, phis) { names[slot] = phi }
        var moves: [(to: Register, from: Register)] = []
        enter(entry, phis, moves: &moves, isEntry: true)
        atStart = phis
        if let test = program.test { try followOpening(test) }
        open(tape.body)
        tape.variable = register()
        if let target = program.target { names[target] = .integer(tape.variable) }
        try follow(program.body)
        if let test = program.test { try stop(if: test, is: false) }
        let last = try carried.map { try settled(name($0)) }
        if zip(phis, last).allSatisfy({ isAlike($0, $1) }) {
            enter(last, phis, moves: &moves, isEntry: false)
            tape.carried = phis.map(LoopLowering.result)
        } else {
            tape.isOnce = true
            tape.carried = last.map(LoopLowering.result)
        }
        tape.moves = moves
        tape.registerCount = levels.count
        return tape
    }

    private static func result(_ term: LoopTerm) -> LoopCarried {
        switch term {
        case .integer(let register): return .integer(register)
        case .real(let register): return .real(register)
        case .truth(let register): return .truth(register)
        case .view(let view): return .view(view)
        default: preconditionFailure("carried values are numbers and views")
        }
    }

    private func takeInput(_ place: Int, _ slot: Int) {
        let kind = kinds[place]
        switch kind.form {
        case .integer, .real, .truth:
            let number = register()
            tape.inputs.append(.number(number))
            names[slot] =
                kind.form == .integer
                ? .integer(number) : kind.form == .real ? .real(number) : .truth(number)
        case .array, .readOnlyArray, .scalar:
            let buffer = newBuffer()
            let view = LoopView(
                type: kind.type, isScalar: kind.form == .scalar, buffer: constant(buffer),
                offset: register(), extents: (0..<kind.axes).map { _ in register() },
                strides: (0..<kind.axes).map { _ in register() }, root: roots.root(slot),
                isWritable: kind.form == .array, isInput: true, object: constant(place))
            // Inputs that share memory share a number.
            var shared = view
            if kind.alias != place, case .view(let other, _)? = tape.inputs[safe: kind.alias] {
                shared.buffer = other.buffer
            }
            tape.inputs.append(.view(shared, buffer: buffer))
            names[slot] = .view(shared)
        case .integers, .reals:
            let (buffer, count) = (newBuffer(), register())
            tape.inputs.append(.numbers(count, buffer: buffer))
            names[slot] = .numbers(buffer, count: count, areReal: kind.form == .reals)
        case .nothing:
            tape.inputs.append(.none)
            names[slot] = .nothing
        case .other:
            tape.inputs.append(.none)
        }
    }

    func name(_ slot: Int) throws -> LoopTerm {
        guard let term = names[slot] else {
            throw LoopRefusal("a name without a value that a loop can use")
        }
        return term
    }

    // MARK: - What loops carry

    /// A value that can be carried: a number, or a view.
    func settled(_ term: LoopTerm) throws -> LoopTerm {
        switch term {
        case .integer, .real, .truth, .view: return term
        case .pending(let pending): return .view(try make(pending))
        default: throw LoopRefusal("a carried value that is neither number nor array")
        }
    }

    /// Registers of the same kind.
    func successor(of term: LoopTerm) -> LoopTerm {
        switch term {
        case .integer: return .integer(register())
        case .real: return .real(register())
        case .truth: return .truth(register())
        case .view(let view):
            var next = view
            next.buffer = register()
            next.offset = register()
            next.extents = view.extents.map { _ in register() }
            next.strides = view.strides.map { _ in register() }
            next.isInput = false
            next.object = register()
            next.isDense = false
            return .view(next)
        default: return term
        }
    }

    func isAlike(_ a: LoopTerm, _ b: LoopTerm) -> Bool {
        switch (a, b) {
        case (.integer, .integer), (.real, .real), (.truth, .truth): return true
        case (.view(let x), .view(let y)):
            return x.type == y.type && x.isScalar == y.isScalar
                && x.extents.count == y.extents.count
                && (x.isScalar || x.isWritable == y.isWritable)
        default: return false
        }
    }

    /// Hands values to the registers of their successors: as moves of the block in hand, or all at
    /// once behind an iteration.
    func enter(
        _ values: [LoopTerm], _ successors: [LoopTerm],
        moves: inout [(to: Register, from: Register)], isEntry: Bool
    ) {
        var pairs: [(to: Register, from: Register)] = []
        for (value, next) in zip(values, successors) {
            pairs += zip(LoopLowering.registers(next), LoopLowering.registers(value)).map {
                (to: $0, from: $1)
            }
        }
        if isEntry {
            for pair in pairs {
                tape.prologue.code.append(
                    LoopInstruction(code: .move, target: pair.to, a: pair.from))
            }
        } else {
            moves += pairs
        }
    }

    static func registers(_ term: LoopTerm) -> [Register] {
        switch term {
        case .integer(let register), .real(let register), .truth(let register): return [register]
        case .view(let view):
            return [view.buffer, view.offset, view.object] + view.extents + view.strides
        default: return []
        }
    }

    // MARK: - Registers

    func register() -> Register {
        levels.append(blocks.count - 1)
        return Register(levels.count - 1)
    }

    func constant(_ value: Int) -> Register {
        if let register = constantRegisters[value] { return register }
        levels.append(0)
        let register = Register(levels.count - 1)
        constantRegisters[value] = register
        constantValues[register] = value
        tape.constants.append((register, value))
        return register
    }

    func constant(_ value: Double) -> Register {
        levels.append(0)
        let register = Register(levels.count - 1)
        tape.constants.append((register, Int(bitPattern: UInt(value.bitPattern))))
        constantReals[register] = value
        return register
    }

    func newBuffer() -> Int {
        tape.bufferCount += 1
        return tape.bufferCount - 1
    }

    func open(_ block: LoopBlock) {
        blocks.append(block)
        known.append([:])
    }

    func close() {
        blocks.removeLast()
        known.removeLast()
    }

    /// Emits an instruction in the outermost block in which all it reads is known; the same
    /// instruction twice is one.
    @discardableResult
    func emit(
        _ code: LoopInstruction.Code, _ a: Register = 0, _ b: Register = 0, _ c: Register = 0,
        reads: [Register]? = nil, fails: Bool = false
    ) -> Register {
        if let folded = fold(code, a, b) { return folded }
        let key = LoopKey(code: code, a: a, b: b, c: c)
        for table in known { if let register = table[key] { return register } }
        var level = (reads ?? [a, b, c]).map { levels[Int($0)] }.max() ?? 0
        if fails, let last = blocks.lastIndex(where: \.isConditional) { level = max(level, last) }
        level = min(level, blocks.count - 1)
        levels.append(level)
        let target = Register(levels.count - 1)
        known[level][key] = target
        blocks[level].code.append(
            LoopInstruction(code: code, target: target, a: a, b: b, c: c))
        return target
    }

    /// Emits an instruction in the block in hand.
    func append(
        _ code: LoopInstruction.Code, target: Register = 0, _ a: Int = 0, _ b: Register = 0
    ) {
        blocks[blocks.count - 1].code.append(
            LoopInstruction(code: code, target: target, a: Register(a), b: b))
    }

    /// Sums and products of constants.
    private func fold(_ code: LoopInstruction.Code, _ a: Register, _ b: Register) -> Register? {
        if code == .negateReal, let x = constantReals[a] { return constant(-x) }
        guard let x = constantValues[a] else { return nil }
        if code == .negate, x != Int.min { return constant(0 - x) }
        guard let y = constantValues[b] else { return nil }
        let (result, isOver): (Int, Bool)
        switch code {
        case .add: (result, isOver) = x.addingReportingOverflow(y)
        case .subtract: (result, isOver) = x.subtractingReportingOverflow(y)
        case .multiply: (result, isOver) = x.multipliedReportingOverflow(by: y)
        default: return nil
        }
        return isOver ? nil : constant(result)
    }
}

extension Array {
    subscript(safe place: Int) -> Element? { indices.contains(place) ? self[place] : nil }
}
