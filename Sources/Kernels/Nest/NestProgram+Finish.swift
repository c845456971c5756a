/// How partial results meet: each outer row's leaves in the fixed tree, up to the result that is
/// stored.
import Launches

extension NestProgram {
    /// Brings partial results together, once, after all chunks ran.
    public func finish(_ frame: BlockInterpreter.Frame, partials: UnsafeMutableRawPointer?) {
        guard let partials, let first = leaves.first, let last = leaves.last else { return }
        let rows = first.row...last.row
        if nest.form == .rows {
            var next = partials
            for row in rows {
                meet(0..<reducedCount, &next, frame, depth: 0)
                store(result(frame, 0), row: row, frame)
            }
            return
        }
        let limit = interpreter.blockSize
        for k in 0..<folders.count {
            for first in stride(from: 0, to: innerCount, by: limit) {
                let inner = first..<Swift.min(first + limit, innerCount)
                var next = 0
                for outer in rows {
                    let result = meetColumns(0..<reducedCount, k, inner, partials, &next)
                    storeColumns(result, k, outer, inner, frame.memory)
                }
            }
        }
    }

    /// Walks the tree of one row again, taking the next partial at each leaf.
    private func meet(
        _ range: Range<Int>, _ next: inout UnsafeMutableRawPointer, _ frame: BlockInterpreter.Frame,
        depth: Int
    ) {
        if range.count <= tree.limit {
            result(frame, depth).copyMemory(from: next, byteCount: partialSize)
            next += partialSize
            return
        }
        let middle = tree.middle(range)
        meet(range.lowerBound..<middle, &next, frame, depth: depth)
        meet(middle..<range.upperBound, &next, frame, depth: depth + 1)
        combine(result(frame, depth), result(frame, depth + 1), into: result(frame, depth))
    }

    /// The same for a piece of a row of columns. A subtree's result takes the place of its first
    /// leaf's.
    private func meetColumns(
        _ range: Range<Int>, _ k: Int, _ inner: Range<Int>, _ partials: UnsafeMutableRawPointer,
        _ next: inout Int
    ) -> UnsafeMutableRawPointer {
        if range.count <= tree.limit {
            next += 1
            return partials + columnPartial(k, next - 1) + inner.lowerBound &* folders[k].size
        }
        let middle = tree.middle(range)
        let left = meetColumns(range.lowerBound..<middle, k, inner, partials, &next)
        let right = meetColumns(middle..<range.upperBound, k, inner, partials, &next)
        folders[k].meetBlocks(left, right, into: left, inner.count)
        return left
    }
}

extension NestProgram.Folder {
    /// `target = left ∘ right` for a block of results. `target` may be `left`.
    func meetBlocks(
        _ left: UnsafeMutableRawPointer, _ right: UnsafeMutableRawPointer,
        into target: UnsafeMutableRawPointer,
        _ count: Int
    ) {
        if target != left { target.copyMemory(from: left, byteCount: count &* size) }
        columns(target, right, 0, 1, count)
    }
}
