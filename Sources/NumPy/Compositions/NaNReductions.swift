/// Reductions that pass over NaN: `nansum`, `nanprod`, `nanmean`, `nanvar`, `nanstd`, `nanmax`,
/// `nanmin`.
import LegateCore

extension NDArray {
    /// The array with another value in place of NaN.
    public func replacingNaN(with value: Int) throws -> NDArray {
        guard type.isInexact else { return self }
        return try choosing(where: Ufunc.unary(.isnan, self), .integer(value))
    }

    /// The array with one value where a mask of the same shape is true.
    private func choosing(where mask: NDArray, _ value: Operand) throws -> NDArray {
        let result = try NDArray.new(shape, type)
        if count == 0 { return result }
        var builder = ExpressionBuilder(shape)
        let condition = try builder.value(.array(mask), as: .bool)
        let own = try builder.value(.array(self), as: type)
        let other = builder.constant(try value.constant(as: type))
        let chosen = builder.select(condition, other, own, type)
        try builder.submit("where", [chosen], [result])
        return result
    }

    /// NumPy: `numpy.nanmean`.
    public func nanMean(axes: [Int]?, dtype: ElementType?, keepDims: Bool) throws -> NDArray {
        guard type.isInexact else { return try mean(axes: axes, dtype: dtype, keepDims: keepDims) }
        try requireInexact(dtype)
        let total = try Ufunc.reduce(
            .add, replacingNaN(with: 0), axes: axes, dtype: dtype, keepDims: keepDims)
        return try total.divided(by: numberCount(axes, keepDims: keepDims))
    }

    private func requireInexact(_ dtype: ElementType?) throws {
        if let dtype, !dtype.isInexact {
            throw NumPyError(.type, "If a is inexact, then dtype must be inexact")
        }
    }

    /// How many elements are numbers.
    private func numberCount(_ axes: [Int]?, keepDims: Bool) throws -> NDArray {
        let numbers = try Ufunc.unary(.logicalNot, Ufunc.unary(.isnan, self))
        return try Ufunc.reduce(.add, numbers, axes: axes, dtype: .int64, keepDims: keepDims)
    }

    /// The quotient in this array's own type.
    private func divided(by count: NDArray) throws -> NDArray {
        let quotient = try Ufunc.binary(.divide, .array(self), .array(count))
        return quotient.type == type
            ? quotient : try quotient.cast(to: type).flagged(isScalar: quotient.axisCount == 0)
    }

    /// NumPy: `numpy.nanvar`.
    public func nanVariance(
        axes: [Int]?, dtype: ElementType?, ddof: Double, keepDims: Bool
    ) throws -> NDArray {
        guard type.isInexact else {
            return try variance(axes: axes, dtype: dtype, ddof: ddof, keepDims: keepDims)
        }
        try requireInexact(dtype)
        let mask = try Ufunc.unary(.isnan, self)
        let total = try Ufunc.reduce(
            .add, replacingNaN(with: 0), axes: axes, dtype: dtype, keepDims: true)
        let center = try total.divided(by: numberCount(axes, keepDims: true))
        var offset = try Ufunc.binary(.subtract, .array(self), .array(center))
        if offset.type != type { offset = try offset.cast(to: type) }
        offset = try offset.choosing(where: mask, .integer(0))
        var square: NDArray
        if type.isComplex {
            let real = try Ufunc.unary(.square, offset.realPart())
            square = try Ufunc.binary(.add, real, Ufunc.unary(.square, offset.imaginaryPart()))
        } else {
            square = try Ufunc.binary(.multiply, offset, offset)
        }
        if let dtype { square = try square.cast(to: dtype.realPart) }
        let sum = try Ufunc.reduce(.add, square, axes: axes, keepDims: keepDims)
        let freedom = try Ufunc.binary(
            .subtract, .array(numberCount(axes, keepDims: keepDims)),
            ddof == ddof.rounded()
                ? .integer(Int(ddof)) : .float(ddof))
        let variance = try sum.divided(by: freedom)
        let isBad = try Ufunc.binary(.lessEqual, .array(freedom), .integer(0))
        return try variance.choosing(where: isBad, .float(.nan)).flagged(
            isScalar: variance.axisCount == 0)
    }
}
