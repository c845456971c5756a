/// A call of a ufunc whose loop and shape are known: computed at once where it is small and
/// everything it touches is at rest, else recorded as one launch.
import LegateCore

struct ResolvedCall {
    let operation: Operation
    let loop: Loop
    let inputs: Operands
    let out: Outputs
    /// Where results are written; `nil` for everywhere.
    let mask: NDArray?
    /// The shape to which all operands broadcast.
    let shape: AxisList

    func run() throws -> Results {
        if shape.count > 1 { try NDArray.checkSize(shape, loop.output0) }
        guard isSmallAtRest else { return try record() }
        return try runStraight() ?? runAtOnce()
    }

    var hasSecond: Bool { OperationTable.resultCount(operation) > 1 }

    // MARK: - At once

    private var isSmallAtRest: Bool {
        let runtime = Runtime.shared
        var bytes = max(loop.compute.byteCount, loop.input0.byteCount, loop.output0.byteCount)
        var isAtRest = mask?.store.isReady ?? true
        inputs.forEachArray {
            bytes = max(bytes, $0.type.byteCount)
            isAtRest = isAtRest && $0.store.isReady
        }
        out.forEach {
            bytes = max(bytes, $0.type.byteCount)
            isAtRest = isAtRest && runtime.isIdle($0.store)
        }
        return isAtRest && runtime.isImmediate(shape.product, bytes: bytes)
    }

    private func runAtOnce() throws -> Results {
        let order = resultOrder
        let results = Results(
            first: try result(0, loop.output0, order),
            second: hasSecond ? try result(1, loop.output1, order) : nil)
        // The bits of inputs that are numbers.
        typealias Bits = (UInt64, UInt64)
        var numbers: (Bits, Bits, Bits) = ((0, 0), (0, 0), (0, 0))
        try withUnsafeMutableBytes(of: &numbers) { numbers in
            func view(_ k: Int, _ type: ElementType) throws -> RestingView {
                let room = numbers.baseAddress.unsafelyUnwrapped + k &* MemoryLayout<Bits>.size
                return arranged(try inputs[k].resting(as: type, room), order)
            }
            Immediate.apply(
                operation, loop, try view(0, loop.input0),
                inputs.count > 1 ? try view(1, loop.input1) : nil,
                inputs.count > 2 ? try view(2, loop.input2) : nil,
                over: order.map { AxisList($0, of: shape) } ?? shape,
                into: arranged(RestingView(results.first.view), order),
                results.second.map { arranged(RestingView($0.view), order) },
                where: mask.map { arranged(RestingView($0.view), order) })
        }
        return results
    }

    @inline(__always)
    private func arranged(_ view: RestingView, _ order: AxisList?) -> RestingView {
        order.map { view.arranged(over: shape, $0) } ?? view
    }

    // MARK: - Results

    /// The order of axes in the memory of new results; `nil` for row-major.
    private var resultOrder: AxisList? {
        guard shape.count > 1, out.first == nil || hasSecond && out.second == nil else {
            return nil
        }
        return MemoryOrder.joint(inputs, shape)
    }

    private func result(_ k: Int, _ type: ElementType, _ order: AxisList?) throws -> NDArray {
        if let given = out[k] { return given }
        if let order { return try MemoryOrder.empty(shape, type, order) }
        let isScalar = shape.count == 0
        if Runtime.shared.isImmediate(shape.product, bytes: type.byteCount) {
            return try NDArray.ready(shape, type, isScalar: isScalar)
        }
        return try NDArray.empty(shape, type).flagged(isScalar: isScalar)
    }

    // MARK: - Recording

    private func record() throws -> Results {
        let order = resultOrder
        var results = [try result(0, loop.output0, order)]
        if hasSecond { results.append(try result(1, loop.output1, order)) }
        if mask == nil, !hasSecond, try recordPlainly(into: results[0]) {
            return Results(first: results[0], second: nil)
        }
        var builder = ExpressionBuilder(shape)
        let types = [loop.input0, loop.input1, loop.input2]
        let values = try (0..<inputs.count).map { try builder.value(inputs[$0], as: types[$0]) }
        let first = builder.apply(operation, loop, values)
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
        try builder.submit(OperationTable.row(operation).name, outputs, results)
        return Results(first: results[0], second: hasSecond ? results[1] : nil)
    }

    /// Records the operation alone, where nothing is converted.
    private func recordPlainly(into result: NDArray) throws -> Bool {
        guard result.type == loop.output0 else { return false }
        var views: [StoreView] = []
        var constants: [ScalarExpression.Constant] = []
        var numbers = 0
        for k in 0..<inputs.count {
            let type = k == 0 ? loop.input0 : k == 1 ? loop.input1 : loop.input2
            guard case .array(let array) = inputs[k] else {
                constants.append(try inputs[k].constant(as: type))
                numbers |= 1 << k
                continue
            }
            // Shapes that do not fit are an error, which the general way words.
            guard array.type == type, let lattice = array.lattice.broadcast(to: shape) else {
                return false
            }
            views.append(StoreView(store: array.store, lattice: lattice, type: type))
        }
        let known = KnownCodes.known(operation, loop, numbers: numbers, of: inputs.count)
        let launch = Launch(
            name: known.pointee.name, domain: shape, inputs: views, outputs: [result.view],
            body: .pointwise(ScalarExpression(known.pointee.code, constants)),
            source: NDArray.source)
        // No point of a new output is read.
        if out[0] == nil {
            try NDArray.rethrowing { try Runtime.shared.record(launch) }
        } else {
            try NDArray.submit(launch)
        }
        return true
    }
}
