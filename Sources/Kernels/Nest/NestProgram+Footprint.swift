/// What a chunk touches, element by element: the basis of every transfer between ranks.
import Shapes

extension NestProgram {
    /// Calls `body(offset, count, stride)` for each run of an operand's elements over consecutive
    /// points.
    public static func forEachRun(
        extents: [Int], strides: [Int], offset: Int, points: Range<Int>,
        _ body: (_ offset: Int, _ count: Int, _ stride: Int) -> Void
    ) {
        guard let inner = extents.last else {
            if !points.isEmpty { body(offset, 1, 1) }
            return
        }
        var p = points.lowerBound
        while p < points.upperBound {
            var rest = p / inner
            let first = p % inner
            let count = min(inner - first, points.upperBound - p)
            var position = offset + first * strides[strides.count - 1]
            for axis in (0..<(extents.count - 1)).reversed() {
                position += rest % extents[axis] * strides[axis]
                rest /= extents[axis]
            }
            body(position, count, strides[strides.count - 1])
            p += count
        }
    }

    /// The points a chunk evaluates, as ranges of the nest's row-major order.
    public func pointRanges(of chunk: Chunk) -> [Range<Int>] {
        switch chunk {
        case .range(let range):
            if nest.form == .points { return [range] }
            return [range.lowerBound * reducedCount..<range.upperBound * reducedCount]
        case .subtree(let row, let range, _):
            return [row * reducedCount + range.lowerBound..<row * reducedCount + range.upperBound]
        case .columns(let outer, let rows, let inner, _):
            return rows.map {
                let start = (outer * reducedCount + $0) * innerCount
                return start + inner.lowerBound..<start + inner.upperBound
            }
        }
    }

    /// The element of a fold's target that one result goes to.
    func targetOffset(_ fold: Int, row: Int, inner: Int) -> Int {
        let target = nest.folds[fold].target
        var offset = target.offset
        var rest = inner
        for axis in (nest.keptAxes + nest.reducedAxes..<nest.extents.count).reversed() {
            offset += rest % nest.extents[axis] * target.strides[axis]
            rest /= nest.extents[axis]
        }
        rest = row
        for axis in (0..<nest.keptAxes).reversed() {
            offset += rest % nest.extents[axis] * target.strides[axis]
            rest /= nest.extents[axis]
        }
        return offset
    }
}
