/// Expressions of loops: which are arithmetic on Python's numbers, which ufuncs on elements, and
/// what type and shape these have.
import LegateCore

extension LoopLowering {
    func evaluate(_ expression: LoopExpression) throws -> LoopTerm {
        switch expression {
        case .name(let slot): return try name(slot)
        case .integer(let value): return .integer(constant(value))
        case .real(let value): return .real(constant(value))
        case .truth(let value): return .truth(constant(value ? 1 : 0))
        case .complex(let real, let imaginary): return .complex(real, imaginary)
        case .nothing: return .nothing
        case .text(let text): return .text(text)
        case .type(let name): return .type(try elementType(name))
        case .binary(let name, let a, let b): return try binary(name, evaluate(a), evaluate(b))
        case .compare(let name, let a, let b): return try compared(name, evaluate(a), evaluate(b))
        case .unary(let name, let a): return try unary(name, evaluate(a))
        case .logic(let isAnd, let a, let b):
            return try joined(evaluate(a), evaluate(b), isAnd: isAnd)
        case .choose(let condition, let a, let b):
            return try chosen(evaluate(condition), evaluate(a), evaluate(b))
        case .index(let base, let items): return try item(evaluate(base), items)
        case .attribute(let base, let name): return try attribute(evaluate(base), name)
        case .tuple(let items): return .tuple(try items.map(evaluate))
        case .list(let items): return .list(try items.map(evaluate))
        case .call(let name, let arguments, let named):
            return try call(name, arguments.map(evaluate), named.mapValues(evaluate))
        case .method(let object, let name, let arguments, let named):
            return try method(
                evaluate(object), name, arguments.map(evaluate), named.mapValues(evaluate))
        case .block(let statements, let value):
            guard waiting.isEmpty || !LoopWalk.writes(statements) else {
                throw LoopRefusal("a function that writes in the middle of an expression")
            }
            try follow(statements)
            return try evaluate(value)
        }
    }

    func elementType(_ name: String) throws -> ElementType {
        let other = [
            "float": "float64", "int": "int64", "complex": "complex128", "double": "float64",
            "bool_": "bool", "intp": "int64",
        ]
        guard let type = ElementType.allCases.first(where: { $0.name == other[name] ?? name })
        else { throw LoopRefusal("the type \(name)") }
        return type
    }

    // MARK: - Operators

    func binary(_ name: String, _ a: LoopTerm, _ b: LoopTerm) throws -> LoopTerm {
        if let x = number(a), let y = number(b) {
            if case .truth = a, case .truth = b, name.hasPrefix("bitwise") {
                throw LoopRefusal("\(name) of truth values")
            }
            return try arithmetic(name, x, y)
        }
        if name == "matmul" { return try product(a, b, isMatmul: true) }
        guard let operation = LoopUfuncs.operation(name) else { throw LoopRefusal(name) }
        return try apply(operation, [a, b])
    }

    private func compared(_ name: String, _ a: LoopTerm, _ b: LoopTerm) throws -> LoopTerm {
        if let x = number(a), let y = number(b) { return try comparison(name, x, y) }
        guard let operation = LoopUfuncs.operation(name) else { throw LoopRefusal(name) }
        return try apply(operation, [a, b])
    }

    private func unary(_ name: String, _ a: LoopTerm) throws -> LoopTerm {
        if name == "not" { return .truth(emit(.logicalNot, try truth(a))) }
        if let number = number(a) {
            if name == "positive", case .truth = a { throw LoopRefusal("+ of a truth value") }
            if name == "positive" { return a }
            guard name == "negative" else { throw LoopRefusal("\(name) of a number") }
            return negated(number)
        }
        guard let operation = LoopUfuncs.operation(name) else { throw LoopRefusal(name) }
        return try apply(operation, [a])
    }

    // MARK: - Ufuncs

    /// A ufunc with one result, by NumPy's rules of types and shapes.
    func apply(_ operation: Operation, _ inputs: [LoopTerm]) throws -> LoopTerm {
        var operation = operation
        var inputs = inputs
        if operation == .power { (operation, inputs) = try cheapPower(inputs) }
        let loop = try loop(operation, inputs)
        if operation == .power, loop.compute.isInteger { try checkExponent(inputs[1]) }
        return try pending(
            .apply(operation, compute: loop.compute),
            zip(inputs, [loop.input0, loop.input1, loop.input2]).map { try converted($0, to: $1) },
            loop.output0)
    }

