/// Memory of stores: blocks are kept for reuse, because fresh pages cost several times a recycled block.
///
/// Small blocks go to `malloc`. Large ones are mapped in rounded sizes and kept in bins when given back. A request that
/// no bin can serve first gives stale blocks back to the system, so that the peak follows what the program holds.
import Execution
import Glibc

final class MemoryPool {
    /// Bytes handed out and not given back.
    private(set) var usedBytes = 0
    /// Bytes kept in bins.
    private(set) var keptBytes = 0
    let ceilingBytes: Int
    private var bins: [Int: [UnsafeMutableRawPointer]] = [:]

    private static let mappedLimit = 64 * 1024
    /// Kept beside what is in use when a new block must be mapped.
    private static let keptLimit = 32 << 20

    init(ceilingBytes: Int) { self.ceilingBytes = ceilingBytes }

    /// Sizes of mapped blocks: eight steps per power of two, at least a page apart.
    static func blockSize(_ byteCount: Int) -> Int {
        let power = Int.bitWidth - 1 - byteCount.leadingZeroBitCount
        let step = max(4096, 1 << (power - 3))
        return (byteCount + step - 1) / step * step
    }

    func allocate(byteCount: Int) throws -> UnsafeMutableRawPointer {
        if byteCount < MemoryPool.mappedLimit {
            try check(byteCount)
            usedBytes += byteCount
            var memory: UnsafeMutableRawPointer?
            guard posix_memalign(&memory, 64, max(byteCount, 64)) == 0, let memory else { throw failure(byteCount) }
            return memory
        }
        let size = MemoryPool.blockSize(byteCount)
        if let memory = bins[size]?.popLast() {
            keptBytes -= size
            usedBytes += size
            return memory
        }
        if keptBytes > MemoryPool.keptLimit || usedBytes + keptBytes + size > ceilingBytes { releaseKept() }
        try check(size)
        let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { throw failure(byteCount) }
        usedBytes += size
        return memory
    }

    func deallocate(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
        if byteCount < MemoryPool.mappedLimit {
            usedBytes -= byteCount
            free(memory)
            return
        }
        let size = MemoryPool.blockSize(byteCount)
        usedBytes -= size
        keptBytes += size
        bins[size, default: []].append(memory)
    }

    /// Gives every kept block back to the system.
    func releaseKept() {
        for (size, blocks) in bins { for block in blocks { munmap(block, size) } }
        bins.removeAll()
        keptBytes = 0
    }

    private func check(_ byteCount: Int) throws {
        if usedBytes + byteCount > ceilingBytes { throw failure(byteCount) }
    }

    private func failure(_ byteCount: Int) -> OutOfMemory {
        OutOfMemory(requestedBytes: byteCount, usedBytes: usedBytes, ceilingBytes: ceilingBytes)
    }
}
