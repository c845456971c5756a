/// `bincount` of bytes: an image's grey values, truth values. They cannot lie outside of a table of
/// 256, so nothing is converted and no range is looked for.
///
///     bytes    a b c d  e f g h     each of four neighbours has its own table, so that equal ones
///     tables   0 1 2 3  0 1 2 3     do not wait for each other
///
/// In: bytes at rest, side by side. Out: how often each is there, on all workers where there are
/// many.
import LegateCore

struct ByteCounts {
    /// How often each byte is there.
    private(set) var counts = [Int](repeating: 0, count: 256)

    /// Bytes of one worker's turn.
    private static let chunk = 1 << 16

    /// - Precondition: No task runs.
    init(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
        let chunks = max(1, (count + ByteCounts.chunk - 1) / ByteCounts.chunk)
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: chunks &* 256) { partial in
            let start = partial.baseAddress.unsafelyUnwrapped
            Immediate.share(chunks) { k in
                let first = k &* ByteCounts.chunk
                ByteCounts.count(
                    bytes + first, min(ByteCounts.chunk, count &- first), start + k &* 256)
            }
            for k in 0..<chunks {
                for byte in 0..<256 { counts[byte] &+= Int(start[k &* 256 &+ byte]) }
            }
        }
    }

    private static func count(
        _ bytes: UnsafePointer<UInt8>, _ count: Int, _ target: UnsafeMutablePointer<UInt32>
    ) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 1024) { room in
            let tables = room.baseAddress.unsafelyUnwrapped
            tables.initialize(repeating: 0, count: 1024)
            var k = 0
            while k &+ 8 <= count {
                let eight = (UnsafeRawPointer(bytes) + k).loadUnaligned(as: UInt64.self)
                var shift: UInt64 = 0
                while shift < 64 {
                    let table = Int(truncatingIfNeeded: shift &>> 3) & 3
                    let byte = Int(truncatingIfNeeded: (eight &>> shift) & 255)
                    tables[table &* 256 &+ byte] &+= 1
                    shift &+= 8
                }
                k &+= 8
            }
            while k < count {
                tables[Int(bytes[k])] &+= 1
                k &+= 1
            }
            for byte in 0..<256 {
                target[byte] =
                    tables[byte] &+ tables[byte &+ 256] &+ tables[byte &+ 512]
                    &+ tables[byte &+ 768]
            }
        }
    }
}

extension NDArray {
    /// How often each number is in a list of bytes at rest; `nil` where the general way has to be
    /// taken.
    func byteCounts(_ minimum: Int) throws -> NDArray? {
        guard type == .uint8 || type == .bool, count > 0, isPlain, !isSpread,
            Runtime.shared.runsTasksAtOnce(count)
        else { return nil }
        Counters.countImmediate()
        let counts = ByteCounts(firstByte.assumingMemoryBound(to: UInt8.self), count).counts
        let highest = counts.lastIndex { $0 > 0 } ?? 0
        let length = max(minimum, highest + 1)
        guard Runtime.shared.isImmediate(length) else { return nil }
        let result = try NDArray.ready(AxisList(length), .int64)
        let target = result.firstByte.assumingMemoryBound(to: Int.self)
        for k in 0..<length { target[k] = k < 256 ? counts[k] : 0 }
        return result
    }
}
