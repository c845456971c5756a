/// The place of the extreme of each of many rows, for elements of a row that lie side by side.
///
/// In: rows of reals or integers of 32 and 64 bits. Out: the place of each row's first extreme, or
/// of its first NaN.
internal import CMath
import Launches
import Shapes

/// Places of the extremes of rows.
public enum RowExtremes {
    /// `places[r]` becomes the place in row `r`, which begins `distance` elements behind the one
    /// before it and has `count` ≥ 1 elements.
    ///
    /// - Returns: Whether there is a function for the type.
    /// - Complexity: O(`rows` · `count`).
    public static func find(
        _ type: ElementType, isMaximum: Bool, _ start: UnsafeRawPointer, distance: Int, rows: Int,
        count: Int, into places: UnsafeMutablePointer<Int>
    ) -> Bool {
        let kind: legate_extreme_type
        switch type {
        case .float32: kind = LEGATE_EXTREME_FLOAT32
        case .float64: kind = LEGATE_EXTREME_FLOAT64
        case .int32: kind = LEGATE_EXTREME_INT32
        case .int64: kind = LEGATE_EXTREME_INT64
        default: return false
        }
        let function = legate_row_extremes(isMaximum ? 1 : 0, Int32(kind.rawValue))
        places.withMemoryRebound(to: Int64.self, capacity: rows) {
            function.unsafelyUnwrapped(start, distance, rows, count, $0)
        }
        return true
    }
}
