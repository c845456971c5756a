/// Lattices as brute force sees them: the list of their points in row-major order; and random ones.
import Shapes

extension Lattice {
    /// Every point's flat index, in row-major order.
    var points: [Int] {
        guard elementCount > 0 else { return [] }
        var result = [offset]
        for axis in 0..<axisCount {
            result = result.flatMap { base in (0..<shape[axis]).map { base + $0 * strides[axis] } }
        }
        return result
    }

    /// A view of a row-major store by random slices (any step), transposes, projections and new
    /// axes.
    static func randomView(of shape: AxisList, _ random: inout SplitMix) -> Lattice {
        var result = Lattice(rowMajor: shape)
        for axis in 0..<result.axisCount {
            let extent = result.shape[axis]
            let step = random.int(1...3) * (random.int(0...3) == 0 ? -1 : 1)
            let start = random.int(0...extent - 1)
            let room = step > 0 ? (extent - 1 - start) / step : start / -step
            if random.int(0...4) > 0 {
                result = result.sliced(
                    axis: axis, start: start, step: step, count: random.int(1...room + 1))
            }
        }
        if result.axisCount > 1, random.int(0...2) == 0 {
            result = result.transposed(Array(0..<result.axisCount).shuffled(using: &random))
        }
        if result.axisCount > 1, random.int(0...3) == 0 {
            let axis = random.int(0...result.axisCount - 1)
            result = result.projected(axis: axis, at: random.int(0...result.shape[axis] - 1))
        }
        if random.int(0...5) == 0 {
            result = result.insertingAxis(at: random.int(0...result.axisCount))
        }
        return result
    }
}

/// All shapes with a given number of elements and at most `axes` axes, extents of one included.
func shapes(ofCount count: Int, axes: Int) -> [AxisList] {
    func lists(_ count: Int, _ axes: Int) -> [[Int]] {
        if axes == 0 { return count == 1 ? [[]] : [] }
        return (1...count).filter { count % $0 == 0 }.flatMap { first in
            lists(count / first, axes - 1).map { [first] + $0 }
        }
    }
    return (0...axes).flatMap { lists(count, $0) }.map { AxisList($0) }
}
