/// Pass 4, on several ranks only: finds the temporaries that one nest hands over to the next, point
/// by point.
///
/// In: groups and their nests. Out: for each group the store that it hands over, if any. Nobody
/// else sees it, so it needs no owner: whoever computes points of the second nest computes them of
/// the first, and nothing of it travels, however the rows of both lie. An update in place is of
/// this kind:
///
///     c[::2] = c[::2] + c[1::2]     t = c[::2] + c[1::2]     computed by the owner of c[::2]
///                                   c[::2] = t               who finds it there
///
/// Both stand in one segment: between them a rank has not what it owns of the temporary.
import Kernels
import Launches

struct HandedOver {
    struct Pair {
        /// By its ordinal in the window.
        var store: Int
        /// The nest that takes it.
        var taker: LoweredNest
    }

    private var pairs: [Pair?]

    init(_ lowered: [LoweredNest?], _ uses: StoreUses) {
        pairs = lowered.map { _ in nil }
        for k in lowered.indices.dropLast() {
            guard let giver = lowered[k], let taker = lowered[k + 1] else { continue }
            pairs[k] = HandedOver.pair(giver, taker, k, uses)
        }
    }

    subscript(group: Int) -> Pair? { pairs[group] }

    private static func pair(
        _ giver: LoweredNest, _ taker: LoweredNest, _ group: Int, _ uses: StoreUses
    ) -> Pair? {
        guard giver.nest.form == .points, taker.nest.form == .points,
            giver.nest.pointCount == taker.nest.pointCount,
            giver.nest.outputs.count == 1
        else { return nil }
        let target = giver.nest.outputs[0].target
        let store = giver.stores[target.slot]
        let ordinal = store.windowOrdinal
        guard store.memory == nil, store.handleCount == 0, !store.isShared,
            uses.groupCount[ordinal] == 2,
            giver.nest.walksAll(of: store, target),
            giver.nest.loads.allSatisfy({ $0.slot != target.slot }),
            let slot = taker.stores.firstIndex(where: { $0 === store }),
            taker.nest.takes(store, in: slot),
            // Else what the second nest writes might take over the temporary's memory.
            taker.nest.outputs.allSatisfy({
                uses.hasContents(taker.stores[$0.target.slot], before: group)
            })
        else { return nil }
        return Pair(store: ordinal, taker: taker)
    }
}
