/// Room for the operands of one small operation on the calling thread: elements laid side by side,
/// or converted.
import LegateCore

enum Scratch {
    /// Two blocks, each for as many elements as a small operation has.
    static let first = block()
    static let second = block()

    private static func block() -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer.allocate(byteCount: Immediate.capacity * 16, alignment: 64)
    }

    /// The elements of an array at rest side by side: where they are, or gathered into a block.
    ///
    /// - Precondition: The array is small (``Runtime/isImmediate(_:bytes:)``) or row-major.
    static func contiguous(_ a: NDArray, _ block: UnsafeMutableRawPointer) -> UnsafeRawPointer {
        let memory = a.store.memory.unsafelyUnwrapped
        let size = a.type.byteCount
        if a.lattice.isRowMajorContiguous {
            return UnsafeRawPointer(memory + a.lattice.offset &* size)
        }
        LatticeCopy.gather(a.lattice, memory, size: size, into: block)
        return UnsafeRawPointer(block)
    }
}
