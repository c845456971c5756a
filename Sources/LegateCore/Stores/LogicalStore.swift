/// A handle on a store, or on a view of one: what libraries pass to tasks and to each other.
///
/// A handle is cheap (one object, no copy) and lazy: its elements are computed when somebody reads
/// them. While a handle lives, its store keeps its contents; when the last one goes, launches that
/// nobody can see any more are never run.
import Kernels
import Launches
import Shapes
import Tracing

/// Anything that shows a store: handles of the core, arrays of the array library.
public protocol StoreConvertible {
    /// The view that a task works on.
    var storeView: StoreView { get }
}

extension StoreView: StoreConvertible {
    public var storeView: StoreView { self }
}

/// A logical array of elements of one type, or a view of one.
public final class LogicalStore: StoreConvertible {
    public let storeView: StoreView

    /// Another handle on what `view` shows.
    public init(_ view: StoreView) {
        storeView = view
        view.store.handleCount &+= 1
    }

    deinit { storeView.store.handleCount &-= 1 }

    /// The type of the elements.
    @inlinable public var type: ElementType { storeView.type }
    /// Extents.
    @inlinable public var shape: AxisList { storeView.lattice.shape }
    /// Axes.
    @inlinable public var axisCount: Int { shape.count }
    /// Elements.
    @inlinable public var count: Int { shape.product }
}

extension LogicalStore {
    /// A new store. Its contents are whatever the first task writes.
    ///
    /// - Throws: ``CoreError/Kind/value`` for a negative extent; ``MemoryCeilingError`` when it
    ///   does not fit.
    public convenience init(_ type: ElementType, shape: AxisList) throws {
        if let negative = shape.first(where: { $0 < 0 }) {
            throw CoreError(.value, "a store has no extent of \(negative): shape \(shape)")
        }
        self.init(StoreView(try Runtime.shared.makeStore(type, shape)))
    }

    /// A new store with these elements, row by row.
    ///
    /// - Throws: ``CoreError/Kind/value`` when the shape has another number of elements.
    public convenience init<T: ArrayElement>(_ values: [T], shape: AxisList? = nil) throws {
        let shape = shape ?? [values.count]
        guard shape.product == values.count else {
            throw CoreError(.value, "\(values.count) values do not fill a store of shape \(shape)")
        }
        let size = T.elementType.byteCount
        try self.init(T.elementType, shape: shape) { memory, own in
            values.withUnsafeBytes {
                memory.copyMemory(
                    from: $0.baseAddress.unsafelyUnwrapped + own.lowerBound * size,
                    byteCount: own.count * size)
            }
        }
    }

    /// A new store whose elements the caller writes, of each rank its own: `fill` gets the address
    /// of the first of them and their numbers. It is not called where there are none.
    convenience init(
        _ type: ElementType, shape: AxisList,
        fill: (UnsafeMutableRawPointer, Range<Int>) throws -> Void
    ) throws {
        try self.init(type, shape: shape)
        let own = try Runtime.shared.materializeOwn(storeView.store)
        if own.isEmpty { return }
        try fill(
            storeView.store.memory.unsafelyUnwrapped + own.lowerBound * type.byteCount, own)
    }

    /// The elements row by row. Waits for them; on several ranks every rank gets all.
    ///
    /// - Throws: ``CoreError/Kind/type`` when the elements are of another type.
    /// - Complexity: O(elements).
    public func values<T: ArrayElement>(as _: T.Type = T.self) throws -> [T] {
        guard type == T.elementType else {
            throw CoreError(
                .type, "a store of \(type.name) has no elements of \(T.elementType.name)")
        }
        let local = try Runtime.shared.localView(storeView)
        let memory = try Runtime.shared.wait(for: local.store)
        return [T](unsafeUninitializedCapacity: count) { buffer, filled in
            if count > 0 {
                LatticeCopy.gather(
                    local.lattice, memory, size: type.byteCount,
                    into: UnsafeMutableRawPointer(buffer.baseAddress!))
            }
            filled = count
        }
    }

    /// Sets every element to one number, converted to the store's type.
    public func fill(_ value: TaskScalar) throws {
        try fill(try value.constant(as: type))
    }

    func fill(_ constant: ScalarExpression.Constant) throws {
        if storeView.store.isReadOnly { throw CoreError.readOnly(nil) }
        try Runtime.shared.recordPointwise(
            Launch(
                name: "fill", domain: shape, inputs: [], outputs: [storeView],
                body: .pointwise(
                    ScalarExpression(inputTypes: [], constants: [constant], results: [0])),
                source: SourceLocation.current))
    }

    /// Copies another store's elements here, point by point.
    ///
    /// - Throws: ``CoreError`` when shapes or types differ.
    public func copy(from other: any StoreConvertible) throws {
        let view = other.storeView
        guard view.lattice.shape == shape else {
            throw CoreError(
                .value, "a copy needs equal shapes, not \(view.lattice.shape) to \(shape)")
        }
        guard view.type == type else {
            throw CoreError(
                .type, "a copy needs equal types, not \(view.type.name) to \(type.name)")
        }
        if storeView.store.isReadOnly { throw CoreError.readOnly(nil) }
        try Runtime.shared.recordPointwise(
            Launch.copy(from: view, to: storeView, source: SourceLocation.current))
    }
}
