/// Tier 0: evaluates a loop nest block by block. A block is a run of consecutive points in the nest's row-major order,
/// small enough that all its values stay in the first-level cache.
///
/// In: a `LoopNest`. For each block: operands that lie contiguously are used in place, the rest is gathered into
/// registers; every step is one call of a table kernel on whole registers. A register is free again after the last
/// step that reads it.
///
/// Threading: the interpreter itself is immutable after `init`; each worker brings its own `Scratch`.
import Launches
import Shapes

public final class BlockInterpreter {
    public let nest: LoopNest
    /// Points per block.
    public let blockSize: Int

    enum Kernel {
        case block(BlockKernel)
        case cast(CastKernel)
    }
    struct Step {
        var kernel: Kernel
        var input0: Int
        var input1: Int
        var input2: Int
        var output0: Int
        var output1: Int
    }

    let steps: [Step]
    let types: [ElementType]
    /// Register of each value; loads have one for gathering.
    private let registerOf: [Int]
    private let registerCount: Int
    /// For values a step may write straight into an output: that output.
    private let directOutput: [Int]
    private let registerBytes: Int
    private let axisCount: Int
    private let innerExtent: Int
    /// Loads that are one element for all points.
    private let isUniform: [Bool]
    /// Loads that a fold or an output uses as they are while the nest writes their store: these are copied, because
    /// the outputs of a block are stored before its folds run.
    private let isCopied: [Bool]
    /// Operands that lie in memory in the nest's own row-major order, without gaps: rows need no attention.
    private let isLinear: [Bool]
    private let isLinearOutput: [Bool]
    let isAllLinear: Bool

    public init(_ nest: LoopNest) {
        self.nest = nest
        var types = nest.loads.map(\.type) + nest.constants.map(\.type)
        var steps: [Step] = []
        for step in nest.steps {
            let first = types.count
            types += step.outputTypes
            let kernel: Kernel
            switch step.action {
            case .apply(let operation, let type):
                guard let block = KernelTable.block(operation, type) else {
                    preconditionFailure("no kernel for \(operation) on \(type.name)")
                }
                kernel = .block(block)
            case .cast(let from, let to): kernel = .cast(KernelTable.cast(from: from, to: to))
            }
            steps.append(
                Step(
                    kernel: kernel, input0: step.inputs[0],
                    input1: step.inputs.count > 1 ? step.inputs[1] : step.inputs[0],
                    input2: step.inputs.count > 2 ? step.inputs[2] : step.inputs[0], output0: first,
                    output1: step.outputTypes.count > 1 ? first + 1 : first))
        }
        self.types = types
        self.steps = steps
        let widest = types.map(\.byteCount).max() ?? 8
        isLinear = nest.loads.map { BlockInterpreter.isLinear($0, nest.extents) }
        isLinearOutput = nest.outputs.map { BlockInterpreter.isLinear($0.target, nest.extents) }
        isAllLinear = !isLinear.contains(false) && !isLinearOutput.contains(false)
        // Pure folds of linear operands use no registers: a block may be as large as a tree's smallest task.
        let isBare = steps.isEmpty && nest.outputs.isEmpty && nest.constants.isEmpty && isAllLinear
        blockSize = isBare ? 16384 : widest >= 16 ? 256 : widest == 8 ? 512 : 1024
        registerBytes = blockSize * widest
        axisCount = nest.extents.count
        innerExtent = nest.extents.last ?? 1
        isUniform = nest.loads.map { $0.strides.allSatisfy { $0 == 0 } }
        let written = Set(nest.outputs.map(\.target.slot))
        let used = Set(nest.outputs.map(\.value) + nest.folds.map(\.value))
        isCopied = nest.loads.indices.map { used.contains($0) && written.contains(nest.loads[$0].slot) }
        (registerOf, registerCount) = BlockInterpreter.registers(
            nest, steps, valueCount: types.count, isUniform: isUniform)
        var direct = [Int](repeating: -1, count: types.count)
        for (k, output) in nest.outputs.enumerated()
        where output.value >= nest.loads.count + nest.constants.count && output.isExclusive
            && output.target.type == types[output.value]
            && (nest.extents.isEmpty || output.target.strides.last == 1)
        {
            direct[output.value] = k
        }
        directOutput = direct
    }

    private static func isLinear(_ operand: LoopNest.Operand, _ extents: [Int]) -> Bool {
        if extents.isEmpty { return false }
        var expected = 1
        for axis in extents.indices.reversed() {
            if operand.strides[axis] != expected { return false }
            expected *= extents[axis]
        }
        return true
    }

