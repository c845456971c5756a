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

    /// Sends one message of pieces; `memory` says where a store's bytes lie.
    func send(_ message: Message, _ tag: Int, memory: (Int) -> UnsafeMutableRawPointer) {
        note(message.byteCount)
        Log.ranks.write(.debug, "\(message.byteCount) bytes to rank \(message.rank)")
        if let place = message.place(memory) {
            return transport.send(UnsafeRawBufferPointer(place), to: message.rank, tag: firstTag + tag)
        }
        transport.send(byteCount: message.byteCount, to: message.rank, tag: firstTag + tag) {
            var target = $0.baseAddress!
            for part in message.parts {
                LatticeCopy.gather(part.piece.lattice, memory(part.store), size: part.piece.size, into: target)
                target += part.piece.byteCount
            }
        }
    }

    func receive(_ message: Message, _ tag: Int, memory: (Int) -> UnsafeMutableRawPointer) throws {
        if let place = message.place(memory) {
            return try transport.receive(into: place, from: message.rank, tag: firstTag + tag)
        }
        try withBuffer(message.byteCount) {
            try transport.receive(into: $0, from: message.rank, tag: firstTag + tag)
            var source = UnsafeRawPointer($0.baseAddress!)
            for part in message.parts {
                LatticeCopy.scatter(source, size: part.piece.size, into: memory(part.store), part.piece.lattice)
                source += part.piece.byteCount
            }
        }
    }

    private func note(_ bytes: Int) {
        Counters.shared.messages &+= 1
        Counters.shared.messageBytes &+= bytes
    }

    private func withBuffer(_ count: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        defer { buffer.deallocate() }
        try body(buffer)
    }
}

extension Message {
    /// Where the message's bytes lie, if they lie side by side.
    fileprivate func place(_ memory: (Int) -> UnsafeMutableRawPointer) -> UnsafeMutableRawBufferPointer? {
        guard parts.count == 1, parts[0].piece.runCount == 1 else { return nil }
        return UnsafeMutableRawBufferPointer(
            start: memory(parts[0].store) + parts[0].piece.byteBounds.lowerBound, count: byteCount)
    }
}
