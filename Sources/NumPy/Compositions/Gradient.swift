/// `gradient`: central differences inside, one-sided ones at the two ends, axis by axis.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.gradient` along one axis.
    ///
    /// - Parameters:
    ///   - spacing: The distance between neighbours, or the coordinates of all points.
    ///   - edgeOrder: 1 or 2: how many neighbours the ends look at.
    public func gradient(spacing: Operand, axis: Int, edgeOrder: Int) throws -> NDArray {
        guard edgeOrder == 1 || edgeOrder == 2 else {
            throw NumPyError(.value, "'edge_order' greater than 2 not supported")
        }
        guard type != .bool else { throw NumPyError(.unsupported, "gradients of bools") }
        let k = try Axes.normalized(axis, axisCount)
        let extent = shape[k]
        guard extent >= edgeOrder + 1 else {
            throw NumPyError(
                .value,
                "Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) elements "
                    + "are required.")
        }
        let source = type.isInteger ? try cast(to: .float64) : self
        let result = try NDArray.new(shape, source.type)
        let stencil = Stencil(source: source, result: result, axis: k, extent: extent)
        if case .array(let coordinates) = spacing, coordinates.axisCount > 0 {
            guard coordinates.axisCount == 1 else {
                throw NumPyError(.value, "distances must be either scalars or 1d")
            }
            guard coordinates.count == extent else {
                throw NumPyError(
                    .value,
                    "when 1d, distances must match the length of the corresponding dimension")
            }
            let steps = try
                (coordinates.type.isInteger ? coordinates.cast(to: .float64) : coordinates)
                .differences()
            let first = try steps.subscripted(0)
            if try Ufunc.binary(.equal, .array(steps), .array(first)).isAllTrue() {
                try stencil.fill(step: .array(first), edgeOrder)
            } else {
                guard edgeOrder == 1 else { throw NumPyError(.unsupported, "uneven edges") }
                try stencil.fill(steps: steps)
            }
        } else {
            try stencil.fill(step: spacing, edgeOrder)
        }
        return result
    }
}

/// Slices of an array along one axis, and the formulas between them.
private struct Stencil {
    let source: NDArray
    let result: NDArray
    let axis: Int
    let extent: Int

    private func part(_ array: NDArray, _ start: Int, _ count: Int) -> Operand {
        .array(array.viewed(array.lattice.sliced(axis: axis, start: start, step: 1, count: count)))
    }

    private func point(_ i: Int) -> Operand { part(source, i < 0 ? extent + i : i, 1) }

    private func set(_ start: Int, _ count: Int, _ value: NDArray) throws {
        guard case .array(let target) = part(result, start < 0 ? extent + start : start, count)
        else { return }
        try target.assign(value)
    }

    private func sum(_ terms: [(Operand, Operand)]) throws -> NDArray {
        var total: NDArray?
        for (factor, value) in terms {
            let term = try Ufunc.binary(.multiply, factor, value)
            total = try total.map { try Ufunc.binary(.add, $0, term) } ?? term
        }
        return total!
    }

    /// Points one step apart.
    func fill(step: Operand, _ edgeOrder: Int) throws {
        func over(_ numerator: Double) throws -> Operand {
            if case .array = step {
                return .array(try Ufunc.binary(.divide, .float(numerator), step))
            }
            return .float(numerator / (try step.realValue))
        }
        if extent > 2 {
            var double = Operand.float(0)
            if case .array = step {
                double = .array(try Ufunc.binary(.multiply, .float(2), step))
            } else {
                double = .float(2 * (try step.realValue))
            }
            let across = try Ufunc.binary(
                .subtract, part(source, 2, extent - 2), part(source, 0, extent - 2))
            try set(1, extent - 2, Ufunc.binary(.divide, .array(across), double))
        }
        if edgeOrder == 2 {
            try set(
                0, 1, sum([(over(-1.5), point(0)), (over(2), point(1)), (over(-0.5), point(2))]))
            try set(
                -1, 1, sum([(over(0.5), point(-3)), (over(-2), point(-2)), (over(1.5), point(-1))]))
            return
        }
        try fillEdges(first: step, last: step)
    }

    private func fillEdges(first: Operand, last: Operand) throws {
        let start = try Ufunc.binary(.subtract, point(1), point(0))
        try set(0, 1, Ufunc.binary(.divide, .array(start), first))
        let end = try Ufunc.binary(.subtract, point(-1), point(-2))
        try set(-1, 1, Ufunc.binary(.divide, .array(end), last))
    }

    /// Points at uneven distances.
    func fill(steps: NDArray) throws {
        let count = extent - 2
        func open(_ start: Int) throws -> NDArray {
            var shape = AxisList(repeating: 1, count: source.axisCount)
            shape[axis] = count
            return try steps.viewed(
                steps.lattice.sliced(axis: 0, start: start, step: 1, count: count)
            )
            .reshaped(to: shape)
        }
        if count > 0 {
            let (before, after) = (try open(0), try open(1))
            let both = try Ufunc.binary(.add, before, after)
            let a = try Ufunc.binary(
                .divide, Ufunc.unary(.negative, after), Ufunc.binary(.multiply, before, both))
            let b = try Ufunc.binary(
                .divide, Ufunc.binary(.subtract, after, before),
                Ufunc.binary(.multiply, before, after))
            let c = try Ufunc.binary(.divide, before, Ufunc.binary(.multiply, after, both))
            try set(
                1, count,
                sum([
                    (.array(a), part(source, 0, count)), (.array(b), part(source, 1, count)),
                    (.array(c), part(source, 2, count)),
                ]))
        }
        try fillEdges(first: .array(steps.subscripted(0)), last: .array(steps.subscripted(-1)))
    }
}

extension Operand {
    /// A real Python number as a double.
    fileprivate var realValue: Double {
        get throws {
            switch self {
            case .bool(let value): return value ? 1 : 0
            case .integer(let value): return Double(value)
            case .float(let value): return value
            case .array, .unsigned, .complex: throw NumPyError(.unsupported, "spacing")
            }
        }
    }
}
