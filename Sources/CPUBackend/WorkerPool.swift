/// A pool of worker threads that share out small chunks of one job at a time.
///
/// The calling thread works too. Chunks are taken from one counter, so that a worker whose core is busy elsewhere simply
/// takes fewer. Workers spin shortly after a job, because the next one usually follows at once, then sleep.
internal import CPlatform
import Glibc
import Synchronization

final class WorkerPool: @unchecked Sendable {
    let workerCount: Int
    private let epoch = Atomic<Int>(0)
    private let next = Atomic<Int>(0)
    private let running = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let isStopping = Atomic<Bool>(false)
    private var body: ((Int, Int) -> Void)?
    private var count = 0
    private var mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var startedInProcess: pid_t = 0

    /// Pauses before a worker sleeps: about 50 microseconds.
    private static let spinLimit = 2500
    /// Pauses before the caller gives its core to a worker that may be waiting for one.
    private static let yieldAfter = 500

    init(workerCount: Int) {
        self.workerCount = max(1, workerCount)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    /// Threads start with the first job, and again in a forked child, which inherits none.
    private func startThreads() {
        startedInProcess = getpid()
        epoch.store(0, ordering: .relaxed)
        sleepers.store(0, ordering: .relaxed)
        running.store(0, ordering: .relaxed)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        for worker in 1..<workerCount {
            let start = Unmanaged.passRetained(Start(pool: self, worker: worker)).toOpaque()
            var thread = pthread_t()
            var attributes = pthread_attr_t()
            pthread_attr_init(&attributes)
            pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
            pthread_create(
                &thread, &attributes,
                { argument in
                    let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
                    start.pool.work(as: start.worker)
                    return nil
                }, start)
            pthread_attr_destroy(&attributes)
        }
    }

    private final class Start {
        let pool: WorkerPool
        let worker: Int
        init(pool: WorkerPool, worker: Int) {
            self.pool = pool
            self.worker = worker
        }
    }

    /// Calls `body(chunk, worker)` for every chunk and returns when all calls returned.
    func forEachChunk(_ count: Int, _ body: (Int, Int) -> Void) {
        if count <= 1 || workerCount == 1 {
            for chunk in 0..<count { body(chunk, 0) }
            return
        }
        if startedInProcess != getpid() { startThreads() }
        withoutActuallyEscaping(body) { body in
            self.body = body
            self.count = count
            running.store(workerCount - 1, ordering: .relaxed)
            next.store(0, ordering: .relaxed)
            epoch.wrappingAdd(1, ordering: .sequentiallyConsistent)
            if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
                pthread_mutex_lock(mutex)
                pthread_cond_broadcast(condition)
                pthread_mutex_unlock(mutex)
            }
            takeChunks(worker: 0)
            var spins = 0
            while running.load(ordering: .acquiring) != 0 {
                lg_pause()
                spins &+= 1
                if spins > WorkerPool.yieldAfter { sched_yield() }
            }
            self.body = nil
        }
    }

    private func takeChunks(worker: Int) {
        while true {
            let chunk = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if chunk >= count { return }
            body!(chunk, worker)
        }
    }

    private func work(as worker: Int) {
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var seen = 0
        while !isStopping.load(ordering: .relaxed) {
            var spins = 0
            while epoch.load(ordering: .acquiring) == seen {
                lg_pause()
                spins &+= 1
                if spins > WorkerPool.spinLimit {
                    sleep(until: seen)
                    spins = 0
                }
            }
            seen = epoch.load(ordering: .acquiring)
            takeChunks(worker: worker)
            running.wrappingSubtract(1, ordering: .acquiringAndReleasing)
        }
    }

    private func sleep(until seen: Int) {
        pthread_mutex_lock(mutex)
        sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
        while epoch.load(ordering: .sequentiallyConsistent) == seen { pthread_cond_wait(condition, mutex) }
        sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        pthread_mutex_unlock(mutex)
    }
}
