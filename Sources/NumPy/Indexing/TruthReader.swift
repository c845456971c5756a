/// A mask as a task reads it: single elements, counts, and walks over what is true.
import LegateCore

/// A flat mask inside a task.
struct TruthReader {
    let start: UnsafePointer<UInt8>
    let stride: Int
    let extent: Int

    init(_ operand: TaskTile.Operand) {
        start = UnsafePointer(operand.start.assumingMemoryBound(to: UInt8.self))
        extent = operand.lattice.shape[0]
        stride = operand.lattice.strides[0]
    }

    @inline(__always) subscript(i: Int) -> Int { TruthReader.one(start[i &* stride]) }

    /// 1 for any byte but 0, without a branch.
    @inline(__always) static func one(_ byte: UInt8) -> Int { Int((byte | (0 &- byte)) &>> 7) }

    func count(_ range: Range<Int>) -> Int {
        var total = 0
        if stride == 1 {
            // Bytes are added in 8-bit lanes: at most 255 rounds before they would overflow.
            var i = range.lowerBound
            while i < range.upperBound {
                let end = min(i + 128, range.upperBound)
                var part: UInt8 = 0
                while i < end {
                    part &+= (start[i] | (0 &- start[i])) &>> 7
                    i &+= 1
                }
                total &+= Int(part)
            }
            return total
        }
        for i in range { total &+= self[i] }
        return total
    }

    /// The true elements numbered `wanted`, and where to begin to look for them: at element `first`
    /// of the mask, which is true or stands before the first wanted one. `prefix` holds the true
    /// elements before each block.
    @inline(__always)
    func walk(_ wanted: Range<Int>, prefix: UnsafePointer<Int>, blocks: Int) -> MaskWalk {
        var low = 0
        var high = blocks
        while high - low > 1 {
            let middle = (low + high) / 2
            if prefix[middle] <= wanted.lowerBound { low = middle } else { high = middle }
        }
        var i = low * TrueElements.blockSize
        var k = prefix[low]
        while k < wanted.lowerBound {
            k &+= self[i]
            i &+= 1
        }
        return MaskWalk(truth: start, stride: stride, first: i, extent: extent, count: wanted.count)
    }
}
