/// Pass 4, on several ranks only: gives new stores the borders of the operands that they are
/// computed from, so that a rank finds most of what it reads in its own blocks.
///
/// In: a fused group and the stores that have contents by then. Out: the same with the alignment of
/// its new stores set. A plan keeps what it set, for the stores of the windows that replay it.
///
///     t = n + s + e + w            n, s: rows i and i + 2 of a grid, e, w: rows i + 1
///     row i of t                   belongs to the owner of the grid's row i + 1, the one in the middle
import Launches
import Partitions

struct AlignRows {
    private(set) var alignments: [(store: Int, alignment: Store.Alignment)] = []
    let rankCount: Int

    init(rankCount: Int) { self.rankCount = rankCount }

    mutating func run(_ group: FusedGroup, hasContents: (Int) -> Bool) {
        func isNew(_ view: StoreView) -> Bool {
            view.store.isTiled && !hasContents(view.store.windowOrdinal) && view.isWholeStore
                && view.store.alignment == Store.Alignment(rows: view.store.shape[0], shift: 0)
        }
        guard group.outputs.contains(where: { isNew($0.view) }) else { return }
        func isRead(_ load: StoreView) -> Bool {
            load.store.isTiled && hasContents(load.store.windowOrdinal)
        }
        var largest = 0
        for load in group.loads where isRead(load) {
            largest = max(largest, load.store.elementCount)
        }
        var alignments: [Store.Alignment] = []
        for load in group.loads
        where isRead(load) && load.store.elementCount == largest
            && load.lattice.shape == group.domain
        {
            if let alignment = load.alignment { alignments.append(alignment) }
        }
        guard let rows = alignments.first?.rows else { return }
        let sorted = alignments.filter { $0.rows == rows }.sorted { $0.shift < $1.shift }
        for output in group.outputs.map(\.view)
        where isNew(output) && output.lattice.shape == group.domain {
            let shift = (sorted[(sorted.count - 1) / 2].shift + sorted[sorted.count / 2].shift) / 2
            output.store.align(with: .init(rows: rows, shift: shift), rankCount: rankCount)
            self.alignments.append((output.store.windowOrdinal, output.store.alignment))
        }
    }
}
