/// The tables of kernels: by operation and type, by pair of types for casts.
///
/// Everything is entered once, at first use, into flat tables; a lookup is one load. What a kernel
/// computes is written in the `ElementwiseKernels+….swift` files, each of which enters the
/// operations of one family.

import Launches
import Shapes

/// Every kernel, by operation and type.
public enum KernelTable {
    /// The kernel that computes a block of results, or `nil` where NumPy has no such loop.
    ///
    /// - Parameter compute: The loop's `compute` type.
    /// - Complexity: O(1), one load.
    @inlinable public static func block(_ operation: Operation, _ compute: ElementType)
        -> BlockKernel?
    {
        entries.blocks[operation.index &* ElementType.count &+ compute.index]
    }

    /// The kernel that converts elements of one type to another; from a type to itself it copies.
    @inlinable public static func cast(from source: ElementType, to target: ElementType)
        -> CastKernel
    {
        entries.casts[source.index &* ElementType.count &+ target.index]
    }

    /// The kernel that reduces a block to one element, for operations whose loop is `(T, T) -> T`.
    @inlinable public static func fold(_ operation: Operation, _ type: ElementType) -> FoldKernel? {
        entries.folds[operation.index &* ElementType.count &+ type.index]
    }

    /// The kernel of a running reduction, for the same operations as `fold`.
    @inlinable public static func scan(_ operation: Operation, _ type: ElementType) -> ScanKernel? {
        entries.scans[operation.index &* ElementType.count &+ type.index]
    }

    /// The kernel that adds rows to a row of running results, for the same operations as `fold`.
    @inlinable public static func columns(_ operation: Operation, _ type: ElementType)
        -> ColumnKernel?
    {
        entries.columns[operation.index &* ElementType.count &+ type.index]
    }

    /// The kernel that folds each of many short rows into `results[r]`; `nil` where there is none
    /// of its own.
    @inlinable public static func rows(_ operation: Operation, _ type: ElementType) -> ColumnKernel?
    {
        entries.rows[operation.index &* ElementType.count &+ type.index]
    }

    /// The kernel that gives the sum of the products of two blocks, one element, with the bits of
    /// `fold(.add)` over the products. `nil` for types without one.
    @inlinable public static func sumOfProducts(_ type: ElementType) -> BlockKernel? {
        entries.products[type.index]
    }

    /// The kernel of `x ∘ number`, or of `number ∘ x` when `isReversed`: the number's input shows
    /// one element. `nil` where there is none of its own.
    @inlinable public static func number(
        _ operation: Operation, _ compute: ElementType, isReversed: Bool
    ) -> BlockKernel? {
        entries.numbers[
            (operation.index &* ElementType.count &+ compute.index) &* 2 &+ (isReversed ? 1 : 0)]
    }

    /// The kernel of many rows at once; `nil` where there is none.
    public static func rowKernel(
        _ operation: Operation, _ compute: ElementType, _ form: RowKernel.Form
    ) -> RowKernel? {
        entries.rowKernels[
            (operation.index &* ElementType.count &+ compute.index) &* 3 &+ form.rawValue]
    }

    /// Whether the results of an operation's kernels may be written over one of their operands.
    public static func mayWriteOperand(_ operation: Operation, _ compute: ElementType) -> Bool {
        rowKernel(operation, compute, .rows) != nil
    }

    /// How two results of `fold` become one.
    static func meeting(_ operation: Operation, _ type: ElementType) -> Meeting? {
        guard let block = block(operation, type), let fold = fold(operation, type) else {
            return nil
        }
        return Meeting(
            block: block, pairFold: isExtreme(operation) && type.isFloating ? fold : nil,
            size: type.byteCount)
    }

    /// Whether an operation picks one of its operands, so that a fold may take them in any order.
    static func isExtreme(_ operation: Operation) -> Bool {
        switch operation {
        case .maximum, .minimum, .fmax, .fmin: return true
        default: return false
        }
    }

    @usableFromInline static let entries = KernelEntries()
}

/// Brings two results of one fold together. Extremes of reals go through the fold itself, which
/// tells +0 from -0 as it does inside a block; so where blocks end cannot show.
struct Meeting {
    let block: BlockKernel
    let pairFold: FoldKernel?
    let size: Int

