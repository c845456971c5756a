/// A loop of a program that runs natively: its tapes, one for each combination of types, and the
/// way in and out.
///
/// In: values of the loop's names and a range. Out: how many iterations were run, and what the loop
/// carries; arrays that came in come out as themselves.
import LegateCore

public final class CompiledLoop {
    public let program: LoopProgram
    private var variants: [Variant] = []
    private var last: Variant?
    /// Runs that computed at least one iteration.
    public private(set) var runs = 0
    /// Iterations that these computed.
    public private(set) var iterations = 0
    /// Why the last call did nothing.
    public private(set) var reason: String?
    /// Calls since something was computed.
    private var idleCalls = 0
    /// A signal's handler may come back to the loop that it interrupts.
    private var isBusy = false

    private final class Variant {
        let kinds: [LoopInputKind]
        private(set) var machine: LoopMachine?
        private(set) var reason: String?
        private var expectsSameExtents = true

        init(_ program: LoopProgram, _ kinds: [LoopInputKind]) {
            self.kinds = kinds
            lower(program)
        }

        private func lower(_ program: LoopProgram) {
            do {
                let tape = try LoopLowering.tape(
                    program, kinds, expectsSameExtents: expectsSameExtents)
                (machine, reason) = (LoopMachine(tape), nil)
            } catch {
                (machine, reason) = (nil, (error as? LoopRefusal)?.reason ?? "\(error)")
            }
        }

        /// Makes a tape for extents of any kind where the one in hand came upon two that differ.
        ///
        /// - Returns: Whether there is another one now.
        func broaden(_ program: LoopProgram) -> Bool {
            guard expectsSameExtents, machine?.failed == .same else { return false }
            expectsSameExtents = false
            lower(program)
            return machine != nil
        }
    }

    /// What a carried name has become.
    public enum Outcome {
        case integer(Int)
        case real(Double)
        case truth(Bool)
        case scalar(ElementType, UInt64, UInt64)
        case array(NDArray)
        /// The object that came in at this place.
        case input(Int)
        /// The same object as the outcome at this place.
        case outcome(Int)
    }

    /// Combinations of types that are tried.
    private static let variantLimit = 8
    /// After so many calls that did nothing, nothing is tried any more.
    private static let patience = 64
    /// After so many, no array is waited for.
    private static let waits = 4

    public init(_ program: LoopProgram) { self.program = program }

    /// Whether it is worth calling.
    @inline(__always)
    public var isWorthTrying: Bool { idleCalls < CompiledLoop.patience }

    /// Runs up to `count` iterations.
    ///
    /// - Returns: `nil` where nothing was done; the values are as they were then.
    public func run(
        _ values: [LoopValue], start: Int, step: Int, count: Int, isInterrupted: () -> Bool
    ) throws -> (done: Int, carried: [Outcome])? {
        idleCalls &+= 1
        guard count > 0, try rest(values) else { return nil }
        guard let variant = variant(values) else { return nil }
        guard let machine = variant.machine else {
            reason = variant.reason
            return nil
        }
        if isBusy { return nil }
        isBusy = true
        defer { isBusy = false }
        machine.enter(values)
        let isOnce = machine.tape.isOnce
        let done = machine.run(
            start, step: step, count: isOnce ? 1 : count,
            // Other threads may have recorded something meanwhile.
            isInterrupted: { isInterrupted() || !CompiledLoop.areAtRest(values) })
        Counters.countImmediate()
        if variant.broaden(program), done == 0 {
            (isBusy, idleCalls) = (false, idleCalls &- 1)
            return try run(
                values, start: start, step: step, count: count, isInterrupted: isInterrupted)
        }
        guard done > 0 else {
            reason =
                program.test == nil
                ? "an index, a shape or a size" : "its condition, an index, a shape or a size"
            return nil
        }
        (runs, idleCalls, reason) = (runs &+ 1, 0, nil)
        iterations &+= done
        Counters.shared.nativeLoops &+= 1
        Counters.shared.nativeIterations &+= done
        let carried = try machine.outcomes(values, program)
        guard isOnce, done < count else { return (done, carried) }
        isBusy = false
        return try goOn(values, carried, done, start, step, count, isInterrupted)
    }

