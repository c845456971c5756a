/// `linalg.inv`, `linalg.solve` and `linalg.det` of one small matrix at rest: LAPACK's functions,
/// called as NumPy calls them, from the library NumPy calls, so that the bits are NumPy's.
///
/// `nil` stands for everything else, singular matrices among it: NumPy computes those, or says what
/// is wrong with them.
import CPlatform
import Glibc
import LegateCore

extension NDArray {
    /// Larger matrices are worth the library's threads, and a way around is small beside them.
    private static let largestSystem = 32

    /// The extent of a matrix that is of this kind.
    private var systemExtent: Int? {
        guard axisCount == 2, type == .float64, shape[0] == shape[1], shape[0] > 0,
            shape[0] <= NDArray.largestSystem, isSmallAtRest, BLAS.takes(type),
            lg_lapack_is_open() == 1
        else { return nil }
        return shape[0]
    }

    /// Writes elements column by column.
    private func copyColumns(to target: UnsafeMutablePointer<Double>) {
        var columns = lattice
        if axisCount == 2 {
            columns.shape = AxisList(shape[1], shape[0])
            columns.strides = AxisList(strides[1], strides[0])
        }
        LatticeCopy.gather(columns, store.memory.unsafelyUnwrapped, size: 8, into: target)
    }

    /// Takes all elements from a matrix that lies column by column.
    private func takeColumns(_ source: UnsafePointer<Double>) {
        let columns = Lattice(
            offset: 0, shape: shape, strides: axisCount == 2 ? AxisList(1, shape[0]) : AxisList(1))
        LatticeCopy.gather(columns, source, size: 8, into: firstByte)
    }

    /// Room for some matrices and for the places of exchanged rows.
    private static func withRoom<Result>(
        _ numbers: Int, _ places: Int,
        _ body: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Int64>) -> Result
    ) -> Result {
        let room = UnsafeMutablePointer<Double>.allocate(capacity: numbers)
        let pivots = UnsafeMutablePointer<Int64>.allocate(capacity: places)
        defer {
            room.deallocate()
            pivots.deallocate()
        }
        return body(room, pivots)
    }

    /// NumPy: `numpy.linalg.inv`.
    public func quickInverse() -> NDArray? {
        guard let n = systemExtent, let result = NDArray.quickNew(shape, .float64) else {
            return nil
        }
        return NDArray.withRoom(2 * n * n, n) { a, pivots in
            copyColumns(to: a)
            let inverse = a + n * n
            inverse.update(repeating: 0, count: n * n)
            for i in 0..<n { inverse[i * n + i] = 1 }
            guard lg_lapack_dgesv(Int64(n), Int64(n), a, pivots, inverse) == 0 else { return nil }
            result.takeColumns(inverse)
            return result
        }
    }

    /// NumPy: `numpy.linalg.solve` for one right side, or for several as columns.
    public func quickSolution(_ right: NDArray) -> NDArray? {
        guard let n = systemExtent, right.type == .float64, right.isSmallAtRest,
            right.axisCount == 1 || right.axisCount == 2, right.shape[0] == n
        else { return nil }
        let columns = right.axisCount == 2 ? right.shape[1] : 1
        guard columns > 0, columns <= NDArray.largestSystem,
            let result = NDArray.quickNew(right.shape, .float64)
        else { return nil }
        return NDArray.withRoom(n * (n + columns), n) { a, pivots in
            copyColumns(to: a)
            let x = a + n * n
            right.copyColumns(to: x)
            guard lg_lapack_dgesv(Int64(n), Int64(columns), a, pivots, x) == 0 else { return nil }
            result.takeColumns(x)
            return result
        }
    }

    /// NumPy: `numpy.linalg.det`, which adds logarithms; `nil` also for what is not finite.
    public func quickDeterminant() -> Double? {
        guard let n = systemExtent else { return nil }
        return NDArray.withRoom(n * n, n) { a, pivots in
            copyColumns(to: a)
            guard lg_lapack_dgetrf(Int64(n), a, pivots) == 0 else { return nil }
            var (sign, logarithm) = (1.0, 0.0)
            for i in 0..<n where pivots[i] != Int64(i + 1) { sign = -sign }
            for i in 0..<n {
                let factor = a[i * n + i]
                if factor < 0 { sign = -sign }
                logarithm += Glibc.log(abs(factor))
            }
            let result = sign * Glibc.exp(logarithm)
            return result.isFinite ? result : nil
        }
    }
}
