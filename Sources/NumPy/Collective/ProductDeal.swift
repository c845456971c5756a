/// Which rank computes which tiles of a matrix product.
///
/// Operands lie in rows, so a rank that computes whole rows of the result needs all of the right
/// factor. Dealt out on a grid of ranks it needs a part of each factor instead, and gives a part of
/// its tiles away:
///
///     8 × 4 tiles, 16 ranks     rows:  2 × 4 … of 8 ranks' rows          4 × 4 ranks:   2 × 1 tiles each
///     moved, of the factor      15/16                                    about a half
///
/// Every rank weighs the same deals by the elements that they move and takes the cheapest: in
/// order, as the tiles lie, or on one of the grids that the number of ranks allows.
import LegateCore

struct ProductDeal {
    /// Numbers of each rank's tiles, ascending, row after row of tiles.
    let tiles: [[Int]]

    /// The grid of tiles: bands of rows by panels of columns.
    struct Tiling {
        var rows: Int
        var columns: Int
        var inner: Int
        var tileRows: Int
        var tileColumns: Int

        var panels: Int { (columns + tileColumns - 1) / tileColumns }
        var bandCount: Int { (rows + tileRows - 1) / tileRows }

        func rowRange(bands: Range<Int>) -> Range<Int> {
            bands.isEmpty
                ? 0..<0 : bands.lowerBound * tileRows..<min(rows, bands.upperBound * tileRows)
        }
        func columnRange(panel: Int) -> Range<Int> {
            panel * tileColumns..<min(columns, (panel + 1) * tileColumns)
        }

        /// The bands in which some tiles, in ascending order and side by side, stand in a panel.
        func bands(of tiles: [Int], panel: Int) -> Range<Int> {
            guard let first = tiles.first, let last = tiles.last,
                tiles.contains(where: { $0 % panels == panel })
            else {
                return 0..<0
            }
            let start = first / panels + (first % panels > panel ? 1 : 0)
            return start..<max(start, last / panels + (last % panels >= panel ? 1 : 0))
        }

        /// The rows that some tiles need of the left factor.
        func rowRange(of tiles: [Int]) -> Range<Int> {
            guard let first = tiles.first, let last = tiles.last else { return 0..<0 }
            return rowRange(bands: first / panels..<last / panels + 1)
        }

        /// What some tiles make up, panel by panel.
        func strips(_ tiles: [Int]) -> [Rectangle] {
            (0..<panels).map {
                Rectangle(
                    rows: rowRange(bands: bands(of: tiles, panel: $0)),
                    columns: columnRange(panel: $0))
            }
        }
    }

    /// - Parameter ownRows: Where each rank's rows of the left factor and of the result begin, and
    ///   the end.
    init(_ tiling: Tiling, ownRows: [Int], movesLeft: Bool, movesRight: Bool) {
        let ranks = ownRows.count - 1
        var best = ProductDeal.inOrder(tiling, ownRows)
        func cost(_ deal: [[Int]]) -> Int {
            ProductDeal.elementsMoved(
                deal, tiling, ownRows, movesLeft: movesLeft, movesRight: movesRight)
        }
        var least = cost(best)
        let most = best.map(\.count).max() ?? 0
        for across in 2...max(2, min(ranks, tiling.panels))
        where ranks % across == 0 && tiling.panels > 1 {
            let deal = ProductDeal.onGrid(tiling, ranks / across, across)
            // Nobody computes more than an eighth longer for it.
            guard 8 * (deal.map(\.count).max() ?? 0) <= 9 * most else { continue }
            let elements = cost(deal)
            if elements < least { (best, least) = (deal, elements) }
        }
        tiles = best
    }

    /// Tiles as they lie: equal shares; where tiles are thin, those that lie nearest to a rank's
    /// rows.
    private static func inOrder(_ tiling: Tiling, _ ownRows: [Int]) -> [[Int]] {
        let ranks = ownRows.count - 1
        let all = tiling.bandCount * tiling.panels
        let follows = 8 * tiling.tileRows * ranks <= tiling.rows
        let starts = (0...ranks).map { rank -> Int in
            if rank == ranks { return all }
            guard follows else { return all * rank / ranks }
            return min(all, (ownRows[rank] + tiling.tileRows / 2) / tiling.tileRows * tiling.panels)
        }
        return zip(starts, starts.dropFirst()).map { Array($0..<$1) }
    }

    /// Bands of tiles cut into `down` parts, panels into `across`; neighbouring ranks share a band.
    private static func onGrid(_ tiling: Tiling, _ down: Int, _ across: Int) -> [[Int]] {
        (0..<down * across).map { rank in
            let (i, j) = (rank / across, rank % across)
            let bands = tiling.bandCount * i / down..<tiling.bandCount * (i + 1) / down
            let panels = tiling.panels * j / across..<tiling.panels * (j + 1) / across
            return bands.flatMap { band in panels.map { band * tiling.panels + $0 } }
        }
    }

    /// Elements of the factors and of the result that travel, over all ranks.
    private static func elementsMoved(
        _ deal: [[Int]], _ tiling: Tiling, _ ownRows: [Int], movesLeft: Bool, movesRight: Bool
    ) -> Int {
        let ranks = deal.count
        var total = 0
        for (rank, tiles) in deal.enumerated() where !tiles.isEmpty {
            let own = ownRows[rank]..<ownRows[rank + 1]
            let rows = tiling.rowRange(of: tiles)
            if movesLeft { total += (rows.count - rows.shared(with: own).count) * tiling.inner }
            for strip in tiling.strips(tiles) where !strip.rows.isEmpty {
                if movesRight { total += strip.columns.count * tiling.inner / ranks * (ranks - 1) }
                total +=
                    (strip.rows.count - strip.rows.shared(with: own).count) * strip.columns.count
            }
        }
        return total
    }
}
