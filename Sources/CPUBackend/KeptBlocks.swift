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
/// Blocks begin with a page; a block that comes back in one piece keeps the place in its first page
/// where its memory began (``PageColors``).
import Glibc

struct KeptBlocks {
    private(set) var byteCount = 0
    private var bins: [Int: Bin] = [:]
    /// Counts the blocks given back.
    private var clock = 0
    /// Nothing was given back since neighbours were joined.
    private var isJoined = true
    private var colors = PageColors()

    /// Blocks of one size.
    private struct Bin {
        var blocks: [UnsafeMutableRawPointer] = []
        /// When a block was last given back to it.
        var time = 0
    }

    /// Memory at the next place in the first page of a new block.
    mutating func colored(_ page: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        colors.place(in: page)
    }

    mutating func add(_ memory: UnsafeMutableRawPointer, _ size: Int) {
        clock += 1
        insert(memory, size, time: clock)
        isJoined = false
    }

    private mutating func insert(_ memory: UnsafeMutableRawPointer, _ size: Int, time: Int) {
        byteCount += size
        bins[size, default: Bin()].blocks.append(memory)
        bins[size]!.time = time
    }

    /// A block of just this size, the one given back last.
    mutating func take(_ size: Int) -> UnsafeMutableRawPointer? {
        guard let memory = bins[size]?.blocks.popLast() else { return nil }
        byteCount -= size
        return memory
    }

    /// The head of the smallest block of at least `size` and at most `most` bytes; its rest stays
    /// kept.
    mutating func takeHead(_ size: Int, ofAtMost most: Int) -> UnsafeMutableRawPointer? {
        guard byteCount >= size else { return nil }
        if let memory = cut(size, most) { return memory }
        return join() ? cut(size, most) : nil
    }

    private mutating func cut(_ size: Int, _ most: Int) -> UnsafeMutableRawPointer? {
        var best = Int.max
        for (length, bin) in bins
        where length >= size && length <= most && length < best && !bin.blocks.isEmpty {
            best = length
        }
        guard best < .max, let memory = take(best) else { return nil }
        if best > size {
            let rest = PageColors.page(of: memory) + size
            insert(colors.place(in: rest), best - size, time: bins[best]!.time)
        }
        return memory
    }

    /// Makes one block of neighbours.
    ///
    /// - Returns: Whether there were any.
    private mutating func join() -> Bool {
        if isJoined { return false }
        isJoined = true
        let all = bins.flatMap { size, bin in
            bin.blocks.map { (start: PageColors.page(of: $0), size: size, time: bin.time) }
        }
        .sorted { $0.start < $1.start }
        guard zip(all, all.dropFirst()).contains(where: { $0.start + $0.size == $1.start }) else {
            return false
        }
        (bins, byteCount) = ([:], 0)
        var run = all[0]
        for block in all.dropFirst() {
            if run.start + run.size == block.start {
                run = (run.start, run.size + block.size, max(run.time, block.time))
            } else {
                insert(
                    colors.place(in: run.start), run.size,
                    time: max(run.time, bins[run.size]?.time ?? 0))
                run = block
            }
        }
        insert(
            colors.place(in: run.start), run.size,
            time: max(run.time, bins[run.size]?.time ?? 0))
        return true
    }

    // MARK: - Back to the system

    /// Gives blocks back to the system, those of the sizes not seen for longest first.
    mutating func release(untilKept limit: Int) {
        while byteCount > max(limit, 0) {
            guard let (size, bin) = bins.min(by: { $0.value.time < $1.value.time }) else { return }
            if let block = bin.blocks.last {
                munmap(PageColors.page(of: block), size)
                byteCount -= size
                bins[size]!.blocks.removeLast()
            } else {
                bins[size] = nil
            }
        }
    }

    mutating func releaseAll() {
        for (size, bin) in bins {
            for block in bin.blocks { munmap(PageColors.page(of: block), size) }
        }
        (bins, byteCount, isJoined) = ([:], 0, true)
    }
}
