/// Keys to sorted distinct keys, in two rounds, and rows to places among them.
///
///     keys | 3 1 3 | 1 7 | 7 0 |   distinct   →  1 3 | 1 7 | 0 7      each tile's own, put together
///                                  merged     →  0 1 | 3 7            part u takes the keys of its range from all
///                                  placed     →  2 1 2 | 1 3 | 3 0    where each row's key stands
import LegateCore

/// Ranges into which the second round cuts all keys.
let mergeParts = 16

/// A tile's keys in order, each once.
struct Distinct: IntegerBody {
    let keys: Tile
    let found: Tile

    init(_ context: TaskContext) throws {
        keys = try context.input("keys")
        found = try context.output("found")
    }

    func run<T: Integer>(_: T.Type) throws {
        let keys = try keys.line(of: T.self)
        if let span = KeySpan(keys), span.isNarrow(for: keys.count) {
            return try found.bind(span.distinct(keys))
        }
        try found.bind((0..<keys.count).map { keys[$0] }.sortedDistinct())
    }
}

/// From the lowest key of a tile to its highest. Where they lie close together, a table of all
/// numbers between them does what sorting and searching do.
struct KeySpan<T: Integer> {
    let low: T
    let high: T

    init?(_ keys: TileLine<T>) {
        guard keys.count > 0 else { return nil }
        var (low, high) = (keys[0], keys[0])
        for i in 1..<keys.count {
            low = min(low, keys[i])
            high = max(high, keys[i])
        }
        (self.low, self.high) = (low, high)
    }

    /// Whether a table costs no more than a few steps for each of so many keys.
    func isNarrow(for count: Int) -> Bool {
        let (width, isHuge) = high.subtractingReportingOverflow(low)
        return !isHuge && Int(clamping: width) < 4 * count
    }

    var width: Int { Int(high - low) + 1 }
    @inline(__always) func index(of key: T) -> Int { Int(truncatingIfNeeded: key &- low) }

    /// The distinct ones of keys that all lie inside.
    func distinct(_ keys: TileLine<T>) -> [T] {
        var isThere = [Bool](repeating: false, count: width)
        isThere.withUnsafeMutableBufferPointer { isThere in
            for i in 0..<keys.count { isThere[index(of: keys[i])] = true }
        }
        return isThere.indices.filter { isThere[$0] }.map { low + T($0) }
    }
}

/// The distinct keys of one range of all. Where ranges end follows from every so manieth key alone.
struct Merged: IntegerBody {
    let part: Int
    let parts: Int
    let keys: Tile
    let found: Tile

    init(_ context: TaskContext) throws {
        part = context.tile
        parts = context.tileCount
        keys = try context.input("keys")
        found = try context.output("found")
    }

    func run<T: Integer>(_: T.Type) throws {
        let keys = try keys.line(of: T.self)
        let (low, high) = bounds(keys)
        var own: [T] = []
        for i in 0..<keys.count {
            let key = keys[i]
            if low.map({ key >= $0 }) ?? true, high.map({ key < $0 }) ?? true { own.append(key) }
        }
        try found.bind(own.sortedDistinct())
    }

    /// The range's first key and the next one's; `nil` at the ends.
    private func bounds<T: Integer>(_ keys: TileLine<T>) -> (low: T?, high: T?) {
        let step = max(1, keys.count / (64 * parts))
        let sample = stride(from: 0, to: keys.count, by: step).map { keys[$0] }.sorted()
        guard !sample.isEmpty else { return (nil, nil) }
        func bound(_ k: Int) -> T { sample[k * sample.count / parts] }
        return (part == 0 ? nil : bound(part), part == parts - 1 ? nil : bound(part + 1))
    }
}

/// Where each key stands among sorted distinct ones; -1 where it does not.
struct Placed: IntegerBody {
    let keys: Tile
    let sorted: Tile
    let places: Tile

    init(_ context: TaskContext) throws {
        keys = try context.input("keys")
        sorted = try context.input("sorted")
        places = try context.output("places")
    }

