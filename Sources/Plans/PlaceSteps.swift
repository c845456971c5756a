/// The steps of a plan in their places, each with the earlier steps that it may have to wait for.
///
/// In: the steps of one group after another. Out: all steps. A step follows those of the groups
/// that its group conflicts with, and those with which it shares memory. On several ranks messages
/// depend on steps beyond their group's: there a step follows all earlier ones that touch the same
/// memory, if one of the two writes it.
import Launches

struct PlaceSteps {
    private(set) var steps: [Plan.Step] = []
    private(set) var memory: ReuseMemory
    private let launches: [Launch]
    private var stepsOfGroup: [[Int]]
    /// Steps so far that write each memory, and those that only read it; on several ranks.
    private var writers: [[Int]]
    private var readers: [[Int]]

    init(_ launches: [Launch], _ memory: ReuseMemory, groupCount: Int, storeCount: Int) {
        self.launches = launches
        self.memory = memory
        stepsOfGroup = [[Int]](repeating: [], count: groupCount)
        writers = [[Int]](repeating: [], count: storeCount)
        readers = writers
    }

    mutating func reserve(_ stepCount: Int) { steps.reserveCapacity(stepCount) }

    /// - Parameter isContinuation: Whether the group stands in one segment with the one before.
    mutating func place(
        _ parts: [Plan.Step], of group: FusedGroup, hasMessages: Bool, isContinuation: Bool
    ) {
        let earlier = group.predecessors.flatMap { stepsOfGroup[$0] }
        for k in parts.indices {
            let touched = parts[k].stores(launches)
            var predecessors = earlier + memory.enter(steps.count, touching: touched)
            if hasMessages { predecessors += sharing(touched, parts[k].written(launches)) }
            parts[k].predecessors = predecessors.inOrder
            parts[k].isContinuation = k > 0 || isContinuation
            stepsOfGroup[group.index].append(steps.count)
            steps.append(parts[k])
        }
    }

    /// Earlier steps that conflict with the next one, which is entered.
    private mutating func sharing(_ touched: [Int], _ written: [Int]) -> [Int] {
        let written = written.map { memory.memory[$0] }
        var result: [Int] = []
        for store in touched.map({ memory.memory[$0] }).eachOnce {
            result += writers[store]
            if written.contains(store) {
                result += readers[store]
                writers[store].append(steps.count)
            } else {
                readers[store].append(steps.count)
            }
        }
        return result
    }
}
