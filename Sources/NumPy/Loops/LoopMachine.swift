/// Runs a tape: for every iteration first its numbers, with every check, then its elements.
///
/// In: the values that the loop's names have, and a range. Out: how many iterations were run, and
/// the values that the loop carries. An iteration whose numbers fail is not begun.
///
///     registers ◀── inputs, constants, prologue
///     for each iteration:  check numbers ─ fails ─▶ stop
///                               │
///                          elements  (with numbers once more where there are inner loops)
///                               │
///                          carried registers take their successors' values
import LegateCore

final class LoopMachine {
    let tape: LoopTape
    let registers: UnsafeMutablePointer<Int>
    private let saved: UnsafeMutablePointer<Int>
    let buffers: LoopBuffers
    let words: UnsafeMutablePointer<Int>
    /// Results on their way, and operands of products side by side.
    let room = LoopBuffers(count: 1)
    let buffersForProducts = LoopBuffers(count: Immediate.Block.allCases.count)
    private let moved: UnsafeMutablePointer<Int>
    /// The instructions of an iteration that is one straight line: on numbers, then on elements.
    private let numbers: LoopCode
    private let elements: LoopCode
    /// All instructions, in order; of inner loops and branches, too.
    private let body: LoopCode
    private let prologue: LoopCode
    private let opening: LoopCode
    private let undo: LoopUndo
    /// Iterations may have to be taken back.
    private let mayTakeBack: Bool
    private let isStraight: Bool
    /// What the last iteration that was not begun failed on.
    private(set) var failed = LoopInstruction.Code.move
    let nests: UnsafeMutablePointer<LoopNestPlace>
    private let nestCount: Int
    let products: UnsafeMutablePointer<LoopProductPlace>
    private let keeps: UnsafeMutablePointer<LoopKeepPlace>
    private let stops: UnsafeMutablePointer<LoopStopPlace>

    init(_ tape: LoopTape) {
        self.tape = tape
        registers = .allocate(capacity: tape.registerCount + 2)
        registers.initialize(repeating: 0, count: tape.registerCount + 2)
        saved = .allocate(capacity: tape.registerCount + 2)
        moved = .allocate(capacity: tape.moves.count + 1)
        buffers = LoopBuffers(count: tape.bufferCount)
        words = .allocate(capacity: 512)
        isStraight = tape.inners.isEmpty && tape.branches.isEmpty
        numbers = LoopCode(tape.body.code.filter { !$0.isOnElements })
        elements = LoopCode(tape.body.code.filter(\.isOnElements))
        body = LoopCode(tape.body.code)
        prologue = LoopCode(tape.prologue.code)
        opening = LoopCode(tape.opening.code)
        undo = LoopUndo(buffers)
        mayTakeBack = !tape.stops.isEmpty
        inners = tape.inners.map { LoopCode($0.body.code) }
        sides = tape.branches.map { (LoopCode($0.yes.code), LoopCode($0.no.code)) }
        nestCount = tape.nests.count
        nests = .allocate(capacity: max(1, nestCount))
        for (k, call) in tape.nests.enumerated() {
            (nests + k).initialize(to: LoopNestPlace(call))
        }
        products = .allocate(capacity: max(1, tape.products.count))
        products.initialize(
            from: tape.products.map(LoopProductPlace.init), count: tape.products.count)
        keeps = .allocate(capacity: max(1, tape.keeps.count))
        keeps.initialize(from: tape.keeps.map(LoopKeepPlace.init), count: tape.keeps.count)
        stops = .allocate(capacity: max(1, tape.stops.count))
        stops.initialize(from: tape.stops.map(LoopStopPlace.init), count: tape.stops.count)
        for (register, bits) in tape.constants { registers[Int(register)] = bits }
    }
    private let inners: [LoopCode]
    private let sides: [(yes: LoopCode, no: LoopCode)]

    deinit {
        registers.deallocate()
        saved.deallocate()
        moved.deallocate()
        words.deallocate()
        for k in 0..<nestCount { nests[k].deallocate() }
        nests.deallocate()
        products.deinitialize(count: tape.products.count)
        products.deallocate()
        for k in 0..<tape.keeps.count { keeps[k].deallocate() }
        keeps.deallocate()
        stops.deallocate()
        ([numbers, elements, body, prologue, opening] + inners + sides.flatMap { [$0.yes, $0.no] })
            .forEach { $0.deallocate() }
    }

