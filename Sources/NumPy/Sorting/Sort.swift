/// `sort` and `argsort` along an axis.
///
/// Many lines: each line is sorted by one worker. One long line: blocks that fit the second cache
/// are sorted in parallel, then merged in pairs, again and again; every merge is cut into tiles by
/// the results it makes, so both steps use all workers and give the same order however they are
/// cut.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.sort`. NaN comes last; complex numbers are ordered by real, then imaginary
    /// part.
    public func sorted(axis: Int) throws -> NDArray {
        let axis = try Axes.normalized(axis, axisCount)
        let result = try NDArray.new(shape, type)
        try Sorter(source: self, target: result, axis: axis, givesPlaces: false).record()
        return result
    }

    /// NumPy: `ndarray.sort`.
    public func sort(axis: Int) throws {
        guard isWritable else { throw NumPyError(.value, "sort array is read-only") }
        let axis = try Axes.normalized(axis, axisCount)
        try assign(sorted(axis: axis))
    }

    /// NumPy: `numpy.argsort`; equal elements keep their order.
    public func argSorted(axis: Int) throws -> NDArray {
        if axisCount == 0 {
            _ = try Axes.normalized(axis, 1)
            return try NDArray.full(AxisList(1), .int64, .integer(0))
        }
        let axis = try Axes.normalized(axis, axisCount)
        let result = try NDArray.new(shape, .int64)
        try Sorter(source: self, target: result, axis: axis, givesPlaces: true).record()
        return result
    }
}

extension NDArray {
    /// The same elements with one axis moved to the end.
    func linesLast(_ axis: Int) -> NDArray {
        viewed(lattice.transposed((0..<axisCount).filter { $0 != axis } + [axis]))
    }

    /// A line along the last axis, by its number in row-major order of the others.
    func line(_ number: Int) -> NDArray {
        let offset = lattice.projected(axis: axisCount - 1, at: 0).uncheckedOffset(at: number)
        return viewed(Lattice(offset: offset, shape[axisCount - 1], every: strides[axisCount - 1]))
    }
}

struct Sorter {
    let source: NDArray
    let target: NDArray
    let axis: Int
    /// Whether places are wanted, not values.
    let givesPlaces: Bool

    /// Lines up to this length are sorted in one piece.
    static let lineLimit = 1 << 16

    /// Eight blocks, or more where those would outgrow the caches.
    static func blockSize(_ extent: Int) -> Int {
        var size = lineLimit
        while size < 1 << 19, size * 8 < extent { size *= 2 }
        return size
    }

    func record() throws {
        let extent = source.shape[axis]
        guard source.count > 0 else { return }
        if NDArray.isSpread(source, target), source.count <= Sorter.fewLines * extent {
            return try recordTogether()
        }
        if source.count == extent, extent > Sorter.lineLimit, !source.type.isComplex {
            return try recordLong(extent)
        }
        if Runtime.shared.isImmediate(source.count), source.store.isReady,
            Runtime.shared.isIdle(target.store), !target.store.isShared
        {
            Counters.countImmediate()
            return Sorter.sort(
                LinePair(
                    source: NDArray.operand(source.view), target: NDArray.operand(target.view),
                    axis: axis, givesPlaces: givesPlaces))
        }
        // Values alone: a body that held an array would keep it alive.
        let (axis, givesPlaces) = (axis, givesPlaces)
        let run: (TaskTile) -> Void = {
            Sorter.sort(
                LinePair(
                    source: $0.inputs[0], target: $0.outputs[0], axis: axis,
                    givesPlaces: givesPlaces))
        }
        let lines = (0..<source.axisCount).filter { $0 != axis }
        let cut = lines.max { (source.shape[$0], -$0) < (source.shape[$1], -$1) }
        guard let cut, source.shape[cut] > 1 else {
            return try NDArray.task(
                "sort", units: 1, work: source.count, inputs: [(source.view, .whole)],
                outputs: [(target.view, .whole)], body: run)
        }
        try NDArray.task(
            "sort", units: source.shape[cut],
            grain: max(1, 2048 * source.shape[cut] / source.count),
            work: source.count, inputs: [(source.view, .along(cut))],
            outputs: [(target.view, .along(cut))],
            body: run)
    }

    /// Sorts all lines of two tiles.
    private static func sort(_ lines: LinePair) {
        switch lines.source.type {
        case .complex64: ComplexSort<Float>.run(lines)
        case .complex128: ComplexSort<Double>.run(lines)
        default: _ = lines.source.type.withSortable(LineSort(lines: lines))
        }
    }

    /// Fewer lines than this are sorted one after another, each by all ranks.
    private static let fewLines = 8

