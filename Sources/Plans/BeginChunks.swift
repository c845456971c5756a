/// The end of pass 7: the order in which the chunks of a segment are begun, and which of them a
/// worker takes as a whole.
///
/// In: steps with their chunks and what each chunk needs. Out: every chunk behind what it needs.
/// Mostly each chunk is a unit of its own; of steps between which a temporary streams in bands, a
/// band is one. Of the units whose needs have been begun `lag` places before, so that nobody waits
/// for them, the one of the latest step comes next; when there is none, the same without the lag.
/// Where launches have priorities, the one of the highest priority does, however far behind.
///
/// Messages keep the order of their steps, so that ranks never wait for each other in a circle, and
/// are received as late as possible: of a step that needs them in some chunks, the other chunks
/// come first.
struct BeginChunks {
    /// Chunks in the order of their beginning.
    struct Order {
        var chunks: [Int32]
        /// Where units begin among them, and their end; empty where every chunk is a unit.
        var unitStart: [Int32] = []
        /// Chunks of some step are begun before others of it that wait for messages.
        var overlapsMessages = false
        /// Some launches are to come before others.
        var hasPriorities = false
    }

    /// One or two steps whose units are begun in an order of their own.
    private struct Lane {
        /// The steps, counted from the segment's first.
        var steps: Range<Int>
        /// The numbers of their chunks.
        var chunks: Range<Int>
        /// `nil` where the chunks are units, one after another.
        var units: [[Int32]]?
        var speaks: Bool
        var isReceive: Bool
        var priority: Int

        var count: Int { units?.count ?? chunks.count }
    }

    /// Steps of which chunks are in work at the same time.
    private static let depth = 6

    private let lanes: [Lane]
    private let needs: [[Segment.Need]]
    private let lag: Int
    private let total: Int
    private var order = Order(chunks: [])
    private var unitCount = 0
    /// The unit in which a chunk, or the last one of a step, was begun.
    private var place: [Int]
    /// The next unit of each lane.
    private var next: [Int]
    /// Chunks that are not begun in the order of their numbers.
    private var unordered: [Range<Int>]
    /// The first lane that is not begun to its end, and the first of those that speak.
    private var low = 0
    private var speaker: Int

    static func run(
        _ steps: [Plan.Step], _ firstChunk: [Int], _ total: Int, _ needs: [[Segment.Need]], lag: Int
    ) -> Order {
        var pass = BeginChunks(steps, firstChunk, total, needs, lag: lag)
        while pass.order.chunks.count < total { pass.begin() }
        if pass.unitCount == total { pass.order.unitStart = [] }
        pass.order.overlapsMessages =
            pass.lanes.contains(where: \.isReceive) && !pass.unordered.isEmpty
        return pass.order
    }

    private init(
        _ steps: [Plan.Step], _ firstChunk: [Int], _ total: Int, _ needs: [[Segment.Need]], lag: Int
    ) {
        lanes = BeginChunks.lanes(steps, firstChunk, needs)
        self.needs = needs
        self.lag = lag
        self.total = total
        place = [Int](repeating: .max / 2, count: total + steps.count)
        next = [Int](repeating: 0, count: lanes.count)
        unordered = lanes.filter { $0.units != nil }.map(\.chunks)
        speaker = lanes.firstIndex(where: \.speaks) ?? .max
        order.chunks.reserveCapacity(total)
        order.hasPriorities = lanes.contains { $0.priority != 0 }
        order.unitStart = [0]
        for (k, step) in steps.enumerated() where step.chunkCount == 0 { place[total + k] = -lag }
    }

