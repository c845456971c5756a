/// The axes of two operands of one shape, with neighbours that both walk evenly made into one.
///
/// In: two lattices. Out: a shape of as few axes as possible, and both operands' strides along it.
import LegateCore

struct JointAxes {
    private(set) var shape = AxisList()
    private(set) var left = AxisList()
    private(set) var right = AxisList()

    init(_ a: Lattice, _ b: Lattice) {
        var groups: [(extent: Int, left: Int, right: Int)] = []
        for axis in 0..<a.shape.count where a.shape[axis] != 1 {
            let (extent, x, y) = (a.shape[axis], a.strides[axis], b.strides[axis])
            if let last = groups.last, last.left == x &* extent, last.right == y &* extent {
                groups[groups.count - 1] = (last.extent &* extent, x, y)
            } else {
                groups.append((extent, x, y))
            }
        }
        for group in groups {
            shape.append(group.extent)
            left.append(group.left)
            right.append(group.right)
        }
    }

    /// The lattice of an operand along the last axes, as many as `inner` has.
    func lattice(_ offset: Int, _ strides: AxisList, _ inner: AxisList) -> Lattice {
        Lattice(offset: offset, shape: inner, strides: AxisList(strides.suffix(inner.count)))
    }
}
