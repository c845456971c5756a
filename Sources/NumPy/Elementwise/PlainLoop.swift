/// What the short ways through a ufunc have in common: a loop that takes operands of one type as
/// they are, and operands that lie side by side.
///
/// In: an operation and the operands' type; addresses of elements at rest. Out: new arrays. No
/// expression, no launch, no conversion; what is not of this kind goes the general way.
import LegateCore

struct PlainLoop {
    let operation: Operation
    /// Of the operands.
    let type: ElementType
    /// Selects the kernels.
    let compute: ElementType
    /// Of the results.
    let output: ElementType
    /// Every loop has its kernel.
    @inline(__always) var kernel: BlockKernel {
        KernelTable.block(operation, compute).unsafelyUnwrapped
    }

    /// Whether the kernel's results may lie where an operand does.
    @inline(__always) var mayWriteOperand: Bool { KernelTable.mayWriteOperand(operation, compute) }

    /// `nil` where the operation converts operands of the type, or has no loop for them.
    @inline(__always)
    init?(_ operation: Operation, _ type: ElementType) {
        guard let loop = OperationTable.loop(operation, type), loop.input0 == type,
            loop.input1 == type
        else { return nil }
        self.operation = operation
        self.type = type
        self.compute = loop.compute
        self.output = loop.output0
    }

    /// Bytes of an operand's element.
    @inline(__always) var size: Int { type.byteCount }

    /// Whether so many elements may be computed at once.
    @inline(__always) func isSmall(_ count: Int) -> Bool {
        Runtime.shared.isImmediate(count, bytes: max(size, output.byteCount))
    }

    /// A new array of the results for elements that lie side by side, with the shape of one that
    /// has `count` elements; the second operand of functions of one is any.
    @inline(__always)
    func applied(
        _ x: UnsafeMutableRawPointer, _ y: UnsafeMutableRawPointer, like a: NDArray, _ count: Int
    ) throws -> NDArray {
        let result = try NDArray.ready(a.shape, output, isScalar: a.axisCount == 0)
        if count == 0 { return result }
        if Trace.isOn { Counters.noteSmall() }
        kernel(x, y, into: result.store.memory.unsafelyUnwrapped, count: count)
        return result
    }

    /// The same for elements without gaps in another order of axes; results lie as they do.
    func applied(
        _ x: UnsafeMutableRawPointer, _ y: UnsafeMutableRawPointer, _ shape: AxisList,
        _ order: AxisList
    ) throws -> NDArray {
        let result = try MemoryOrder.empty(shape, output, order)
        if Trace.isOn { Counters.noteSmall() }
        kernel(x, y, into: result.store.memory.unsafelyUnwrapped, count: shape.product)
        return result
    }

    /// Writes the results for elements and a number of at most eight bytes behind them, or before
    /// them when `isReversed`.
    @inline(__always)
    func apply(
        _ x: UnsafeRawPointer, number bits: UInt64, isReversed: Bool,
        into target: UnsafeMutableRawPointer, _ count: Int
    ) {
        if let kernel = KernelTable.number(operation, compute, isReversed: isReversed) {
            return withUnsafeBytes(of: bits) {
                let number = $0.baseAddress.unsafelyUnwrapped
                kernel(
                    isReversed ? number : x, isReversed ? x : number, into: target,
                    count: count)
            }
        }
        let number = Immediate.repeated(bits, size: size, count: count)
        kernel(isReversed ? number : x, isReversed ? x : number, into: target, count: count)
    }

    /// A new array of the results row by row; `nil` where the general way is as good.
    @inline(__always)
    func applied(_ x: RowOperand, _ y: RowOperand, _ shape: AxisList) throws -> NDArray? {
        let result = try NDArray.ready(shape, output)
        // Without points there is no element to lay out as a row either.
        if shape.product == 0 { return result }
        return apply(x, y, shape, into: result.store.memory.unsafelyUnwrapped) ? result : nil
    }

    @inline(__always)
    func apply(
        _ x: RowOperand, _ y: RowOperand, _ shape: AxisList, into target: UnsafeMutableRawPointer
    ) -> Bool {
        Immediate.applyRows(
            kernel, x, y, size: size, over: shape, into: target, size: output.byteCount,
            numbers: NumberKernels(operation, compute))
    }
}
