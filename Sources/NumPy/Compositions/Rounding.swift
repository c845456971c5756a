/// `clip`, `round` and `nan_to_num`: values moved to where they are wanted.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.clip`. A bound that is `nil` does not bound.
    public static func clip(
        _ a: Operand, _ low: Operand?, _ high: Operand?, out: NDArray? = nil,
        where mask: NDArray? = nil,
        dtype: ElementType? = nil, casting: Casting = .sameKind
    ) throws -> NDArray {
        var (low, high) = (low, high)
        if case .array(let array) = a, array.type.isInteger {
            // Python integers beyond the type's range bound nothing.
            if case .integer(let value)? = low, value <= array.type.leastInteger { low = nil }
            if case .integer(let value)? = high, value >= array.type.greatestInteger { high = nil }
        }
        func call(_ operation: Operation, _ operands: Operands) throws -> NDArray {
            try Ufunc.call(
                operation, operands, out: Outputs(out), where: mask, dtype: dtype, casting: casting
            ).first
        }
        switch (low, high) {
        case (nil, nil): return try call(.positive, Operands(a))
        case (let low?, nil): return try call(.maximum, Operands(a, low))
        case (nil, let high?): return try call(.minimum, Operands(a, high))
        case (let low?, let high?): return try call(.clip, Operands(a, low, high))
        }
    }

    /// NumPy: `numpy.round`, which multiplies by a power of ten, rounds to even, and divides.
    public func rounded(decimals: Int, out: NDArray? = nil) throws -> NDArray {
        let result = try rounded(decimals).flagged(isScalar: axisCount == 0)
        guard let out else { return result }
        guard out.shape == shape else { throw NumPyError(.value, "invalid output shape") }
        try out.assign(result)
        return out
    }

    private func rounded(_ decimals: Int) throws -> NDArray {
        if type.isComplex {
            let result = try NDArray.new(shape, type)
            try result.realPart().assign(realPart().rounded(decimals))
            try result.imaginaryPart().assign(imaginaryPart().rounded(decimals))
            return result
        }
        if type.isInteger, decimals >= 0 { return try copied() }
        if decimals == 0 { return try Ufunc.unary(.rint, self) }
        if type == .bool { throw NumPyError(.unsupported, "rounding bools") }
        let factor = Operand.float(NDArray.powerOfTen(abs(decimals)))
        let scaled = try Ufunc.binary(decimals > 0 ? .multiply : .divide, .array(self), factor)
        let whole = try Ufunc.unary(.rint, scaled)
        let result = try Ufunc.binary(decimals > 0 ? .divide : .multiply, .array(whole), factor)
        return type.isInteger ? try result.cast(to: type) : result
    }

    private static func powerOfTen(_ n: Int) -> Double {
        var result = 1.0
        for _ in 0..<n { result *= 10 }
        return result
    }

    /// NumPy: `numpy.nan_to_num`.
    ///
    /// - Parameter copies: Whether the result is a new array; otherwise this one is changed.
    public func replacingNonFinite(
        copies: Bool, nan: Operand, positive: Operand?, negative: Operand?
    ) throws -> NDArray {
        guard copies || isWritable else { throw NumPyError(.value, "output array is read-only") }
        let result = copies ? try copied() : self
        guard type.isInexact else { return result.flagged(isScalar: axisCount == 0) }
        let parts = type.isComplex ? [result.realPart(), try result.imaginaryPart()] : [result]
        for part in parts {
            let kind = part.type
            var builder = ExpressionBuilder(part.shape)
            var value = try builder.value(.array(part), as: kind)
            let original = value
            let replacements: [(Operand, Operand)] = [
                (.float(.infinity), positive ?? .float(kind.greatestFinite)),
                (.float(-.infinity), negative ?? .float(-kind.greatestFinite)),
            ]
            let isNaN = builder.apply(.isnan, kind, original)
            value = builder.select(isNaN, try builder.value(nan, as: kind), value, kind)
            for (from, to) in replacements {
                let target = try builder.value(from, as: kind)
                let isThere = builder.apply(.equal, kind, original, target)
                value = builder.select(isThere, try builder.value(to, as: kind), value, kind)
            }
            try builder.submit("nan_to_num", [value], [part])
        }
        return result.flagged(isScalar: axisCount == 0)
    }
}

extension ElementType {
    /// The largest finite number of a floating type.
    var greatestFinite: Double {
        switch self {
        case .float16: return Double(Float16.greatestFiniteMagnitude)
        case .float32: return Double(Float.greatestFiniteMagnitude)
        default: return Double.greatestFiniteMagnitude
        }
    }

    fileprivate var leastInteger: Int {
        switch self {
        case .int8: return Int(Int8.min)
        case .int16: return Int(Int16.min)
        case .int32: return Int(Int32.min)
        case .int64: return Int.min
        default: return 0
        }
    }

    fileprivate var greatestInteger: Int {
        switch self {
        case .int8: return Int(Int8.max)
        case .int16: return Int(Int16.max)
        case .int32: return Int(Int32.max)
        case .uint8: return Int(UInt8.max)
        case .uint16: return Int(UInt16.max)
        case .uint32: return Int(UInt32.max)
        default: return Int.max
        }
    }
}
