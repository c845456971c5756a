/// Where one thread writes its records: the rest of a chunk, and the next one when that is full.
///
/// Threading: each lane has one writer.

public struct TraceLane {
    let lane: Int
    private let content: TraceFile.Content
    private var chunk: UnsafeMutableRawPointer?
    private var used = TraceFile.chunkBytes
    /// Keeps the lanes of two workers out of one cache line: each is written with every record.
    private var padding:
        (
            UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64,
            UInt64
        ) =
            (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

    init(_ lane: Int, _ content: TraceFile.Content = .records) {
        self.lane = lane
        self.content = content
    }

    /// Appends a record.
    @inline(__always)
    public mutating func note(
        _ kind: TraceRecord.Kind, from start: UInt64, to end: UInt64, subject: UInt32 = 0,
        value: UInt64 = 0
    ) {
        if used &+ 32 > TraceFile.chunkBytes, !turn() { return }
        (chunk.unsafelyUnwrapped + used).storeBytes(
            of: TraceRecord(
                start: start, end: end, value: value, subject: subject, kind: kind.rawValue),
            as: TraceRecord.self)
        used &+= 32
    }

    /// Appends bytes of text, which may go on in the next chunk.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            if used == TraceFile.chunkBytes, !turn() { return }
            let part = rest.prefix(TraceFile.chunkBytes - used)
            (chunk.unsafelyUnwrapped + used).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: part).baseAddress!, byteCount: part.count)
            used += part.count
            rest = rest.dropFirst(part.count)
        }
    }

    /// Lets go of the file.
    mutating func close(_ file: TraceFile) {
        if let chunk { file.release(chunk) }
        (chunk, used) = (nil, TraceFile.chunkBytes)
    }

    /// Takes the next chunk; `false` where there is none, and the trace ends.
    @inline(never)
    private mutating func turn() -> Bool {
        guard Trace.isOn, let file = Trace.file else { return false }
        if let chunk { file.release(chunk) }
        chunk = nil
        do throws(TraceError) {
            chunk = try file.claim(content, lane: lane)
            used = TraceFile.headerBytes
            return true
        } catch {
            used = TraceFile.chunkBytes
            Trace.stop(error)
            return false
        }
    }
}