    private static func lanes(_ steps: [Plan.Step], _ firstChunk: [Int], _ needs: [[Segment.Need]])
        -> [Lane]
    {
        var lanes: [Lane] = []
        let total = needs.count
        let receives = steps.indices.filter { steps[$0].isReceive }.map { Int32(total + $0) }
        var k = 0
        while k < steps.count {
            let bands = steps[k].streams ? steps[k].stream?.bands : nil
            let end = bands == nil ? k + 1 : k + 2
            let chunks = firstChunk[k]..<firstChunk[end - 1] + steps[end - 1].chunkCount
            let units =
                bands?.units(first: firstChunk[k], second: firstChunk[end - 1])
                ?? (steps[k].stream == nil ? receivedLast(chunks, needs, receives) : nil)
            lanes.append(
                Lane(
                    steps: k..<end, chunks: chunks, units: units, speaks: steps[k].speaks,
                    isReceive: steps[k].isReceive, priority: steps[k].priority))
            k = end
        }
        return lanes
    }

    /// Chunks of a step with those last that wait for messages; `nil` where that is no other order.
    private static func receivedLast(
        _ chunks: Range<Int>, _ needs: [[Segment.Need]], _ receives: [Int32]
    ) -> [[Int32]]? {
        if receives.isEmpty || chunks.count < 2 { return nil }
        let isLate = chunks.map { chunk in needs[chunk].contains { receives.contains($0.first) } }
        guard let first = isLate.firstIndex(of: true), isLate[first...].contains(false) else {
            return nil
        }
        func part(_ late: Bool) -> [[Int32]] {
            zip(chunks, isLate).filter { $0.1 == late }.map { [Int32($0.0)] }
        }
        return part(false) + part(true)
    }

    // MARK: - One unit after another

    private mutating func begin() {
        while next[low] == lanes[low].count { low += 1 }
        let picked = pick()
        let lane = lanes[picked]
        BeginChunks.forEachChunk(of: lane, next[picked]) { chunk in
            place[chunk] = unitCount
            order.chunks.append(Int32(chunk))
        }
        order.unitStart.append(Int32(order.chunks.count))
        next[picked] += 1
        if next[picked] == lane.count {
            for step in lane.steps { place[total + step] = unitCount }
            while speaker < lanes.count,
                !lanes[speaker].speaks || next[speaker] == lanes[speaker].count
            { speaker += 1 }
        }
        unitCount += 1
    }

    private func pick() -> Int {
        if order.hasPriorities { return pickByPriority() ?? low }
        let high = min(lanes.count, low + BeginChunks.depth)
        for wanted in [lag, 0] {
            for lane in (low..<high).reversed()
            where next[lane] < lanes[lane].count && mayBegin(lane) && isReady(lane, lag: wanted) {
                return lane
            }
        }
        return low
    }

    /// The ready lane of the highest priority; `nil` where none is ready.
    private func pickByPriority() -> Int? {
        let ready = (low..<lanes.count).filter {
            next[$0] < lanes[$0].count && mayBegin($0) && isReady($0, lag: 0)
        }
        guard let highest = ready.map({ lanes[$0].priority }).max() else { return nil }
        let first = ready.filter { lanes[$0].priority == highest }
        return first.last { isReady($0, lag: lag) } ?? first.last
    }

    private func mayBegin(_ lane: Int) -> Bool {
        !lanes[lane].speaks || lane == speaker && !lanes[lane].isReceive
    }

    private func isReady(_ number: Int, lag: Int) -> Bool {
        let lane = lanes[number]
        var isReady = true
        BeginChunks.forEachChunk(of: lane, next[number]) { chunk in
            // What bands need of their own kind was begun before, or is part of the unit.
            isReady =
                isReady
                && needs[chunk].allSatisfy {
                    lane.units != nil && lane.chunks.contains(Int($0.first)) || isBegun($0, lag)
                }
        }
        return isReady
    }

    private func isBegun(_ need: Segment.Need, _ lag: Int) -> Bool {
        let (first, last) = (Int(need.first), Int(need.last))
        if unordered.contains(where: { $0.contains(first) }) {
            return (first...last).allSatisfy { place[$0] + lag <= unitCount }
        }
        return place[last] + lag <= unitCount
    }

    private static func forEachChunk(of lane: Lane, _ unit: Int, _ body: (Int) -> Void) {
        guard let units = lane.units else { return body(lane.chunks.lowerBound + unit) }
        for chunk in units[unit] { body(Int(chunk)) }
    }
}
