/// Long products that left the range of their type: taken again from left to right, as NumPy takes
/// them.
///
/// The tree multiplies runs of elements by themselves. As long as every partial product is an
/// ordinary number the order hardly matters; but a run that overflows makes NaN of a zero before
/// it, where a product from the left stays zero. So a result that is zero, infinite, NaN or
/// denormal is computed anew, element after element in memory order.
import LegateCore

struct RunningProduct {
    private let scan: ScanKernel
    private let type: ElementType
    /// Elements taken through `scan` at a time.
    private static let block = 1024
    /// The longest run that the tree does not cut.
    static let shortest = 4096

    /// The check of a product over `reduced` axes; `nil` where it is from left to right already.
    init?(_ operation: Operation, _ type: ElementType, _ a: NDArray, _ reduced: [Bool]) {
        var run = 1
        for (axis, isReduced) in reduced.enumerated() where isReduced { run *= a.shape[axis] }
        guard operation == .multiply, type.isInexact, run > RunningProduct.shortest,
            let scan = KernelTable.scan(operation, type)
        else { return nil }
        self.scan = scan
        self.type = type
    }

    /// Records the task that repeats what needs repeating. `result` has extent one along the
    /// reduced axes.
    func record(_ a: NDArray, _ reduced: [Bool], into result: StoreView) throws {
        let source = a.type == type ? a : try a.cast(to: type)
        var (kept, folded) = ([Int](), [Int]())
        for axis in 0..<a.axisCount {
            if reduced[axis] { folded.append(axis) } else { kept.append(axis) }
        }
        let lattice = source.lattice
        // NumPy takes the axes as they lie in memory, each from its first element to its last.
        folded.sort { (abs(lattice.strides[$0]), -$0) > (abs(lattice.strides[$1]), -$1) }
        let order = kept + folded
        func arranged(_ lattice: Lattice) -> Lattice {
            Lattice(
                offset: lattice.offset, shape: AxisList(order.map { lattice.shape[$0] }),
                strides: AxisList(order.map { lattice.strides[$0] }))
        }
        let input = StoreView(store: source.store, lattice: arranged(lattice), type: type)
        let output = StoreView(store: result.store, lattice: arranged(result.lattice), type: type)
        let keptCount = kept.count
        // Cut along the longest of the kept axes.
        let cut = (0..<keptCount).max {
            (input.lattice.shape[$0], -$0) < (input.lattice.shape[$1], -$1)
        }
        if keptCount == 0, NDArray.isSpread(a) {
            let line = NDArray(input)
            return try NDArray.collectively(
                "multiply.reduce", inputs: [line, NDArray(output)], outputs: [NDArray(output)],
                body: runTogether)
        }
        let body = { (tile: TaskTile) in self.run(tile, keptCount) }
        guard let cut else {
            return try NDArray.task(
                "multiply.reduce", units: 1, work: a.count, inputs: [(input, .whole)],
                outputs: [(output, .whole)],
                body: body)
        }
        try NDArray.task(
            "multiply.reduce", units: input.lattice.shape[cut], grain: 1, work: a.count,
            inputs: [(input, .along(cut))], outputs: [(output, .along(cut))], body: body)
    }

    /// The product of all elements: it goes from rank to rank.
    private func runTogether(_ tile: CollectiveTile, _ exchange: Exchange) throws {
        let (input, output) = (tile.inputs[0], tile.outputs[0])
        let size = type.byteCount
        let product = try exchange.elements(
            of: tile.inputs[1], wanted: [Range<Int>](repeating: 0..<1, count: tile.rankCount))
        try exchange.keep(tile.inputs[1], in: output)
        guard needsRepeating(product.start) else { return }
        let own = input.positions
        let parts = (0..<tile.rankCount).filter { !input.positions(of: $0).isEmpty }
        let running = Elements(count: 1, size: 16)
        if let number = parts.firstIndex(of: tile.rank) {
            if number > 0 {
                running.start.copy(try exchange.receive(size, from: parts[number - 1]))
            }
            let elements = input.elements(own)
            let results = Elements(count: RunningProduct.block, size: size)
            for first in stride(from: 0, to: own.count, by: RunningProduct.block) {
                let count = min(RunningProduct.block, own.count - first)
                scan(
                    elements.start + first * size, count, running.start, number > 0 || first > 0,
                    results.start)
            }
            if number + 1 < parts.count {
                exchange.send(
                    Array(UnsafeRawBufferPointer(start: running.start, count: size)),
                    to: parts[number + 1])
            }
        }
        let made = (0..<tile.rankCount).map { $0 == parts.last ? 0..<1 : 0..<0 }
        try exchange.deliver(running.start, made: made, to: output)
    }

    private func run(_ tile: TaskTile, _ keptCount: Int) {
        let source = tile.inputs[0]
        let target = tile.outputs[0]
        let size = type.byteCount
        let scratch = UnsafeMutableRawPointer.allocate(
            byteCount: 2 * RunningProduct.block * size, alignment: 64)
        defer { scratch.deallocate() }
        var lines = source.lattice
        var line = source.lattice
        while lines.axisCount > keptCount { lines = lines.projected(axis: keptCount, at: 0) }
        for _ in 0..<keptCount { line = line.projected(axis: 0, at: 0) }
        var points = target.lattice
        while points.axisCount > keptCount { points = points.projected(axis: keptCount, at: 0) }
        BlockMove.forEachPair(lines, points) { first, place in
            let result = target.memory + place * size
            guard needsRepeating(result) else { return }
            var hasCarry = false
            line.offset = first
            LatticeCopy.forEachRun(line) { offset, stride, count in
                var done = 0
                while done < count {
                    let part = min(RunningProduct.block, count - done)
                    let run = Lattice(
                        offset: offset + done * stride, shape: AxisList(part),
                        strides: AxisList(stride))
                    LatticeCopy.gather(run, source.memory, size: size, into: scratch)
                    scan(scratch, part, result, hasCarry, scratch + RunningProduct.block * size)
                    hasCarry = true
                    done += part
                }
            }
        }
    }

    /// Whether a product is not an ordinary number.
    private func needsRepeating(_ result: UnsafeMutableRawPointer) -> Bool {
        switch NDArray.number(at: result, type) {
        case .float(let value):
            return type == .float32 ? !Float(value).isNormal : !value.isNormal
        case .complex(let real, let imaginary):
            let parts =
                type == .complex64
                ? (Float(real).isNormal, Float(imaginary).isNormal)
                : (real.isNormal, imaginary.isNormal)
            return !real.isFinite || !imaginary.isFinite || !parts.0 && !parts.1
        default: return false
        }
    }
}
