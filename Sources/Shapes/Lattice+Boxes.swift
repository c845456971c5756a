/// An interval of a lattice's row-major positions as boxes: at most two per axis, each a lattice of
/// its own.
///
///     shape (4, 5), positions 3 ..< 17        . . . a a      row 0 from column 3 on
///                                             b b b b b      rows 1 and 2, one box
///                                             b b b b b
///                                             c c . . .      row 3 up to column 2

extension Lattice {
    /// Calls `body` for boxes that make up the points at an interval of positions, in row-major
    /// order.
    ///
    /// - Parameter body: Gets the box and the position of its first point; its points lie at
    ///   consecutive positions.
    public func forEachBox(
        of positions: Range<Int>, _ body: (_ box: Lattice, _ position: Int) throws -> Void
    ) rethrows {
        try forEachBox(of: positions, first: 0, body)
    }

    private func forEachBox(
        of positions: Range<Int>, first: Int, _ body: (Lattice, Int) throws -> Void
    ) rethrows {
        let count = elementCount
        let positions = positions.clamped(to: 0..<count)
        if positions.isEmpty { return }
        if positions.count == count { return try body(self, first) }
        let row = count / shape[0]
        var (low, high) = (positions.lowerBound / row, positions.upperBound / row)
        if positions.lowerBound % row != 0 {
            let start = low * row
            try projected(axis: 0, at: low).forEachBox(
                of: positions.lowerBound - start..<min(positions.upperBound - start, row),
                first: first + start, body)
            low += 1
        }
        if low < high {
            try body(sliced(axis: 0, start: low, step: 1, count: high - low), first + low * row)
        }
        high = max(low, high)
        if positions.upperBound > high * row {
            try projected(axis: 0, at: high).forEachBox(
                of: 0..<positions.upperBound - high * row, first: first + high * row, body)
        }
    }
}
