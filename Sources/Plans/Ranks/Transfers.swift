/// What ranks send each other before or after a step: both ends compute the same pieces, in the
/// same order, so that no message says what it carries.
///
/// In: the walks of a step's operands, and who computes which points. Out: the messages of one
/// rank.
import Partitions
import Shapes

/// Pieces of stores that travel together between this rank and another.
public struct Message {
    /// Stores are named by their ordinal in the window.
    public struct Part {
        public var store: Int
        public var piece: Piece
    }
    /// The other rank.
    public var rank: Int
    public var parts: [Part]
    public var byteCount: Int

    init(rank: Int, parts: [Part]) {
        self.rank = rank
        self.parts = parts
        byteCount = parts.reduce(0) { $0 + $1.piece.byteCount }
    }
}

extension Message {
    /// Bytes of each store between which the message's pieces lie; pieces of one store stand side
    /// by side.
    var bounds: [(store: Int, bytes: Range<Int>)] {
        var result: [(store: Int, bytes: Range<Int>)] = []
        for part in parts {
            let bytes = part.piece.byteBounds
            if let last = result.last, last.store == part.store {
                result[result.count - 1].bytes =
                    min(
                        last.bytes.lowerBound, bytes.lowerBound)..<max(
                        last.bytes.upperBound, bytes.upperBound)
            } else {
                result.append((part.store, bytes))
            }
        }
        return result
    }
}

/// What one rank sends or receives in one step of its plan, one message after another.
public struct Exchange {
    public struct Turn {
        public var message: Message
        public var isReceive: Bool
        var tag: Int
    }
    public private(set) var turns: [Turn] = []

    /// Some message is waited for.
    var isReceive: Bool { turns.contains(where: \.isReceive) }

    /// What is received is sent on.
    var isInRounds: Bool { isReceive && !turns.allSatisfy(\.isReceive) }

    /// In a word.
    var kind: String { isInRounds ? "hand on" : isReceive ? "receive" : "send" }

    mutating func send(_ draft: Draft, in memory: [Int]) {
        add(draft.messages.sends, false, draft.tag, memory)
    }
    mutating func receive(_ draft: Draft, in memory: [Int]) {
        add(draft.messages.receives, true, draft.tag, memory)
    }

    /// Adds messages with every store replaced by the one in whose memory it lies.
    private mutating func add(_ messages: [Message], _ isReceive: Bool, _ tag: Int, _ memory: [Int])
    {
        for message in messages {
            turns.append(Turn(message: message.inMemory(memory), isReceive: isReceive, tag: tag))
        }
    }
}

extension Message {
    fileprivate func inMemory(_ memory: [Int]) -> Message {
        if parts.allSatisfy({ memory[$0.store] == $0.store }) { return self }
        return Message(
            rank: rank, parts: parts.map { .init(store: memory[$0.store], piece: $0.piece) })
    }
}

/// Collects the messages of one exchange, as rank `place.rank` sees it.
struct Transfers {
    /// An operand, the points of a rank's that touch it, and the ranks whose points may touch what
    /// a rank owns.
    struct Operand {
        var walk: Walk
        var boxes: (_ rank: Int) -> [PointBox]
        var ranks: (_ owner: Int) -> ClosedRange<Int>?
    }

    let place: RankPlace
    private var sent = PartsByRank()
    private var received = PartsByRank()

    init(_ place: RankPlace) { self.place = place }

    /// Owners send what others read and did not get yet.
    mutating func read(_ operand: Operand, _ exchanged: inout Exchanged) {
        let (mine, others) = pairs(operand)
        let store = operand.walk.store
        for (owner, pieces) in mine where !pieces.isEmpty {
            add(
                exchanged.new(pieces, store: store, rank: owner, isSend: false), operand, owner,
                to: &received)
        }
        for (reader, pieces) in others where !pieces.isEmpty {
            add(
                exchanged.new(pieces, store: store, rank: reader, isSend: true), operand, reader,
                to: &sent)
        }
    }

    /// Ranks send what they wrote to its owners.
    mutating func write(_ operand: Operand) {
        let (mine, others) = pairs(operand)
        for (owner, pieces) in mine { add(pieces, operand, owner, to: &sent) }
        for (writer, pieces) in others { add(pieces, operand, writer, to: &received) }
    }

    /// Pieces to another rank, and from one.
    mutating func add(_ parts: [Message.Part], to rank: Int) { sent.add(parts, rank) }
    mutating func add(_ parts: [Message.Part], from rank: Int) { received.add(parts, rank) }

    /// Sends and receives, other ranks in ascending order.
    func finish() -> (sends: [Message], receives: [Message]) {
        func messages(_ parts: PartsByRank) -> [Message] {
            zip(parts.ranks, parts.parts).map { Message(rank: $0, parts: Transfers.tidied($1)) }
        }
        return (messages(sent), messages(received))
    }

