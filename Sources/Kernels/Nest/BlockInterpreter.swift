/// Tier 0: evaluates a loop nest block by block. A block is a run of consecutive points in the
/// nest's row-major order, small enough that all its values stay in the first-level cache.
///
/// In: a `LoopNest`. For each block: operands that lie contiguously are used in place, the rest is
/// gathered into registers; every step is one call of a table kernel on whole registers. A register
/// is free again after the last step that reads it.
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
    private let registerBytes: Int
    private let registerCount: Int
    private let axisCount: Int
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
        let register: [Int]
        (register, registerCount) = BlockInterpreter.registers(
            nest, valueCount: types.count, isUniform: isUniform)

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
                register: isLoad ? register[k] * bytes : 0)
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
                    register0: register[first] * bytes, register1: register[second] * bytes,
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

    /// Linear scan: a step's results take registers before its operands give theirs back, so that
    /// no kernel ever writes what it reads.
    private static func registers(
        _ nest: LoopNest, valueCount: Int, isUniform: [Bool]
    ) -> ([Int], Int) {
        let forever = Int.max
        var lastUse = [Int](repeating: -1, count: valueCount)
        for (k, step) in nest.steps.enumerated() { for input in step.inputs { lastUse[input] = k } }
        for output in nest.outputs { lastUse[output.value] = forever }
        for fold in nest.folds { lastUse[fold.value] = forever }
        // Uniform values are filled once per tile and must survive all its blocks.
        for k in 0..<nest.loads.count where isUniform[k] { lastUse[k] = forever }
        for k in 0..<nest.constants.count { lastUse[nest.loads.count + k] = forever }
        var register = [Int](repeating: -1, count: valueCount)
        var count = nest.firstStepValue
        for k in 0..<count { register[k] = k }
        var free: [Int] = []
        var value = count
        for (k, step) in nest.steps.enumerated() {
            for _ in step.outputTypes {
                if let reused = free.popLast() {
                    register[value] = reused
                } else {
                    register[value] = count
                    count += 1
                }
                value += 1
            }
            for (n, input) in step.inputs.enumerated()
            where lastUse[input] == k && !step.inputs[..<n].contains(input) {
                free.append(register[input])
            }
        }
        return (register, count)
    }

    // MARK: - One worker's view of a run

    /// The state of one worker on one tile: where stores lie, and where each value's current block
    /// lies.
    public struct Frame {
        let memory: UnsafePointer<UnsafeMutableRawPointer>
        let registers: UnsafeMutableRawPointer
        let values: UnsafeMutablePointer<UnsafeMutableRawPointer>
        let index: UnsafeMutablePointer<Int>
        /// Free space behind the registers, for the folds.
        let spare: UnsafeMutableRawPointer
        /// What compiled kernels get; there where the nest may have one.
        let words: UnsafeMutablePointer<Int>
    }

    /// Bytes of a spare block behind the registers, per fold.
    var spareBytes: Int { registerBytes }

    /// Lets a fold's operand lie in a register of its own, for what computes it elsewhere.
    @inline(__always)
    func setBlock(_ place: Int, _ value: Int, _ frame: Frame) -> UnsafeMutableRawPointer {
        let block = frame.registers + place &* registerBytes
        frame.values[value] = block
        return block
    }

    /// - Parameters:
    ///   - constants: The values to use, one per constant of the nest.
    ///   - wordCount: Words for compiled kernels.
    ///   - isInterpreted: Nothing will be evaluated in the frame where false.
    func frame(
        memory: UnsafePointer<UnsafeMutableRawPointer>, scratch: Scratch,
        constants: UnsafePointer<ScalarExpression.Constant>, wordCount: Int, isInterpreted: Bool
    ) -> Frame {
        let tables = (valueCount + axisCount * 2 + 8 + wordCount) * 8 + 64
        let spare = (nest.folds.count * 2 + 2) * max(registerBytes, 8192)
        scratch.reserve(tables + registerCount * registerBytes + spare + 256)
        let base = scratch.base
        let values = base.bindMemory(to: UnsafeMutableRawPointer.self, capacity: valueCount)
        let index = (base + valueCount * 8).bindMemory(to: Int.self, capacity: axisCount * 2 + 8)
        let words = (base + (valueCount + axisCount * 2 + 8) * 8).bindMemory(
            to: Int.self, capacity: wordCount)
        let registers = base + (tables + 63) / 64 * 64
        let frame = Frame(
            memory: memory, registers: registers, values: values, index: index,
            spare: registers + registerCount * registerBytes, words: words)
        if isInterpreted { prepareUniforms(frame, constants) }
        return frame
    }

    private func prepareUniforms(
        _ frame: Frame, _ constants: UnsafePointer<ScalarExpression.Constant>
    ) {
        let fillCount = min(blockSize, max(1, nest.pointCount))
        for k in 0..<loads.count where loads[k].isUniform {
            let load = loads[k]
            let target = frame.registers + load.register
            StridedCopy.gather(
                frame.memory[load.slot] + load.offset &* load.size, stride: 0, size: load.size,
                count: fillCount,
                into: target)
            frame.values[k] = target
        }
        for k in 0..<nest.constants.count {
            let constant = constants[k]
            let value = loads.count + k
            let target = frame.registers + value * registerBytes
            withUnsafeBytes(of: constant.bits) {
                StridedCopy.gather(
                    $0.baseAddress!, stride: 0, size: constant.type.byteCount, count: fillCount,
                    into: target)
            }
            frame.values[value] = target
        }
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
            var inputs = (
                UnsafeRawPointer(values[step.pointee.input0]),
                UnsafeRawPointer(values[step.pointee.input1]),
                UnsafeRawPointer(values[step.pointee.input2])
            )
            var results = (first, second)
            withUnsafePointer(to: &inputs) { inputs in
                withUnsafePointer(to: &results) { results in
                    kernel(
                        UnsafeRawPointer(inputs).assumingMemoryBound(to: UnsafeRawPointer.self),
                        UnsafeRawPointer(results).assumingMemoryBound(
                            to: UnsafeMutableRawPointer.self), count)
                }
            }
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
