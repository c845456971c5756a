/// `searchsorted` where the sorted side is tiled: values go to the rank whose part they belong
/// into, places come back.
///
///     parts      [1 3 3] [3 5 8] [9]       first elements: 1 3 9, known to all
///     value 3    from the left: the last part that begins before it, 0; from the right: the last that begins not after
///                it, 1
///
/// Where there are few sorted elements for many values, every rank gets the sorted ones instead.
import LegateCore

struct CollectiveSearch {
    let isRight: Bool

    /// In: the sorted line, values of the same type. Out: for each value its place.
    func run(_ tile: CollectiveTile, _ exchange: Exchange) throws {
        switch tile.inputs[0].type {
        case .complex64: try run(tile, exchange, complex(Float.self))
        case .complex128: try run(tile, exchange, complex(Double.self))
        default:
            let body = KeyedSearch(search: self, tile: tile, exchange: exchange)
            if let result = tile.inputs[0].type.withSortable(body) { try result.get() }
        }
    }

    private func complex<P: BinaryFloatingPoint & SIMDScalar & BitwiseCopyable>(
        _: P.Type
    ) -> (UnsafeRawPointer) -> ComplexRecord<P> {
        { memory in
            let number = memory.loadUnaligned(as: Pair<P>.self)
            return ComplexRecord(real: number.first, imaginary: number.second, place: 0)
        }
    }

    private struct Pair<P: BitwiseCopyable>: BitwiseCopyable {
        var first: P
        var second: P
    }

    private struct KeyedSearch: SortableBody {
        let search: CollectiveSearch
        let tile: CollectiveTile
        let exchange: Exchange

        func run<T: Sortable>(_: T.Type) -> Result<Void, Error> {
            Result {
                try search.run(tile, exchange) {
                    BareKey(sortKey: T.rank($0.assumingMemoryBound(to: T.self).pointee))
                }
            }
        }
    }

    fileprivate func run<R: RankedRecord>(
        _ tile: CollectiveTile, _ exchange: Exchange, _ record: @escaping (UnsafeRawPointer) -> R
    ) throws {
        let (sorted, output) = (tile.inputs[0], tile.outputs[0])
        let values = try exchange.elements(of: tile.inputs[1], like: output)
        let size = sorted.size
        let room = output.room(output.positions)
        let places = room.start.assumingMemoryBound(to: Int.self)
        if sorted.isLocal || sorted.count * tile.rankCount <= output.count {
            let all = try exchange.elements(
                of: sorted, wanted: [Range<Int>](repeating: 0..<sorted.count, count: tile.rankCount)
            )
            for k in 0..<values.count {
                places[k] = place(of: record(values.start + k * size), all, size, record)
            }
            return output.finish(output.positions, room)
        }
        let firsts = try firstElements(sorted, exchange)
        var parts = [[UInt8]](repeating: [], count: tile.rankCount)
        var owners: [Int] = []
        for k in 0..<values.count {
            let value = values.start + k * size
            let owner = owner(of: record(value), firsts, record)
            owners.append(owner)
            parts[owner].append(contentsOf: UnsafeRawBufferPointer(start: value, count: size))
        }
        let own = sorted.elements(sorted.positions)
        let answers = try exchange.toAll(parts).map { values -> [Int] in
            values.withUnsafeBytes { buffer in
                stride(from: 0, to: buffer.count, by: size).map { at in
                    sorted.positions.lowerBound
                        + place(of: record(buffer.baseAddress! + at), own, size, record)
                }
            }
        }
        // Counted from the part's first element a place mostly fits four bytes.
        let widths = (0..<tile.rankCount).map {
            sorted.positions(of: $0).count < Int(UInt32.max) ? 4 : 8
        }
        let first = sorted.positions.lowerBound
        let returned = try exchange.toAll(
            answers.map { PackedPositions.pack($0.map { $0 - first }, size: widths[tile.rank]) },
            counts: parts.indices.map { parts[$0].count / size * widths[$0] })
        let numbers = returned.indices.map {
            PackedPositions.unpack(returned[$0][...], size: widths[$0])
        }
        var next = [Int](repeating: 0, count: tile.rankCount)
        for (k, owner) in owners.enumerated() {
            places[k] = sorted.bounds[owner] + numbers[owner][next[owner]]
            next[owner] += 1
        }
        output.finish(output.positions, room)
    }

    /// How many elements are before a value.
    private func place<R: RankedRecord>(
        of value: R, _ elements: Elements, _ size: Int, _ record: (UnsafeRawPointer) -> R
    ) -> Int {
        var (low, high) = (0, elements.count)
        while low < high {
            let middle = (low + high) / 2
            if isAfter(value, record(elements.start + middle * size)) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    private func isAfter<R: RankedRecord>(_ value: R, _ element: R) -> Bool {
        isRight ? !R.isBefore(value, element) : R.isBefore(element, value)
    }

    /// Ranks with elements, and their first ones.
    private func firstElements(
        _ sorted: CollectiveTile.Operand, _ exchange: Exchange
    ) throws -> [(rank: Int, element: [UInt8])] {
        let own = sorted.positions
        let first =
            own.isEmpty
            ? [UInt8](repeating: 0, count: sorted.size)
            : sorted.bytes(own.lowerBound..<own.lowerBound + 1)
        return try exchange.gather(first).enumerated().compactMap { r, element in
            sorted.positions(of: r).isEmpty ? nil : (r, element)
        }
    }

    private func owner<R: RankedRecord>(
        of value: R, _ firsts: [(rank: Int, element: [UInt8])], _ record: (UnsafeRawPointer) -> R
    ) -> Int {
        var (low, high) = (0, firsts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            let element = firsts[middle].element.withUnsafeBytes { record($0.baseAddress!) }
            if isAfter(value, element) { low = middle } else { high = middle }
        }
        return firsts.isEmpty ? 0 : firsts[low].rank
    }
}
