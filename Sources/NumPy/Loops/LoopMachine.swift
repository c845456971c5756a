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
    /// The instructions on elements alone, where an iteration is one straight line.
    private let elements: [LoopInstruction]
    private let numbers: [LoopInstruction]

    init(_ tape: LoopTape) {
        self.tape = tape
        registers = .allocate(capacity: tape.registerCount + 2)
        registers.initialize(repeating: 0, count: tape.registerCount + 2)
        saved = .allocate(capacity: tape.registerCount + 2)
        moved = .allocate(capacity: tape.moves.count + 1)
        buffers = LoopBuffers(count: tape.bufferCount)
        words = .allocate(capacity: 256)
        elements = tape.body.code.filter(\.isOnElements)
        numbers = tape.body.code.filter { !$0.isOnElements }
        for (register, bits) in tape.constants { registers[Int(register)] = bits }
    }

    deinit {
        registers.deallocate()
        saved.deallocate()
        moved.deallocate()
        words.deallocate()
    }

    /// Runs at most `count` iterations from `start` on.
    ///
    /// - Parameter isInterrupted: Asked now and then between two iterations.
    /// - Returns: The iterations that were run.
    func run(
        _ start: Int, step: Int, count: Int, isInterrupted: () -> Bool
    ) -> Int {
        guard execute(tape.prologue.code, isChecking: true) else { return 0 }
        var value = start
        var done = 0
        var untilLook = 0
        while done < count {
            if untilLook == 0 {
                if isInterrupted() { return done }
                untilLook = 64
            }
            untilLook &-= 1
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
        if !tape.hasInner {
            guard execute(numbers, isChecking: true) else { return false }
            return execute(elements, isChecking: false)
        }
        saved.update(from: registers, count: tape.registerCount)
        let isPossible = execute(tape.body.code, isChecking: true)
        registers.update(from: saved, count: tape.registerCount)
        return isPossible && execute(tape.body.code, isChecking: false)
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
    func execute(_ code: [LoopInstruction], isChecking: Bool) -> Bool {
        code.withUnsafeBufferPointer { code in
            for instruction in code {
                if instruction.isOnElements {
                    if !isChecking { onElements(instruction) }
                    continue
                }
                switch instruction.code {
                case .loop:
                    guard loop(tape.inners[Int(instruction.a)], isChecking) else { return false }
                case .branch:
                    let branch = tape.branches[Int(instruction.a)]
                    let side = registers[Int(branch.condition)] != 0 ? branch.yes : branch.no
                    guard execute(side.code, isChecking: isChecking) else { return false }
                default: guard onNumbers(instruction) else { return false }
                }
            }
            return true
        }
    }

    private func loop(_ inner: LoopInner, _ isChecking: Bool) -> Bool {
        let (stop, step) = (registers[Int(inner.stop)], registers[Int(inner.step)])
        var value = registers[Int(inner.start)]
        while step > 0 ? value < stop : value > stop {
            registers[Int(inner.variable)] = value
            guard execute(inner.body.code, isChecking: isChecking) else { return false }
            let (next, isOver) = value.addingReportingOverflow(step)
            if isOver { break }
            value = next
        }
        return true
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
