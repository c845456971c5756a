/// Elements that are there: whether they can be read now, where they lie, and in which form kernels
/// take them.
import LegateCore

extension NDArray {
    /// Whether all elements are here and can be read now.
    @inline(__always)
    var isSmallAtRest: Bool {
        Runtime.shared.isImmediate(count) && store.isReady && !isSpread
    }

    /// Whether the elements can be read now, where they lie side by side.
    @inline(__always) var isPlain: Bool { store.isReady && lattice.isRowMajorContiguous }

    /// Where the element at index zero lies.
    @inline(__always) var firstByte: UnsafeMutableRawPointer {
        store.memory.unsafelyUnwrapped + lattice.offset &* type.byteCount
    }

    /// The elements of an array at rest side by side: where they are, or gathered into a block.
    ///
    /// - Precondition: The array is small (``Runtime/isImmediate(_:bytes:)``) or row-major.
    func sideBySide(_ block: Immediate.Block) -> UnsafeRawPointer {
        if lattice.isRowMajorContiguous { return UnsafeRawPointer(firstByte) }
        let room = Immediate.block(block)
        LatticeCopy.gather(
            lattice, store.memory.unsafelyUnwrapped, size: type.byteCount, into: room)
        return UnsafeRawPointer(room)
    }

    /// The elements as rows of a shape to which they broadcast, where it has few enough axes.
    @inline(__always) func rows(over shape: AxisList) -> RowOperand? {
        RowOperand(
            lattice, store.memory.unsafelyUnwrapped, size: type.byteCount, in: shape)
    }

    /// Where one element of a row-major array lies.
    @inline(__always)
    public func element(at index: Int) -> UnsafeRawPointer {
        UnsafeRawPointer(firstByte + index &* type.byteCount)
    }
}
