/// `sort` and `argsort` of one line over several ranks, for every type: what ``SampleSort`` needs
/// to know of it.
///
/// Values travel as their keys. Places travel as keys and, counted from the sender's first one, in
/// four bytes; who receives them knows where they come from.
import LegateCore

struct CollectiveSort {
    let givesPlaces: Bool

    /// In: a line. Out: its elements in order, or their places.
    func run(_ tile: CollectiveTile, _ exchange: Exchange) throws {
        switch tile.inputs[0].type {
        case .complex64:
            try ComplexLine<Float>(tile: tile, exchange: exchange, givesPlaces: givesPlaces).run()
        case .complex128:
            try ComplexLine<Double>(tile: tile, exchange: exchange, givesPlaces: givesPlaces).run()
        default:
            let line = KeyedLine(tile: tile, exchange: exchange, givesPlaces: givesPlaces)
            if let result = tile.inputs[0].type.withSortable(line) { try result.get() }
        }
    }
}

private struct KeyedLine: SortableBody {
    let tile: CollectiveTile
    let exchange: Exchange
    let givesPlaces: Bool

    func run<T: Sortable>(_: T.Type) -> Result<Void, Error> {
        Result { givesPlaces ? try places(T.self) : try values(T.self) }
    }

    private func values<T: Sortable>(_: T.Type) throws {
        let input = tile.inputs[0]
        let own = input.elements(input.positions)
        let source = own.start.assumingMemoryBound(to: T.self)
        let sort = SampleSort(exchange: exchange, sorting: own.count) {
            BareKey(sortKey: T.key(source[$0]))
        }
        let pieces = try sort.exchanged(to: tile.outputs[0].bounds, size: MemoryLayout<T.Key>.size)
        { keys in
            Array(keys.withUnsafeBytes { $0 })
        } unpack: { bytes, _ in
            bytes.withUnsafeBytes { Array($0.bindMemory(to: BareKey<T.Key>.self)) }
        }
        tile.outputs[0].set(sort.merged(pieces), exchange.workers) { T.value($0.sortKey) }
    }

    private func places<T: Sortable>(_: T.Type) throws {
        let input = tile.inputs[0]
        let own = input.elements(input.positions)
        let source = own.start.assumingMemoryBound(to: T.self)
        let sort = SampleSort(exchange: exchange, sorting: own.count) {
            PlacedKey(sortKey: T.rank(source[$0]), place: $0)
        }
        // All ranks use the width that the longest part needs.
        let longest = (0..<tile.rankCount).reduce(0) { max($0, input.positions(of: $1).count) }
        let width = longest <= Int(UInt32.max) ? 4 : 8
        let keySize = MemoryLayout<T.Key>.size
        let pieces = try sort.exchanged(to: tile.outputs[0].bounds, size: keySize + width) {
            records in
            records.map(\.sortKey).withUnsafeBytes { Array($0) }
                + PackedPositions.pack(records.map(\.place), size: width)
        } unpack: { bytes, sender in
            let count = bytes.count / (keySize + width)
            let places = PackedPositions.unpack(bytes[(count * keySize)...], size: width)
            return bytes.withUnsafeBytes { buffer in
                places.enumerated().map { k, place in
                    PlacedKey(
                        sortKey: buffer.loadUnaligned(fromByteOffset: k * keySize, as: T.Key.self),
                        place: place + input.bounds[sender])
                }
            }
        }
        tile.outputs[0].set(sort.merged(pieces), exchange.workers) { $0.place }
    }
}

private struct ComplexLine<Part: BinaryFloatingPoint & SIMDScalar & BitwiseCopyable> {
    let tile: CollectiveTile
    let exchange: Exchange
    let givesPlaces: Bool

    func run() throws {
        let input = tile.inputs[0]
        let own = input.elements(input.positions)
        let source = own.start.assumingMemoryBound(to: Complex<Part>.self)
        var records = (0..<own.count).map {
            ComplexRecord(real: source[$0].real, imaginary: source[$0].imaginary, place: $0)
        }
        // The place decides between equal elements, so that any sort is a stable one.
        records.sort { a, b in
            if ComplexRecord.isBefore(a, b) { return true }
            return ComplexRecord.isBefore(b, a) ? false : a.place < b.place
        }
        let sort = SampleSort(exchange: exchange, keys: records)
        let output = tile.outputs[0]
        let partSize = MemoryLayout<Part>.size
        let size = 2 * partSize + (givesPlaces ? 8 : 0)
        let pieces = try sort.exchanged(to: output.bounds, size: size) { records in
            records.flatMap { [$0.real, $0.imaginary] }.withUnsafeBytes { Array($0) }
                + (givesPlaces ? PackedPositions.pack(records.map(\.place), size: 8) : [])
        } unpack: { bytes, sender in
            let count = bytes.count / size
            let places = PackedPositions.unpack(bytes[(2 * count * partSize)...], size: 8)
            return bytes.withUnsafeBytes { buffer in
                let parts = buffer.bindMemory(to: Part.self)
                return (0..<count).map { k in
                    ComplexRecord(
                        real: parts[2 * k], imaginary: parts[2 * k + 1],
                        place: givesPlaces ? places[k] + input.bounds[sender] : 0)
                }
            }
        }
        if givesPlaces {
            output.set(sort.merged(pieces), exchange.workers) { $0.place }
        } else {
            output.set(sort.merged(pieces), exchange.workers) { Complex($0.real, $0.imaginary) }
        }
    }
}

extension CollectiveTile.Operand {
    /// Sets this rank's positions, one value after another.
    fileprivate func set<R, V>(_ records: [R], _ workers: TaskWorkers, _ value: (R) -> V) {
        let room = room(positions)
        let target = room.start.assumingMemoryBound(to: V.self)
        workers.forEachPart(of: records.count, least: 1 << 15) { part in
            for k in part { target[k] = value(records[k]) }
        }
        finish(positions, room)
    }
}
