/// Memory orders other than row-major: results follow their operands, as NumPy's order 'K' asks.
import LegateCore

enum MemoryOrder {
    /// Axes of a lattice from the longest stride to the shortest; `nil` where that is row-major
    /// order.
    static func axes(of lattice: Lattice) -> [Int]? {
        let order = (0..<lattice.axisCount).sorted {
            let (x, y) = (abs(lattice.strides[$0]), abs(lattice.strides[$1]))
            return x == y ? $0 < $1 : x > y
        }
        // Broadcast axes have no order of their own.
        if (0..<lattice.axisCount).contains(where: {
            lattice.strides[$0] == 0 && lattice.shape[$0] > 1
        }) {
            return nil
        }
        return order == Array(0..<lattice.axisCount) ? nil : order
    }

    /// A new array whose memory walks the axes in the given order.
    static func empty(_ shape: AxisList, _ type: ElementType, _ order: [Int]) throws -> NDArray {
        let plain = try NDArray.new(AxisList(order.map { shape[$0] }), type)
        var inverse = order
        for (k, axis) in order.enumerated() { inverse[axis] = k }
        return NDArray(
            StoreView(store: plain.store, lattice: plain.lattice.transposed(inverse), type: type))
    }
}
