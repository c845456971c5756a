/// A store: a logical array of elements in a flat index space, whose bytes exist only once
/// something computed them.
///
/// Clients hold stores through views. The runtime keeps beside each store what its window needs to
/// know: how many handles still see it, and which recorded launches touch it. All fields belong to
/// the thread that records launches; workers see only raw memory.
import Shapes
import Tracing

/// A logical array of elements in a flat index space.
public final class Store {
    /// A number of its own. Tiled stores are numbered apart, in the order of their creation, equal
    /// on every rank.
    public let id: UInt64
    /// The type of the elements.
    public let type: ElementType
    /// Elements.
    public let elementCount: Int
    /// The shape it was created with, row-major over the flat index space.
    public let shape: AxisList

    /// The bytes, when they exist. Owned through `release`.
    public var memory: UnsafeMutableRawPointer?
    /// How the bytes are given back.
    public var disposal: Disposal = .none

    /// Views outside the runtime that still see this store. A store without handles and readers is
    /// dead.
    public var handleCount = 0
    /// Recorded launches, not yet run, that read or write this store.
    public var pendingReads = 0
    /// Recorded launches, not yet run, that write this store.
    public var pendingWrites = 0
    /// Foreign code may read or write the bytes at any time: nothing that touches this store stays
    /// pending.
    public var isShared = false
    /// The bytes belong to somebody who lent them for reading.
    public var isReadOnly = false
    /// Each rank owns a block of the flat index space; the others' bytes are here only where they
    /// were received. `false` for replicated stores, which every rank holds and computes whole, and
    /// wherever there is one rank.
    public var isTiled: Bool
    /// How a tiled store's rows lie to those that decide where its blocks end.
    public var alignment: Alignment
    /// Every byte that was ever written is valid on this rank: the store is replicated, or it is
    /// tiled and nothing wrote to it since it was gathered or made whole.
    public var isLocal: Bool
    /// Where the program created it; shown by memory errors.
    public var source: SourceLocation?
    /// Its place among the large stores, of those that are listed.
    var largePlace = -1
    /// The planner's mark: the last plan in which a kept launch reads this store.
    public var planMark = 0
    /// The planner's number of this store in the window with the given mark.
    public var windowOrdinal = 0
    /// The window in which the planner numbered this store.
    public var windowMark = 0
    /// Slot for the planner's index of the accesses in the current window.
    public var windowIndex: AnyObject?

    /// Row i of axis 0 belongs to the owner of row `shift + i` of a store of `rows` rows.
    public struct Alignment: Hashable, Sendable {
        /// Rows of the store that it lies to.
        public var rows: Int
        /// Which of those rows is the first one here.
        public var shift: Int

        /// An alignment by its parts.
        public init(rows: Int, shift: Int) {
            self.rows = rows
            self.shift = shift
        }
    }

    /// How the bytes are given back.
    public enum Disposal {
        case none
        /// Back to the runtime's memory pool.
        case pool
        /// Memory of somebody else: call when no longer needed.
        case foreign(() -> Void)
    }

    /// Called when a store with pool memory dies. Set once by the backend.
    nonisolated(unsafe) public static var returnToPool:
        (_ memory: UnsafeMutableRawPointer, _ byteCount: Int) -> Void = { memory, _ in
            memory.deallocate()
        }
    /// Stores of more elements are tiled over the ranks. Set once by the runtime, with the number
    /// of ranks.
    nonisolated(unsafe) public static var replicationLimit = Int.max
    /// Ranks of the run.
    nonisolated(unsafe) public static var rankCount = 1
    /// Whether there are several ranks, or a replay plays them: large stores are tiled.
    @inlinable public static var areTiled: Bool { replicationLimit != .max }
    /// Bytes that count for this rank's account: of a tiled store its block, as if all were equal.
    public let accountedBytes: Int
    /// Called when any store dies, for the account of live bytes.
    nonisolated(unsafe) public static var liveByteCount = 0
    nonisolated(unsafe) private static var nextID: UInt64 = 0
    nonisolated(unsafe) private static var nextTiledID: UInt64 = 1

    /// - Parameter mayTile: `false` for what one rank makes of its own, whose shape need not be the
    ///   same on others.
    public init(type: ElementType, shape: AxisList, mayTile: Bool = true) {
        self.type = type
        self.shape = shape
        elementCount = shape.product
        isTiled = mayTile && elementCount > Store.replicationLimit
        isLocal = !isTiled
        alignment = Alignment(rows: shape.count > 0 ? shape[0] : 1, shift: 0)
        if isTiled {
            id = Store.nextTiledID
            Store.nextTiledID &+= 2
        } else {
            id = Store.nextID
            Store.nextID &+= 2
        }
        accountedBytes = elementCount &* type.byteCount / (isTiled ? Store.rankCount : 1)
        Store.liveByteCount &+= accountedBytes
    }

    /// Bytes of all elements.
    @inlinable public var byteCount: Int { elementCount &* type.byteCount }
    /// Whether the bytes are all on this rank and no recorded launch is going to change them.
    @inlinable public var isReady: Bool { pendingWrites == 0 && memory != nil && isLocal }

    /// Takes over the bytes of a store that nobody will read again; both have as many.
    public func takeMemory(of other: Store) {
        memory = other.memory
        disposal = other.disposal
        other.memory = nil
        other.disposal = .none
    }

    deinit {
        Store.liveByteCount &-= accountedBytes
        if largePlace >= 0 { LargeStores.remove(self) }
        guard let memory else { return }
        switch disposal {
        case .none: break
        case .pool: Store.returnToPool(memory, elementCount &* type.byteCount)
        case .foreign(let release): release()
        }
    }
}

/// A store seen through a lattice, as elements of `type` (which differs from the store's type for
/// the real or imaginary part of complex stores and for reinterpreted bytes). Lattice units are
/// elements of `type`.
public struct StoreView {
    /// What is seen.
    public var store: Store
    /// Which elements are seen, and in which order.
    public var lattice: Lattice
    /// The type in which they are seen.
    public var type: ElementType
    /// While a plan is made for windows whose views move: which of its store's views it moves with.
    /// How views of different slides lie to each other is not known. 0 for views that stay.
    @usableFromInline package var slide: UInt8 = 0

    /// A view by its parts.
    @inlinable public init(store: Store, lattice: Lattice, type: ElementType) {
        self.store = store
        self.lattice = lattice
        self.type = type
    }

    /// Looks at the store without counting a reference: it lives as long as the view.
    @inline(__always)
    @inlinable public func withStore<R>(_ look: (Store) -> R) -> R {
        Unmanaged.passUnretained(store)._withUnsafeGuaranteedRef(look)
    }

    /// The whole store in row-major order.
    @inlinable public init(_ store: Store) {
        self.init(store: store, lattice: Lattice(rowMajor: store.shape), type: store.type)
    }
}
