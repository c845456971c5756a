/// Memory orders other than row-major: results follow their operands, as NumPy's order 'K' asks.
import LegateCore

enum MemoryOrder {
    /// Axes of a lattice from the longest stride to the shortest; `nil` where that is row-major
    /// order.
    static func axes(of lattice: Lattice) -> [Int]? {
        let order = Lattice.axes(by: lattice.strides)
        // Broadcast axes have no order of their own.
        if (0..<lattice.axisCount).contains(where: {
            lattice.strides[$0] == 0 && lattice.shape[$0] > 1
        }) {
            return nil
        }
        return order == Array(0..<lattice.axisCount) ? nil : order
    }

    /// The axes of a new result, outermost first, in the order in which its operands lie in memory;
    /// `nil` for row-major order, which wins where operands disagree.
    static func joint(_ inputs: Operands, _ shape: AxisList) -> AxisList? {
        var isRowMajor = true
        for k in 0..<inputs.count {
            guard let array = inputs.array(k) else { continue }
            if array.lattice.isRowMajorContiguous {
                if array.shape == shape { return nil }
            } else {
                isRowMajor = false
            }
        }
        return isRowMajor ? nil : sorted(inputs, shape)
    }

    /// The axes of an array in the order in which they lie in memory, where that is without gaps but
    /// not row-major; `nil` for all others, and where an axis of extent one may stand anywhere.
    static func dense(_ a: NDArray) -> AxisList? {
        guard a.axisCount > 1, !a.lattice.isRowMajorContiguous, !a.shape.contains(1),
            let order = sorted(Operands(a), a.shape),
            a.lattice.transposed(order).isRowMajorContiguous
        else { return nil }
        return order
    }

    /// Sorted by insertion, the innermost axis first: each axis moves inwards past those that all
    /// operands step over further.
    private static func sorted(_ inputs: Operands, _ shape: AxisList) -> AxisList? {
        var order = AxisList(0..<shape.count)
        var isChanged = false
        for outer in (0..<shape.count &- 1).reversed() {
            let axis = order[outer]
            var place = outer
            search: for inner in outer &+ 1..<shape.count {
                switch inputs.goesInside(axis, order[inner], shape) {
                case true?: place = inner
                case false?: break search
                case nil: break
                }
            }
            guard place > outer else { continue }
            for k in outer..<place { order[k] = order[k &+ 1] }
            order[place] = axis
            isChanged = true
        }
        return isChanged ? order : nil
    }

    /// A new array whose memory walks the axes in the given order.
    static func empty(_ shape: AxisList, _ type: ElementType, _ order: some Collection<Int>) throws
        -> NDArray
    {
        let result = try NDArray.new(AxisList(order, of: shape), type)
        var inverse = shape
        for (k, axis) in order.enumerated() { inverse[axis] = k }
        result.lie(as: result.lattice.transposed(inverse))
        return result
    }
}

extension Operands {
    /// Whether an axis of a shape belongs inside another by the strides of the inputs; `nil` where
    /// they do not tell.
    fileprivate func goesInside(_ axis: Int, _ other: Int, _ shape: AxisList) -> Bool? {
        var answer: Bool?
        for k in 0..<count {
            guard let array = array(k) else { continue }
            let (own, inner) = (array.step(axis, of: shape), array.step(other, of: shape))
            if own == 0 || inner == 0 { continue }
            if inner <= own { return false }
            answer = true
        }
        return answer
    }
}

extension NDArray {
    /// How far neighbours along an axis of a shape lie apart, to which the array broadcasts; 0
    /// where it has no points there but one.
    fileprivate func step(_ axis: Int, of shape: AxisList) -> Int {
        let own = axis &- shape.count &+ axisCount
        return own < 0 || self.shape[own] == 1 ? 0 : abs(strides[own])
    }
}

extension AxisList {
    /// The values of another list in a new order.
    init(_ order: some Sequence<Int>, of values: AxisList) {
        self.init()
        for axis in order { append(values[axis]) }
    }
}
