/// Means, variances and the peak-to-peak range, from reductions and elementwise launches.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.mean`. Integers and bools are summed in float64, float16 in float32.
    public func mean(
        axes: [Int]? = nil, dtype: ElementType? = nil, out: NDArray? = nil, keepDims: Bool = false,
        where mask: NDArray? = nil
    ) throws -> NDArray {
        var sumType = dtype
        if dtype == nil {
            if type.kind <= .signed { sumType = .float64 }
            if type == .float16 { sumType = .float32 }
        }
        if let out, out.type != dtype ?? (type.kind <= .signed ? .float64 : type) {
            throw NumPyError(.unsupported, "a mean taken in its output's type")
        }
        let total = try Ufunc.reduce(
            .add, self, axes: axes, dtype: sumType, keepDims: keepDims, where: mask)
        let count = try divisor(axes, mask, keepDims)
        let isScalar = total.isScalar
        var result = try NDArray.quotient(total, count)
        let wanted = out?.type ?? dtype ?? (type == .float16 ? .float16 : result.type)
        if result.type != wanted { result = try result.cast(to: wanted) }
        result = result.flagged(isScalar: isScalar)
        guard let out else { return result }
        try out.assign(result)
        return out
    }

    /// A total divided by a count, in the total's type. The division itself runs in float64, as
    /// NumPy's: a count need not be a number of a short type.
    private static func quotient(_ total: NDArray, _ count: Operand) throws -> NDArray {
        guard total.type.realPart.byteCount < 8 else {
            return try Ufunc.binary(.divide, .array(total), count)
        }
        let divisor: Operand
        switch count {
        case .array: divisor = count
        case .float: divisor = .array(.scalar(count, .float64))
        default: divisor = .array(.scalar(count, .int64))
        }
        return try Ufunc.binary(.divide, .array(total), divisor).cast(to: total.type)
    }

    /// Number of elements that a mean divides by: a number, or an array where a mask decides.
    private func divisor(_ axes: [Int]?, _ mask: NDArray?, _ keepDims: Bool) throws -> Operand {
        if let mask {
            let full = try mask.broadcast(to: Ufunc.broadcast(shape, mask.shape))
            return .array(
                try Ufunc.reduce(.add, full, axes: axes, dtype: .int64, keepDims: keepDims))
        }
        let flags = try Axes.flags(axes, axisCount)
        return .integer(shape.enumerated().reduce(1) { flags[$1.offset] ? $0 * $1.element : $0 })
    }

    /// A read-only view stretched to a shape.
    public func broadcast(to target: AxisList) throws -> NDArray {
        guard let lattice = lattice.broadcast(to: target) else {
            throw NumPyError(
                .value,
                "operands could not be broadcast together with remapped shapes [original->remapped]: "
                    + "\(shape.tight)  and requested shape \(target.tight)")
        }
        guard target.checkedProduct != nil else {
            throw NumPyError(.value, "iterator is too large")
        }
        return viewed(lattice, isWritable: false)
    }

    /// NumPy: `numpy.var`. Two passes: the mean, then the mean square of the differences.
    public func variance(
        axes: [Int]? = nil, dtype: ElementType? = nil, out: NDArray? = nil, ddof: Double = 0,
        keepDims: Bool = false, where mask: NDArray? = nil, mean given: NDArray? = nil
    ) throws -> NDArray {
        let work: ElementType = dtype ?? (type.kind <= .signed ? .float64 : type)
        if let out, out.type != work.realPart {
            throw NumPyError(.unsupported, "a variance in its output's type")
        }
        let sumType = work
        let center = try given ?? mean(axes: axes, dtype: sumType, keepDims: true, where: mask)
        let difference = try Ufunc.binary(.subtract, .array(self), .array(center))
        let square: NDArray
        if difference.type.isComplex {
            let real = try Ufunc.unary(.square, difference.realPart())
            square = try Ufunc.binary(
                .add, real, try Ufunc.unary(.square, difference.imaginaryPart()))
        } else {
            square = try Ufunc.binary(.multiply, difference, difference)
        }
        let total = try Ufunc.reduce(
            .add, square, axes: axes, dtype: square.type.isComplex ? nil : sumType.realPart,
            keepDims: keepDims,
            where: mask)
        let isScalar = total.isScalar
        var count = try divisor(axes, mask, keepDims)
        switch count {
        case .integer(let n): count = .float(max(Double(n) - ddof, 0))
        case .array(let n):
            let shifted = try Ufunc.binary(.subtract, .array(n), .float(ddof))
            count = .array(try Ufunc.binary(.maximum, .array(shifted), .integer(0)))
        default: break
        }
        var result = try NDArray.quotient(total, count)
        let wanted = out?.type ?? (dtype ?? (type.kind <= .signed ? .float64 : type)).realPart
        if result.type != wanted { result = try result.cast(to: wanted) }
        result = result.flagged(isScalar: isScalar)
        guard let out else { return result }
        try out.assign(result)
        return out
    }

    /// The real part: a view for complex arrays, the array itself otherwise.
    public func realPart() -> NDArray {
        guard type.isComplex else { return self }
        return viewed(partLattice(0), as: type.realPart)
    }

    /// The imaginary part: a view for complex arrays, read-only zeros otherwise.
    public func imaginaryPart() throws -> NDArray {
        guard type.isComplex else {
            let zeros = try NDArray.full(shape, type, .integer(0))
            zeros.isWritable = false
            return zeros
        }
        return viewed(partLattice(1), as: type.realPart)
    }

    private func partLattice(_ part: Int) -> Lattice {
        Lattice(
            offset: lattice.offset * 2 + part, shape: shape,
            strides: AxisList(strides.map { $0 * 2 }))
    }
}
