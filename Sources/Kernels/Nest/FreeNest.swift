/// A pointwise expression whose extents, strides and addresses come with each call: what a compiled
/// loop runs, in which all of them move.
///
/// In: types of the operands and steps in single-assignment form, once; at each call extents, and
/// for each operand an address and a stride in bytes along every axis. Out: one written operand.
/// The same kernels as a nest of fixed extents takes, so the same bits: compiled ones where they
/// are there, else block after block.
///
///     values   loads 0..<n, then one per step; the last value, or `result`, is written
///     places   per operand, the written one last: address, stride of axis 0, stride of axis 1, …
import Launches
import Shapes

/// - Threads: used by one thread at a time, which lets others compute parts of large calls.
public final class FreeNest {
    /// One step, with one result.
    public enum Step: Hashable, Sendable {
        /// Operands are numbers of values; only as many count as the operation has.
        case apply(Operation, compute: ElementType, output: ElementType, Int, Int, Int)
        /// A value in another type.
        case cast(from: ElementType, to: ElementType, Int)
    }

    /// Axes that a call may have.
    public static let axisLimit = 6

    /// Types of what is read.
    public let loads: [ElementType]
    /// What is done to it.
    public let steps: [Step]
    /// Number of the value that is written.
    public let result: Int
    /// Its type.
    public let output: ElementType
    private let sizes: UnsafeMutablePointer<Int>
    let operandCount: Int
    /// Handles for the ways in which operands have lain so far.
    private var variants: [(key: Int, kernel: CompiledKernel)] = []
    private var lastKey = -1
    private var last: CompiledKernel?
    private let words: UnsafeMutablePointer<Int>
    private let merged: UnsafeMutablePointer<Int>
    private let wordCount: Int
    private let workers: TaskWorkers
    /// Work of eight points, in additions of doubles, of which three take the time of one double from
    /// the second cache.
    private let workOfEight: Int
    private var work = 0
    private var runCount = 0
    private var asksCompiler = false
    lazy var interpreted = InterpretedNest(self)

    /// A nest that writes value `result`.
    ///
    /// - Parameter workers: Share large calls of the compiled kernel.
    public init(
        loads: [ElementType], steps: [Step], result: Int, workers: TaskWorkers = .alone
    ) {
        self.workers = workers
        self.loads = loads
        self.steps = steps
        self.result = result
        output = FreeNest.type(of: result, loads, steps)
        operandCount = loads.count + 1
        sizes = .allocate(capacity: operandCount)
        for (k, type) in (loads + [output]).enumerated() { sizes[k] = type.byteCount }
        // A vector holds the more elements the narrower they are.
        let operands = (loads + [output]).reduce(0) { $0 + 3 * $1.byteCount }
        workOfEight = steps.reduce(operands) { $0 + $1.work * $1.output.byteCount }
        wordCount =
            KernelStructure.firstOperandWord
            + (loads.count + 1) * KernelStructure.wordsPerOperand
        words = .allocate(capacity: wordCount)
        words.initialize(repeating: 0, count: wordCount)
        words[KernelStructure.functionsWord] = Int(bitPattern: VectorFunctionTable.addresses)
        words[KernelStructure.constantsWord] = Int(bitPattern: words)
        let room = FreeNest.axisLimit + (loads.count + 1) * (FreeNest.axisLimit + 1)
        merged = .allocate(capacity: room)
        merged.initialize(repeating: 0, count: room)
    }

    deinit {
        words.deallocate()
        sizes.deallocate()
        merged.deallocate()
    }

    private static func type(of value: Int, _ loads: [ElementType], _ steps: [Step]) -> ElementType
    {
        value < loads.count ? loads[value] : steps[value - loads.count].output
    }

    // MARK: - One call

    /// Computes every point.
    ///
    /// - Parameters:
    ///   - axes: At most ``axisLimit``.
    ///   - places: As above, `1 + axes` words an operand.
    /// - Precondition: An operand that shares memory with the written one lies exactly as it does.
    public func run(
        axes: Int, _ extents: UnsafePointer<Int>, _ places: UnsafePointer<Int>
    ) {
        var count = 1
        for axis in 0..<axes { count &*= extents[axis] }
        if count == 0 { return }
        let (axes, extents, places) = merge(axes, extents, places)
        if let function = kernel(axes, extents, places, count) {
            if count &* workOfEight >= 8 &* FreeNest.sharedWork, workers.count > 1 {
                return share(axes, extents, places, count, function)
            }
            walk(axes, extents, places, UnsafeRawPointer(function), words)
        } else {
            interpreted.run(axes: axes, extents, places)
        }
    }

