/// Elements copied by place: what requests and updates of single elements do with plain memory.
///
/// In: two addresses, and for one or both of them the place of each element. Out: the elements,
/// moved in order, so that of two for one place the later one stays.
import LegateCore

enum PlacedCopy {
    /// Where elements lie: at `start + places[k] * stride` elements, or `start + k * stride`
    /// without places.
    struct Side {
        var start: UnsafeMutableRawPointer
        var stride = 1
        var places: UnsafePointer<Int>?

        /// The same without its first elements, of `size` bytes each.
        func dropping(first count: Int, size: Int) -> Side {
            var rest = self
            if let places {
                rest.places = places + count
            } else {
                rest.start += count * stride * size
            }
            return rest
        }
    }

    /// The same by all workers, where no two elements have one target.
    static func run(
        _ count: Int, size: Int, from source: Side, toOwn target: Side, _ workers: TaskWorkers
    ) {
        workers.forEachPart(of: count, least: 1 << 14) { part in
            run(
                part.count, size: size, from: source.dropping(first: part.lowerBound, size: size),
                to: target.dropping(first: part.lowerBound, size: size))
        }
    }

    /// Copies `count` elements of `size` bytes.
    static func run(_ count: Int, size: Int, from source: Side, to target: Side) {
        switch size {
        case 1: run(UInt8.self, count, source, target)
        case 2: run(UInt16.self, count, source, target)
        case 4: run(UInt32.self, count, source, target)
        case 8: run(UInt64.self, count, source, target)
        case 16: run((UInt64, UInt64).self, count, source, target)
        default:
            for k in 0..<count {
                let (x, y) = (source.places?[k] ?? k, target.places?[k] ?? k)
                (target.start + y * target.stride * size).copyMemory(
                    from: source.start + x * source.stride * size, byteCount: size)
            }
        }
    }

    private static func run<T: BitwiseCopyable>(
        _: T.Type, _ count: Int, _ source: Side, _ target: Side
    ) {
        let (from, to) = (
            source.start.assumingMemoryBound(to: T.self),
            target.start.assumingMemoryBound(to: T.self)
        )
        let (s, t) = (source.stride, target.stride)
        switch (source.places, target.places) {
        case (nil, nil): for k in 0..<count { to[k &* t] = from[k &* s] }
        case (let x?, nil): for k in 0..<count { to[k &* t] = from[x[k] &* s] }
        case (nil, let y?): for k in 0..<count { to[y[k] &* t] = from[k &* s] }
        case (let x?, let y?): for k in 0..<count { to[y[k] &* t] = from[x[k] &* s] }
        }
    }
}

extension CollectiveTile.Operand {
    /// The elements at some positions, counted from `first`, as a side of a copy. Where these do
    /// not lie evenly, `places` is changed to what they are in memory.
    func side(_ places: UnsafeMutablePointer<Int>, _ count: Int, from first: Int) -> PlacedCopy.Side
    {
        let isEven = isContiguous
        if isEven || lattice.axisCount == 1 {
            let stride = isEven ? 1 : lattice.strides[0]
            return .init(
                start: memory + (lattice.offset + first * stride) * size, stride: stride,
                places: UnsafePointer(places))
        }
        for k in 0..<count { places[k] = lattice.uncheckedOffset(at: first + places[k]) }
        return .init(start: memory, places: UnsafePointer(places))
    }
}

/// Single positions of a list, dealt out to their owners: side by side for each, in the order of
/// the list.
final class PositionBuckets {
    let rankCount: Int
    /// Where each owner's part begins; one more entry holds the end.
    let starts: [Int]
    /// Positions, counted from the owner's first one, and their numbers in the list.
    let places: UnsafeMutablePointer<Int>
    let numbers: UnsafeMutablePointer<Int>

    /// - Parameter counts: What ``counts(_:_:)`` found.
    init(_ positions: UnsafeBufferPointer<Int>, _ bounds: [Int], counts: [Int]) {
        let ranks = bounds.count - 1
        let count = positions.count
        rankCount = ranks
        let places = UnsafeMutablePointer<Int>.allocate(capacity: max(1, count))
        let numbers = UnsafeMutablePointer<Int>.allocate(capacity: max(1, count))
        var starts = [0]
        for r in 0..<ranks { starts.append(starts[r] + counts[r]) }
        var next = starts
        bounds.withUnsafeBufferPointer { bounds in
            let owners = BlockOwners(bounds)
            next.withUnsafeMutableBufferPointer { next in
                for k in 0..<count {
                    let position = positions[k]
                    let r = owners.owner(position)
                    places[next[r]] = position &- bounds[r]
                    numbers[next[r]] = k
                    next[r] &+= 1
                }
            }
        }
        (self.starts, self.places, self.numbers) = (starts, places, numbers)
    }

    /// How many positions each owner has.
    static func counts(_ positions: UnsafeBufferPointer<Int>, _ bounds: [Int]) -> [Int] {
        var counts = [Int](repeating: 0, count: bounds.count - 1)
        bounds.withUnsafeBufferPointer { bounds in
            let owners = BlockOwners(bounds)
            counts.withUnsafeMutableBufferPointer { counts in
                for position in positions { counts[owners.owner(position)] &+= 1 }
            }
        }
        return counts
    }

    /// Whether few of the positions are alike, as far as a sample tells.
    static func isScattered(_ positions: UnsafeBufferPointer<Int>) -> Bool {
        let size = min(positions.count, 256)
        let sample = Set((0..<size).map { positions[$0 * positions.count / size] })
        return 8 * sample.count >= 7 * size
    }

    deinit {
        places.deallocate()
        numbers.deallocate()
    }

    func count(of rank: Int) -> Int { starts[rank + 1] - starts[rank] }
}

/// The owners of single positions, where blocks are about equal: the one that equal blocks would
/// have, or near it.
private struct BlockOwners {
    private let bounds: UnsafeBufferPointer<Int>
    private let scale: Double
    private let last: Int

    init(_ bounds: UnsafeBufferPointer<Int>) {
        self.bounds = bounds
        last = bounds.count - 2
        scale = Double(last + 1) / Double(max(1, bounds[last + 1]))
    }

    @inline(__always)
    func owner(_ position: Int) -> Int {
        var r = min(Int(Double(position) * scale), last)
        while bounds[r] > position { r &-= 1 }
        while bounds[r &+ 1] <= position { r &+= 1 }
        return r
    }
}
