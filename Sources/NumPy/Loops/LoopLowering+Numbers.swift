/// Python's numbers in loops: integers of 64 bits, floats and truth values in registers. What
/// Python would raise, or could only do with longer integers, stops the loop in front of the
/// iteration.
import LegateCore

extension LoopLowering {
    /// A number in a register, as Python has it.
    enum Number {
        case integer(Register)
        case real(Register)
    }

    func number(_ term: LoopTerm) -> Number? {
        switch term {
        case .integer(let register), .truth(let register): return .integer(register)
        case .real(let register): return .real(register)
        default: return nil
        }
    }

    func integer(_ term: LoopTerm) throws -> Register {
        switch term {
        case .integer(let register), .truth(let register): return register
        case .view(let view): return try read(view)
        default: throw LoopRefusal("an index or a bound that is no integer of the program")
        }
    }

    func real(_ number: Number) -> Register {
        switch number {
        case .real(let register): return register
        case .integer(let register):
            if let value = constantValues[register] { return constant(Double(value)) }
            return emit(.toReal, register, fails: true)
        }
    }

    func truth(_ term: LoopTerm) throws -> Register {
        switch term {
        case .truth(let register): return register
        case .integer(let register): return emit(.notEqual, register, constant(0))
        case .real(let register): return emit(.notEqualReals, register, constant(0.0))
        default: throw LoopRefusal("a condition on elements")
        }
    }

    /// An element of an array that came in and stays as it is, as an integer.
    private func read(_ view: LoopView) throws -> Register {
        guard view.isInput, view.extents.isEmpty, view.type.isInteger, view.type != .uint64,
            !roots.isWritten(view.root)
        else { throw LoopRefusal("an index that the loop computes from elements") }
        tape.reads.append(LoopRead(operand: view.operand()))
        let place = Register(tape.reads.count - 1)
        return emit(
            .read, place, reads: [view.buffer, view.offset], fails: true)
    }

    /// An item of a list of numbers.
    func item(_ buffer: Int, _ count: Register, _ index: Register, areReal: Bool) -> LoopTerm {
        let place = emit(.index, index, count, fails: true)
        let offset = emit(.multiply, place, constant(8))
        tape.reads.append(
            LoopRead(
                operand: LoopOperand(
                    type: areReal ? .float64 : .int64, buffer: constant(buffer), offset: offset,
                    strides: []), isReal: areReal))
        let value = emit(
            .read, Register(tape.reads.count - 1), reads: [offset], fails: true)
        return areReal ? .real(value) : .integer(value)
    }

    func checkRange(_ register: Register, _ type: ElementType) throws {
        guard type.isInteger, type != .int64 else { return }
        let bits = type.byteCount * 8
        if type.kind == .unsigned {
            emit(.atLeast, register, constant(0), fails: true)
            if bits < 64 { emit(.atMost, register, constant(1 << bits - 1), fails: true) }
        } else {
            emit(.atLeast, register, constant(0 - 1 << (bits - 1)), fails: true)
            emit(.atMost, register, constant(1 << (bits - 1) - 1), fails: true)
        }
    }

    // MARK: - Arithmetic

    func arithmetic(_ operation: String, _ a: Number, _ b: Number) throws -> LoopTerm {
        if case .integer(let x) = a, case .integer(let y) = b {
            switch operation {
            case "add": return .integer(emit(.add, x, y, fails: true))
            case "subtract": return .integer(emit(.subtract, x, y, fails: true))
            case "multiply": return .integer(emit(.multiply, x, y, fails: true))
            case "floor_divide": return .integer(emit(.floorDivide, x, y, fails: true))
            case "remainder": return .integer(emit(.modulo, x, y, fails: true))
            case "power": return .integer(emit(.power, x, y, fails: true))
            case "divide": return .real(emit(.divide, x, y, fails: true))
            default: throw LoopRefusal("\(operation) of two integers")
            }
        }
        let (x, y) = (real(a), real(b))
        switch operation {
        case "add": return .real(emit(.addReals, x, y))
        case "subtract": return .real(emit(.subtractReals, x, y))
        case "multiply": return .real(emit(.multiplyReals, x, y))
        case "divide": return .real(emit(.divideReals, x, y, fails: true))
        case "power": return .real(emit(.powerReals, x, y, fails: true))
        default: throw LoopRefusal("\(operation) of floats")
        }
    }

    func comparison(_ operation: String, _ a: Number, _ b: Number) throws -> LoopTerm {
        var (x, y) = (a, b)
        var name = operation
        if name == "greater" || name == "greater_equal" {
            (x, y) = (y, x)
            name = name == "greater" ? "less" : "less_equal"
        }
        if case .integer(let x) = x, case .integer(let y) = y {
            let codes: [String: LoopInstruction.Code] = [
                "equal": .equal, "not_equal": .notEqual, "less": .less, "less_equal": .lessEqual,
            ]
            guard let code = codes[name] else { throw LoopRefusal(operation) }
            return .truth(emit(code, x, y))
        }
        let codes: [String: LoopInstruction.Code] = [
            "equal": .equalReals, "not_equal": .notEqualReals, "less": .lessReals,
            "less_equal": .lessEqualReals,
        ]
        guard let code = codes[name] else { throw LoopRefusal(operation) }
        return .truth(emit(code, real(x), real(y)))
    }

    func negated(_ number: Number) -> LoopTerm {
        switch number {
        case .integer(let register): return .integer(emit(.negate, register, fails: true))
        case .real(let register): return .real(emit(.negateReal, register))
        }
    }

    func chosen(_ condition: LoopTerm, _ a: LoopTerm, _ b: LoopTerm) throws -> LoopTerm {
        let condition = try truth(condition)
        if let known = constantValues[condition] { return known != 0 ? a : b }
        switch (a, b) {
        case (.integer(let x), .integer(let y)):
            return .integer(emit(.select, condition, x, y))
        case (.real(let x), .real(let y)): return .real(emit(.select, condition, x, y))
        case (.truth(let x), .truth(let y)): return .truth(emit(.select, condition, x, y))
        default: throw LoopRefusal("a choice between values of two kinds")
        }
    }

    /// `a and b`, `a or b`: one of the two.
    func joined(_ a: LoopTerm, _ b: LoopTerm, isAnd: Bool) throws -> LoopTerm {
        if case .truth(let x) = a, case .truth(let y) = b {
            return .truth(emit(isAnd ? .logicalAnd : .logicalOr, x, y))
        }
        return try chosen(.truth(truth(a)), isAnd ? b : a, isAnd ? a : b)
    }

    /// Python's `min` and `max` of numbers of one type: the first of those that are least.
    func extreme(_ terms: [LoopTerm], isLeast: Bool) throws -> LoopTerm {
        var items = terms
        if terms.count == 1, case .tuple(let parts) = terms[0] { items = parts }
        guard var result = items.first else { throw LoopRefusal("min or max of nothing") }
        for next in items.dropFirst() {
            switch (result, next) {
            case (.integer(let x), .integer(let y)):
                result = .integer(emit(isLeast ? .minimum : .maximum, x, y))
            case (.real(let x), .real(let y)):
                let isNext = isLeast ? emit(.lessReals, y, x) : emit(.lessReals, x, y)
                result = .real(emit(.select, isNext, y, x))
            default: throw LoopRefusal("min or max of numbers of several types")
            }
        }
        return result
    }
}
