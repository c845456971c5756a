/// A nest ready to run: the block interpreter plus the cut of its points into chunks.
///
/// Chunks are the unit that workers take and that ranks own. Where a fold is involved their
/// borders, and the tree in which partial results meet, follow from the nest's extents alone, so
/// that every number of workers gives equal bits.
///
///     run(chunk) …   in any order, on any worker      partial results land in `partials`
///     finish()       once, after all chunks           partial results meet in the fixed tree
import Launches
import Shapes

public final class NestProgram {
    public let nest: LoopNest
    let interpreter: BlockInterpreter
    public let chunks: [Chunk]
    /// Points that the chunks compute, and positions between which they lie.
    public let pointCount: Int
    public let positions: Range<Int>
    /// Where partial results meet.
    public let tree: FoldTree
    /// Bytes of partial results that `run` needs; zero where every chunk finishes its own results.
    public let partialByteCount: Int

    /// One piece of the nest's points.
    public enum Chunk: Sendable, Hashable {
        /// Consecutive points (points form), or whole kept rows (rows form, counted in rows).
        case range(Range<Int>)
        /// Part of one kept row: a leaf of its tree; its result goes to a partial.
        case subtree(row: Int, Range<Int>, partial: Int)
        /// Columns form: the leaf `rows` of outer kept point `outer`, inner points `inner`.
        case columns(outer: Int, rows: Range<Int>, inner: Range<Int>, partial: Int)
    }

    let keptCount: Int
    let reducedCount: Int
    let innerCount: Int
    let partialSize: Int
    /// Leaves whose results are partial, in the order of the partials; empty where chunks finish
    /// their own results.
    let leaves: [FoldTree.Node]
    let folders: Table<Folder>
    private let keptExtents: Table<Int>
    private let foldStrides: Table<Int>
    /// What one call can sum without registers: products of two operands in the nest's order.
    private let products: SumOfProducts?
    /// The nest's own constants, for callers that bring none.
    private let constants: Table<ScalarExpression.Constant>
    /// The way to compiled kernels, once these have been asked for.
    var compiled: CompiledNest?
    /// How often the program was run before compiled kernels were asked for.
    var runCount = 0
    /// Nobody reads what the nest writes before the plan's end: it may go past the caches.
    public var mayStream = false
    /// A step just before it leaves in the cache what the nest reads.
    public var readsCached = false

    struct Folder {
        var fold: FoldKernel
        var meeting: Meeting
        var columns: ColumnKernel
        var rows: ColumnKernel?
        var size: Int
        var partialOffset: Int
        /// Runs from left to right through a whole subtree.
        var isSequential: Bool
        /// Number of the folded value.
        var value: Int
        /// Where the result goes.
        var slot: Int
        var offset: Int
        var strides: UnsafePointer<Int>
    }

    /// - Parameters:
    ///   - workers: Cut points into about four chunks for each.
    ///   - grain: Fewest points of a chunk, points form.
    ///   - positions: The points to compute, in row-major order, if not all; with folds, one range
    ///     of whole leaves. Ranges ascend, and no chunk reaches from one into another.
    ///   - chunks: The chunks, points form, where they must be those of another nest over the same
    ///     positions.
    public init(
        _ nest: LoopNest, workers: Int, grain: Int = 4096, positions: [Range<Int>]? = nil,
        chunks given: [Chunk]? = nil
    ) {
        self.nest = nest
        tree = FoldTree(nest)
        interpreter = BlockInterpreter(nest)
        keptCount = nest.extents.prefix(nest.keptAxes).reduce(1, *)
        reducedCount = nest.extents.dropFirst(nest.keptAxes).prefix(nest.reducedAxes).reduce(1, *)
        innerCount = nest.extents.dropFirst(nest.keptAxes + nest.reducedAxes).reduce(1, *)
        var offset = 0
        var folders: [Folder] = []
        keptExtents = Table(Array(nest.extents.prefix(nest.keptAxes)))
        foldStrides = Table(nest.folds.flatMap(\.target.strides))
        for (k, fold) in nest.folds.enumerated() {
            guard let kernel = KernelTable.fold(fold.operation, fold.type),
                let meeting = KernelTable.meeting(fold.operation, fold.type),
                let columns = KernelTable.columns(fold.operation, fold.type)
            else { preconditionFailure("no fold for \(fold.operation) on \(fold.type.name)") }
            folders.append(
                Folder(
                    fold: kernel, meeting: meeting, columns: columns,
                    rows: KernelTable.rows(fold.operation, fold.type), size: fold.type.byteCount,
                    partialOffset: offset,
                    isSequential: FoldTree.isSequential(fold.operation, fold.type),
                    value: fold.value,
                    slot: fold.target.slot, offset: fold.target.offset,
                    strides: UnsafePointer(foldStrides.pointer + k * nest.extents.count)))
            offset += 16
        }
        self.folders = Table(folders)
        products = SumOfProducts(nest, interpreter)
        constants = Table(nest.constants)
        partialSize = offset
        let positions = positions ?? [0..<nest.pointCount]
        pointCount = positions.reduce(0) { $0 + $1.count }
        self.positions = (positions.first?.lowerBound ?? 0)..<(positions.last?.upperBound ?? 0)
        switch nest.form {
        case .points:
            let block = interpreter.blockSize
            chunks =
                given
                ?? positions.flatMap {
                    NestProgram.pointChunks(nest, $0, workers: workers, grain: grain, block: block)
                }
            leaves = []
            partialByteCount = 0
        case .rows:
            (chunks, leaves) = NestProgram.rowChunks(tree, positions[0])
            partialByteCount = leaves.count * partialSize
        case .columns:
            (chunks, leaves) = NestProgram.columnChunks(
                tree, positions[0],
                block: min(
                    interpreter.blockSize,
                    max(512, min(2048, (innerCount / (2 * workers) + 63) / 64 * 64))))
            partialByteCount = leaves.count * innerCount * partialSize
        }
    }

