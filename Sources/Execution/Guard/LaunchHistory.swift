/// The last launches of this rank: a rolling hash after each, and what each was, for the message when ranks differ.
///
/// In: `append`, from the recording thread, for every launch. Out: the hash after any of the last 65,536 launches, read by
/// another thread: it may read below `count`, and the recording thread must not run further ahead of it than the ring is
/// long, which `LaunchGuard` sees to.
///
///     launch      0     1     2          k-1         hash after k launches depends on all of them
///     hash     h0 ─► h1 ─► h2 ─► ...  ─► hk
import Synchronization
import Tracing

final class LaunchHistory {
    static let length = 1 << 16

    private let hashes: UnsafeMutablePointer<UInt64>
    private let entries: UnsafeMutablePointer<Entry>
    private var rolling: UInt64 = 0
    private var recorded = 0
    private let published = Atomic<Int>(0)
    /// Files by their number in the entries; the recording thread appends, with `published` as the messenger.
    private let files: UnsafeMutablePointer<String>
    private var fileCount = 0
    private var lastFile = ""

    private static let fileLimit = 4096

    private struct Entry {
        var name: String
        var file: Int32
        var line: Int32
    }

    init() {
        hashes = .allocate(capacity: LaunchHistory.length)
        hashes.initialize(repeating: 0, count: LaunchHistory.length)
        entries = .allocate(capacity: LaunchHistory.length)
        entries.initialize(repeating: Entry(name: "", file: -1, line: 0), count: LaunchHistory.length)
        files = .allocate(capacity: LaunchHistory.fileLimit)
    }

    deinit {
        hashes.deallocate()
        entries.deinitialize(count: LaunchHistory.length)
        entries.deallocate()
        files.deinitialize(count: fileCount)
        files.deallocate()
    }

    /// Launches so far, as the recording thread sees it.
    @inline(__always)
    var recordedCount: Int { recorded }

    /// Launches so far, for other threads: what is said of those below may be read.
    var count: Int { published.load(ordering: .acquiring) }

    @inline(__always)
    func append(_ hash: UInt64, _ name: String, _ source: SourceLocation?) {
        let slot = recorded & (LaunchHistory.length - 1)
        rolling = LaunchHistory.mix(rolling, hash)
        hashes[slot] = rolling
        entries[slot].name = name
        if let source {
            // One string is compared by its bits when it is the same object, as it is inside one file.
            if source.file != lastFile { changeFile(to: source.file) }
            entries[slot].file = Int32(truncatingIfNeeded: fileNumber)
            entries[slot].line = Int32(truncatingIfNeeded: source.line)
        } else {
            entries[slot].file = -1
        }
        recorded &+= 1
        published.store(recorded, ordering: .releasing)
    }

    private var fileNumber = 0

    @inline(never)
    private func changeFile(to file: String) {
        lastFile = file
        if let known = (0..<fileCount).first(where: { files[$0] == file }) {
            fileNumber = known
        } else if fileCount < LaunchHistory.fileLimit {
            fileNumber = fileCount
            (files + fileCount).initialize(to: file)
            fileCount += 1
        } else {
            fileNumber = -1
        }
    }

    @inline(__always)
    private static func mix(_ rolling: UInt64, _ hash: UInt64) -> UInt64 {
        let bits = (rolling << 5 | rolling >> 59) ^ hash
        let product = bits.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }

    /// The hash after `count` launches; `count` must lie within the ring.
    func hash(after count: Int) -> UInt64 {
        count == 0 ? 0 : hashes[(count - 1) & (LaunchHistory.length - 1)]
    }

    /// `program.py:31: add`, for launch `index`, counted from 0.
    func words(for index: Int) -> String {
        let entry = entries[index & (LaunchHistory.length - 1)]
        guard entry.file >= 0 else { return entry.name }
        return "\(files[Int(entry.file)]):\(entry.line): \(entry.name)"
    }
}
