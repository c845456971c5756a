/// Pass 6: lets a temporary stream from the step that computes it to the next one, which takes it
/// at the same points.
///
/// In: steps in their places. Out: the same; where a large temporary is written by one step, read
/// point by point by the next and by nothing else, both are cut into the same chunks, and the
/// temporary exists only a few chunks at a time, in rings that stay in the cache. Fusion leaves
/// such pairs where the second step overwrites what neighbours of its points still read:
///
///     c[1:-1] = c[:-2] + c[2:]     t = c[:-2] + c[2:]     chunk k is computed,
///                                  c[1:-1] = t            and put in its place when
///                                                         the chunks that read there are done
///
/// So an update in place costs one read and one write of its array, and no second array. Several
/// workers take bands of chunks, each with a ring of its own (`Bands`): what one core computed
/// another would have to fetch from its cache. One of several ranks does the same with its part;
/// what needs rows of other ranks comes last.
import Kernels
import Launches

enum StreamTemporaries {
    /// Smaller temporaries stay in the cache anyway.
    private static let leastBytes = 1 << 20

    static func run(
        _ steps: inout [Plan.Step], _ launches: [Launch], _ stores: [Store], _ memory: ReuseMemory,
        workers: Int
    ) {
        var users = [Int](repeating: 0, count: stores.count)
        for step in steps { for store in step.stores(launches) { users[store] += 1 } }
        for k in steps.indices.dropLast() {
            guard steps[k].stream == nil, let ordinal = temporary(steps[k], stores, users, memory)
            else { continue }
            stream(ordinal, from: k, &steps, stores[ordinal], launches, memory, workers)
        }
    }

    /// A large store that only this step and one other touch, and that this step, on whatever
    /// ranks, writes whole.
    private static func temporary(
        _ step: Plan.Step, _ stores: [Store], _ users: [Int], _ memory: ReuseMemory
    ) -> Int? {
        guard let program = step.program, program.nest.form == .points else { return nil }
        for output in program.nest.outputs {
            let ordinal = step.slots[output.target.slot]
            let store = stores[ordinal]
            guard users[ordinal] == 2, memory.isOwnAlone(ordinal), !memory.isMoving[ordinal],
                !memory.isHeld[ordinal],
                store.memory == nil,
                program.pointCount * store.type.byteCount >= leastBytes,
                program.nest.walksAll(of: store, output.target),
                program.nest.loads.allSatisfy({ $0.slot != output.target.slot }),
                program.nest.outputs.filter({ $0.target.slot == output.target.slot }).count == 1
            else { continue }
            return ordinal
        }
        return nil
    }

    private static func stream(
        _ ordinal: Int, from k: Int, _ steps: inout [Plan.Step], _ store: Store,
        _ launches: [Launch],
        _ memory: ReuseMemory, _ workers: Int
    ) {
        let source = steps[k]
        guard steps[k + 1].stream == nil, let from = source.program, let to = steps[k + 1].program,
            to.nest.form == .points,
            to.positions == from.positions, to.pointCount == from.pointCount,
            let sourceSlot = source.slots.firstIndex(of: ordinal),
            let takerSlot = steps[k + 1].slots.firstIndex(of: ordinal),
            to.nest.takes(store, in: takerSlot)
        else { return }
        let taker = steps[k + 1].cut(like: from)
        guard let reach = OrderChunks.reach(source, taker, launches, memory.memory) else { return }
        let late = lateEnds(source, taker, of: steps, launches, memory.memory)
        guard let layout = layout(chunkCount: source.chunkCount, reach, late, workers) else {
            return
        }
        let longest = from.chunks.reduce(0) { max($0, TemporaryStream.points(of: $1).count) }
        func stream(_ slot: Int, isSource: Bool) -> TemporaryStream {
            TemporaryStream(
                isSource: isSource, slot: slot, layout: layout,
                chunkBytes: longest * store.type.byteCount,
                elementSize: store.type.byteCount)
        }
        source.stream = stream(sourceSlot, isSource: true)
        taker.stream = stream(takerSlot, isSource: false)
        taker.isContinuation = true
        steps[k + 1] = taker
    }

    /// How many chunks at either end of two steps wait for messages, where the others are at least
    /// three times as many and none of them waits.
    private static func lateEnds(
        _ source: Plan.Step, _ taker: Plan.Step, of steps: [Plan.Step], _ launches: [Launch],
        _ memory: [Int]
    ) -> Bands.Ends {
        var isLate = [Bool](repeating: false, count: source.chunkCount)
        for step in [source, taker] {
            for earlier in step.predecessors where steps[earlier].isReceive {
                for chunk in OrderChunks.chunks(of: step, after: steps[earlier], launches, memory) {
                    isLate[chunk] = true
                }
            }
        }
        guard let first = isLate.firstIndex(of: false), let last = isLate.lastIndex(of: false),
            isLate[first...last].allSatisfy({ !$0 }), 4 * (last - first + 1) >= 3 * isLate.count
        else { return Bands.Ends() }
        return Bands.Ends(head: first, tail: isLate.count - 1 - last)
    }

    /// `nil` where more than half of the temporary would exist at a time.
    private static func layout(
        chunkCount: Int, _ reach: (before: Int, after: Int), _ late: Bands.Ends, _ workers: Int
    ) -> TemporaryStream.Layout? {
        for late in late.isEmpty ? [late] : [late, Bands.Ends()] {
            if let bands = Bands(
                chunkCount: chunkCount, before: reach.before, after: reach.after, late: late,
                workers: workers)
            {
                return .bands(bands)
            }
        }
        // So many chunks are begun before the taker's first may follow; each worker has one in hand
        // besides.
        let length = reach.after + OrderChunks.lag(workers: workers) + 2 * workers + 1
        return 2 * length <= chunkCount ? .ring(length: length) : nil
    }
}

extension LoopNest {
    /// Whether an operand walks all elements of a store in their order.
    func walksAll(of store: Store, _ operand: Operand) -> Bool {
        operand.offset == 0 && operand.type == store.type && pointCount == store.elementCount
            && isLinear(operand)
    }

    /// Whether the nest reads a store, element by element in their order, and does not write it.
    func takes(_ store: Store, in slot: Int) -> Bool {
        outputs.allSatisfy { $0.target.slot != slot }
            && loads.allSatisfy { $0.slot != slot || walksAll(of: store, $0) }
    }
}