    private func recordTogether() throws {
        let sort = CollectiveSort(givesPlaces: givesPlaces)
        let (lines, results) = (source.linesLast(axis), target.linesLast(axis))
        for number in 0..<source.count / source.shape[axis] {
            try NDArray.collectively(
                "sort", inputs: [lines.line(number)], outputs: [results.line(number)],
                body: sort.run)
        }
    }

    private func recordLong(_ extent: Int) throws {
        let flat = Lattice(
            offset: source.lattice.offset, shape: AxisList(extent),
            strides: AxisList(source.strides[axis]))
        let type = source.type
        let input = StoreView(store: source.store, lattice: flat, type: type)
        // Records lie in rows of as many words of the key's type as they need.
        let recordType: ElementType = givesPlaces ? .uint64 : type
        let words = givesPlaces ? 2 : 1
        let givesPlaces = givesPlaces
        let blockSize = Sorter.blockSize(extent)
        var current = try NDArray.empty(AxisList(extent, words), recordType)
        try NDArray.task(
            "sort blocks", units: extent, grain: blockSize, work: extent,
            inputs: [(input, .along(0))],
            outputs: [(current.view, .along(0))]
        ) { tile in
            _ = type.withSortable(
                BlockSort(tile: tile, blockSize: blockSize, givesPlaces: givesPlaces))
        }
        var width = blockSize
        while width < extent {
            let isLast = width * 2 >= extent
            let next = isLast ? target : try NDArray.empty(AxisList(extent, words), recordType)
            var lattice = next.lattice
            if isLast { lattice = Lattice(rowMajor: AxisList(extent, 1)) }
            let run = width
            try NDArray.task(
                "sort merge", units: extent, grain: 1 << 14, work: extent,
                inputs: [(current.view, .whole)],
                outputs: [
                    (StoreView(store: next.store, lattice: lattice, type: next.type), .along(0))
                ]
            ) { tile in
                _ = type.withSortable(
                    RunMerge(tile: tile, width: run, isLast: isLast, givesPlaces: givesPlaces))
            }
            current = next
            width *= 2
        }
    }
}

/// The lines of a sort: where they lie, and where the sorted ones go.
struct LinePair {
    let source: TaskTile.Operand
    let target: TaskTile.Operand
    let axis: Int
    let givesPlaces: Bool

    /// Elements of a line.
    var count: Int { source.lattice.shape[axis] }
    /// From one to the next.
    var stride: Int { source.lattice.strides[axis] }
    /// From one result to the next.
    var step: Int { target.lattice.strides[axis] }

    func forEach(_ body: (_ from: Int, _ to: Int) -> Void) {
        BlockMove.forEachPair(
            source.lattice.projected(axis: axis, at: 0),
            target.lattice.projected(axis: axis, at: 0),
            body)
    }
}

/// Sorts lines of a type with keys.
private struct LineSort: SortableBody {
    let lines: LinePair

    func run<T: Sortable>(_: T.Type) {
        let (count, stride, step) = (lines.count, lines.stride, lines.step)
        let source = lines.source.memory.assumingMemoryBound(to: T.self)
        if lines.givesPlaces {
            let records = UnsafeMutablePointer<PlacedKey<T.Key>>.allocate(capacity: 2 * count)
            defer { records.deallocate() }
            let target = lines.target.memory.assumingMemoryBound(to: Int.self)
            lines.forEach { from, to in
                for i in 0..<count {
                    records[i] = PlacedKey(sortKey: T.rank(source[from &+ i &* stride]), place: i)
                }
                RadixSort.sort(records, count, spare: records + count)
                for i in 0..<count { target[to &+ i &* step] = records[i].place }
            }
            return
        }
        let records = UnsafeMutablePointer<BareKey<T.Key>>.allocate(capacity: 2 * count)
        defer { records.deallocate() }
        let target = lines.target.memory.assumingMemoryBound(to: T.self)
        lines.forEach { from, to in
            for i in 0..<count { records[i] = BareKey(sortKey: T.key(source[from &+ i &* stride])) }
            RadixSort.sort(records, count, spare: records + count)
            for i in 0..<count { target[to &+ i &* step] = T.value(records[i].sortKey) }
        }
    }
}

/// Sorts the blocks of one tile of a long line.
private struct BlockSort: SortableBody {
    let tile: TaskTile
    let blockSize: Int
    let givesPlaces: Bool

