/// Reductions of row-major elements without a nest: the kernels called straight on the operand,
/// subtree by subtree.
///
/// In: elements of the fold's own type, and a way to share out chunks among workers. Out: the
/// results, row-major. The trees are those of `NestProgram`, so the bits are those of a recorded
/// reduction:
///
///     outer × reduced           rows      each row is a tree; a single row's subtrees are shared out
///     outer × reduced × inner   columns   rows are added to one another; the columns are cut among the workers
import Launches
import Shapes

public struct DirectReduction {
    /// Calls a body for each of a number of chunks, perhaps on several workers.
    public typealias Share = (_ chunks: Int, _ body: @escaping (Int) -> Void) -> Void

    let type: ElementType
    let workers: Int
    let share: Share

    /// - Parameters:
    ///   - workers: How many may share one reduction; changes no bit.
    public init(_ type: ElementType, workers: Int, share: @escaping Share) {
        self.type = type
        self.workers = workers
        self.share = share
    }

    /// Reduces the middle axis of `outer × reduced × inner` elements into `outer × inner` results.
    ///
    /// - Precondition: All extents are at least 1.
    public func reduce(
        _ operation: Operation, _ input: UnsafeRawPointer, outer: Int, reduced: Int, inner: Int,
        into output: UnsafeMutableRawPointer
    ) {
        guard let fold = KernelTable.fold(operation, type),
            let combine = KernelTable.meeting(operation, type),
            let columns = KernelTable.columns(operation, type)
        else { preconditionFailure("no fold for \(operation) on \(type.name)") }
        let size = type.byteCount
        if inner > 1 {
            let limit = FoldTree.columnLimit(
                reduced: reduced, inner: inner, isSequential: FoldTree.isSequential(operation, type)
            )
            addRows(columns, input, outer, reduced, inner, limit, into: output)
        } else if outer == 1 {
            tree(reduced, combine, into: output) {
                fold(input + $0.lowerBound &* size, $0.count, $1)
            }
        } else {
            // Whole rows to a chunk, as many as make one subtree.
            let rows = max(1, NestProgram.subtreeLimit / reduced)
            let short =
                reduced <= NestProgram.subtreeLimit ? KernelTable.rows(operation, type) : nil
            share((outer + rows - 1) / rows) { chunk in
                if let short {
                    let first = chunk &* rows
                    return short(
                        output + first &* size, input + first &* reduced &* size, reduced &* size,
                        min(rows, outer &- first), reduced)
                }
                for row in chunk &* rows..<min((chunk &+ 1) &* rows, outer) {
                    let source = input + row &* reduced &* size
                    walk(0..<reduced, combine, output + row &* size) {
                        fold(source + $0.lowerBound &* size, $0.count, $1)
                    }
                }
            }
        }
    }

    /// `Σ x[i] * y[i]`.
    ///
    /// - Returns: Whether the type has a kernel for it; else nothing is done.
    public func sumOfProducts(
        _ x: UnsafeRawPointer, _ y: UnsafeRawPointer, count: Int,
        into output: UnsafeMutableRawPointer
    ) -> Bool {
        guard let kernel = KernelTable.sumOfProducts(type),
            let combine = KernelTable.meeting(.add, type)
        else {
            return false
        }
        let size = type.byteCount
        tree(count, combine, into: output) { range, target in
            let offset = range.lowerBound &* size
            kernel(x + offset, y + offset, into: target, count: range.count)
        }
        return true
    }

    /// One tree, its subtrees shared out.
    private func tree(
        _ count: Int, _ combine: Meeting, into output: UnsafeMutableRawPointer,
        _ leaf: @escaping (Range<Int>, UnsafeMutableRawPointer) -> Void
    ) {
        if workers == 1 || count <= NestProgram.subtreeLimit {
            return walk(0..<count, combine, output, leaf)
        }
        let leaves = Table(
            PairwiseTree.leaves(
                of: count, limit: NestProgram.subtreeLimit, isComplex: type.isComplex))
        let partials = UnsafeMutableRawPointer.allocate(
            byteCount: leaves.count &* 16, alignment: 16)
        defer {
            partials.deallocate()
            leaves.deallocate()
        }
        share(leaves.count) { leaf(leaves[$0], partials + $0 &* 16) }
        var next = partials
        walk(0..<count, combine, output) { _, target in
            target.copyMemory(from: next, byteCount: type.byteCount)
            next += 16
        }
    }

    /// Calls `leaf` for the subtrees from left to right and brings their results together.
    private func walk(
        _ range: Range<Int>, _ combine: Meeting, _ output: UnsafeMutableRawPointer,
        _ leaf: (Range<Int>, UnsafeMutableRawPointer) -> Void
    ) {
        if range.count <= NestProgram.subtreeLimit { return leaf(range, output) }
        let middle =
            range.lowerBound + PairwiseTree.leftCount(range.count, isComplex: type.isComplex)
        var halves: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &halves) { halves in
            let (left, right) = (
                halves.baseAddress.unsafelyUnwrapped, halves.baseAddress.unsafelyUnwrapped + 16
            )
            walk(range.lowerBound..<middle, combine, left, leaf)
            walk(middle..<range.upperBound, combine, right, leaf)
            combine(left, right, into: output)
        }
    }

    /// - Parameter limit: Rows that are added one after another; what is more meets in the tree.
    private func addRows(
        _ columns: ColumnKernel, _ input: UnsafeRawPointer, _ outer: Int, _ reduced: Int,
        _ inner: Int, _ limit: Int,
        into output: UnsafeMutableRawPointer
    ) {
        let size = type.byteCount
        // Pieces of whole lines of memory.
        let pieces = max(1, min(inner / 64, workers == 1 ? 1 : 2 &* workers))
        let width = (inner / pieces + 15) / 16 * 16
        let perOuter = (inner + width - 1) / width
        share(outer &* perOuter) { chunk in
            let (o, piece) = (chunk / perOuter, chunk % perOuter)
            let first = piece &* width
            let count = min(width, inner &- first)
            let source = input + (o &* reduced &* inner &+ first) &* size
            func add(_ rows: Range<Int>, into target: UnsafeMutableRawPointer) {
                if rows.count <= limit {
                    let start = source + rows.lowerBound &* inner &* size
                    target.copyMemory(from: start, byteCount: count &* size)
                    return columns(
                        target, start + inner &* size, inner &* size, rows.count &- 1, count)
                }
                let middle = rows.lowerBound + PairwiseTree.leftCount(rows.count)
                let right = UnsafeMutableRawPointer.allocate(
                    byteCount: count &* size, alignment: 64)
                defer { right.deallocate() }
                add(rows.lowerBound..<middle, into: target)
                add(middle..<rows.upperBound, into: right)
                columns(target, right, 0, 1, count)
            }
            add(0..<reduced, into: output + (o &* inner &+ first) &* size)
        }
    }
}