    /// Linear scan: a step's results take registers before its operands give theirs back, so that no kernel ever
    /// writes what it reads.
    private static func registers(
        _ nest: LoopNest, _ steps: [Step], valueCount: Int, isUniform: [Bool]
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
        for (k, step) in steps.enumerated() {
            for value in step.output0...max(step.output0, step.output1) {
                if let reused = free.popLast() {
                    register[value] = reused
                } else {
                    register[value] = count
                    count += 1
                }
            }
            for input in Set(nest.steps[k].inputs) where lastUse[input] == k { free.append(register[input]) }
        }
        return (register, count)
    }

    // MARK: - One worker's view of a run

    /// The state of one worker on one tile: where stores lie, and where each value's current block lies.
    public struct Frame {
        let memory: UnsafePointer<UnsafeMutableRawPointer>
        let registers: UnsafeMutableRawPointer
        let values: UnsafeMutablePointer<UnsafeMutableRawPointer>
        let index: UnsafeMutablePointer<Int>
        /// Free space behind the registers, for the folds.
        let spare: UnsafeMutableRawPointer
    }

    /// Bytes of a spare block behind the registers, per fold.
    var spareBytes: Int { registerBytes }

    public func frame(
        memory: UnsafePointer<UnsafeMutableRawPointer>, scratch: Scratch
    ) -> Frame {
        let tables = (types.count + axisCount * 2 + 8) * 8 + 64
        let spare = (nest.folds.count * 2 + 2) * max(registerBytes, 8192)
        scratch.reserve(tables + registerCount * registerBytes + spare + 256)
        let base = scratch.base
        let values = base.bindMemory(to: UnsafeMutableRawPointer.self, capacity: types.count)
        let index = (base + types.count * 8).bindMemory(to: Int.self, capacity: axisCount * 2 + 8)
        let registers = base + (tables + 63) / 64 * 64
        let frame = Frame(
            memory: memory, registers: registers, values: values, index: index,
            spare: registers + registerCount * registerBytes)
        prepareUniforms(frame)
        return frame
    }

    private func register(_ value: Int, _ frame: Frame) -> UnsafeMutableRawPointer {
        frame.registers + registerOf[value] &* registerBytes
    }

    private func prepareUniforms(_ frame: Frame) {
        let fillCount = min(blockSize, max(1, nest.pointCount))
        for k in nest.loads.indices where isUniform[k] {
            let load = nest.loads[k]
            let size = load.type.byteCount
            let target = register(k, frame)
            StridedCopy.gather(
                frame.memory[load.slot] + load.offset &* size, stride: 0, size: size, count: fillCount,
                into: target)
            frame.values[k] = target
        }
        for (k, constant) in nest.constants.enumerated() {
            let value = nest.loads.count + k
            let target = register(value, frame)
            withUnsafeBytes(of: constant.bits) {
                StridedCopy.gather(
                    $0.baseAddress!, stride: 0, size: constant.type.byteCount, count: fillCount, into: target)
            }
            frame.values[value] = target
        }
    }

    /// Where a fold's operand lies, when it is an operand in the nest's own order: then nothing need be evaluated.
    func linearOperand(ofFold k: Int) -> LoopNest.Operand? {
        let value = nest.folds[k].value
        return steps.isEmpty && nest.outputs.isEmpty && value < nest.loads.count && isLinear[value]
            ? nest.loads[value] : nil
    }

    /// Evaluates all values at points `start ..< start + count` and stores the outputs.
    /// - Precondition: `count <= blockSize`.
    func evaluate(start: Int, count: Int, _ frame: Frame) {
        // The block's first point as an index per axis.
        var rest = start
        var axis = isAllLinear ? -1 : axisCount &- 1
        while axis >= 0 {
            let extent = nest.extents[axis]
            if axis == 0 {
                frame.index[0] = rest
            } else {
                frame.index[axis] = rest % extent
                rest /= extent
            }
            axis &-= 1
        }
        let isInRow = isAllLinear || axisCount == 0 || frame.index[axisCount &- 1] &+ count <= innerExtent
        nest.loads.withUnsafeBufferPointer { loads in
            for k in 0..<loads.count where !isUniform[k] {
                if isLinear[k] && !isCopied[k] {
                    let load = loads[k]
                    frame.values[k] =
                        frame.memory[load.slot] + (load.offset &+ start) &* load.type.byteCount
                } else {
                    fetch(loads[k], k, count, start, isInRow, frame)
                }
            }
        }
        steps.withUnsafeBufferPointer { steps in
            for k in 0..<steps.count { run(steps[k], start, count, isInRow, frame) }
        }
        for k in 0..<nest.outputs.count {
            let output = nest.outputs[k]
            if directOutput[output.value] == k && (isInRow || isLinearOutput[k]) { continue }
            if isLinearOutput[k] {
                let size = output.target.type.byteCount
                (frame.memory[output.target.slot] + (output.target.offset &+ start) &* size)
                    .copyMemory(from: frame.values[output.value], byteCount: count &* size)
            } else {
                put(frame.values[output.value], output.target, count, isInRow, frame)
            }
        }
    }

