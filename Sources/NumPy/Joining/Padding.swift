/// `pad`: a larger array, the old one inside it, and the margins filled axis by axis.
import LegateCore

extension NDArray {
    public enum PadMode: Sendable {
        case constant, edge, wrap, reflect, symmetric
    }

    /// NumPy: `numpy.pad` in the modes that only move elements.
    ///
    /// - Parameters:
    ///   - widths: Elements before and after, for each axis.
    ///   - values: For the constant mode: the values before and after, for each axis.
    public func padded(
        _ widths: [(before: Int, after: Int)], _ mode: PadMode,
        values: [(before: Operand, after: Operand)] = []
    ) throws -> NDArray {
        guard widths.allSatisfy({ $0.before >= 0 && $0.after >= 0 }) else {
            throw NumPyError(.value, "index can't contain negative values")
        }
        if mode == .constant { return try paddedWithConstants(widths, values) }
        for (axis, width) in widths.enumerated()
        where shape[axis] == 0 && width.before + width.after > 0 {
            throw NumPyError(
                .value,
                "can't extend empty axis \(axis) using modes other than 'constant' or 'empty'")
        }
        var result = self
        for (axis, width) in widths.enumerated() where width.before + width.after > 0 {
            let extent = shape[axis]
            let indices = (-width.before..<extent + width.after).map {
                NDArray.folded($0, extent, mode)
            }
            result = try result.gathered(indices, axis: axis)
        }
        return result === self ? try copied() : result
    }

    /// Where the element for a place outside `0..<extent` comes from.
    private static func folded(_ index: Int, _ extent: Int, _ mode: PadMode) -> Int {
        func modulo(_ a: Int, _ n: Int) -> Int { ((a % n) + n) % n }
        switch mode {
        case .constant, .edge: return min(max(index, 0), extent - 1)
        case .wrap: return modulo(index, extent)
        case .symmetric:
            let k = modulo(index, 2 * extent)
            return k < extent ? k : 2 * extent - 1 - k
        case .reflect:
            if extent == 1 { return 0 }
            let k = modulo(index, 2 * extent - 2)
            return k < extent ? k : 2 * extent - 2 - k
        }
    }

    private func paddedWithConstants(
        _ widths: [(before: Int, after: Int)], _ values: [(before: Operand, after: Operand)]
    ) throws -> NDArray {
        var larger = shape
        for axis in 0..<axisCount { larger[axis] += widths[axis].before + widths[axis].after }
        let result = try NDArray.new(larger, type)
        // Later axes overwrite the corners, as in NumPy. Margins span the inner part of later axes
        // only.
        for axis in 0..<axisCount {
            var inner = result.lattice
            for later in (axis + 1)..<max(axis + 1, axisCount) {
                inner = inner.sliced(
                    axis: later, start: widths[later].before, step: 1, count: shape[later])
            }
            let extent = larger[axis]
            let (before, after) = widths[axis]
            if before > 0 {
                try result.viewed(inner.sliced(axis: axis, start: 0, step: 1, count: before))
                    .assign(values[axis].before)
            }
            if after > 0 {
                try result.viewed(
                    inner.sliced(axis: axis, start: extent - after, step: 1, count: after)
                )
                .assign(values[axis].after)
            }
        }
        var inner = result.lattice
        for axis in 0..<axisCount {
            inner = inner.sliced(
                axis: axis, start: widths[axis].before, step: 1, count: shape[axis])
        }
        try result.viewed(inner).assign(self)
        return result
    }
}
