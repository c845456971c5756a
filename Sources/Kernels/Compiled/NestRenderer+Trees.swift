/// Rows that are folded in the fixed tree, in registers: values are never stored.
///
///     tree(start, count)   up to 128 points (64 complex numbers): eight (four) accumulators, which meet in pairs, then
///                          the points that are left, one by one
///                          more: halves, the left one rounded down to a multiple of eight, which meet
///
/// Folds whose order is free go along; a nest that has no others needs no tree and takes a row in
/// one run.
import Launches
import Shapes

extension NestRenderer {
    private var forms: [FoldForm] {
        nest.folds.compactMap { FoldForm($0.operation, $0.type) }
    }

    /// LLVM types of the results: one for each part.
    private var resultTypes: [String] {
        nest.folds.flatMap { [String](repeating: $0.type.irName, count: $0.type.isComplex ? 2 : 1) }
    }

    func writeTrees() {
        let forms = forms
        guard forms.count == nest.folds.count else {
            failure = NotRenderable("no compiled form of a fold")
            return
        }
        let isTree = nest.folds.contains { FoldForm.isTree($0) }
        let results = "{ " + resultTypes.joined(separator: ", ") + " }"
        writeTree(forms, results, isTree: isTree)
        w.beginFunction("define void @kernel(ptr %words)")
        let rows = word(KernelStructure.rowsWord)
        let count = word(KernelStructure.pointsWord)
        w.loop("row", from: "0", to: rows, step: "1") { _, _ in
            let folded = self.w.set("call \(results) @tree(ptr %words, i64 0, i64 \(count))")
            self.store(folded, results)
            return []
        }
        w.endFunction("ret void")
    }

    /// Stores one row's results and moves all operands to the next row.
    private func store(_ folded: String, _ results: String) {
        var part = 0
        for (k, fold) in nest.folds.enumerated() {
            let operand = structure.loads.count + structure.outputs.count + k
            let place = word(NestRenderer.operandWord(operand, 0), as: "ptr")
            let size = fold.type.partBits / 8
            for offset in 0..<(fold.type.isComplex ? 2 : 1) {
                let value = w.set("extractvalue \(results) \(folded), \(part)")
                let target = w.set("getelementptr i8, ptr \(place), i64 \(offset * size)")
                w.line("store \(fold.type.irName) \(value), ptr \(target), align \(size)")
                part += 1
            }
        }
        for operand in 0..<structure.operandCount {
            let place = w.set(
                "getelementptr i8, ptr %words, i64 \(NestRenderer.operandWord(operand, 0) * 8)")
            let row = w.set("load ptr, ptr \(place), align 8")
            let next = w.set(
                "getelementptr i8, ptr \(row), i64 \(word(NestRenderer.operandWord(operand, 1)))")
            w.line("store ptr \(next), ptr \(place), align 8")
        }
    }

    private func writeTree(_ forms: [FoldForm], _ results: String, isTree: Bool) {
        w.beginFunction("define internal \(results) @tree(ptr %words, i64 %start, i64 %count)")
        if isTree {
            let isComplex = lanes == 4
            let (split, leaf) = (w.label("split"), w.label("leaf"))
            let leafCount = PairwiseTree.leafCount / (isComplex ? 2 : 1)
            let isLeaf = w.set("icmp sle i64 %count, \(leafCount)")
            w.branch(isLeaf, leaf, split)
            w.begin(split)
            let half =
                isComplex
                ? w.set("lshr i64 \(w.set("and i64 %count, -8")), 1")
                : w.set("and i64 \(w.set("lshr i64 %count, 1")), -8")
            let left = w.set("call \(results) @tree(ptr %words, i64 %start, i64 \(half))")
            let middle = w.set("add nsw i64 %start, \(half)")
            let rest = w.set("sub nsw i64 %count, \(half)")
            let right = w.set("call \(results) @tree(ptr %words, i64 \(middle), i64 \(rest))")
            w.line("ret \(results) \(met(left, right, forms, results))")
            w.begin(leaf)
        }
        writeLeaf(forms, results, isTree: isTree)
    }

    /// Brings two results together: as two values that one state takes.
    private func met(_ left: String, _ right: String, _ forms: [FoldForm], _ results: String)
        -> String
    {
        var values: [VectorValue] = []
        w.scalars {
            var part = 0
            for (k, form) in forms.enumerated() {
                let type = nest.folds[k].type
                let t = type.irName
                var state = form.state.map { w.constant($0.element, $0.identity) }
                for side in [left, right] {
                    let parts = (0..<(type.isComplex ? 2 : 1)).map { offset in
                        w.splat(w.set("extractvalue \(results) \(side), \(part + offset)"), t)
                    }
                    state = form.joined(
                        w, state, w.value(type, parts[0], parts.count > 1 ? parts[1] : ""))
                }
                values.append(form.result(w, state))
                part += type.isComplex ? 2 : 1
            }
        }
        return packed(values, results)
    }

    private func packed(_ values: [VectorValue], _ results: String) -> String {
        w.scalars {
            var result = "poison"
            var part = 0
            for value in values {
                let t = value.type.irName
                for register in [w.register(of: value)]
                    + (value.type.isComplex ? [value.imaginary] : [])
                {
                    let scalar = w.lane(0, of: register, t)
                    result = w.set("insertvalue \(results) \(result), \(t) \(scalar), \(part)")
                    part += 1
                }
            }
            return result
        }
    }