    @inline(__always)
    private func offset(_ operand: LoopNest.Operand, _ frame: Frame) -> Int {
        var offset = operand.offset
        for axis in 0..<axisCount { offset &+= frame.index[axis] &* operand.strides[axis] }
        return offset
    }

    private func fetch(
        _ load: LoopNest.Operand, _ value: Int, _ count: Int, _ start: Int, _ isInRow: Bool, _ frame: Frame
    ) {
        let size = load.type.byteCount
        if isLinear[value] {
            let target = register(value, frame)
            target.copyMemory(
                from: frame.memory[load.slot] + (load.offset &+ start) &* size, byteCount: count &* size)
            frame.values[value] = target
            return
        }
        let source = frame.memory[load.slot] + offset(load, frame) &* size
        let stride = axisCount == 0 ? 1 : load.strides[axisCount &- 1]
        if isInRow {
            if stride == 1 && !isCopied[value] {
                frame.values[value] = source
                return
            }
            let target = register(value, frame)
            StridedCopy.gather(source, stride: stride, size: size, count: count, into: target)
            frame.values[value] = target
            return
        }
        var target = register(value, frame)
        frame.values[value] = target
        forEachRun(load, count, frame) { offset, length in
            StridedCopy.gather(
                frame.memory[load.slot] + offset &* size, stride: stride, size: size, count: length, into: target)
            target += length &* size
        }
    }

    private func put(
        _ source: UnsafeRawPointer, _ target: LoopNest.Operand, _ count: Int, _ isInRow: Bool, _ frame: Frame
    ) {
        let size = target.type.byteCount
        let stride = axisCount == 0 ? 1 : target.strides[axisCount &- 1]
        if isInRow {
            StridedCopy.scatter(
                source, size: size, count: count,
                into: frame.memory[target.slot] + offset(target, frame) &* size, stride: stride)
            return
        }
        var source = source
        forEachRun(target, count, frame) { offset, length in
            StridedCopy.scatter(
                source, size: size, count: length, into: frame.memory[target.slot] + offset &* size, stride: stride)
            source += length &* size
        }
    }

    /// Splits a block that crosses rows into its runs along the innermost axis.
    @inline(__always)
    private func forEachRun(
        _ operand: LoopNest.Operand, _ count: Int, _ frame: Frame, _ body: (_ offset: Int, _ length: Int) -> Void
    ) {
        let index = frame.index + axisCount
        for axis in 0..<axisCount { index[axis] = frame.index[axis] }
        var offset = offset(operand, frame)
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
                if index[axis] < nest.extents[axis] { break }
                offset &-= nest.extents[axis] &* operand.strides[axis]
                index[axis] = 0
                axis &-= 1
            }
        }
    }

    @inline(__always)
    private func run(_ step: Step, _ start: Int, _ count: Int, _ isInRow: Bool, _ frame: Frame) {
        let values = frame.values
        values[step.output0] = destination(step.output0, start, isInRow, frame)
        switch step.kernel {
        case .cast(let kernel): kernel(values[step.input0], values[step.output0], count)
        case .block(let kernel):
            if step.output1 != step.output0 { values[step.output1] = destination(step.output1, start, isInRow, frame) }
            var inputs = (
                UnsafeRawPointer(values[step.input0]), UnsafeRawPointer(values[step.input1]),
                UnsafeRawPointer(values[step.input2])
            )
            var outputs = (values[step.output0], values[step.output1])
            withUnsafePointer(to: &inputs) { inputs in
                withUnsafePointer(to: &outputs) { outputs in
                    kernel(
                        UnsafeRawPointer(inputs).assumingMemoryBound(to: UnsafeRawPointer.self),
                        UnsafeRawPointer(outputs).assumingMemoryBound(to: UnsafeMutableRawPointer.self), count)
                }
            }
        }
    }

    @inline(__always)
    private func destination(
        _ value: Int, _ start: Int, _ isInRow: Bool, _ frame: Frame
    ) -> UnsafeMutableRawPointer {
        let k = directOutput[value]
        if k >= 0 && (isInRow || isLinearOutput[k]) {
            let target = nest.outputs[k].target
            if isLinearOutput[k] {
                return frame.memory[target.slot] + (target.offset &+ start) &* target.type.byteCount
            }
            return frame.memory[target.slot] + offset(target, frame) &* target.type.byteCount
        }
        return register(value, frame)
    }
}
