/// What a ``FreeNest`` does until its kernel is there: each row in blocks, each step by its block
/// kernel, results by way of a room of their own.
import Launches
import Shapes

final class InterpretedNest {
    private let loads: [ElementType]
    private let steps: [FreeNest.Step]
    private let result: Int
    private let outputSize: Int
    private let offsets: UnsafeMutablePointer<Int>
    /// Points of a block.
    private static let block = 512
    private static let roomBytes = block * 16
    /// One room a value.
    private let rooms: UnsafeMutableRawPointer
    private let values: UnsafeMutablePointer<UnsafeRawPointer>

    init(_ nest: FreeNest) {
        loads = nest.loads
        steps = nest.steps
        result = nest.result
        outputSize = nest.output.byteCount
        offsets = .allocate(capacity: nest.operandCount)
        offsets.initialize(repeating: 0, count: nest.operandCount)
        let count = loads.count + nest.steps.count
        rooms = .allocate(byteCount: count * InterpretedNest.roomBytes, alignment: 64)
        values = .allocate(capacity: count)
        values.initialize(repeating: UnsafeRawPointer(rooms), count: count)
    }

    deinit {
        offsets.deallocate()
        rooms.deallocate()
        values.deallocate()
    }

    func run(axes: Int, _ extents: UnsafePointer<Int>, _ places: UnsafePointer<Int>) {
        let stride = 1 + axes
        let inner = axes > 0 ? extents[axes - 1] : 1
        var index = AxisCounter(axes: max(axes, 1))
        offsets.update(repeating: 0, count: loads.count + 1)
        while true {
            var first = 0
            while first < inner {
                let count = min(InterpretedNest.block, inner - first)
                compute(first, count) { operand in
                    let place = places + operand * stride
                    return (place[0] + offsets[operand], axes > 0 ? place[axes] : 0)
                }
                first += count
            }
            var axis = axes - 2
            while axis >= 0 {
                index[axis] += 1
                let isInside = index[axis] < extents[axis]
                for k in 0...loads.count {
                    offsets[k] += (isInside ? 1 : 1 - extents[axis]) * places[k * stride + 1 + axis]
                }
                if isInside { break }
                index[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }

    /// One block of a row.
    private func compute(_ first: Int, _ count: Int, _ place: (Int) -> (address: Int, stride: Int))
    {
        for k in 0..<loads.count {
            values[k] = load(k, loads[k], first, count, place(k))
        }
        for k in 0..<steps.count {
            let value = loads.count + k
            apply(steps[k], into: room(value), count)
            values[value] = UnsafeRawPointer(room(value))
        }
        let (address, stride) = place(loads.count)
        InterpretedNest.scatter(
            values[result], outputSize, count, pointer(address + first * stride), stride)
    }

    private func room(_ value: Int) -> UnsafeMutableRawPointer {
        rooms + value * InterpretedNest.roomBytes
    }

    private func pointer(_ address: Int) -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
    }

    private func load(
        _ k: Int, _ type: ElementType, _ first: Int, _ count: Int,
        _ place: (address: Int, stride: Int)
    ) -> UnsafeRawPointer {
        let size = type.byteCount
        let source = UnsafeRawPointer(pointer(place.address + first * place.stride))
        if place.stride == size { return source }
        if place.stride % size == 0 {
            StridedCopy.gather(
                source, stride: place.stride / size, size: size, count: count, into: room(k))
        } else {
            for i in 0..<count {
                (room(k) + i * size).copyMemory(from: source + i * place.stride, byteCount: size)
            }
        }
        return UnsafeRawPointer(room(k))
    }

    private static func scatter(
        _ source: UnsafeRawPointer, _ size: Int, _ count: Int, _ target: UnsafeMutableRawPointer,
        _ stride: Int
    ) {
        if stride % size == 0 {
            return StridedCopy.scatter(
                source, size: size, count: count, into: target, stride: stride / size)
        }
        for i in 0..<count {
            (target + i * stride).copyMemory(from: source + i * size, byteCount: size)
        }
    }

    private func apply(_ step: FreeNest.Step, into room: UnsafeMutableRawPointer, _ count: Int) {
        switch step {
        case .cast(let from, let to, let a):
            KernelTable.cast(from: from, to: to)(values[a], room, count)
        case .apply(let operation, let compute, _, let a, let b, let c):
            let kernel = KernelTable.block(operation, compute).unsafelyUnwrapped
            var inputs = (values[a], values[b], values[c])
            var output = room
            withUnsafePointer(to: &inputs) { inputs in
                withUnsafePointer(to: &output) { output in
                    kernel(
                        UnsafeRawPointer(inputs).assumingMemoryBound(to: UnsafeRawPointer.self),
                        output, count)
                }
            }
        }
    }
}
