/// Matrix products over several ranks.
///
///     c (m × n)      ┌──┬──┬──┐   Tiles are those of one rank: pieces of rows by panels of columns, each one call over
///     rank 0         │ 0│ 1│ 2│   the whole inner axis. So its order, and every bit, is the same on any number of ranks.
///     rank 1         │ 3│ 4│ 5│   Tiles are dealt out in this order, in equal shares.
///                    └──┴──┴──┘
///
/// A rank first gets the rows of `a` that its tiles need, mostly its own; then panel after panel of `b` goes to whoever
/// has a tile in it, and only one panel is held at a time; at last tiles go to the owners of the result.
import LegateCore

/// A factor as its elements lie: the matrix, or its transpose.
struct ProductFactor {
    let isTransposed: Bool

    init(_ lattice: Lattice) {
        isTransposed = lattice.shape[0] > 1 && lattice.shape[1] > 1
            && abs(lattice.strides[0]) < abs(lattice.strides[1])
    }

    /// The view in the order of its elements.
    func view(_ view: StoreView) -> NDArray {
        let lattice = isTransposed ? view.lattice.transposed() : view.lattice
        return NDArray(StoreView(store: view.store, lattice: lattice, type: view.type))
    }

    /// The factor's rows and columns that each rank wants, as rectangles of the view.
    func rectangle(_ rows: Range<Int>, _ columns: Range<Int>) -> Rectangle {
        if rows.isEmpty || columns.isEmpty { return .none }
        return isTransposed ? Rectangle(rows: columns, columns: rows) : Rectangle(rows: rows, columns: columns)
    }

    /// A single row of a factor that lies column by column, with a gap behind each element: as a part of the whole factor
    /// its elements lie apart, and BLAS has another way, with other bits, for those side by side.
    func spread(_ elements: Elements, _ rows: Range<Int>, size: Int) -> Elements {
        guard isTransposed, rows.count == 1 else { return elements }
        let result = Elements(count: 2 * elements.count, size: size)
        for k in 0..<elements.count {
            (result.start + 2 * k * size).copyMemory(from: elements.start + k * size, byteCount: size)
        }
        return result
    }

    /// What a rectangle's elements are as a matrix; a single row as ``spread(_:_:size:)`` made it.
    func matrix(_ elements: Elements, _ rows: Range<Int>, _ columns: Range<Int>) -> Matrix {
        Matrix(
            start: elements.start, rows: rows.count, columns: columns.count,
            rowStride: isTransposed ? 1 : columns.count, columnStride: isTransposed ? max(rows.count, 2) : 1)
    }
}

struct CollectiveProduct {
    let grid: ProductGrid
    let left: ProductFactor
    let right: ProductFactor
    let rows: Int
    let columns: Int
    let inner: Int

    /// Rows and columns of a tile.
    private var tile: (rows: Int, columns: Int) {
        grid.cutsRows ? (grid.piece, grid.panel(of: columns)) : (rows, grid.piece)
    }
    private var panels: Int { (columns + tile.columns - 1) / tile.columns }
    private var tiles: Int { (rows + tile.rows - 1) / tile.rows * panels }

    /// In: left and right factor, as ``ProductFactor/view`` shows them. Out: the product.
    func run(_ tile: CollectiveTile, _ exchange: Exchange) throws {
        let shares = (0..<tile.rankCount).map { tiles * $0 / tile.rankCount..<tiles * ($0 + 1) / tile.rankCount }
        let own = shares[tile.rank]
        let all = 0..<inner
        let ownRows = rowRange(of: own)
        let output = tile.outputs[0]
        let leftElements = left.spread(
            try exchange.rectangle(
                of: tile.inputs[0], wanted: shares.map { left.rectangle(rowRange(of: $0), all) }),
            ownRows, size: output.size)
        let a = left.matrix(leftElements, ownRows, all)
        var made: [Elements] = []
        var order: [Int] = []
        for panel in 0..<panels {
            let range = columnRange(panel)
            let rightElements = try exchange.rectangle(
                of: tile.inputs[1],
                wanted: shares.map { share in
                    right.rectangle(share.contains { $0 % panels == panel } ? all : 0..<0, range)
                })
            let b = right.matrix(rightElements, all, range)
            for number in own where number % panels == panel {
                let rows = rowRange(of: number..<number + 1)
                let result = Elements(count: rows.count * range.count, size: output.size)
                grid.multiplyOne(
                    a.rows(rows.lowerBound - ownRows.lowerBound, rows.count, size: output.size),
                    b,
                    into: Matrix(
                        start: result.start, rows: rows.count, columns: range.count, rowStride: range.count,
                        columnStride: 1))
                made.append(result)
                order.append(number)
            }
            withExtendedLifetime(rightElements) {}
        }
        withExtendedLifetime(leftElements) {}
        try exchange.deliver(
            own.map { made[order.firstIndex(of: $0)!] },
            made: shares.map { share in
                share.map { Rectangle(rows: rowRange(of: $0..<$0 + 1), columns: columnRange($0 % panels)) }
            }, to: output)
    }

    private func rowRange(of share: Range<Int>) -> Range<Int> {
        guard let last = share.last else { return 0..<0 }
        return share.lowerBound / panels * tile.rows..<min(rows, (last / panels + 1) * tile.rows)
    }

    private func columnRange(_ panel: Int) -> Range<Int> {
        panel * tile.columns..<min(columns, (panel + 1) * tile.columns)
    }

    // MARK: - Long inner axes

    /// In: left and right factor. Out: for each run of the inner axis the product over it.
    func runs(_ tile: CollectiveTile, _ exchange: Exchange) throws {
        let runs = (inner + grid.innerPiece - 1) / grid.innerPiece
        let shares = (0..<tile.rankCount).map { runs * $0 / tile.rankCount..<runs * ($0 + 1) / tile.rankCount }
        func range(_ runs: Range<Int>) -> Range<Int> {
            runs.isEmpty ? 0..<0 : runs.lowerBound * grid.innerPiece..<min(inner, runs.upperBound * grid.innerPiece)
        }
        let ranges = shares.map(range)
        let own = ranges[tile.rank]
        let size = tile.outputs[0].size
        let leftElements = try exchange.rectangle(
            of: tile.inputs[0], wanted: ranges.map { left.rectangle(0..<rows, $0) })
        let rightElements = try exchange.rectangle(
            of: tile.inputs[1], wanted: ranges.map { right.rectangle($0, 0..<columns) })
        let (a, b) = (left.matrix(leftElements, 0..<rows, own), right.matrix(rightElements, own, 0..<columns))
        let each = rows * columns
        let products = Elements(count: shares[tile.rank].count * each, size: size)
        for (k, run) in shares[tile.rank].enumerated() {
            let part = range(run..<run + 1)
            let first = part.lowerBound - own.lowerBound
            grid.multiplyOne(
                a.columns(first, part.count, size: size), b.rows(first, part.count, size: size),
                into: Matrix(
                    start: products.start + k * each * size, rows: rows, columns: columns, rowStride: columns,
                    columnStride: 1))
        }
        withExtendedLifetime((leftElements, rightElements)) {}
        try exchange.deliver(
            products.start, made: shares.map { $0.lowerBound * each..<$0.upperBound * each }, to: tile.outputs[0])
    }
}
