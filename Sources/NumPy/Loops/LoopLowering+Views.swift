/// Views in loops: basic indices, shapes and attributes, as arithmetic on registers.
import LegateCore

extension LoopLowering {
    /// What an index expression selects, as something to write to, and the array it is a part of.
    func view(of base: LoopExpression, _ items: [LoopExpression.Item]) throws
        -> (whole: LoopView, part: LoopView)
    {
        guard case .view(let view) = try evaluate(base) else {
            throw LoopRefusal("an index of what is no array")
        }
        return (view, try indexed(view, items))
    }

    /// What an index expression gives to a reader: a scalar where every axis has an integer.
    func item(_ base: LoopTerm, _ items: [LoopExpression.Item]) throws -> LoopTerm {
        if case .tuple(let parts) = base {
            guard items.count == 1, case .place(let place) = items[0],
                case .integer(let register) = try evaluate(place),
                let index = constantValues[register],
                let part = parts[safe: index < 0 ? index + parts.count : index]
            else { throw LoopRefusal("an index of a tuple that is not known") }
            return part
        }
        if case .numbers(let buffer, let count, let areReal) = base {
            guard items.count == 1, case .place(let place) = items[0],
                case .integer(let index) = try evaluate(place)
            else { throw LoopRefusal("a part of a list") }
            return item(buffer, count, index, areReal: areReal)
        }
        if case .pending(let pending) = base, pending.made == nil,
            let part = try part(of: pending, items)
        {
            return .pending(part)
        }
        let view = try elements(base)
        guard !view.isScalar else { throw LoopRefusal("an index of a number") }
        var result = try indexed(view, items)
        result.isScalar =
            result.extents.isEmpty
            && !items.contains { if case .ellipsis = $0 { true } else { false } }
        guard result.isScalar, roots.isWritten(result.root) else { return .view(result) }
        // A scalar is a value: what writes to the array later is not to be seen in it.
        let copy = copied(result)
        waiting.append(copy)
        return .pending(copy)
    }

    /// A part of an expression is the expression of parts, where all operands have its shape.
    private func part(of pending: LoopPending, _ items: [LoopExpression.Item]) throws
        -> LoopPending?
    {
        let hasEllipsis = items.contains { if case .ellipsis = $0 { true } else { false } }
        guard !pending.extents.isEmpty, !hasEllipsis else { return nil }
        if case .roll = pending.action { return nil }
        var inputs: [LoopTerm] = []
        var extents: [Register] = []
        for input in pending.inputs {
            let own = try self.extents(of: input)
            if own.isEmpty {
                inputs.append(input)
                continue
            }
            guard own == pending.extents else { return nil }
            switch input {
            case .view(let view):
                let part = try indexed(view, items)
                extents = part.extents
                inputs.append(.view(part))
            case .pending(let inner) where inner.made == nil:
                guard let part = try part(of: inner, items) else { return nil }
                extents = part.extents
                inputs.append(.pending(part))
            case .pending(let inner):
                guard let made = inner.made else { return nil }
                let part = try indexed(made, items)
                extents = part.extents
                inputs.append(.view(part))
            default: inputs.append(input)
            }
        }
        let result = LoopPending(pending.action, inputs, pending.type, extents)
        waiting.append(result)
        return result
    }

    /// Basic indices: integers, slices, new axes, an ellipsis.
    func indexed(_ base: LoopView, _ items: [LoopExpression.Item]) throws -> LoopView {
        let taken = items.filter {
            switch $0 {
            case .place, .slice: true
            default: false
            }
        }.count
        guard taken <= base.extents.count else { throw LoopRefusal("too many indices") }
        var result = base
        result.object = constant(-1)
        result.isScalar = false
        result.isDense = false
        result.extents = []
        result.strides = []
        var axis = 0
        for item in items {
            switch item {
            case .newAxis:
                result.extents.append(constant(1))
                result.strides.append(constant(0))
            case .ellipsis:
                for _ in 0..<(base.extents.count - taken) {
                    result.extents.append(base.extents[axis])
                    result.strides.append(base.strides[axis])
                    axis += 1
                }
            case .place(let place):
                let term = try evaluate(place)
                guard case .truth = term else {
                    let index = emit(
                        .index, try integer(term), base.extents[axis], fails: true)
                    result.offset = emit(.offset, result.offset, index, base.strides[axis])
                    axis += 1
                    continue
                }
                throw LoopRefusal("a truth value as an index")
            case .slice(let low, let high, let step):
                try slice(base, axis, low, high, step, into: &result)
                axis += 1
            }
        }
        result.extents += base.extents[axis...]
        result.strides += base.strides[axis...]
        return result
    }

