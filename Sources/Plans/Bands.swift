/// How two steps, of which the second overwrites what neighbours of the first still read, are
/// shared out to several workers.
///
/// In: the number of chunks, alike in both steps, how far a chunk of the second reaches among those
/// of the first, and which chunks at the ends wait for messages. Out: bands of consecutive chunks
/// that one worker takes as a whole, so that what one step leaves in a core's cache is found there
/// by the other. Neighbouring bands meet in edges: these chunks of the first step are computed
/// ahead, after which no band waits for another.
///
///     first    a a a a a e | e b b b b b      e: edges, kept until their turn comes
///     second   a a a a a a | b b b b b b      a, b: each worker goes a1 a2 A1 a3 A2 … in its ring
///
/// One of several ranks computes what needs rows of its neighbours last, while these are on their
/// way. The chunks of the second step that follow those wait as well; what the first step computed
/// for them is kept.
///
///     first    l e a a a a e | e b b b b e l  l: late, computed when the messages are there
///     second   l l a a a a a | b b b b b l l
struct Bands {
    /// Chunks of the first step that wait for messages.
    struct Ends {
        var head = 0
        var tail = 0

        var isEmpty: Bool { head == 0 && tail == 0 }
    }

    /// Chunks of either step.
    let chunkCount: Int
    /// Bands.
    let count: Int
    /// So many chunks of the first step in front of its own, and behind it, a chunk of the second
    /// waits for.
    let before: Int
    let after: Int
    let late: Ends
    /// Chunks of the second step that no late chunk comes before; these are cut into bands.
    let middle: Range<Int>

    /// Bands are no shorter than so many times what they have of edges: edges are read from memory
    /// twice.
    private static let leastLength = 4
    /// Bands a worker, where there are chunks enough: one whose core is busy elsewhere leaves the
    /// rest to the others.
    private static let perWorker = 8
    /// Bands whose edges are computed before the first band begins.
    private static let lead = 2

    /// `nil` where the chunks are too few to be shared out so, or one worker can take them as they
    /// come.
    init?(chunkCount: Int, before: Int, after: Int, late: Ends = Ends(), workers: Int) {
        let head = late.head == 0 ? 0 : late.head + before
        let tail = late.tail == 0 ? 0 : late.tail + after
        guard workers > 1 || !late.isEmpty, head + tail < chunkCount else { return nil }
        let middle = head..<chunkCount - tail
        let most = middle.count / (Bands.leastLength * max(1, before + after))
        var count = workers == 1 ? min(1, most) : min(Bands.perWorker * workers, most)
        // A few bands are as many for each worker.
        if count < 4 * workers { count = count / workers * workers }
        guard count >= workers, 4 * (head + tail + workers * (after + 1)) <= chunkCount else {
            return nil
        }
        self.chunkCount = chunkCount
        self.count = count
        self.before = before
        self.after = after
        self.late = late
        self.middle = middle
    }

    func chunks(of band: Int) -> Range<Int> {
        middle.lowerBound + band * middle.count / count..<middle.lowerBound + (band + 1)
            * middle.count / count
    }

    func band(of chunk: Int) -> Int { ((chunk - middle.lowerBound + 1) * count - 1) / middle.count }

    /// Chunks of a band that the first step computes in the band's own time; those before and
    /// behind are edges.
    private func body(of band: Int) -> Range<Int> {
        let chunks = chunks(of: band)
        return
            (band == 0 ? chunks.lowerBound : chunks.lowerBound + after)..<(band == count - 1
            ? chunks.upperBound : chunks.upperBound - before)
    }

    /// Chunks of the first step that are computed ahead: others than the band wait for them, or it
    /// for them.
    func edges(of band: Int) -> [Int] {
        let (chunks, body) = (chunks(of: band), body(of: band))
        let first = band == 0 ? late.head..<middle.lowerBound : chunks.lowerBound..<body.lowerBound
        let last =
            band == count - 1
            ? middle.upperBound..<chunkCount - late.tail : body.upperBound..<chunks.upperBound
        return Array(first) + Array(last)
    }

    /// Chunks that a worker's ring holds at a time.
    var ringLength: Int { after + 1 }

    /// Places of edges and of what is late: they come first.
    var edgeCount: Int { chunkCount - middle.count + (count - 1) * (before + after) }

    /// Places for chunks of all edges and of the workers' rings.
    func placeCount(workers: Int) -> Int { edgeCount + workers * ringLength }

    /// Where a chunk of the temporary lies while it is in the hand of a worker.
    func place(of chunk: Int, worker: Int) -> Int {
        if chunk < middle.lowerBound { return chunk }
        if chunk >= middle.upperBound { return chunk - middle.count }
        let band = band(of: chunk)
        let body = body(of: band)
        // Behind the places of what is late, and of the borders between earlier bands.
        let first = chunkCount - middle.count + band * (before + after)
        if chunk < body.lowerBound { return first - (body.lowerBound - chunk) }
        if chunk >= body.upperBound { return first + chunk - body.upperBound }
        return edgeCount + worker * ringLength + chunk % ringLength
    }

    // MARK: - In their order

    /// What a worker takes as a whole, in the order of beginning. Chunks are numbered from the
    /// given ones on.
    func units(first: Int, second: Int) -> [[Int32]] {
        var units: [[Int32]] = []
        var edged = 0
        for band in 0..<count {
            while edged < min(count, band + 1 + Bands.lead) {
                units += edges(of: edged).map { [Int32(first + $0)] }
                edged += 1
            }
            units.append(unit(of: band, first, second))
        }
        let ends = [
            (0..<late.head, 0..<middle.lowerBound),
            (chunkCount - late.tail..<chunkCount, middle.upperBound..<chunkCount),
        ]
        for (sources, takers) in ends {
            units += sources.map { [Int32(first + $0)] } + takers.map { [Int32(second + $0)] }
        }
        return units
    }

    private func unit(of band: Int, _ first: Int, _ second: Int) -> [Int32] {
        let body = body(of: band)
        var next = body.lowerBound
        var order: [Int32] = []
        for chunk in chunks(of: band) {
            while next < min(chunk + ringLength, body.upperBound) {
                order.append(Int32(first + next))
                next += 1
            }
            order.append(Int32(second + chunk))
        }
        return order
    }
}
