/// Pass 4: who waits for whom, chunk by chunk.
///
/// In: steps in an order that respects all dependences, each with the earlier steps it conflicts
/// with. Out: segments. Inside one there is no common end of a step: a chunk begins when the chunks
/// are done whose bytes it touches. Chunks are begun in an order that follows the data: a chunk of
/// a later step comes as soon as what it needs has been begun, so that it finds its operands in the
/// cache.
///
///     t = f(u)     t0 t1 t2 t3 …                                  order   t0 t1 u0 t2 u1 t3 u2 …
///     u[:] = t     u0 waits for t0 and t1 (they read u0's bytes)
///
/// A segment ends where its temporaries would need notably more memory than running step by step,
/// or after enough work that a user who interrupts would wait. One of so little work that it runs
/// on the calling thread alone goes step by step: its chunks are not compared.
import Kernels
import Launches

enum OrderChunks {
    /// Bytes by which a segment may exceed the peak of its steps run one by one, besides a sixteenth
    /// of that.
    private static let memorySlack = 256 << 10
    /// Work of one segment at most; a tenth of a second or so.
    private static let workLimit = 2_000_000_000

    static func run(
        _ steps: [Plan.Step], _ launches: [Launch], _ stores: [Store], _ memory: ReuseMemory,
        workers: Int, sharedWork: Int
    ) -> [Segment] {
        let touched = steps.indices.map { k in
            steps[k].stores(launches).map { memory.memory[$0] }.eachOnce
        }
        var ranges: [Range<Int>] = []
        var account = MemoryAccount(touched, stores, memory.isHeld)
        var first = 0
        var work = 0
        for k in steps.indices {
            let isTooMuch =
                work &+ steps[k].work > workLimit || !account.fits(k, slack: memorySlack)
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
        return ranges.map { range in
            let stores = range.flatMap { touched[$0] }.inOrder
            if goesStepByStep(steps[range], below: sharedWork) {
                return Segment(stepByStep: steps[range], stores: stores)
            }
            return segment(steps, range, stores, launches, memory.memory, workers: workers)
        }
    }

    // MARK: - One segment

    /// Whether nothing is gained by an order among chunks: no worker shares the work, and nobody
    /// waits for messages.
    private static func goesStepByStep(_ steps: ArraySlice<Plan.Step>, below sharedWork: Int)
        -> Bool
    {
        steps.reduce(0) { $0 &+ $1.work } < sharedWork
            && steps.allSatisfy {
                $0.exchange == nil && $0.stream == nil && $0.priority == 0
                    && ($0.task == nil || $0.chunkCount <= 1)
            }
    }

    private static func segment(
        _ steps: [Plan.Step], _ range: Range<Int>, _ stores: [Int], _ launches: [Launch],
        _ memory: [Int],
        workers: Int
    ) -> Segment {
        let (firstChunk, stepOf) = Segment.numbers(of: steps[range])
        let total = stepOf.count
        var needs = [[Segment.Need]](repeating: [], count: total)
        if range.count > 1 {
            let sides = range.enumerated().map { k, step in
                Side(
                    steps[step], firstChunk: firstChunk[k], completion: total + k, launches, memory)
            }
            for later in range {
                for earlier in steps[later].predecessors where earlier >= range.lowerBound {
                    sides[later - range.lowerBound].addNeeds(
                        of: sides[earlier - range.lowerBound], to: &needs)
                }
            }
        }
        for k in 0..<range.count - 1 {
            guard let stream = steps[range.lowerBound + k].stream, stream.isSource,
                case .ring(let length) = stream.layout
            else { continue }
            // A place of the ring is free again when the next step has taken what lay there.
            for chunk in stride(from: length, to: steps[range.lowerBound + k].chunkCount, by: 1) {
                let taker = Int32(firstChunk[k + 1] + chunk - length)
                needs[firstChunk[k] + chunk].append(Segment.Need(first: taker, last: taker))
            }
        }
        let order =
            range.count == 1
            ? BeginChunks.Order(chunks: (0..<total).map(Int32.init))
            : BeginChunks.run(
                Array(steps[range]), firstChunk, total, needs, lag: lag(workers: workers))
        return Segment(
            steps[range], firstChunk: firstChunk, stepOf: stepOf, order: order, needs: needs,
            stores: stores)
    }

    /// How many chunks in front of its own, and behind it, a chunk of `later` waits for among those
    /// of `earlier`, of which there are as many; `nil` where it waits for all.
    static func reach(
        _ earlier: Plan.Step, _ later: Plan.Step, _ launches: [Launch], _ memory: [Int]
    ) -> (before: Int, after: Int)? {
        var reach = (before: 0, after: 0)
        for (chunk, needs) in needs(of: later, after: earlier, launches, memory).enumerated() {
            for need in needs {
                if Int(need.last) >= earlier.chunkCount { return nil }
                reach.before = Swift.max(reach.before, chunk - Int(need.first))
                reach.after = Swift.max(reach.after, Int(need.last) - chunk)
            }
        }
        return reach
    }

    /// The chunks of `later` that wait for an earlier step.
    static func chunks(
        of later: Plan.Step, after earlier: Plan.Step, _ launches: [Launch], _ memory: [Int]
    ) -> [Int] {
        let needs = needs(of: later, after: earlier, launches, memory)
        return needs.indices.filter { !needs[$0].isEmpty }
    }

    /// What each chunk of `later` needs of an earlier step, whose chunks are counted from zero.
    private static func needs(
        of later: Plan.Step, after earlier: Plan.Step, _ launches: [Launch], _ memory: [Int]
    ) -> [[Segment.Need]] {
        let total = earlier.chunkCount + later.chunkCount
        var needs = [[Segment.Need]](repeating: [], count: total)
        let first = Side(earlier, firstChunk: 0, completion: total, launches, memory)
        Side(later, firstChunk: earlier.chunkCount, completion: total + 1, launches, memory)
            .addNeeds(of: first, to: &needs)
        return Array(needs[earlier.chunkCount...])
    }

    /// Units of the order by which a chunk follows what it waits for.
    static func lag(workers: Int) -> Int { workers > 1 ? 2 * workers : 0 }
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
        return sum + fresh <= alone + alone / 16 + slack
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
