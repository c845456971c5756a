/// NumPy's universal functions: which loop, which result type and shape, and then one launch (or,
/// for small arrays at rest, one kernel call).
import LegateCore

public enum Ufunc {
    /// `a ∘ b` for two arrays: the path every operator takes.
    public static func binary(_ operation: Operation, _ a: NDArray, _ b: NDArray) throws -> NDArray
    {
        guard a.type == b.type, let loop = OperationTable.loop(operation, a.type),
            loop.input0 == a.type, loop.input1 == a.type
        else {
            if let result = try quickConverting(operation, a, b) { return result }
            return try binary(operation, .array(a), .array(b))
        }
        guard a.shape == b.shape else {
            if operation != .power, let result = try quickRows(operation, loop, a, b) {
                return result
            }
            return try binary(operation, .array(a), .array(b))
        }
        if operation == .power, a.type.isInteger, a.count > 0 { try checkExponent(b) }
        let count = a.count
        let bytes = max(a.type.byteCount, loop.output0.byteCount)
        if Runtime.shared.isImmediate(count, bytes: bytes), a.store.isReady, b.store.isReady {
            let isScalar = a.axisCount == 0
            if a.lattice.isRowMajorContiguous, b.lattice.isRowMajorContiguous,
                let kernel = KernelTable.block(operation, loop.compute)
            {
                let result = try NDArray.ready(a.shape, loop.output0, isScalar: isScalar)
                if count == 0 { return result }
                if Trace.isOn { Counters.noteSmall() }
                let size = a.type.byteCount
                Immediate.applyContiguous(
                    kernel, a.store.memory.unsafelyUnwrapped + a.lattice.offset &* size,
                    b.store.memory.unsafelyUnwrapped + b.lattice.offset &* size,
                    into: result.store.memory.unsafelyUnwrapped, count: count)
                return result
            }
            if let result = try quickRows(operation, loop, a, b) { return result }
        } else if let result = try recorded(operation, loop, a, b) {
            return result
        }
        return try binary(operation, .array(a), .array(b))
    }

    public static func binary(_ operation: Operation, _ a: Operand, _ b: Operand) throws -> NDArray
    {
        switch (a, b) {
        case (.array, .array): break
        case (.array(let array), _):
            if let result = try quick(operation, array, b, isReversed: false) { return result }
            if let result = try quickConverting(operation, array, b, isReversed: false) {
                return result
            }
        case (_, .array(let array)):
            if let result = try quick(operation, array, a, isReversed: true) { return result }
            if let result = try quickConverting(operation, array, a, isReversed: true) {
                return result
            }
        default: break
        }
        return try call(operation, [a, b])[0]
    }

    public static func unary(_ operation: Operation, _ a: NDArray) throws -> NDArray {
        if let result = try quickUnary(operation, a) { return result }
        return try call(operation, [.array(a)])[0]
    }

    /// `a ∘= b`, with NumPy's rule that the result must be castable to `a`'s type (same kind).
    public static func inPlace(_ operation: Operation, _ a: NDArray, _ b: Operand) throws {
        if quickInPlace(operation, a, b) { return }
        _ = try call(operation, [.array(a), b], out: [a])
    }

    // MARK: - The general call

    /// Calls a ufunc with all of NumPy's keywords.
    ///
    /// - Throws: ``NumPyError`` of kind type (no loop, casting), value (shapes, read-only output),
    ///   overflow.
    public static func call(
        _ operation: Operation, _ inputs: [Operand], out: [NDArray?] = [],
        where mask: NDArray? = nil,
        dtype: ElementType? = nil, casting: Casting = .sameKind
    ) throws -> [NDArray] {
        let row = OperationTable.row(operation)
        if casting == .no || casting == .equiv, convertsAnything(row, inputs, dtype) {
            // Only NumPy tells which operand it refuses, and in which order it looks.
            throw NumPyError(.unsupported, "casting='\(casting.name)'")
        }
        let loop = try resolve(row, inputs, dtype: dtype, casting: casting)
        if operation == .power, loop.compute == .float64 || loop.compute == .float32,
            let cheap = cheapPower(inputs[1])
        {
            return try call(
                cheap, [inputs[0]], out: out, where: mask, dtype: loop.compute, casting: casting)
        }
        let outputTypes = row.outputCount == 1 ? [loop.output0] : [loop.output0, loop.output1]
        try checkOutputs(row, outputTypes, out, casting)
        // The shape all operands broadcast to.
        var shape = AxisList()
        for case .array(let array) in inputs {
            shape = try broadcast(shape, array.shape, inputs, out)
        }
        if let mask { shape = try broadcast(shape, mask.shape, inputs, out) }
        for case let target? in out {
            let joint = try broadcast(shape, target.shape, inputs, out)
            if joint != target.shape {
                throw NumPyError(
                    .value,
                    "non-broadcastable output operand with shape \(target.shape.tight) doesn't match the "
                        + "broadcast shape \(joint.tight)")
            }
            shape = joint
        }
        var results: [NDArray] = []
        let isScalar = shape.count == 0
        for (k, type) in outputTypes.enumerated() {
            if k < out.count, let target = out[k] {
                results.append(target)
            } else {
                results.append(try result(shape, type, like: inputs, isScalar: isScalar))
            }
        }
        if operation == .power, loop.compute.isInteger, shape.product > 0 {
            try checkExponent(inputs[1])
        }
        let runtime = Runtime.shared
        let isFresh = out.allSatisfy { $0 == nil }
        if mask == nil, runtime.isImmediate(shape.product, bytes: widest(loop, inputs, results)),
            areReady(inputs),
            isFresh || results.allSatisfy({ runtime.isIdle($0.store) })
        {
            try runAtOnce(operation, loop, inputs, results, shape)
            return results
        }
        try record(row, loop, inputs, results, shape, mask)
        return results
    }

