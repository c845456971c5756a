/// `select` and `sinc`: values chosen by conditions.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.select`: the first choice whose condition holds, else the default.
    public static func select(
        _ conditions: [NDArray], _ choices: [Operand], default standard: Operand
    ) throws -> NDArray {
        guard conditions.count == choices.count else {
            throw NumPyError(.value, "list of cases must be same length as list of conditions")
        }
        guard !conditions.isEmpty else {
            throw NumPyError(.value, "select with an empty condition list is not possible")
        }
        for (i, condition) in conditions.enumerated() where condition.type != .bool {
            throw NumPyError(.type, "invalid entry \(i) in condlist: should be boolean ndarray")
        }
        let kind = commonType(of: choices + [standard])
        var shape = try broadcastShapes(conditions.map(\.shape))
        for case .array(let array) in choices + [standard] {
            shape = try Ufunc.broadcast(shape, array.shape)
        }
        let result = try new(shape, kind)
        if result.count == 0 { return result }
        var builder = ExpressionBuilder(shape)
        var value = try builder.value(standard, as: kind)
        for (condition, choice) in zip(conditions, choices).reversed() {
            let flag = try builder.value(.array(condition), as: .bool)
            let chosen = try builder.value(choice, as: kind)
            value = builder.select(flag, chosen, value, kind)
        }
        try builder.submit("select", [value], [result])
        return result
    }

    /// The type of arrays and weak Python numbers together.
    private static func commonType(of operands: [Operand]) -> ElementType {
        var types: [ElementType] = []
        var weak: WeakKind?
        for operand in operands {
            if case .array(let array) = operand {
                types.append(array.type)
            } else if let kind = operand.weakKind {
                weak = weak.map { max($0, kind) } ?? kind
            }
        }
        guard !types.isEmpty else { return weak?.defaultType ?? .float64 }
        let strong = commonType(types)
        return weak.map { strong.promoted(withWeak: $0) } ?? strong
    }

    /// NumPy: `numpy.sinc`.
    public func sinc() throws -> NDArray {
        let angle = try Ufunc.binary(.multiply, .float(Double.pi), .array(self))
        guard angle.type.isFloating else { throw NumPyError(.unsupported, "complex sinc") }
        let epsilon: Double
        switch angle.type {
        case .float16: epsilon = Double(Float16.ulpOfOne)
        case .float32: epsilon = Double(Float.ulpOfOne)
        default: epsilon = Double.ulpOfOne
        }
        let isZero = try Ufunc.binary(.equal, .array(angle), .float(0))
        let safe = try NDArray.select([isZero], [.float(epsilon)], default: .array(angle))
        let result = try Ufunc.binary(.divide, Ufunc.unary(.sin, safe), safe)
        return result.flagged(isScalar: axisCount == 0)
    }
}
