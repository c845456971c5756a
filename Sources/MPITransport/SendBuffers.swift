/// Memory for messages that are not yet sent, recycled by size: powers of two from 64 bytes on.
/// Used under the lock.
import Glibc

struct SendBuffers {
    private var free = [[UnsafeMutableRawPointer]](repeating: [], count: largestKept + 1)
    private var keptBytes = 0

    /// The smallest and the largest kind, as powers of two; larger ones go back to the system.
    private static let smallest = 6, largestKept = 27
    /// What may lie idle in all.
    private static let keptLimit = 160 << 20

    struct Buffer {
        var memory: UnsafeMutableRawPointer
        var kind: Int
    }

    mutating func take(_ byteCount: Int) -> Buffer {
        let kind = max(
            SendBuffers.smallest, Int.bitWidth - max(byteCount - 1, 0).leadingZeroBitCount)
        if kind < free.count, let memory = free[kind].popLast() {
            keptBytes -= 1 << kind
            return Buffer(memory: memory, kind: kind)
        }
        // Exact for the large ones: their size rarely comes back.
        let size = kind < free.count ? 1 << kind : byteCount
        return Buffer(memory: .allocate(byteCount: size, alignment: 64), kind: kind)
    }

    mutating func give(_ buffer: Buffer) {
        if buffer.kind < free.count, keptBytes + 1 << buffer.kind <= SendBuffers.keptLimit {
            keptBytes += 1 << buffer.kind
            free[buffer.kind].append(buffer.memory)
        } else {
            buffer.memory.deallocate()
        }
    }
}