    /// The loop that the array library takes for operands of these types.
    private func loop(_ operation: Operation, _ inputs: [LoopTerm]) throws -> Loop {
        let row = OperationTable.row(operation)
        guard row.inputCount == inputs.count, row.outputCount == 1, inputs.count <= 2,
            operation != .ldexp
        else { throw LoopRefusal("\(row.name) of \(inputs.count) operands") }
        let operands = try inputs.map(dummy)
        do {
            let loop = try Ufunc.resolve(
                operation,
                operands.count == 1 ? Operands(operands[0]) : Operands(operands[0], operands[1]),
                dtype: nil, casting: .sameKind)
            for (input, type) in zip(inputs, [loop.input0, loop.input1]) {
                if case .integer(let register) = input, constantValues[register] == nil,
                    type.isInteger
                {
                    try checkRange(register, type)
                }
            }
            return loop
        } catch let error as LoopRefusal { throw error } catch {
            throw LoopRefusal("types that \(row.name) does not take")
        }
    }

    /// Something of the same type for the rules of promotion.
    private func dummy(_ term: LoopTerm) throws -> Operand {
        switch term {
        case .integer(let register): return .integer(constantValues[register] ?? 1)
        case .real: return .float(1.5)
        case .truth: return .bool(true)
        case .complex(let real, let imaginary): return .complex(real, imaginary)
        case .view, .pending: return .array(LoopUfuncs.dummy(type(of: term)))
        default: throw LoopRefusal("an operand that is no array and no number")
        }
    }

    /// NumPy's loops for the exponents that are numbers of the program.
    private func cheapPower(_ inputs: [LoopTerm]) throws -> (Operation, [LoopTerm]) {
        switch inputs[1] {
        case .integer(let register):
            guard let value = constantValues[register] else {
                throw LoopRefusal("an exponent that is not known")
            }
            let base = type(of: inputs[0])
            guard base == .float64 || base == .float32 else { return (.power, inputs) }
            if value == 2 { return (.square, [inputs[0]]) }
            return value == -1 ? (.reciprocal, [inputs[0]]) : (.power, inputs)
        case .real(let register):
            let base = type(of: inputs[0])
            guard let value = constantReals[register], base == .float64 || base == .float32 else {
                throw LoopRefusal("an exponent that is not known")
            }
            let cheap: [Double: Operation] = [2: .square, 0.5: .sqrt, -1: .reciprocal]
            return cheap[value].map { ($0, [inputs[0]]) } ?? (.power, inputs)
        case .truth, .complex: throw LoopRefusal("an exponent that is no number of reals")
        default: return (.power, inputs)
        }
    }

    private func checkExponent(_ exponent: LoopTerm) throws {
        guard case .integer(let register) = exponent, let value = constantValues[register],
            value >= 0
        else { throw LoopRefusal("integers to a power that may be negative") }
    }

    func converted(_ term: LoopTerm, to type: ElementType) throws -> LoopTerm {
        switch term {
        case .view, .pending:
            let own = self.type(of: term)
            return own == type ? term : try pending(.cast, [term], type)
        default: return .view(try element(term, type))
        }
    }

    /// A number of the program as an element without axes, in registers.
    private func element(_ term: LoopTerm, _ type: ElementType) throws -> LoopView {
        let register: Register
        switch term {
        case .integer(let value): register = converted(value, .integer, type)
        case .truth(let value): register = converted(value, .truth, type)
        case .real(let value): register = converted(value, .real, type)
        case .complex(let real, let imaginary):
            register = pair(.make(type, real: real, imaginary))
        default: throw LoopRefusal("an operand that is no number")
        }
        return LoopView(
            type: type, isScalar: true, buffer: -1, offset: register, extents: [], strides: [],
            object: constant(-1))
    }

    private func converted(
        _ register: Register, _ source: LoopConversion.Source, _ type: ElementType
    ) -> Register {
        if type == .float64, source == .real { return register }
        if type == .int64, source != .real { return register }
        if source != .real, let value = constantValues[register] {
            return pair(.make(type, integer: value))
        }
        tape.conversions.append(LoopConversion(source: source, type: type))
        let place = Register(tape.conversions.count - 1)
        let result = emit(.element, register, place, reads: [register])
        if type.byteCount > 8 { levels.append(levels[Int(result)]) }
        return result
    }

    /// A constant of up to sixteen bytes, in two registers.
    private func pair(_ constant: ScalarExpression.Constant) -> Register {
        levels += [0, 0]
        let first = Register(levels.count - 2)
        tape.constants.append((first, Int(bitPattern: UInt(constant.bits.0))))
        tape.constants.append((first + 1, Int(bitPattern: UInt(constant.bits.1))))
        return first
    }

