/// Small arrays at rest: new ones, copies and other shapes without a launch, for callers who have
/// checked no more than the kind of their arguments.
///
/// Each gives `nil` where the case is not of its simple kind; nothing was done then. So do the quick
/// ways of the families, which stand in their folders.
import LegateCore

extension NDArray {
    /// A new array whose elements the caller writes at once; `nil` where it is not small.
    @inline(__always)
    public static func quickNew(_ shape: AxisList, _ type: ElementType) -> NDArray? {
        guard Runtime.shared.isImmediate(shape.product) else { return nil }
        Counters.countImmediate()
        return try? ready(shape, type)
    }

    /// A row-major copy.
    public func quickCopy() -> NDArray? {
        guard Runtime.shared.isImmediate(count, bytes: type.byteCount), store.isReady, !isScalar,
            let result = try? NDArray.ready(shape, type)
        else { return nil }
        Counters.countImmediate()
        let target = result.store.memory.unsafelyUnwrapped
        if lattice.isRowMajorContiguous {
            target.copyMemory(from: firstByte, byteCount: count &* type.byteCount)
        } else {
            LatticeCopy.gather(
                lattice, store.memory.unsafelyUnwrapped, size: type.byteCount, into: target)
        }
        return result
    }

    /// A row-major copy in another type, with C's conversions.
    public func quickCast(to target: ElementType) -> NDArray? {
        guard target != type else { return quickCopy() }
        guard isSmallAtRest, !isScalar, lattice.isRowMajorContiguous,
            let result = NDArray.quickNew(shape, target)
        else {
            return nil
        }
        KernelTable.cast(from: type, to: target)(
            firstByte, result.store.memory.unsafelyUnwrapped, count)
        return result
    }

    /// The same elements under another shape, of which one extent may be -1: a view, retained once.
    public func quickReshaped(to wanted: AxisList) -> UnsafeMutableRawPointer? {
        guard !isScalar, lattice.isRowMajorContiguous else { return nil }
        var target = wanted
        var known = 1
        var unknown = -1
        for axis in 0..<wanted.count {
            if wanted[axis] >= 0 {
                known &*= wanted[axis]
            } else if unknown < 0 {
                unknown = axis
            } else {
                return nil
            }
        }
        let count = count
        guard count > 0, known > 0 else { return nil }
        if unknown >= 0 {
            guard count % known == 0 else { return nil }
            target[unknown] = count / known
        } else if known != count {
            return nil
        }
        var lattice = Lattice(rowMajor: target)
        lattice.offset = self.lattice.offset
        return retainedView(lattice)
    }
}
