/// Pass 4: lets a new store take over the memory of an operand that dies in the same nest.
///
/// In: a lowered nest, and which stores outlive its group. Out: the same nest with such outputs moved into the operand's
/// slot. Every point reads the operand exactly where it writes the output, so blocks see their own points only, as in
/// `a += 1`. A copy of a dying operand into a store of its type then has nothing left to do and goes.
///
///     t = a @ b
///     c = t * 2        t has no handle and no later reader: c takes t's memory
import Kernels
import Launches

extension LoweredNest {
    /// Smaller stores come from free lists, where nothing is gained.
    static let reusableBytes = 64 * 1024

    public mutating func reuseMemory(isNeeded: (Store) -> Bool) {
        guard nest.folds.isEmpty else { return }
        for k in nest.outputs.indices {
            let slot = nest.outputs[k].target.slot
            let taker = stores[slot]
            guard taker.memory == nil, taker.byteCount >= LoweredNest.reusableBytes, isOnlyOutput(k),
                !nest.loads.contains(where: { $0.slot == slot }),
                let place = giver(for: taker, at: nest.outputs[k].target, isNeeded)
            else { continue }
            reuses.append((taker, stores[place]))
            stores[place] = taker
            written[place] = true
            nest.outputs[k].target.slot = place
            nest.outputs[k].isExclusive = false
        }
        guard !reuses.isEmpty else { return }
        nest.outputs.removeAll { output in
            guard output.value < nest.loads.count else { return false }
            let load = nest.loads[output.value]
            return load.slot == output.target.slot && load.type == output.target.type && load.walks(like: output.target)
        }
    }

    private func isOnlyOutput(_ k: Int) -> Bool {
        let slot = nest.outputs[k].target.slot
        return nest.outputs.indices.allSatisfy { $0 == k || nest.outputs[$0].target.slot != slot }
    }

    /// The slot of an operand that is read for the last time, and nowhere but where the output is written.
    private func giver(for taker: Store, at target: LoopNest.Operand, _ isNeeded: (Store) -> Bool) -> Int? {
        for load in nest.loads {
            let store = stores[load.slot]
            guard store.memory != nil, store.byteCount == taker.byteCount, !written[load.slot],
                nest.loads.allSatisfy({ $0.slot != load.slot || $0.walks(like: target) }), !isNeeded(store)
            else { continue }
            return load.slot
        }
        return nil
    }
}

extension LoopNest.Operand {
    /// Whether both stand at the same byte at every point.
    fileprivate func walks(like other: LoopNest.Operand) -> Bool {
        type.byteCount == other.type.byteCount && offset == other.offset && strides == other.strides
    }
}
