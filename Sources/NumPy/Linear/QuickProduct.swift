/// The short way of `a @ b` for small matrices and vectors at rest: the calls that a launch would
/// make, made at once.
///
/// The grid of pieces, and so every bit, is that of ``MatrixProduct``. `nil` stands for all that is
/// not of this kind: other axes, two types, operands that BLAS cannot read where they lie, results
/// of one element (which are sums of products).
import LegateCore

extension NDArray {
    /// `self @ other` for arrays of one type, one with two axes and the other with one or two.
    public func quickProduct(_ other: NDArray) -> NDArray? {
        let (p, q) = (axisCount, other.axisCount)
        guard p &+ q >= 3, p <= 2, q <= 2, p > 0, q > 0, type == other.type, BLAS.takes(type) else {
            return nil
        }
        let x = asMatrix(isRow: true)
        let y = other.asMatrix(isRow: false)
        guard x.columns == y.rows, x.rows &* y.columns > 1, isSmallProduct(x, y), store.isReady,
            other.store.isReady,
            !store.isTiled, !other.store.isTiled
        else { return nil }
        let grid = ProductGrid(
            type, rows: x.rows, columns: y.columns, inner: x.columns, leftRowStride: x.rowStride,
            rightColumnStride: y.columnStride)
        let shape =
            p == 1 ? AxisList(y.columns) : q == 1 ? AxisList(x.rows) : AxisList(x.rows, y.columns)
        guard x.columns == 0 || grid.innerPiece == 0 && x.isReadable && y.isReadable,
            let result = NDArray.quickNew(shape, type)
        else { return nil }
        let target = result.store.memory.unsafelyUnwrapped
        if x.columns == 0 {
            target.initializeMemory(as: UInt8.self, repeating: 0, count: result.store.byteCount)
            return result
        }
        let product = Matrix(
            start: target, rows: x.rows, columns: y.columns, rowStride: y.columns, columnStride: 1)
        if x.isTranspose(of: y) {
            let half = grid.symmetric(columns: y.columns, inner: x.columns)
            guard half.innerPiece == 0 else { return nil }
            half.multiply(x, y, into: product)
            if half.isSymmetric { SymmetricProduct.mirrorAtOnce(product, half) }
        } else {
            grid.multiply(x, y, into: product)
        }
        return result
    }

    /// A vector stands as a row on the left and as a column on the right. Its missing stride is 0,
    /// as an axis that is put in has.
    @inline(__always)
    private func asMatrix(isRow: Bool) -> Matrix {
        let start = store.memory.map { $0 + lattice.offset &* type.byteCount } ?? NDArray.nowhere
        if axisCount == 2 {
            return Matrix(
                start: start, rows: shape[0], columns: shape[1], rowStride: strides[0],
                columnStride: strides[1])
        }
        return Matrix(
            start: start, rows: isRow ? 1 : shape[0], columns: isRow ? shape[0] : 1,
            rowStride: isRow ? 0 : strides[0],
            columnStride: isRow ? strides[0] : 0)
    }

    private static let nowhere = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)

    @inline(__always)
    private func isSmallProduct(_ x: Matrix, _ y: Matrix) -> Bool {
        let runtime = Runtime.shared
        let (left, right) = (x.rows &* x.columns, y.rows &* y.columns)
        return runtime.isImmediate(x.rows &* y.columns) && runtime.reducesAtOnce(max(left, right))
            && left &* y.columns <= MatrixProduct.immediateWork
    }
}

extension Matrix {
    @inline(__always) fileprivate func isTranspose(of other: Matrix) -> Bool {
        start == other.start && rows == other.columns && rowStride == other.columnStride
            && columnStride == other.rowStride && rows > 1
    }

    /// BLAS can read it where it lies.
    @inline(__always) fileprivate var isReadable: Bool {
        Matrix.layout(rows, columns, rowStride, columnStride) != nil
    }
}

extension NDArray {
    /// The sum of products of two vectors of one type, written to `result`.
    public func quickDot(_ other: NDArray, into result: UnsafeMutableRawPointer) -> ElementType? {
        let count = count
        guard axisCount == 1, other.axisCount == 1, type == other.type, shape[0] == other.shape[0],
            Runtime.shared.isImmediate(count)
        else { return nil }
        if count == 0 {
            result.initializeMemory(as: UInt8.self, repeating: 0, count: type.byteCount)
            return type
        }
        guard store.isReady, other.store.isReady else { return nil }
        let (x, y) = (sideBySide(.first), other.sideBySide(.second))
        return Immediate.sumOfProducts(type, x, y, count: count, into: result) ? type : nil
    }
}
