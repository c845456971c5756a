/// How a product's result is cut: a grid that follows from the shapes alone, so that every element
/// is computed by the same call with the same extents on any number of workers or ranks. The inner
/// axis is never cut.
///
///     c (m × n)        by rows             by columns
///     ┌──────────┐     ┌──────────┐ piece  ┌───┬───┬──┐
///     │          │     ├──────────┤        │   │   │  │
///     └──────────┘     └──────────┘        └───┴───┴──┘
///
/// A piece costs one reading of the whole other factor, so pieces are not thin: measured on
/// matrices of 500 to 2000 rows, pieces of 128 rows and more cost at most a tenth over one single
/// call.
import CPlatform
import LegateCore

struct ProductGrid {
    let type: ElementType
    let usesLibrary: Bool
    let cutsRows: Bool
    /// Rows or columns of a piece.
    private(set) var piece: Int
    /// Where not 0, the result is the sum of the products over runs of this many inner elements.
    private(set) var innerPiece = 0
    /// A matrix by its own transpose: one of two tiles that mirror each other need not be computed
    /// (``SymmetricProduct``).
    private(set) var isSymmetric = false

    /// - Parameters: `leftRowStride` and `rightColumnStride` tell how the matrix of a product with
    ///   a vector lies.
    init(
        _ type: ElementType, rows m: Int, columns n: Int, inner k: Int, leftRowStride: Int,
        rightColumnStride: Int
    ) {
        self.type = type
        usesLibrary = BLAS.takes(type)
        cutsRows = m >= n || m >= 256
        let extent = cutsRows ? m : n
        let other = cutsRows ? n : m
        let isCutAcrossRuns = (cutsRows ? leftRowStride : rightColumnStride) == 1
        // What a worker should take at a time.
        let wide: Int
        if other == 1 {
            // Matrix times vector: bound by memory, so pieces of up to a mebibyte, an even number
            // of nearly equal ones; long runs where the cut goes across the runs of adjacent
            // elements.
            let most = max(isCutAcrossRuns ? 512 : 16, ((1 << 17) / max(k, 1) + 15) / 16 * 16)
            let pairs = (extent + 2 * most - 1) / (2 * most)
            wide = min(extent, most, ((extent + 2 * pairs - 1) / max(2 * pairs, 1) + 15) / 16 * 16)
        } else if !usesLibrary {
            wide = min(extent, max(4, (1 << 20) / max(k * other, 1)))
        } else if extent >= 1024 {
            wide = 256
        } else {
            let pieces = extent < 64 ? 1 : extent < 256 ? 2 : 4
            wide = min(extent, ((extent + pieces - 1) / pieces + 7) / 8 * 8)
        }
        // Ranks own multiples of eight rows of a matrix: calls of so few that a rank multiplies its
        // own rows alone, each over 4096 elements or more. On one rank no bit of such a row depends
        // on the cut (``RowProducts``).
        let isOwnRows =
            other == 1 && !isCutAcrossRuns && !(RowProducts.takes(type) && !Store.areTiled)
        piece = isOwnRows ? min(wide, max(8, (4096 / max(k, 1) + 7) / 8 * 8)) : wide
        let addsRows = other == 1 && isCutAcrossRuns
        // About eight runs of one to four mebibytes of doubles.
        let run = (max(1, (1 << 17) / (m + n), min(k / 8, (1 << 19) / (m + n))) + 15) & ~15
        // Rows that are sums of their own need no partial results where there are four pieces of
        // them.
        let isFew = other == 1 ? extent <= 3 * wide : extent < 4 * wide
        if m * n <= 1 << 14, m * n * 4 <= run * (m + n), k >= 4 * run, addsRows || isFew {
            innerPiece = run
        }
    }

    /// Columns of one call where pieces are cut by rows: wide results are made in panels, so that
    /// several ranks need only a panel of the right factor at a time. A piece packs its rows once
    /// more for each panel, some percent.
    func panel(of columns: Int) -> Int {
        if isSymmetric { return piece }
        return columns >= 2 * ProductGrid.panelWidth ? ProductGrid.panelWidth : columns
    }
    private static let panelWidth = 512

