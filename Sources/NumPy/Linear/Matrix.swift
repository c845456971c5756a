/// A matrix in raw memory, as the bodies of product tasks see it: first element, extents, strides
/// in elements.

struct Matrix {
    var start: UnsafeMutableRawPointer
    var rows: Int
    var columns: Int
    var rowStride: Int
    var columnStride: Int

    /// Its rows from `first` on.
    @inline(__always) func rows(_ first: Int, _ count: Int, size: Int) -> Matrix {
        Matrix(
            start: start + first &* rowStride &* size, rows: count, columns: columns,
            rowStride: rowStride,
            columnStride: columnStride)
    }

    /// Its columns from `first` on.
    @inline(__always) func columns(_ first: Int, _ count: Int, size: Int) -> Matrix {
        Matrix(
            start: start + first &* columnStride &* size, rows: rows, columns: count,
            rowStride: rowStride,
            columnStride: columnStride)
    }

    @inline(__always) var transposed: Matrix {
        Matrix(
            start: start, rows: columns, columns: rows, rowStride: columnStride,
            columnStride: rowStride)
    }

    /// How BLAS can read it where it lies: row by row or column by column, and the distance between
    /// these.
    @inline(__always)
    static func layout(
        _ rows: Int, _ columns: Int, _ rowStride: Int, _ columnStride: Int
    ) -> (isTransposed: Bool, distance: Int)? {
        if columnStride == 1 || columns == 1 {
            if rows == 1 { return (false, max(columns, 1)) }
            if rowStride >= columns { return (false, rowStride) }
        }
        if rowStride == 1 || rows == 1 {
            if columns == 1 { return (true, max(rows, 1)) }
            if columnStride >= rows { return (true, columnStride) }
        }
        return nil
    }

    @inline(__always) var layout: (isTransposed: Bool, distance: Int) {
        Matrix.layout(rows, columns, rowStride, columnStride) ?? (false, max(1, columns))
    }
}