    func run<T: Sortable>(_: T.Type) {
        let source = tile.inputs[0].start.assumingMemoryBound(to: T.self)
        let stride = tile.inputs[0].lattice.strides[0]
        let first = tile.units.lowerBound
        if givesPlaces {
            let target = tile.outputs[0].start.assumingMemoryBound(to: PlacedKey<UInt64>.self)
            sort(target) {
                PlacedKey(
                    sortKey: UInt64(truncatingIfNeeded: T.rank(source[$0 &* stride])),
                    place: first &+ $0)
            }
        } else {
            let target = tile.outputs[0].start.assumingMemoryBound(to: BareKey<T.Key>.self)
            sort(target) { BareKey(sortKey: T.key(source[$0 &* stride])) }
        }
    }

    @inline(__always)
    private func sort<R: KeyedRecord>(_ target: UnsafeMutablePointer<R>, _ record: (Int) -> R) {
        let spare = UnsafeMutablePointer<R>.allocate(capacity: blockSize)
        defer { spare.deallocate() }
        let count = tile.units.count
        for i in 0..<count { target[i] = record(i) }
        for start in stride(from: 0, to: count, by: blockSize) {
            RadixSort.sort(target + start, min(blockSize, count - start), spare: spare)
        }
    }
}

/// Makes the results of one tile of a merge of runs in pairs.
private struct RunMerge: SortableBody {
    let tile: TaskTile
    let width: Int
    let isLast: Bool
    let givesPlaces: Bool

    func run<T: Sortable>(_: T.Type) {
        if givesPlaces {
            let source = UnsafePointer(
                tile.inputs[0].start.assumingMemoryBound(to: PlacedKey<UInt64>.self))
            if isLast {
                let target = tile.outputs[0].start.assumingMemoryBound(to: Int.self)
                merge(source) { target[$0] = $1.place }
            } else {
                let target = tile.outputs[0].start.assumingMemoryBound(to: PlacedKey<UInt64>.self)
                merge(source) { target[$0] = $1 }
            }
            return
        }
        let source = UnsafePointer(
            tile.inputs[0].start.assumingMemoryBound(to: BareKey<T.Key>.self))
        if isLast {
            let target = tile.outputs[0].start.assumingMemoryBound(to: T.self)
            merge(source) { target[$0] = T.value($1.sortKey) }
        } else {
            let target = tile.outputs[0].start.assumingMemoryBound(to: BareKey<T.Key>.self)
            merge(source) { target[$0] = $1 }
        }
    }

    @inline(__always)
    private func merge<R: RankedRecord>(_ source: UnsafePointer<R>, _ emit: (Int, R) -> Void) {
        let extent = tile.inputs[0].lattice.shape[0]
        var k = tile.units.lowerBound
        while k < tile.units.upperBound {
            let first = k / (2 * width) * (2 * width)
            let middle = min(first + width, extent)
            let end = min(first + 2 * width, extent)
            let stop = min(end, tile.units.upperBound)
            let base = k - tile.units.lowerBound
            SortedRuns.merge(
                source + first, middle - first, source + middle, end - middle,
                wanted: k - first..<stop - first
            ) { emit(base &+ $0, $1) }
            k = stop
        }
    }
}

/// Sorts lines of complex numbers by comparing: real parts, then imaginary parts, NaN last in each.
enum ComplexSort<Part: BinaryFloatingPoint & SIMDScalar> {
    /// NumPy's order: numbers without NaN first, then those with NaN in the imaginary part, in the
    /// real part, in both.
    static func isLess(_ a: Complex<Part>, _ b: Complex<Part>) -> Bool {
        let (x, y) = (kind(a), kind(b))
        if x != y { return x < y }
        switch x {
        case 0: return a.real < b.real || a.real == b.real && a.imaginary < b.imaginary
        case 1: return a.real < b.real
        case 2: return a.imaginary < b.imaginary
        default: return false
        }
    }

    private static func kind(_ z: Complex<Part>) -> Int {
        (z.real.isNaN ? 2 : 0) + (z.imaginary.isNaN ? 1 : 0)
    }

    static func run(_ lines: LinePair) {
        let (count, stride, step) = (lines.count, lines.stride, lines.step)
        let source = lines.source.memory.assumingMemoryBound(to: Complex<Part>.self)
        lines.forEach { from, to in
            var places = Array(0..<count)
            // The place decides between equal elements, so that any sort is a stable one.
            places.sort { i, j in
                let (a, b) = (source[from &+ i &* stride], source[from &+ j &* stride])
                if isLess(a, b) { return true }
                return isLess(b, a) ? false : i < j
            }
            if lines.givesPlaces {
                let target = lines.target.memory.assumingMemoryBound(to: Int.self)
                for i in 0..<count { target[to &+ i &* step] = places[i] }
            } else {
                let target = lines.target.memory.assumingMemoryBound(to: Complex<Part>.self)
                for i in 0..<count { target[to &+ i &* step] = source[from &+ places[i] &* stride] }
            }
        }
    }
}
