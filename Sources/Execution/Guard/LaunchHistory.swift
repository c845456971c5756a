/// The last launches of this rank: a rolling hash after each, and what each was, for the message
/// when ranks differ.
///
/// In: `append`, from the recording thread, for every launch. Out: the hash after any of the last
/// 65,536 launches, read by another thread: it may read below `count`, and the recording thread
/// must not run further ahead of it than the ring is long, which `LaunchGuard` sees to.
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
    private let names = WordTable()

    private struct Entry {
        var name: Int32 = -1
        var source: SourceLocation?
    }

    init() {
        hashes = .allocate(capacity: LaunchHistory.length)
        hashes.initialize(repeating: 0, count: LaunchHistory.length)
        entries = .allocate(capacity: LaunchHistory.length)
        entries.initialize(repeating: Entry(), count: LaunchHistory.length)
    }

    deinit {
        hashes.deallocate()
        entries.deallocate()
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
        entries[slot] = Entry(name: names.number(of: name), source: source)
        recorded &+= 1
        published.store(recorded, ordering: .releasing)
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
        let name = names.word(entry.name)
        return entry.source.map { "\($0): \(name)" } ?? name
    }
}
