/// A nest's way to compiled kernels: which form it takes, the handle of its kernel, and the calls
/// for pieces of its points.
///
/// In: a nest whose extents are known. Out: for each piece of points, one call of the kernel per
/// run of whole rows; where the kernel is not there yet, nothing, and the interpreter serves. Outer
/// axes are walked here, the two innermost ones by the kernel.
///
/// Threads: immutable but for the handles, which see to themselves; each worker brings its own
/// words.
import Launches
import Shapes

final class CompiledNest {
    typealias Kernel = @convention(c) (_ words: UnsafeMutablePointer<Int>) -> Void

    let form: KernelStructure.Form
    private let plain: CompiledKernel
    /// The kernel that stores past the caches, where that may pay.
    private let streamed: CompiledKernel?
    let operands: Table<Operand>
    private let strides: Table<Int>
    private let extents: Table<Int>
    private let functions = VectorFunctionTable.addresses
    let wordCount: Int
    private let loadCount: Int
    private let outputCount: Int
    /// Every operand lies in the nest's order: all points are one row.
    private let isFlat: Bool
    /// Several axes are folded in any order: each row has results of its own, which meet.
    let foldsRowByRow: Bool
    /// Rows that are folded in one call at most, where each has results of its own.
    private static let mostRows = 32

    struct Operand {
        /// -1 for a block of the frame.
        var slot: Int
        /// Bytes.
        var offset: Int
        var size: Int
        /// Bytes, one per axis.
        var strides: UnsafePointer<Int>
    }

    /// - Parameters:
    ///   - isFlat: Every operand lies in memory in the nest's own order.
    ///   - foldsRowByRow: Several axes are folded, and their points may come in any order.
    ///   - streams: Outputs are large, and nobody reads them soon.
    ///   - fetchesAhead: What is read is large, and lies in memory.
    init(
        _ nest: LoopNest, _ form: KernelStructure.Form, isFlat: Bool, foldsRowByRow: Bool,
        streams: Bool, fetchesAhead: Bool,
        compiler: KernelCompiler, weight: Int
    ) {
        self.form = form
        let structure = KernelStructure(nest, form, compiler.target, fetchesAhead: fetchesAhead)
        plain = compiler.kernel(structure.key, weight: weight) {
            try NestRenderer.render(structure)
        }
        if streams && form == .points && compiler.target.architecture == .x86_64 {
            let past = KernelStructure(nest, .streamed, compiler.target, fetchesAhead: fetchesAhead)
            streamed =
                past.streamedOutputs.isEmpty
                ? nil : compiler.kernel(past.key, weight: weight) { try NestRenderer.render(past) }
        } else {
            streamed = nil
        }
        extents = Table(nest.extents)
        self.isFlat = isFlat
        self.foldsRowByRow = foldsRowByRow
        loadCount = nest.loads.count
        outputCount = nest.outputs.count
        wordCount = structure.wordCount
        var all = nest.loads + nest.outputs.map(\.target)
        let isBlocks = form == .blocks || form == .columns
        let inner = nest.extents.last ?? 1
        all += nest.folds.map { fold in
            var target = fold.target
            if isBlocks {
                // A block of its own, row behind row; rows of columns are all taken into the same
                // results.
                target.slot = -1
                target.offset = 0
                target.strides = [Int](repeating: 0, count: nest.extents.count)
                if target.strides.count > 0 { target.strides[target.strides.count - 1] = 1 }
                if target.strides.count > 1 && form == .blocks {
                    target.strides[target.strides.count - 2] = inner
                }
            }
            return target
        }
        let axes = nest.extents.count
        let strides = Table(
            all.flatMap { operand in operand.strides.map { $0 * operand.type.byteCount } })
        self.strides = strides
        operands = Table(
            all.enumerated().map { k, operand in
                Operand(
                    slot: operand.slot, offset: operand.offset * operand.type.byteCount,
                    size: operand.type.byteCount,
                    strides: UnsafePointer(strides.pointer + k * axes))
            })
    }

    deinit {
        operands.deallocate()
        strides.deallocate()
        extents.deallocate()
    }

    /// The kernel, if it is there.
    @inline(__always) var function: UnsafeRawPointer? { plain.function }

    /// Why there will be no kernel; `nil` while one is there or on its way.
    var reason: String? {
        if case .failed(let why) = plain.state { return why }
        return nil
    }

    // MARK: - One worker's words

