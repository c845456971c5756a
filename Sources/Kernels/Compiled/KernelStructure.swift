/// What a kernel's text depends on: a nest without its extents, strides, offsets and constants.
/// Nests of one structure share one kernel, and what differs is handed over at run time, as words:
///
///     word 0   rows                      the kernel walks `rows` × `points`, the two innermost axes
///     word 1   points of a row
///     word 2   address of the constants
///     word 3   address of the table of functions
///     word 4   columns form: nonzero where the results hold rows already
///     word 8…  for every operand (loads, outputs, results): address, bytes from row to row, bytes from point to point
import Launches
import Shapes

struct KernelStructure {
    enum Form: Int {
        /// Every output is stored.
        case points
        /// The same, past the caches where outputs are only written.
        case streamed
        /// Every output is stored, and every folded value goes to a block of its own; tier 0 folds
        /// the blocks.
        case blocks
        /// Each row is folded in the fixed tree; one result a row.
        case trees
        /// Rows are taken into a row of results, one after another.
        case columns
    }

    /// How an operand moves along the innermost axis.
    enum InnerStride: Int {
        case none, forward, backward, other
        /// So many elements from a point to the next: near enough to read what lies between, too.
        case two, three, four

        init(_ stride: Int) {
            switch stride {
            case 0: self = .none
            case 1: self = .forward
            case -1: self = .backward
            default: self = .other
            }
        }

        /// Of what is read.
        init(reading stride: Int, _ type: ElementType) {
            switch stride {
            case 2 where !type.isComplex: self = .two
            case 3 where !type.isComplex: self = .three
            case 4 where !type.isComplex: self = .four
            default: self.init(stride)
            }
        }

        /// Elements from a point to the next, where that is near.
        var nearStep: Int? { self == .two ? 2 : self == .three ? 3 : self == .four ? 4 : nil }
        /// Whether some points, or all, are fetched each from its own address.
        var isGathered: Bool { self == .other || nearStep != nil }
    }

    struct Operand {
        var type: ElementType
        var inner: InnerStride
        /// Nothing else of the nest touches its store.
        var isExclusive = false
    }

    static let rowsWord = 0
    static let pointsWord = 1
    static let constantsWord = 2
    static let functionsWord = 3
    static let hasRowsWord = 4
    static let firstOperandWord = 8
    static let wordsPerOperand = 3

    let form: Form
    let nest: LoopNest
    let loads: [Operand]
    let outputs: [Operand]
    /// Of the folds.
    let results: [Operand]
    /// Loads that fetch ahead what memory holds.
    let fetchedAhead: [Int]
    let target: KernelTarget

    /// - Parameter fetchesAhead: What the nest reads lies beyond the caches.
    init(_ nest: LoopNest, _ form: Form, _ target: KernelTarget, fetchesAhead: Bool = false) {
        self.form = form
        fetchedAhead = fetchesAhead ? KernelStructure.leadingLoads(nest) : []
        self.nest = nest
        self.target = target
        loads = nest.loads.map {
            Operand(type: $0.type, inner: InnerStride(reading: $0.strides.last ?? 1, $0.type))
        }
        outputs = nest.outputs.map {
            Operand(
                type: $0.target.type, inner: InnerStride($0.target.strides.last ?? 1),
                isExclusive: $0.isExclusive)
        }
        results = nest.folds.map { Operand(type: $0.type, inner: .forward) }
    }

    var operandCount: Int { loads.count + outputs.count + results.count }
    var wordCount: Int {
        KernelStructure.firstOperandWord + operandCount * KernelStructure.wordsPerOperand
    }

    /// Numbers that are equal for nests of one structure, and only for these.
    var key: [Int] {
        var key = [form.rawValue, loads.count, nest.constants.count, outputs.count, results.count]
        for operand in loads + outputs {
            key.append(
                Int(operand.type.rawValue) << 4 | operand.inner.rawValue << 1
                    | (operand.isExclusive ? 1 : 0))
        }
        for constant in nest.constants { key.append(Int(constant.type.rawValue)) }
        for output in nest.outputs { key.append(output.value) }
        for fold in nest.folds {
            key.append(Int(fold.operation.rawValue) << 8 | Int(fold.type.rawValue))
            key.append(fold.value)
        }
        for step in nest.steps {
            switch step.action {
            case .apply(let operation, let type):
                key.append(Int(operation.rawValue) << 8 | Int(type.rawValue))
            case .cast(let from, let to):
                key.append(1 << 20 | Int(from.rawValue) << 8 | Int(to.rawValue))
            }
            key += step.inputs
            key.append(-step.outputTypes.count)
        }
        if !fetchedAhead.isEmpty { key += [-1] + fetchedAhead }
        if alignedOutput != nil { key.append(-2) }
        return key
    }