    deinit {
        folders.deallocate()
        constants.deallocate()
        keptExtents.deallocate()
        foldStrides.deallocate()
    }

    // MARK: - Running

    /// Computes one chunk. Thread-safe for different chunks; `frame` belongs to the calling worker.
    public func run(
        _ chunk: Chunk, _ frame: BlockInterpreter.Frame, partials: UnsafeMutableRawPointer?
    ) {
        switch chunk {
        case .range(let range):
            if nest.form == .points { runPoints(range, frame) } else { runRows(range, frame) }
        case .subtree(let row, let range, let partial):
            let target = partials! + partial &* partialSize
            if foldsCompiled(row, range, frame, into: target) { return }
            reduceSubtree(row &* reducedCount &+ range.lowerBound, range.count, frame)
            target.copyMemory(from: result(frame, 0), byteCount: partialSize)
        case .columns(let outer, let rows, let inner, let partial):
            runColumns(outer, rows, inner, partial, frame, partials)
        }
    }

    public func frame(
        memory: UnsafePointer<UnsafeMutableRawPointer>, scratch: Scratch,
        constants: UnsafePointer<ScalarExpression.Constant>? = nil
    ) -> BlockInterpreter.Frame {
        let constants = constants ?? UnsafePointer(self.constants.pointer)
        let frame = interpreter.frame(
            memory: memory, scratch: scratch, constants: constants,
            wordCount: compiled?.tableCount ?? 0,
            isInterpreted: compiled?.function == nil)
        compiled?.prepare(frame.words, constants: constants)
        return frame
    }

