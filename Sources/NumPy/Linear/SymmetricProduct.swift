/// A matrix by its own transpose, as of covariances: equal on both sides of the diagonal, so half
/// of it is computed.
///
///       0 1 2 3
///     ┌─────────┐
///   0 │ ◤ x x · │   Of two tiles that mirror each other, one is computed (x) and one copied (·), so that every row of tiles
///   1 │ · ◤ x · │   has as much to do. On the diagonal the library computes one triangle (◤). Tiles are calls of the ordinary
///   2 │ · · ◤ x │   grid, whose bits do not depend on who makes them, and the result is exactly symmetric, as NumPy's.
///   3 │ x x · ◤ │
///     └─────────┘
import LegateCore

enum SymmetricProduct {
    /// Whether two factors are views of the same elements, one the transpose of the other.
    static func isOne(_ a: NDArray, _ b: NDArray) -> Bool {
        a.axisCount == 2 && b.axisCount == 2 && a.store === b.store
            && a.lattice == b.lattice.transposed()
    }

    /// Whether tile (`i`, `j`) of `count` rows of tiles is computed: those from the diagonal to the
    /// right, around the edge, until half of them are had. Of tiles that are half the way from
    /// their mirrors, the upper one in even rows.
    static func computes(_ i: Int, _ j: Int, of count: Int) -> Bool {
        let distance = 2 &* (j >= i ? j &- i : j &- i &+ count)
        if distance != count { return distance < count }
        return (i < j ? i : j &+ 1) & 1 == 0
    }

    /// Copies what was computed to the tiles that mirror it, at once.
    static func mirrorAtOnce(_ c: Matrix, _ grid: ProductGrid) {
        forEachMirrored(c.rows, grid.piece) { rows, columns in
            switch grid.type.byteCount {
            case 4: copy(c, rows, columns, UInt32.self)
            case 8: copy(c, rows, columns, UInt64.self)
            default: copy(c, rows, columns, SIMD2<UInt64>.self)
            }
        }
    }

    private static func copy<Bits>(
        _ c: Matrix, _ rows: Range<Int>, _ columns: Range<Int>, _: Bits.Type
    ) {
        let start = c.start.assumingMemoryBound(to: Bits.self)
        for row in rows {
            let target = start + row &* c.rowStride
            for column in columns { target[column] = start[column &* c.rowStride &+ row] }
        }
    }

    /// The same in launches.
    static func mirror(_ c: NDArray, _ grid: ProductGrid) throws {
        try forEachMirrored(c.shape[0], grid.piece) { rows, columns in
            try view(c, part(c, rows, columns)).assign(view(c, part(c, columns, rows).transposed()))
        }
    }

    /// Calls `body` for rectangles of tiles in one row that are not computed.
    private static func forEachMirrored(
        _ extent: Int, _ piece: Int,
        _ body: (_ rows: Range<Int>, _ columns: Range<Int>) throws -> Void
    ) rethrows {
        let count = (extent + piece - 1) / piece
        func range(_ tiles: Range<Int>) -> Range<Int> {
            tiles.lowerBound * piece..<min(tiles.upperBound * piece, extent)
        }
        for i in 0..<count {
            var j = 0
            while j < count {
                let first = j
                while j < count, !computes(i, j, of: count) { j += 1 }
                if first < j { try body(range(i..<i + 1), range(first..<j)) }
                j += 1
            }
        }
    }

    private static func part(_ c: NDArray, _ rows: Range<Int>, _ columns: Range<Int>) -> Lattice {
        c.lattice.sliced(axis: 0, start: rows.lowerBound, step: 1, count: rows.count)
            .sliced(axis: 1, start: columns.lowerBound, step: 1, count: columns.count)
    }

    private static func view(_ c: NDArray, _ lattice: Lattice) -> NDArray {
        NDArray(StoreView(store: c.store, lattice: lattice, type: c.type))
    }

    /// Copies a square's upper triangle onto the lower one. `square` lies row by row.
    static func mirrorTriangle(_ square: Matrix, size: Int) {
        switch size {
        case 4: mirrorTriangle(square, UInt32.self)
        case 8: mirrorTriangle(square, UInt64.self)
        default: mirrorTriangle(square, SIMD2<UInt64>.self)
        }
    }

    private static func mirrorTriangle<Bits>(_ square: Matrix, _: Bits.Type) {
        let start = square.start.assumingMemoryBound(to: Bits.self)
        for row in 1..<max(square.rows, 1) {
            let target = start + row &* square.rowStride
            for column in 0..<row { target[column] = start[column &* square.rowStride &+ row] }
        }
    }
}
