/// Where the blocks of a new tiled store end: where those of the rows end that it is made from.
///
///     d = u[1:-1] - u[:-2]        row i of d belongs to the owner of row i + 1 of u
import Launches
import Shapes

extension StoreView {
    /// How the view's rows along its axis 0 lie to those that decide where its store's blocks end;
    /// `nil` where the axis does not walk the store row by row.
    public var alignment: Store.Alignment? {
        let rows = store.shape.count > 0 ? store.shape[0] : 0
        guard rows > 0, lattice.axisCount > 0, type == store.type else { return nil }
        let rowSize = store.elementCount / rows
        guard lattice.strides[0] == rowSize else { return nil }
        return Store.Alignment(
            rows: store.alignment.rows, shift: store.alignment.shift + lattice.offset / rowSize)
    }

    /// Whether the view shows a whole store in its own order.
    public var isWholeStore: Bool {
        lattice.offset == 0 && lattice.isRowMajorContiguous
            && lattice.elementCount == store.elementCount
            && lattice.axisCount > 0 && lattice.shape[0] == store.shape[0]
    }
}

extension Store {
    /// Gives a new store the borders of other rows, where its blocks would not become much larger.
    public func align(with alignment: Alignment, rankCount: Int) {
        if isTiled, Ownership.aligns(shape[0], with: alignment, rankCount: rankCount) {
            self.alignment = alignment
        }
    }
}
