/// A loop of a program that runs natively: its tapes, one for each combination of types.
///
/// In: values of the loop's names and a range. Out: how many iterations were run, and what the loop
/// carries; or that nothing was done, and why.
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
    public private(set) var reason: LoopReason?
    /// Calls since something was computed.
    private var idleCalls = 0
    /// A signal's handler may come back to the loop that it interrupts.
    private var isBusy = false

    private final class Variant {
        let kinds: [LoopInputKind]
        private(set) var machine: LoopMachine?
        private(set) var reason: LoopReason?
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
                machine = nil
                reason = .content((error as? LoopRefusal)?.reason ?? "\(error)")
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

    /// Whether its tapes depend on how large arrays are.
    let looksAtSizes: Bool

    public init(_ program: LoopProgram) {
        self.program = program
        var rolls = false
        LoopWalk.through(program.body) { node, _ in
            if case .expression(.call("np.roll", _, _)) = node { rolls = true }
        }
        looksAtSizes = rolls
    }

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
        guard let first = try runPart(values, start, step, count, isInterrupted) else { return nil }
        (runs, idleCalls, reason) = (runs &+ 1, 0, nil)
        let all =
            first.isOnce && first.done < count
            ? try goOn(values, first, start, step, count, isInterrupted) : first
        iterations &+= all.done
        Counters.shared.nativeLoops &+= 1
        Counters.shared.nativeIterations &+= all.done
        return (all.done, all.carried)
    }

    /// Iterations that one tape ran.
    private struct Part {
        var done: Int
        var carried: [Outcome]
        /// The types of what the loop carries have changed: others need another tape.
        var isOnce: Bool
    }

    /// As many iterations as one tape runs; `nil`, with a reason, where there are none.
    private func runPart(
        _ values: [LoopValue], _ start: Int, _ step: Int, _ count: Int, _ isInterrupted: () -> Bool
    ) throws -> Part? {
        guard count > 0, try rest(values), let variant = variant(values) else { return nil }
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
            isBusy = false
            return try runPart(values, start, step, count, isInterrupted)
        }
        guard done > 0 else {
            reason = program.test == nil ? .firstIteration : .conditionOrFirstIteration
            return nil
        }
        return Part(done: done, carried: try machine.outcomes(values, program), isOnce: isOnce)
    }

    /// Behind the one iteration of a first tape, the others on the tape of the types that it left.
    private func goOn(
        _ values: [LoopValue], _ first: Part, _ start: Int, _ step: Int, _ count: Int,
        _ isInterrupted: () -> Bool
    ) throws -> Part {
        let next = successors(of: values, first.carried)
        guard let machine = variant(next)?.machine, !machine.tape.isOnce,
            let rest = try runPart(
                next, start + first.done * step, step, count - first.done, isInterrupted)
        else { return first }
        let carried = rest.carried.map { last -> Outcome in
            // What came into the second part as it had come into the first is the same object.
            guard case .input(let input) = last else { return last }
            let origin = program.carried.firstIndex(of: program.inputs[input])
            return origin.map { first.carried[$0] } ?? last
        }
        return Part(done: first.done + rest.done, carried: carried, isOnce: false)
    }

    /// The inputs with what the loop's names have become.
    private func successors(of values: [LoopValue], _ carried: [Outcome]) -> [LoopValue] {
        var next = values
        for (outcome, slot) in zip(carried, program.carried) {
            guard let input = program.inputs.firstIndex(of: slot) else { continue }
            switch outcome {
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
        return next
    }

    private func variant(_ values: [LoopValue]) -> Variant? {
        if let last, areOf(last.kinds, values) { return last }
        if let known = variants.first(where: { areOf($0.kinds, values) }) {
            last = known
            return known
        }
        guard variants.count < CompiledLoop.variantLimit else { return nil }
        let kinds = values.indices.map { kind(of: $0, values) }
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
                reason = .content("an array in another order than row-major")
                return false
            }
            guard !array.store.isReady || !runtime.isIdle(array.store) else { continue }
            guard
                (array.axisCount > 0 ? array.shape[array.axisCount - 1] : 1)
                    <= LoopTape.points(LoopTape.elementLimit, of: array.type.byteCount)
            else {
                reason = .content("rows of more elements than one operation of a loop may have")
                return false
            }
            waits = true
        }
        guard waits else { return true }
        // What is still being computed is waited for while the loop may be worth it.
        guard idleCalls < CompiledLoop.waits else {
            reason = .unfinishedArrays
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
