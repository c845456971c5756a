/// `argmax` and `argmin` down the columns of a matrix whose neighbours in memory belong to
/// different lines.
///
/// In: a matrix, elements of a row side by side. Out: for each column the row of its first
/// extreme, or of its first NaN. A vector of columns goes down all rows with its extremes and their
/// rows in registers; the last columns, fewer than a vector, are done with some before them again.
import LegateCore

extension ArgExtreme {
    /// Columns of one vector.
    static let vectorCount = 16

    /// - Parameter start: The element at the lattice's index zero.
    /// - Returns: Whether it did.
    func findColumns(
        _ start: UnsafeRawPointer, _ lattice: Lattice, _ axis: Int,
        into target: UnsafeMutablePointer<Int>
    ) -> Bool {
        guard axis == 0, lattice.axisCount == 2, lattice.strides[1] == 1, lattice.shape[1] > 1
        else { return false }
        switch (type, isMaximum) {
        case (.float64, true):
            columns(SIMD16<Double>.self, start, lattice, target) { .!($0 .<= $1) .& ($1 .== $1) }
        case (.float64, false):
            columns(SIMD16<Double>.self, start, lattice, target) { .!($0 .>= $1) .& ($1 .== $1) }
        case (.float32, true):
            columns(SIMD16<Float>.self, start, lattice, target) { .!($0 .<= $1) .& ($1 .== $1) }
        case (.float32, false):
            columns(SIMD16<Float>.self, start, lattice, target) { .!($0 .>= $1) .& ($1 .== $1) }
        case (.int64, true): columns(SIMD16<Int64>.self, start, lattice, target) { $0 .> $1 }
        case (.int64, false): columns(SIMD16<Int64>.self, start, lattice, target) { $0 .< $1 }
        case (.int32, true): columns(SIMD16<Int32>.self, start, lattice, target) { $0 .> $1 }
        case (.int32, false): columns(SIMD16<Int32>.self, start, lattice, target) { $0 .< $1 }
        default: return false
        }
        return true
    }

    /// - Parameter isBetter: Where elements of the first vector take the place of earlier ones.
    @inline(__always)
    private func columns<V: SIMD>(
        _: V.Type, _ start: UnsafeRawPointer, _ lattice: Lattice,
        _ target: UnsafeMutablePointer<Int>, _ isBetter: (V, V) -> SIMDMask<V.MaskStorage>
    ) where V.MaskStorage.MaskStorage == V.MaskStorage {
        let (rows, count) = (lattice.shape[0], lattice.shape[1])
        let size = MemoryLayout<V.Scalar>.stride
        let distance = lattice.strides[0] &* size
        var few = V()
        guard count >= V.scalarCount else {
            let places = ArgExtreme.down(rows, isBetter) { row in
                for c in 0..<count {
                    few[c] = (start + row &* distance + c &* size).loadUnaligned(as: V.Scalar.self)
                }
                return few
            }
            for c in 0..<count { target[c] = Int(places[c]) }
            return
        }
        var column = 0
        while column < count {
            column = min(column, count &- V.scalarCount)
            let top = start + column &* size
            let places = ArgExtreme.down(rows, isBetter) {
                (top + $0 &* distance).loadUnaligned(as: V.self)
            }
            for lane in 0..<V.scalarCount { target[column &+ lane] = Int(places[lane]) }
            column &+= V.scalarCount
        }
    }

    /// The rows of the extremes of neighbouring columns.
    @inline(__always)
    private static func down<V: SIMD>(
        _ rows: Int, _ isBetter: (V, V) -> SIMDMask<V.MaskStorage>, _ row: (Int) -> V
    ) -> V.MaskStorage where V.MaskStorage.MaskStorage == V.MaskStorage {
        var best = row(0)
        var places = V.MaskStorage()
        var r = 1
        while r < rows {
            let x = row(r)
            let better = isBetter(x, best)
            best.replace(with: x, where: better)
            places.replace(
                with: V.MaskStorage.Scalar(truncatingIfNeeded: r), where: better)
            r &+= 1
        }
        return places
    }
}
