/// Pass 4: who waits for whom, chunk by chunk.
///
/// In: steps in an order that respects all dependences, each with the earlier steps it conflicts with. Out: segments.
/// Inside one there is no common end of a step: a chunk begins when the chunks are done whose bytes it touches. Chunks
/// are begun in an order that follows the data: a chunk of a later step comes as soon as what it needs has been begun,
/// so that it finds its operands in the cache.
///
///     t = f(u)     t0 t1 t2 t3 …                                  order   t0 t1 u0 t2 u1 t3 u2 …
///     u[:] = t     u0 waits for t0 and t1 (they read u0's bytes)
///
/// A segment ends where its temporaries would need notably more memory than running step by step, or after enough work
/// that a user who interrupts would wait.
import Kernels
import Launches

enum OrderChunks {
    /// Bytes by which a segment may exceed the peak of its steps run one by one, besides an eighth of that.
    private static let memorySlack = 256 << 10
    /// Points times operations of one segment at most; a tenth of a second or so.
    private static let workLimit = 200_000_000

    static func run(
        _ steps: [Plan.Step], _ launches: [Launch], _ stores: [Store], _ memory: ReuseMemory, workers: Int
    ) -> [Segment] {
        let touched = steps.map { step in Array(Set(step.stores(launches).map { memory.memory[$0] })) }
        var ranges: [Range<Int>] = []
        var account = MemoryAccount(touched, stores, memory.isHeld)
        var first = 0
        var work = 0
        for k in steps.indices {
            let isTooMuch = work &+ steps[k].work > workLimit || !account.fits(k, slack: memorySlack)
            if k > first, !steps[k].isContinuation, isTooMuch {
                ranges.append(first..<k)
                first = k
                work = 0
                account.close()
            }
            work &+= steps[k].work
            account.take(k)
        }
        if first < steps.count { ranges.append(first..<steps.count) }
        return ranges.map { segment(steps, $0, touched, launches, memory.memory, workers: workers) }
    }

    // MARK: - One segment

    private static func segment(
        _ steps: [Plan.Step], _ range: Range<Int>, _ touched: [[Int]], _ launches: [Launch], _ memory: [Int],
        workers: Int
    ) -> Segment {
        var firstChunk: [Int] = []
        var stepOf: [Int32] = []
        for (k, step) in steps[range].enumerated() {
            firstChunk.append(stepOf.count)
            stepOf += [Int32](repeating: Int32(k), count: step.chunkCount)
        }
        let total = stepOf.count
        var needs = [[Segment.Need]](repeating: [], count: total)
        if range.count > 1 {
            let accesses = steps[range].map { Access.all(of: $0, launches, memory) }
            for later in range {
                for earlier in steps[later].predecessors where earlier >= range.lowerBound {
                    let (a, b) = (earlier - range.lowerBound, later - range.lowerBound)
                    addNeeds(
                        (steps[earlier], accesses[a], firstChunk[a]), (steps[later], accesses[b], firstChunk[b]),
                        total + a, &needs)
                }
            }
        }
        for (k, step) in steps[range].enumerated().dropLast() {
            guard let stream = step.stream, stream.isSource, case .ring(let length) = stream.layout else { continue }
            // A place of the ring is free again when the next step has taken what lay there.
            for chunk in stride(from: length, to: step.chunkCount, by: 1) {
                let taker = Int32(firstChunk[k + 1] + chunk - length)
                needs[firstChunk[k] + chunk].append(Segment.Need(first: taker, last: taker))
            }
        }
        var needStart: [Int32] = [0]
        for list in needs { needStart.append(needStart.last! + Int32(list.count)) }
        let order = range.count == 1
            ? BeginChunks.Order(chunks: (0..<total).map(Int32.init))
            : BeginChunks.run(Array(steps[range]), firstChunk, total, needs, lag: lag(workers: workers))
        return Segment(
            steps: range, firstChunk: firstChunk, chunkCount: total, order: order, stepOf: stepOf,
            needStart: needStart, needs: needs.flatMap { $0 }, work: steps[range].reduce(0) { $0 &+ $1.work },
            hasTiles: steps[range].contains { $0.task != nil && $0.chunkCount > 1 },
            stores: Array(Set(range.flatMap { touched[$0] })).sorted())
    }

    /// How many chunks in front of its own, and behind it, a chunk of `later` waits for among those of `earlier`, of which
    /// there are as many; `nil` where it waits for all.
    static func reach(
        _ earlier: Plan.Step, _ later: Plan.Step, _ launches: [Launch], _ memory: [Int]
    ) -> (before: Int, after: Int)? {
        var needs = [[Segment.Need]](repeating: [], count: earlier.chunkCount + later.chunkCount)
        let completion = needs.count
        addNeeds(
            (earlier, Access.all(of: earlier, launches, memory), 0),
            (later, Access.all(of: later, launches, memory), earlier.chunkCount), completion, &needs)
        var reach = (before: 0, after: 0)
        for chunk in 0..<later.chunkCount {
            for need in needs[earlier.chunkCount + chunk] {
                if Int(need.last) >= earlier.chunkCount { return nil }
                reach.before = Swift.max(reach.before, chunk - Int(need.first))
                reach.after = Swift.max(reach.after, Int(need.last) - chunk)
            }
        }
        return reach
    }

    /// Units of the order by which a chunk follows what it waits for.
    static func lag(workers: Int) -> Int { workers > 1 ? 2 * workers : 0 }

    private typealias Side = (step: Plan.Step, accesses: [Access], firstChunk: Int)

