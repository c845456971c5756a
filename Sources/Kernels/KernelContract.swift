/// The shapes of the functions that kernel tables hold. All work on contiguous blocks of a few KiB
/// that lie in cache; strides, broadcasts and tiles are the caller's business.
///
/// - A block never overlaps another operand of the same call: kernels need no overlap checks. Where
///   ``KernelTable/mayWriteOperand(_:_:)`` says so, the results may be one of the operands.
/// - Counts are elements. Pointers are aligned to their element type.

///
/// A kernel is kept as two plain words, code and context, and called without counting references:
/// workers share the tables, and a counter in a shared line costs them more than a block's
/// arithmetic. Kernels live as long as the process.
internal import CPlatform

/// The two words of a Swift function value.
public struct KernelCode: @unchecked Sendable {
    let code: UnsafeRawPointer
    let context: UnsafeRawPointer?

    /// Takes code that needs no context.
    fileprivate init(code: UnsafeRawPointer) { (self.code, context) = (code, nil) }

    /// Takes a structure whose only member is the function, so that the words are those of its own
    /// convention.
    fileprivate init<Holder>(keeping holder: Holder) {
        assert(MemoryLayout<Holder>.size == MemoryLayout<KernelCode>.size)
        self = withUnsafeBytes(of: holder) { $0.loadUnaligned(as: KernelCode.self) }
        if let context { _ = Unmanaged<AnyObject>.fromOpaque(context).retain() }
    }
}

/// Computes `count` results from `count` operands each. `inputs` and `outputs` have the operation's
/// arity.
public struct BlockKernel: Sendable {
    /// The function that is kept.
    public typealias Function = (
        _ inputs: UnsafePointer<UnsafeRawPointer>,
        _ outputs: UnsafePointer<UnsafeMutableRawPointer>, _ count: Int
    ) -> Void
    let kernel: KernelCode
    private struct Holder { let function: Function }

    /// Keeps a function for as long as the process lives.
    public init(_ function: @escaping Function) {
        kernel = KernelCode(keeping: Holder(function: function))
    }

    /// Takes the code of a C function in Swift's convention.
    init(code: UnsafeRawPointer) { kernel = KernelCode(code: code) }

    /// Calls the function, without counting references.
    public func callAsFunction(
        _ inputs: UnsafePointer<UnsafeRawPointer>,
        _ outputs: UnsafePointer<UnsafeMutableRawPointer>, _ count: Int
    ) {
        let inputs = UnsafeRawPointer(inputs).assumingMemoryBound(to: UnsafeRawPointer?.self)
        let outputs = UnsafeRawPointer(outputs).assumingMemoryBound(
            to: UnsafeMutableRawPointer?.self)
        lg_call_block(kernel.code, kernel.context, inputs, outputs, count)
    }

    /// `output = kernel(a, b)` on elements side by side; the output is neither operand.
    @inlinable
    public func callAsFunction(
        _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, into output: UnsafeMutableRawPointer,
        count: Int
    ) {
        var inputs = (a, b)
        var output = output
        withUnsafePointer(to: &inputs) { inputs in
            withUnsafePointer(to: &output) { output in
                self(
                    UnsafeRawPointer(inputs).assumingMemoryBound(to: UnsafeRawPointer.self), output,
                    count)
            }
        }
    }

    /// The same for three operands, and for operations with a second result.
    @inlinable
    public func callAsFunction(
        _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeRawPointer,
        into output: UnsafeMutableRawPointer, _ second: UnsafeMutableRawPointer? = nil, count: Int
    ) {
        var inputs = (a, b, c)
        var outputs = (output, second ?? output)
        withUnsafePointer(to: &inputs) { inputs in
            withUnsafePointer(to: &outputs) { outputs in
                self(
                    UnsafeRawPointer(inputs).assumingMemoryBound(to: UnsafeRawPointer.self),
                    UnsafeRawPointer(outputs).assumingMemoryBound(to: UnsafeMutableRawPointer.self),
                    count)
            }
        }
    }
}

