/// The general short way: any loop, up to three operands of any type and lattice, a mask, and
/// outputs that may be operands themselves.
///
/// Operands are converted where they are fewest, before they broadcast. Two operands that do not
/// lie side by side then go row by row where they are; what else does not is gathered. Results go
/// straight to an output that can take them, else through scratch.
import Kernels
import Launches
import Shapes
import Tracing

extension Immediate {
    /// `output, second = operation(a, b, c)` over `shape`, to which the inputs broadcast; only
    /// where `mask` is true, if there is one.
    ///
    /// - Precondition: at most ``capacity`` elements; outputs have the shape.
    public static func apply(
        _ operation: Operation, _ loop: Loop, _ a: RestingView, _ b: RestingView? = nil,
        _ c: RestingView? = nil, over shape: AxisList, into output: RestingView,
        _ second: RestingView? = nil, where mask: RestingView? = nil
    ) {
        let count = shape.product
        guard count > 0, let kernel = KernelTable.block(operation, loop.compute) else {
            return Counters.countImmediate()
        }
        let x = a.converted(to: loop.input0, .first)
        let y = b?.converted(to: loop.input1, .second)
        let z = c?.converted(to: loop.input2, .third)
        let isDirect = mask == nil && takes(output, loop.output0, count, x, y, z)
        let target = isDirect ? output.first : block(.result)
        var isSecondDirect = false
        if second == nil, z == nil, let y,
            applyRows(operation, loop, kernel, x, y, over: shape, count, into: target)
        {
        } else {
            if let second {
                isSecondDirect = mask == nil && takes(second, loop.output1, count, x, y, z)
            }
            Counters.countImmediate()
            let p = x.sideBySide(over: shape, count, block(.first))
            kernel(
                p, y?.sideBySide(over: shape, count, block(.second)) ?? p,
                z?.sideBySide(over: shape, count, block(.third)) ?? p,
                into: target,
                second.map { isSecondDirect ? $0.first : block(.secondResult) }, count: count)
        }
        if !isDirect { deliver(target, loop.output0, output, count, mask) }
        if let second, !isSecondDirect {
            deliver(block(.secondResult), loop.output1, second, count, mask)
        }
    }

    /// Two operands of one size of which at least one does not lie side by side, row by row.
    ///
    /// - Returns: Whether it was done.
    @inline(__always)
    private static func applyRows(
        _ operation: Operation, _ loop: Loop, _ kernel: BlockKernel, _ x: RestingView,
        _ y: RestingView, over shape: AxisList, _ count: Int, into target: UnsafeMutableRawPointer
    ) -> Bool {
        let size = x.type.byteCount
        guard size == y.type.byteCount, !(x.isWhole(count) && y.isWhole(count)),
            let left = x.rows(over: shape), let right = y.rows(over: shape)
        else { return false }
        return applyRows(
            kernel, left, right, size: size, over: shape, into: target,
            size: loop.output0.byteCount, numbers: NumberKernels(operation, loop.compute))
    }

    /// Whether a kernel may write where an output lies: side by side, of the loop's type, and in no
    /// operand's store.
    @inline(__always)
    private static func takes(
        _ output: RestingView, _ type: ElementType, _ count: Int, _ x: RestingView,
        _ y: RestingView?, _ z: RestingView?
    ) -> Bool {
        guard output.type == type, output.isWhole(count), !output.holds(x.first) else {
            return false
        }
        if let y, output.holds(y.first) { return false }
        if let z, output.holds(z.first) { return false }
        return true
    }

    /// Brings results from scratch to an output.
    private static func deliver(
        _ results: UnsafeMutableRawPointer, _ type: ElementType, _ output: RestingView,
        _ count: Int, _ mask: RestingView?
    ) {
        var source = UnsafeRawPointer(results)
        if output.type != type {
            let converted = block(.convertedFirst)
            KernelTable.cast(from: type, to: output.type)(source, converted, count)
            source = UnsafeRawPointer(converted)
        }
        if let mask { source = chosen(source, output, count, mask) }
        LatticeCopy.scatter(
            source, size: output.type.byteCount, into: output.memory, output.lattice)
    }

    /// New elements where the mask is true, those of the output elsewhere.
    private static func chosen(
        _ new: UnsafeRawPointer, _ output: RestingView, _ count: Int, _ mask: RestingView
    ) -> UnsafeRawPointer {
        guard let select = KernelTable.block(.select, output.type) else { return new }
        let shape = output.lattice.shape
        let truth = mask.converted(to: .bool, .second)
        select(
            truth.sideBySide(over: shape, count, block(.first)), new,
            output.sideBySide(over: shape, count, block(.convertedThird)), into: block(.third),
            count: count)
        return UnsafeRawPointer(block(.third))
    }
}

/// The kernels of an operation for an operand that is one number along each row, and for many rows
/// at once, where there are.
public struct NumberKernels {
    /// `x ∘ number`.
    @usableFromInline let behind: BlockKernel?
    /// `number ∘ x`.
    @usableFromInline let inFront: BlockKernel?
    @usableFromInline let operation: Operation?
    @usableFromInline let compute: ElementType

    /// The kernels for a loop's type.
    @inlinable public init(_ operation: Operation, _ compute: ElementType) {
        behind = KernelTable.number(operation, compute, isReversed: false)
        inFront = KernelTable.number(operation, compute, isReversed: true)
        (self.operation, self.compute) = (operation, compute)
    }

    /// No kernels of their own.
    @inlinable public init() { (behind, inFront, operation, compute) = (nil, nil, nil, .float64) }

    /// The kernel for many rows.
    func rows(_ form: RowKernel.Form) -> RowKernel? {
        operation.flatMap { KernelTable.rowKernel($0, compute, form) }
    }
}
