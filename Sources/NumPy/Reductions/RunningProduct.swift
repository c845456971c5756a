/// Long products that left the range of their type: taken again from left to right, as NumPy takes them.
///
/// The tree multiplies runs of elements by themselves. As long as every partial product is an ordinary number the order
/// hardly matters; but a run that overflows makes NaN of a zero before it, where a product from the left stays zero.
/// So a result that is zero, infinite, NaN or denormal is computed anew, element after element in memory order.
import LegateCore

struct RunningProduct {
    private let scan: ScanKernel
    private let type: ElementType
    /// Elements taken through `scan` at a time.
    private static let block = 1024
    /// The longest run that the tree does not cut.
    private static let shortest = 4096

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

    /// Records the task that repeats what needs repeating. `result` has extent one along the reduced axes.
    func record(_ a: NDArray, _ reduced: [Bool], into result: StoreView) throws {
        let source = a.type == type ? a : try a.cast(to: type)
        var (kept, folded) = ([Int](), [Int]())
        for axis in 0..<a.axisCount { if reduced[axis] { folded.append(axis) } else { kept.append(axis) } }
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
        let cut = (0..<keptCount).max { (input.lattice.shape[$0], -$0) < (input.lattice.shape[$1], -$1) }
        let body = { (tile: TaskTile) in self.run(tile, keptCount) }
        guard let cut else {
            return try NDArray.task(
                "multiply.reduce", units: 1, work: a.count, inputs: [(input, .whole)], outputs: [(output, .whole)],
                body: body)
        }
        try NDArray.task(
            "multiply.reduce", units: input.lattice.shape[cut], grain: 1, work: a.count,
            inputs: [(input, .along(cut))], outputs: [(output, .along(cut))], body: body)
    }

    private func run(_ tile: TaskTile, _ keptCount: Int) {
        let source = tile.inputs[0]
        let target = tile.outputs[0]
        let size = type.byteCount
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: 2 * RunningProduct.block * size, alignment: 64)
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
            NestProgram.forEachRun(
                extents: Array(line.shape), strides: Array(line.strides), offset: first, points: 0..<line.elementCount
            ) { offset, count, stride in
                var done = 0
                while done < count {
                    let part = min(RunningProduct.block, count - done)
                    let run = Lattice(
                        offset: offset + done * stride, shape: AxisList(part), strides: AxisList(stride))
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
            let parts = type == .complex64
                ? (Float(real).isNormal, Float(imaginary).isNormal) : (real.isNormal, imaginary.isNormal)
            return !real.isFinite || !imaginary.isFinite || !parts.0 && !parts.1
        default: return false
        }
    }
}
