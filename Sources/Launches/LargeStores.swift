/// The large stores that live, for errors that name who holds the memory.
///
/// A store takes itself off the list when it dies. The list keeps no references, not even weak
/// ones: an object that was ever referenced weakly is counted in a table beside it, which makes each
/// later use of it several times as expensive. Belongs to the thread that records launches.
public enum LargeStores {
    nonisolated(unsafe) private static var list: [Unmanaged<Store>] = []

    /// Lists a store that is not listed yet.
    public static func insert(_ store: Store) {
        precondition(store.largePlace < 0, "a store is listed once")
        store.largePlace = list.count
        list.append(Unmanaged.passUnretained(store))
    }

    /// Takes a listed store off the list; the last one takes its place.
    static func remove(_ store: Store) {
        let last = list.removeLast()
        if store.largePlace < list.count {
            list[store.largePlace] = last
            last._withUnsafeGuaranteedRef { $0.largePlace = store.largePlace }
        }
        store.largePlace = -1
    }

    /// All of them, in no order.
    public static var all: [Store] { list.map { $0.takeUnretainedValue() } }
}
