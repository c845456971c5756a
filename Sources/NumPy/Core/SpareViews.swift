/// Objects of views that nobody holds any more, kept for the next views: `a[1:-1]` in a loop asks
/// for no memory.
///
/// A kept object holds nothing: its store and its base are let go of when the view dies, as always.
/// Only the object itself stays, with fields that are as good as not there, until a new view fills
/// them.
///
///     v = a[1:]      an object is taken, or made; its fields are filled
///     v = a[2:]      another; the first view's fields are emptied, its object is spare
///
/// All of it belongs to the thread that records launches.
import LegateCore

public enum SpareViews {
    private static let capacity = 256
    nonisolated(unsafe) private static var count = 0
    /// Made when first needed: a lazily initialized constant is asked at each use whether it is.
    nonisolated(unsafe) private static var objects: UnsafeMutablePointer<UnsafeMutableRawPointer>?

    /// Empties a view that its last holder gives up, and keeps the object; `false` where it is not
    /// that simple.
    ///
    /// - Parameter pointer: The retained array itself, whose reference goes over to here if kept.
    @inline(__always)
    static func keeps(_ array: NDArray, _ pointer: UnsafeMutableRawPointer) -> Bool {
        guard array.base != nil, !array.isScalar, count < capacity,
            SpareArrays.isLastReference(pointer)
        else {
            return false
        }
        array.emptyFields()
        if objects == nil { objects = .allocate(capacity: capacity) }
        objects.unsafelyUnwrapped[count] = pointer
        count &+= 1
        return true
    }

    /// An object with empty fields, retained; to be filled at once.
    @inline(__always)
    fileprivate static func take() -> UnsafeMutableRawPointer? {
        guard count > 0 else { return nil }
        count &-= 1
        return objects.unsafelyUnwrapped[count]
    }
}

extension NDArray {
    /// A view of this array with another lattice, as ``viewed(_:as:isWritable:)`` makes it,
    /// retained once.
    @inline(__always)
    public func retainedView(_ lattice: Lattice) -> UnsafeMutableRawPointer {
        retainedView(lattice, as: type)
    }

    /// The same with elements of another type.
    @inline(__always)
    public func retainedView(_ lattice: Lattice, as type: ElementType) -> UnsafeMutableRawPointer {
        guard let pointer = SpareViews.take() else {
            return Unmanaged.passRetained(viewed(lattice, as: type)).toOpaque()
        }
        Unmanaged<NDArray>.fromOpaque(pointer)._withUnsafeGuaranteedRef {
            $0.fillFields(
                StoreView(store: store, lattice: lattice, type: type), isWritable: isWritable,
                base ?? self)
        }
        return pointer
    }

    @inline(__always)
    fileprivate func emptyFields() {
        view.store.handleCount &-= 1
        // Moved out and dropped: `deinitialize` would ask the runtime how.
        withUnsafeMutablePointer(to: &view) { _ = $0.move() }
        withUnsafeMutablePointer(to: &base) { _ = $0.move() }
    }

    @inline(__always)
    private func fillFields(_ view: StoreView, isWritable: Bool, _ base: NDArray) {
        withUnsafeMutablePointer(to: &self.view) { $0.initialize(to: view) }
        withUnsafeMutablePointer(to: &self.base) { $0.initialize(to: base) }
        self.isWritable = isWritable
        view.store.handleCount &+= 1
    }
}
