/// Small arrays at rest with one index array or mask: straight loops, no plan, no task.
///
/// Only the commonest forms; everything else, and every error, goes the general way.
import LegateCore

extension NDArray {
    /// Whether the values can be read now, as they lie side by side in memory, and no test wants
    /// them spread.
    var isPlainList: Bool { isPlain && !NDArray.treatsAllAsSpread }

    /// `self[index]` for small plain arrays; `nil` where the general way has to be taken.
    func smallGathered(_ items: [IndexItem]) throws -> NDArray? {
        if items.count > 1 { return try smallGatheredOfAll(items) }
        guard items.count == 1, case .array(let index) = items[0], axisCount > 0 else { return nil }
        return try smallGathered(at: index)
    }

    /// The same for one index.
    func smallGathered(at index: NDArray) throws -> NDArray? {
        guard isPlainList, index.isPlainList else { return nil }
        if index.type == .bool { return try smallMasked(index) }
        guard index.type == .int64, axisCount + index.axisCount <= 5, index.axisCount > 0 else {
            return nil
        }
        var shape = index.shape
        for extent in self.shape.dropFirst() { shape.append(extent) }
        guard Runtime.shared.isImmediate(shape.product) else { return nil }
        let extent = self.shape[0]
        let indices = index.firstByte.assumingMemoryBound(to: Int.self)
        let n = index.count
        guard NDArray.areInside(indices, n, extent) else { return nil }
        let result = try NDArray.ready(shape, type)
        guard result.count > 0 else { return result }
        let target = result.store.memory.unsafelyUnwrapped
        let block = result.count / n * type.byteCount
        let source = firstByte
        switch block {
        case 1: ElementMove<UInt8>(source, target).gather(indices, n, extent)
        case 2: ElementMove<UInt16>(source, target).gather(indices, n, extent)
        case 4: ElementMove<UInt32>(source, target).gather(indices, n, extent)
        case 8: ElementMove<UInt64>(source, target).gather(indices, n, extent)
        case 16: ElementMove<SixteenBytes>(source, target).gather(indices, n, extent)
        default:
            for k in 0..<n {
                let i = indices[k] < 0 ? indices[k] &+ extent : indices[k]
                (target + k &* block).copyMemory(from: source + i &* block, byteCount: block)
            }
        }
        Counters.countImmediate()
        return result
    }

    /// Whether all indices, negative ones from the end, are within an extent: without branches, so
    /// in vectors.
    private static func areInside(_ indices: UnsafePointer<Int>, _ count: Int, _ extent: Int)
        -> Bool
    {
        var signs = 0
        for k in 0..<count {
            let place = indices[k] &+ ((indices[k] >> 63) & extent)
            signs |= place | (extent &- 1 &- place)
        }
        return signs >= 0
    }

    private func smallMasked(_ mask: NDArray) throws -> NDArray? {
        guard mask.shape == shape, Runtime.shared.isImmediate(count) else { return nil }
        let truth = UnsafePointer(mask.firstByte.assumingMemoryBound(to: UInt8.self))
        let n = count
        var chosen = 0
        for i in 0..<n { chosen &+= TruthReader.one(truth[i]) }
        let result = try NDArray.ready(AxisList(chosen), type)
        let (source, target) = (firstByte, result.store.memory.unsafelyUnwrapped)
        switch type.byteCount {
        case 1: ElementMove<UInt8>(source, target).compress(truth, n, to: chosen)
        case 2: ElementMove<UInt16>(source, target).compress(truth, n, to: chosen)
        case 4: ElementMove<UInt32>(source, target).compress(truth, n, to: chosen)
        case 8: ElementMove<UInt64>(source, target).compress(truth, n, to: chosen)
        default: ElementMove<SixteenBytes>(source, target).compress(truth, n, to: chosen)
        }
        Counters.countImmediate()
        return result
    }

    /// `self[index] = value` for small plain arrays.
    ///
    /// - Returns: Whether it was done.
    func smallScattered(_ value: Operand, _ items: [IndexItem]) throws -> Bool {
        if items.count > 1 { return try smallScatteredOverAll(value, items) }
        guard items.count == 1, case .array(let index) = items[0] else { return false }
        return try smallScattered(value, at: index)
    }

    /// The same for one index.
    func smallScattered(_ value: Operand, at index: NDArray) throws -> Bool {
        guard index.type == .int64, index.isPlainList, axisCount == 1,
            index.axisCount > 0, index.store !== store, !store.isShared,
            Runtime.shared.isImmediate(index.count), Runtime.shared.isIdle(store)
        else { return false }
        let extent = shape[0]
        let step = strides[0]
        let size = type.byteCount
        let indices = index.firstByte.assumingMemoryBound(to: Int.self)
        let n = index.count
        var stride = 0
        var bits: (UInt64, UInt64) = (0, 0)
        var list: UnsafeRawPointer?
        if case .array(let array) = value {
            guard array.type == type, array.isPlainList, array.store !== store else { return false }
            if array.count != 1 {
                guard array.shape == index.shape else { return false }
                stride = size
            } else if array.axisCount > index.axisCount {
                return false
            }
            list = UnsafeRawPointer(array.firstByte)
        } else {
            bits = try value.constant(as: type).bits
        }
        guard NDArray.areInside(indices, n, extent) else { return false }
        let target = firstByte
        withUnsafeBytes(of: &bits) { constant in
            let source = list ?? constant.baseAddress.unsafelyUnwrapped
            let stride = stride / size
            switch size {
            case 1: ElementMove<UInt8>(source, target).scatter(stride, indices, n, extent, step)
            case 2: ElementMove<UInt16>(source, target).scatter(stride, indices, n, extent, step)
            case 4: ElementMove<UInt32>(source, target).scatter(stride, indices, n, extent, step)
            case 8: ElementMove<UInt64>(source, target).scatter(stride, indices, n, extent, step)
            default:
                ElementMove<SixteenBytes>(source, target).scatter(stride, indices, n, extent, step)
            }
        }
        Counters.countImmediate()
        return true
    }
}
