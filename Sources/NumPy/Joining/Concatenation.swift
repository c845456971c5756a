/// `concatenate` and `stack`: one new array, and one copy into a slice of it per part. Copies fuse
/// with what computes the parts.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.concatenate`. With `axis` `nil` the parts are flattened first.
    public static func concatenated(
        _ parts: [NDArray], axis: Int?, dtype: ElementType? = nil, casting: Casting = .sameKind,
        out: NDArray? = nil
    ) throws -> NDArray {
        guard let first = parts.first else {
            throw NumPyError(.value, "need at least one array to concatenate")
        }
        guard let axis else {
            return try concatenated(
                parts.map { try $0.raveled() }, axis: 0, dtype: dtype, casting: casting, out: out)
        }
        if parts.contains(where: { $0.axisCount == 0 }) {
            throw NumPyError(.value, "zero-dimensional arrays cannot be concatenated")
        }
        let k = try Axes.normalized(axis, first.axisCount)
        var shape = first.shape
        for (i, part) in parts.enumerated().dropFirst() {
            try checkFits(part, i, first, axis: k)
            shape[k] += part.shape[k]
        }
        let result = try target(shape, parts, dtype, casting, out)
        var start = 0
        for part in parts {
            let extent = part.shape[k]
            if part.count > 0 {
                try result.viewed(
                    result.lattice.sliced(axis: k, start: start, step: 1, count: extent)
                )
                .assign(part)
            }
            start += extent
        }
        return result
    }

    private static func checkFits(_ part: NDArray, _ i: Int, _ first: NDArray, axis: Int) throws {
        guard part.axisCount == first.axisCount else {
            throw NumPyError(
                .value,
                "all the input arrays must have same number of dimensions, but the array at index 0 has "
                    + "\(first.axisCount) dimension(s) and the array at index \(i) has "
                    + "\(part.axisCount) dimension(s)")
        }
        for other in 0..<first.axisCount
        where other != axis && part.shape[other] != first.shape[other] {
            throw NumPyError(
                .value,
                "all the input array dimensions except for the concatenation axis must match exactly, but along "
                    + "dimension \(other), the array at index 0 has size \(first.shape[other]) and the array at "
                    + "index \(i) has size \(part.shape[other])")
        }
    }

    /// The array the parts go to: `out` once checked, or a new one.
    private static func target(
        _ shape: AxisList, _ parts: [NDArray], _ dtype: ElementType?, _ casting: Casting,
        _ out: NDArray?
    ) throws -> NDArray {
        if let out {
            guard dtype == nil else {
                throw NumPyError(
                    .type,
                    "concatenate() only takes `out` or `dtype` as an argument, but both were provided."
                )
            }
            guard out.shape == shape else {
                throw NumPyError(.value, "Output array is the wrong shape")
            }
            guard out.isWritable else { throw NumPyError(.value, "output array is read-only") }
        }
        let type = out?.type ?? dtype ?? commonType(parts.map(\.type))
        if out != nil || dtype != nil {
            for part in parts where !part.type.canCast(to: type, casting) {
                throw NumPyError(
                    .type,
                    "Cannot cast array data from dtype('\(part.type.name)') to dtype('\(type.name)') "
                        + "according to the rule '\(casting.name)'")
            }
        }
        if let out {
            // A part that is a view of `out` must be read before `out` changes.
            guard !parts.contains(where: { $0.store === out.store }) else {
                throw NumPyError(.unsupported, "parts of the output")
            }
            return out
        }
        return try new(shape, type)
    }

    /// The type that holds all of these, found from the highest kind downwards as NumPy does.
    static func commonType(_ types: [ElementType]) -> ElementType {
        let sorted = types.enumerated().sorted {
            $0.element.kind == $1.element.kind
                ? $0.offset < $1.offset : $0.element.kind > $1.element.kind
        }
        guard let top = sorted.first?.element else { return .float64 }
        if !top.isInexact { return types.reduce(types[0]) { $0.promoted(with: $1) } }
        return sorted.reduce(top) { $0.promoted(with: $1.element) }
    }

    /// NumPy: `numpy.stack`.
    public static func stacked(
        _ parts: [NDArray], axis: Int = 0, dtype: ElementType? = nil, casting: Casting = .sameKind,
        out: NDArray? = nil
    ) throws -> NDArray {
        guard let first = parts.first else {
            throw NumPyError(.value, "need at least one array to stack")
        }
        guard parts.allSatisfy({ $0.shape == first.shape }) else {
            throw NumPyError(.value, "all input arrays must have the same shape")
        }
        let k = try Axes.normalized(axis, first.axisCount + 1)
        var shape = first.shape
        shape.insert(parts.count, at: k)
        let result = try target(shape, parts, dtype, casting, out)
        for (i, part) in parts.enumerated() {
            try result.viewed(result.lattice.projected(axis: k, at: i)).assign(part)
        }
        return result
    }

    /// NumPy: `numpy.column_stack`.
    public static func columnStacked(_ parts: [NDArray]) throws -> NDArray {
        if let result = quickColumns(parts) { return result }
        let columns = try parts.map { part -> NDArray in
            part.axisCount < 2 ? try part.reshaped(to: [part.count, 1]) : part
        }
        return try concatenated(columns, axis: 1)
    }

    /// Small vectors at rest of one type with eight bytes, side by side, at once.
    private static func quickColumns(_ parts: [NDArray]) -> NDArray? {
        guard let first = parts.first, first.type.byteCount == 8, first.axisCount == 1,
            parts.allSatisfy({
                $0.type == first.type && $0.shape == first.shape && $0.isSmallAtRest
            }), let result = quickNew(AxisList(first.count, parts.count), first.type)
        else { return nil }
        let target = result.firstByte.assumingMemoryBound(to: UInt64.self)
        for (column, part) in parts.enumerated() {
            let elements = part.firstByte.assumingMemoryBound(to: UInt64.self)
            let (count, step, stride) = (first.count, parts.count, part.strides[0])
            for i in 0..<count { target[i &* step &+ column] = elements[i &* stride] }
        }
        return result
    }
}