    private func add(
        _ pieces: [Piece], _ operand: Operand, _ rank: Int, to parts: inout PartsByRank
    ) {
        if pieces.isEmpty { return }
        parts.add(pieces.map { Message.Part(store: operand.walk.store, piece: $0) }, rank)
    }

    /// What this rank's points touch of others, by owner; and what others' points touch of this
    /// rank's, by rank.
    private func pairs(_ operand: Operand) -> (mine: [(Int, [Piece])], others: [(Int, [Piece])]) {
        let me = place.rank
        let boxes = operand.boxes(me)
        var owners: ClosedRange<Int>?
        for box in boxes {
            guard let range = operand.walk.owners(box) else { continue }
            owners =
                min(
                    owners?.lowerBound ?? range.lowerBound, range.lowerBound)...max(
                    owners?.upperBound ?? range.upperBound, range.upperBound)
        }
        var mine: [(Int, [Piece])] = []
        if let owners {
            for owner in owners where owner != me {
                mine.append((owner, operand.walk.pieces(boxes, ownedBy: owner)))
            }
        }
        var others: [(Int, [Piece])] = []
        if let ranks = operand.ranks(me) {
            for rank in ranks where rank != me {
                others.append((rank, operand.walk.pieces(operand.boxes(rank), ownedBy: me)))
            }
        }
        return (mine, others)
    }

    // MARK: - Tidying

    /// Runs up to which pieces are taken apart to find what they share.
    private static let runLimit = 8192

    /// The same bytes, each once where that can be told cheaply: pieces of a store that overlap
    /// become runs, merged.
    private static func tidied(_ parts: [Message.Part]) -> [Message.Part] {
        if parts.count == 1 { return parts }
        var result: [Message.Part] = []
        var stores: [Int] = []
        for part in parts where !stores.contains(part.store) { stores.append(part.store) }
        for store in stores {
            var pieces: [Piece] = []
            for part in parts where part.store == store && !pieces.contains(part.piece) {
                pieces.append(part.piece)
            }
            let isRuns = pieces.allSatisfy { $0.runCount == 1 }
            if pieces.count > 1, isRuns || overlap(pieces),
                pieces.reduce(0, { $0 + $1.runCount }) <= runLimit
            {
                pieces = merged(pieces)
            }
            result += pieces.map { Message.Part(store: store, piece: $0) }
        }
        return result
    }

    private static func overlap(_ pieces: [Piece]) -> Bool {
        let bounds = pieces.map(\.byteBounds).sorted { $0.lowerBound < $1.lowerBound }
        return zip(bounds, bounds.dropFirst()).contains { $1.lowerBound < $0.upperBound }
    }

    /// Pieces as byte runs, in order, each byte once.
    private static func merged(_ pieces: [Piece]) -> [Piece] {
        var runs: [Range<Int>] = []
        for piece in pieces {
            let isRun = piece.strides.last == 1
            let length = (isRun ? piece.extents.last! : 1) * piece.size
            let outer = PointBox(extents: isRun ? Array(piece.extents.dropLast()) : piece.extents)
            var index = [Int](repeating: 0, count: outer.extents.count)
            for _ in 0..<outer.count {
                var start = piece.offset
                for axis in index.indices { start += index[axis] * piece.strides[axis] }
                runs.append(start * piece.size..<start * piece.size + length)
                var axis = index.count - 1
                while axis >= 0 {
                    index[axis] += 1
                    if index[axis] < outer.extents[axis] { break }
                    index[axis] = 0
                    axis -= 1
                }
            }
        }
        runs.sort { $0.lowerBound < $1.lowerBound }
        var result: [Range<Int>] = []
        for run in runs {
            if let last = result.last, run.lowerBound <= last.upperBound {
                result[result.count - 1] = last.lowerBound..<max(last.upperBound, run.upperBound)
            } else {
                result.append(run)
            }
        }
        return result.map {
            Piece(offset: $0.lowerBound, extents: [$0.count], strides: [1], size: 1)
        }
    }
}

/// Pieces by other rank, in ascending order of ranks: mostly a few, and mostly added in this order.
private struct PartsByRank {
    private(set) var ranks: [Int] = []
    private(set) var parts: [[Message.Part]] = []

    var isEmpty: Bool { ranks.isEmpty }

    mutating func add(_ more: [Message.Part], _ rank: Int) {
        if more.isEmpty { return }
        var (low, high) = (0, ranks.count)
        if let last = ranks.last, last < rank { low = high }
        while low < high {
            let middle = (low + high) / 2
            if ranks[middle] < rank { low = middle + 1 } else { high = middle }
        }
        if low < ranks.count, ranks[low] == rank { return parts[low] += more }
        ranks.insert(rank, at: low)
        parts.insert(more, at: low)
    }
}
