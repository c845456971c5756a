/// Tier 0: evaluates a loop nest block by block. A block is a run of consecutive points in the
/// nest's row-major order, small enough that all its values stay in the first-level cache.
///
/// In: a `LoopNest`. For each block: operands that lie contiguously are used in place, the rest is
/// gathered into registers; every step is one call of a table kernel on whole registers.
///
/// Threading: the interpreter itself is immutable after `init`; each worker brings its own
/// `Scratch`.
import Launches
import Shapes

public final class BlockInterpreter {
    public let nest: LoopNest
    /// Points per block.
    public let blockSize: Int

    let valueCount: Int
    let loads: Table<FlatOperand>
    private let outputs: Table<FlatOutput>
    private let steps: Table<FlatStep>
    private let extents: Table<Int>
    private let strides: Table<Int>
    let registerBytes: Int
    let registerCount: Int
    let axisCount: Int
    private let innerExtent: Int
    /// Every operand lies in the nest's order.
    let isAllLinear: Bool

    public init(_ nest: LoopNest) {
        self.nest = nest
        var types = nest.loads.map(\.type) + nest.constants.map(\.type)
        for step in nest.steps { types += step.outputTypes }
        valueCount = types.count
        let axes = nest.extents.count
        axisCount = axes
        innerExtent = nest.extents.last ?? 1
        extents = Table(nest.extents)
        let operands = nest.loads + nest.outputs.map(\.target)
        let strides = Table(operands.flatMap(\.strides))
        self.strides = strides
        let linear = operands.map { BlockInterpreter.isLinear($0, nest.extents) }
        isAllLinear = !linear.contains(false)
        // Pure folds of linear operands use no registers: a block may be as large as a tree's
        // smallest task.
        let isBare =
            nest.steps.isEmpty && nest.outputs.isEmpty && nest.constants.isEmpty && isAllLinear
        let widest = types.map(\.byteCount).max() ?? 8
        blockSize = isBare ? 16384 : BlockInterpreter.blockSize(values: types.count, widest: widest)
        let bytes = blockSize * widest
        registerBytes = bytes
        let isUniform = nest.loads.map { $0.strides.allSatisfy { $0 == 0 } }
        let registers = BlockRegisters(nest, valueCount: types.count, isUniform: isUniform)
        registerCount = registers.count

        // Values that outputs or folds take as they are.
        func isUsed(_ value: Int) -> Bool {
            nest.outputs.contains { $0.value == value } || nest.folds.contains { $0.value == value }
        }
        func isWritten(_ slot: Int) -> Bool { nest.outputs.contains { $0.target.slot == slot } }
        func flat(_ k: Int) -> FlatOperand {
            let operand = operands[k]
            let isLoad = k < nest.loads.count
            return FlatOperand(
                slot: operand.slot, size: operand.type.byteCount, offset: operand.offset,
                strides: UnsafePointer(strides.pointer + k * axes),
                innerStride: operand.strides.last ?? 1,
                isLinear: linear[k], isUniform: isLoad && isUniform[k],
                isCopied: isLoad && isWritten(operand.slot) && isUsed(k),
                register: isLoad ? registers.numbers[k] * bytes : 0)
        }
        loads = Table(nest.loads.indices.map(flat))
        var direct = [Int](repeating: -1, count: types.count)
        for (k, output) in nest.outputs.enumerated()
        where output.value >= nest.firstStepValue && output.isExclusive
            && output.target.type == types[output.value]
            && (axes == 0 || output.target.strides.last == 1)
        {
            direct[output.value] = k
        }
        outputs = Table(
            nest.outputs.enumerated().map { k, output in
                FlatOutput(
                    operand: flat(nest.loads.count + k), value: output.value,
                    isDirect: direct[output.value] == k)
            })
        var first = nest.firstStepValue
        steps = Table(
            nest.steps.map { step in
                let second = step.outputTypes.count > 1 ? first + 1 : first
                defer { first += step.outputTypes.count }
                return FlatStep(
                    kernel: BlockInterpreter.kernel(step.action), input0: step.inputs[0],
                    input1: step.inputs.count > 1 ? step.inputs[1] : step.inputs[0],
                    input2: step.inputs.count > 2 ? step.inputs[2] : step.inputs[0], output0: first,
                    output1: second,
                    register0: registers.numbers[first] * bytes,
                    register1: registers.numbers[second] * bytes,
                    direct0: direct[first],
                    direct1: direct[second])
            })
    }

