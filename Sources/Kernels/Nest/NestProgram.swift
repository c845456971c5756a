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
    let keptExtents: Table<Int>
    private let foldStrides: Table<Int>
    /// What one call can sum without registers: products of two operands in the nest's order.
    let products: SumOfProducts?
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
            runSubtree(row, range, frame, into: target)
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
    func keptOffset(_ fold: Int, _ row: Int) -> Int {
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
}
