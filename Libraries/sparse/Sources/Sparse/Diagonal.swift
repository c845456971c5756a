/// One diagonal: of row *i* the entries in column *i* + shift, added where there are several.
import LegateCore

struct DiagonalBody: RowBody {
    private let y: Tile
    private let shift: Int

    init(_ context: TaskContext) throws {
        y = try context.output("y")
        shift = try context.scalar("shift").int ?? 0
    }

    func run<Index, Value>(_ entries: Entries<Index, Value>) {
        let y = Line<Value>(y)
        for i in 0..<y.count {
            var sum = Value.zero
            for k in entries.row(i) where Int(entries.columns[k]) == y.origin + i + shift {
                sum = .sum(sum, entries.values[k])
            }
            y[i] = sum
        }
    }
}