    deinit {
        loads.deallocate()
        outputs.deallocate()
        steps.deallocate()
        extents.deallocate()
        strides.deallocate()
    }

    /// As many points as keep all values of a block near the core: about 48 KiB, a power of two
    /// from 256 to 2048.
    private static func blockSize(values: Int, widest: Int) -> Int {
        var size = 2048
        while size > 256 && size * values * widest > 48 << 10 { size /= 2 }
        return size
    }

    private static func kernel(_ action: LoopNest.Step.Action) -> FlatStep.Kernel {
        switch action {
        case .cast(let from, let to): return .cast(KernelTable.cast(from: from, to: to))
        case .apply(let operation, let type):
            guard let block = KernelTable.block(operation, type) else {
                preconditionFailure("no kernel for \(operation) on \(type.name)")
            }
            return .block(block)
        }
    }

    static func isLinear(_ operand: LoopNest.Operand, _ extents: [Int]) -> Bool {
        if extents.isEmpty { return false }
        var expected = 1
        for axis in extents.indices.reversed() {
            if operand.strides[axis] != expected { return false }
            expected *= extents[axis]
        }
        return true
    }

    // MARK: - Blocks

    /// Where a fold's operand lies, when it is an operand in the nest's own order: then nothing
    /// need be evaluated.
    func linearLoad(_ value: Int) -> FlatOperand? {
        steps.count == 0 && outputs.count == 0 && value < loads.count && loads[value].isLinear
            ? loads[value] : nil
    }

    /// Evaluates all values at points `start ..< start + count` and stores the outputs.
    /// - Precondition: `count <= blockSize`.
    func evaluate(start: Int, count: Int, _ frame: Frame) {
        var isInRow = true
        if !isAllLinear && axisCount > 0 {
            // The block's first point as an index per axis.
            var rest = start
            var axis = axisCount &- 1
            while axis > 0 {
                let extent = extents[axis]
                frame.index[axis] = rest % extent
                rest /= extent
                axis &-= 1
            }
            frame.index[0] = rest
            isInRow = frame.index[axisCount &- 1] &+ count <= innerExtent
        }
        for k in 0..<loads.count { fetch(k, start, count, isInRow, frame) }
        for k in 0..<steps.count { run(k, start, count, isInRow, frame) }
        for k in 0..<outputs.count { put(k, start, count, isInRow, frame) }
    }

    @inline(__always)
    private func address(_ operand: FlatOperand, _ start: Int, _ frame: Frame)
        -> UnsafeMutableRawPointer
    {
        var offset = operand.offset
        if operand.isLinear {
            offset &+= start
        } else {
            for axis in 0..<axisCount { offset &+= frame.index[axis] &* operand.strides[axis] }
        }
        return frame.memory[operand.slot] + offset &* operand.size
    }

    @inline(__always)
    private func fetch(_ k: Int, _ start: Int, _ count: Int, _ isInRow: Bool, _ frame: Frame) {
        let load = loads[k]
        if load.isUniform { return }
        let isContiguous = load.isLinear || (isInRow && load.innerStride == 1)
        if isContiguous {
            let source = address(load, start, frame)
            if load.isCopied {
                let target = frame.registers + load.register
                target.copyMemory(from: source, byteCount: count &* load.size)
                frame.values[k] = target
            } else {
                frame.values[k] = source
            }
        } else {
            frame.values[k] = frame.registers + load.register
            gather(load, start, count, isInRow, frame)
        }
    }

