/// The shapes of the functions that kernel tables hold. All work on contiguous blocks of a few KiB that lie in
/// cache; strides, broadcasts and tiles are the caller's business.
///
/// - A block never overlaps another operand of the same call: kernels need no overlap checks.
/// - Counts are elements. Pointers are aligned to their element type.

/// Computes `count` results from `count` operands each. `inputs` and `outputs` have the operation's arity.
public typealias BlockKernel = (
    _ inputs: UnsafePointer<UnsafeRawPointer>, _ outputs: UnsafePointer<UnsafeMutableRawPointer>, _ count: Int
) -> Void

/// Converts `count` elements from one type to another with C's (NumPy's `unsafe`) rules.
public typealias CastKernel = (
    _ input: UnsafeRawPointer, _ output: UnsafeMutableRawPointer, _ count: Int
) -> Void

/// Reduces `count` ≥ 1 elements to one element of the same type.
///
/// Floating and complex addition follow the fixed pairwise tree: under 8 elements one by one; up to 128 eight
/// accumulators; above, halves split at `count / 2` rounded down to a multiple of 8. Other operations fold from the
/// left or in any order that gives the same bits for every split at multiples of 8.
///
/// Complex addition walks that tree over its parts, real and imaginary in turn: leaves of 64 elements, left halves of
/// `(count & ~7) / 2` elements. `float16` is summed in `Float` and rounded once, so a sum of parts that were each
/// rounded is not the sum of the whole. Products of reals and complex numbers fold strictly from the left.
public typealias FoldKernel = (
    _ input: UnsafeRawPointer, _ count: Int, _ output: UnsafeMutableRawPointer
) -> Void

/// Running reduction: `output[i] = carry ∘ input[0] ∘ … ∘ input[i]`; the last value is left in `carry`.
/// With `hasCarry` false the first element starts the run.
public typealias ScanKernel = (
    _ input: UnsafeRawPointer, _ count: Int, _ carry: UnsafeMutableRawPointer, _ hasCarry: Bool,
    _ output: UnsafeMutableRawPointer
) -> Void

/// Takes rows of elements into a row of running results, one after another:
/// `results[i] = (results[i] ∘ row₀[i]) ∘ row₁[i] …` for `width` columns. Rows lie `rowBytes` apart.
public typealias ColumnKernel = (
    _ results: UnsafeMutableRawPointer, _ rows: UnsafeRawPointer, _ rowBytes: Int, _ rowCount: Int, _ width: Int
) -> Void