    /// Neighbouring axes along which all operands go on as along one, and axes of one point, are
    /// taken together.
    @inline(__always)
    private func merge(
        _ axes: Int, _ extents: UnsafePointer<Int>, _ places: UnsafePointer<Int>
    ) -> (Int, UnsafePointer<Int>, UnsafePointer<Int>) {
        let stride = 1 &+ axes
        if axes < 2 || axes == 2 && !joinsTwo(extents, places) { return (axes, extents, places) }
        var into = 0
        let newPlaces = merged + FreeNest.axisLimit
        let newStride = 1 &+ FreeNest.axisLimit
        merged[0] = extents[0]
        for k in 0..<operandCount {
            newPlaces[k &* newStride] = places[k &* stride]
            newPlaces[k &* newStride &+ 1] = places[k &* stride &+ 1]
        }
        for axis in 1..<axes {
            let extent = extents[axis]
            if extent == 1 { continue }
            var joins = true
            if merged[into] != 1 {
                for k in 0..<operandCount
                where newPlaces[k &* newStride &+ 1 &+ into]
                    != places[k &* stride &+ 1 &+ axis] &* extent
                {
                    joins = false
                    break
                }
            }
            if joins {
                merged[into] &*= extent
            } else {
                into &+= 1
                merged[into] = extent
            }
            for k in 0..<operandCount {
                newPlaces[k &* newStride &+ 1 &+ into] = places[k &* stride &+ 1 &+ axis]
            }
        }
        // Places lie `axisLimit` apart; they are brought as near as the callers'.
        let found = into &+ 1
        if found < FreeNest.axisLimit {
            for k in 1..<operandCount {
                for word in 0...found {
                    newPlaces[k &* (found &+ 1) &+ word] = newPlaces[k &* newStride &+ word]
                }
            }
        }
        return (found, UnsafePointer(merged), UnsafePointer(newPlaces))
    }

    /// Whether the two axes of all operands are one.
    @inline(__always)
    private func joinsTwo(_ extents: UnsafePointer<Int>, _ places: UnsafePointer<Int>) -> Bool {
        if extents[0] == 1 || extents[1] == 1 { return true }
        var place = places
        for _ in 0..<operandCount {
            if place[1] != place[2] &* extents[1] { return false }
            place += 3
        }
        return true
    }

    /// The compiled kernel for operands that lie so, if it is there.
    @inline(__always)
    private func kernel(
        _ axes: Int, _ extents: UnsafePointer<Int>, _ places: UnsafePointer<Int>, _ count: Int
    ) -> UnsafeRawPointer? {
        var key = 1
        let stride = 1 &+ axes
        let isOne = axes == 0 || extents[axes &- 1] == 1
        for k in 0..<operandCount {
            key = key << 3
            if !isOne { key |= kind(k, places[k &* stride &+ axes]) }
        }
        if isOne { key = 0 }
        if key == lastKey, let last { return last.function }
        return look(up: key, count)
    }

    /// How an operand moves along the innermost axis.
    @inline(__always)
    private func kind(_ operand: Int, _ stride: Int) -> Int {
        let size = sizes[operand]
        if stride == size { return 0 }
        if stride == 0 { return 1 }
        if stride == 0 &- size { return 2 }
        return 3
    }

    @inline(never)
    private func look(up key: Int, _ count: Int) -> UnsafeRawPointer? {
        if !asksCompiler {
            runCount &+= 1
            work &+= count &* (steps.count &+ 1)
            guard operandCount <= 20, steps.count <= 64,
                CompilationCost.pays(work: work, runs: runCount / 8)
            else { return nil }
            asksCompiler = true
        }
        if let known = variants.first(where: { $0.key == key }) {
            (lastKey, last) = (key, known.kernel)
            return known.kernel.function
        }
        guard KernelCompiler.shared.isAvailable, variants.count < 16 else { return nil }
        let structure = KernelStructure(nest(key), .points, KernelCompiler.shared.target)
        let kernel = KernelCompiler.shared.kernel(structure.key, weight: max(work, 1)) {
            try NestRenderer.render(structure)
        }
        variants.append((key, kernel))
        (lastKey, last) = (key, kernel)
        return kernel.function
    }

    /// The nest whose structure the kernel has; extents and outer strides mean nothing.
    private func nest(_ key: Int) -> LoopNest {
        func operand(_ k: Int, _ type: ElementType) -> LoopNest.Operand {
            let kind = key == 0 ? 0 : key >> (3 &* (operandCount - 1 - k)) & 7
            return LoopNest.Operand(
                slot: k, type: type, offset: 0, strides: [1 << 20, [1, 0, -1, 7][kind]])
        }
        return LoopNest(
            form: .points, extents: [64, key == 0 ? 1 : 1024], keptAxes: 2, reducedAxes: 0,
            slotCount: operandCount, loads: loads.enumerated().map { operand($0, $1) },
            constants: [], steps: steps.map(\.ofNest),
            outputs: [
                LoopNest.Output(
                    value: result, target: operand(loads.count, output), isExclusive: false)
            ],
            folds: [])
    }

