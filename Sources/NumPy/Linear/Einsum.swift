/// `einsum`: a small grammar, then pairs of operands from left to right.
///
///     "ij,jk->ik"  →  labels per operand [i j] [j k], output [i k]
///
/// A label that one operand repeats is a diagonal; labels only one operand has and nobody needs are
/// summed first; a pair with labels on both sides goes through matrix products (stack labels × rows
/// × inner · inner × columns), a pair without becomes one fused multiply and add. Everything else
/// (ellipsis, malformed texts, mismatched extents) is refused as unsupported, and NumPy says what
/// it thinks of it.
import LegateCore

enum Einsum {
    /// Operands of one step: an array and a label for each axis, all different.
    private struct Term {
        var array: NDArray
        var labels: [UInt8]
    }

    /// NumPy: `numpy.einsum(subscripts, *operands)`.
    static func evaluate(_ subscripts: String, _ operands: [NDArray]) throws -> NDArray {
        let (inputs, output) = try parse(subscripts, operands)
        var extents: [UInt8: Int] = [:]
        for (labels, operand) in zip(inputs, operands) {
            for (label, extent) in zip(labels, operand.shape) {
                guard let known = extents[label], known != extent else {
                    extents[label] = extent
                    continue
                }
                throw unsupported("operands of different extents")
            }
        }
        let type = operands.dropFirst().reduce(operands[0].type) { $0.promoted(with: $1.type) }
        var terms = zip(inputs, operands).map { diagonal($1, $0) }
        if terms.count == 1 {
            return try finished(try single(terms[0], output, type), output, isView: true)
        }
        while terms.count > 1 {
            let needed = Set(terms.dropFirst(2).flatMap(\.labels) + output)
            terms.replaceSubrange(0..<2, with: [try pair(terms[0], terms[1], needed, output, type)])
        }
        return try finished(terms[0], output, isView: false)
    }

    private static func unsupported(_ what: String) -> NumPyError {
        NumPyError(.unsupported, "einsum: \(what)")
    }

    // MARK: - Text

