/// The short ways of `a[...] = value` and `a[index]` for small arrays at rest: straight loops, no
/// view, no launch.
///
/// Each says no where the case is not of its simple kind; nothing was done then.
import LegateCore

extension NDArray {
    /// Sets the elements of one of this array's lattices to those of another array of the same type
    /// and shape.
    ///
    /// - Precondition: this array is writable and its store idle.
    public func assignQuickly(_ target: Lattice, _ source: NDArray) -> Bool {
        guard source.type == type, source.store.isReady,
            Runtime.shared.isImmediate(target.elementCount)
        else {
            return false
        }
        let size = type.byteCount
        if source.store === store {
            // The last step of `a[key] += x`: the view was changed in place and is now assigned to
            // itself.
            if source.lattice == target { return true }
            guard source.shape == target.shape, source.lattice.isRowMajorContiguous,
                target.isRowMajorContiguous
            else {
                return false
            }
        } else if source.shape != target.shape {
            return false
        }
        Counters.countImmediate()
        if source.lattice.isRowMajorContiguous, target.isRowMajorContiguous {
            // `memmove`: the two may be views of one store.
            (store.memory.unsafelyUnwrapped + target.offset &* size).copyMemory(
                from: source.store.memory.unsafelyUnwrapped + source.lattice.offset &* size,
                byteCount: target.elementCount &* size)
            return true
        }
        Immediate.move(source.view, to: StoreView(store: store, lattice: target, type: type))
        return true
    }

    /// Sets the elements of one of this array's lattices to one value of eight bytes.
    ///
    /// - Precondition: this array is writable, its store idle, and its elements have eight bytes.
    public func fillQuickly(_ target: Lattice, _ bits: UInt64) -> Bool {
        guard Runtime.shared.isImmediate(target.elementCount) else { return false }
        Counters.countImmediate()
        let memory = store.memory.unsafelyUnwrapped.assumingMemoryBound(to: UInt64.self)
        LatticeCopy.forEachRun(target) { offset, stride, count in
            let first = memory + offset
            if stride == 1 {
                for i in 0..<count { first[i] = bits }
            } else {
                var k = 0
                for _ in 0..<count {
                    first[k] = bits
                    k &+= stride
                }
            }
        }
        return true
    }

    /// `self[index]` for an array of integers or a mask; `nil` where the general way has to be
    /// taken.
    public func gatheredQuickly(_ index: NDArray) throws -> NDArray? {
        guard axisCount > 0 else { return nil }
        return try smallGathered(at: index)
    }
    /// `self[index] = value` for an array of integers or a mask, and a number whose eight bytes are
    /// given or an array of this array's type.
    ///
    /// - Precondition: this array is writable and its store idle.
    /// - Returns: Whether it was done.
    public func scatterQuickly(_ value: Operand, _ bits: UInt64?, at index: NDArray) -> Bool {
        guard index.type == .bool else { return (try? smallScattered(value, at: index)) ?? false }
        guard let bits, type.byteCount == 8, index.shape == shape, axisCount > 0, isSmallAtRest,
            isPlainList, index.isPlainList, index.store !== store, !store.isShared
        else { return false }
        Counters.countImmediate()
        let truth = index.firstByte.assumingMemoryBound(to: UInt8.self)
        let target = firstByte.assumingMemoryBound(to: UInt64.self)
        for i in 0..<count { target[i] = truth[i] == 0 ? target[i] : bits }
        return true
    }
}
