/// An array with NumPy's semantics: a view on a store of the core.
///
/// Cheap to make (one object, no copies); nothing is computed until a value is needed.
import LegateCore

public final class NDArray {
    public internal(set) final var view: StoreView
    /// Whether NumPy would give a scalar here (a full reduction, a single element): prints and
    /// hashes like one.
    public let isScalar: Bool
    public var isWritable: Bool
    /// Made as all of a new store, row-major: may serve again when nobody holds it any more.
    var isWhole = false
    /// The object that shows this array to another language, while there is one; so that `base`
    /// gives the same again.
    public var shell: UnsafeMutableRawPointer?
    /// The array this one is a view of, as NumPy's `base`; `nil` for arrays that own their store.
    public internal(set) final var base: NDArray?

    @inlinable public var store: Store { view.store }
    @inlinable public var lattice: Lattice { view.lattice }
    @inlinable public var type: ElementType { view.type }
    @inlinable public var shape: AxisList { view.lattice.shape }
    /// In elements of `type`.
    @inlinable public var strides: AxisList { view.lattice.strides }
    @inlinable public var axisCount: Int { view.lattice.shape.count }
    @inlinable public var count: Int { view.lattice.shape.product }

    public init(
        _ view: StoreView, isScalar: Bool = false, isWritable: Bool = true, base: NDArray? = nil
    ) {
        self.view = view
        self.isScalar = isScalar
        self.isWritable = isWritable
        self.base = base
        view.store.handleCount &+= 1
    }

    deinit { view.store.handleCount &-= 1 }

    /// Gives a new array another order in memory.
    func lie(as lattice: Lattice) {
        view.lattice = lattice
        isWhole = false
    }

    /// A view of this array with another lattice (and perhaps another element type).
    public func viewed(_ lattice: Lattice, as type: ElementType? = nil, isWritable: Bool? = nil)
        -> NDArray
    {
        NDArray(
            StoreView(store: store, lattice: lattice, type: type ?? self.type),
            isWritable: isWritable ?? self.isWritable, base: base ?? self)
    }
}