    /// The types of what the loop carries have changed: the other iterations run on another tape.
    private func goOn(
        _ values: [LoopValue], _ carried: [Outcome], _ done: Int, _ start: Int, _ step: Int,
        _ count: Int, _ isInterrupted: () -> Bool
    ) throws -> (done: Int, carried: [Outcome])? {
        var next = values
        var made = carried
        for (place, slot) in program.carried.enumerated() {
            guard let input = program.inputs.firstIndex(of: slot) else { continue }
            switch carried[place] {
            case .integer(let value): next[input] = .integer(value)
            case .real(let value): next[input] = .real(value)
            case .truth(let value): next[input] = .truth(value)
            case .scalar(let type, let low, let high): next[input] = .scalar(type, low, high)
            case .array(let array): next[input] = .array(array)
            case .input(let other): next[input] = values[other]
            case .outcome(let other):
                if case .array(let array) = carried[other] { next[input] = .array(array) }
            }
        }
        guard let machine = variant(next)?.machine, !machine.tape.isOnce,
            let rest = try run(
                next, start: start + done * step, step: step, count: count - done,
                isInterrupted: isInterrupted)
        else { return (done, made) }
        runs &-= 1  // Both are one.
        for (place, outcome) in rest.carried.enumerated() {
            // What came into the second run as it had come into the first is the same object.
            if case .input(let input) = outcome {
                let slot = program.inputs[input]
                let origin = program.carried.firstIndex(of: slot)
                made[place] = origin.map { carried[$0] } ?? outcome
            } else {
                made[place] = outcome
            }
        }
        return (done + rest.done, made)
    }

    private func variant(_ values: [LoopValue]) -> Variant? {
        if let last, CompiledLoop.areOf(last.kinds, values) { return last }
        if let known = variants.first(where: { CompiledLoop.areOf($0.kinds, values) }) {
            last = known
            return known
        }
        guard variants.count < CompiledLoop.variantLimit else { return nil }
        let kinds = values.indices.map { CompiledLoop.kind(of: $0, values) }
        let made = Variant(program, kinds)
        variants.append(made)
        last = made
        return made
    }

    private static func areAtRest(_ values: [LoopValue]) -> Bool {
        values.allSatisfy {
            guard case .array(let array) = $0 else { return true }
            return array.store.isReady && Runtime.shared.isIdle(array.store)
        }
    }

    /// Whether all arrays lie in memory, with nothing recorded on them, in row-major order.
    private func rest(_ values: [LoopValue]) throws -> Bool {
        let runtime = Runtime.shared
        var waits = false
        for value in values {
            guard case .array(let array) = value else { continue }
            guard array.axisCount <= FreeNest.axisLimit, array.isOrdered else {
                reason = "an array in another order than row-major"
                return false
            }
            guard !array.store.isReady || !runtime.isIdle(array.store) else { continue }
            guard
                (array.axisCount > 0 ? array.shape[array.axisCount - 1] : 1)
                    <= LoopLowering.elementLimit
            else {
                reason = "rows of more elements than one operation of a loop may have"
                return false
            }
            waits = true
        }
        guard waits else { return true }
        // What is still being computed is waited for while the loop may be worth it.
        guard idleCalls < CompiledLoop.waits else {
            reason = "arrays that are still being computed"
            return false
        }
        try RuntimeHooks.wait()
        for value in values {
            guard case .array(let array) = value else { continue }
            if !array.store.isReady { _ = try array.hostMemory() }
            guard array.store.isReady, runtime.isIdle(array.store) else { return false }
        }
        return true
    }
}

extension NDArray {
    /// Whether axes lie in row-major order, forwards or backwards, as results then do, too.
    fileprivate var isOrdered: Bool {
        guard axisCount > 1 else { return true }
        var before = Int.max
        for axis in 0..<axisCount where shape[axis] > 1 {
            let stride = abs(strides[axis])
            if stride > before { return false }
            before = stride
        }
        return true
    }
}

extension LoopMachine {
    /// Puts values into the registers of the loop's inputs.
    func enter(_ values: [LoopValue]) {
        for (place, value) in zip(tape.inputs, values) {
            switch (place, value) {
            case (.number(let register), .integer(let value)): registers[Int(register)] = value
            case (.number(let register), .real(let value)):
                registers[Int(register)] = Int(bitPattern: UInt(value.bitPattern))
            case (.number(let register), .truth(let value)):
                registers[Int(register)] = value ? 1 : 0
            case (.view(let view, let buffer), .array(let array)): enter(array, view, buffer)
            case (.numbers(let count, let buffer), .integers(let numbers)):
                registers[Int(count)] = numbers.count
                enter(numbers, buffer)
            case (.numbers(let count, let buffer), .reals(let numbers)):
                registers[Int(count)] = numbers.count
                enter(numbers, buffer)
            case (.view(_, let buffer), .scalar(_, let low, let high)):
                buffers.reserve(buffer, 16)
                buffers.start(buffer).storeBytes(of: (low, high), as: (UInt64, UInt64).self)
            default: break
            }
        }
    }

    private func enter<Number>(_ numbers: [Number], _ buffer: Int) {
        buffers.reserve(buffer, numbers.count * 8)
        numbers.withUnsafeBytes {
            if let start = $0.baseAddress {
                buffers.start(buffer).copyMemory(from: start, byteCount: $0.count)
            }
        }
    }

    private func enter(_ array: NDArray, _ view: LoopView, _ buffer: Int) {
        let size = array.type.byteCount
        buffers.lend(buffer, array.store.memory.unsafelyUnwrapped)
        registers[Int(view.offset)] = array.lattice.offset &* size
        for axis in 0..<array.axisCount {
            registers[Int(view.extents[axis])] = array.shape[axis]
            registers[Int(view.strides[axis])] = array.strides[axis] &* size
        }
    }