    /// Up to 128 points, or a whole row where the order is free.
    private func writeLeaf(_ forms: [FoldForm], _ results: String, isTree: Bool) {
        readWords()
        readUniforms()
        let end = w.set("add nsw i64 %start, %count")
        let whole = w.set("add nsw i64 %start, \(w.set("and i64 %count, \(-lanes)"))")
        var state = w.loop(
            "leaf", from: "%start", to: whole, step: "\(lanes)", carrying: carried(forms)
        ) { i, values in
            joined(forms, values, evaluate(i))
        }.values
        let isMasked = structure.masksRest
        if isMasked && !isTree { state = joinedUnderMask(forms, state, from: whole, to: end) }
        state = meeting(forms, state)
        w.lanes = 1
        if !isMasked {
            state =
                w.loop("rest", from: whole, to: end, step: "1", carrying: carried(forms, state)) {
                    i, values in
                    joined(forms, values, evaluate(i))
                }.values
        } else if isTree {
            state = joinedInTurn(forms, state, from: whole, to: end)
        }
        let values = zip(forms, split(state, forms)).map { form, state in form.result(w, state) }
        let result = packed(values, results)
        w.lanes = lanes
        w.endFunction("ret \(results) \(result)")
    }

    // MARK: - States of all folds, one register behind the other

    private func split(_ values: [String], _ forms: [FoldForm]) -> [[String]] {
        var first = 0
        return forms.map { form in
            defer { first += form.state.count }
            return Array(values[first..<first + form.state.count])
        }
    }

    private func carried(_ forms: [FoldForm], _ initial: [String]? = nil) -> [KernelWriter.Carried]
    {
        forms.flatMap(\.state).enumerated().map { k, part in
            .init(
                type: w.vector(part.element),
                first: initial?[k] ?? w.constant(part.element, part.identity))
        }
    }

    private func joined(_ forms: [FoldForm], _ state: [String], _ values: [VectorValue]) -> [String]
    {
        zip(forms, split(state, forms)).enumerated().flatMap { k, pair in
            pair.0.joined(w, pair.1, values[k])
        }
    }

    /// The lanes meet in pairs, until there is one.
    private func meeting(_ forms: [FoldForm], _ values: [String]) -> [String] {
        var state = split(values, forms)
        var width = lanes
        while width > 1 {
            let (even, odd) = ((0..<width / 2).map { 2 * $0 }, (0..<width / 2).map { 2 * $0 + 1 })
            let halves = zip(forms, state).map { form, values in
                zip(form.state, values).map { part, value in
                    (
                        w.shuffled(value, part.element, count: width, even),
                        w.shuffled(value, part.element, count: width, odd)
                    )
                }
            }
            width /= 2
            w.lanes = width
            state = zip(forms, halves).map { form, halves in
                form.met(w, halves.map(\.0), halves.map(\.1))
            }
        }
        return state.flatMap { $0 }
    }

    // MARK: - What is left behind the whole vectors

    /// Where the order is free: as one more vector, of which some lanes count.
    private func joinedUnderMask(
        _ forms: [FoldForm], _ state: [String], from whole: String, to end: String
    ) -> [String] {
        w.loop("rest", from: whole, to: end, step: "\(lanes)", carrying: carried(forms, state)) {
            i, values in
            let points = Points.first(count: w.set("sub nsw i64 \(end), \(i)"))
            let mask = pointsMask(points) ?? w.constant("i1", "true")
            let new = joined(forms, values, evaluate(i, points))
            return forms.flatMap(\.state).enumerated().map { k, part in
                w.select(mask, new[k], values[k], part.element)
            }
        }.values
    }

    /// Where the tree says that points are taken one by one: they are computed as one vector all
    /// the same.
    private func joinedInTurn(
        _ forms: [FoldForm], _ state: [String], from whole: String, to end: String
    ) -> [String] {
        w.loop("rest", from: whole, to: end, step: "\(lanes)", carrying: carried(forms, state)) {
            i, values in
            let count = w.set("sub nsw i64 \(end), \(i)")
            w.lanes = lanes
            let computed = evaluate(i, .first(count: count))
            let parts = computed.flatMap { value in
                ([w.register(of: value)] + (value.type.isComplex ? [value.imaginary] : []))
                    .map { KernelWriter.Carried(type: w.vector(value.type.irName), first: $0) }
            }
            w.lanes = 1
            let taken = w.loop(
                "turn", from: "0", to: count, step: "1", carrying: carried(forms, values) + parts
            ) { _, all in
                let waiting = Array(all.suffix(parts.count))
                return joined(
                    forms, Array(all.dropLast(parts.count)), firstLanes(of: waiting, computed))
                    + turned(waiting, computed)
            }
            return Array(taken.values.dropLast(parts.count))
        }.values
    }

    /// The values of the first point of some vectors.
    private func firstLanes(of vectors: [String], _ like: [VectorValue]) -> [VectorValue] {
        var next = vectors.makeIterator()
        func first(_ t: String) -> String {
            w.shuffled(next.next() ?? "poison", t, count: lanes, [0])
        }
        return like.map { value in
            let t = value.type.irName
            return w.value(value.type, first(t), value.type.isComplex ? first(t) : "")
        }
    }

    /// The vectors with their second lane in front.
    private func turned(_ vectors: [String], _ like: [VectorValue]) -> [String] {
        let types = like.flatMap {
            [String](repeating: $0.type.irName, count: $0.type.isComplex ? 2 : 1)
        }
        let order = (0..<lanes).map { ($0 + 1) % lanes }
        return zip(vectors, types).map { w.shuffled($0, $1, count: lanes, order) }
    }
}