    /// What each chunk of `later` needs of `earlier`: an interval of its chunks, or its completion.
    private static func addNeeds(
        _ earlier: Side, _ later: Side, _ completion: Int, _ needs: inout [[Segment.Need]]
    ) {
        guard earlier.step.chunkCount > 0 || earlier.step.fold != nil else { return }
        let whole = Segment.Need(first: Int32(completion), last: Int32(completion))
        var pairs: [(Access, Access)] = []
        for x in earlier.accesses {
            for y in later.accesses where x.memory == y.memory && (x.isWrite || y.isWrite) {
                if case .unknown = x.reach { pairs = []; return needWhole() }
                if case .unknown = y.reach { pairs = []; return needWhole() }
                pairs.append((x, y))
            }
        }
        func needWhole() {
            for c in 0..<later.step.chunkCount { needs[later.firstChunk + c].append(whole) }
        }
        for (x, y) in pairs {
            let bounds = (0..<earlier.step.chunkCount).map { x.bounds($0, of: earlier.step) }
            let isAscending = zip(bounds, bounds.dropFirst()).allSatisfy {
                $0.lowerBound <= $1.lowerBound && $0.upperBound <= $1.upperBound
            }
            for c in 0..<later.step.chunkCount {
                guard isAscending else {
                    needs[later.firstChunk + c].append(whole)
                    continue
                }
                let wanted = y.bounds(c, of: later.step)
                let first = bounds.partition { $0.upperBound > wanted.lowerBound }
                let end = bounds.partition { $0.lowerBound >= wanted.upperBound }
                guard first < end else { continue }
                let need = first == 0 && end == bounds.count
                    ? whole
                    : Segment.Need(first: Int32(earlier.firstChunk + first), last: Int32(earlier.firstChunk + end - 1))
                if !needs[later.firstChunk + c].contains(need) { needs[later.firstChunk + c].append(need) }
            }
        }
    }
}

extension Array {
    /// The first position whose element and all behind it hold the predicate; the array is sorted by it.
    fileprivate func partition(_ predicate: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension Plan.Step {
    /// Ordinals of the stores the step touches.
    func stores(_ launches: [Launch]) -> [Int] {
        if let exchange { return Array(Set(exchange.messages.flatMap { $0.parts.map(\.store) })) }
        guard let task else { return storedSlots }
        let launch = launches[task]
        return Array(Set((launch.inputs + launch.outputs).map(\.store.windowOrdinal)))
    }

    /// Some of its chunks, or its end, wait for other ranks or are waited for.
    var speaks: Bool { exchange != nil || shares != nil || fold != nil }
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

    static func all(of step: Plan.Step, _ launches: [Launch], _ memory: [Int]) -> [Access] {
        if let exchange = step.exchange {
            return exchange.messages.flatMap { message in
                message.bounds.map { Access(memory: $0.store, isWrite: exchange.isReceive, reach: .bytes($0.bytes)) }
            }
        }
        if let task = step.task {
            let launch = launches[task]
            return launch.inputs.map { Access(memory: memory[$0.store.windowOrdinal], isWrite: false, reach: .unknown) }
                + launch.outputs.map { Access(memory: memory[$0.store.windowOrdinal], isWrite: true, reach: .unknown) }
        }
        guard let nest = step.program?.nest else { return [] }
        let loads = nest.loads.map { Access(memory: step.slots[$0.slot], isWrite: false, reach: .operand($0)) }
        let outputs = nest.outputs.map {
            Access(memory: step.slots[$0.target.slot], isWrite: true, reach: .operand($0.target))
        }
        // Folds are written at the end.
        let folds = nest.folds.map { Access(memory: step.slots[$0.target.slot], isWrite: true, reach: .unknown) }
        return loads + outputs + folds
    }

    func bounds(_ chunk: Int, of step: Plan.Step) -> Range<Int> {
        switch reach {
        case .operand(let operand):
            let program = step.program.unsafelyUnwrapped
            guard chunk < program.chunks.count else { return 0..<0 }
            return program.byteBounds(of: operand, in: program.chunks[chunk])
        case .bytes(let range): return range
        case .unknown: return 0..<Int.max
        }
    }
}

/// The bytes that steps allocate and give back, run one by one and run as a segment.
private struct MemoryAccount {
    private let touched: [[Int]]
    private let stores: [Store]
    private let isHeld: [Bool]
    private var lastUse: [Int]
    private var exists: [Bool]
    /// Bytes that the open segment allocated.
    private var sum = 0
    /// Bytes in use and their peak, if the segment's steps ran one by one.
    private var live = 0
    private var peak = 0

    init(_ touched: [[Int]], _ stores: [Store], _ isHeld: [Bool]) {
        self.isHeld = isHeld
        self.touched = touched
        self.stores = stores
        lastUse = [Int](repeating: -1, count: stores.count)
        for (k, list) in touched.enumerated() { for store in list { lastUse[store] = k } }
        exists = stores.map { $0.memory != nil }
    }

    private func fresh(_ step: Int) -> Int {
        touched[step].reduce(0) { exists[$1] ? $0 : $0 + stores[$1].byteCount }
    }

    func fits(_ step: Int, slack: Int) -> Bool {
        let fresh = fresh(step)
        let alone = max(peak, live + fresh)
        return sum + fresh <= alone + alone / 8 + slack
    }

    mutating func take(_ step: Int) {
        let fresh = fresh(step)
        sum += fresh
        live += fresh
        peak = max(peak, live)
        for store in touched[step] {
            exists[store] = true
            if lastUse[store] == step, !isHeld[store] { live -= stores[store].byteCount }
        }
    }

    mutating func close() {
        sum = 0
        live = 0
        peak = 0
    }
}
