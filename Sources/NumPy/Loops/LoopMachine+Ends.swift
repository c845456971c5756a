/// The way into a tape and out of it: values of Python's names as registers, and what the loop carries
/// as values.
///
/// In: the values at an entry, then the registers behind the last iteration. Out: outcomes; arrays
/// that came in come out as themselves, and views of one memory that the loop made as views of one
/// array.
import LegateCore

extension LoopMachine {
    /// Puts values into the registers of the loop's inputs.
    func enter(_ values: [LoopValue]) {
        for (place, value) in zip(tape.inputs, values) {
            switch (place, value) {
            case (.number(let register), .integer(let value)): registers[Int(register)] = value
            case (.number(let register), .real(let value)):
                registers[Int(register)] = Int(bitPattern: UInt(value.bitPattern))
            case (.number(let register), .truth(let value)):
                registers[Int(register)] = value ? 1 : 0
            case (.view(let view, let buffer), .array(let array)): enter(array, view, buffer)
            case (.numbers(let count, let buffer), .integers(let numbers)):
                registers[Int(count)] = numbers.count
                enter(numbers, buffer)
            case (.numbers(let count, let buffer), .reals(let numbers)):
                registers[Int(count)] = numbers.count
                enter(numbers, buffer)
            case (.view(_, let buffer), .scalar(_, let low, let high)):
                buffers.reserve(buffer, 16)
                buffers.start(buffer).storeBytes(of: (low, high), as: (UInt64, UInt64).self)
            default: break
            }
        }
    }

    private func enter<Number>(_ numbers: [Number], _ buffer: Int) {
        buffers.reserve(buffer, numbers.count * 8)
        numbers.withUnsafeBytes {
            if let start = $0.baseAddress {
                buffers.start(buffer).copyMemory(from: start, byteCount: $0.count)
            }
        }
    }

    private func enter(_ array: NDArray, _ view: LoopView, _ buffer: Int) {
        let size = array.type.byteCount
        buffers.lend(buffer, array.store.memory.unsafelyUnwrapped)
        registers[Int(view.offset)] = array.lattice.offset &* size
        for axis in 0..<array.axisCount {
            registers[Int(view.extents[axis])] = array.shape[axis]
            registers[Int(view.strides[axis])] = array.strides[axis] &* size
        }
    }

    /// What the carried names have become.
    func outcomes(_ values: [LoopValue], _ program: LoopProgram) throws -> [CompiledLoop.Outcome] {
        var results: [CompiledLoop.Outcome] = []
        var made: [Int: SharedMemory] = [:]
        for carried in tape.carried {
            switch carried {
            case .integer(let register): results.append(.integer(registers[Int(register)]))
            case .truth(let register): results.append(.truth(registers[Int(register)] != 0))
            case .real(let register):
                results.append(
                    .real(Double(bitPattern: UInt64(bitPattern: Int64(registers[Int(register)])))))
            case .view(let view):
                results.append(try outcome(view, values, results.count, &made))
            }
        }
        return results
    }

    private func outcome(
        _ view: LoopView, _ values: [LoopValue], _ place: Int, _ made: inout [Int: SharedMemory]
    ) throws -> CompiledLoop.Outcome {
        let buffer = registers[Int(view.buffer)]
        let offset = registers[Int(view.offset)]
        let start = buffers.start(buffer) + offset
        if view.isScalar {
            var bits: (UInt64, UInt64) = (0, 0)
            withUnsafeMutableBytes(of: &bits) {
                $0.baseAddress.unsafelyUnwrapped.copyMemory(
                    from: start, byteCount: view.type.byteCount)
            }
            return .scalar(view.type, bits.0, bits.1)
        }
        let size = view.type.byteCount
        let shape = AxisList(view.extents.map { registers[Int($0)] })
        let strides = AxisList(view.strides.map { registers[Int($0)] / size })
        let lattice = Lattice(offset: offset / size, shape: shape, strides: strides)
        let object = registers[Int(view.object)]
        if object >= 0 { return .input(object) }
        for earlier in 0..<place {
            guard case .view(let other) = tape.carried[earlier], contents(other) == contents(view)
            else { continue }
            return .outcome(earlier)
        }
        for (input, place) in tape.inputs.enumerated() {
            guard case .view(let own, _) = place, registers[Int(own.buffer)] == buffer,
                case .array(let array) = values[input]
            else { continue }
            return .array(
                array.viewed(lattice, as: view.type, isWritable: view.isWritable))
        }
        if let whole = try shared(view, &made) {
            let moved = Lattice(
                offset: (offset - whole.start) / size, shape: shape, strides: strides)
            return .array(whole.array.viewed(moved, as: view.type, isWritable: view.isWritable))
        }
        let result = try NDArray.ready(shape, view.type)
        let moved = Lattice(offset: 0, shape: shape, strides: strides)
        LatticeCopy.gather(
            moved, start, size: size, into: result.store.memory.unsafelyUnwrapped)
        return .array(result)
    }

    /// Memory that the loop made and of which it carries several views: these stay views of one
    /// array.
    struct SharedMemory {
        let array: NDArray
        /// Bytes in front of it in the loop's buffer.
        let start: Int
    }

    /// The array that this view and others that are carried have in common, if there are others.
    private func shared(_ view: LoopView, _ made: inout [Int: SharedMemory]) throws
        -> SharedMemory?
    {
        let buffer = registers[Int(view.buffer)]
        if let memory = made[buffer] { return memory }
        let views = tape.carried.compactMap { carried -> LoopView? in
            guard case .view(let other) = carried, registers[Int(other.buffer)] == buffer,
                registers[Int(other.object)] < 0, !other.isScalar, other.type == view.type
            else { return nil }
            return other
        }
        guard views.contains(where: { contents($0) != contents(view) }) else { return nil }
        let spans = views.map(span)
        let start = spans.map(\.lowerBound).min().unsafelyUnwrapped
        let end = spans.map(\.upperBound).max().unsafelyUnwrapped
        let array = try NDArray.ready([(end - start) / view.type.byteCount], view.type)
        array.store.memory.unsafelyUnwrapped.copyMemory(
            from: buffers.start(buffer) + start, byteCount: end - start)
        let memory = SharedMemory(array: array, start: start)
        made[buffer] = memory
        return memory
    }

    /// Where a view lies and how.
    private func contents(_ view: LoopView) -> [Int] {
        LoopLowering.registers(.view(view)).map { registers[Int($0)] }
    }

    /// The bytes of a buffer between a view's first and last element.
    private func span(_ view: LoopView) -> Range<Int> {
        let offset = registers[Int(view.offset)]
        var (low, high) = (offset, offset + view.type.byteCount)
        for (extent, stride) in zip(view.extents, view.strides) {
            let count = registers[Int(extent)]
            guard count > 0 else { return offset..<offset }
            let reach = (count - 1) * registers[Int(stride)]
            if reach < 0 { low += reach } else { high += reach }
        }
        return low..<high
    }
}
