/// The rows form: a chunk folds whole rows, or a leaf of one row's tree.
///
///     row   a b c d │ e f g h     blocks of the tree fold in the interpreter's registers, and meet in pairs
import Launches

extension NestProgram {
    func runRows(_ rows: Range<Int>, _ frame: BlockInterpreter.Frame) {
        if foldsCompiled(rows, frame) { return }
        let n = reducedCount
        let block = interpreter.blockSize
        if n > block || products != nil {
            for row in rows {
                reduceSubtree(row &* n, n, frame)
                store(result(frame, 0), row: row, frame)
            }
            return
        }
        let rowsPerBlock = Swift.max(1, block / n)
        var row = rows.lowerBound
        while row < rows.upperBound {
            let count = Swift.min(rowsPerBlock, rows.upperBound &- row)
            evaluate(start: row &* n, count: count &* n, frame)
            if foldsRowsAtOnce(row, count, frame) {
                row &+= count
                continue
            }
            for r in 0..<count {
                for k in 0..<folders.count {
                    let fold = folders.pointer + k
                    fold.pointee.fold(
                        frame.values[fold.pointee.value] + r &* n &* fold.pointee.size, n,
                        result(frame, 0) + fold.pointee.partialOffset)
                }
                store(result(frame, 0), row: row &+ r, frame)
            }
            row &+= count
        }
    }

    /// One call for all rows of a block, where their only results lie side by side.
    @inline(__always)
    private func foldsRowsAtOnce(_ row: Int, _ count: Int, _ frame: BlockInterpreter.Frame) -> Bool
    {
        guard folders.count == 1, keptExtents.count == 1, let rows = folders[0].rows,
            folders[0].strides[0] == 1
        else {
            return false
        }
        let fold = folders.pointer
        let size = fold.pointee.size
        rows(
            frame.memory[fold.pointee.slot] + (fold.pointee.offset &+ row) &* size,
            frame.values[fold.pointee.value], reducedCount &* size, count, reducedCount)
        return true
    }

    /// One leaf of a row's tree; its results go to a partial.
    func runSubtree(
        _ row: Int, _ range: Range<Int>, _ frame: BlockInterpreter.Frame,
        into target: UnsafeMutableRawPointer
    ) {
        if foldsCompiled(row, range, frame, into: target) { return }
        reduceSubtree(row &* reducedCount &+ range.lowerBound, range.count, frame)
        target.copyMemory(from: result(frame, 0), byteCount: partialSize)
    }

    /// Where the fold results of one recursion depth lie: 16 bytes per fold.
    func result(_ frame: BlockInterpreter.Frame, _ depth: Int) -> UnsafeMutableRawPointer {
        frame.spare + depth &* partialSize
    }

    /// Folds `count` ≤ `subtreeLimit` consecutive points from `start` on; results at `result(frame,
    /// 0)`.
    private func reduceSubtree(_ start: Int, _ count: Int, _ frame: BlockInterpreter.Frame) {
        var isFirst = true
        reduceTree(start, count, frame, depth: 0, &isFirst)
    }

    /// Sums walk the tree down to single blocks. The other folds of inexact numbers run from left
    /// to right through the blocks of a subtree, as NumPy's do: a product that passes a zero stays
    /// zero.
    private func reduceTree(
        _ start: Int, _ count: Int, _ frame: BlockInterpreter.Frame, depth: Int,
        _ isFirst: inout Bool
    ) {
        if let products {
            products.sum(start, count, frame, into: result(frame, depth))
            return
        }
        if count <= interpreter.blockSize {
            evaluate(start: start, count: count, frame)
            for k in 0..<folders.count {
                let fold = folders.pointer + k
                let block = frame.values[fold.pointee.value]
                if fold.pointee.isSequential && !isFirst {
                    fold.pointee.columns(
                        result(frame, 0) + fold.pointee.partialOffset, block, fold.pointee.size,
                        count, 1)
                } else {
                    fold.pointee.fold(
                        block, count, result(frame, depth) + fold.pointee.partialOffset)
                }
            }
            isFirst = false
            return
        }
        let left = PairwiseTree.leftCount(count, isComplex: tree.isComplex)
        reduceTree(start, left, frame, depth: depth, &isFirst)
        reduceTree(start &+ left, count &- left, frame, depth: depth &+ 1, &isFirst)
        combine(
            result(frame, depth), result(frame, depth &+ 1), into: result(frame, depth),
            includesSequential: false)
    }
}