    private func slice(
        _ base: LoopView, _ axis: Int, _ low: LoopExpression?, _ high: LoopExpression?,
        _ step: LoopExpression?, into result: inout LoopView
    ) throws {
        func part(_ value: LoopExpression?) throws -> Register? {
            guard let value else { return nil }
            let term = try evaluate(value)
            if case .nothing = term { return nil }
            return try integer(term)
        }
        let (extent, stride) = (base.extents[axis], base.strides[axis])
        let (first, last, step) = (try part(low), try part(high), try part(step))
        if step == nil || constantValues[step!] == 1 {
            let start = first.map { bound($0, extent) }
            let stop = last.map { bound($0, extent) } ?? extent
            guard let start, start != constant(0) else {
                result.extents.append(stop)
                result.strides.append(stride)
                return
            }
            result.extents.append(emit(.span, start, stop))
            result.strides.append(stride)
            result.offset = emit(.offset, result.offset, start, stride)
            return
        }
        guard let step, let known = constantValues[step], known != 0,
            known.magnitude < 1 << 31
        else {
            throw LoopRefusal("a slice with a step that is not known")
        }
        let reads = [first, last, step, extent].compactMap { $0 }
        tape.slices.append(
            LoopSlice(low: first, high: last, step: step, extent: extent, count: 0))
        let place = Register(tape.slices.count - 1)
        let start = emit(.slice, place, reads: reads)
        levels.append(levels[Int(start)])
        let count = Register(levels.count - 1)
        tape.slices[Int(place)].count = count
        result.extents.append(count)
        result.strides.append(emit(.multiply, stride, step, fails: true))
        result.offset = emit(.offset, result.offset, start, stride)
    }

    private func bound(_ value: Register, _ extent: Register) -> Register {
        constantValues[value] == 0 ? value : emit(.bound, value, extent)
    }

    // MARK: - Attributes

    func attribute(_ base: LoopTerm, _ name: String) throws -> LoopTerm {
        if case .pending = base, ["shape", "size", "ndim", "dtype"].contains(name) {
            return try shape(name, extents(of: base), type(of: base))
        }
        guard case .view(let view) = base else {
            if case .pending = base { return try attribute(.view(elements(base)), name) }
            throw LoopRefusal("the attribute \(name) of what is no array")
        }
        switch name {
        case "shape", "size", "ndim", "dtype": return try shape(name, view.extents, view.type)
        case "T" where view.extents.count == 1:
            var other = view
            other.object = constant(-1)
            return .view(other)
        case "T" where view.extents.count == 2: return .view(transposed(view))
        case "real" where !view.type.isComplex && !view.isScalar: return base
        case "real" where view.type.isComplex, "imag" where view.type.isComplex:
            var part = view
            part.object = constant(-1)
            part.isDense = false
            part.type = view.type.realPart
            if name == "imag" {
                part.offset = emit(.add, view.offset, constant(part.type.byteCount))
            }
            return .view(part)
        default: throw LoopRefusal("the attribute \(name)")
        }
    }

    private func shape(_ name: String, _ extents: [Register], _ type: ElementType) throws
        -> LoopTerm
    {
        switch name {
        case "shape": return .tuple(extents.map { .integer($0) })
        case "ndim": return .integer(constant(extents.count))
        case "dtype": return .type(type)
        default: return .integer(count(extents))
        }
    }

    /// Axes the other way round: for products only, because elsewhere results would lie in another
    /// order, too.
    private func transposed(_ view: LoopView) -> LoopView {
        var result = view
        result.object = constant(-1)
        result.isDense = false
        result.extents.reverse()
        result.strides.reverse()
        result.isTransposed.toggle()
        return result
    }

    /// Points of a shape.
    func count(_ extents: [Register]) -> Register {
        extents.dropFirst().reduce(extents.first ?? constant(1)) {
            emit(.multiply, $0, $1, fails: true)
        }
    }
}
