/// Places and order statistics that pass over NaN: `nanargmax`, `nanargmin`, `nanmedian`,
/// `nanquantile`.
///
/// A sort puts NaN last, so the numbers of a line are its first `n` elements; `n` is counted, and
/// the elements around the wanted place are read by their number. A line without numbers gives NaN,
/// which is then its first element.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.nanargmax` (`.maximum`) and `numpy.nanargmin` (`.minimum`).
    ///
    /// - Throws: ``NumPyError/Kind/value`` for a line of NaN only, which is looked for at once.
    public func nanArgExtreme(
        _ operation: Operation, axis: Int?, out: NDArray? = nil, keepDims: Bool = false
    ) throws -> NDArray {
        guard type.isInexact else {
            return try argExtreme(operation, axis: axis, out: out, keepDims: keepDims)
        }
        let mask = try Ufunc.unary(.isnan, self)
        if count > 0 {
            let isEmpty = try Ufunc.reduce(.logicalAnd, mask, axes: axis.map { [$0] })
            let anyEmpty = try Ufunc.reduce(.logicalOr, isEmpty, axes: nil)
            if case .bool(true) = try anyEmpty.item() {
                throw NumPyError(.value, "All-NaN slice encountered")
            }
        }
        let worst = Operand.float(operation == .maximum ? -.infinity : .infinity)
        let numbers = try NDArray.select(.array(mask), worst, .array(self))
        return try numbers.argExtreme(operation, axis: axis, out: out, keepDims: keepDims)
    }

    /// The lines along `axes`, sorted, side by side; how many numbers each has; and the place of
    /// each in the whole.
    private func numberLines(_ axes: [Int]?) throws -> (
        sorted: NDArray, counts: NDArray, starts: NDArray
    ) {
        let lines = try joining(axes)
        let last = lines.axisCount - 1
        let sorted = try lines.sorted(axis: last).contiguous()
        let numbers = try Ufunc.unary(.logicalNot, Ufunc.unary(.isnan, sorted))
        let counts = try Ufunc.reduce(.add, numbers, axes: [last], dtype: .int64).flagged(
            isScalar: false)
        let order = try NDArray.counting(counts.count).reshapedContiguous(counts.shape)
        let starts = try Ufunc.binary(.multiply, .array(order), .integer(lines.shape[last]))
        return (sorted.reshapedContiguous(AxisList(sorted.count)), counts, starts)
    }

    /// For each line the element of a number counted from its start; of the first one where that is
    /// negative.
    private func picked(_ place: NDArray, _ starts: NDArray) throws -> NDArray {
        let inside = try Ufunc.binary(.maximum, .array(place), .integer(0))
        return try taken(known: Ufunc.binary(.add, inside, starts))
    }

    /// NumPy: `numpy.nanmedian`.
    public func nanMedian(axes: [Int]?, keepDims: Bool) throws -> NDArray {
        if count == 0 { return try nanMean(axes: axes, dtype: nil, keepDims: keepDims) }
        guard type.isInexact else { return try median(axes: axes, keepDims: keepDims) }
        guard type == .float32 || type == .float64 else {
            throw NumPyError(.unsupported, "nanmedian")
        }
        let (sorted, counts, starts) = try numberLines(axes)
        let upper = try Ufunc.binary(.floorDivide, .array(counts), .integer(2))
        let before = try Ufunc.binary(.subtract, .array(counts), .integer(1))
        let lower = try Ufunc.binary(.floorDivide, .array(before), .integer(2))
        let (a, b) = (try sorted.picked(lower, starts), try sorted.picked(upper, starts))
        let middle = try Ufunc.binary(.divide, .array(Ufunc.binary(.add, a, b)), .integer(2))
        // One element in the middle is the median as it is: twice a large one would not be finite.
        let result = try NDArray.select(
            .array(Ufunc.binary(.equal, a, b)), .array(a), .array(middle))
        if keepDims { return try result.contiguous().restoring(axes, of: self) }
        return result.flagged(isScalar: result.axisCount == 0)
    }

    /// NumPy: `numpy.nanquantile` with the linear method.
    ///
    /// - Parameters:
    ///   - q: On the host, between 0 and 1.
    ///   - isWeak: Whether `q` was a Python number, which does not widen the result.
    public func nanQuantile(
        _ q: [Double], isScalar: Bool, isWeak: Bool, axes: [Int]?, keepDims: Bool
    ) throws -> NDArray {
        guard count > 0 else { throw NumPyError(.unsupported, "nanquantile") }
        guard type.isInexact else {
            return try quantile(
                q, isScalar: isScalar, isWeak: isWeak, axes: axes, keepDims: keepDims)
        }
        guard type == .float32 || type == .float64 else {
            throw NumPyError(.unsupported, "nanquantile")
        }
        let (sorted, counts, starts) = try numberLines(axes)
        let steps = try Ufunc.binary(.subtract, .array(counts), .integer(1))
        let kind: ElementType = isWeak ? type : .float64
        var stored = kind
        // NumPy goes line by line, and the first line decides: one without numbers gives NaN of its
        // own type.
        if kind != type, case .integer(0) = try counts.contiguous().raveled().subscripted(0).item()
        {
            stored = type
        }
        let result = try NDArray.new(AxisList([q.count] + Array(counts.shape)), stored)
        for (k, share) in q.enumerated() {
            let position = try Ufunc.binary(.multiply, .array(steps), .float(share))
            let below = try Ufunc.unary(.floor, position)
            let low = try below.cast(to: .int64)
            let high = try Ufunc.binary(
                .minimum, .array(Ufunc.binary(.add, .array(low), .integer(1))), .array(steps))
            let (a, b) = (try sorted.picked(low, starts), try sorted.picked(high, starts))
            let line = try NDArray.between(a, b, Ufunc.binary(.subtract, position, below), as: kind)
            try result.viewed(result.lattice.projected(axis: 0, at: k)).assign(line)
        }
        var final = result
        if keepDims { final = try result.restoring(axes, of: self, leading: 1) }
        if isScalar { final = final.viewed(final.lattice.projected(axis: 0, at: 0)) }
        return final.flagged(isScalar: final.axisCount == 0)
    }

    /// Linear interpolation from the nearer end, as NumPy's quantiles do; `t` is taken in the type
    /// of the result.
    private static func between(_ a: NDArray, _ b: NDArray, _ t: NDArray, as kind: ElementType)
        throws -> NDArray
    {
        let difference = try Ufunc.binary(.subtract, b, a)
        let share = try kind == t.type ? t : t.cast(to: kind)
        var rest = try Ufunc.binary(.subtract, .integer(1), .array(t))
        if rest.type != kind { rest = try rest.cast(to: kind) }
        let fromLow = try Ufunc.binary(.add, a, Ufunc.binary(.multiply, difference, share))
        let fromHigh = try Ufunc.binary(.subtract, b, Ufunc.binary(.multiply, difference, rest))
        let isHigh = try Ufunc.binary(.greaterEqual, .array(t), .float(0.5))
        return try NDArray.select(.array(isHigh), .array(fromHigh), .array(fromLow))
    }
}