    /// The operation that NumPy's loops of real numbers take for the exponents -1, 0.5 and 2, where
    /// they are single numbers.
    static func cheapPower(_ exponent: Operand) -> Operation? {
        let value: Double
        switch exponent {
        case .float(let number): value = number
        case .integer(let number): value = Double(number)
        default: return nil
        }
        return value == 2 ? .square : value == 0.5 ? .sqrt : value == -1 ? .reciprocal : nil
    }

    /// Whether an operand would be converted: all must be arrays of the type that a loop takes.
    private static func convertsAnything(
        _ row: OperationRow, _ inputs: [Operand], _ dtype: ElementType?
    ) -> Bool {
        guard dtype == nil, case .array(let first) = inputs[0],
            let loop = row.loops[first.type.index]
        else {
            return true
        }
        return !zip(inputs, [loop.input0, loop.input1, loop.input2]).allSatisfy { input, type in
            if case .array(let array) = input { array.type == type } else { false }
        }
    }

    /// Bytes of the widest element that a call takes, computes or makes.
    private static func widest(_ loop: Loop, _ inputs: [Operand], _ results: [NDArray]) -> Int {
        var bytes = max(loop.compute.byteCount, loop.input0.byteCount, loop.output0.byteCount)
        for case .array(let array) in inputs { bytes = max(bytes, array.type.byteCount) }
        for result in results { bytes = max(bytes, result.type.byteCount) }
        return bytes
    }

    private static func runAtOnce(
        _ operation: Operation, _ loop: Loop, _ inputs: [Operand], _ results: [NDArray],
        _ shape: AxisList
    ) throws {
        func operand(_ k: Int, _ type: ElementType) throws -> ImmediateOperand? {
            guard k < inputs.count else { return nil }
            if case .array(let array) = inputs[k] {
                return .view(
                    StoreView(
                        store: array.store, lattice: array.lattice.broadcast(to: shape)!,
                        type: array.type))
            }
            return .constant(try inputs[k].constant(as: type))
        }
        let a = try operand(0, loop.input0)!
        let b = try operand(1, loop.input1)
        let c = try operand(2, loop.input2)
        for result in results where result.store.memory == nil {
            try NDArray.rethrowing { try Runtime.shared.materialize(result.store) }
        }
        Immediate.apply(
            operation, loop, a, b, c, into: results[0].view,
            results.count > 1 ? results[1].view : nil)
    }

    private static func record(
        _ row: OperationRow, _ loop: Loop, _ inputs: [Operand], _ results: [NDArray],
        _ shape: AxisList,
        _ mask: NDArray?
    ) throws {
        var builder = ExpressionBuilder(shape)
        let types = [loop.input0, loop.input1, loop.input2]
        let values = try inputs.enumerated().map { k, input in
            try builder.value(input, as: types[k])
        }
        let first = builder.apply(row.operation, loop, values)
        var outputs: [Int] = []
        for (k, result) in results.enumerated() {
            let type = k == 0 ? loop.output0 : loop.output1
            var value = builder.cast(first + k, from: type, to: result.type)
            if let mask {
                let condition = try builder.value(.array(mask), as: .bool)
                let old = try builder.value(.array(result), as: result.type)
                value = builder.select(condition, value, old, result.type)
            }
            outputs.append(value)
        }
        try builder.submit(row.name, outputs, results)
    }