    private func gather(
        _ load: FlatOperand, _ start: Int, _ count: Int, _ isInRow: Bool, _ frame: Frame
    ) {
        var target = frame.registers + load.register
        if isInRow {
            StridedCopy.gather(
                address(load, start, frame), stride: load.innerStride, size: load.size,
                count: count, into: target)
            return
        }
        forEachRun(load, count, frame) { offset, length in
            StridedCopy.gather(
                frame.memory[load.slot] + offset &* load.size, stride: load.innerStride,
                size: load.size,
                count: length, into: target)
            target += length &* load.size
        }
    }

    @inline(__always)
    private func put(_ k: Int, _ start: Int, _ count: Int, _ isInRow: Bool, _ frame: Frame) {
        let output = outputs[k]
        let target = output.operand
        if output.isDirect && (isInRow || target.isLinear) { return }
        let source = frame.values[output.value]
        if isInRow || target.isLinear {
            StridedCopy.scatter(
                source, size: target.size, count: count, into: address(target, start, frame),
                stride: target.isLinear ? 1 : target.innerStride)
        } else {
            scatter(target, source, count, frame)
        }
    }

    private func scatter(
        _ target: FlatOperand, _ values: UnsafeRawPointer, _ count: Int, _ frame: Frame
    ) {
        var source = values
        forEachRun(target, count, frame) { offset, length in
            StridedCopy.scatter(
                source, size: target.size, count: length,
                into: frame.memory[target.slot] + offset &* target.size, stride: target.innerStride)
            source += length &* target.size
        }
    }

    /// Splits a block that crosses rows into its runs along the innermost axis.
    @inline(__always)
    private func forEachRun(
        _ operand: FlatOperand, _ count: Int, _ frame: Frame,
        _ body: (_ offset: Int, _ length: Int) -> Void
    ) {
        let index = frame.index + axisCount
        var offset = operand.offset
        for axis in 0..<axisCount {
            index[axis] = frame.index[axis]
            offset &+= index[axis] &* operand.strides[axis]
        }
        var left = count
        let inner = axisCount &- 1
        while true {
            let length = Swift.min(left, innerExtent &- index[inner])
            body(offset, length)
            left &-= length
            if left == 0 { return }
            offset &-= index[inner] &* operand.strides[inner]
            index[inner] = 0
            var axis = inner &- 1
            while axis >= 0 {
                index[axis] &+= 1
                offset &+= operand.strides[axis]
                if index[axis] < extents[axis] { break }
                offset &-= extents[axis] &* operand.strides[axis]
                index[axis] = 0
                axis &-= 1
            }
        }
    }

    @inline(__always)
    private func run(_ k: Int, _ start: Int, _ count: Int, _ isInRow: Bool, _ frame: Frame) {
        let step = steps.pointer + k
        let values = frame.values
        let first = destination(step.pointee.direct0, step.pointee.register0, start, isInRow, frame)
        values[step.pointee.output0] = first
        switch step.pointee.kernel {
        case .cast(let kernel): kernel(values[step.pointee.input0], first, count)
        case .block(let kernel):
            var second = first
            if step.pointee.output1 != step.pointee.output0 {
                second = destination(
                    step.pointee.direct1, step.pointee.register1, start, isInRow, frame)
                values[step.pointee.output1] = second
            }
            kernel(
                values[step.pointee.input0], values[step.pointee.input1],
                values[step.pointee.input2], into: first, second, count: count)
        }
    }

    @inline(__always)
    private func destination(
        _ direct: Int, _ register: Int, _ start: Int, _ isInRow: Bool, _ frame: Frame
    ) -> UnsafeMutableRawPointer {
        if direct >= 0 {
            let target = outputs[direct].operand
            if isInRow || target.isLinear { return address(target, start, frame) }
        }
        return frame.registers + register
    }
}
