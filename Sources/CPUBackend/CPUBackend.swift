/// The backend of an ordinary machine: a worker per core and a pool of memory under a ceiling.
internal import CPlatform
import Execution
import Glibc

public final class CPUBackend: Backend {
    private var workers: WorkerPool
    private let memory: MemoryPool

    /// - Parameters:
    ///   - workerCount: Threads including the calling one; `nil` for all cores this process may
    ///     use.
    ///   - ceilingBytes: Most bytes of stores at one time; `nil` for the machine's memory.
    public init(workerCount: Int? = nil, ceilingBytes: Int? = nil) {
        workers = WorkerPool(workerCount: workerCount ?? CPUBackend.coreCount)
        memory = MemoryPool(ceilingBytes: ceilingBytes ?? CPUBackend.physicalBytes)
    }

    /// Workers that take part in jobs.
    public var workerCount: Int { workers.activeCount }
    /// Workers there are.
    public var threadCount: Int { workers.workerCount }
    /// Lets so many workers take part in the jobs that follow, the calling one included. Nothing
    /// may be running.
    public func limitWorkers(to count: Int) { workers.activeCount = count }
    public var usedBytes: Int { memory.usedBytes }
    public var keptBytes: Int { memory.keptBytes }
    public var ceilingBytes: Int { memory.ceilingBytes }

    public func allocate(byteCount: Int) throws -> UnsafeMutableRawPointer {
        try memory.allocate(byteCount: byteCount)
    }

    public func allocate(byteCount: Int, using part: Range<Int>) throws -> UnsafeMutableRawPointer {
        try memory.allocate(byteCount: byteCount, using: part)
    }

    /// Notes that all of a block with a part was written, so that the rest's pages go back with it.
    public func noteFilled(_ memory: UnsafeMutableRawPointer) { self.memory.noteFilled(memory) }

    public func deallocate(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
        self.memory.deallocate(memory, byteCount: byteCount)
    }

    public func releaseKept() { memory.releaseKept() }

    /// Replaces the workers. Nothing may be running.
    public func setWorkerCount(_ count: Int) {
        workers.stop()
        workers = WorkerPool(workerCount: count)
    }

    /// From now on stores may hold so many bytes; those that are held already are not taken away.
    public func setCeiling(bytes: Int) {
        memory.ceilingBytes = bytes
        memory.releaseKept()
    }

    /// The most bytes that were ever handed out.
    public var peakBytes: Int { memory.peakBytes }

    public func begin(
        _ count: Int, isOrdered: Bool, isAwaited: Bool, _ body: @escaping (Int, Int) -> Void
    ) {
        workers.begin(count, isOrdered: isOrdered, isAwaited: isAwaited, body)
    }
    public func finish(_ look: () throws -> Void) rethrows { try workers.finish(look) }

    public func abandon() { workers.abandon() }

    public func pause(_ spins: Int) { workers.pauseOrHelp(spins) }

    public func noteWaiting(nanoseconds: Int) { workers.waited &+= nanoseconds }

    public func share(_ count: Int, _ body: (Int) -> Void) { workers.share(count, body) }

    /// Cores in this process's affinity mask.
    public static var coreCount: Int {
        let allowed = Int(lg_core_count())
        return allowed > 0 ? allowed : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }

    public static var physicalBytes: Int {
        Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
