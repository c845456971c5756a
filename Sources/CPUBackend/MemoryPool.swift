/// Memory of stores: blocks are kept for reuse, because fresh pages cost several times a recycled
/// block.
///
/// Small blocks come in powers of two from free lists, which hold so many bytes of each larger size
/// at most: a loop whose arrays shrink leaves no full list behind for every size. Large ones are
/// mapped in rounded sizes, begin at different places of a page (``MappedBlock``), and are kept
/// when given back (``KeptBlocks``). What is used and kept together stays near the most that was
/// ever in use: a request that would pass it takes the head of a kept block however large, or the
/// blocks kept longest go back to the system first.
///
/// Built with LEGATE_EXACT_MEMORY (`bin/sanitize address`) every block is one from the heap, of
/// exactly the bytes asked for, and goes back at once, so that the address sanitizer sees reads and
/// writes beside it or after its end of life.
import Execution
import Glibc
import Tracing

final class MemoryPool {
    /// Bytes handed out and not given back.
    private(set) var usedBytes = 0
    /// Bytes kept for reuse.
    var keptBytes: Int { kept.byteCount }
    var ceilingBytes: Int
    private var kept = KeptBlocks()

    /// Heads of the free lists of small blocks; entry k holds blocks of 64 << k bytes, linked
    /// through their first word.
    private let small = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: 11)
    /// Bytes in each of these lists, and the most that one of blocks of 4 KiB or more may hold.
    private let smallBytes = UnsafeMutablePointer<Int>.allocate(capacity: 11)
    private static let firstLimited = 6
    private static let smallLimit = 128 << 10
    /// What is left free behind such a block.
    private static let smallGap = 576

    /// The most that was ever in use; small blocks count when a large one is asked for.
    private(set) var peakBytes = 0
    private let sparse = SparsePool()

    private static let mappedLimit = 64 * 1024
    /// From here on blocks ask for huge pages: walking small ones costs a matrix product with a
    /// vector a quarter.
    private static let hugeLimit = 4 << 20
    /// Small blocks may go this far beyond the ceiling, so that a program that catches the error
    /// can go on.
    private static let reserve = 4 << 20
    /// Blocks up to so many times the size asked for are cut although fresh memory would be there.
    private static let mostCut = 4
    /// What may be kept beyond the peak of what was in use, besides an eighth of it.
    private static let keptLimit = 1 << 20

    init(ceilingBytes: Int) {
        self.ceilingBytes = ceilingBytes
        small.initialize(repeating: nil, count: 11)
        smallBytes.initialize(repeating: 0, count: 11)
    }

    @inline(__always)
    private static func smallClass(_ byteCount: Int) -> Int {
        byteCount <= 64 ? 0 : Int.bitWidth - 6 - (byteCount - 1).leadingZeroBitCount
    }

    /// Sizes of mapped blocks: sixty-four steps per power of two, at least a page apart.
    static func blockSize(_ byteCount: Int) -> Int {
        let power = Int.bitWidth - 1 - byteCount.leadingZeroBitCount
        let step = max(4096, 1 << (power - 6))
        return (byteCount + step - 1) / step * step
    }

    func allocate(byteCount: Int) throws -> UnsafeMutableRawPointer {
        #if LEGATE_EXACT_MEMORY
            try check(byteCount)
            var block: UnsafeMutableRawPointer?
            guard posix_memalign(&block, 64, byteCount) == 0, let block else {
                throw failure(byteCount)
            }
            usedBytes += byteCount
            return block
        #else
            if byteCount < MemoryPool.mappedLimit {
                let k = MemoryPool.smallClass(byteCount)
                if usedBytes &+ 64 << k > ceilingBytes &+ MemoryPool.reserve {
                    throw failure(byteCount)
                }
                usedBytes &+= 64 << k
                if let memory = small[k] {
                    small[k] = memory.load(as: UnsafeMutableRawPointer?.self)
                    smallBytes[k] &-= 64 << k
                    return memory
                }
                var memory: UnsafeMutableRawPointer?
                // Neighbours of the heap must not lie a multiple of a page apart (``MappedBlock``).
                let gap = k >= MemoryPool.firstLimited ? MemoryPool.smallGap : 0
                guard posix_memalign(&memory, 64, 64 << k &+ gap) == 0, let memory else {
                    throw failure(byteCount)
                }
                return memory
            }
            let size = MemoryPool.blockSize(byteCount + MappedBlock.span)
            defer { peakBytes = max(peakBytes, usedBytes) }
            if let block = kept.take(size) {
                usedBytes += size
                return block.memory
            }
            let limit = min(
                max(peakBytes, usedBytes + size) + peakBytes / 8 + MemoryPool.keptLimit,
                ceilingBytes)
            let isFull = usedBytes + keptBytes + size > limit
            // A small piece cut out of a large block costs its next user all of its pages.
            if let block = kept.takeHead(size, ofAtMost: isFull ? .max : MemoryPool.mostCut * size)
            {
                usedBytes += size
                return block.memory
            }
            if isFull { kept.release(untilKept: limit - usedBytes - size) }
            try check(size)
            let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard let memory, memory != MAP_FAILED else { throw failure(byteCount) }
            if size >= MemoryPool.hugeLimit { madvise(memory, size, MADV_HUGEPAGE) }
            usedBytes += size
            Counters.shared.mappedBytes &+= size
            Log.memory.write(
                .info,
                "\(size) bytes from the system: \(usedBytes) used, \(keptBytes) kept of \(ceilingBytes)"
            )
            return kept.make(memory, size).memory
        #endif
    }

    /// Memory of which a part counts; smaller blocks are whole.
    func allocate(byteCount: Int, using part: Range<Int>) throws -> UnsafeMutableRawPointer {
        #if LEGATE_EXACT_MEMORY
            return try allocate(byteCount: byteCount)
        #else
            if byteCount < MemoryPool.mappedLimit { return try allocate(byteCount: byteCount) }
            if let memory = sparse.takeKept(byteCount, part) {
                usedBytes += part.count
                return memory
            }
            let limit = min(
                max(peakBytes, usedBytes + part.count) + peakBytes / 8 + MemoryPool.keptLimit,
                ceilingBytes)
            if usedBytes + sparse.keptBytes + part.count > limit { sparse.releaseKept() }
            try check(part.count)
            guard let memory = sparse.map(byteCount, part) else { throw failure(byteCount) }
            usedBytes += part.count
            peakBytes = max(peakBytes, usedBytes)
            return memory
        #endif
    }

    /// Notes that all of a block with a part was written.
    func noteFilled(_ memory: UnsafeMutableRawPointer) { sparse.noteFilled(memory) }

    func deallocate(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
        if byteCount >= MemoryPool.mappedLimit, let part = sparse.giveBack(memory) {
            usedBytes -= part.count
            return
        }
        #if LEGATE_EXACT_MEMORY
            usedBytes -= byteCount
            free(memory)
        #else
            if byteCount < MemoryPool.mappedLimit {
                let k = MemoryPool.smallClass(byteCount)
                usedBytes &-= 64 << k
                if k >= MemoryPool.firstLimited, smallBytes[k] >= MemoryPool.smallLimit {
                    return free(memory)
                }
                smallBytes[k] &+= 64 << k
                memory.storeBytes(of: small[k], as: UnsafeMutableRawPointer?.self)
                small[k] = memory
                return
            }
            let size = MemoryPool.blockSize(byteCount + MappedBlock.span)
            usedBytes -= size
            kept.add(MappedBlock(memory: memory, size: size))
        #endif
    }

    /// Gives every kept block back to the system.
    func releaseKept() {
        Log.memory.write(.info, "\(keptBytes) kept bytes go back to the system")
        kept.releaseAll()
        sparse.releaseKept()
    }

    private func check(_ byteCount: Int) throws {
        if usedBytes + byteCount > ceilingBytes { throw failure(byteCount) }
    }

    private func failure(_ byteCount: Int) -> OutOfMemory {
        Log.memory.write(
            .error, "\(byteCount) bytes do not fit: \(usedBytes) used of \(ceilingBytes)")
        return OutOfMemory(
            requestedBytes: byteCount, usedBytes: usedBytes, ceilingBytes: ceilingBytes)
    }
}
