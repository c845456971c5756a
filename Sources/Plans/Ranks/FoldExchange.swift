/// How the results of a step's folds come together: each rank has them for its own positions, in whole subtrees of the
/// fixed tree; at the end those who need a result have it, with the same bits for every number of ranks.
///
///     all ranks need all     pairs of ranks swap segments and merge: log₂(ranks) messages each where ranks are a
///                            power of two; else up to the first rank and down again
///     tiled results          each rank gets its slice of the columns from every other rank
import Execution
import Kernels
import Partitions
import Tracing

public struct FoldExchange {
    let place: RankPlace
    let share: Share
    let tag: Int
    /// The inner points whose results each rank owns; `nil` where every rank needs all.
    let slices: Share?

    init(_ place: RankPlace, _ share: Share, tag: Int, slices: Share?) {
        self.place = place
        self.share = share
        self.tag = tag
        self.slices = slices
    }

    /// The positions of some consecutive ranks.
    private func positions(_ ranks: Range<Int>) -> Range<Int> {
        share.start(of: ranks.lowerBound)..<share.start(of: ranks.upperBound)
    }

    /// Brings the results together and stores those that this rank needs.
    func run(
        _ program: NestProgram, _ frame: BlockInterpreter.Frame, partials: UnsafeMutableRawPointer?,
        _ channel: ExchangeChannel
    ) throws {
        let ranks = place.rankCount
        let me = place.rank
        if let slices { return try runSlices(slices, program, frame, partials, channel) }
        var segment = program.segment(positions(me..<me + 1), frame, partials: partials)
        if ranks & (ranks - 1) == 0 {
            var size = 1
            while size < ranks {
                let partner = me ^ size
                let first = partner / size * size
                let other = program.segment(positions(first..<first + size))
                try channel.send(segment, to: partner, tag)
                try channel.receive(other, from: partner, tag)
                segment = me < partner ? program.merge(segment, other) : program.merge(other, segment)
                size *= 2
            }
        } else {
            segment = try upAndDown(segment, program, channel)
        }
        program.store(segment, frame)
    }

    /// Segments travel up a tree of ranks to the first, which sends the whole back down.
    private func upAndDown(
        _ own: FoldSegment, _ program: NestProgram, _ channel: ExchangeChannel
    ) throws -> FoldSegment {
        let ranks = place.rankCount
        let me = place.rank
        var segment = own
        var size = 1
        while size < ranks, me & size == 0 {
            if me + size < ranks {
                let other = program.segment(positions(me + size..<min(me + 2 * size, ranks)))
                try channel.receive(other, from: me + size, tag)
                segment = program.merge(segment, other)
            }
            size *= 2
        }
        if me > 0 {
            try channel.send(segment, to: me - size, tag)
            segment = program.segment(positions(0..<ranks))
            try channel.receive(segment, from: me - size, tag)
        }
        while size > 1 {
            size /= 2
            if me + size < ranks { try channel.send(segment, to: me + size, tag) }
        }
        return segment
    }

    private func runSlices(
        _ slices: Share, _ program: NestProgram, _ frame: BlockInterpreter.Frame, _ partials: UnsafeMutableRawPointer?,
        _ channel: ExchangeChannel
    ) throws {
        let me = place.rank
        let own = positions(me..<me + 1)
        for rank in 0..<place.rankCount where rank != me {
            let slice = program.segment(own, columns: slices.positions(of: rank), frame, partials: partials)
            try channel.send(slice, to: rank, tag)
        }
        let columns = slices.positions(of: me)
        var segment: FoldSegment?
        for rank in 0..<place.rankCount {
            let part: FoldSegment
            if rank == me {
                part = program.segment(own, columns: columns, frame, partials: partials)
            } else {
                part = program.segment(positions(rank..<rank + 1), columns: columns)
                try channel.receive(part, from: rank, tag)
            }
            segment = segment.map { program.merge($0, part) } ?? part
        }
        if let segment { program.store(segment, frame) }
    }
}

/// Carries pieces and segments through a transport: packs, counts, unpacks.
public final class ExchangeChannel {
    let transport: Transport
    /// Added to a plan's tags, so that no two runs share one.
    let firstTag: Int

    public init(_ transport: Transport, firstTag: Int) {
        self.transport = transport
        self.firstTag = firstTag
    }

    func send(_ segment: FoldSegment, to rank: Int, _ tag: Int) throws {
        let count = segment.byteCount
        if count == 0 { return }
        try withUnsafeTemporary(count) {
            segment.pack(into: $0.baseAddress!)
            transport.send(UnsafeRawBufferPointer($0), to: rank, tag: firstTag + tag)
        }
        count_(count)
    }

    func receive(_ segment: FoldSegment, from rank: Int, _ tag: Int) throws {
        let count = segment.byteCount
        if count == 0 { return }
        try withUnsafeTemporary(count) {
            try transport.receive(into: $0, from: rank, tag: firstTag + tag)
            segment.unpack(from: $0.baseAddress!)
        }
    }

    /// Sends one message of pieces; `memory` says where a store's bytes lie.
    func send(_ message: Message, _ tag: Int, memory: (Int) -> UnsafeMutableRawPointer) throws {
        count_(message.byteCount)
        if let part = message.parts.first, message.parts.count == 1, part.piece.runCount == 1 {
            let bytes = UnsafeRawBufferPointer(
                start: memory(part.store) + part.piece.byteBounds.lowerBound, count: message.byteCount)
            return transport.send(bytes, to: message.rank, tag: firstTag + tag)
        }
        try withUnsafeTemporary(message.byteCount) {
            var target = $0.baseAddress!
            for part in message.parts {
                LatticeCopy.gather(part.piece.lattice, memory(part.store), size: part.piece.size, into: target)
                target += part.piece.byteCount
            }
            transport.send(UnsafeRawBufferPointer($0), to: message.rank, tag: firstTag + tag)
        }
    }

    func receive(_ message: Message, _ tag: Int, memory: (Int) -> UnsafeMutableRawPointer) throws {
        if let part = message.parts.first, message.parts.count == 1, part.piece.runCount == 1 {
            let bytes = UnsafeMutableRawBufferPointer(
                start: memory(part.store) + part.piece.byteBounds.lowerBound, count: message.byteCount)
            return try transport.receive(into: bytes, from: message.rank, tag: firstTag + tag)
        }
        try withUnsafeTemporary(message.byteCount) {
            try transport.receive(into: $0, from: message.rank, tag: firstTag + tag)
            var source = UnsafeRawPointer($0.baseAddress!)
            for part in message.parts {
                LatticeCopy.scatter(source, size: part.piece.size, into: memory(part.store), part.piece.lattice)
                source += part.piece.byteCount
            }
        }
    }

    private func count_(_ bytes: Int) {
        Counters.shared.messages &+= 1
        Counters.shared.messageBytes &+= bytes
    }

    private func withUnsafeTemporary(_ count: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        defer { buffer.deallocate() }
        try body(buffer)
    }
}
