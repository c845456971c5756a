/// `ufunc.reduce`: one transparent reduction launch over the operand's points.
import LegateCore

extension Ufunc {
    /// Reduces an array along axes (`nil`: all).
    ///
    /// - Complexity: O(elements); bits do not depend on workers or ranks.
    /// - Throws: ``NumPyError`` of kind axis, value (empty without identity), type (no loop),
    ///   unsupported (operations that are not associative).
    public static func reduce(
        _ operation: Operation, _ a: NDArray, axes: [Int]?, dtype: ElementType? = nil,
        out: NDArray? = nil,
        keepDims: Bool = false, initial: Operand? = nil, where mask: NDArray? = nil
    ) throws -> NDArray {
        if dtype == nil, out == nil, initial == nil, mask == nil,
            let quick = try quickReduce(operation, a, axes, keepDims: keepDims)
        {
            return quick
        }
        let row = OperationTable.row(operation)
        guard row.inputCount == 2, row.outputCount == 1 else {
            throw NumPyError(.value, "reduce only supported for binary functions")
        }
        let reduced = try Axes.flags(axes, a.axisCount)
        let type = try reductionType(row, a.type, dtype, out)
        guard row.isAssociative, KernelTable.fold(operation, type) != nil else {
            throw NumPyError(.unsupported, "\(row.name).reduce")
        }
        if !row.isReorderable && reduced.filter({ $0 }).count > 1 {
            throw NumPyError(
                .value,
                "reduction operation '\(row.name)' is not reorderable, so at most one axis may be specified"
            )
        }
        let kept = AxisList(a.shape.enumerated().map { reduced[$0.offset] ? 1 : $0.element })
        let shape =
            keepDims
            ? kept : AxisList(a.shape.enumerated().filter { !reduced[$0.offset] }.map(\.element))
        let resultType = out?.type ?? type
        if let out {
            guard out.shape == shape else {
                throw NumPyError(
                    .value,
                    "output parameter for reduction operation \(row.name) has the wrong number of dimensions: "
                        + "Found \(out.axisCount) but expected \(shape.count)")
            }
            guard type.canCast(to: out.type, .sameKind) else {
                throw NumPyError(.unsupported, "an output that the result's type does not lead to")
            }
        }
        let isScalar = shape.count == 0
        if let initial {
            if case .array(let array) = initial, array.axisCount > 0 || !array.isScalar {
                guard array.axisCount == 0 else {
                    throw NumPyError(.unsupported, "a sequence as initial value")
                }
            } else {
                try initial.requireStorable(as: type)
            }
        }
        var start = initial
        let isEmpty = a.count == 0 && kept.product > 0
        // Without an identity even a result without elements needs something to reduce.
        let hasNothing = zip(reduced, a.shape).contains { $0 && $1 == 0 }
        if isEmpty || mask != nil || hasNothing, start == nil {
            guard let identity = row.identity else {
                throw NumPyError(
                    .value,
                    hasNothing
                        ? "zero-size array to reduction operation \(row.name) which has no identity"
                        : "reduction operation '\(row.name)' does not have an identity, so to use a where mask one "
                            + "has to specify 'initial'")
            }
            start = .integer(identity)
            if identity < 0, type.kind == .unsigned { start = nil }
        }
        let bits = try start?.constant(as: type) ?? .make(type, integer: -1)
        if isEmpty {
            let result = try NDArray.new(shape, resultType).flagged(isScalar: isScalar)
            try result.fill(try Operand.array(constantArray(bits)).constant(as: resultType))
            return try deliver(result, out)
        }
        if mask == nil, initial == nil, out == nil,
            let parts = ReducedParts(a.shape, ReducedAxes(reduced), keepDims: keepDims),
            let quick = try foldedAtOnce(operation, type, a, parts)
        {
            if let product = RunningProduct(operation, type, a, reduced) {
                try product.record(a, reduced, into: target(quick, kept, reduced))
            }
            return quick
        }
        if type == .float16, operation == .add || operation == .multiply, a.count > 1,
            operation == .add || reducesNeighbours(a, reduced)
        {
            // One rounding at the end, as NumPy does along neighbours: the fold runs in float32.
            let wide = try reduce(
                operation, a, axes: axes, dtype: .float32, keepDims: keepDims, initial: initial,
                where: mask)
            return try deliver(try wide.cast(to: .float16).flagged(isScalar: isScalar), out)
        }
        let result = try NDArray.new(shape, type).flagged(isScalar: isScalar)
        if kept.product > 0 {
            let neutral = try row.identity.map { try identityBits($0, type) } ?? bits
            try record(
                row, a, mask, mask == nil ? nil : neutral,
                Reduction(operation: operation, type: type, reduced: reduced), result, kept)
            if mask == nil, let product = RunningProduct(operation, type, a, reduced) {
                try product.record(a, reduced, into: target(result, kept, reduced))
            }
        }
        if initial != nil, kept.product > 0 {
            let first = constantArray(bits)
            let joint = try binary(operation, .array(first), .array(result)).flagged(
                isScalar: isScalar)
            return try deliver(
                joint.type == type ? joint : try joint.cast(to: type).flagged(isScalar: isScalar),
                out)
        }
        return try deliver(result, out)
    }

    /// Whether the axis that memory walks first is reduced.
    private static func reducesNeighbours(_ a: NDArray, _ reduced: [Bool]) -> Bool {
        let axes = (0..<a.axisCount).filter { a.shape[$0] > 1 && a.strides[$0] != 0 }
        let inner = axes.min { (abs(a.strides[$0]), -$0) < (abs(a.strides[$1]), -$1) }
        return inner.map { reduced[$0] } ?? true
    }

