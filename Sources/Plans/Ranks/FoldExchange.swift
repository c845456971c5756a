/// How the results of a step's folds come together: each rank has them for its own positions, in
/// whole subtrees of the fixed tree; at the end those who need a result have it, with the same bits
/// for every number of ranks.
///
///     all ranks need all     pairs of ranks swap segments and merge: log₂(ranks) messages each where ranks are a
///                            power of two; else up to the first rank and down again
///     tiled results          each rank gets its slice of the columns from every other rank
import Execution
import Kernels
import Partitions

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

    /// Calls `body` with the bytes of every message that this rank sends.
    func forEachSend(_ program: NestProgram, _ body: (_ byteCount: Int) -> Void) {
        let ranks = place.rankCount
        let me = place.rank
        func bytes(_ ranks: Range<Int>, _ columns: Range<Int>? = nil) -> Int {
            program.segmentByteCount(positions(ranks), columns: columns)
        }
        var sizes: [Int] = []
        if let slices {
            let own = bytes(me..<me + 1, 0..<1)
            for rank in 0..<ranks where rank != me {
                sizes.append(own * slices.positions(of: rank).count)
            }
        } else if ranks & (ranks - 1) == 0 {
            var size = 1
            while size < ranks {
                let first = me / size * size
                sizes.append(bytes(first..<first + size))
                size *= 2
            }
        } else {
            var size = 1
            while size < ranks, me & size == 0 { size *= 2 }
            if me > 0 { sizes.append(bytes(me..<min(me + size, ranks))) }
            let all = bytes(0..<ranks)
            while size > 1 {
                size /= 2
                if me + size < ranks { sizes.append(all) }
            }
        }
        for size in sizes where size > 0 { body(size) }
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
                channel.send(segment, to: partner, tag)
                try channel.receive(other, from: partner, tag)
                segment =
                    me < partner ? program.merge(segment, other) : program.merge(other, segment)
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
            channel.send(segment, to: me - size, tag)
            segment = program.segment(positions(0..<ranks))
            try channel.receive(segment, from: me - size, tag)
        }
        while size > 1 {
            size /= 2
            if me + size < ranks { channel.send(segment, to: me + size, tag) }
        }
        return segment
    }

    private func runSlices(
        _ slices: Share, _ program: NestProgram, _ frame: BlockInterpreter.Frame,
        _ partials: UnsafeMutableRawPointer?,
        _ channel: ExchangeChannel
    ) throws {
        let me = place.rank
        let own = positions(me..<me + 1)
        for rank in 0..<place.rankCount where rank != me {
            let slice = program.segment(
                own, columns: slices.positions(of: rank), frame, partials: partials)
            channel.send(slice, to: rank, tag)
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
