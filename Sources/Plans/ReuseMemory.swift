/// Pass 4: lets a new store take over the memory of an operand that dies in the same nest.
///
/// In: lowered nests in the plan's order. Out: the same with such outputs moved into the operand's
/// slot, and for every store the one whose memory it lies in. Each point reads the operand exactly
/// where it writes the output, so blocks see their own points only, as in `a += 1`. A copy of a
/// dying operand into a store of its type has nothing left to do.
///
///     t = a @ b
///     c = t * 2        t has no handle and is not touched later: c takes t's memory
///
/// Steps that touch shared memory must come one after another even where their stores differ: they
/// get one another as predecessors, and the order of chunks compares memory, not stores.
import Kernels
import Launches

struct ReuseMemory {
    /// For each store of the window, the store whose memory it lies in: mostly itself.
    private(set) var memory: [Int]
    /// What the program sees at the end lies in the memory of these.
    private(set) var isHeld: [Bool]
    /// Whether the memory exists before the next step.
    private var exists: [Bool]
    private var isShared: [Bool]
    /// Whether some of its views move from window to window.
    let isMoving: [Bool]
    private let isActive: Bool

    /// Smaller stores come from free lists, where nothing is gained.
    private static let leastBytes = 64 * 1024

    init(_ stores: [Store], isMoving: [Bool]?, isActive: Bool) {
        self.isMoving = isMoving ?? [Bool](repeating: false, count: stores.count)
        memory = Array(stores.indices)
        isHeld = stores.map { $0.handleCount > 0 || $0.isShared }
        exists = stores.map { $0.memory != nil }
        isShared = [Bool](repeating: false, count: stores.count)
        self.isActive = isActive
    }

    /// Notes stores that a group touches: from there on they have memory.
    mutating func noteTouched(_ stores: [Store]) {
        for store in stores { exists[memory[store.windowOrdinal]] = true }
    }

    /// Whether no other store lies in a store's memory, nor it in another's.
    func isOwnAlone(_ store: Int) -> Bool { memory[store] == store && !isShared[store] }

    /// Notes that a step touches a memory; whether several stores lie there, so that steps follow
    /// those that touch another.
    mutating func touch(_ place: Int) -> Bool {
        exists[place] = true
        return isShared[place]
    }

    /// Moves outputs of a nest into the slots of dying operands. `isLast` says whether no later
    /// group touches a store.
    mutating func run(_ lowered: inout LoweredNest, isLast: (Store) -> Bool) -> [Reuse] {
        guard isActive, lowered.nest.folds.isEmpty else { return [] }
        var reuses: [Reuse] = []
        var taken: Set<Int> = []
        for k in lowered.nest.outputs.indices {
            let target = lowered.nest.outputs[k].target
            let taker = lowered.stores[target.slot]
            guard taker.byteCount >= ReuseMemory.leastBytes, !isMoving[taker.windowOrdinal],
                !exists[memory[taker.windowOrdinal]],
                lowered.isOnlyOutput(k),
                let place = giver(for: taker, at: target, lowered, taken, isLast)
            else { continue }
            let root = memory[lowered.stores[place].windowOrdinal]
            taken.insert(place)
            reuses.append(Reuse(giver: root, taker: taker.windowOrdinal))
            memory[taker.windowOrdinal] = root
            isHeld[root] = isHeld[taker.windowOrdinal]
            isShared[root] = true
            lowered.nest.outputs[k].target.slot = place
            lowered.nest.outputs[k].isExclusive = false
        }
        if !reuses.isEmpty { lowered.dropCopiesInPlace() }
        return reuses
    }

    /// The slot of an operand that is touched for the last time, and nowhere but where the output
    /// is written.
    private func giver(
        for taker: Store, at target: LoopNest.Operand, _ lowered: LoweredNest, _ taken: Set<Int>,
        _ isLast: (Store) -> Bool
    ) -> Int? {
        for load in lowered.nest.loads {
            let store = lowered.stores[load.slot]
            guard !taken.contains(load.slot), !isMoving[store.windowOrdinal],
                store.byteCount == taker.byteCount,
                store.handleCount == 0,
                store.isTiled == taker.isTiled,
                !taker.isTiled
                    || store.shape == taker.shape && store.type == taker.type
                        && store.alignment == taker.alignment,
                !store.isShared, exists[memory[store.windowOrdinal]], isLast(store),
                !lowered.nest.outputs.contains(where: { $0.target.slot == load.slot }),
                lowered.nest.loads.allSatisfy({ $0.slot != load.slot || $0.walks(like: target) })
            else { continue }
            return load.slot
        }
        return nil
    }
}

/// A store that takes over the memory of another one, both by their ordinals in the window.
struct Reuse {
    var giver: Int
    var taker: Int
}

extension LoweredNest {
    fileprivate func isOnlyOutput(_ k: Int) -> Bool {
        let slot = nest.outputs[k].target.slot
        return nest.loads.allSatisfy { $0.slot != slot }
            && nest.outputs.indices.allSatisfy { $0 == k || nest.outputs[$0].target.slot != slot }
    }

    fileprivate mutating func dropCopiesInPlace() {
        nest.outputs.removeAll { output in
            guard output.value < nest.loads.count else { return false }
            let load = nest.loads[output.value]
            return load.slot == output.target.slot && load.type == output.target.type
                && load.walks(like: output.target)
        }
    }
}

extension LoopNest.Operand {
    /// Whether both stand at the same byte at every point.
    fileprivate func walks(like other: LoopNest.Operand) -> Bool {
        type.byteCount == other.type.byteCount && offset == other.offset && strides == other.strides
    }
}
