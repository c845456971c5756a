/// How launches are put into words, and words into a hash.
///
/// Nothing here looks at a store: a launch's kind is what it computes over which points, and how
/// each operand walks through its store.
import Launches
import Shapes

extension Signature {
    /// What a launch computes, and the shapes and strides of its operands.
    @inline(__always)
    static func put(
        kindOf launch: Launch, _ inputs: UnsafeBufferPointer<StoreView>,
        _ outputs: UnsafeBufferPointer<StoreView>, _ p: inout UnsafeMutablePointer<Int>
    ) {
        put(inputs.count | outputs.count << 24 | (launch.priority == 0 ? 0 : 1 << 48), &p)
        if launch.priority != 0 { put(launch.priority, &p) }
        put(launch.domain, &p)
        for k in 0..<inputs.count { put(form: inputs.baseAddress.unsafelyUnwrapped + k, &p) }
        for k in 0..<outputs.count { put(form: outputs.baseAddress.unsafelyUnwrapped + k, &p) }
        put(launch.bodyWords.0, &p)
        guard let code = launch.code else {
            if case .opaque(let task) = launch.body { put(task, &p) }
            return
        }
        if launch.bodyWords.1 != 0 { put(launch.bodyWords.1, &p) }
        put(code, &p)
    }

    private static func put(_ task: OpaqueTask, _ p: inout UnsafeMutablePointer<Int>) {
        put(task.units, &p)
        let flags =
            (task.together == nil ? 0 : 8) | (task.runsAlways ? 4 : 0)
            | (task.tilesAreDisjoint ? 2 : 0)
        put(task.grain << 4 | flags | (task.collective == nil ? 0 : 1), &p)
        for partition in task.inputPartitions { put(partition, &p) }
        for partition in task.outputPartitions { put(partition, &p) }
    }

    private static func put(_ partition: OpaqueTask.Partition, _ p: inout UnsafeMutablePointer<Int>)
    {
        switch partition {
        case .whole: put(-1, &p)
        case .along(let axis): put(axis, &p)
        case .blocks(let axis, let count, let low, let high):
            put(1 << 16 | axis, &p)
            put(count, &p)
            put(low, &p)
            put(high, &p)
        case .spans(let axis, let spans):
            put(2 << 16 | axis, &p)
            put(spans.count, &p)
            for span in spans {
                put(span.lowerBound, &p)
                put(span.upperBound, &p)
            }
        case .tiles(let shape, let colors):
            put(3 << 16 | colors.count, &p)
            put(shape, &p)
            for color in colors { put(color, &p) }
        }
    }

    @inline(__always)
    private static func put(
        form view: UnsafePointer<StoreView>, _ p: inout UnsafeMutablePointer<Int>
    ) {
        put(view.pointee.type.index, &p)
        put(view.pointee.lattice.shape, &p)
        p = view.pointee.lattice.strides.write(to: p)
    }

    @inline(__always)
    private static func put(_ code: ScalarExpression.Code, _ p: inout UnsafeMutablePointer<Int>) {
        code.words.withUnsafeBufferPointer {
            p.update(from: $0.baseAddress.unsafelyUnwrapped, count: $0.count)
            p += $0.count
        }
    }

    @inline(__always)
    static func put(_ list: AxisList, _ p: inout UnsafeMutablePointer<Int>) {
        put(list.count, &p)
        p = list.write(to: p)
    }

    @inline(__always)
    static func put(_ word: Int, _ p: inout UnsafeMutablePointer<Int>) {
        p.pointee = word
        p += 1
    }

    // MARK: - Hashes

    /// A hash of words, two at a time: products of 128 bits, folded.
    static func hash(_ words: UnsafePointer<Int>, _ count: Int) -> UInt64 {
        var result = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
        var k = 0
        while k < count {
            let first = UInt64(bitPattern: Int64(words[k]))
            let second = k &+ 1 < count ? UInt64(bitPattern: Int64(words[k &+ 1])) : 0
            let product = (first ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(
                by: second ^ 0xE703_7ED1_A0B4_28DB)
            result = mixed(result, product.high ^ product.low)
            k &+= 2
        }
        return result
    }

    /// Two hashes as one; the order counts.
    @inline(__always)
    static func mixed(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = (a << 7 | a >> 57) &+ b
        return (product ^ product >> 29) &* 0xFF51_AFD7_ED55_8CCD
    }
}

extension Launch {
    /// No launch puts down more words than this, with four to spare behind each list.
    @inline(__always)
    func mostWords(
        _ inputs: UnsafeBufferPointer<StoreView>, _ outputs: UnsafeBufferPointer<StoreView>
    ) -> Int {
        var count = 32 &+ domain.count
        for k in 0..<inputs.count {
            count &+= Launch.mostWords(inputs.baseAddress.unsafelyUnwrapped + k)
        }
        for k in 0..<outputs.count {
            count &+= Launch.mostWords(outputs.baseAddress.unsafelyUnwrapped + k)
        }
        if let code { return count &+ code.words.count }
        guard case .opaque(let task) = body else { return count }
        for partition in task.inputPartitions { count &+= Launch.mostWords(partition) }
        for partition in task.outputPartitions { count &+= Launch.mostWords(partition) }
        return count
    }

    private static func mostWords(_ partition: OpaqueTask.Partition) -> Int {
        switch partition {
        case .spans(_, let spans): 2 &+ 2 &* spans.count
        case .tiles(let shape, let colors): 5 &+ (1 &+ shape.count) &* (1 &+ colors.count)
        default: 4
        }
    }

    /// Of a view, with the shape of its store.
    @inline(__always)
    private static func mostWords(_ view: UnsafePointer<StoreView>) -> Int {
        8 &+ 2 &* view.pointee.lattice.shape.count &+ view.pointee.withStore { $0.shape.count }
    }
}
