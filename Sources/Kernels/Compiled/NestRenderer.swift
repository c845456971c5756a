/// From a nest's structure to LLVM IR: the operands' addresses, what is read and written for some
/// points, and the steps between. How the points are walked stands in one file a form.
///
///     kernel(words)                     words as in `KernelStructure`
///       for each row
///         operands that do not move along the row are read once
///         main loop: whole vectors, several a turn
///         what is left: under a mask, or point by point
import Launches
import Shapes

final class NestRenderer {
    let structure: KernelStructure
    let nest: LoopNest
    let w: KernelWriter
    /// Lanes of a whole vector.
    let lanes: Int
    /// Per operand: the address of the row in hand, bytes from row to row and from point to point.
    var rows: [String] = []
    private(set) var rowSteps: [String] = []
    private(set) var pointSteps: [String] = []
    /// The constants, and the loads that do not move along a row.
    private var constants: [Spread] = []
    private(set) var uniforms: [Int: Spread] = [:]
    /// The first step that could not be written.
    var failure: Error?
    /// Bytes from where a load stands to what it fetches ahead.
    var fetchDistances: [Int: String] = [:]

    private init(_ structure: KernelStructure) {
        self.structure = structure
        nest = structure.nest
        lanes = structure.lanes
        for load in structure.fetchedAhead {
            fetchDistances[load] = "\(KernelStructure.fetchDistance)"
        }
        w = KernelWriter(structure.target, lanes: lanes)
    }

    /// - Throws: ``NotRenderable`` with the reason why there is no compiled form.
    static func render(_ structure: KernelStructure) throws -> KernelText {
        try check(structure)
        let renderer = NestRenderer(structure)
        let w = renderer.w
        switch structure.form {
        case .points, .streamed, .blocks: renderer.writePoints()
        case .trees: renderer.writeTrees()
        case .columns: renderer.writeColumns()
        }
        if let failure = renderer.failure { throw failure }
        let ends = structure.form == .streamed ? "\n!0 = !{i32 1}\n" : ""
        return KernelText(
            name: "kernel", text: w.declarations.map { $0 + "\n" }.joined() + w.text + ends)
    }

    private static func check(_ structure: KernelStructure) throws {
        for output in structure.outputs
        where output.inner == .none && structure.nest.extents.last != 1 {
            throw NotRenderable(
                "no compiled form of an output that does not move along the innermost axis")
        }
        if structure.nest.steps.count > LoopNest.compiledSteps {
            throw NotRenderable("more than \(LoopNest.compiledSteps) steps")
        }
        if structure.form == .trees || structure.form == .columns { return }
        if structure.outputs.isEmpty && structure.results.isEmpty {
            throw NotRenderable("nothing to compute")
        }
    }

    // MARK: - What is handed over

    func word(_ index: Int, as type: String = "i64") -> String {
        let place = w.set("getelementptr i8, ptr %words, i64 \(index * 8)")
        return w.set("load \(type), ptr \(place), align 8")
    }

    static func operandWord(_ operand: Int, _ part: Int) -> Int {
        KernelStructure.firstOperandWord + operand * KernelStructure.wordsPerOperand + part
    }

    /// Reads what holds for the whole call. Written once at the top of each function.
    func readWords() {
        uniforms = [:]
        let count = structure.operandCount
        rows = (0..<count).map { word(NestRenderer.operandWord($0, 0), as: "ptr") }
        rowSteps = (0..<count).map { word(NestRenderer.operandWord($0, 1)) }
        pointSteps = (0..<count).map { word(NestRenderer.operandWord($0, 2)) }
        let base = word(KernelStructure.constantsWord, as: "ptr")
        w.functionTable = word(KernelStructure.functionsWord, as: "ptr")
        typealias Constant = ScalarExpression.Constant
        let offset = MemoryLayout<Constant>.offset(of: \.bits) ?? 8
        constants = nest.constants.enumerated().map { k, constant in
            let place = w.set(
                "getelementptr i8, ptr \(base), i64 \(k * MemoryLayout<Constant>.stride + offset)")
            return spread(scalars(constant.type, at: place), constant.type)
        }
    }

    /// Reads what holds for a row: once for each.
    func readUniforms() {
        for (k, load) in structure.loads.enumerated() where load.inner == .none {
            uniforms[k] = spread(scalars(load.type, at: rows[k]), load.type)
        }
    }

    private func scalars(_ type: ElementType, at place: String) -> [String] {
        let (t, size) = (type.irName, type.partBits / 8)
        let first = w.set("load \(t), ptr \(place), align \(size)")
        if !type.isComplex { return [first] }
        let second = w.set("getelementptr i8, ptr \(place), i64 \(size)")
        return [first, w.set("load \(t), ptr \(second), align \(size)")]
    }

    /// One value for all points, in whole vectors and for single points. It is spread outside the
    /// loops.
    struct Spread {
        var whole: VectorValue
        var single: VectorValue
    }

    private func spread(_ scalars: [String], _ type: ElementType) -> Spread {
        func value() -> VectorValue {
            let parts = scalars.map { w.splat($0, type.irName) }
            return w.value(type, parts[0], parts.count > 1 ? parts[1] : "")
        }
        return Spread(whole: value(), single: w.scalars(value))
    }

    func inHand(_ spread: Spread) -> VectorValue {
        w.lanes == lanes ? spread.whole : spread.single
    }

    // MARK: - One vector of points