    /// What the carried names have become.
    func outcomes(_ values: [LoopValue], _ program: LoopProgram) throws -> [CompiledLoop.Outcome] {
        var results: [CompiledLoop.Outcome] = []
        var made: [Int: SharedMemory] = [:]
        for carried in tape.carried {
            switch carried {
            case .integer(let register): results.append(.integer(registers[Int(register)]))
            case .truth(let register): results.append(.truth(registers[Int(register)] != 0))
            case .real(let register):
                results.append(
                    .real(Double(bitPattern: UInt64(bitPattern: Int64(registers[Int(register)])))))
            case .view(let view):
                results.append(try outcome(view, values, results.count, &made))
            }
        }
        return results
    }

    private func outcome(
        _ view: LoopView, _ values: [LoopValue], _ place: Int, _ made: inout [Int: SharedMemory]
    ) throws -> CompiledLoop.Outcome {
        let buffer = registers[Int(view.buffer)]
        let offset = registers[Int(view.offset)]
        let start = buffers.start(buffer) + offset
        if view.isScalar {
            var bits: (UInt64, UInt64) = (0, 0)
            withUnsafeMutableBytes(of: &bits) {
                $0.baseAddress.unsafelyUnwrapped.copyMemory(
                    from: start, byteCount: view.type.byteCount)
            }
            return .scalar(view.type, bits.0, bits.1)
        }
        let size = view.type.byteCount
        let shape = AxisList(view.extents.map { registers[Int($0)] })
        let strides = AxisList(view.strides.map { registers[Int($0)] / size })
        let lattice = Lattice(offset: offset / size, shape: shape, strides: strides)
        let object = registers[Int(view.object)]
        if object >= 0 { return .input(object) }
        for earlier in 0..<place {
            guard case .view(let other) = tape.carried[earlier], contents(other) == contents(view)
            else { continue }
            return .outcome(earlier)
        }
        for (input, place) in tape.inputs.enumerated() {
            guard case .view(let own, _) = place, registers[Int(own.buffer)] == buffer,
                case .array(let array) = values[input]
            else { continue }
            return .array(
                array.viewed(lattice, as: view.type, isWritable: view.isWritable))
        }
        if let whole = try shared(view, &made) {
            let moved = Lattice(
                offset: (offset - whole.start) / size, shape: shape, strides: strides)
            return .array(whole.array.viewed(moved, as: view.type, isWritable: view.isWritable))
        }
        let result = try NDArray.ready(shape, view.type)
        let moved = Lattice(offset: 0, shape: shape, strides: strides)
        LatticeCopy.gather(
            moved, start, size: size, into: result.store.memory.unsafelyUnwrapped)
        return .array(result)
    }

    /// Memory that the loop made and of which it carries several views: these stay views of one
    /// array.
    struct SharedMemory {
        let array: NDArray
        /// Bytes in front of it in the loop's buffer.
        let start: Int
    }

    /// The array that this view and others that are carried have in common, if there are others.
    private func shared(_ view: LoopView, _ made: inout [Int: SharedMemory]) throws
        -> SharedMemory?
    {
        let buffer = registers[Int(view.buffer)]
        if let memory = made[buffer] { return memory }
        let views = tape.carried.compactMap { carried -> LoopView? in
            guard case .view(let other) = carried, registers[Int(other.buffer)] == buffer,
                registers[Int(other.object)] < 0, !other.isScalar, other.type == view.type
            else { return nil }
            return other
        }
        guard views.contains(where: { contents($0) != contents(view) }) else { return nil }
        let spans = views.map(span)
        let start = spans.map(\.lowerBound).min().unsafelyUnwrapped
        let end = spans.map(\.upperBound).max().unsafelyUnwrapped
        let array = try NDArray.ready([(end - start) / view.type.byteCount], view.type)
        array.store.memory.unsafelyUnwrapped.copyMemory(
            from: buffers.start(buffer) + start, byteCount: end - start)
        let memory = SharedMemory(array: array, start: start)
        made[buffer] = memory
        return memory
    }

    /// Where a view lies and how.
    private func contents(_ view: LoopView) -> [Int] {
        LoopLowering.registers(.view(view)).map { registers[Int($0)] }
    }

    /// The bytes of a buffer between a view's first and last element.
    private func span(_ view: LoopView) -> Range<Int> {
        let offset = registers[Int(view.offset)]
        var (low, high) = (offset, offset + view.type.byteCount)
        for (extent, stride) in zip(view.extents, view.strides) {
            let count = registers[Int(extent)]
            guard count > 0 else { return offset..<offset }
            let reach = (count - 1) * registers[Int(stride)]
            if reach < 0 { low += reach } else { high += reach }
        }
        return low..<high
    }
}
