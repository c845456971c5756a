/// The short ways of reductions: arrays at rest whose reduced axes are neighbours.
///
/// The trees are those of ``Ufunc/reduce(_:_:axes:dtype:out:keepDims:initial:where:)``; what is not
/// of this kind gives `nil`.
import LegateCore

extension Ufunc {
    /// Reduces without keywords, where the operation has a type of its own for that.
    static func quickReduce(
        _ operation: Operation, _ a: NDArray, _ axes: [Int]?, keepDims: Bool
    ) throws -> NDArray? {
        guard let type = foldType(operation, a.type), !mayRunOver(operation, type, a.count),
            let named = ReducedAxes(axes, a.axisCount)
        else { return nil }
        if let parts = ReducedParts(a.shape, named, keepDims: keepDims),
            let result = try foldedAtOnce(operation, type, a, parts)
        {
            return result
        }
        return try recordedReduce(operation, type, a, named, keepDims: keepDims)
    }

    private static let reductionNames = Operation.allCases.map {
        OperationTable.row($0).name + ".reduce"
    }

    /// Records a reduction of elements of the fold's own type.
    private static func recordedReduce(
        _ operation: Operation, _ type: ElementType, _ a: NDArray, _ named: ReducedAxes,
        keepDims: Bool
    ) throws -> NDArray? {
        guard a.type == type, type != .float16, a.count > 0, a.axisCount > 0,
            KernelTable.fold(operation, type) != nil
        else { return nil }
        let axes = a.axisCount
        var shape = AxisList()
        var kept = a.shape
        var strides = AxisList(repeating: 0, count: axes)
        var flags = [Bool](repeating: false, count: axes)
        for axis in 0..<axes {
            if named.contains(axis) {
                flags[axis] = true
                kept[axis] = 1
                if keepDims { shape.append(1) }
            } else {
                shape.append(a.shape[axis])
            }
        }
        var size = 1
        for axis in (0..<axes).reversed() where !flags[axis] {
            strides[axis] = size
            size &*= kept[axis]
        }
        let result = try NDArray.rethrowing {
            NDArray(
                StoreView(try Runtime.shared.makeStore(type, shape)), isScalar: shape.count == 0)
        }
        let target = StoreView(
            store: result.store, lattice: Lattice(offset: 0, shape: kept, strides: strides),
            type: type)
        let launch = Launch(
            name: reductionNames[operation.index], domain: a.shape, inputs: [a.view],
            outputs: [target],
            body: .reduction(
                .input(of: type), Reduction(operation: operation, type: type, reduced: flags)),
            source: NDArray.source)
        try NDArray.rethrowing { try Runtime.shared.record(launch) }
        return result
    }

    /// The type of a plain reduction by one of the common operations: sums and products of short
    /// integers are taken in 64 bits.
    static func foldType(_ operation: Operation, _ type: ElementType) -> ElementType? {
        switch operation {
        case .add, .multiply:
            if type == .bool || type.kind == .signed { return .int64 }
            return type.kind == .unsigned ? .uint64 : type
        case .maximum, .minimum, .fmax, .fmin, .bitwiseAnd, .bitwiseOr, .bitwiseXor:
            return KernelTable.fold(operation, type) == nil ? nil : type
        case .logicalAnd, .logicalOr: return type == .bool ? type : nil
        default: return nil
        }
    }

    /// Whether a product may leave the range of its type and have to be taken again.
    private static func mayRunOver(_ operation: Operation, _ type: ElementType, _ count: Int)
        -> Bool
    {
        operation == .multiply && type.isInexact && count > RunningProduct.shortest
    }

