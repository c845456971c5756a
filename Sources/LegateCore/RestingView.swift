/// An operand of an immediate operation: elements at rest, or one number.
///
/// In: a view whose store has its bytes, or a number of the program. Out: the elements in the type
/// and the order that a kernel takes, where they are or in scratch. Holds no reference: whoever
/// makes one keeps the store alive.
import Kernels
import Launches
import Shapes

/// Elements at rest: where they are, how they lie, and of which type they are.
public struct RestingView {
    /// The first byte of the store, or the number.
    @usableFromInline let memory: UnsafeMutableRawPointer
    /// Bytes of the whole store.
    @usableFromInline let byteCount: Int
    /// Which elements are seen, and in which order.
    public let lattice: Lattice
    /// Their type.
    public let type: ElementType

    /// A view whose store is ready.
    @inlinable public init(_ view: StoreView) {
        memory = view.store.memory.unsafelyUnwrapped
        byteCount = view.store.byteCount
        lattice = view.lattice
        type = view.type
    }

    /// One number, the same at every point.
    @inlinable public init(number: UnsafeMutableRawPointer, _ type: ElementType) {
        self.init(number, type.byteCount, Lattice(rowMajor: AxisList()), type)
    }

    @usableFromInline
    init(
        _ memory: UnsafeMutableRawPointer, _ byteCount: Int, _ lattice: Lattice, _ type: ElementType
    ) {
        self.memory = memory
        self.byteCount = byteCount
        self.lattice = lattice
        self.type = type
    }

    /// The same elements at the points of `shape`, to which they broadcast, its axes reordered:
    /// axis `k` of the result is axis `order[k]` of the shape.
    public func arranged(over shape: AxisList, _ order: AxisList) -> RestingView {
        let stretched = lattice.broadcast(to: shape).unsafelyUnwrapped
        return RestingView(memory, byteCount, stretched.transposed(order), type)
    }
}

extension RestingView {
    /// The element at index zero.
    var first: UnsafeMutableRawPointer { memory + lattice.offset &* type.byteCount }

    /// Whether the elements lie side by side, one for each of `count` points.
    func isWhole(_ count: Int) -> Bool {
        lattice.isRowMajorContiguous && lattice.elementCount == count
    }

    /// Whether an address lies in the store.
    func holds(_ address: UnsafeRawPointer) -> Bool {
        address >= UnsafeRawPointer(memory) && address < UnsafeRawPointer(memory + byteCount)
    }

    /// The same elements in another type: they themselves where they have it, else side by side in
    /// scratch.
    @inline(__always)
    func converted(to target: ElementType, _ rooms: Immediate.Rooms) -> RestingView {
        type == target ? self : cast(to: target, rooms)
    }

    private func cast(to target: ElementType, _ rooms: Immediate.Rooms) -> RestingView {
        let count = lattice.elementCount
        let source = sideBySide(over: lattice.shape, count, rooms.gathered)
        KernelTable.cast(from: type, to: target)(source, rooms.converted, count)
        return RestingView(
            rooms.converted, count &* target.byteCount, Lattice(rowMajor: lattice.shape), target)
    }

    /// One element for each of the `count` points of a shape, side by side: where they are, or
    /// gathered in `room`.
    @inline(__always)
    func sideBySide(
        over shape: AxisList, _ count: Int, _ room: UnsafeMutableRawPointer
    ) -> UnsafeRawPointer {
        isWhole(count) ? UnsafeRawPointer(first) : gathered(over: shape, count, room)
    }

    private func gathered(
        over shape: AxisList, _ count: Int, _ room: UnsafeMutableRawPointer
    ) -> UnsafeRawPointer {
        if lattice.elementCount == 1 {
            LatticeCopy.fill(first, size: type.byteCount, count: count, into: room)
        } else {
            let stretched = lattice.broadcast(to: shape).unsafelyUnwrapped
            LatticeCopy.gather(stretched, memory, size: type.byteCount, into: room)
        }
        return UnsafeRawPointer(room)
    }

    /// The view as rows, where it has few enough axes.
    func rows(over shape: AxisList) -> RowOperand? {
        RowOperand(lattice, memory, size: type.byteCount, in: shape)
    }
}
