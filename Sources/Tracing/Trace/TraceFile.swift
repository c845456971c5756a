/// The file of a trace: chunks of fixed size, each mapped into memory while one thread fills it.
///
/// What is written is in the file at once, as far as other processes can see: a program that
/// crashes or is killed leaves a trace that ends where it ended. A chunk's room on the disk is
/// taken before the chunk is mapped, so a full disk is an error here and never a signal in the
/// middle of a record.
import Glibc
import Synchronization

final class TraceFile: Sendable {
    /// Bytes of a chunk; its first 32 tell whose it is.
    static let chunkBytes = 1 << 18
    static let headerBytes = 32
    /// "LGTRACE1", as a word.
    static let magic: UInt64 = 0x3145_4341_5254_474C

    /// `MADV_POPULATE_WRITE`, which older headers do not have.
    private static let populateForWriting: Int32 = 23
    nonisolated(unsafe) private static let zeros = calloc(1, chunkBytes)

    enum Content: UInt64 { case records = 1, text = 2 }

    let path: String
    private let descriptor: Int32
    private let chunkLimit: Int
    private let next = Atomic<Int>(0)

    /// - Throws: The system's number of what went wrong.
    init(path: String, limitBytes: Int) throws(TraceError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw TraceError(path: path, code: errno) }
        self.path = path
        self.descriptor = descriptor
        chunkLimit = max(4, limitBytes / TraceFile.chunkBytes)
    }

    /// A new chunk of a lane, filled with zeros behind its header.
    func claim(_ content: Content, lane: Int) throws(TraceError) -> UnsafeMutableRawPointer {
        let chunk = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard chunk < chunkLimit else { throw TraceError(path: path, code: 0) }
        let offset = chunk * TraceFile.chunkBytes
        let code = posix_fallocate(descriptor, off_t(offset), off_t(TraceFile.chunkBytes))
        guard code == 0 else { throw TraceError(path: path, code: code) }
        // Pages that were written before they are mapped, and mapped all at once, cost a fifth of
        // 64 single faults.
        _ = pwrite(descriptor, TraceFile.zeros, TraceFile.chunkBytes, off_t(offset))
        let memory = mmap(
            nil, TraceFile.chunkBytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, off_t(offset)
        )
        guard let memory, memory != MAP_FAILED else { throw TraceError(path: path, code: errno) }
        // Systems that do not know how leave it.
        _ = madvise(memory, TraceFile.chunkBytes, TraceFile.populateForWriting)
        memory.storeBytes(of: TraceFile.magic, as: UInt64.self)
        memory.storeBytes(of: UInt64(lane), toByteOffset: 8, as: UInt64.self)
        memory.storeBytes(of: content.rawValue, toByteOffset: 16, as: UInt64.self)
        return memory
    }

    deinit { close(descriptor) }

    func release(_ chunk: UnsafeMutableRawPointer) { munmap(chunk, TraceFile.chunkBytes) }
}

/// A trace could not be written.
public struct TraceError: Error {
    public let path: String
    /// The system's number; zero where the trace reached the size it may have.
    let code: Int32

    /// What went wrong, in the system's words.
    public var reason: String {
        code == 0 ? "the trace has the size it may have" : String(cString: strerror(code))
    }
}