    /// A new result array. Follows the memory order of a transposed operand, as NumPy's order 'K'
    /// does.
    private static func result(
        _ shape: AxisList, _ type: ElementType, like inputs: [Operand], isScalar: Bool
    ) throws -> NDArray {
        if shape.count > 1 { try NDArray.checkSize(shape, type) }
        let isSmall = Runtime.shared.isImmediate(shape.product)
        if shape.count > 1, shape.product > 1 {
            for case .array(let array) in inputs where array.shape == shape {
                if array.lattice.isRowMajorContiguous { break }
                let order = MemoryOrder.axes(of: array.lattice)
                if let order { return try MemoryOrder.empty(shape, type, order) }
                break
            }
        }
        if isSmall { return try NDArray.ready(shape, type, isScalar: isScalar) }
        return try NDArray.empty(shape, type).flagged(isScalar: isScalar)
    }

    private static func areReady(_ inputs: [Operand]) -> Bool {
        for case .array(let array) in inputs where !array.store.isReady { return false }
        return true
    }

    // MARK: - Resolution

    /// The loop for the operands' types: NumPy 2's promotion with weak Python numbers, then the
    /// table.
    static func resolve(
        _ row: OperationRow, _ inputs: [Operand], dtype: ElementType?, casting: Casting
    ) throws -> Loop {
        var strong: ElementType?
        var weak: WeakKind?
        for (k, input) in inputs.enumerated() {
            if row.operation == .ldexp && k == 1 { continue }
            if case .array(let array) = input {
                strong = strong?.promoted(with: array.type) ?? array.type
            } else if let kind = input.weakKind {
                weak = weak.map { max($0, kind) } ?? kind
            }
        }
        // Comparisons give `bool` whatever they compare: `dtype=bool` says nothing about the
        // operands.
        let isComparison = row.loops[ElementType.float64.index]?.output0 == .bool
        if let dtype, dtype != .bool || !isComparison {
            return try loop(row, output: dtype, inputs, casting)
        }
        let common: ElementType
        if let strong {
            common = weak.map { strong.promoted(withWeak: $0) } ?? strong
        } else {
            common = weak?.defaultType ?? .float64
        }
        if common == .float64, row.loops[ElementType.float64.index]?.output0 == .bool,
            isMixedWideInteger(inputs)
        {
            throw NumPyError(.unsupported, "exact comparison of int64 with uint64")
        }
        guard var loop = row.loops[common.index] else { throw noLoop(row, common) }
        if common.isInteger, loop.input0.isFloating, weak == nil,
            let joint = floatingLoop(row, inputs)
        {
            loop = joint
        }
        try checkWeakIntegers(row, inputs, loop)
        if row.operation == .ldexp {
            if case .array(let exponent) = inputs[1], !exponent.type.canCast(to: .int64, .safe) {
                throw noLoop(row, exponent.type)
            }
            if let kind = inputs[1].weakKind, kind == .float || kind == .complex {
                throw noLoop(row, .float64)
            }
        }
        return loop
    }

    /// The loop of a floating-point function for integers: the narrowest that takes each of them,
    /// not their common type (`hypot` of `int16` and `uint16` is `float32`, although both fit only
    /// into `int32`).
    private static func floatingLoop(_ row: OperationRow, _ inputs: [Operand]) -> Loop? {
        var type: ElementType?
        for case .array(let array) in row.operation == .ldexp ? inputs.prefix(1) : inputs[...] {
            guard let own = row.loops[array.type.index]?.input0 else { return nil }
            type = type?.promoted(with: own) ?? own
        }
        return type.flatMap { row.loops[$0.index] }
    }

    private static func isMixedWideInteger(_ inputs: [Operand]) -> Bool {
        var hasSigned = false
        var hasUnsigned = false
        for input in inputs {
            switch input {
            case .array(let array):
                if array.type.kind == .signed { hasSigned = true }
                if array.type == .uint64 { hasUnsigned = true }
                if array.type.isInexact { return false }
            case .float, .complex: return false
            default: break
            }
        }
        return hasSigned && hasUnsigned
    }

    private static func checkWeakIntegers(_ row: OperationRow, _ inputs: [Operand], _ loop: Loop)
        throws
    {
        for (k, input) in inputs.enumerated() {
            let type = k == 0 ? loop.input0 : loop.input1
            switch input {
            case .integer(let value) where type.isInteger && !type.holds(value): break
            case .unsigned where type.isInteger && type != .uint64: break
            default: continue
            }
            if loop.output0 == .bool {
                throw NumPyError(
                    .unsupported, "comparison with a Python integer outside \(type.name)")
            }
            _ = try input.constant(as: type)
        }
    }

