/// Boolean arrays as indices over several ranks.
///
///     mask        t f t | t t f | f f t      each rank counts its true elements: 2 2 1
///     numbers     0   1 | 2 3   |     4      and knows where its first one stands among all: 0 2 4
///     result      0 1 2   3 4                elements go on to whoever owns that position
///
/// Elements keep their order, so what moves are a few long runs, and only what the counts shift
/// over a border.
import LegateCore

/// A rank's part of a mask.
private struct MaskPart {
    let bytes: UnsafePointer<UInt8>
    let count: Int
    /// True elements of each rank, as ranges of their numbers among all.
    let chosen: [Range<Int>]
    private let elements: Elements

    init(_ mask: CollectiveTile.Operand, _ exchange: Exchange) throws {
        elements = mask.elements(mask.positions)
        bytes = UnsafePointer(elements.start.assumingMemoryBound(to: UInt8.self))
        count = mask.positions.count
        var total = 0
        for k in 0..<count { total &+= TruthReader.one(bytes[k]) }
        let bounds = try exchange.bounds(ownCount: total)
        chosen = (0..<exchange.rankCount).map { bounds[$0]..<bounds[$0 + 1] }
    }

    /// Calls `body(i)` for the true elements, counted from the part's first one.
    @inline(__always) func forEach(_ body: (Int) -> Void) {
        for i in 0..<count where bytes[i] != 0 { body(i) }
    }
}

enum CollectiveMasks {
    /// In: source and mask, of as many elements. Out: the chosen elements.
    static func compress(_ tile: CollectiveTile, _ exchange: Exchange) throws {
        let (source, mask) = (tile.inputs[0], tile.inputs[1])
        let part = try MaskPart(mask, exchange)
        let values = try exchange.elements(of: source, like: mask)
        let size = source.size
        let result = Elements(count: part.chosen[tile.rank].count, size: size)
        var target = result.start
        part.forEach { i in
            target.copyMemory(from: values.start + i * size, byteCount: size)
            target += size
        }
        try exchange.deliver(result.start, made: part.chosen, to: tile.outputs[0])
    }

    /// In: a mask. Out: for each axis of `extents` the index of every true element.
    static func nonzero(_ tile: CollectiveTile, _ exchange: Exchange, extents: [Int]) throws {
        let mask = tile.inputs[0]
        let part = try MaskPart(mask, exchange)
        let chosen = part.chosen[tile.rank]
        var rest: [Int] = []
        rest.reserveCapacity(chosen.count)
        part.forEach { rest.append(mask.positions.lowerBound + $0) }
        for axis in stride(from: extents.count - 1, through: 0, by: -1) {
            let indices = axis == 0 ? rest : rest.map { $0 % extents[axis] }
            for k in rest.indices { rest[k] /= extents[axis] }
            try indices.withUnsafeBytes { buffer in
                let none = UnsafeRawPointer(bitPattern: 8)!
                try exchange.deliver(
                    buffer.baseAddress ?? none, made: part.chosen, to: tile.outputs[axis])
            }
        }
    }

    /// In: an array, a mask of as many elements, as many values as the mask has true elements. Out:
    /// the array.
    static func place(_ tile: CollectiveTile, _ exchange: Exchange) throws {
        let (array, mask, values) = (tile.inputs[0], tile.inputs[1], tile.inputs[2])
        let output = tile.outputs[0]
        try exchange.keep(array, in: output)
        let part = try MaskPart(mask, exchange)
        let own = try exchange.elements(of: values, wanted: part.chosen)
        // Where the mask lies otherwise than the array, both come to where the mask is.
        let size = output.size
        if output.bounds == mask.bounds {
            var source = UnsafeRawPointer(own.start)
            part.forEach { i in
                let position = mask.positions.lowerBound + i
                output.write(position..<position + 1, from: source)
                source += size
            }
            return
        }
        var places: [Int] = []
        part.forEach { places.append(mask.positions.lowerBound + $0) }
        try exchange.update(
            PositionRuns(singles: places), own.start, size: size, bounds: output.bounds, isSet: true
        ) { $0.write(to: output) }
    }
}