    private static func identityBits(_ identity: Int, _ type: ElementType) throws
        -> ScalarExpression.Constant
    {
        identity < 0
            ? .make(type, integer: identity) : try Operand.integer(identity).constant(as: type)
    }

    private static func deliver(_ result: NDArray, _ out: NDArray?) throws -> NDArray {
        guard let out else { return result }
        try out.assign(result)
        return out
    }

    private static func constantArray(_ constant: ScalarExpression.Constant) -> NDArray {
        let result = NDArray.scalar(.bool(false), constant.type)
        withUnsafeBytes(of: constant.bits) {
            result.store.memory!.copyMemory(
                from: $0.baseAddress!, byteCount: constant.type.byteCount)
        }
        return result
    }

    /// NumPy's rule: sums and products of short integers are taken in 64 bits; logic is bool.
    static func reductionType(
        _ row: OperationRow, _ type: ElementType, _ dtype: ElementType?, _ out: NDArray?
    ) throws -> ElementType {
        switch row.operation {
        case .logicalAnd, .logicalOr, .logicalXor: return .bool
        default: break
        }
        if let dtype {
            guard let loop = row.loops[dtype.index], loop.output0 == dtype else {
                throw noLoop(row.operation, dtype)
            }
            return dtype
        }
        if let out {
            // NumPy's loop takes the output and an element; it converts back and forth where that
            // is a third type.
            guard let loop = row.loops[out.type.index], loop.output0 == out.type,
                type.promoted(with: out.type) == out.type
            else {
                throw NumPyError(.unsupported, "\(row.name).reduce into \(out.type.name)")
            }
            return out.type
        }
        if let type = foldType(row.operation, type) { return type }
        guard let loop = row.loops[type.index] else { throw noLoop(row.operation, type) }
        if loop.output0 == .bool && type != .bool {
            throw NumPyError(.unsupported, "\(row.name).reduce")
        }
        return loop.output0
    }

    private static func record(
        _ row: OperationRow, _ a: NDArray, _ mask: NDArray?, _ identity: ScalarExpression.Constant?,
        _ reduction: Reduction, _ result: NDArray, _ kept: AxisList
    ) throws {
        var shape = a.shape
        if let mask { shape = try broadcast(shape, mask.shape) }
        guard shape == a.shape else {
            throw NumPyError(.unsupported, "a where mask larger than the array")
        }
        var builder = ExpressionBuilder(shape)
        var value = try builder.value(.array(a), as: reduction.type)
        if let mask, let identity {
            let condition = try builder.value(.array(mask), as: .bool)
            let neutral = builder.constant(identity)
            value = builder.select(condition, value, neutral, reduction.type)
        }
        try builder.submitReduction(
            row.name + ".reduce", value, reduction, into: target(result, kept, reduction.reduced))
    }

    /// The result's view with an axis of extent one for each reduced axis.
    private static func target(_ result: NDArray, _ kept: AxisList, _ reduced: [Bool]) -> StoreView
    {
        var strides = AxisList()
        var k = 0
        for axis in 0..<kept.count {
            strides.append(
                reduced[axis] ? 0 : result.strides[result.axisCount == kept.count ? axis : k])
            if !reduced[axis] { k += 1 }
        }
        return StoreView(
            store: result.store,
            lattice: Lattice(offset: result.lattice.offset, shape: kept, strides: strides),
            type: result.type)
    }
}

extension NDArray {
    /// The same array, marked as what NumPy would give as a scalar.
    public func flagged(isScalar: Bool) -> NDArray {
        isScalar == self.isScalar
            ? self : NDArray(view, isScalar: isScalar, isWritable: isWritable, base: base)
    }

    /// The only element as a number.
    ///
    /// - Throws: ``NumPyError/Kind/value`` when there is not exactly one element.
    public func item() throws -> Operand {
        guard count == 1 else {
            throw NumPyError(.value, "can only convert an array of size 1 to a Python scalar")
        }
        return try withElements { NDArray.number(at: $1, $0.type) }
    }

    /// Reads one element from memory.
    public static func number(at p: UnsafeRawPointer, _ type: ElementType) -> Operand {
        switch type {
        case .bool: return .bool(p.load(as: UInt8.self) != 0)
        case .int8: return .integer(Int(p.load(as: Int8.self)))
        case .int16: return .integer(Int(p.load(as: Int16.self)))
        case .int32: return .integer(Int(p.load(as: Int32.self)))
        case .int64: return .integer(p.load(as: Int.self))
        case .uint8: return .integer(Int(p.load(as: UInt8.self)))
        case .uint16: return .integer(Int(p.load(as: UInt16.self)))
        case .uint32: return .integer(Int(p.load(as: UInt32.self)))
        case .uint64:
            let value = p.load(as: UInt64.self)
            return value <= UInt64(Int.max) ? .integer(Int(value)) : .unsigned(value)
        case .float16: return .float(Double(p.load(as: Float16.self)))
        case .float32: return .float(Double(p.load(as: Float.self)))
        case .float64: return .float(p.load(as: Double.self))
        case .complex64:
            return .complex(
                Double(p.load(as: Float.self)), Double(p.load(fromByteOffset: 4, as: Float.self)))
        case .complex128:
            return .complex(p.load(as: Double.self), p.load(fromByteOffset: 8, as: Double.self))
        }
    }
}
