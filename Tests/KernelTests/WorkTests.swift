/// What a nest is taken to cost, and which way is chosen by it: more for dearer operations, for
/// interpreted nests and for what the caches do not hold, and enough points are always worth
/// sharing.

import Launches
import Shapes
import Testing

@testable import Kernels

/// `c = operation(a, …)` over `count` elements, `times` times over.
private func nest(
    _ operation: Operation, _ count: Int, times: Int = 1, _ type: ElementType = .float64
) -> LoopNest {
    let operands = OperationTable.row(operation).inputCount
    func operand(_ slot: Int) -> LoopNest.Operand {
        .init(slot: slot, type: type, offset: 0, strides: [1])
    }
    let steps = (0..<times).map { k in
        LoopNest.Step(
            action: .apply(operation, type),
            inputs: [k == 0 ? 0 : operands + k - 1] + Array(1..<operands),
            outputTypes: [type])
    }
    return LoopNest(
        form: .points, extents: [count], keptAxes: 1, reducedAxes: 0, slotCount: operands + 1,
        loads: (0..<operands).map(operand), constants: [], steps: steps,
        outputs: [.init(value: operands + times - 1, target: operand(operands), isExclusive: true)],
        folds: [])
}

private func work(_ operation: Operation, _ count: Int, times: Int = 1) -> Int {
    NestProgram(nest(operation, count, times: times), workers: 2).work
}

@Suite struct WorkTests {
    @Test func dearerOperationsAreMoreWork() {
        let order: [Operation] = [.add, .divide, .exp, .sin, .power]
        for (cheap, dear) in zip(order, order.dropFirst()) {
            #expect(work(cheap, 1000) < work(dear, 1000), "\(dear)")
        }
        #expect(work(.add, 1000) == work(.multiply, 1000))
    }

    @Test func workGrowsWithPointsAndSteps() {
        #expect(work(.add, 2000) == 2 * work(.add, 1000))
        let one = work(.exp, 1000)
        #expect(
            work(.exp, 1000, times: 2) - one == work(.exp, 1000, times: 3)
                - work(.exp, 1000, times: 2))
        #expect(work(.exp, 1000, times: 2) > one)
    }

    /// Three arrays of a mebibyte come from memory: then a byte is an addition.
    @Test func memoryIsWork() {
        let (inside, beyond) = (40_000, 140_000)
        let perPoint = work(.add, inside) / inside
        #expect(work(.add, inside) == perPoint * inside)
        #expect(work(.add, beyond) == perPoint * beyond + 3 * 8 * beyond)
    }

    /// `legate calibrate` measures with this nest and counts it so.
    @Test(arguments: [2048, 16_384, 32_768, 65_536, 262_144])
    func workOfTheNestThatIsCalibrated(_ count: Int) {
        func operand(_ slot: Int) -> LoopNest.Operand {
            .init(slot: slot, type: .float64, offset: 0, strides: [1])
        }
        let steps = [
            (Operation.multiply, [0, 1]), (.add, [3, 2]), (.multiply, [4, 0]), (.subtract, [5, 1]),
        ].map {
            LoopNest.Step(action: .apply($0, .float64), inputs: $1, outputTypes: [.float64])
        }
        let nest = LoopNest(
            form: .points, extents: [count], keptAxes: 1, reducedAxes: 0, slotCount: 4,
            loads: (0..<3).map(operand),
            constants: [], steps: steps,
            outputs: [.init(value: 6, target: operand(3), isExclusive: true)], folds: [])
        let isCompiled = KernelCompiler.shared.isAvailable
        let moved = 4 * 8 * count
        #expect(
            NestProgram(nest, workers: 2).work == (isCompiled ? 1 : 4) * 5 * count
                + (moved > 1 << 20 ? moved : 0))
    }

    /// Some 20 microseconds of work are shared out: of sums of doubles from fifty thousand elements
    /// on, of powers sooner, and no hundred elements of anything.
    @Test func sharingBeginsWhereItPays() {
        let limit = CostModel().parallelWork
        for operation: Operation in [.add, .divide, .exp, .sin, .power] {
            #expect(
                work(operation, 100) < limit && work(operation, 1_000_000) > limit, "\(operation)")
        }
        #expect(work(.power, 20_000) > limit && work(.add, 20_000) < limit)
    }
}