    // MARK: - Parts

    /// Additions (``CostModel``) of a call from which it is shared, and of a part at least. To share
    /// one takes a microsecond or two.
    private static let sharedWork = 120_000
    private static let partWork = 30_000

    /// Lets the workers call the kernel, each for some points of the outermost axis.
    @inline(never)
    private func share(
        _ axes: Int, _ extents: UnsafePointer<Int>, _ places: UnsafePointer<Int>, _ count: Int,
        _ function: UnsafeRawPointer
    ) {
        let workPerIndex = max(1, count / extents[0] &* workOfEight / 8)
        let least = max(1, FreeNest.partWork / workPerIndex)
        workers.forEachPart(of: extents[0], least: least) { range in
            let placeCount = operandCount &* (1 &+ axes)
            let size = axes &+ placeCount &+ wordCount
            withUnsafeTemporaryAllocation(of: Int.self, capacity: size) { room in
                let own = room.baseAddress.unsafelyUnwrapped
                let (ownPlaces, ownWords) = (own + axes, own + axes + placeCount)
                own.initialize(from: extents, count: axes)
                ownPlaces.initialize(from: places, count: placeCount)
                ownWords.initialize(from: words, count: wordCount)
                ownWords[KernelStructure.constantsWord] = Int(bitPattern: ownWords)
                own[0] = range.count
                for k in 0..<operandCount {
                    let place = k &* (1 &+ axes)
                    ownPlaces[place] &+= range.lowerBound &* ownPlaces[place &+ 1]
                }
                walk(axes, own, ownPlaces, function, ownWords)
            }
        }
    }

    // MARK: - Calls of the kernel

    /// Calls the kernel for the two innermost axes, at every point of the others.
    @inline(__always)
    private func walk(
        _ axes: Int, _ extents: UnsafePointer<Int>, _ places: UnsafePointer<Int>,
        _ function: UnsafeRawPointer, _ words: UnsafeMutablePointer<Int>
    ) {
        let stride = 1 &+ axes
        words[KernelStructure.rowsWord] = axes > 1 ? extents[axes &- 2] : 1
        words[KernelStructure.pointsWord] = axes > 0 ? extents[axes &- 1] : 1
        var word = words + KernelStructure.firstOperandWord
        var place = places
        for k in 0..<operandCount {
            word[0] = place[0]
            word[1] = axes > 1 ? place[axes &- 1] : 0
            word[2] =
                axes > 0 && extents[axes &- 1] != 1 ? place[axes] : sizes[k]
            word += KernelStructure.wordsPerOperand
            place += stride
        }
        let call = unsafeBitCast(function, to: CompiledNest.Kernel.self)
        if axes < 3 { return call(words) }
        var index = AxisCounter(axes: axes)
        while true {
            call(words)
            var axis = axes &- 3
            while axis >= 0 {
                index[axis] &+= 1
                let isInside = index[axis] < extents[axis]
                let distance = isInside ? 1 : 1 &- extents[axis]
                move(axis, distance, places, stride, words)
                if isInside { break }
                index[axis] = 0
                axis &-= 1
            }
            if axis < 0 { return }
        }
    }

    @inline(__always)
    private func move(
        _ axis: Int, _ distance: Int, _ places: UnsafePointer<Int>, _ stride: Int,
        _ words: UnsafeMutablePointer<Int>
    ) {
        var word = words + KernelStructure.firstOperandWord
        for k in 0..<operandCount {
            word[0] &+= distance &* places[k &* stride &+ 1 &+ axis]
            word += KernelStructure.wordsPerOperand
        }
    }
}

extension FreeNest.Step {
    /// The type of the result.
    fileprivate var output: ElementType {
        switch self {
        case .apply(_, _, let output, _, _, _): return output
        case .cast(_, let to, _): return to
        }
    }

    /// The work of one point, in additions.
    fileprivate var work: Int {
        if case .apply(let operation, _, _, _, _, _) = self { return operation.weight }
        return 1
    }

    fileprivate var ofNest: LoopNest.Step {
        switch self {
        case .apply(let operation, let compute, let output, let a, let b, let c):
            let count = OperationTable.row(operation).inputCount
            return LoopNest.Step(
                action: .apply(operation, compute), inputs: [a, b, c].prefix(count).map { $0 },
                outputTypes: [output])
        case .cast(let from, let to, let a):
            return LoopNest.Step(
                action: .cast(from: from, to: to), inputs: [a], outputTypes: [to])
        }
    }
}
