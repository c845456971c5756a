/// What the chunks of one step need of an earlier one: the part of `OrderChunks` that compares
/// bytes.
///
/// In: two steps that touch the same memory. Out: for each chunk of the later one the interval of
/// chunks that must be done before it, or the earlier step's completion.
///
///     t = f(u)     chunks 0 1 2 3        u[:] = t     chunk 1 touches bytes of t's chunks 0 ... 1
import Kernels
import Launches

final class Side {
    private let accesses: [Access]
    /// By access, the bytes that each chunk touches; made when first asked for.
    private var known: [[Range<Int>]?]
    private let program: NestProgram?
    private let chunkCount: Int
    private let firstChunk: Int
    /// The number of the step's completion.
    private let completion: Int
    /// Its end is more than the end of its chunks.
    private let meetsOverRanks: Bool

    init(_ step: Plan.Step, firstChunk: Int, completion: Int, _ launches: [Launch], _ memory: [Int])
    {
        accesses = Access.all(of: step, launches, memory)
        known = [[Range<Int>]?](repeating: nil, count: accesses.count)
        program = step.program
        chunkCount = step.chunkCount
        self.firstChunk = firstChunk
        self.completion = completion
        meetsOverRanks = step.meetsOverRanks
    }

    /// Adds what each of this step's chunks needs of an earlier step.
    func addNeeds(of earlier: Side, to needs: inout [[Segment.Need]]) {
        guard earlier.chunkCount > 0 || earlier.meetsOverRanks else { return }
        let whole = Segment.Need(first: Int32(earlier.completion), last: Int32(earlier.completion))
        var pairs: [(Int, Int)] = []
        for x in earlier.accesses.indices {
            for y in accesses.indices where earlier.accesses[x].conflicts(with: accesses[y]) {
                if earlier.accesses[x].isUnknown(to: accesses[y]) {
                    for c in 0..<chunkCount { needs[firstChunk + c].append(whole) }
                    return
                }
                pairs.append((x, y))
            }
        }
        for (x, y) in pairs {
            if earlier.chunkCount == 1 {
                addWhole(whole, x, y, of: earlier, to: &needs)
            } else {
                addIntervals(whole, x, y, of: earlier, to: &needs)
            }
        }
    }

    /// Of a step of one chunk: all of it, where the bytes meet.
    private func addWhole(
        _ whole: Segment.Need, _ x: Int, _ y: Int, of earlier: Side,
        to needs: inout [[Segment.Need]]
    ) {
        let bounds = earlier.bounds(x)[0]
        let own = self.bounds(y)
        for c in 0..<chunkCount where bounds.overlaps(own[c]) {
            if !needs[firstChunk + c].contains(whole) { needs[firstChunk + c].append(whole) }
        }
    }

    private func addIntervals(
        _ whole: Segment.Need, _ x: Int, _ y: Int, of earlier: Side,
        to needs: inout [[Segment.Need]]
    ) {
        let (bounds, own) = (earlier.bounds(x), self.bounds(y))
        let isAscending = zip(bounds, bounds.dropFirst()).allSatisfy {
            $0.lowerBound <= $1.lowerBound && $0.upperBound <= $1.upperBound
        }
        for c in 0..<chunkCount {
            guard isAscending else {
                needs[firstChunk + c].append(whole)
                continue
            }
            let wanted = own[c]
            let first = bounds.partition { $0.upperBound > wanted.lowerBound }
            let end = bounds.partition { $0.lowerBound >= wanted.upperBound }
            guard first < end else { continue }
            let need =
                first == 0 && end == bounds.count
                ? whole
                : Segment.Need(
                    first: Int32(earlier.firstChunk + first),
                    last: Int32(earlier.firstChunk + end - 1))
            if !needs[firstChunk + c].contains(need) { needs[firstChunk + c].append(need) }
        }
    }

    private func bounds(_ access: Int) -> [Range<Int>] {
        if let bounds = known[access] { return bounds }
        let bounds = (0..<chunkCount).map { self.bounds(access, $0) }
        known[access] = bounds
        return bounds
    }

    private func bounds(_ access: Int, _ chunk: Int) -> Range<Int> {
        switch accesses[access].reach {
        case .operand(let operand):
            guard let program, chunk < program.chunks.count else { return 0..<0 }
            return program.byteBounds(of: operand, in: program.chunks[chunk])
        case .bytes(let range): return range
        case .unknown: return 0..<Int.max
        }
    }
}

extension Array {
    /// The first position whose element and all behind it hold the predicate; the array is sorted
    /// by it.
    fileprivate func partition(_ predicate: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// One way in which a step touches memory.
private struct Access {
    enum Reach {
        case operand(LoopNest.Operand)
        /// The only chunk touches bytes within these.
        case bytes(Range<Int>)
        /// All chunks, or the end of the step, may touch all.
        case unknown
    }
    /// The store, by ordinal, in whose memory it lies.
    var memory: Int
    var isWrite: Bool
    var reach: Reach
    /// Which of the store's views it moves with (`StoreView.slide`).
    var slide: UInt8 = 0

    /// Whether nobody can tell which bytes both touch.
    func isUnknown(to other: Access) -> Bool {
        if slide != other.slide { return true }
        if case .unknown = reach { return true }
        if case .unknown = other.reach { return true }
        return false
    }

    func conflicts(with other: Access) -> Bool {
        memory == other.memory && (isWrite || other.isWrite)
    }

    static func all(of step: Plan.Step, _ launches: [Launch], _ memory: [Int]) -> [Access] {
        if let exchange = step.exchange {
            return all(of: exchange)
        }
        if let task = step.task {
            let launch = launches[task]
            return launch.inputs.map {
                Access(memory: memory[$0.store.windowOrdinal], isWrite: false, reach: .unknown)
            }
                + launch.outputs.map {
                    Access(memory: memory[$0.store.windowOrdinal], isWrite: true, reach: .unknown)
                }
        }
        guard let nest = step.program?.nest else { return [] }
        return all(of: nest, step.slots, step.slides)
    }

    /// Message by message; of rounds, which end together, what is sent of a store and what is
    /// received.
    private static func all(of exchange: Exchange) -> [Access] {
        var result: [Access] = []
        let isTogether = exchange.isInRounds
        for turn in exchange.turns {
            for (store, bytes) in turn.message.bounds {
                let known =
                    !isTogether
                    ? nil : result.firstIndex { $0.memory == store && $0.isWrite == turn.isReceive }
                if let known, case .bytes(let range) = result[known].reach {
                    result[known].reach = .bytes(
                        min(
                            range.lowerBound, bytes.lowerBound)..<max(
                                range.upperBound, bytes.upperBound))
                } else {
                    result.append(
                        Access(memory: store, isWrite: turn.isReceive, reach: .bytes(bytes)))
                }
            }
        }
        return result
    }

    private static func all(of nest: LoopNest, _ slots: [Int], _ slides: [UInt8]) -> [Access] {
        var result: [Access] = []
        result.reserveCapacity(nest.loads.count + nest.outputs.count + nest.folds.count)
        func add(_ operand: LoopNest.Operand, isWrite: Bool, _ reach: Reach) {
            result.append(
                Access(
                    memory: slots[operand.slot], isWrite: isWrite, reach: reach,
                    slide: slides[operand.slot]))
        }
        for load in nest.loads { add(load, isWrite: false, .operand(load)) }
        for output in nest.outputs {
            add(output.target, isWrite: true, .operand(output.target))
        }
        // Folds are written at the end.
        for fold in nest.folds { add(fold.target, isWrite: true, .unknown) }
        return result
    }
}
