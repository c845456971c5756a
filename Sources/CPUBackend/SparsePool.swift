/// Memory of stores that are tiled over ranks: addresses for all of a store, pages for the part
/// that is used.
///
/// A rank's block of a store and what it receives of others lie where they would lie in the whole,
/// so that kernels need not know of ranks. What was mapped is kept and serves the next store of the
/// same size and part.
///
///     rank 1 of 4   [ no pages | halo own own own own halo | no pages | no pages ]
import Glibc

final class SparsePool {
    private struct Kind: Hashable {
        var byteCount: Int
        var part: Range<Int>
    }
    private var kept: [Kind: [UnsafeMutableRawPointer]] = [:]
    private var kinds: [UnsafeMutableRawPointer: Kind] = [:]
    /// Blocks that were filled beyond their part.
    private var filled: Set<UnsafeMutableRawPointer> = []
    /// Bytes of the parts that are kept.
    private(set) var keptBytes = 0

    private static let hugePage = 2 << 20

    /// A block of the kind that was given back before.
    func takeKept(_ byteCount: Int, _ part: Range<Int>) -> UnsafeMutableRawPointer? {
        let kind = Kind(byteCount: byteCount, part: part)
        guard let memory = kept[kind]?.popLast() else { return nil }
        keptBytes -= part.count
        kinds[memory] = kind
        return memory
    }

    func map(_ byteCount: Int, _ part: Range<Int>) -> UnsafeMutableRawPointer? {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0),
            memory != MAP_FAILED
        else {
            return nil
        }
        kinds[memory] = Kind(byteCount: byteCount, part: part)
        // Huge pages, but none that reaches beyond the part.
        let page = UInt(SparsePool.hugePage)
        let first = (UInt(bitPattern: memory) + UInt(part.lowerBound) + page - 1) / page * page
        let end = (UInt(bitPattern: memory) + UInt(part.upperBound)) / page * page
        if first < end {
            madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_HUGEPAGE)
        }
        return memory
    }

    /// The part of a block of this pool, which is given back.
    func giveBack(_ memory: UnsafeMutableRawPointer) -> Range<Int>? {
        guard let kind = kinds.removeValue(forKey: memory) else { return nil }
        if filled.remove(memory) != nil { trim(memory, kind) }
        kept[kind, default: []].append(memory)
        keptBytes += kind.part.count
        return kind.part
    }

    /// Notes that a block's other parts were written, too: their pages go back with it.
    func noteFilled(_ memory: UnsafeMutableRawPointer) {
        if kinds[memory] != nil { filled.insert(memory) }
    }

    private func trim(_ memory: UnsafeMutableRawPointer, _ kind: Kind) {
        let page = 4096
        let before = kind.part.lowerBound / page * page
        let after = (kind.part.upperBound + page - 1) / page * page
        if before > 0 { madvise(memory, before, MADV_DONTNEED) }
        if after < kind.byteCount { madvise(memory + after, kind.byteCount - after, MADV_DONTNEED) }
    }

    func releaseKept() {
        for (kind, blocks) in kept { for block in blocks { munmap(block, kind.byteCount) } }
        kept.removeAll()
        keptBytes = 0
    }
}
