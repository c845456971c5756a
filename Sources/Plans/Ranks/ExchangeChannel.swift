/// Carries pieces and segments through a transport: packs, counts, unpacks.
import Execution
import Kernels
import Partitions
import Tracing

public final class ExchangeChannel {
    let transport: Transport
    /// Added to a plan's tags, so that no two runs share one.
    let firstTag: Int

    public init(_ transport: Transport, firstTag: Int) {
        self.transport = transport
        self.firstTag = firstTag
    }

    // MARK: - Segments of folds

    func send(_ segment: FoldSegment, to rank: Int, _ tag: Int) {
        guard segment.byteCount > 0 else { return }
        note(segment.byteCount)
        transport.send(byteCount: segment.byteCount, to: rank, tag: firstTag + tag) {
            segment.pack(into: $0.baseAddress!)
        }
    }

    func receive(_ segment: FoldSegment, from rank: Int, _ tag: Int) throws {
        guard segment.byteCount > 0 else { return }
        try withBuffer(segment.byteCount) {
            try transport.receive(into: $0, from: rank, tag: firstTag + tag)
            segment.unpack(from: $0.baseAddress!)
        }
    }

    // MARK: - Pieces of stores

    /// Sends or receives one message of an exchange; `memory` says where a store's bytes lie.
    func take(_ turn: Exchange.Turn, memory: (Int) -> UnsafeMutableRawPointer) throws {
        if turn.isReceive {
            try receive(turn.message, turn.tag, memory: memory)
        } else {
            send(turn.message, turn.tag, memory: memory)
        }
    }

    /// Sends bytes that lie side by side.
    func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, _ tag: Int) {
        note(bytes.count)
        Log.ranks.write(.debug, "\(bytes.count) bytes to rank \(rank)")
        transport.send(bytes, to: rank, tag: firstTag + tag)
    }

    func receive(into bytes: UnsafeMutableRawBufferPointer, from rank: Int, _ tag: Int) throws {
        try transport.receive(into: bytes, from: rank, tag: firstTag + tag)
    }

    private func send(_ message: Message, _ tag: Int, memory: (Int) -> UnsafeMutableRawPointer) {
        if let place = message.place(memory) {
            return send(UnsafeRawBufferPointer(place), to: message.rank, tag)
        }
        note(message.byteCount)
        Log.ranks.write(.debug, "\(message.byteCount) bytes to rank \(message.rank)")
        transport.send(byteCount: message.byteCount, to: message.rank, tag: firstTag + tag) {
            var target = $0.baseAddress!
            for part in message.parts {
                LatticeCopy.gather(
                    part.piece.lattice, memory(part.store), size: part.piece.size, into: target)
                target += part.piece.byteCount
            }
        }
    }

    private func receive(_ message: Message, _ tag: Int, memory: (Int) -> UnsafeMutableRawPointer)
        throws
    {
        if let place = message.place(memory) {
            return try receive(into: place, from: message.rank, tag)
        }
        try withBuffer(message.byteCount) {
            try transport.receive(into: $0, from: message.rank, tag: firstTag + tag)
            var source = UnsafeRawPointer($0.baseAddress!)
            for part in message.parts {
                LatticeCopy.scatter(
                    source, size: part.piece.size, into: memory(part.store), part.piece.lattice)
                source += part.piece.byteCount
            }
        }
    }

    private func note(_ bytes: Int) {
        Counters.shared.messages &+= 1
        Counters.shared.messageBytes &+= bytes
    }

    private func withBuffer(_ count: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> Void)
        throws
    {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        defer { buffer.deallocate() }
        try body(buffer)
    }
}

extension Message {
    /// The message's bytes, if they lie side by side.
    var onlyRun: (store: Int, bytes: Range<Int>)? {
        guard parts.count == 1, parts[0].piece.runCount == 1 else { return nil }
        let first = parts[0].piece.byteBounds.lowerBound
        return (parts[0].store, first..<first + byteCount)
    }

    fileprivate func place(_ memory: (Int) -> UnsafeMutableRawPointer)
        -> UnsafeMutableRawBufferPointer?
    {
        onlyRun.map {
            UnsafeMutableRawBufferPointer(
                start: memory($0.store) + $0.bytes.lowerBound, count: $0.bytes.count)
        }
    }
}
