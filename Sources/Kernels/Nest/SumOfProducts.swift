/// The one nest of a step that needs no registers: a sum of products of two operands that lie in
/// the nest's own order, as in `(x * y).sum()`. The kernel keeps the bits of a multiplication
/// followed by a sum.
import Launches

struct SumOfProducts {
    private let kernel: BlockKernel
    private let first: FlatOperand
    private let second: FlatOperand

    /// `nil` for all other nests.
    init?(_ nest: LoopNest, _ interpreter: BlockInterpreter) {
        guard nest.form == .rows, nest.steps.count == 1, nest.folds.count == 1,
            nest.outputs.isEmpty,
            case .apply(.multiply, let type) = nest.steps[0].action,
            nest.folds[0].operation == .add,
            nest.folds[0].type == type, nest.folds[0].value == nest.firstStepValue,
            let kernel = KernelTable.sumOfProducts(type)
        else { return nil }
        let inputs = nest.steps[0].inputs
        guard inputs.count == 2, inputs.allSatisfy({ $0 < nest.loads.count }) else { return nil }
        let (a, b) = (interpreter.loads[inputs[0]], interpreter.loads[inputs[1]])
        guard a.isLinear, b.isLinear else { return nil }
        self.kernel = kernel
        first = a
        second = b
    }

    /// The sum over `count` points from `start` on.
    @inline(__always)
    func sum(
        _ start: Int, _ count: Int, _ frame: BlockInterpreter.Frame,
        into result: UnsafeMutableRawPointer
    ) {
        kernel(
            frame.memory[first.slot] + (first.offset &+ start) &* first.size,
            frame.memory[second.slot] + (second.offset &+ start) &* second.size, into: result,
            count: count)
    }
}
