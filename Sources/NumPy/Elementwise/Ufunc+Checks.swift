/// What a ufunc asks of its operands before anything is computed: shapes that broadcast, outputs
/// that can take the results, exponents that are allowed.
import LegateCore

extension Ufunc {
    /// Whether the results may go to the given outputs. NumPy looks at this before it looks at
    /// shapes.
    static func checkOutputs(
        _ operation: Operation, _ loop: Loop, _ out: Outputs, _ casting: Casting
    ) throws {
        for k in 0..<2 {
            guard let target = out[k] else { continue }
            let type = k == 0 ? loop.output0 : loop.output1
            guard !type.canCast(to: target.type, casting) else { continue }
            throw NumPyError(
                .casting,
                "Cannot cast ufunc '\(OperationTable.row(operation).name)' output from "
                    + "dtype('\(type.name)') to dtype('\(target.type.name)') with casting rule "
                    + "'\(casting.name)'")
        }
        try out.forEach {
            if !$0.isWritable { throw NumPyError(.value, "output array is read-only") }
        }
    }

    /// The shape that all operands broadcast to, which is that of the outputs.
    static func jointShape(
        _ inputs: Operands, _ out: Outputs = Outputs(), _ mask: NDArray? = nil
    ) throws -> AxisList {
        var shape = AxisList()
        func take(_ own: AxisList) throws {
            if own == shape { return }
            guard let joint = joint(shape, own) else { throw mismatch(inputs, out, shape, own) }
            shape = joint
        }
        for k in 0..<inputs.count { if let array = inputs.array(k) { try take(array.shape) } }
        if let mask { try take(mask.shape) }
        for k in 0..<2 {
            guard let target = out[k]?.shape else { continue }
            try take(target)
            guard shape == target else {
                throw NumPyError(
                    .value,
                    "non-broadcastable output operand with shape \(target.tight) doesn't match the "
                        + "broadcast shape \(shape.tight)")
            }
        }
        return shape
    }

    /// The shape that any number of operands broadcast to.
    static func jointShape(_ operands: [Operand]) throws -> AxisList {
        let shapes = operands.map { operand -> AxisList in
            if case .array(let array) = operand { array.shape } else { AxisList() }
        }
        return try shapes.reduce(AxisList()) {
            guard let joint = joint($0, $1) else { throw mismatch(shapes.map(\.tight)) }
            return joint
        }
    }

    /// Names the shapes of all operands, or of the two that did not fit where there is but one.
    private static func mismatch(
        _ inputs: Operands, _ out: Outputs, _ shape: AxisList, _ other: AxisList
    ) -> NumPyError {
        var shapes = (0..<inputs.count).map { inputs.array($0)?.shape.tight ?? "()" }
        out.forEach { shapes.append($0.shape.tight) }
        return mismatch(shapes.count < 2 ? [shape.tight, other.tight] : shapes)
    }

    static func mismatch(_ shapes: [String]) -> NumPyError {
        NumPyError(
            .value,
            "operands could not be broadcast together with shapes "
                + shapes.joined(separator: " ") + " ")
    }

    /// The shape that two shapes broadcast to.
    static func broadcast(_ a: AxisList, _ b: AxisList) throws -> AxisList {
        guard let shape = joint(a, b) else { throw mismatch([a.tight, b.tight]) }
        return shape
    }

    /// The same; `nil` where they do not.
    static func joint(_ a: AxisList, _ b: AxisList) -> AxisList? {
        if a == b || b.count == 0 { return a }
        if a.count == 0 { return b }
        var result = AxisList()
        let count = max(a.count, b.count)
        for axis in 0..<count {
            let (own, other) = (axis &+ a.count &- count, axis &+ b.count &- count)
            let x = own >= 0 ? a[own] : 1
            let y = other >= 0 ? b[other] : 1
            guard x == y || x == 1 || y == 1 else { return nil }
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