    /// Fills what holds for a whole run.
    func prepare(
        _ words: UnsafeMutablePointer<Int>, constants: UnsafePointer<ScalarExpression.Constant>
    ) {
        words[KernelStructure.constantsWord] = Int(bitPattern: constants)
        words[KernelStructure.functionsWord] = Int(bitPattern: functions)
        words[KernelStructure.hasRowsWord] = 0
        let axes = extents.count
        for k in 0..<operands.count {
            let operand = operands.pointer + k
            let place =
                words + KernelStructure.firstOperandWord + k * KernelStructure.wordsPerOperand
            place[1] = axes > 1 ? operand.pointee.strides[axes - 2] : 0
            place[2] = axes > 0 ? operand.pointee.strides[axes - 1] : operand.pointee.size
            if foldsRowByRow && k >= loadCount + outputCount { place[1] = resultBytes }
        }
    }

    /// Bytes of the results of one row.
    private var resultBytes: Int { (operands.count &- loadCount &- outputCount) &* 16 }

    /// Words that a worker's table needs: behind the kernel's own, where the blocks of operands
    /// without a slot lie.
    var tableCount: Int { wordCount + operands.count }

    /// Says where the block of a fold lies.
    @inline(__always)
    func setBlock(_ fold: Int, _ block: UnsafeMutableRawPointer, _ frame: BlockInterpreter.Frame) {
        frame.words[wordCount + loadCount + outputCount + fold] = Int(bitPattern: block)
    }

    // MARK: - Calls

    /// Computes the points `start ..< start + count` of the nest's row-major order.
    func compute(
        _ start: Int, _ count: Int, _ frame: BlockInterpreter.Frame, _ function: UnsafeRawPointer
    ) {
        let axes = extents.count
        if isFlat || axes < 2 {
            call(1, count, frame, function) { operand, base in
                if operand.pointee.slot < 0 { return base }
                return base &+ start
                    &* (axes == 0 ? operand.pointee.size : operand.pointee.strides[axes &- 1])
            }
            return
        }
        forEachPiece(start, count, mostRows: .max) { p, row, x, rows, points in
            call(rows, points, frame, function) { operand, base in
                // Blocks are filled from the piece's first point on, whatever its place in the
                // nest.
                if operand.pointee.slot < 0 { return base &+ (p &- start) &* operand.pointee.size }
                return base &+ x &* operand.pointee.strides[axes &- 1]
                    &+ offset(operand, row: row, axes &- 1)
            }
        }
    }

    /// Cuts points of the nest's row-major order, of two axes and more, into whole rows of one
    /// plane, and parts of rows.
    ///
    /// - Parameter body: Gets the piece's first point, its row, its place there, its rows, and the
    ///   points of each.
    @inline(__always)
    private func forEachPiece(
        _ start: Int, _ count: Int, mostRows: Int, _ body: (Int, Int, Int, Int, Int) -> Void
    ) {
        let axes = extents.count
        let inner = extents[axes &- 1]
        var p = start
        let end = start &+ count
        while p < end {
            let row = p / inner
            let x = p &- row &* inner
            let left = end &- p
            var (rows, points) = (1, Swift.min(left, inner &- x))
            if x == 0 && left >= inner {
                rows = Swift.min(
                    left / inner, extents[axes &- 2] &- row % extents[axes &- 2], mostRows)
                points = inner
            }
            body(p, row, x, rows, points)
            p &+= rows &* points
        }
    }

    /// Bytes from an operand's first element to row number `row` of its first `axes` axes.
    @inline(__always)
    private func offset(_ operand: UnsafeMutablePointer<Operand>, row: Int, _ axes: Int) -> Int {
        var rest = row
        var offset = 0
        var axis = axes &- 1
        while axis > 0 {
            let extent = extents[axis]
            let next = rest / extent
            offset &+= (rest &- next &* extent) &* operand.pointee.strides[axis]
            rest = next
            axis &-= 1
        }
        return axis == 0 ? offset &+ rest &* operand.pointee.strides[0] : 0
    }

    @inline(__always)
    private func call(
        _ rows: Int, _ points: Int, _ frame: BlockInterpreter.Frame, _ function: UnsafeRawPointer,
        _ address: (_ operand: UnsafeMutablePointer<Operand>, _ base: Int) -> Int
    ) {
        let words = frame.words
        words[KernelStructure.rowsWord] = rows
        words[KernelStructure.pointsWord] = points
        var place = words + KernelStructure.firstOperandWord
        for k in 0..<operands.count {
            let operand = operands.pointer + k
            // A slot's memory may differ from chunk to chunk.
            let base =
                operand.pointee.slot < 0
                ? words[wordCount &+ k]
                : Int(bitPattern: frame.memory[operand.pointee.slot]) &+ operand.pointee.offset
            place[0] = address(operand, base)
            place += KernelStructure.wordsPerOperand
        }
        unsafeBitCast(kernel(frame, function), to: Kernel.self)(words)
    }

