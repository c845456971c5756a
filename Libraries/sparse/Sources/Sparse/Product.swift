/// Rows times a vector, or times the columns of a dense matrix.
///
/// A row's products are added in the order of its entries, so that no cut changes a bit.
import LegateCore

struct ProductBody: RowBody {
    private let x: Tile
    private let y: Tile

    init(_ context: TaskContext) throws {
        x = try context.input("x")
        y = try context.output("y")
    }

    func run<Index, Value>(_ entries: Entries<Index, Value>) {
        guard y.count > 0 else { return }
        if y.axisCount == 1 { return multiply(entries, Line(x), Line(y)) }
        for column in 0..<y.shape[1] { multiply(entries, Line(x, column), Line(y, column)) }
    }

    private func multiply<Index, Value>(
        _ entries: Entries<Index, Value>, _ x: Line<Value>, _ y: Line<Value>
    ) {
        guard let dense = x.contiguous, entries.isContiguous, y.stride == 1 || y.count <= 1 else {
            return multiplyStrided(entries, x, y)
        }
        let (columns, values) = (entries.columns.start, entries.values.start)
        let (starts, stops, origin) = (
            entries.starts.start, entries.stops.start, entries.columns.origin
        )
        var i = 0
        while i < y.count {
            var k = Int(truncatingIfNeeded: starts[i]) &- origin
            let end = Int(truncatingIfNeeded: stops[i]) &- origin
            var sum = Value.zero
            while k < end {
                sum = .sum(sum, .product(values[k], dense[Int(truncatingIfNeeded: columns[k])]))
                k &+= 1
            }
            y.start[i] = sum
            i &+= 1
        }
    }

    private func multiplyStrided<Index, Value>(
        _ entries: Entries<Index, Value>, _ x: Line<Value>, _ y: Line<Value>
    ) {
        for i in 0..<y.count {
            var sum = Value.zero
            for k in entries.row(i) {
                let column = Int(truncatingIfNeeded: entries.columns[k]) &- x.origin
                sum = .sum(sum, .product(entries.values[k], x[column]))
            }
            y[i] = sum
        }
    }
}

extension Line {
    /// One column of a tile with two axes.
    init(_ tile: Tile, _ column: Int) {
        self.init(
            start: tile.start.assumingMemoryBound(to: T.self) + column &* tile.strides[1],
            stride: tile.strides[0],
            count: tile.shape[0], origin: tile.origin[0])
    }
}