    /// Of several views of a store that move alike, the one in front: what it fetches, the others
    /// find in the cache. A view that walks a store alone is foreseen by the processor itself, and
    /// better; but not rows of columns, which are short. Only rows that are long, or follow one
    /// another, go on where fetching ahead looks.
    private static func leadingLoads(_ nest: LoopNest) -> [Int] {
        let inner = nest.extents.last ?? 1
        func isDense(_ load: LoopNest.Operand) -> Bool {
            guard load.strides.last == 1 else { return false }
            let outer = load.strides.count > 1 ? load.strides[load.strides.count - 2] : inner
            return inner &* load.type.byteCount >= 4 * fetchDistance
                || (inner...inner + inner / 4).contains(outer)
        }
        return nest.loads.indices.filter { k in
            let load = nest.loads[k]
            let alike = nest.loads.filter { $0.slot == load.slot && $0.strides == load.strides }
            return isDense(load) && alike.allSatisfy { $0.offset <= load.offset }
                && (alike.count > 1 || nest.form == .columns)
        }
    }

    /// Bytes between what is computed and what is fetched into the second-level cache. Measured
    /// (`Benchmarks/limits`, the stencil at 1e7 on two cores): 2 KiB gain a seventh, 4 KiB a third,
    /// 8 and 16 KiB the same.
    static let fetchDistance = 8192

    // MARK: - Widths

    /// Types of all values, by number.
    var valueTypes: [ElementType] {
        nest.loads.map(\.type) + nest.constants.map(\.type) + nest.steps.flatMap(\.outputTypes)
    }

    /// Bytes of the widest element that a step works on; of a part, for complex numbers.
    private var widest: Int {
        var widest = valueTypes.map { $0.partBits / 8 }.max() ?? 8
        // Narrow numbers pass through wider ones on their way.
        if valueTypes.contains(.float16) { widest = max(widest, 4) }
        return widest
    }

    /// Points that one instruction computes. Trees of reals have eight accumulators, of complex
    /// numbers four.
    var lanes: Int {
        if form == .trees, let type = nest.folds.first(where: { FoldForm.isTree($0) })?.type {
            return type.isComplex ? 4 : 8
        }
        return max(1, target.vectorBytes / widest)
    }

    /// What is left of a row is computed under a mask; otherwise point by point.
    var usesMasks: Bool {
        guard target.architecture == .x86_64, target.vectorBytes == 64 else { return false }
        return !(loads + outputs).contains { $0.inner.isGathered && $0.type.partBits < 32 }
    }

    /// What is left of a folded row is computed as one vector under a mask: always where the
    /// processor has masks; where it has them for wide elements only, if there is something to
    /// compute.
    var masksRest: Bool {
        if usesMasks || target.architecture != .x86_64 || target.vectorBytes < 32 {
            return usesMasks
        }
        return !nest.steps.isEmpty
            && (loads + outputs).allSatisfy { $0.type.partBits >= 32 && !$0.inner.isGathered }
    }

    /// The outputs that go past the caches: they are written only, and a vector of them is worth a
    /// store of its own. All have elements of one size, so that one place in a row is the border
    /// for all.
    var streamedOutputs: [Int] {
        let all = outputs.indices.filter {
            let output = outputs[$0]
            return output.isExclusive && output.inner == .forward && !output.type.isComplex
                && output.type.byteCount * lanes >= 16
        }
        return all.filter { outputs[$0].type.byteCount == outputs[all[0]].type.byteCount }
    }

    /// Points of a row that is worth a border; even asking takes too long in shorter ones.
    static let longRow = 128

    /// The output whose vectors begin at their own borders, and the points from which a row is
    /// worth that. Stores past the caches need it always.
    var border: (output: Int, leastPoints: Int)? {
        if form == .streamed { return streamedOutputs.first.map { ($0, 0) } }
        return alignedOutput.map { ($0, KernelStructure.longRow) }
    }

    /// Stores across two lines of the cache take twice the time. Only where what comes before is
    /// one vector under a mask.
    private var alignedOutput: Int? {
        let isLong = (nest.extents.last ?? 1) >= KernelStructure.longRow
        guard form == .points, usesMasks, isLong else { return nil }
        return outputs.indices.first {
            let output = outputs[$0]
            return output.inner == .forward && !output.type.isComplex
                && output.type.byteCount * lanes == target.vectorBytes
        }
    }

    /// Vectors that the main loop computes in one turn: cheap bodies are written several times.
    var unrolled: Int {
        switch nest.steps.count {
        case 0...3: return 4
        case 4...8: return 2
        default: return 1
        }
    }
}