    private static func parse(
        _ subscripts: String, _ operands: [NDArray]
    ) throws -> (inputs: [[UInt8]], output: [UInt8]) {
        let text = subscripts.utf8.filter { $0 != 0x20 }
        guard text.allSatisfy({ isLetter($0) || ",->".utf8.contains($0) }), !operands.isEmpty else {
            throw unsupported("subscripts")
        }
        let string = String(decoding: text, as: UTF8.self)
        let halves = string.split(separator: ">", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { throw unsupported("subscripts") }
        var left = halves[0]
        if halves.count == 2 {
            guard left.last == "-" else { throw unsupported("subscripts") }
            left.removeLast()
        }
        let inputs = left.split(separator: ",", omittingEmptySubsequences: false).map {
            Array($0.utf8)
        }
        guard inputs.count == operands.count, inputs.joined().allSatisfy(isLetter),
            zip(inputs, operands).allSatisfy({ $0.count == $1.axisCount })
        else { throw unsupported("subscripts") }
        guard halves.count == 2 else {
            // Implicit: labels that appear once, in alphabetical order.
            var counts: [UInt8: Int] = [:]
            for label in inputs.joined() { counts[label, default: 0] += 1 }
            return (inputs, counts.filter { $0.value == 1 }.keys.sorted())
        }
        let output = Array(halves[1].utf8)
        let known = Set(inputs.joined())
        guard output.allSatisfy(known.contains), Set(output).count == output.count else {
            throw unsupported("subscripts")
        }
        return (inputs, output)
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    // MARK: - Steps

    /// The operand with each label once: repeated labels walk a diagonal.
    private static func diagonal(_ array: NDArray, _ labels: [UInt8]) -> Term {
        guard Set(labels).count < labels.count else { return Term(array: array, labels: labels) }
        var lattice = Lattice(offset: array.lattice.offset, shape: [], strides: [])
        var kept: [UInt8] = []
        for (axis, label) in labels.enumerated() {
            if let k = kept.firstIndex(of: label) {
                lattice.strides[k] += array.strides[axis]
            } else {
                kept.append(label)
                lattice.shape.append(array.shape[axis])
                lattice.strides.append(array.strides[axis])
            }
        }
        return Term(array: array.viewed(lattice), labels: kept)
    }

    /// One operand: a view where nothing is summed.
    private static func single(_ term: Term, _ output: [UInt8], _ type: ElementType) throws -> Term
    {
        let summed = term.labels.filter { !output.contains($0) }
        if summed.isEmpty {
            return Term(array: term.array.viewed(term.array.lattice), labels: term.labels)
        }
        let ordered = arranged(term, output + summed)
        let sum = try NDArray.sumOfProducts(
            [ordered], keeping: ordered.shape, summed: summed.count, type)
        return Term(array: sum, labels: output)
    }

    /// Two operands become one, with the labels that are still needed.
    private static func pair(
        _ left: Term, _ right: Term, _ needed: Set<UInt8>, _ output: [UInt8], _ type: ElementType
    ) throws -> Term {
        let a = try withoutOwn(left, right, needed, type)
        let b = try withoutOwn(right, left, needed, type)
        let shared = a.labels.filter(b.labels.contains)
        let stack = shared.filter(needed.contains)
        let inner = shared.filter { !needed.contains($0) }
        let rows = a.labels.filter { !shared.contains($0) }
        let columns = b.labels.filter { !shared.contains($0) }
        if !inner.isEmpty, !rows.isEmpty, !columns.isEmpty {
            return try matrixProduct(a, b, stack, rows, columns, inner, type)
        }
        // Products point by point, in the output's order as far as it goes.
        let all = stack + rows + columns
        let kept = output.filter(all.contains) + all.filter { !output.contains($0) }
        let order = kept + inner
        let (x, y) = (stretched(a, order), stretched(b, order))
        let shape = try Ufunc.broadcast(x.shape, y.shape)
        guard inner.isEmpty else {
            return Term(
                array: try NDArray.sumOfProducts(
                    [x, y], keeping: shape, summed: inner.count, type), labels: kept)
        }
        let product = try Ufunc.binary(type == .bool ? .logicalAnd : .multiply, x, y)
        return Term(array: product, labels: kept)
    }

    /// Sums over labels that only this operand has and that nobody needs later.
    private static func withoutOwn(
        _ term: Term, _ other: Term, _ needed: Set<UInt8>, _ type: ElementType
    ) throws -> Term {
        let kept = term.labels.filter { needed.contains($0) || other.labels.contains($0) }
        return kept.count == term.labels.count ? term : try single(term, kept, type)
    }

    private static func matrixProduct(
        _ a: Term, _ b: Term, _ stack: [UInt8], _ rows: [UInt8], _ columns: [UInt8],
        _ inner: [UInt8],
        _ type: ElementType
    ) throws -> Term {
        let left = arranged(a, stack + rows + inner)
        let right = arranged(b, stack + inner + columns)
        let s = stack.count
        let stackShape = Array(left.shape.prefix(s))
        let rowShape = Array(left.shape[s..<(s + rows.count)])
        let columnShape = Array(right.shape.suffix(columns.count))
        let depth = left.shape.suffix(inner.count).reduce(1, *)
        let (m, n) = (rowShape.reduce(1, *), columnShape.reduce(1, *))
        let product = try left.regrouped(AxisList(stackShape + [m, depth])).cast(type)
            .matmul(right.regrouped(AxisList(stackShape + [depth, n])).cast(type))
        return Term(
            array: product.with(Lattice(rowMajor: AxisList(stackShape + rowShape + columnShape))),
            labels: stack + rows + columns)
    }

    /// The term's axes in the given order (of the same labels).
    private static func arranged(_ term: Term, _ labels: [UInt8]) -> NDArray {
        if term.labels == labels { return term.array }
        let order = labels.map { term.labels.firstIndex(of: $0)! }
        return term.array.viewed(term.array.lattice.transposed(order))
    }

    /// The same with an axis of extent one for each label that the term lacks.
    private static func stretched(_ term: Term, _ labels: [UInt8]) -> NDArray {
        var lattice = arranged(term, labels.filter(term.labels.contains)).lattice
        for (axis, label) in labels.enumerated() where !term.labels.contains(label) {
            lattice = lattice.insertingAxis(at: axis)
        }
        return term.array.viewed(lattice)
    }

    private static func finished(_ term: Term, _ output: [UInt8], isView: Bool) throws -> NDArray {
        let result = arranged(term, output)
        let plain = isView && result.base != nil ? result : result.with(result.lattice)
        return plain.flagged(isScalar: output.isEmpty)
    }
}

extension NDArray {
    /// NumPy: `numpy.einsum(subscripts, *operands)`, from left to right.
    ///
    /// - Throws: ``NumPyError/Kind/unsupported`` for subscripts with an ellipsis and those that
    ///   NumPy refuses.
    public static func einsum(_ subscripts: String, _ operands: [NDArray], out: NDArray? = nil)
        throws -> NDArray
    {
        let result = try Einsum.evaluate(subscripts, operands)
        guard let out else { return result }
        return try out.deliver(result, into: out, name: "einsum")
    }

    /// Whether subscripts name the product of two matrices, such as `ij,jk->ik`.
    public static func spellsProduct(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count == 9, text[2] == UInt8(ascii: ","), text[5] == UInt8(ascii: "-"),
            text[6] == UInt8(ascii: ">")
        else { return false }
        let (row, inner, column) = (text[0], text[1], text[4])
        return text[3] == inner && text[7] == row && text[8] == column && row != inner
            && column != inner && row != column && [row, inner, column].allSatisfy(Einsum.isLetter)
    }

    fileprivate func cast(_ type: ElementType) throws -> NDArray {
        self.type == type ? self : try cast(to: type)
    }
}
