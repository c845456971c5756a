/// Which groups touch the stores of a window.
import Launches

struct StoreUses {
    /// For every store, the first and the last group that touch it, and the last that reads it; -1
    /// for none.
    private(set) var firstUser: [Int]
    private(set) var lastUser: [Int]
    private(set) var lastReader: [Int]
    /// How many groups touch it.
    private(set) var groupCount: [Int]

    init(_ groups: [FusedGroup], _ copies: CopiedStores, storeCount: Int) {
        firstUser = [Int](repeating: -1, count: storeCount)
        (lastUser, lastReader) = (firstUser, firstUser)
        groupCount = [Int](repeating: 0, count: storeCount)
        for group in groups {
            for launch in group.launches {
                for view in copies.reads(of: launch) {
                    lastReader[view.store.windowOrdinal] = group.index
                    note(view.store, group.index)
                }
                for view in launch.outputs { note(view.store, group.index) }
            }
        }
    }

    private mutating func note(_ store: Store, _ group: Int) {
        let ordinal = store.windowOrdinal
        if lastUser[ordinal] == group { return }
        if firstUser[ordinal] < 0 { firstUser[ordinal] = group }
        lastUser[ordinal] = group
        groupCount[ordinal] += 1
    }

    /// Whether there is something in a store when a group begins.
    func hasContents(_ store: Store, before group: Int) -> Bool {
        store.memory != nil || 0..<group ~= firstUser[store.windowOrdinal]
    }
}
