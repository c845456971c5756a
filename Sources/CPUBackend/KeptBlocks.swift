/// Mapped memory that nobody uses, kept because fresh pages cost several times recycled ones.
///
/// In: blocks as they are given back. Out: a block of the size asked for: one that was given back
/// in just that size, else the head of a larger one, whose rest stays kept. Neighbours are joined
/// only where no block is large enough, so a loop whose sizes come back finds them as it left them,
/// and one whose arrays shrink or grow finds pages all the same.
///
///     kept    [ 4 ][ 2 ]   [ 3 ]        asked for 5: 4 and 2 are joined, 5 of them are handed out
///     then             [1]  [ 3 ]
///
/// A block that comes back in one piece begins where it began; what is cut or joined is a new one.

struct KeptBlocks {
    private(set) var byteCount = 0
    private var bins: [Int: Bin] = [:]
    /// Counts the blocks given back.
    private var clock = 0
    /// Counts the blocks made.
    private var madeCount = 0
    /// Nothing was given back since neighbours were joined.
    private var isJoined = true

    /// Blocks of one size.
    private struct Bin {
        var blocks: [MappedBlock] = []
        /// When a block was last given back to it.
        var time = 0
    }

    /// A new block.
    mutating func make(_ page: UnsafeMutableRawPointer, _ size: Int) -> MappedBlock {
        defer { madeCount &+= 1 }
        return MappedBlock(page: page, size: size, number: madeCount)
    }

    mutating func add(_ block: MappedBlock) {
        clock += 1
        insert(block, time: clock)
        isJoined = false
    }

    private mutating func insert(_ block: MappedBlock, time: Int) {
        byteCount += block.size
        bins[block.size, default: Bin()].blocks.append(block)
        bins[block.size]!.time = time
    }

    /// A block of just this size, the one given back last.
    mutating func take(_ size: Int) -> MappedBlock? {
        guard let block = bins[size]?.blocks.popLast() else { return nil }
        byteCount -= size
        return block
    }

    /// The head of the smallest block of at least `size` and at most `most` bytes; its rest stays
    /// kept.
    mutating func takeHead(_ size: Int, ofAtMost most: Int) -> MappedBlock? {
        guard byteCount >= size else { return nil }
        if let block = cut(size, most) { return block }
        return join() ? cut(size, most) : nil
    }

    private mutating func cut(_ size: Int, _ most: Int) -> MappedBlock? {
        var best = Int.max
        for (length, bin) in bins
        where length >= size && length <= most && length < best && !bin.blocks.isEmpty {
            best = length
        }
        guard best < .max, let block = take(best) else { return nil }
        guard best > size else { return block }
        insert(make(block.page + size, best - size), time: bins[best]!.time)
        return MappedBlock(memory: block.memory, size: size)
    }

    /// Makes one block of neighbours.
    ///
    /// - Returns: Whether there were any.
    private mutating func join() -> Bool {
        if isJoined { return false }
        isJoined = true
        let all = bins.values.flatMap { bin in bin.blocks.map { (block: $0, time: bin.time) } }
            .sorted { $0.block.page < $1.block.page }
        guard zip(all, all.dropFirst()).contains(where: { $0.block.end == $1.block.page }) else {
            return false
        }
        (bins, byteCount) = ([:], 0)
        var run = all[...]
        while let first = run.first {
            var (end, time) = (first.block.end, first.time)
            run.removeFirst()
            while let next = run.first, next.block.page == end {
                (end, time) = (next.block.end, max(time, next.time))
                run.removeFirst()
            }
            let size = end - first.block.page
            let block = size == first.block.size ? first.block : make(first.block.page, size)
            insert(block, time: max(time, bins[size]?.time ?? 0))
        }
        return true
    }

    // MARK: - Back to the system

    /// Gives blocks back to the system, those of the sizes not seen for longest first.
    mutating func release(untilKept limit: Int) {
        while byteCount > max(limit, 0) {
            guard let (size, bin) = bins.min(by: { $0.value.time < $1.value.time }) else { return }
            guard let block = bin.blocks.last else {
                bins[size] = nil
                continue
            }
            block.unmap()
            byteCount -= size
            bins[size]!.blocks.removeLast()
        }
    }

    mutating func releaseAll() {
        for bin in bins.values { bin.blocks.forEach { $0.unmap() } }
        (bins, byteCount, isJoined) = ([:], 0, true)
    }
}
