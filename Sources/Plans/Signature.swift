/// What a window looks like, apart from which stores and constants stand in it: two windows of equal signatures have
/// the same plan.
///
/// In: launches in program order. Out: the stores in order of first appearance, and a list of words that tells
/// everything the passes look at: lattices, types, expressions, and for each store whether the program still sees it
/// and whether its bytes exist. Constants count by type alone, so `x * alpha` is one plan for every alpha.
///
/// - Complexity: linear in the launches' operands and instructions.
import Launches
import Shapes

public struct Signature {
    public private(set) var words: [Int] = []
    public private(set) var stores: [Store] = []
    /// Where each launch's words begin.
    public private(set) var starts: [Int] = []
    nonisolated(unsafe) private static var mark = 0

    public init(_ launches: [Launch]) {
        words.reserveCapacity(launches.count &* 40)
        stores.reserveCapacity(launches.count)
        starts.reserveCapacity(launches.count)
        Signature.mark += 1
        let mark = Signature.mark
        for (k, launch) in launches.enumerated() {
            launch.windowPosition = k
            starts.append(words.count)
            append(launch, mark)
        }
    }

    /// A hash of the words.
    public var hash: Int {
        var h: UInt = 0x9E37_79B9_7F4A_7C15
        words.withUnsafeBufferPointer {
            for word in $0 {
                h = (h ^ UInt(bitPattern: word)) &* 0xFF51_AFD7_ED55_8CCD
                h ^= h >> 32
            }
        }
        return Int(bitPattern: h)
    }

    /// The first launch that differs from another window's; `nil` where one begins with the other.
    public func firstDifference(from other: Signature) -> Int? {
        for (k, (a, b)) in zip(words, other.words).enumerated() where a != b {
            return (starts.lastIndex { $0 <= k } ?? 0)
        }
        return nil
    }

    private mutating func append(_ launch: Launch, _ mark: Int) {
        words.append(launch.inputs.count | launch.outputs.count << 24)
        for view in launch.inputs { append(view, mark) }
        for view in launch.outputs { append(view, mark) }
        append(launch.domain)
        switch launch.body {
        case .pointwise(let expression):
            words.append(1)
            append(expression)
        case .reduction(let expression, let reduction):
            words.append(2 | reduction.operation.index << 8 | reduction.type.index << 20)
            var bits = 1
            for isReduced in reduction.reduced { bits = bits << 1 | (isReduced ? 1 : 0) }
            words.append(bits)
            append(expression)
        case .opaque(let task):
            words.append(3)
            words.append(task.units)
            words.append(task.grain << 2 | (task.tilesAreDisjoint ? 2 : 0) | (task.runsAlways ? 1 << 62 : 0) | (task.collective == nil ? 0 : 1))
            for partition in task.inputPartitions { append(partition) }
            for partition in task.outputPartitions { append(partition) }
        }
    }

    private mutating func append(_ view: StoreView, _ mark: Int) {
        let store = view.store
        var isNew = 0
        if store.windowMark != mark {
            store.windowMark = mark
            store.windowOrdinal = stores.count
            stores.append(store)
            isNew = 1
        }
        words.append(store.windowOrdinal << 16 | view.type.index << 8 | isNew)
        if isNew == 1 {
            let isVisible = store.handleCount > 0 || store.isShared
            let spread = (store.isTiled ? 4 : 0) | (store.isLocal ? 8 : 0)
            words.append((isVisible ? 1 : 0) | (store.memory != nil ? 2 : 0) | spread | store.type.index << 8)
            append(store.shape)
            if store.isTiled {
                words.append(store.alignment.rows)
                words.append(store.alignment.shift)
            }
        }
        words.append(view.lattice.offset)
        append(view.lattice.shape)
        append(view.lattice.strides)
    }

    private mutating func append(_ partition: OpaqueTask.Partition) {
        switch partition {
        case .whole: words.append(-1)
        case .along(let axis): words.append(axis)
        case .blocks(let axis, let count, let low, let high):
            words.append(1 << 16 | axis)
            words.append(count)
            words.append(low)
            words.append(high)
        case .spans(let axis, let spans):
            words.append(2 << 16 | axis)
            words.append(spans.count)
            for span in spans {
                words.append(span.lowerBound)
                words.append(span.upperBound)
            }
        }
    }

    private mutating func append(_ list: AxisList) {
        words.append(list.count)
        for value in list { words.append(value) }
    }

    private mutating func append(_ expression: ScalarExpression) {
        words.append(expression.instructions.count | expression.constants.count << 20 | expression.results.count << 40)
        for constant in expression.constants { words.append(constant.type.index) }
        for result in expression.results { words.append(result) }
        for instruction in expression.instructions {
            switch instruction {
            case .cast(let input, let from, let to):
                words.append(input << 16 | from.index << 8 | to.index)
            case .apply(let operation, let loop, let a, let b, let c):
                var types = loop.compute.index
                types = types << 5 | loop.input0.index
                types = types << 5 | loop.input1.index
                types = types << 5 | loop.input2.index
                types = types << 5 | loop.output0.index
                types = types << 5 | loop.output1.index
                words.append(1 << 62 | operation.index << 32 | types)
                words.append(a | b << 20 | c << 40)
            }
        }
    }
}
