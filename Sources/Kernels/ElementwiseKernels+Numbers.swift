/// Arithmetic and comparisons of reals of 32 and 64 bits by blocks of two operands, and of a block
/// with one number: `x + y`, `x + 2`, `2 < x`. One definition in C for each width of vectors
/// (`CMath`).
///
/// The number stands once and stays in a register, where the kernels of two blocks would read it
/// again for every element. Results of arithmetic may be written over an operand.
internal import CMath
import Launches
import Shapes

extension KernelEntries {
    /// Enters the block kernels; folds and scans stay those entered before.
    func enterNumbers() {
        enter(.add, LEGATE_SUM)
        enter(.subtract, LEGATE_DIFFERENCE)
        enter(.multiply, LEGATE_PRODUCT)
        enter(.divide, LEGATE_RATIO)
        enter(.equal, LEGATE_EQUAL)
        enter(.notEqual, LEGATE_NOT_EQUAL)
        enter(.less, LEGATE_LESS)
        enter(.lessEqual, LEGATE_LESS_EQUAL)
        enter(.greater, LEGATE_GREATER)
        enter(.greaterEqual, LEGATE_GREATER_EQUAL)
    }

    private func enter(_ operation: Operation, _ arithmetic: legate_arithmetic) {
        enter(operation, .float64, arithmetic, LEGATE_FLOAT64)
        enter(operation, .float32, arithmetic, LEGATE_FLOAT32)
    }

    private func enter(
        _ operation: Operation, _ type: ElementType, _ arithmetic: legate_arithmetic,
        _ width: legate_math_type
    ) {
        func kernel(_ form: legate_arithmetic_form) -> BlockKernel {
            BlockKernel(
                code: legate_arithmetic_block(
                    Int32(arithmetic.rawValue), Int32(form.rawValue), Int32(width.rawValue)
                ).unsafelyUnwrapped)
        }
        let place = operation.index * ElementType.count + type.index
        blocks[place] = kernel(LEGATE_BLOCKS)
        numbers[place * 2] = kernel(LEGATE_BEHIND)
        numbers[place * 2 + 1] = kernel(LEGATE_IN_FRONT)
        guard arithmetic.rawValue < LEGATE_ROW_ARITHMETIC_COUNT.rawValue else { return }
        for form in [LEGATE_BLOCKS, LEGATE_BEHIND, LEGATE_IN_FRONT] {
            rowKernels[place * 3 + Int(form.rawValue)] = RowKernel(
                function: legate_rows_arithmetic(
                    Int32(arithmetic.rawValue), Int32(form.rawValue), Int32(width.rawValue)
                ).unsafelyUnwrapped)
        }
    }
}

/// An operation of two operands on many rows at once. Rows lie so many bytes apart; results may be
/// written over an operand.
public struct RowKernel: Sendable {
    /// What the operands show.
    public enum Form: Int {
        /// Rows of elements side by side.
        case rows
        /// The second one element for each row.
        case numberBehind
        /// The first one element for each row.
        case numberInFront
    }
    let function: legate_arithmetic_rows

    /// `output = a ∘ b` for `rows` rows of `count` elements.
    public func callAsFunction(
        _ a: UnsafeRawPointer, step aStep: Int, _ b: UnsafeRawPointer, step bStep: Int,
        into output: UnsafeMutableRawPointer, step: Int, count: Int, rows: Int
    ) {
        function(a, aStep, b, bStep, output, step, count, rows)
    }
}
