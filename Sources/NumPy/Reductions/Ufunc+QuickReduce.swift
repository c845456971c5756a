/// The short way of reductions along axes: row-major arrays at rest whose fold is of their own
/// type.
///
/// The trees are those of ``Ufunc/reduce(_:_:axes:dtype:out:keepDims:initial:where:)``; what is not
/// of this kind gives `nil`.
import LegateCore

extension Ufunc {
    /// Reduces along neighbouring axes.
    static func quickReduce(
        _ operation: Operation, _ a: NDArray, _ axes: [Int], keepDims: Bool
    ) throws -> NDArray? {
        let count = a.count
        guard count > 0, foldsAsItIs(operation, a.type), Runtime.shared.reducesAtOnce(count),
            a.store.isReady,
            a.lattice.isRowMajorContiguous, let named = places(axes, a.axisCount),
            let parts = ReducedParts(a.shape, named, keepDims: keepDims)
        else { return nil }
        let result = try NDArray.ready(parts.shape, a.type, isScalar: parts.shape.count == 0)
        Immediate.reduce(
            operation, a.type, start(a), outer: parts.outer, reduced: parts.reduced,
            inner: parts.inner,
            into: result.store.memory.unsafelyUnwrapped)
        return result
    }

    /// Whether the results have the array's type and come from one fold of its elements.
    private static func foldsAsItIs(_ operation: Operation, _ type: ElementType) -> Bool {
        switch operation {
        case .add: return type.isInexact ? type != .float16 : type == .int64 || type == .uint64
        case .maximum, .minimum: return type != .float16 && KernelTable.fold(operation, type) != nil
        case .logicalOr, .logicalAnd: return type == .bool
        default: return false
        }
    }

    /// The named axes as bits; `nil` where one is named twice or lies outside, which the general
    /// way reports.
    private static func places(_ axes: [Int], _ count: Int) -> UInt64? {
        var named: UInt64 = 0
        for axis in axes {
            let place = axis < 0 ? axis &+ count : axis
            guard place >= 0, place < count, named & 1 << UInt64(place) == 0 else { return nil }
            named |= 1 << UInt64(place)
        }
        return named
    }
}

/// A row-major shape as three axes, of which the middle one is reduced.
private struct ReducedParts {
    var outer = 1
    var reduced = 1
    var inner = 1
    /// The shape of the results.
    var shape = AxisList()

    /// `nil` where reduced axes are no neighbours, or none has more than one point.
    init?(_ full: AxisList, _ named: UInt64, keepDims: Bool) {
        for axis in 0..<full.count {
            let extent = full[axis]
            let isNamed = named & 1 << UInt64(axis) != 0
            if !isNamed || keepDims { shape.append(isNamed ? 1 : extent) }
            if !isNamed {
                if reduced == 1 { outer &*= extent } else { inner &*= extent }
            } else if extent > 1 {
                if inner > 1 { return nil }
                reduced &*= extent
            }
        }
        if reduced == 1 { return nil }
    }
}