    func run<T: Integer>(_: T.Type) throws {
        let keys = try keys.line(of: T.self)
        let sorted = try sorted.line(of: T.self)
        let places = try places.line(of: Int64.self)
        if let span = KeySpan(ends: sorted), span.isNarrow(for: keys.count) {
            return placeByTable(keys, sorted, places, span)
        }
        for i in 0..<keys.count {
            let place = sorted.lowerBound(keys[i])
            places[i] = place < sorted.count && sorted[place] == keys[i] ? Int64(place) : -1
        }
    }

    private func placeByTable<T: Integer>(
        _ keys: TileLine<T>, _ sorted: TileLine<T>, _ places: TileLine<Int64>, _ span: KeySpan<T>
    ) {
        var table = [Int64](repeating: -1, count: span.width)
        for place in 0..<sorted.count { table[span.index(of: sorted[place])] = Int64(place) }
        table.withUnsafeBufferPointer { table in
            for i in 0..<keys.count {
                let key = keys[i]
                places[i] = key >= span.low && key <= span.high ? table[span.index(of: key)] : -1
            }
        }
    }
}

extension KeySpan {
    /// Where each key of the span first stands among keys in order; their count where it does not.
    func firsts(_ sorted: TileLine<T>) -> [Int] {
        var table = [Int](repeating: sorted.count, count: width)
        for place in (0..<sorted.count).reversed() { table[index(of: sorted[place])] = place }
        return table
    }

    /// Of keys in order.
    init?(ends sorted: TileLine<T>) {
        guard sorted.count > 0 else { return nil }
        (low, high) = (sorted[0], sorted[sorted.count - 1])
    }
}

/// Pairs of a row of this tile and a row of the other side with equal keys, in the order of rows on
/// both sides.
struct Matched: IntegerBody {
    let keys: Tile
    /// The other side's keys, sorted, and the rows where they stand.
    let sorted: Tile
    let rows: Tile
    let left: Tile
    let right: Tile

    init(_ context: TaskContext) throws {
        keys = try context.input("keys")
        sorted = try context.input("sorted")
        rows = try context.input("rows")
        left = try context.output("left")
        right = try context.output("right")
    }

    func run<T: Integer>(_: T.Type) throws {
        let keys = try keys.line(of: T.self)
        let sorted = try sorted.line(of: T.self)
        let rows = try rows.line(of: Int64.self)
        let span = KeySpan(ends: sorted).flatMap { $0.isNarrow(for: keys.count) ? $0 : nil }
        let table = span.map { $0.firsts(sorted) }
        var pairs: (left: [Int64], right: [Int64]) = ([], [])
        for i in 0..<keys.count {
            let key = keys[i]
            var place = sorted.count
            if let span, let table {
                if key >= span.low, key <= span.high { place = table[span.index(of: key)] }
            } else {
                place = sorted.lowerBound(key)
            }
            while place < sorted.count, sorted[place] == key {
                pairs.left.append(Int64(keys.origin + i))
                pairs.right.append(rows[place])
                place += 1
            }
        }
        try left.bind(pairs.left)
        try right.bind(pairs.right)
    }
}

extension TileLine where T: Comparable {
    /// The first index, of elements in order, whose element is not below `key`; `count` where there
    /// is none.
    @inline(__always) func lowerBound(_ key: T) -> Int {
        guard count > 0 else { return 0 }
        var (first, rest) = (0, count)
        // Without a branch that nobody can foresee.
        while rest > 1 {
            let half = rest / 2
            first = self[first &+ half &- 1] < key ? first &+ half : first
            rest &-= half
        }
        return self[first] < key ? first + 1 : first
    }
}

extension Array where Element: Integer {
    consuming func sortedDistinct() -> [Element] {
        var keys = self
        keys.sort()
        var count = 0
        for key in keys where count == 0 || keys[count - 1] != key {
            keys[count] = key
            count += 1
        }
        keys.removeLast(keys.count - count)
        return keys
    }
}
