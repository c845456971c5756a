/// One worker's view of a run: where stores lie, and room for the values of a block.
///
///     scratch   │ values │ index │ words │ registers … │ spare …
import Launches

extension BlockInterpreter {
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
}