    /// Which points of a vector count: all, or those that a mask lets through.
    enum Points {
        case all
        /// The first `count` of the lanes, a register.
        case first(count: String)
    }

    /// Writes everything for the points from `i` on; gives the folds' values.
    func evaluate(_ i: String, _ points: Points = .all, streams: Bool = false) -> [VectorValue] {
        let mask = self.mask(points, w.lanes)
        let streamed = streams ? structure.streamedOutputs : []
        var values = structure.loads.indices.map { fetch($0, i, points, mask) }
        values += constants.map(inHand)
        for step in nest.steps {
            do {
                values += try CompiledForms.write(w, step.action, step.inputs.map { values[$0] })
            } catch {
                failure = failure ?? error
                values += step.outputTypes.map {
                    VectorValue(type: $0, register: "poison", imaginary: "poison")
                }
            }
        }
        for (k, output) in nest.outputs.enumerated() {
            let operand = structure.loads.count + k
            put(
                operand, structure.outputs[k], values[output.value], i, points, mask,
                streams: streamed.contains(k))
        }
        return nest.folds.map { values[$0.value] }
    }

    func mask(_ points: Points, _ count: Int) -> String? {
        guard case .first(let bound) = points else { return nil }
        if 16...64 ~= count, structure.target.vectorBytes == 64 { return bits(bound, count) }
        let type = "<\(count) x i64>"
        let first = w.set("insertelement \(type) poison, i64 \(bound), i64 0")
        let all = w.set(
            "shufflevector \(type) \(first), \(type) poison, <\(count) x i32> zeroinitializer")
        return w.set("icmp slt \(type) \(NestRenderer.counting(count)), \(all)")
    }

    /// The same from a word's bits: many lanes would take several vectors of numbers to compare.
    private func bits(_ bound: String, _ count: Int) -> String {
        let isPart = w.set("icmp slt i64 \(bound), \(count)")
        let some = w.set("select i1 \(isPart), i64 \(bound), i64 \(count)")
        let word = w.set("lshr i64 -1, \(w.set("sub nsw i64 64, \(some)"))")
        let bits = count == 64 ? word : w.set("trunc i64 \(word) to i\(count)")
        return w.set("bitcast i\(count) \(bits) to <\(count) x i1>")
    }

    static func counting(_ count: Int) -> String {
        "<" + (0..<count).map { "i64 \($0)" }.joined(separator: ", ") + ">"
    }

    // MARK: - Walking a row

    /// Writes a walk over the points `first ..< end` of a row. `body` is called for each way of
    /// taking points: whole vectors in the main loop, and what is left.
    func walk(
        from first: String, to end: String, unrolled: Int,
        _ body: @escaping (_ i: String, _ points: Points, _ isMain: Bool) -> Void
    ) {
        func whole(_ step: Int) -> String { w.set("sub nsw i64 \(end), \(step - 1)") }
        var i = first
        if unrolled > 1 || !structure.usesMasks {
            let step = unrolled * lanes
            i =
                w.loop("main", from: i, to: whole(step), step: "\(step)") { i, _ in
                    for k in 0..<unrolled {
                        body(
                            k == 0 ? i : self.w.set("add nsw i64 \(i), \(k * self.lanes)"), .all,
                            true)
                    }
                    return []
                }.i
        }
        if structure.usesMasks {
            if unrolled == 1 {
                i =
                    w.loop("main", from: i, to: whole(lanes), step: "\(lanes)") { i, _ in
                        body(i, .all, true)
                        return []
                    }.i
            }
            w.loop("rest", from: i, to: end, step: "\(lanes)") { i, _ in
                body(i, .first(count: self.w.set("sub nsw i64 \(end), \(i)")), false)
                return []
            }
            return
        }
        if unrolled > 1 {
            i =
                w.loop("whole", from: i, to: whole(lanes), step: "\(lanes)") { i, _ in
                    body(i, .all, true)
                    return []
                }.i
        }
        if lanes == 1 { return }
        w.scalars {
            w.loop("rest", from: i, to: end, step: "1") { i, _ in
                body(i, .all, false)
                return []
            }
        }
    }

    /// Writes a loop over the rows of the call, in which `rows` and the uniform loads are those of
    /// the row in hand.
    func forEachRow(_ body: @escaping () -> Void) {
        let count = word(KernelStructure.rowsWord)
        let carried = rows.map { KernelWriter.Carried(type: "ptr", first: $0) }
        w.loop("row", from: "0", to: count, step: "1", carrying: carried) { _, values in
            self.rows = values
            self.readUniforms()
            body()
            return values.enumerated().map { k, row in
                self.w.set("getelementptr i8, ptr \(row), i64 \(self.rowSteps[k])")
            }
        }
    }

    func pointsMask(_ points: Points) -> String? { mask(points, w.lanes) }

    /// Reads a row of running results, which lie side by side.
    func fetchResult(
        _ k: Int, _ operand: KernelStructure.Operand, _ i: String, _ points: Points, _ mask: String?
    ) -> VectorValue { fetchForward(k, operand.type, i, points, mask) }

    // MARK: - Several rows at a time

    /// What was read of one row's uniform loads.
    struct UniformRow {
        fileprivate var spreads: [Int: Spread]
    }

    func takeUniforms() -> UniformRow { UniformRow(spreads: uniforms) }
    func giveUniforms(_ row: UniformRow) { uniforms = row.spreads }
}
