/// A matrix by its own transpose, as of covariances: equal on both sides of the diagonal, so half of it is computed.
///
///     ┌───┬───┬───┐
///     │ 0 │ 0 │ 0 │   Each piece of rows computes the panels from its diagonal on: calls of the ordinary grid, whose
///     ├───┼───┼───┤   bits do not depend on who makes them. What lies below the diagonal is then copied from above it,
///     │   │ 1 │ 1 │   within the diagonal's panels, too: the result is exactly symmetric, as NumPy's.
///     └───┴───┴───┘
import LegateCore

enum SymmetricProduct {
    /// Whether two factors are views of the same elements, one the transpose of the other.
    static func isOne(_ a: NDArray, _ b: NDArray) -> Bool {
        a.axisCount == 2 && b.axisCount == 2 && a.store === b.store && a.lattice == b.lattice.transposed()
    }

    /// Copies what was computed above the diagonal's pieces to below them.
    static func mirror(_ c: NDArray, _ grid: ProductGrid) throws {
        let count = c.shape[0]
        for first in stride(from: grid.piece, to: count, by: grid.piece) {
            let rows = min(grid.piece, count - first)
            func part(_ row: Int, _ rows: Int, _ column: Int, _ columns: Int) -> Lattice {
                c.lattice.sliced(axis: 0, start: row, step: 1, count: rows)
                    .sliced(axis: 1, start: column, step: 1, count: columns)
            }
            let above = part(0, first, first, rows).transposed()
            try view(c, part(first, rows, 0, first)).assign(view(c, above))
        }
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
