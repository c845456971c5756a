/// Memory that Arrow's structures lend: moved here, released once, and seen as stores.
internal import CPlatform
import Launches
import Shapes

/// A schema that was taken over.
final class ArrowSchemaOwner {
    private(set) var schema: ArrowSchema

    /// - Throws: ``CoreError/Kind/value`` for one that is released already.
    init(taking address: UnsafeMutableRawPointer) throws {
        let given = address.assumingMemoryBound(to: ArrowSchema.self)
        guard given.pointee.release != nil else {
            throw CoreError(.value, "the structure of Arrow's type has been released")
        }
        schema = given.pointee
        given.pointee.release = nil
    }

    deinit { schema.release?(&schema) }
}

/// An array that was taken over. Stores over its memory hold it; the last one that goes releases
/// it.
final class ArrowArrayOwner {
    private(set) var array: ArrowArray

    /// - Throws: ``CoreError/Kind/value`` for one that is released already.
    init(taking address: UnsafeMutableRawPointer) throws {
        let given = address.assumingMemoryBound(to: ArrowArray.self)
        guard given.pointee.release != nil else {
            throw CoreError(.value, "the structure of Arrow's array has been released")
        }
        array = given.pointee
        given.pointee.release = nil
    }

    deinit { array.release?(&array) }

    /// A store over a part of the memory, or a copy of it where it does not lie at a multiple of
    /// the elements' size.
    ///
    /// - Parameter first: Elements before the first one.
    func store(
        _ memory: UnsafeRawPointer?, _ type: ElementType, _ shape: AxisList, from first: Int = 0
    ) throws
        -> LogicalStore
    {
        let bytes = shape.product * type.byteCount
        guard bytes > 0 else { return try LogicalStore(type, shape: shape) }
        guard let memory else {
            throw CoreError(.value, "an array of Arrow's has no memory for its elements")
        }
        let start = memory + first * type.byteCount
        guard UInt(bitPattern: start) % UInt(type.byteCount) == 0 else {
            return try LogicalStore(copying: start, type, shape)
        }
        return LogicalStore(
            borrowing: UnsafeMutableRawPointer(mutating: start), type, shape, from: self)
    }
}

extension LogicalStore {
    /// A store over memory that may only be read and that an object keeps.
    convenience init(
        borrowing memory: UnsafeMutableRawPointer, _ type: ElementType, _ shape: AxisList,
        from owner: AnyObject
    ) {
        let store = Store(type: type, shape: shape)
        store.memory = memory
        store.disposal = .foreign { withExtendedLifetime(owner) {} }
        store.isLocal = true
        store.isReadOnly = true
        // The lender sees the bytes, too: whoever holds no handle on the store must not take them
        // over.
        store.handleCount += 1
        self.init(StoreView(store))
    }

    /// A new store with the elements that lie row by row at an address, wherever that is.
    convenience init(copying memory: UnsafeRawPointer, _ type: ElementType, _ shape: AxisList)
        throws
    {
        let size = type.byteCount
        try self.init(type, shape: shape) {
            $0.copyMemory(from: memory + $1.lowerBound * size, byteCount: $1.count * size)
        }
    }
}
