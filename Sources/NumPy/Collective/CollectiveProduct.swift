/// Matrix products over several ranks.
///
///     c (m × n)      ┌──┬──┬──┐   Tiles are those of one rank: pieces of rows by panels of columns, each one call over
///     rank 0         │ 0│ 1│ 2│   the whole inner axis. So its order, and every bit, is the same on any number of ranks.
///     rank 1         │ 3│ 4│ 5│   `ProductDeal` says whose tile is whose.
///                    └──┴──┴──┘
///
/// A rank first gets the rows of `a` that its tiles need, mostly its own; then panel after panel of
/// `b` goes to whoever has a tile in it, and only one panel is held at a time; at last tiles go to
/// the owners of the result.
import LegateCore

/// A factor as its elements lie: the matrix, or its transpose.
struct ProductFactor {
    let isTransposed: Bool
    /// Elements of one row, and of one column, do not lie side by side.
    private let hasGaps: (row: Bool, column: Bool)

    init(_ lattice: Lattice) {
        isTransposed =
            lattice.shape[0] > 1 && lattice.shape[1] > 1
            && abs(lattice.strides[0]) < abs(lattice.strides[1])
        hasGaps = (abs(lattice.strides[1]) > 1, abs(lattice.strides[0]) > 1)
    }

    /// The view in the order of its elements.
    func view(_ view: StoreView) -> NDArray {
        let lattice = isTransposed ? view.lattice.transposed() : view.lattice
        return NDArray(StoreView(store: view.store, lattice: lattice, type: view.type))
    }

    /// The factor's rows and columns that each rank wants, as rectangles of the view.
    func rectangle(_ rows: Range<Int>, _ columns: Range<Int>) -> Rectangle {
        if rows.isEmpty || columns.isEmpty { return .none }
        return isTransposed
            ? Rectangle(rows: columns, columns: rows) : Rectangle(rows: rows, columns: columns)
    }

    /// What a rectangle's elements are as a matrix. BLAS has another way, with other bits, for
    /// vectors that lie side by side: a single row or column that has gaps in the whole factor gets
    /// gaps here, too.
    func matrix(_ elements: Elements, _ rows: Range<Int>, _ columns: Range<Int>, size: Int) -> (
        Elements, Matrix
    ) {
        if rows.count == 1 && hasGaps.row || columns.count == 1 && hasGaps.column {
            let apart = ProductFactor.apart(elements, size: size)
            return (
                apart,
                matrix(apart, rows.count, columns.count, steps: rows.count == 1 ? (2, 2) : (2, 1))
            )
        }
        return (
            elements,
            matrix(
                elements, rows.count, columns.count,
                steps: isTransposed ? (1, max(rows.count, 2)) : (columns.count, 1))
        )
    }

    private func matrix(
        _ elements: Elements, _ rows: Int, _ columns: Int, steps: (row: Int, column: Int)
    ) -> Matrix {
        Matrix(
            start: elements.start, rows: rows, columns: columns, rowStride: steps.row,
            columnStride: steps.column)
    }

    /// The elements with a gap behind each.
    private static func apart(_ elements: Elements, size: Int) -> Elements {
        let result = Elements(count: 2 * elements.count, size: size)
        for k in 0..<elements.count {
            (result.start + 2 * k * size).copyMemory(
                from: elements.start + k * size, byteCount: size)
        }
        return result
    }
}

struct CollectiveProduct {
    let grid: ProductGrid
    let left: ProductFactor
    let right: ProductFactor
    let rows: Int
    let columns: Int
    let inner: Int

    private var tiling: ProductDeal.Tiling {
        ProductDeal.Tiling(
            rows: rows, columns: columns, inner: inner, tileRows: grid.cutsRows ? grid.piece : rows,
            tileColumns: grid.cutsRows ? grid.panel(of: columns) : grid.piece)
    }

    /// Where each rank's rows of the left factor begin; equal parts where it does not lie row by
    /// row.
    private func ownRows(_ operand: CollectiveTile.Operand) -> [Int] {
        let ranks = operand.bounds.count - 1
        if left.isTransposed || inner == 0 { return (0...ranks).map { rows * $0 / ranks } }
        return operand.bounds.map { $0 / inner }
    }

