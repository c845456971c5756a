/// Which places of an array the elements of a list of blocks belong to: the index arithmetic of
/// `take` and `put` over several ranks.
///
///     listed: [before …] [n] [after …]     positions, in row-major order
///     array:  places, in row-major order:  offset + Σ before·strides + numberₙ·stride + Σ after·strides
///
/// Neighbours of a block that are neighbours in the array make one run.
import LegateCore

struct BlockRuns {
    let count: Int
    private let offset: Int
    private let before: Lattice
    /// The axes behind the group without those that lie side by side at the end.
    private let outer: Lattice
    /// Elements of the axes at the end.
    private let run: Int
    private let extent: Int
    private let stride: Int

    /// - Parameters:
    ///   - count: Numbers in the group.
    ///   - extent: What negative numbers are counted from.
    ///   - stride: Places between neighbouring numbers.
    init(_ plan: IndexPlan, count: Int, extent: Int, stride: Int) {
        self.count = count
        self.extent = extent
        self.stride = stride
        offset = plan.placeOffset
        before = Lattice(
            offset: 0, shape: plan.before,
            strides: AxisList(plan.keptPlaceStrides.prefix(plan.position)))
        var after = Lattice(
            offset: 0, shape: plan.after,
            strides: AxisList(plan.keptPlaceStrides.dropFirst(plan.position)))
        var run = 1
        while let last = after.shape.last, last == 1 || after.strides[after.axisCount - 1] == run {
            after = after.projected(axis: after.axisCount - 1, at: 0)
            run *= last
        }
        outer = after
        self.run = run
    }

    /// Elements of a block.
    private var block: Int { outer.elementCount * run }

    /// The numbers that elements at listed positions need.
    func numbers(for positions: Range<Int>) -> Range<Int> {
        guard !positions.isEmpty else { return 0..<0 }
        let line = count * block
        guard positions.lowerBound / line == (positions.upperBound - 1) / line else {
            return 0..<count
        }
        return positions.lowerBound % line / block..<(positions.upperBound - 1) % line / block + 1
    }

    /// The runs of places of listed positions. `numbers` holds those that `numbers(for:)` names.
    func runs(_ positions: Range<Int>, _ numbers: Elements) -> PositionRuns {
        let values = numbers.start.assumingMemoryBound(to: Int.self)
        let firstNumber = self.numbers(for: positions).lowerBound
        if block == 1, before.elementCount == 1 {
            let first = offset + before.offset + outer.offset
            return PositionRuns(
                singles: [Int](unsafeUninitializedCapacity: positions.count) { buffer, filled in
                    filled = positions.count
                    guard let target = buffer.baseAddress else { return }
                    for k in 0..<filled {
                        let number = values[positions.lowerBound + k - firstNumber]
                        (target + k).initialize(
                            to: first + (number < 0 ? number + extent : number) * stride)
                    }
                })
        }
        var result = PositionRuns()
        var position = positions.lowerBound
        while position < positions.upperBound {
            let inside = position % run
            let length = min(run - inside, positions.upperBound - position)
            let (part, rest) = (position / run % outer.elementCount, position / block)
            let number = values[rest % count - firstNumber]
            let start =
                offset + before.uncheckedOffset(at: rest / count) + outer.uncheckedOffset(at: part)
            result.append(start + (number < 0 ? number + extent : number) * stride + inside, length)
            position += length
        }
        return result
    }
}

extension Lattice {
    /// The flat index of the point with a number in row-major order.
    func uncheckedOffset(at number: Int) -> Int {
        var (rest, result) = (number, offset)
        for axis in stride(from: axisCount - 1, through: 0, by: -1) {
            result += rest % shape[axis] * strides[axis]
            rest /= shape[axis]
        }
        return result
    }
}

/// `take` over several ranks.
struct CollectiveTake {
    let blocks: BlockRuns

    /// In: the array, the numbers. Out: the list of blocks.
    func run(_ tile: CollectiveTile, _ exchange: Exchange) throws {
        let output = tile.outputs[0]
        let numbers = try exchange.elements(
            of: tile.inputs[1],
            wanted: (0..<tile.rankCount).map { blocks.numbers(for: output.positions(of: $0)) })
        let runs = blocks.runs(output.positions, numbers)
        let size = output.size
        let room = output.room(output.positions)
        if runs.isSingle {
            try runs.starts.withUnsafeBufferPointer {
                try exchange.fetch($0, of: tile.inputs[0], into: room.start)
            }
        } else {
            let fetched = try exchange.fetch(runs, of: tile.inputs[0])
            var target = room.start
            for (k, place) in fetched.places.enumerated() {
                let length = runs.length(k)
                target.copyMemory(
                    from: fetched.elements.start + place * size, byteCount: length * size)
                target += length * size
            }
        }
        output.finish(output.positions, room)
    }
}