    private func runPoints(_ range: Range<Int>, _ frame: BlockInterpreter.Frame) {
        if computesCompiled(range, frame) { return }
        let block = interpreter.blockSize
        let inner = nest.extents.last ?? 1
        let staysInRow = inner >= 192 && !interpreter.isAllLinear
        var p = range.lowerBound
        while p < range.upperBound {
            var n = Swift.min(block, range.upperBound &- p)
            if staysInRow { n = Swift.min(n, inner &- p % inner) }
            interpreter.evaluate(start: p, count: n, frame)
            p &+= n
        }
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

    /// `target = left ∘ right` for every fold. `target` may be `left`.
    func combine(
        _ left: UnsafeMutableRawPointer, _ right: UnsafeMutableRawPointer,
        into target: UnsafeMutableRawPointer,
        includesSequential: Bool = true
    ) {
        for k in 0..<folders.count where includesSequential || !folders[k].isSequential {
            let folder = folders[k]
            folder.meeting(
                left + folder.partialOffset, right + folder.partialOffset,
                into: target + folder.partialOffset)
        }
    }

    @inline(__always)
    static func apply(
        _ kernel: BlockKernel, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer,
        _ out: UnsafeMutableRawPointer, _ n: Int
    ) {
        var inputs = (a, b)
        var output = out
        withUnsafePointer(to: &inputs) { inputs in
            withUnsafePointer(to: &output) { output in
                kernel(
                    UnsafeRawPointer(inputs).assumingMemoryBound(to: UnsafeRawPointer.self), output,
                    n)
            }
        }
    }

    private func runRows(_ rows: Range<Int>, _ frame: BlockInterpreter.Frame) {
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

    /// Writes the fold results of one kept point.
    func store(_ results: UnsafeMutableRawPointer, row: Int, _ frame: BlockInterpreter.Frame) {
        for k in 0..<folders.count {
            let fold = folders.pointer + k
            let size = fold.pointee.size
            (frame.memory[fold.pointee.slot] + keptOffset(k, row) &* size)
                .copyMemory(from: results + fold.pointee.partialOffset, byteCount: size)
        }
    }

    /// Offset of kept point number `row`, in elements.
    private func keptOffset(_ fold: Int, _ row: Int) -> Int {
        let fold = folders.pointer + fold
        var rest = row
        var offset = fold.pointee.offset
        var axis = keptExtents.count &- 1
        while axis > 0 {
            let extent = keptExtents[axis]
            offset &+= (rest % extent) &* fold.pointee.strides[axis]
            rest /= extent
            axis &-= 1
        }
        return axis == 0 ? offset &+ rest &* fold.pointee.strides[0] : offset
    }

    // MARK: - Columns

    private func runColumns(
        _ outer: Int, _ rows: Range<Int>, _ inner: Range<Int>, _ partial: Int,
        _ frame: BlockInterpreter.Frame,
        _ partials: UnsafeMutableRawPointer?
    ) {
        if takesCompiled(outer, rows, inner, frame) {
            return keepColumns(outer, inner, partial, frame, partials)
        }
        let width = inner.count
        let blockBytes = interpreter.spareBytes
        let isBare = (0..<folders.count).allSatisfy {
            interpreter.linearLoad(folders[$0].value) != nil
        }
        let rowsPerBlock =
            isBare
            ? rows.count : width == innerCount ? Swift.max(1, interpreter.blockSize / width) : 1
        var row = rows.lowerBound
        while row < rows.upperBound {
            let count = Swift.min(rowsPerBlock, rows.upperBound &- row)
            let start = (outer &* reducedCount &+ row) &* innerCount &+ inner.lowerBound
            if !isBare { evaluate(start: start, count: count &* width, frame) }
            for k in 0..<folders.count {
                let folder = folders[k]
                var source = UnsafeRawPointer(frame.values[folder.value])
                var rowBytes = width &* folder.size
                if isBare, let load = interpreter.linearLoad(folder.value) {
                    source = UnsafeRawPointer(
                        frame.memory[load.slot] + (load.offset &+ start) &* folder.size)
                    rowBytes = innerCount &* folder.size
                }
                let results = frame.spare + k &* blockBytes
                var first = 0
                if row == rows.lowerBound {
                    results.copyMemory(from: source, byteCount: width &* folder.size)
                    first = 1
                }
                folder.columns(results, source + first &* rowBytes, rowBytes, count &- first, width)
            }
            row &+= count
        }
        keepColumns(outer, inner, partial, frame, partials)
    }

    /// Puts a chunk's results where they belong: to the targets, or to the partial results.
    private func keepColumns(
        _ outer: Int, _ inner: Range<Int>, _ partial: Int, _ frame: BlockInterpreter.Frame,
        _ partials: UnsafeMutableRawPointer?
    ) {
        for k in 0..<folders.count {
            let folder = folders[k]
            let source = frame.spare + k &* interpreter.spareBytes
            if leaves.isEmpty {
                storeColumns(source, k, outer, inner, frame.memory)
            } else {
                (partials! + columnPartial(k, partial) + inner.lowerBound &* folder.size)
                    .copyMemory(from: source, byteCount: inner.count &* folder.size)
            }
        }
    }

    /// Byte offset of the partial row of fold `k`: laid out as [leaf][fold][inner], 16 bytes per
    /// element.
    func columnPartial(_ k: Int, _ leaf: Int) -> Int {
        (leaf &* folders.count &+ k) &* innerCount &* 16
    }

    func storeColumns(
        _ source: UnsafeRawPointer, _ fold: Int, _ outer: Int, _ inner: Range<Int>,
        _ memory: UnsafePointer<UnsafeMutableRawPointer>
    ) {
        let target = nest.folds[fold].target
        let size = target.type.byteCount
        let base = keptOffset(fold, outer)
        let firstInner = nest.keptAxes + nest.reducedAxes
        for (k, point) in inner.enumerated() {
            var rest = point
            var offset = base
            var axis = nest.extents.count &- 1
            while axis >= firstInner {
                let extent = nest.extents[axis]
                offset &+= (rest % extent) &* target.strides[axis]
                rest /= extent
                axis &-= 1
            }
            (memory[target.slot] + offset &* size).copyMemory(
                from: source + k &* size, byteCount: size)
        }
    }
}