    /// In: left and right factor, as ``ProductFactor/view`` shows them. Out: the product.
    func run(_ tile: CollectiveTile, _ exchange: Exchange) throws {
        let tiling = self.tiling
        let deal = ProductDeal(
            tiling, ownRows: ownRows(tile.inputs[0]), movesLeft: !tile.inputs[0].isLocal,
            movesRight: !tile.inputs[1].isLocal
        ).tiles
        let own = deal[tile.rank]
        let all = 0..<inner
        let ownRows = tiling.rowRange(of: own)
        let output = tile.outputs[0]
        let (leftElements, a) = left.matrix(
            try exchange.rectangle(
                of: tile.inputs[0],
                wanted: deal.map { left.rectangle(tiling.rowRange(of: $0), all) }),
            ownRows, all, size: output.size)
        var made: [Elements] = []
        for panel in 0..<tiling.panels {
            let range = tiling.columnRange(panel: panel)
            let bands = deal.map { tiling.bands(of: $0, panel: panel) }
            let (rightElements, b) = right.matrix(
                try exchange.rectangle(
                    of: tile.inputs[1],
                    wanted: bands.map { right.rectangle($0.isEmpty ? 0..<0 : all, range) }),
                all, range, size: output.size)
            let strip = Elements(
                count: tiling.rowRange(bands: bands[tile.rank]).count * range.count,
                size: output.size)
            var target = strip.start
            for band in bands[tile.rank] {
                let rows = tiling.rowRange(bands: band..<band + 1)
                let made = Matrix(
                    start: target, rows: rows.count, columns: range.count, rowStride: range.count,
                    columnStride: 1)
                grid.multiplyTile(
                    a.rows(rows.lowerBound - ownRows.lowerBound, rows.count, size: output.size), b,
                    into: made, row: rows.lowerBound, column: range.lowerBound)
                target += rows.count * range.count * output.size
            }
            made.append(strip)
            withExtendedLifetime(rightElements) {}
        }
        withExtendedLifetime(leftElements) {}
        try exchange.deliver(made, made: deal.map(tiling.strips), to: output)
    }

    // MARK: - Long inner axes

    /// In: left and right factor. Out: for each run of the inner axis the product over it.
    func runs(_ tile: CollectiveTile, _ exchange: Exchange) throws {
        let runs = (inner + grid.innerPiece - 1) / grid.innerPiece
        let shares = (0..<tile.rankCount).map {
            runs * $0 / tile.rankCount..<runs * ($0 + 1) / tile.rankCount
        }
        func range(_ runs: Range<Int>) -> Range<Int> {
            runs.isEmpty
                ? 0..<0
                : runs.lowerBound * grid.innerPiece..<min(inner, runs.upperBound * grid.innerPiece)
        }
        let ranges = shares.map(range)
        let own = ranges[tile.rank]
        let size = tile.outputs[0].size
        let (leftElements, a) = left.matrix(
            try exchange.rectangle(
                of: tile.inputs[0], wanted: ranges.map { left.rectangle(0..<rows, $0) }),
            0..<rows, own, size: size)
        let (rightElements, b) = right.matrix(
            try exchange.rectangle(
                of: tile.inputs[1], wanted: ranges.map { right.rectangle($0, 0..<columns) }),
            own, 0..<columns, size: size)
        let each = rows * columns
        let products = Elements(count: shares[tile.rank].count * each, size: size)
        for (k, run) in shares[tile.rank].enumerated() {
            let part = range(run..<run + 1)
            let first = part.lowerBound - own.lowerBound
            grid.multiplyTile(
                a.columns(first, part.count, size: size), b.rows(first, part.count, size: size),
                into: Matrix(
                    start: products.start + k * each * size, rows: rows, columns: columns,
                    rowStride: columns,
                    columnStride: 1))
        }
        withExtendedLifetime((leftElements, rightElements)) {}
        try exchange.deliver(
            products.start, made: shares.map { $0.lowerBound * each..<$0.upperBound * each },
            to: tile.outputs[0])
    }
}