    /// Runs at most `count` iterations from `start` on.
    ///
    /// - Parameter isInterrupted: Asked now and then between two iterations.
    /// - Returns: The iterations that were run.
    func run(
        _ start: Int, step: Int, count: Int, isInterrupted: () -> Bool
    ) -> Int {
        failed = .move
        guard execute(prologue, isChecking: true), execute(opening, isChecking: false) else {
            return 0
        }
        var value = start
        var done = 0
        var untilLook = 64
        var distance = untilLook
        var before: UInt64 = 0
        while done < count {
            untilLook &-= 1
            if untilLook <= 0 {
                // About every millisecond.
                let now = Trace.now()
                if before != 0 {
                    distance = now &- before < 1_000_000 ? 2 &* distance : max(1, distance / 2)
                }
                untilLook = distance
                before = now
                if isInterrupted() { return done }
            }
            registers[Int(tape.variable)] = value
            guard iterate() else { return done }
            takeSuccessors()
            done &+= 1
            value = value &+ step
        }
        return done
    }

    @inline(__always)
    private func iterate() -> Bool {
        if isStraight {
            guard execute(numbers, isChecking: true) else { return false }
            return mayTakeBack ? attempt(elements) : execute(elements, isChecking: false)
        }
        saved.update(from: registers, count: tape.registerCount)
        let isPossible = execute(body, isChecking: true)
        registers.update(from: saved, count: tape.registerCount)
        guard isPossible else { return false }
        return mayTakeBack ? attempt(body) : execute(body, isChecking: false)
    }

    /// Elements are put back where the iteration comes to a stop.
    @inline(never)
    private func attempt(_ code: LoopCode) -> Bool {
        undo.begin()
        if execute(code, isChecking: false) { return true }
        undo.takeBack()
        return false
    }

    @inline(__always)
    private func takeSuccessors() {
        let count = tape.moves.count
        for k in 0..<count { moved[k] = registers[Int(tape.moves[k].from)] }
        for k in 0..<count { registers[Int(tape.moves[k].to)] = moved[k] }
    }

    // MARK: - Instructions

    /// - Parameter isChecking: Instructions on elements are left out.
    /// - Returns: Whether nothing failed.
    func execute(_ code: LoopCode, isChecking: Bool) -> Bool {
        var next = code.start
        let end = code.start + code.count
        while next < end {
            let instruction = next.pointee
            next += 1
            switch instruction.code {
            case .nest, .fold, .dot, .product, .iota:
                if !isChecking { onElements(instruction) }
            case .keep:
                if !isChecking, !undo.keep(keeps[Int(instruction.a)], registers) { return false }
            case .stop:
                if !isChecking, stops[Int(instruction.a)].isMet(self) { return false }
            case .loop:
                guard loop(Int(instruction.a), isChecking) else { return false }
            case .branch:
                guard branch(Int(instruction.a), isChecking) else { return false }
            default:
                guard onNumbers(instruction) else {
                    failed = instruction.code
                    return false
                }
            }
        }
        return true
    }

    private func branch(_ place: Int, _ isChecking: Bool) -> Bool {
        let side = sides[place]
        guard let element = tape.branches[place].element else {
            let isTrue = registers[Int(tape.branches[place].condition)] != 0
            return execute(isTrue ? side.yes : side.no, isChecking: isChecking)
        }
        if isChecking {
            // Which side it will be is not known yet; their shapes are the same.
            return execute(side.yes, isChecking: true) && execute(side.no, isChecking: true)
        }
        return execute(isTrue(element) ? side.yes : side.no, isChecking: false)
    }