    /// The grid for a matrix of `columns` rows by its own transpose; itself for loops of our own.
    /// Long inner axes are cut in four, so that every call computes the whole triangle; else tiles
    /// are squares, in four rows where one call would do half of the work for nothing.
    func symmetric(columns: Int, inner k: Int) -> ProductGrid {
        guard usesLibrary, cutsRows, columns > 1 else { return self }
        var result = self
        result.isSymmetric = true
        guard innerPiece == 0, columns >= 64, columns < 1024 else { return result }
        if k >= 4 * columns {
            result.innerPiece = ((k + 3) / 4 + 15) & ~15
        } else {
            result.piece = ((columns + 3) / 4 + 7) / 8 * 8
        }
        return result
    }

    /// Whether the tile of a piece and a panel is computed, and not mirrored.
    private func computes(row: Int, column: Int, _ columns: Int) -> Bool {
        isSymmetric
            ? SymmetricProduct.computes(
                row / piece, column / piece, of: (columns + piece - 1) / piece) : true
    }

    /// Pieces of the result.
    func pieceCount(of c: Matrix) -> Int { ((cutsRows ? c.rows : c.columns) + piece - 1) / piece }

    /// One piece of `c = a · b`.
    func multiply(piece k: Int, _ a: Matrix, _ b: Matrix, into c: Matrix) {
        let size = type.byteCount
        let first = k &* piece
        let count = min(piece, (cutsRows ? c.rows : c.columns) &- first)
        if usesLibrary { lg_blas_enter() }
        if cutsRows {
            panels(
                a.rows(first, count, size: size), b, c.rows(first, count, size: size), row: first)
        } else {
            one(a, b.columns(first, count, size: size), c.columns(first, count, size: size))
        }
        if usesLibrary { lg_blas_leave() }
    }

    /// A piece of rows, panel by panel. `row` is the place of its first row in the whole result.
    @inline(__always)
    private func panels(_ a: Matrix, _ b: Matrix, _ c: Matrix, row: Int) {
        let width = panel(of: c.columns)
        if width >= c.columns { return tile(a, b, c, row: row, column: 0) }
        let size = type.byteCount
        for first in stride(from: 0, to: c.columns, by: width)
        where computes(row: row, column: first, c.columns) {
            let count = min(width, c.columns - first)
            tile(
                a, b.columns(first, count, size: size), c.columns(first, count, size: size),
                row: row, column: first)
        }
    }

    /// One tile; `row` and `column` are its place in the result. On the diagonal of a symmetric
    /// product the library computes one triangle.
    @inline(__always)
    private func tile(_ a: Matrix, _ b: Matrix, _ c: Matrix, row: Int, column: Int) {
        guard isSymmetric, row == column, c.rows == c.columns else { return one(a, b, c) }
        let x = a.layout
        lg_blas_syrk(
            BLAS.letter(type), x.isTransposed ? 1 : 0, Int64(c.rows), Int64(a.columns), a.start,
            Int64(x.distance),
            c.start, Int64(c.rowStride))
        SymmetricProduct.mirrorTriangle(c, size: type.byteCount)
    }

    /// `c = a · b` in one call; the result is a tile of the grid, at `row` and `column`.
    func multiplyTile(_ a: Matrix, _ b: Matrix, into c: Matrix, row: Int = 0, column: Int = 0) {
        if usesLibrary { lg_blas_enter() }
        tile(a, b, c, row: row, column: column)
        if usesLibrary { lg_blas_leave() }
    }

    /// The product over run number `k` of the inner axis.
    func multiply(run k: Int, _ a: Matrix, _ b: Matrix, into c: Matrix) {
        let first = k &* innerPiece
        let count = min(innerPiece, a.columns &- first)
        if usesLibrary { lg_blas_enter() }
        let size = type.byteCount
        tile(
            a.columns(first, count, size: size), b.rows(first, count, size: size), c, row: 0,
            column: 0)
        if usesLibrary { lg_blas_leave() }
    }

