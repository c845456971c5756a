/// Where the blocks of a new tiled store end: where those of the operands end that it is made from.
///
///     d = u[1:-1] - u[:-2]        row i of d belongs to the owner of row i + 1 of u
import Launches
import Partitions
import Shapes

extension Runtime {
    /// Ranks that share tiled stores, those of the loopback world included.
    var sharingRanks: Int {
        max(configuration.rankCount, configuration.replayRanks, configuration.simulatedRanks?.rankCount ?? 1)
    }

    /// Aligns a store with the operands of the first launch that writes it. Borders of stores with contents stay.
    func align(_ output: StoreView, _ launch: Launch) {
        guard output.store.memory == nil, output.alignment == output.store.alignment,
            output.lattice.isRowMajorContiguous, output.lattice.elementCount == output.store.elementCount
        else { return }
        if case .pointwise = launch.body {} else { return }
        var shifts: [Store.Alignment] = []
        for input in launch.inputs where input.store.isTiled && input.lattice.shape == output.lattice.shape {
            if let alignment = input.alignment { shifts.append(alignment) }
        }
        // The operand in the middle: the others read about as far to both sides.
        guard let first = shifts.first else { return }
        let middle = shifts.filter { $0.rows == first.rows }.sorted { $0.shift < $1.shift }
        output.store.align(with: middle[middle.count / 2], rankCount: sharingRanks)
    }
}

extension StoreView {
    /// How the view's rows along its axis 0 lie to those that decide where its store's blocks end; `nil` where the axis
    /// does not walk the store row by row.
    var alignment: Store.Alignment? {
        let rows = store.shape.count > 0 ? store.shape[0] : 0
        guard rows > 0, lattice.axisCount > 0, type == store.type else { return nil }
        let rowSize = store.elementCount / rows
        guard lattice.strides[0] == rowSize else { return nil }
        return Store.Alignment(rows: store.alignment.rows, shift: store.alignment.shift + lattice.offset / rowSize)
    }

    /// Gives a new store the borders of the rows that a view of another shows.
    func alignRows(with other: StoreView, rankCount: Int) {
        guard store.isTiled, other.store.isTiled, let alignment = other.alignment else { return }
        store.align(with: alignment, rankCount: rankCount)
    }
}

extension Store {
    fileprivate func align(with alignment: Alignment, rankCount: Int) {
        if Ownership.aligns(shape[0], with: alignment, rankCount: rankCount) { self.alignment = alignment }
    }
}
