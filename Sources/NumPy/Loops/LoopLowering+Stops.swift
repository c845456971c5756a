/// Iterations that are the program's: those behind which a `while` ends, and those with a `break`, a
/// `print` or anything else of which programs of loops cannot speak.
///
/// In: conditions. Out: checks in front of an iteration where numbers decide; where elements do,
/// stops behind whose iteration everything is put back as it was in front of it.
///
///     while c: B     opening: c?   each iteration: B, c?   a condition that fails takes B back:
///                                                          the program does it, and sees c fail
import LegateCore

/// Elements decide whether an iteration stays: the lowering begins anew.
struct LoopTakesBack: Error {}

extension LoopLowering {
    /// The condition of a `while` in front of its first iteration.
    func followOpening(_ test: LoopExpression) throws {
        guard !LoopWalk.writes(test) else { throw LoopRefusal("a condition that writes") }
        let before = names
        open(tape.opening)
        try stop(if: test, is: false)
        close()
        (names, waiting, inFlight) = (before, [], [])
    }

    /// The iteration in hand is the program's.
    func stop() throws { try stop(on: constant(1), is: true) }

    /// The iteration is the program's where a condition has a value.
    ///
    /// Conditions of several parts are taken apart as Python does: behind a part that stops no other
    /// counts.
    func stop(if condition: LoopExpression, is value: Bool) throws {
        switch condition {
        case .unary("not", let other): return try stop(if: other, is: !value)
        case .logic(let isAnd, let a, let b) where isAnd != value:
            try stop(if: a, is: value)
            return try stop(if: b, is: value)
        default: break
        }
        let decides = try self.condition(condition)
        guard LoopLowering.isOfElements(decides) else {
            return try stop(on: truth(decides), is: value)
        }
        try append(LoopStop(element: elements(decides).operand(), number: 0, value: value))
    }

    /// An element as another type of integers; the iteration is the program's where that type does
    /// not hold it: it becomes another number there and back, or what one of the types takes as a
    /// sign.
    func unlessCut(_ value: LoopTerm, to type: ElementType) throws -> LoopTerm {
        let source = self.type(of: value)
        let cut = try converted(value, to: type)
        var isOther = try apply(.notEqual, [converted(cut, to: source), value])
        let isSigned = source.kind != .unsigned
        if isSigned != (type.kind != .unsigned) {
            let signed = isSigned ? value : cut
            isOther = try apply(
                .logicalOr, [isOther, apply(.less, [signed, .integer(constant(0))])])
        }
        try append(LoopStop(element: elements(isOther).operand(), number: 0, value: true))
        return cut
    }

    private func stop(on number: Register, is value: Bool) throws {
        if blocks.contains(where: \.dependsOnElement) {
            return try append(LoopStop(element: nil, number: number, value: value))
        }
        emit(value ? .atMost : .atLeast, number, constant(value ? 0 : 1), fails: true)
    }

    private func append(_ stop: LoopStop) throws {
        guard mayTakeBack else { throw LoopTakesBack() }
        tape.stops.append(stop)
        append(.stop, tape.stops.count - 1)
    }

    /// What is written next may have to be put back.
    func keep(_ part: LoopView, of whole: LoopView?) {
        guard mayTakeBack, roots.isShared(part.root) else { return }
        let isInside = blocks.count > 2
        tape.keeps.append(LoopKeep(part: part, whole: isInside ? whole : nil))
        append(.keep, tape.keeps.count - 1)
    }

    // MARK: - What decides

    /// An expression of which only the truth counts: a truth value, or an element without axes.
    func condition(_ expression: LoopExpression) throws -> LoopTerm {
        switch expression {
        case .unary("not", let other):
            let term = try condition(other)
            guard LoopLowering.isOfElements(term) else {
                return .truth(emit(.logicalNot, try truth(term)))
            }
            return try apply(.logicalNot, [term])
        case .logic(let isAnd, let a, let b):
            // Both are evaluated: neither does anything, and where one fails the iteration is
            // left to the program.
            guard !LoopWalk.writes(b) else { throw LoopRefusal("a condition that writes") }
            let (x, y) = (try condition(a), try condition(b))
            guard LoopLowering.isOfElements(x) || LoopLowering.isOfElements(y) else {
                return .truth(emit(isAnd ? .logicalAnd : .logicalOr, try truth(x), try truth(y)))
            }
            return try apply(isAnd ? .logicalAnd : .logicalOr, [x, y])
        default:
            let term = try evaluate(expression)
            guard LoopLowering.isOfElements(term) else { return term }
            guard try extents(of: term).isEmpty else {
                throw LoopRefusal("a condition of several elements")
            }
            return term
        }
    }

    static func isOfElements(_ term: LoopTerm) -> Bool {
        switch term {
        case .view, .pending: true
        default: false
        }
    }
}
