/// Exchanges while a plan is made: what several steps read travels in one message per peer where it
/// is there early enough, and nothing travels twice while nobody writes it.
///
/// Each step that reads what others own has an interval: from the last write of what it reads to
/// itself. One exchange serves all steps whose intervals hold its place, so places are chosen like
/// points that stab intervals: the newest exchange, if it lies behind the write, else a new one
/// right before the step.
///
///     u = …          v = …          reads u          reads v           one exchange before the first reader
///                                 ^ exchange
import Partitions

/// The messages of one exchange, until the plan is complete.
final class Draft {
    /// Steps count through the plan; the exchange stands before this one.
    let group: Int
    let tag: Int
    var transfers: Transfers
    private(set) lazy var messages = transfers.finish()

    init(_ place: RankPlace, group: Int, tag: Int) {
        self.group = group
        self.tag = tag
        transfers = Transfers(place)
    }
}

/// What ranks got of stores since these were last written, as this rank sees it: its own messages'
/// pieces.
struct Exchanged {
    private struct Peer: Hashable {
        var rank: Int
        var isSend: Bool
    }
    private var pieces: [Int: [Peer: [Piece]]] = [:]
    /// Pieces that are looked through for each new one.
    private static let limit = 64

    /// Of some pieces that this rank sends to another or gets from it, what did not travel yet.
    /// Both ends ask the same.
    mutating func new(_ wanted: [Piece], store: Int, rank: Int, isSend: Bool) -> [Piece] {
        let peer = Peer(rank: rank, isSend: isSend)
        let known = pieces[store]?[peer] ?? []
        if known.count > Exchanged.limit { return wanted }
        var result: [Piece] = []
        for piece in wanted where !known.contains(piece) && !result.contains(piece) {
            result += Exchanged.rest(of: piece, without: known + result)
        }
        if !result.isEmpty { pieces[store, default: [:]][peer, default: []] += result }
        return result
    }

    mutating func forget(_ store: Int) { pieces[store] = nil }

    /// A run of bytes without what other runs hold of it; other pieces are whole or not at all.
    private static func rest(of piece: Piece, without known: [Piece]) -> [Piece] {
        guard piece.runCount == 1 else { return [piece] }
        var runs = [piece.byteBounds]
        for other in known where other.runCount == 1 && other.byteBounds.overlaps(piece.byteBounds)
        {
            let taken = other.byteBounds
            runs = runs.flatMap { run -> [Range<Int>] in
                let (before, after) = (
                    run.clamped(to: 0..<taken.lowerBound),
                    run.clamped(to: taken.upperBound..<Int.max)
                )
                return run.overlaps(taken) ? [before, after].filter { !$0.isEmpty } : [run]
            }
        }
        if runs == [piece.byteBounds] { return [piece] }
        return runs.map { Piece(offset: $0.lowerBound, extents: [$0.count], strides: [1], size: 1) }
    }
}
