/// Values to the bins between sorted edges: bin *b* holds what lies in `edges[b] ..< edges[b + 1]`,
/// the last one its end, too.
import LegateCore

struct Binned: RealBody {
    let values: Tile
    let weights: Tile?
    let edges: Tile
    let result: Tile
    /// All bins are equally wide: a value's bin is found by a division, and put right by the edges.
    let isEven: Bool

    init(_ context: TaskContext, weights: Tile?) throws {
        values = try context.input("values")
        self.weights = weights
        edges = try context.input("edges")
        result = context.reductions[0]
        isEven = try context.scalar("even").bool ?? false
    }

    func run<T: Real>(_: T.Type) throws {
        let values = try values.line(of: T.self)
        let bins = Bins(edges: try edges.line(of: Double.self), isEven: isEven)
        if let weights = try weights?.line(of: Double.self) {
            let sums = try result.line(of: Double.self)
            for i in 0..<values.count {
                if let bin = bins.bin(of: values[i].double) { sums[bin] += weights[i] }
            }
        } else {
            let counts = try result.line(of: Int64.self)
            for i in 0..<values.count {
                if let bin = bins.bin(of: values[i].double) { counts[bin] &+= 1 }
            }
        }
    }
}

private struct Bins {
    let edges: TileLine<Double>
    private let count: Int
    private let first: Double
    private let last: Double
    /// Bins in one unit of values; zero where they are not equally wide.
    private let density: Double

    init(edges: TileLine<Double>, isEven: Bool) {
        self.edges = edges
        count = edges.count - 1
        (first, last) = (edges[0], edges[edges.count - 1])
        let density = Double(count) / (last - first)
        self.density = isEven && density.isFinite ? density : 0
    }

    @inline(__always) func bin(of value: Double) -> Int? {
        guard value >= first, value <= last else { return nil }
        if value == last { return count - 1 }
        guard density > 0 else { return search(value) }
        var bin = min(Int((value - first) * density), count - 1)
        while value < edges[bin] { bin -= 1 }
        while value >= edges[bin + 1] { bin += 1 }
        return bin
    }

    /// The last bin that does not begin behind the value.
    private func search(_ value: Double) -> Int {
        var (low, high) = (0, count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if edges[middle] <= value { low = middle } else { high = middle }
        }
        return low
    }
}
