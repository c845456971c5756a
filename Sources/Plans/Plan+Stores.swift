/// Which stores a step touches, and which of these it writes: by their ordinals in the window.
import Kernels
import Launches

extension Plan.Step {
    /// Ordinals of the stores the step touches, each once.
    func stores(_ launches: [Launch]) -> [Int] {
        if let exchange { return exchange.stores(of: exchange.turns) }
        guard let task else { return storedSlots }
        let launch = launches[task]
        return (launch.inputs + launch.outputs).map { $0.store.windowOrdinal }.eachOnce
    }

    /// Ordinals of the stores the step writes; a store may stand there twice.
    func written(_ launches: [Launch]) -> [Int] {
        if let exchange { return exchange.stores(of: exchange.turns.filter(\.isReceive)) }
        if let task { return launches[task].outputs.map { $0.store.windowOrdinal } }
        guard let nest = program?.nest else { return [] }
        return nest.outputs.map { slots[$0.target.slot] } + nest.folds.map { slots[$0.target.slot] }
    }

    /// Some of its chunks, or its end, wait for other ranks or are waited for.
    var speaks: Bool { exchange != nil || shares != nil || fold != nil || isTogether }
}

extension Exchange {
    /// Ordinals of the stores of which messages carry pieces, each once.
    fileprivate func stores(of turns: [Turn]) -> [Int] {
        var result: [Int] = []
        for turn in turns {
            for part in turn.message.parts where result.last != part.store {
                result.append(part.store)
            }
        }
        return result.eachOnce
    }
}

extension [Int] {
    /// The values in order of first appearance, each once.
    var eachOnce: [Int] {
        if count < 2 { return self }
        if count > 64 {
            var seen: Set<Int> = []
            return filter { seen.insert($0).inserted }
        }
        var result: [Int] = []
        result.reserveCapacity(count)
        for value in self where !result.contains(value) { result.append(value) }
        return result
    }

    /// The values in ascending order, each once.
    var inOrder: [Int] {
        var result = self
        result.sort()
        var kept = 0
        for k in result.indices where kept == 0 || result[k] != result[kept - 1] {
            result[kept] = result[k]
            kept += 1
        }
        result.removeLast(result.count - kept)
        return result
    }
}