    /// `target = left ∘ right`. `target` may be either of them.
    func callAsFunction(
        _ left: UnsafeRawPointer, _ right: UnsafeRawPointer, into target: UnsafeMutableRawPointer
    ) {
        var pair: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &pair) { pair in
            let base = pair.baseAddress.unsafelyUnwrapped
            if let pairFold {
                base.copyMemory(from: left, byteCount: size)
                (base + size).copyMemory(from: right, byteCount: size)
                pairFold(base, 2, base + 16)
            } else {
                block(left, right, into: base + 16, count: 1)
            }
            target.copyMemory(from: base + 16, byteCount: size)
        }
    }
}

/// The storage of all tables, and the ways to enter kernels into them.
@usableFromInline
struct KernelEntries {
    @usableFromInline let blocks: UnsafeMutablePointer<BlockKernel?>
    @usableFromInline let folds: UnsafeMutablePointer<FoldKernel?>
    @usableFromInline let scans: UnsafeMutablePointer<ScanKernel?>
    @usableFromInline let columns: UnsafeMutablePointer<ColumnKernel?>
    @usableFromInline let rows: UnsafeMutablePointer<ColumnKernel?>
    @usableFromInline let casts: UnsafeMutablePointer<CastKernel>
    @usableFromInline let products: UnsafeMutablePointer<BlockKernel?>
    @usableFromInline let numbers: UnsafeMutablePointer<BlockKernel?>
    let rowKernels: UnsafeMutablePointer<RowKernel?>

    init() {
        let count = Operation.count * ElementType.count
        blocks = .allocate(capacity: count)
        blocks.initialize(repeating: nil, count: count)
        folds = .allocate(capacity: count)
        folds.initialize(repeating: nil, count: count)
        scans = .allocate(capacity: count)
        scans.initialize(repeating: nil, count: count)
        columns = .allocate(capacity: count)
        columns.initialize(repeating: nil, count: count)
        rows = .allocate(capacity: count)
        rows.initialize(repeating: nil, count: count)
        numbers = .allocate(capacity: 2 * count)
        numbers.initialize(repeating: nil, count: 2 * count)
        rowKernels = .allocate(capacity: 3 * count)
        rowKernels.initialize(repeating: nil, count: 3 * count)
        products = .allocate(capacity: ElementType.count)
        products.initialize(repeating: nil, count: ElementType.count)
        casts = .allocate(capacity: ElementType.count * ElementType.count)
        casts.initialize(
            repeating: CastKernel { _, _, _ in }, count: ElementType.count * ElementType.count)
        enterArithmetic()
        enterDivision()
        enterExtremes()
        enterComparisons()
        enterBits()
        enterBool()
        enterRounding()
        enterMath()
        enterComplex()
        enterComplexMath()
        enterCopying()
        enterCasts()
        enterSums()
        enterNumbers()
    }

    func set(_ operation: Operation, _ type: ElementType, _ kernel: @escaping BlockKernel.Function)
    {
        blocks[operation.index * ElementType.count + type.index] = BlockKernel(kernel)
    }

    func set(
        _ operation: Operation, _ type: ElementType, fold kernel: @escaping FoldKernel.Function
    ) {
        folds[operation.index * ElementType.count + type.index] = FoldKernel(kernel)
    }

    func set(
        _ operation: Operation, _ type: ElementType, scan kernel: @escaping ScanKernel.Function
    ) {
        scans[operation.index * ElementType.count + type.index] = ScanKernel(kernel)
    }

    /// Enters a kernel for several types.
    func set(
        _ operation: Operation, _ types: [ElementType], _ kernel: @escaping BlockKernel.Function
    ) {
        for type in types { set(operation, type, kernel) }
    }

    /// Enters block, fold and scan of an operation that gives the type it takes.
    func setFolding<B: BinaryBody>(_ operation: Operation, _ types: [ElementType], _ body: B.Type)
    where B.X == B.Y, B.Y == B.Result {
        let block = blockKernel(body)
        let fold = foldKernel(body)
        let scan = scanKernel(body)
        let rows = columnKernel(body)
        for type in types {
            set(operation, type, block)
            set(operation, type, fold: fold)
            set(operation, type, scan: scan)
            columns[operation.index * ElementType.count + type.index] = ColumnKernel(rows)
        }
    }
}