    /// Few elements to one, of any type; or row-major ones of the fold's own type, up to a medium
    /// size.
    static func foldedAtOnce(
        _ operation: Operation, _ type: ElementType, _ a: NDArray, _ parts: ReducedParts
    ) throws -> NDArray? {
        let count = a.count
        let isRowMajor = a.lattice.isRowMajorContiguous
        guard count > 0, a.store.isReady, isRowMajor || a.axisCount <= 1 else { return nil }
        let isWhole = parts.reduced == count && Runtime.shared.isImmediate(count)
        guard
            isWhole
                || a.type == type && type != .float16 && isRowMajor
                    && (parts.reduced > 1 || parts.reduced == 1 && !type.isComplex)
                    && Runtime.shared.reducesAtOnce(count)
        else { return nil }
        let result = try NDArray.ready(parts.shape, type, isScalar: parts.shape.count == 0)
        let target = result.store.memory.unsafelyUnwrapped
        if parts.reduced == 1, a.type == type, !type.isComplex {
            Counters.countImmediate()
            target.copyMemory(from: a.firstByte, byteCount: count &* type.byteCount)
        } else if isWhole {
            Immediate.fold(operation, type, RestingView(a.view), into: target)
        } else {
            Immediate.reduce(
                operation, type, UnsafeRawPointer(a.firstByte), outer: parts.outer,
                reduced: parts.reduced, inner: parts.inner, into: target)
        }
        return result
    }
}

/// The named axes of an array as bits.
struct ReducedAxes {
    private var bits: UInt64 = 0

    /// All axes where `axes` is `nil`. `nil` where one is named twice or lies outside, which the
    /// general way reports.
    init?(_ axes: [Int]?, _ count: Int) {
        guard let axes else {
            bits = ~0
            return
        }
        for axis in axes {
            let place = axis < 0 ? axis &+ count : axis
            guard place >= 0, place < count, !contains(place) else { return nil }
            bits |= 1 << UInt64(place)
        }
    }

    init(_ flags: [Bool]) {
        for (axis, isReduced) in flags.enumerated() where isReduced { bits |= 1 << UInt64(axis) }
    }

    @inline(__always) func contains(_ axis: Int) -> Bool { bits & 1 << UInt64(axis) != 0 }
}

/// A row-major shape as three axes, of which the middle one is reduced.
struct ReducedParts {
    private(set) var outer = 1
    private(set) var reduced = 1
    private(set) var inner = 1
    /// The shape of the results.
    private(set) var shape = AxisList()

    /// `nil` where reduced axes are no neighbours.
    init?(_ full: AxisList, _ named: ReducedAxes, keepDims: Bool) {
        for axis in 0..<full.count {
            let extent = full[axis]
            let isNamed = named.contains(axis)
            if !isNamed || keepDims { shape.append(isNamed ? 1 : extent) }
            if !isNamed {
                if reduced == 1 { outer &*= extent } else { inner &*= extent }
            } else if extent > 1 {
                if inner > 1 { return nil }
                reduced &*= extent
            }
        }
    }
}

extension Ufunc {
    /// The whole array folded to one element, written to `result`, where the fold's type is the
    /// array's own.
    public static func quickFold(
        _ operation: Operation, _ a: NDArray, into result: UnsafeMutableRawPointer
    ) -> ElementType? {
        let type = a.type
        let count = a.count
        guard count > 0, a.isSmallAtRest, a.lattice.isRowMajorContiguous,
            isOwnType(operation, type),
            let kernel = KernelTable.fold(operation, type)
        else { return nil }
        Counters.countImmediate()
        kernel(UnsafeRawPointer(a.firstByte), count, result)
        return type
    }

    /// Whether a reduction of the whole array has the array's type. Short integers are summed in 64
    /// bits, float16 in float32.
    @inline(__always)
    private static func isOwnType(_ operation: Operation, _ type: ElementType) -> Bool {
        switch operation {
        case .logicalAnd, .logicalOr: return type == .bool
        case .add, .multiply:
            return type == .float64 || type == .float32 || type == .int64 || type == .complex128
        case .maximum, .minimum:
            return type == .float64 || type == .float32 || type == .int64 || type == .int32
        default: return false
        }
    }
}
