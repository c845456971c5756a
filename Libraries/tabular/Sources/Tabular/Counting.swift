/// Rows to groups: each row names a place among `n` groups; places outside of them (as of rows that
/// are missing) count nowhere.
import LegateCore

/// How many rows name each place.
struct Count: IntegerBody {
    let places: Tile
    let counts: Tile

    init(_ context: TaskContext) throws {
        places = try context.input("places")
        counts = try context.reduction("counts")
    }

    func run<T: Integer>(_: T.Type) throws {
        let places = try places.line(of: T.self)
        let counts = try counts.line(of: Int64.self)
        for i in 0..<places.count {
            // A huge unsigned number becomes a negative one, which is no place either.
            let place = Int(truncatingIfNeeded: places[i])
            if place >= 0, place < counts.count { counts[place] &+= 1 }
        }
    }
}

/// The sum of the values at each place: of integers modulo 2⁶⁴, or of anything in double precision,
/// row after row.
struct Add: RealBody {
    let places: Tile
    let values: Tile
    let sums: Tile

    init(_ context: TaskContext) throws {
        places = try context.input("places")
        values = try context.input("values")
        sums = try context.reduction("sums")
    }

    func run<T: Real>(_: T.Type) throws {
        let places = try places.line(of: Int64.self)
        let values = try values.line(of: T.self)
        switch sums.type {
        case .float64: add(places, values, try sums.line(of: Double.self), \.double) { $0 + $1 }
        case .int64: add(places, values, try sums.line(of: Int64.self), \.bits) { $0 &+ $1 }
        case .uint64:
            add(places, values, try sums.line(of: UInt64.self), { UInt64(bitPattern: $0.bits) }) {
                $0 &+ $1
            }
        default: throw CoreError(.type, "sums are of 64 bits, not \(sums.type.name)")
        }
    }

    @inline(__always)
    private func add<T, Sum>(
        _ places: TileLine<Int64>, _ values: TileLine<T>, _ sums: TileLine<Sum>,
        _ widened: (T) -> Sum,
        _ add: (Sum, Sum) -> Sum
    ) {
        for i in 0..<places.count {
            let place = Int(places[i])
            if place >= 0, place < sums.count { sums[place] = add(sums[place], widened(values[i])) }
        }
    }
}

/// The lowest or highest value at each place; what is not a number counts nowhere.
struct Extreme: RealBody {
    let places: Tile
    let values: Tile
    let best: Tile
    let isLowest: Bool

    init(_ context: TaskContext, isLowest: Bool) throws {
        places = try context.input("places")
        values = try context.input("values")
        best = try context.reduction("best")
        self.isLowest = isLowest
    }

    func run<T: Real>(_: T.Type) throws {
        let places = try places.line(of: Int64.self)
        let values = try values.line(of: T.self)
        let best = try best.line(of: T.self)
        for i in 0..<places.count {
            let place = Int(places[i])
            guard place >= 0, place < best.count else { continue }
            let value = values[i]
            if isLowest ? value < best[place] : value > best[place] { best[place] = value }
        }
    }
}
