/// The promise of the memory ceiling: before stores that the program holds exceed it, everything
/// pending is run and everything dead is freed; if that is not enough, the error names the request,
/// the ceiling and the largest holders with the lines that created them.
import Execution
import Launches
import Tracing

/// A store or scratch memory that does not fit under the ceiling (`--sysmem`). The program may
/// catch it and go on.
public struct MemoryCeilingError: Error {
    /// What was asked for.
    public var requestedBytes: Int
    /// What there may be.
    public var ceilingBytes: Int
    /// What was in use.
    public var usedBytes: Int
    /// Line whose launch asked for the memory, when it was not the calling one.
    public var launchSource: SourceLocation?
    /// The largest stores that the program holds, with the lines that made them.
    public var holders: [(bytes: Int, source: SourceLocation?)] = []

    /// An error without holders.
    public init(requestedBytes: Int, ceilingBytes: Int, usedBytes: Int) {
        self.requestedBytes = requestedBytes
        self.ceilingBytes = ceilingBytes
        self.usedBytes = usedBytes
    }

    /// The sentence a user reads.
    public var message: String {
        func size(_ bytes: Int) -> String {
            if bytes == .max { return "more bytes than an address can count" }
            let mebibytes = Double(bytes) / 1_048_576
            return mebibytes >= 10_000
                ? "\((mebibytes / 102.4).rounded() / 10) GiB"
                : "\((mebibytes * 10).rounded() / 10) MiB"
        }
        var text =
            "cannot allocate \(size(requestedBytes)): the ceiling (--sysmem) is \(size(ceilingBytes)) and "
            + "\(size(usedBytes)) are in use"
        if let launchSource { text += "; asked for by \(launchSource)" }
        if !holders.isEmpty {
            text += "; largest holders: "
            text += holders.map {
                "\(size($0.bytes)) created at \($0.source.map(\.description) ?? "unknown line")"
            }
            .joined(separator: ", ")
        }
        return text
    }
}

extension Runtime {
    /// Stores of at least this size remember where they were created and are weighed against the
    /// ceiling at once.
    static let tracedBytes = 1 << 18

    /// Weighs a new large store.
    func admit(_ store: Store) throws {
        ArrowReturns.settle()
        store.source = SourceLocation.provider?()
        LargeStores.insert(store)
        guard Store.liveByteCount > backend.ceilingBytes else { return }
        // The caller's store is not yet held by a handle: what matters is what others hold.
        try flush()
        backend.releaseKept()
        if Store.liveByteCount > backend.ceilingBytes {
            throw ceilingError(
                OutOfMemory(
                    requestedBytes: store.byteCount,
                    usedBytes: Store.liveByteCount - store.byteCount,
                    ceilingBytes: backend.ceilingBytes), nil, except: store)
        }
    }

    func ceilingError(_ error: OutOfMemory, _ launch: Launch?, except: Store? = nil)
        -> MemoryCeilingError
    {
        var result = MemoryCeilingError(
            requestedBytes: error.requestedBytes, ceilingBytes: error.ceilingBytes,
            usedBytes: error.usedBytes)
        result.launchSource = launch?.source
        let stores = LargeStores.all.filter { $0 !== except }
        result.holders = stores.sorted { $0.byteCount > $1.byteCount }.prefix(3).map {
            ($0.byteCount, $0.source)
        }
        return result
    }
}
