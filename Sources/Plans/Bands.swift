/// How two steps, of which the second overwrites what neighbours of the first still read, are shared out to several workers.
///
/// In: the number of chunks, alike in both steps, and how far a chunk of the second reaches among those of the first.
/// Out: bands of consecutive chunks that one worker takes as a whole, so that what one step leaves in a core's cache is
/// found there by the other. Neighbouring bands meet in edges: these chunks of the first step are computed ahead, after
/// which no band waits for another.
///
///     first    e a a a a a e | e b b b b b e      e: edges, kept until their turn comes
///     second   a a a a a a a | b b b b b b b      a, b: each worker goes a1 a2 A1 a3 A2 … in its own ring
struct Bands {
    /// Chunks of either step.
    let chunkCount: Int
    /// Bands.
    let count: Int
    /// So many chunks of the first step in front of its own, and behind it, a chunk of the second waits for.
    let before: Int
    let after: Int

    /// Bands are no shorter than so many times what they have of edges: edges are read from memory twice.
    private static let leastLength = 4
    /// Bands a worker, where there are chunks enough: one whose core is busy elsewhere leaves the rest to the others.
    private static let perWorker = 8
    /// Bands whose edges are computed before the first band begins.
    private static let lead = 2

    /// `nil` where the chunks are too few to be shared out so.
    init?(chunkCount: Int, before: Int, after: Int, workers: Int) {
        let most = chunkCount / (Bands.leastLength * max(1, before + after))
        var count = min(Bands.perWorker * workers, most)
        // A few bands are as many for each worker.
        if count < 4 * workers { count = count / workers * workers }
        guard workers > 1, count >= workers, 4 * workers * (after + 1) <= chunkCount else { return nil }
        self.chunkCount = chunkCount
        self.count = count
        self.before = before
        self.after = after
    }

    func chunks(of band: Int) -> Range<Int> { band * chunkCount / count..<(band + 1) * chunkCount / count }

    func band(of chunk: Int) -> Int { ((chunk + 1) * count - 1) / chunkCount }

    /// Chunks of the first step that neighbouring bands wait for, too.
    func edges(of band: Int) -> [Int] {
        let chunks = chunks(of: band)
        return Array(chunks.prefix(after)) + Array(chunks.suffix(before))
    }

    /// Chunks that a worker's ring holds at a time.
    var ringLength: Int { after + 1 }

    /// Edges of all bands: their places come first.
    var edgeCount: Int { count * (before + after) }

    /// Places for chunks of all edges and of the workers' rings.
    func placeCount(workers: Int) -> Int { edgeCount + workers * ringLength }

    /// Where a chunk of the temporary lies while it is in the hand of a worker.
    func place(of chunk: Int, worker: Int) -> Int {
        let band = band(of: chunk)
        let chunks = chunks(of: band)
        let first = band * (before + after)
        if chunk < chunks.lowerBound + after { return first + chunk - chunks.lowerBound }
        if chunk >= chunks.upperBound - before { return first + after + before - (chunks.upperBound - chunk) }
        return edgeCount + worker * ringLength + chunk % ringLength
    }

    // MARK: - In their order

    /// What a worker takes as a whole, in the order of beginning. Chunks are numbered from the given ones on.
    func units(first: Int, second: Int) -> [[Int32]] {
        var units: [[Int32]] = []
        var edged = 0
        for band in 0..<count {
            while edged < min(count, band + 1 + Bands.lead) {
                units += edges(of: edged).map { [Int32(first + $0)] }
                edged += 1
            }
            units.append(body(of: band, first, second))
        }
        return units
    }

    private func body(of band: Int, _ first: Int, _ second: Int) -> [Int32] {
        let chunks = chunks(of: band)
        var next = chunks.lowerBound + after
        var order: [Int32] = []
        for chunk in chunks {
            while next < min(chunk + ringLength, chunks.upperBound - before) {
                order.append(Int32(first + next))
                next += 1
            }
            order.append(Int32(second + chunk))
        }
        return order
    }
}
