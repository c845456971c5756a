/// Which register of a block each value of a nest takes; a register is free again after the last
/// step that reads it.
///
/// Linear scan: a step's results take registers before its operands give theirs back, so that no
/// kernel ever writes what it reads.
import Launches

struct BlockRegisters {
    /// By value.
    private(set) var numbers: [Int]
    private(set) var count: Int

    /// - Parameter isUniform: Which loads are one element at all points.
    init(_ nest: LoopNest, valueCount: Int, isUniform: [Bool]) {
        let forever = Int.max
        var lastUse = [Int](repeating: -1, count: valueCount)
        for (k, step) in nest.steps.enumerated() { for input in step.inputs { lastUse[input] = k } }
        for output in nest.outputs { lastUse[output.value] = forever }
        for fold in nest.folds { lastUse[fold.value] = forever }
        // Uniform values are filled once per tile and must survive all its blocks.
        for k in 0..<nest.loads.count where isUniform[k] { lastUse[k] = forever }
        for k in 0..<nest.constants.count { lastUse[nest.loads.count + k] = forever }
        numbers = [Int](repeating: -1, count: valueCount)
        count = nest.firstStepValue
        for k in 0..<count { numbers[k] = k }
        var free: [Int] = []
        var value = count
        for (k, step) in nest.steps.enumerated() {
            for _ in step.outputTypes {
                if let reused = free.popLast() {
                    numbers[value] = reused
                } else {
                    numbers[value] = count
                    count += 1
                }
                value += 1
            }
            for (n, input) in step.inputs.enumerated()
            where lastUse[input] == k && !step.inputs[..<n].contains(input) {
                free.append(numbers[input])
            }
        }
    }
}