    private static func loop(
        _ row: OperationRow, output dtype: ElementType, _ inputs: [Operand], _ casting: Casting
    ) throws -> Loop {
        // NumPy searches for the loop whose output is the requested type.
        guard let loop = row.loops[dtype.index],
            loop.output0 == dtype || loop.output0 == dtype.realPart
        else {
            if let other = row.loops.compactMap({ $0 }).first(where: { $0.output0 == dtype }) {
                return other
            }
            throw NumPyError(
                .type,
                "No loop matching the specified signature and casting was found for ufunc \(row.name)"
            )
        }
        for (k, input) in inputs.enumerated() {
            let target = k == 0 ? loop.input0 : loop.input1
            guard let type = source(of: input, refusedBy: target, casting) else { continue }
            throw NumPyError(
                .casting,
                "Cannot cast ufunc '\(row.name)' input \(inputs.count > 1 ? "\(k) " : "")from "
                    + "dtype('\(type.name)') to dtype('\(target.name)') with casting rule '\(casting.name)'"
            )
        }
        return loop
    }

    static func noLoop(_ row: OperationRow, _ type: ElementType) -> NumPyError {
        if type == .bool, row.operation == .subtract {
            return NumPyError(
                .type,
                "numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, "
                    + "or the logical_xor function instead.")
        }
        if type == .bool, row.operation == .negative {
            return NumPyError(
                .type,
                "The numpy boolean negative, the `-` operator, is not supported, use the `~` operator or the "
                    + "logical_not function instead.")
        }
        return NumPyError(
            .type,
            "ufunc '\(row.name)' not supported for the input types, and the inputs could not be safely coerced to "
                + "any supported types according to the casting rule ''safe''")
    }

    // MARK: - Checks

    /// Whether the results may go to the given outputs. NumPy looks at this before it looks at
    /// shapes.
    private static func checkOutputs(
        _ row: OperationRow, _ types: [ElementType], _ out: [NDArray?], _ casting: Casting
    ) throws {
        for case let (type, target?) in zip(types, out)
        where !type.canCast(to: target.type, casting) {
            throw NumPyError(
                .casting,
                "Cannot cast ufunc '\(row.name)' output from dtype('\(type.name)') to "
                    + "dtype('\(target.type.name)') with casting rule '\(casting.name)'")
        }
        for case let target? in out where !target.isWritable {
            throw NumPyError(.value, "output array is read-only")
        }
    }

    /// Whether NumPy converts an operand to a loop's type under `dtype=`. Python's numbers are
    /// weak: only the kind counts.
    private static func source(of input: Operand, refusedBy target: ElementType, _ casting: Casting)
        -> ElementType?
    {
        if case .array(let array) = input {
            return array.type.canCast(to: target, casting) ? nil : array.type
        }
        guard let weak = input.weakKind, weak != .bool, casting != .unsafe else { return nil }
        let lifted = target.promoted(withWeak: weak)
        return lifted == target ? nil : lifted
    }

    static func broadcast(
        _ a: AxisList, _ b: AxisList, _ inputs: [Operand] = [], _ out: [NDArray?] = []
    ) throws -> AxisList {
        if a == b { return a }
        if a.count == 0 { return b }
        if b.count == 0 { return a }
        var result = AxisList()
        let count = max(a.count, b.count)
        for axis in 0..<count {
            let (own, other) = (axis &+ a.count &- count, axis &+ b.count &- count)
            let x = own >= 0 ? a[own] : 1
            let y = other >= 0 ? b[other] : 1
            guard x == y || x == 1 || y == 1 else {
                var shapes = inputs.compactMap { input -> String? in
                    if case .array(let array) = input {
                        return array.shape.tight
                    } else {
                        return "()"
                    }
                }
                shapes += out.compactMap { $0?.shape.tight }
                if shapes.count < 2 { shapes = [a.tight, b.tight] }
                throw NumPyError(
                    .value,
                    "operands could not be broadcast together with shapes "
                        + shapes.joined(separator: " ") + " ")
            }
            result.append(x == 1 ? y : x)
        }
        return result
    }

    /// Integers to negative integer powers are an error in NumPy: the exponents must be looked at.
    static func checkExponent(_ exponent: Operand) throws {
        switch exponent {
        case .array(let array): try checkExponent(array)
        case .integer(let value) where value < 0:
            throw NumPyError(.value, "Integers to negative integer powers are not allowed.")
        default: break
        }
    }

    static func checkExponent(_ exponent: NDArray) throws {
        guard exponent.type.kind == .signed, exponent.count > 0 else { return }
        let least = try reduce(.minimum, exponent, axes: nil)
        if case .integer(let value) = try least.item(), value < 0 {
            throw NumPyError(.value, "Integers to negative integer powers are not allowed.")
        }
    }
}
