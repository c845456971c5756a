/// Small arrays at rest with an index for every axis: `a[i, j]` with index arrays of one shape, and
/// integers among them.
///
/// The places are worked out first, so that an index out of bounds leaves the array as it was to
/// the general way.
import LegateCore

extension NDArray {
    /// The elements that `items` name, in order, as distances from the store's begin; `nil` where
    /// the general way has to be taken.
    private func smallPlaces(_ items: [IndexItem]) -> (places: [Int], shape: AxisList)? {
        guard items.count == axisCount, items.count > 1, store.isReady, !NDArray.treatsAllAsSpread
        else { return nil }
        var shape: AxisList?
        for item in items {
            switch item {
            case .integer: continue
            case .array(let index):
                guard index.type == .int64, index.axisCount > 0, index.isPlainList,
                    index.store !== store,
                    shape == nil || index.shape == shape
                else { return nil }
                shape = index.shape
            default: return nil
            }
        }
        guard let shape, Runtime.shared.isImmediate(shape.product) else { return nil }
        var places = [Int](repeating: lattice.offset, count: shape.product)
        for (axis, item) in items.enumerated() {
            let (extent, stride) = (self.shape[axis], strides[axis])
            if case .array(let index) = item {
                let numbers = index.firstByte.assumingMemoryBound(to: Int.self)
                for k in places.indices {
                    let number = numbers[k]
                    guard number >= -extent, number < extent else { return nil }
                    places[k] &+= (number < 0 ? number &+ extent : number) &* stride
                }
            } else if case .integer(let number) = item {
                guard number >= -extent, number < extent else { return nil }
                let distance = (number < 0 ? number &+ extent : number) &* stride
                for k in places.indices { places[k] &+= distance }
            }
        }
        return (places, shape)
    }

    /// `self[i, j, …]` for small arrays.
    func smallGatheredOfAll(_ items: [IndexItem]) throws -> NDArray? {
        guard let (places, shape) = smallPlaces(items) else { return nil }
        let result = try NDArray.ready(shape, type)
        guard result.count > 0 else { return result }
        let (source, target) = (
            store.memory.unsafelyUnwrapped, result.store.memory.unsafelyUnwrapped
        )
        let size = type.byteCount
        if size == 8 {
            let from = source.assumingMemoryBound(to: UInt64.self)
            let to = target.assumingMemoryBound(to: UInt64.self)
            for (k, place) in places.enumerated() { to[k] = from[place] }
        } else {
            for (k, place) in places.enumerated() {
                (target + k &* size).copyMemory(from: source + place &* size, byteCount: size)
            }
        }
        Counters.countImmediate()
        return result
    }

    /// `self[i, j, …] = value` for small arrays.
    ///
    /// - Returns: Whether it was done.
    func smallScatteredOverAll(_ value: Operand, _ items: [IndexItem]) throws -> Bool {
        guard items.count > 1, !store.isShared, Runtime.shared.isIdle(store) else { return false }
        guard let (places, shape) = smallPlaces(items) else { return false }
        let size = type.byteCount
        var stride = 0
        var bits: (UInt64, UInt64) = (0, 0)
        var list: UnsafeRawPointer?
        if case .array(let array) = value {
            guard array.type == type, array.isPlainList, array.store !== store, array.shape == shape
            else { return false }
            stride = size
            list = UnsafeRawPointer(array.firstByte)
        } else {
            bits = try value.constant(as: type).bits
        }
        let target = store.memory.unsafelyUnwrapped
        withUnsafeBytes(of: &bits) { constant in
            let source = list ?? constant.baseAddress.unsafelyUnwrapped
            for (k, place) in places.enumerated() {
                (target + place &* size).copyMemory(from: source + k &* stride, byteCount: size)
            }
        }
        Counters.countImmediate()
        return true
    }
}