    /// The streaming kernel, if it is there and all its outputs reach a vector's border together.
    @inline(__always)
    private func kernel(_ frame: BlockInterpreter.Frame, _ function: UnsafeRawPointer)
        -> UnsafeRawPointer
    {
        guard let past = streamed?.function else { return function }
        var border = -1
        for k in 0..<outputCount {
            let place =
                frame.words + KernelStructure.firstOperandWord + (loadCount + k)
                * KernelStructure.wordsPerOperand
            let mine = (place[0] & 63) | (place[1] & 63) << 6
            if place[2] != operands[loadCount + k].size { continue }
            if border < 0 { border = mine }
            if border != mine || place[0] % place[2] != 0 { return function }
        }
        return past
    }

    // MARK: - Folds

    /// Folds kept rows of the nest, each with its `points` reduced points, and stores the results.
    func foldRows(
        _ rows: Range<Int>, _ points: Int, keptAxes: Int, _ frame: BlockInterpreter.Frame,
        _ function: UnsafeRawPointer
    ) {
        let extent = keptAxes == 0 ? 1 : extents[keptAxes &- 1]
        var row = rows.lowerBound
        while row < rows.upperBound {
            let count = Swift.min(rows.upperBound &- row, extent &- row % extent)
            call(count, points, frame, function) { operand, base in
                base &+ offset(operand, row: row, keptAxes)
            }
            row &+= count
        }
    }

    /// Folds a part of one kept row; results go side by side to `target`, 16 bytes each.
    func foldPart(
        _ row: Int, _ range: Range<Int>, keptAxes: Int, into target: UnsafeMutableRawPointer,
        _ frame: BlockInterpreter.Frame, _ function: UnsafeRawPointer
    ) {
        let first = loadCount + outputCount
        call(1, range.count, frame, function) { operand, base in
            let fold = operand - operands.pointer &- first
            if fold >= 0 { return Int(bitPattern: target) &+ fold &* 16 }
            return base &+ offset(operand, row: row, keptAxes)
                &+ range.lowerBound &* operand.pointee.strides[extents.count &- 1]
        }
    }

    /// Folds points of the nest's row-major order row by row.
    ///
    /// - Parameters:
    ///   - room: Takes the results of up to 32 rows, 16 bytes each.
    ///   - meet: Gets the results of each row or part of one.
    func foldRowByRow(
        _ start: Int, _ count: Int, _ room: UnsafeMutableRawPointer,
        _ frame: BlockInterpreter.Frame, _ function: UnsafeRawPointer,
        meet: (_ results: UnsafeMutableRawPointer) -> Void
    ) {
        let axes = extents.count
        let first = loadCount + outputCount
        forEachPiece(start, count, mostRows: CompiledNest.mostRows) { _, row, x, rows, points in
            call(rows, points, frame, function) { operand, base in
                let fold = operand - operands.pointer &- first
                if fold >= 0 { return Int(bitPattern: room) &+ fold &* 16 }
                return base &+ x &* operand.pointee.strides[axes &- 1]
                    &+ offset(operand, row: row, axes &- 1)
            }
            for r in 0..<rows { meet(room + r &* resultBytes) }
        }
    }

    /// Takes rows of columns into the blocks of results. `rows` count the reduced points behind
    /// kept point `outer`.
    func takeRows(
        _ outer: Int, _ rows: Range<Int>, reduced: Int, _ inner: Range<Int>,
        _ frame: BlockInterpreter.Frame,
        _ function: UnsafeRawPointer
    ) {
        let axes = extents.count
        let extent = extents[axes &- 2]
        var row = rows.lowerBound
        while row < rows.upperBound {
            let count = Swift.min(rows.upperBound &- row, extent &- row % extent)
            frame.words[KernelStructure.hasRowsWord] = row == rows.lowerBound ? 0 : 1
            call(count, inner.count, frame, function) { operand, base in
                if operand.pointee.slot < 0 { return base }
                return base &+ inner.lowerBound &* operand.pointee.strides[axes &- 1]
                    &+ offset(operand, row: outer &* reduced &+ row, axes &- 1)
            }
            row &+= count
        }
    }
}
