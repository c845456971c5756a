/// Many normal numbers at once: the stream is cut at draws, and each worker begins where its part
/// does, as if a number began there.
///
/// That is right for 99 parts of 100. Where it is not, the part's first numbers are not of the
/// stream, but soon one begins where one of the stream's does, and from there on they are: so each
/// part notes where its first numbers begin, and leaves out those before the place where the part
/// before it ended. Where none of them begins there, the parts behind are drawn anew.
///
///     draws     d d d d d d d d d d d d d d d d
///     part 0    [n][n][  n  ][n][n][  n  ]
///     part 1                          [n][n][n][n]…     its first number is left out
///
/// In: a generator. Out: its numbers, and the generator behind them.
import LegateCore

struct NormalParts {
    /// Draws of a part: so that what it gives lies in a cache until it is copied.
    private static let draws = 1 << 15
    /// Numbers of a part that note where they begin.
    private static let noted = 64

    /// Numbers of one part, from `skipped` on of the stream.
    private struct Part {
        var count = 0
        var skipped = 0
        var starts: [Int] = []
        /// The draw behind the last number, counted from the part's first draw.
        var end = 0
    }

    static func fill(_ target: UnsafeMutablePointer<Double>, _ count: Int, _ generator: PCG64)
        -> PCG64
    {
        var generator = generator
        var done = 0
        let workers = Runtime.shared.backend.workerCount
        if workers > 1, Runtime.shared.rankCount == 1, count >= workers * draws {
            let parts = NormalParts(count: workers)
            // A draw gives one number at most, so a round never gives too many.
            while count - done >= workers * draws {
                let (more, behind) = parts.round(target + done, generator)
                done += more
                generator = behind
            }
            parts.free()
        }
        var block = DrawBlock(generator, expecting: count - done)
        NormalNumbers.fill(target + done, count - done, &block)
        return block.end()
    }

    private let count: Int
    private let numbers: UnsafeMutablePointer<Double>
    private let parts: UnsafeMutablePointer<Part>

    private init(count: Int) {
        self.count = count
        numbers = .allocate(capacity: count * NormalParts.draws)
        parts = .allocate(capacity: count)
        parts.initialize(repeating: Part(), count: count)
    }

    private func free() {
        numbers.deallocate()
        parts.deinitialize(count: count)
        parts.deallocate()
    }

    /// Draws one part on each worker; returns how many numbers came together, and the generator
    /// behind them.
    private func round(_ target: UnsafeMutablePointer<Double>, _ start: PCG64) -> (Int, PCG64) {
        Immediate.share(count) { draw($0, start) }
        let (used, end) = join()
        var places = [0]
        for k in 0..<used { places.append(places[k] + parts[k].count - parts[k].skipped) }
        Immediate.share(used) { k in
            let part = parts[k]
            (target + places[k]).update(
                from: numbers + k * NormalParts.draws + part.skipped,
                count: part.count - part.skipped)
        }
        return (places[used], start.jumped(by: end))
    }

    private func draw(_ k: Int, _ start: PCG64) {
        let first = k * NormalParts.draws
        var block = DrawBlock(start.jumped(by: first), expecting: NormalParts.draws)
        var part = Part()
        part.count = NormalNumbers.fill(
            numbers + first, untilDraw: NormalParts.draws, &block, noting: &part.starts,
            atMost: NormalParts.noted)
        part.end = block.position
        _ = block.end()
        parts[k] = part
    }

    /// How many parts are one stream, and the draw behind it.
    private func join() -> (used: Int, end: Int) {
        var end = parts[0].end
        for k in 1..<count {
            let first = k * NormalParts.draws
            guard let met = parts[k].starts.firstIndex(of: end - first) else { return (k, end) }
            parts[k].skipped = met
            end = first + parts[k].end
        }
        return (count, end)
    }
}
