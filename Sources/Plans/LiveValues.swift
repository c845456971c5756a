/// The part of `Lower` that tells which of a group's values are needed.
///
/// In: a group, and what of it outlives it. Out: the numbers in the nest of all values that these
/// follow from: loads, then constants, then what steps compute.
///
///     group      loads a b c      steps s = a * c, t = b + 1, u = s + s      only u is needed
///     nest       0: a  1: c       2: s  3: u
import Kernels

struct LiveValues {
    /// For every load, constant and result of a step its number; `dead` for those that nobody
    /// needs.
    private var loads: [Int]
    private var constants: [Int]
    private var results: [Int]

    private static let dead = -1
    private static let needed = 0

    init(_ group: FusedGroup, _ outputs: [FusedGroup.Binding], _ folds: [FusedGroup.FoldBinding]) {
        loads = [Int](repeating: LiveValues.dead, count: group.loads.count)
        constants = [Int](repeating: LiveValues.dead, count: group.constants.count)
        results = [Int](repeating: LiveValues.dead, count: group.stepValueCount)
        for output in outputs { need(output.value) }
        for fold in folds { need(fold.value) }
        var end = group.stepValueCount
        for step in group.steps.reversed() {
            let values = end - step.outputTypes.count..<end
            end = values.lowerBound
            guard values.contains(where: { results[$0] != LiveValues.dead }) else { continue }
            // A step computes all of its results.
            for value in values { results[value] = LiveValues.needed }
            for input in step.inputs { need(input) }
        }
        var count = 0
        LiveValues.number(&loads, from: &count)
        LiveValues.number(&constants, from: &count)
        LiveValues.number(&results, from: &count)
    }

    private mutating func need(_ value: Int) {
        if value >= FusedGroup.stepBase {
            results[value - FusedGroup.stepBase] = LiveValues.needed
        } else if value >= FusedGroup.constantBase {
            constants[value - FusedGroup.constantBase] = LiveValues.needed
        } else {
            loads[value] = LiveValues.needed
        }
    }

    private static func number(_ values: inout [Int], from count: inout Int) {
        for k in values.indices where values[k] != dead {
            values[k] = count
            count += 1
        }
    }

    /// A live value's number in the nest.
    subscript(_ value: Int) -> Int {
        if value >= FusedGroup.stepBase { return results[value - FusedGroup.stepBase] }
        if value >= FusedGroup.constantBase { return constants[value - FusedGroup.constantBase] }
        return loads[value]
    }

    func hasLoad(_ load: Int) -> Bool { loads[load] != LiveValues.dead }
    func hasConstant(_ constant: Int) -> Bool { constants[constant] != LiveValues.dead }
    /// - Parameter first: The step's first result, counted through the group.
    func hasStep(_ first: Int) -> Bool { results[first] != LiveValues.dead }
}
