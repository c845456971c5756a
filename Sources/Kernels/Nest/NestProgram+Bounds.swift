/// Where in a store a chunk's points lie: the basis of the order between chunks of different nests.
import Shapes

extension NestProgram {
    /// Bytes of an operand's store between which everything lies that a chunk touches through it.
    ///
    /// - Returns: An interval that may hold more than the chunk touches, never less.
    public func byteBounds(of operand: LoopNest.Operand, in chunk: Chunk) -> Range<Int> {
        let points: Range<Int>
        switch chunk {
        case .range(let range):
            points =
                nest.form == .points
                ? range : range.lowerBound &* reducedCount..<range.upperBound &* reducedCount
        case .subtree(let row, let range, _):
            points =
                row &* reducedCount &+ range.lowerBound..<row &* reducedCount &+ range.upperBound
        case .columns(let outer, let rows, let inner, _):
            let first = (outer &* reducedCount &+ rows.lowerBound) &* innerCount &+ inner.lowerBound
            let last =
                (outer &* reducedCount &+ rows.upperBound &- 1) &* innerCount &+ inner.upperBound
            points = first..<last
        }
        return byteBounds(of: operand, over: points)
    }

    /// The same for all positions that the program computes; points form.
    public func byteBounds(of operand: LoopNest.Operand) -> Range<Int> {
        byteBounds(of: operand, over: positions)
    }

    private func byteBounds(of operand: LoopNest.Operand, over points: Range<Int>) -> Range<Int> {
        let size = operand.type.byteCount
        guard !points.isEmpty else { return operand.offset &* size..<operand.offset &* size }
        var low = operand.offset
        var high = operand.offset
        var first = points.lowerBound
        var last = points.upperBound &- 1
        var span = nest.pointCount
        var isWhole = false
        for axis in nest.extents.indices {
            let stride = operand.strides[axis]
            span /= nest.extents[axis]
            var (a, b) = (first / span, last / span)
            if isWhole { (a, b) = (0, nest.extents[axis] &- 1) }
            low &+= Swift.min(a &* stride, b &* stride)
            high &+= Swift.max(a &* stride, b &* stride)
            if a != b { isWhole = true }
            first %= span
            last %= span
        }
        return low &* size..<(high &+ 1) &* size
    }

}

extension LoopNest {
    /// Whether an operand's elements lie side by side in the order of the points.
    public func isLinear(_ operand: Operand) -> Bool { BlockInterpreter.isLinear(operand, extents) }
}
