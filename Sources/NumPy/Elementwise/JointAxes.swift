/// The axes of two operands of one shape, with neighbours that both walk evenly made into one.
///
/// In: two lattices. Out: a shape of as few axes as possible, and both operands' strides along it.
import LegateCore

struct JointAxes {
    private(set) var shape = AxisList()
    private(set) var left = AxisList()
    private(set) var right = AxisList()

    init(_ a: Lattice, _ b: Lattice) {
        for axis in 0..<a.shape.count where a.shape[axis] != 1 {
            let (extent, x, y) = (a.shape[axis], a.strides[axis], b.strides[axis])
            let last = shape.count &- 1
            if last >= 0, left[last] == x &* extent, right[last] == y &* extent {
                (shape[last], left[last], right[last]) = (shape[last] &* extent, x, y)
            } else {
                shape.append(extent)
                left.append(x)
                right.append(y)
            }
        }
    }

    /// The lattice of an operand along the last axes, as many as `inner` has.
    func lattice(_ offset: Int, _ strides: AxisList, _ inner: AxisList) -> Lattice {
        Lattice(offset: offset, shape: inner, strides: AxisList(strides.suffix(inner.count)))
    }
}
