/// What a chunk touches, element by element: the basis of every transfer between ranks.
import Shapes

extension NestProgram {
    /// Calls `body(offset, count, stride)` for each run of an operand's elements over consecutive points.
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

    /// Element offsets of fold targets that `run(chunk)` itself writes.
    public func foldTargets(of chunk: Chunk, fold: Int) -> [Int] {
        if partialByteCount > 0 { return [] }
        switch chunk {
        case .range(let rows):
            return nest.form == .points ? [] : rows.map { targetOffset(fold, row: $0, inner: 0) }
        case .subtree: return []
        case .columns(let outer, _, let inner, _): return inner.map { targetOffset(fold, row: outer, inner: $0) }
        }
    }

    /// Element offsets of fold targets that `finish` writes.
    public func finishTargets(fold: Int) -> [Int] {
        guard partialByteCount > 0 else { return [] }
        return (0..<keptCount).flatMap { row in
            (0..<(nest.form == .rows ? 1 : innerCount)).map { targetOffset(fold, row: row, inner: $0) }
        }
    }

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

    /// Byte ranges of the partial results that a chunk leaves.
    public func partialRanges(of chunk: Chunk) -> [Range<Int>] {
        guard partialByteCount > 0 else { return [] }
        switch chunk {
        case .range: return []
        case .subtree(_, _, let partial): return [partial * partialSize..<(partial + 1) * partialSize]
        case .columns(_, _, let inner, let partial):
            return nest.folds.indices.map {
                let start = columnPartial($0, partial)
                let size = nest.folds[$0].type.byteCount
                return start + inner.lowerBound * size..<start + inner.upperBound * size
            }
        }
    }
}