    // MARK: - Types and shapes

    func type(of term: LoopTerm) -> ElementType {
        switch term {
        case .view(let view): return view.type
        case .pending(let pending): return pending.type
        case .real: return .float64
        case .truth: return .bool
        case .complex: return .complex128
        default: return .int64
        }
    }

    func extents(of term: LoopTerm) throws -> [Register] {
        switch term {
        case .view(let view): return view.extents
        case .pending(let pending): return pending.extents
        case .integer, .real, .truth, .complex: return []
        default: throw LoopRefusal("a shape of what has none")
        }
    }

    /// A result that waits. Operands that are smaller, or large expressions, are made first:
    /// nothing is computed twice, and nests stay of a size.
    func pending(_ action: LoopPending.Action, _ inputs: [LoopTerm], _ type: ElementType) throws
        -> LoopTerm
    {
        var extents: [Register] = []
        for input in inputs {
            if case .view(let view) = input { try checkOrder(view) }
            extents = try joint(extents, self.extents(of: input))
        }
        guard extents.count <= FreeNest.axisLimit else {
            throw LoopRefusal("more than \(FreeNest.axisLimit) axes")
        }
        let ready = try inputs.map { input -> LoopTerm in
            guard case .pending(let inner) = input,
                !fills(inner.extents, extents) || inner.stepCount > LoopPending.mostSteps
            else { return input }
            return .view(try make(inner))
        }
        let result = LoopPending(action, ready, type, extents)
        waiting.append(result)
        return .pending(result)
    }

    /// A transpose with an axis of one point lies in row-major order, too.
    private func checkOrder(_ view: LoopView) throws {
        guard view.isTransposed, view.extents.count > 1 else { return }
        guard view.extents.count == 2 else {
            throw LoopRefusal("elements in another order than row-major")
        }
        emit(
            .atMost, emit(.minimum, view.extents[0], view.extents[1]), constant(1), fails: true)
    }

    private func joint(_ a: [Register], _ b: [Register]) throws -> [Register] {
        let count = max(a.count, b.count)
        return (0..<count).map { axis in
            let (i, j) = (axis - count + a.count, axis - count + b.count)
            guard i >= 0 else { return b[j] }
            guard j >= 0 else { return a[i] }
            let (x, y) = (a[i], b[j])
            if x == y || constantValues[y] == 1 { return x }
            if constantValues[x] == 1 { return y }
            guard expectsSameExtents else { return emit(.broadcast, x, y, fails: true) }
            emit(.same, x, y, fails: true)
            return x
        }
    }

    /// Whether an operand has all points of a joint shape.
    private func fills(_ operand: [Register], _ joint: [Register]) -> Bool {
        operand.count == joint.count
            && zip(operand, joint).allSatisfy { isSame($0, $1) }
    }

    /// Whether an extent that broadcasts to another is the same, as far as the tape knows.
    func isSame(_ extent: Register, _ full: Register) -> Bool {
        extent == full || expectsSameExtents && constantValues[extent] != 1
    }

    /// Elements that lie somewhere.
    func elements(_ term: LoopTerm) throws -> LoopView {
        switch term {
        case .view(let view): return view
        case .pending(let pending): return try make(pending)
        default: throw LoopRefusal("elements of what has none")
        }
    }
}

extension LoopPending {
    /// Steps of an expression that is made before it becomes part of another.
    static let mostSteps = 20

    /// Steps of its nest.
    var stepCount: Int {
        if case .roll = action { return 0 }
        return inputs.reduce(1) {
            if case .pending(let inner) = $1, inner.made == nil { return $0 + inner.stepCount }
            return $0
        }
    }
}

/// The ufuncs by name, and arrays that stand for types.
enum LoopUfuncs {
    private static let byName: [String: Operation] = {
        var table: [String: Operation] = [:]
        for operation in Operation.allCases {
            let row = OperationTable.row(operation)
            for name in [row.name] + row.aliases where !name.isEmpty { table[name] = operation }
        }
        return table
    }()

    static func operation(_ name: String) -> Operation? { byName[name] }

    nonisolated(unsafe) private static var dummies: [ElementType: NDArray] = [:]

    static func dummy(_ type: ElementType) -> NDArray {
        if let known = dummies[type] { return known }
        let made = NDArray(StoreView(Store(type: type, shape: AxisList(1))))
        dummies[type] = made
        return made
    }
}
