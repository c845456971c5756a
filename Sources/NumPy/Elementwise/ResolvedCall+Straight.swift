/// The commonest general calls: inputs that lie side by side in one order, of any type, and single
/// elements, to new results. One call of the kernel, and one for each conversion.
import LegateCore

extension ResolvedCall {
    /// - Returns: `nil` where an input has to be laid out first, or a result is not new.
    func runStraight() throws -> Results? {
        guard mask == nil, out.first == nil, out.second == nil,
            let block = KernelTable.block(operation, loop.compute)
        else { return nil }
        let count = shape.product
        let (dense, number) = (sharedOrder, numberKernel)
        let xCount = number?.isInFront == true ? 1 : count
        let yCount = number?.isInFront == false ? 1 : count
        guard let x = try elements(0, loop.input0, xCount, .convertedFirst, dense) else {
            return nil
        }
        var (y, z) = (x, x)
        if inputs.count > 1 {
            guard let own = try elements(1, loop.input1, yCount, .convertedSecond, dense) else {
                return nil
            }
            y = own
        }
        if inputs.count > 2 {
            guard let own = try elements(2, loop.input2, count, .convertedThird, dense) else {
                return nil
            }
            z = own
        }
        let first = try result(loop.output0, dense?.order)
        let second = hasSecond ? try result(loop.output1, dense?.order) : nil
        Counters.countImmediate()
        if count > 0 {
            (number?.kernel ?? block)(
                x, y, z, into: first.store.memory.unsafelyUnwrapped,
                second?.store.memory.unsafelyUnwrapped, count: count)
        }
        return Results(first: first, second: second)
    }

    /// The kernel for one input that is a single element beside another that is not.
    private var numberKernel: (kernel: BlockKernel, isInFront: Bool)? {
        guard inputs.count == 2, inputs.isSingle(0) != inputs.isSingle(1) else { return nil }
        let isInFront = inputs.isSingle(0)
        return KernelTable.number(operation, loop.compute, isReversed: isInFront).map {
            ($0, isInFront)
        }
    }

    /// How inputs lie that leave no gaps: the order of axes in memory, and the strides.
    private typealias Dense = (order: AxisList, strides: AxisList)

    /// How all inputs with more than one element lie, where that is without gaps but in another
    /// order than row-major; results lie as they do.
    private var sharedOrder: Dense? {
        guard shape.count > 1 else { return nil }
        var shared: NDArray?
        for k in 0..<inputs.count {
            guard let array = inputs.array(k), array.count > 1 else { continue }
            guard array.shape == shape, shared.map({ $0.strides == array.strides }) ?? true else {
                return nil
            }
            shared = array
        }
        return shared.flatMap { array in
            MemoryOrder.dense(array).map { ($0, array.strides) }
        }
    }

    private func result(_ type: ElementType, _ order: AxisList?) throws -> NDArray {
        if let order { return try MemoryOrder.empty(shape, type, order) }
        return try NDArray.ready(shape, type, isScalar: shape.count == 0)
    }

    /// `count` elements of an input in the type of the loop, side by side; `nil` where they do not
    /// lie so.
    @inline(__always)
    private func elements(
        _ k: Int, _ type: ElementType, _ count: Int, _ block: Immediate.Block, _ dense: Dense?
    ) throws -> UnsafeRawPointer? {
        guard let array = inputs.array(k) else {
            var bits = try inputs[k].constant(as: type).bits
            return withUnsafeBytes(of: &bits) {
                repeated($0.baseAddress.unsafelyUnwrapped, type, count, block)
            }
        }
        guard array.lattice.isRowMajorContiguous || dense?.strides == array.strides else {
            return nil
        }
        let source = UnsafeRawPointer(array.firstByte)
        let own = array.count
        if own == count {
            if array.type == type { return source }
            let room = Immediate.block(block)
            KernelTable.cast(from: array.type, to: type)(source, room, count)
            return UnsafeRawPointer(room)
        }
        guard own == 1 else { return nil }
        if array.type == type { return repeated(source, type, count, block) }
        var bits: (UInt64, UInt64) = (0, 0)
        return withUnsafeMutableBytes(of: &bits) {
            let element = $0.baseAddress.unsafelyUnwrapped
            KernelTable.cast(from: array.type, to: type)(source, element, 1)
            return repeated(element, type, count, block)
        }
    }

    private func repeated(
        _ element: UnsafeRawPointer, _ type: ElementType, _ count: Int, _ block: Immediate.Block
    ) -> UnsafeRawPointer {
        let room = Immediate.block(block)
        LatticeCopy.fill(element, size: type.byteCount, count: count, into: room)
        return UnsafeRawPointer(room)
    }
}

extension Operands {
    /// Whether an input is one element at every point.
    @inline(__always) fileprivate func isSingle(_ k: Int) -> Bool {
        array(k).map { $0.count == 1 } ?? true
    }
}
