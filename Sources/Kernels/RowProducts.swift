/// Rows of a matrix times a vector, each row the sum of its products in lanes of a fixed number.
///
/// In: rows that lie side by side in memory. Out: a result for each, whose bits do not depend on
/// which rows are computed together: any cut over workers and ranks gives the same. Only reals of
/// 32 and 64 bits.
internal import CMath
import Shapes

/// Products of a matrix's rows with a vector.
public enum RowProducts {
    /// Whether a type has such products.
    @inline(__always) public static func takes(_ type: ElementType) -> Bool {
        type == .float32 || type == .float64
    }

    /// `target[r * stride] = Σ matrix[r * distance + i] * vector[i]`.
    ///
    /// - Complexity: O(`rows` · `count`).
    public static func multiply(
        _ type: ElementType, _ matrix: UnsafeRawPointer, distance: Int, rows: Int,
        by vector: UnsafeRawPointer,
        count: Int, into target: UnsafeMutableRawPointer, stride: Int
    ) {
        let function = legate_rows_times_vector(
            Int32((type == .float32 ? LEGATE_FLOAT32 : LEGATE_FLOAT64).rawValue))
        function.unsafelyUnwrapped(matrix, distance, vector, count, target, stride, rows)
    }
}
