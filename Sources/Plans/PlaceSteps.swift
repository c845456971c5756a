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
    private var stepsOfGroup: [Range<Int>]
    private var touches: Touches

    init(_ launches: [Launch], _ memory: ReuseMemory, groupCount: Int, storeCount: Int) {
        self.launches = launches
        self.memory = memory
        stepsOfGroup = [Range<Int>](repeating: 0..<0, count: groupCount)
        touches = Touches(storeCount)
    }

    mutating func reserve(_ stepCount: Int) { steps.reserveCapacity(stepCount) }

    /// - Parameter isContinuation: Whether the group stands in one segment with the one before.
    mutating func place(
        _ parts: [Plan.Step], of group: FusedGroup, hasMessages: Bool, isContinuation: Bool
    ) {
        let first = steps.count
        let earlier = group.predecessors.flatMap { stepsOfGroup[$0] }
        for k in parts.indices {
            var predecessors = earlier
            enter(parts[k], hasMessages: hasMessages, &predecessors)
            parts[k].predecessors = predecessors.inOrder
            parts[k].isContinuation = k > 0 || isContinuation
            steps.append(parts[k])
        }
        stepsOfGroup[group.index] = first..<steps.count
    }

    /// Enters the next step, and adds the earlier ones that touch the same memory and conflict.
    private mutating func enter(
        _ step: Plan.Step, hasMessages: Bool, _ predecessors: inout [Int]
    ) {
        let number = steps.count
        let written = hasMessages ? step.written(launches).map { memory.memory[$0] } : []
        for place in step.stores(launches).map({ memory.memory[$0] }).eachOnce {
            let isWrite = written.contains(place)
            let isShared = memory.touch(place)
            if isShared || hasMessages {
                touches.forEach(of: place) { earlier, wasWrite in
                    if isShared || isWrite || wasWrite { predecessors.append(earlier) }
                }
            }
            touches.add(number, to: place, isWrite: isWrite)
        }
    }
}

/// The steps that touch each memory: one list for all, each entry with the place of the one before.
private struct Touches {
    private struct Touch {
        var step: Int
        var isWrite: Bool
        var previous: Int
    }
    private var newest: [Int]
    private var list: [Touch] = []

    init(_ memories: Int) { newest = [Int](repeating: -1, count: memories) }

    func forEach(of memory: Int, _ body: (_ step: Int, _ isWrite: Bool) -> Void) {
        var place = newest[memory]
        while place >= 0 {
            body(list[place].step, list[place].isWrite)
            place = list[place].previous
        }
    }

    mutating func add(_ step: Int, to memory: Int, isWrite: Bool) {
        list.append(Touch(step: step, isWrite: isWrite, previous: newest[memory]))
        newest[memory] = list.count - 1
    }
}