    /// `c = a · b`, piece by piece. `c`'s first row (or column) is the first of a piece, and number
    /// `row` of the result.
    func multiply(_ a: Matrix, _ b: Matrix, into c: Matrix, row: Int = 0) {
        let extent = cutsRows ? c.rows : c.columns
        if usesLibrary { lg_blas_enter() }
        if extent <= piece {
            if cutsRows { panels(a, b, c, row: row) } else { one(a, b, c) }
        } else {
            let size = type.byteCount
            for first in stride(from: 0, to: extent, by: piece) {
                let count = min(piece, extent - first)
                if cutsRows {
                    panels(
                        a.rows(first, count, size: size), b, c.rows(first, count, size: size),
                        row: row + first)
                } else {
                    one(a, b.columns(first, count, size: size), c.columns(first, count, size: size))
                }
            }
        }
        if usesLibrary { lg_blas_leave() }
    }

    /// One piece.
    @inline(__always)
    private func one(_ a: Matrix, _ b: Matrix, _ c: Matrix) {
        if c.columns == 1, a.columnStride == 1, RowProducts.takes(type) {
            return rowsTimesVector(a, b, c)
        }
        if c.rows == 1, b.rowStride == 1, RowProducts.takes(type) {
            return rowsTimesVector(b.transposed, a.transposed, c.transposed)
        }
        guard usesLibrary else { return ProductLoops.multiply(type, a, b, into: c) }
        let letter = BLAS.letter(type)
        if c.columns == 1 { return matrixTimesVector(letter, a, b, c) }
        if c.rows == 1 {
            return matrixTimesVector(letter, b.transposed, a.transposed, c.transposed)
        }
        let (x, y) = (a.layout, b.layout)
        lg_blas_gemm(
            letter, x.isTransposed ? 1 : 0, y.isTransposed ? 1 : 0, Int64(c.rows), Int64(c.columns),
            Int64(a.columns), a.start, Int64(x.distance), b.start, Int64(y.distance), c.start,
            Int64(c.rowStride))
    }

    /// A matrix whose rows lie side by side in memory, each the sum of its own products however the
    /// rows are cut.
    private func rowsTimesVector(_ a: Matrix, _ x: Matrix, _ y: Matrix) {
        let isInPlace = x.rowStride == 1 || x.rows == 1
        let size = type.byteCount
        withUnsafeTemporaryAllocation(byteCount: isInPlace ? 0 : x.rows &* size, alignment: 64) {
            copy in
            let vector = isInPlace ? x.start : copy.baseAddress.unsafelyUnwrapped
            for i in 0..<(isInPlace ? 0 : x.rows) {
                (vector + i &* size).copyMemory(
                    from: x.start + i &* x.rowStride &* size, byteCount: size)
            }
            RowProducts.multiply(
                type, a.start, distance: a.rowStride, rows: a.rows, by: vector, count: a.columns,
                into: y.start,
                stride: y.rowStride)
        }
    }

    private func matrixTimesVector(_ letter: CChar, _ a: Matrix, _ x: Matrix, _ y: Matrix) {
        let layout = a.layout
        let (rows, columns) = layout.isTransposed ? (a.columns, a.rows) : (a.rows, a.columns)
        // BLAS multiplies the old contents by zero, which keeps a NaN.
        let size = type.byteCount
        if y.rowStride == 1 {
            y.start.initializeMemory(as: UInt8.self, repeating: 0, count: y.rows &* size)
        }
        for i in 0..<(y.rowStride == 1 ? 0 : y.rows) {
            (y.start + i &* y.rowStride &* size).initializeMemory(
                as: UInt8.self, repeating: 0, count: size)
        }
        lg_blas_gemv(
            letter, layout.isTransposed ? 1 : 0, Int64(rows), Int64(columns), a.start,
            Int64(layout.distance),
            x.start, Int64(x.rows == 1 ? 1 : x.rowStride), y.start,
            Int64(y.rows == 1 ? 1 : y.rowStride))
    }
}