    private func loop(_ place: Int, _ isChecking: Bool) -> Bool {
        let inner = tape.inners[place]
        let code = inners[place]
        let (stop, step) = (registers[Int(inner.stop)], registers[Int(inner.step)])
        var value = registers[Int(inner.start)]
        while step > 0 ? value < stop : value > stop {
            registers[Int(inner.variable)] = value
            guard execute(code, isChecking: isChecking) else { return false }
            let (next, isOver) = value.addingReportingOverflow(step)
            if isOver { break }
            value = next
        }
        return true
    }
}

/// Instructions side by side in memory of their own: read without counting references.
struct LoopCode {
    let start: UnsafeMutablePointer<LoopInstruction>
    let count: Int

    init(_ code: [LoopInstruction]) {
        count = code.count
        start = .allocate(capacity: max(1, count))
        start.initialize(from: code, count: count)
    }

    func deallocate() { start.deallocate() }
}

/// A stop's registers.
struct LoopStopPlace {
    /// Of an element, or of the number itself where there is no buffer.
    private let buffer: Register
    private let offset: Register
    private let type: ElementType
    private let value: Bool

    init(_ stop: LoopStop) {
        buffer = stop.element?.buffer ?? -1
        offset = stop.element?.offset ?? stop.number
        type = stop.element?.type ?? .int64
        value = stop.value
    }

    /// Whether the iteration that comes here is the program's.
    @inline(__always)
    func isMet(_ machine: LoopMachine) -> Bool {
        let address = machine.address(buffer, offset)
        return LoopMachine.isTrue(address, type) == value
    }
}

/// A nest's registers, side by side.
struct LoopNestPlace {
    let nest: Unmanaged<FreeNest>
    let axes: Int
    let operandCount: Int
    let mayOverlap: Bool
    /// Of the extents; then per operand its buffer (-1: none), its offset and its strides.
    let registers: UnsafeMutablePointer<Register>
    /// Where it is arithmetic on single elements: what to do.
    let steps: LoopElementSteps?

    init(_ call: LoopNestCall) {
        nest = .passUnretained(call.nest)
        axes = call.extents.count
        operandCount = call.operands.count
        mayOverlap = call.mayOverlap
        let all =
            call.extents + call.operands.flatMap { [$0.buffer, $0.offset] + $0.strides }
        registers = .allocate(capacity: max(1, all.count))
        registers.initialize(from: all, count: all.count)
        steps = call.extents.isEmpty ? LoopElementSteps(call.nest) : nil
    }

    func deallocate() {
        registers.deallocate()
        steps?.deallocate()
    }
}

/// Memory of a loop's values: grows, and is kept from run to run.
final class LoopBuffers {
    private(set) var starts: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private let capacities: UnsafeMutablePointer<Int>
    private let count: Int
    /// Those that are ours.
    private let isOwn: UnsafeMutablePointer<Bool>

    init(count: Int) {
        self.count = count
        starts = .allocate(capacity: count)
        starts.initialize(repeating: nil, count: count)
        capacities = .allocate(capacity: count)
        capacities.initialize(repeating: 0, count: count)
        isOwn = .allocate(capacity: count)
        isOwn.initialize(repeating: false, count: count)
    }

    deinit {
        for k in 0..<count where isOwn[k] { starts[k]?.deallocate() }
        starts.deallocate()
        capacities.deallocate()
        isOwn.deallocate()
    }

    @inline(__always) func start(_ buffer: Int) -> UnsafeMutableRawPointer {
        starts[buffer].unsafelyUnwrapped
    }

    /// Memory of others, for one run.
    func lend(_ buffer: Int, _ memory: UnsafeMutableRawPointer) { starts[buffer] = memory }

    /// Makes sure of so many bytes; what stands in the buffer stays.
    @inline(__always) func reserve(_ buffer: Int, _ bytes: Int) {
        if capacities[buffer] < bytes || starts[buffer] == nil { grow(buffer, bytes) }
    }

    @inline(never)
    private func grow(_ buffer: Int, _ bytes: Int) {
        let capacity = max(64, bytes, 2 * capacities[buffer])
        let memory = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
        if let old = starts[buffer], isOwn[buffer] {
            memory.copyMemory(from: old, byteCount: capacities[buffer])
            old.deallocate()
        }
        starts[buffer] = memory
        capacities[buffer] = capacity
        isOwn[buffer] = true
    }
}
