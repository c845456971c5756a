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
    private var pointSteps: [String] = []
    /// The constants, and the loads that do not move along a row.
    fileprivate var constants: [Spread] = []
    fileprivate var uniforms: [Int: Spread] = [:]
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
        if structure.nest.steps.count > 64 { throw NotRenderable("more than 64 steps") }
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
    fileprivate struct Spread {
        var whole: VectorValue
        var single: VectorValue
    }

    fileprivate func spread(_ scalars: [String], _ type: ElementType) -> Spread {
        func value() -> VectorValue {
            let parts = scalars.map { w.splat($0, type.irName) }
            return w.value(type, parts[0], parts.count > 1 ? parts[1] : "")
        }
        return Spread(whole: value(), single: w.scalars(value))
    }

    fileprivate func inHand(_ spread: Spread) -> VectorValue {
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

    private func mask(_ points: Points, _ count: Int) -> String? {
        guard case .first(let bound) = points else { return nil }
        let type = "<\(count) x i64>"
        let first = w.set("insertelement \(type) poison, i64 \(bound), i64 0")
        let all = w.set(
            "shufflevector \(type) \(first), \(type) poison, <\(count) x i32> zeroinitializer")
        return w.set("icmp slt \(type) \(NestRenderer.counting(count)), \(all)")
    }

    private static func counting(_ count: Int) -> String {
        "<" + (0..<count).map { "i64 \($0)" }.joined(separator: ", ") + ">"
    }

    // MARK: - Reading

    private func fetch(_ k: Int, _ i: String, _ points: Points, _ mask: String?) -> VectorValue {
        let load = structure.loads[k]
        let (t, size) = (load.type.irName, load.type.byteCount)
        switch load.inner {
        case .none: return inHand(uniforms[k].unsafelyUnwrapped)
        case .forward: return fetchForward(k, load.type, i, points, mask)
        case .backward where !load.type.isComplex && w.lanes > 1:
            let back = w.set("sub i64 0, \(scaled(i, size))")
            let last = w.set("getelementptr i8, ptr \(rows[k]), i64 \(back)")
            let place = w.set("getelementptr i8, ptr \(last), i64 \(-(w.lanes - 1) * size)")
            let order = Array((0..<w.lanes).reversed())
            let turned = mask.map { w.shuffled($0, "i1", count: w.lanes, order) }
            return w.value(
                load.type,
                w.shuffled(read(t, w.lanes, place, size, turned), t, count: w.lanes, order))
        case .two, .three, .four:
            if w.lanes > 1, mask == nil, let step = load.inner.nearStep {
                return fetchNear(k, load.type, i, step)
            }
            return w.value(load.type, gather(t, self.places(k, i), load.type.partBits / 8, mask))
        case .backward, .other:
            let places = self.places(k, i)
            let first = gather(t, places, load.type.partBits / 8, mask)
            if !load.type.isComplex { return w.value(load.type, first) }
            return w.value(load.type, first, gather(t, beside(places, size / 2), size / 2, mask))
        }
    }

    private func fetchForward(
        _ k: Int, _ type: ElementType, _ i: String, _ points: Points, _ mask: String?
    ) -> VectorValue {
        let (t, size) = (type.irName, type.byteCount)
        let place = w.set("getelementptr i8, ptr \(rows[k]), i64 \(scaled(i, size))")
        if w.lanes > 1, mask == nil { fetchAhead(k, place) }
        if !type.isComplex { return w.value(type, read(t, w.lanes, place, size, mask)) }
        let pairs = read(t, 2 * w.lanes, place, size / 2, pairMask(points))
        return w.value(type, half(pairs, t, 0), half(pairs, t, 1))
    }

    /// Points `step` elements apart, for whole vectors: all that lies from the first to the last is
    /// read, and the points are picked. The last read ends with the last point, so that nothing
    /// behind the array is touched.
    ///
    ///     step 2     0 · 2 · 4 · 6 ·          read first       of eight lanes here four
    ///                      · 6 · 8 · 10 · …   read second
    private func fetchNear(_ k: Int, _ type: ElementType, _ i: String, _ step: Int) -> VectorValue {
        let (t, size, lanes) = (type.irName, type.byteCount, w.lanes)
        let first = w.set("getelementptr i8, ptr \(rows[k]), i64 \(scaled(i, size * step))")
        let last = step * (lanes - 1) - (lanes - 1)
        let begins = (0..<step).map { min($0 * lanes, last) }
        let parts = begins.map { begin in
            read(t, lanes, w.set("getelementptr i8, ptr \(first), i64 \(begin * size)"), size, nil)
        }
        var picked = parts[0]
        for part in 1..<step {
            let order = (0..<lanes).map { lane -> Int in
                let owner = min(lane * step / lanes, step - 1)
                if owner == part { return lanes + lane * step - begins[part] }
                return part == 1 && owner == 0 ? lane * step : lane
            }
            picked = w.shuffled(picked, with: parts[part], t, count: lanes, order)
        }
        return w.value(type, picked)
    }

    /// Asks for what will be read soon, into the second-level cache.
    private func fetchAhead(_ k: Int, _ place: String) {
        guard let distance = fetchDistances[k] else { return }
        let ahead = w.set("getelementptr i8, ptr \(place), i64 \(distance)")
        w.declare("declare void @llvm.prefetch.p0(ptr, i32 immarg, i32 immarg, i32 immarg)")
        w.line("call void @llvm.prefetch.p0(ptr \(ahead), i32 0, i32 2, i32 1)")
    }

    private func scaled(_ i: String, _ size: Int) -> String {
        size == 1 ? i : w.set("mul nsw i64 \(i), \(size)")
    }

    private func read(_ t: String, _ count: Int, _ place: String, _ alignment: Int, _ mask: String?)
        -> String
    {
        let type = "<\(count) x \(t)>"
        guard let mask else { return w.set("load \(type), ptr \(place), align \(alignment)") }
        let name = "@llvm.masked.load.\(w.suffix(t, lanes: count)).p0"
        w.declare("declare \(type) \(name)(ptr, i32 immarg, <\(count) x i1>, \(type))")
        return w.set(
            "call \(type) \(name)(ptr \(place), i32 \(alignment), <\(count) x i1> \(mask), \(type) zeroinitializer)"
        )
    }

    /// The addresses of the points from `i` on, where they do not lie side by side.
    private func places(_ k: Int, _ i: String) -> String {
        let first = w.set("mul i64 \(i), \(pointSteps[k])")
        let start = w.set("getelementptr i8, ptr \(rows[k]), i64 \(first)")
        let steps = w.binary(
            "mul", w.splat(pointSteps[k], "i64"), NestRenderer.counting(w.lanes), "i64")
        return w.set("getelementptr i8, ptr \(start), \(w.vector("i64")) \(steps)")
    }

    private func beside(_ places: String, _ byteCount: Int) -> String {
        w.set("getelementptr i8, \(w.vector("ptr")) \(places), i64 \(byteCount)")
    }

    private func gather(_ t: String, _ places: String, _ alignment: Int, _ mask: String?) -> String
    {
        let type = w.vector(t)
        if w.lanes == 1 {
            let place = w.set("extractelement <1 x ptr> \(places), i64 0")
            return w.set("load \(type), ptr \(place), align \(alignment)")
        }
        let name = "@llvm.masked.gather.\(w.suffix(t)).\(w.suffix("ptr"))"
        w.declare(
            "declare \(type) \(name)(\(w.vector("ptr")), i32 immarg, \(w.vector("i1")), \(type))")
        return w.set(
            "call \(type) \(name)(\(w.vector("ptr")) \(places), i32 \(alignment), "
                + "\(w.vector("i1")) \(mask ?? w.constant("i1", "true")), \(type) zeroinitializer)")
    }

    /// Every second of some pairs.
    private func half(_ pairs: String, _ t: String, _ part: Int) -> String {
        w.shuffled(pairs, t, count: 2 * w.lanes, (0..<w.lanes).map { 2 * $0 + part })
    }

    private func pairMask(_ points: Points) -> String? {
        guard case .first(let count) = points else { return nil }
        return mask(.first(count: w.set("mul nsw i64 \(count), 2")), 2 * w.lanes)
    }

    // MARK: - Writing

    func put(
        _ k: Int, _ operand: KernelStructure.Operand, _ value: VectorValue, _ i: String,
        _ points: Points, _ mask: String?,
        streams: Bool = false
    ) {
        let (t, size) = (operand.type.irName, operand.type.byteCount)
        let register = w.register(of: value)
        if operand.inner == .forward {
            let place = w.set("getelementptr i8, ptr \(rows[k]), i64 \(scaled(i, size))")
            if !operand.type.isComplex {
                return write(register, t, w.lanes, place, size, mask, streams: streams)
            }
            let order = (0..<w.lanes).flatMap { [$0, w.lanes + $0] }
            let pairs = w.shuffled(register, with: value.imaginary, t, count: w.lanes, order)
            return write(pairs, t, 2 * w.lanes, place, size / 2, pairMask(points))
        }
        let places = self.places(k, i)
        scatter(register, t, places, operand.type.partBits / 8, mask)
        if operand.type.isComplex {
            scatter(value.imaginary, t, beside(places, size / 2), size / 2, mask)
        }
    }

    private func write(
        _ value: String, _ t: String, _ count: Int, _ place: String, _ alignment: Int,
        _ mask: String?, streams: Bool = false
    ) {
        let type = "<\(count) x \(t)>"
        guard let mask else {
            let how = streams ? "align \(count * alignment), !nontemporal !0" : "align \(alignment)"
            return w.line("store \(type) \(value), ptr \(place), \(how)")
        }
        let name = "@llvm.masked.store.\(w.suffix(t, lanes: count)).p0"
        w.declare("declare void \(name)(\(type), ptr, i32 immarg, <\(count) x i1>)")
        w.line(
            "call void \(name)(\(type) \(value), ptr \(place), i32 \(alignment), <\(count) x i1> \(mask))"
        )
    }

    private func scatter(
        _ value: String, _ t: String, _ places: String, _ alignment: Int, _ mask: String?
    ) {
        let type = w.vector(t)
        if w.lanes == 1 {
            let place = w.set("extractelement <1 x ptr> \(places), i64 0")
            return w.line("store \(type) \(value), ptr \(place), align \(alignment)")
        }
        let name = "@llvm.masked.scatter.\(w.suffix(t)).\(w.suffix("ptr"))"
        w.declare(
            "declare void \(name)(\(type), \(w.vector("ptr")), i32 immarg, \(w.vector("i1")))")
        w.line(
            "call void \(name)(\(type) \(value), \(w.vector("ptr")) \(places), i32 \(alignment), "
                + "\(w.vector("i1")) \(mask ?? w.constant("i1", "true")))")
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
