/// Where a program hands its pieces to compiled kernels, and when it asks for these.
///
/// Each piece asks anew: a run may begin on the interpreter and end on the kernel, and no bit
/// tells.
import Launches
import Shapes

extension NestProgram {
    /// To be called before each run, while no worker has a frame: asks for a compiled kernel when
    /// one pays.
    public func noteRun() {
        if compiled != nil || runCount < 0 { return }
        runCount &+= 1
        let work = pointCount &* nest.workPerPoint
        guard CompilationCost.pays(work: work, runs: runCount) else { return }
        runCount = -1
        compile(
            .shared, weight: work,
            streams: mayStream && CompilationCost.streams(outputBytes: outputBytes),
            fetchesAhead: !readsCached && CompilationCost.fetchesAhead(inputBytes: inputBytes))
    }

    /// Asks for the kernel.
    func compile(
        _ compiler: KernelCompiler, weight: Int = 1, streams: Bool = false,
        fetchesAhead: Bool = false
    ) {
        guard compiler.isAvailable, let form = compiledForm else { return }
        compiled = CompiledNest(
            nest, form, isFlat: interpreter.isAllLinear,
            foldsRowByRow: form == .trees && nest.reducedAxes > 1, streams: streams,
            fetchesAhead: fetchesAhead, compiler: compiler, weight: weight)
    }

    /// What runs the nest, for `explain`: `tier 1`, or `tier 0` and why.
    public var tier: String {
        guard let compiled else {
            if compiledForm == nil { return "tier 0: no compiled form of these folds" }
            return "tier 0"
        }
        if compiled.function != nil { return "tier 1" }
        return compiled.reason.map { "tier 0: \($0)" } ?? "tier 0: its kernel is on the way"
    }

    /// Its kernel is there: all chunks that begin now run on it.
    public var isCompiled: Bool { compiled?.function != nil }

    private var outputBytes: Int {
        nest.outputs.reduce(0) { $0 + pointCount &* $1.target.type.byteCount }
    }

    /// What the nest reads of each store, at most.
    private var inputBytes: Int {
        let slots = Set(nest.loads.filter { $0.strides.last == 1 }.map(\.slot))
        return slots.reduce(0) { sum, slot in
            let bounds = nest.loads.filter { $0.slot == slot }.map { byteBounds(of: $0) }
            return sum + bounds.map(\.upperBound).max()! - bounds.map(\.lowerBound).min()!
        }
    }

    /// `nil` for nests that gain nothing.
    var compiledForm: KernelStructure.Form? {
        if pointCount == 0 { return nil }
        switch nest.form {
        case .points: return .points
        case .rows:
            // A tree of sums goes through the ends of rows.
            let isPlain =
                nest.reducedAxes == 1
                || nest.reducedAxes > 1 && !nest.folds.contains { FoldForm.isTree($0) }
            if isPlain && nest.extents.count == nest.keptAxes + nest.reducedAxes
                && nest.folds.allSatisfy({ FoldForm($0.operation, $0.type) != nil })
            {
                return .trees
            }
        case .columns:
            if nest.extents.count >= 2 && nest.extents.count == nest.keptAxes + nest.reducedAxes + 1
            {
                return .columns
            }
        }
        return nest.steps.isEmpty && nest.outputs.isEmpty ? nil : .blocks
    }

    // MARK: - Pieces

    @inline(__always)
    func computesCompiled(_ range: Range<Int>, _ frame: BlockInterpreter.Frame) -> Bool {
        guard let compiled, let function = compiled.function else { return false }
        compiled.compute(range.lowerBound, range.count, frame, function)
        return true
    }

    /// Computes a block's values, for folds on tier 0.
    @inline(__always)
    func evaluate(start: Int, count: Int, _ frame: BlockInterpreter.Frame) {
        guard let compiled, compiled.form == .blocks, let function = compiled.function else {
            return interpreter.evaluate(start: start, count: count, frame)
        }
        for k in 0..<folders.count {
            // Folds of one value share a block.
            var place = k
            for earlier in 0..<k where folders[earlier].value == folders[k].value {
                place = min(place, earlier)
            }
            compiled.setBlock(k, interpreter.setBlock(place, folders[k].value, frame), frame)
        }
        compiled.compute(start, count, frame, function)
    }

    @inline(__always)
    func foldsCompiled(_ rows: Range<Int>, _ frame: BlockInterpreter.Frame) -> Bool {
        guard let compiled, compiled.form == .trees, let function = compiled.function else {
            return false
        }
        if compiled.foldsRowByRow {
            for row in rows {
                foldRowByRow(
                    row &* reducedCount, reducedCount, compiled, frame, function,
                    into: result(frame, 0))
                store(result(frame, 0), row: row, frame)
            }
        } else {
            compiled.foldRows(rows, reducedCount, keptAxes: nest.keptAxes, frame, function)
        }
        return true
    }

    @inline(__always)
    func foldsCompiled(
        _ row: Int, _ range: Range<Int>, _ frame: BlockInterpreter.Frame,
        into target: UnsafeMutableRawPointer
    ) -> Bool {
        guard let compiled, compiled.form == .trees, let function = compiled.function else {
            return false
        }
        if compiled.foldsRowByRow {
            foldRowByRow(
                row &* reducedCount &+ range.lowerBound, range.count, compiled, frame, function,
                into: target)
        } else {
            compiled.foldPart(row, range, keptAxes: nest.keptAxes, into: target, frame, function)
        }
        return true
    }

    /// Points of one result, whose order does not count.
    private func foldRowByRow(
        _ start: Int, _ count: Int, _ compiled: CompiledNest, _ frame: BlockInterpreter.Frame,
        _ function: UnsafeRawPointer, into target: UnsafeMutableRawPointer
    ) {
        var isFirst = true
        // Behind the results that the frame's own space begins with.
        compiled.foldRowByRow(start, count, frame.spare + 4096, frame, function) { results in
            if isFirst {
                target.copyMemory(from: results, byteCount: partialSize)
            } else {
                combine(target, results, into: target)
            }
            isFirst = false
        }
    }

    @inline(__always)
    func takesCompiled(
        _ outer: Int, _ rows: Range<Int>, _ inner: Range<Int>, _ frame: BlockInterpreter.Frame
    ) -> Bool {
        guard let compiled, compiled.form == .columns, let function = compiled.function else {
            return false
        }
        for k in 0..<folders.count {
            compiled.setBlock(k, frame.spare + k &* interpreter.spareBytes, frame)
        }
        compiled.takeRows(outer, rows, reduced: reducedCount, inner, frame, function)
        return true
    }
}