/// Converts `count` elements from one type to another with C's (NumPy's `unsafe`) rules.
public struct CastKernel: Sendable {
    /// The function that is kept.
    public typealias Function = (
        _ input: UnsafeRawPointer, _ output: UnsafeMutableRawPointer, _ count: Int
    ) -> Void
    let kernel: KernelCode
    private struct Holder { let function: Function }

    /// Keeps a function for as long as the process lives.
    public init(_ function: @escaping Function) {
        kernel = KernelCode(keeping: Holder(function: function))
    }

    /// Calls the function, without counting references.
    public func callAsFunction(
        _ input: UnsafeRawPointer, _ output: UnsafeMutableRawPointer, _ count: Int
    ) {
        lg_call_cast(kernel.code, kernel.context, input, output, count)
    }
}

/// Reduces `count` ≥ 1 elements to one element of the same type.
///
/// Floating and complex addition follow the fixed pairwise tree: under 8 elements one by one; up to
/// 128 eight accumulators; above, halves split at `count / 2` rounded down to a multiple of 8.
/// Other operations fold from the left or in any order that gives the same bits for every split at
/// multiples of 8.
///
/// Complex addition walks that tree over its parts, real and imaginary in turn: leaves of 64
/// elements, left halves of `(count & ~7) / 2` elements. `float16` is summed in `Float` and rounded
/// once, so a sum of parts that were each rounded is not the sum of the whole. Products of reals
/// and complex numbers fold strictly from the left.
public struct FoldKernel: Sendable {
    /// The function that is kept.
    public typealias Function = (
        _ input: UnsafeRawPointer, _ count: Int, _ output: UnsafeMutableRawPointer
    ) -> Void
    let kernel: KernelCode
    private struct Holder { let function: Function }

    /// Keeps a function for as long as the process lives.
    public init(_ function: @escaping Function) {
        kernel = KernelCode(keeping: Holder(function: function))
    }

    /// Calls the function, without counting references.
    public func callAsFunction(
        _ input: UnsafeRawPointer, _ count: Int, _ output: UnsafeMutableRawPointer
    ) {
        lg_call_fold(kernel.code, kernel.context, input, count, output)
    }
}

/// Running reduction: `output[i] = carry ∘ input[0] ∘ … ∘ input[i]`; the last value is left in
/// `carry`. With `hasCarry` false the first element starts the run.
public struct ScanKernel: Sendable {
    /// The function that is kept.
    public typealias Function = (
        _ input: UnsafeRawPointer, _ count: Int, _ carry: UnsafeMutableRawPointer, _ hasCarry: Bool,
        _ output: UnsafeMutableRawPointer
    ) -> Void
    let kernel: KernelCode
    private struct Holder { let function: Function }

    /// Keeps a function for as long as the process lives.
    public init(_ function: @escaping Function) {
        kernel = KernelCode(keeping: Holder(function: function))
    }

    /// Calls the function, without counting references.
    public func callAsFunction(
        _ input: UnsafeRawPointer, _ count: Int, _ carry: UnsafeMutableRawPointer, _ hasCarry: Bool,
        _ output: UnsafeMutableRawPointer
    ) {
        lg_call_scan(kernel.code, kernel.context, input, count, carry, hasCarry, output)
    }
}

/// Takes rows of elements into a row of running results, one after another: `results[i] =
/// (results[i] ∘ row₀[i]) ∘ row₁[i] …` for `width` columns. Rows lie `rowBytes` apart.
public struct ColumnKernel: Sendable {
    /// The function that is kept.
    public typealias Function = (
        _ results: UnsafeMutableRawPointer, _ rows: UnsafeRawPointer, _ rowBytes: Int,
        _ rowCount: Int, _ width: Int
    ) -> Void
    let kernel: KernelCode
    private struct Holder { let function: Function }

    /// Keeps a function for as long as the process lives.
    public init(_ function: @escaping Function) {
        kernel = KernelCode(keeping: Holder(function: function))
    }

    /// Calls the function, without counting references.
    public func callAsFunction(
        _ results: UnsafeMutableRawPointer, _ rows: UnsafeRawPointer, _ rowBytes: Int,
        _ rowCount: Int, _ width: Int
    ) {
        lg_call_columns(kernel.code, kernel.context, results, rows, rowBytes, rowCount, width)
    }
}
