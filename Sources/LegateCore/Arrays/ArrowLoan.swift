/// Memory that Arrow's structures lend: moved here, released once, and seen as stores.
internal import CPlatform
import Launches
import Shapes

/// A structure of Arrow's that somebody releases.
protocol ArrowStructure {
    /// What the structure describes, for sentences.
    static var subject: String { get }
    /// Whether it has been released or moved away.
    var isReleased: Bool { get }
    /// Releases it, unless it is released.
    mutating func giveBack()
    /// Marks it as moved away.
    mutating func forget()
}

extension ArrowSchema: ArrowStructure {
    static var subject: String { "type" }
    var isReleased: Bool { release == nil }
    mutating func giveBack() { release?(&self) }
    mutating func forget() { release = nil }
}

extension ArrowArray: ArrowStructure {
    static var subject: String { "array" }
    var isReleased: Bool { release == nil }
    mutating func giveBack() { release?(&self) }
    mutating func forget() { release = nil }
}

/// A structure that was taken over: moved here, and released once. Of an array, stores over its
/// memory hold it, and the last one that goes releases it.
final class ArrowOwner<Structure: ArrowStructure> {
    private(set) var structure: Structure

    /// - Throws: ``CoreError/Kind/value`` for one that is released already.
    init(taking address: UnsafeMutableRawPointer) throws {
        let given = address.assumingMemoryBound(to: Structure.self)
        guard !given.pointee.isReleased else {
            throw CoreError(
                .value, "the structure of Arrow's \(Structure.subject) has been released")
        }
        structure = given.pointee
        given.pointee.forget()
    }

    deinit { structure.giveBack() }
}

extension ArrowOwner<ArrowArray> {
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
