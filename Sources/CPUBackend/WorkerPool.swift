/// A pool of worker threads that share out small chunks of one job at a time.
///
/// The calling thread works too. Chunks that may wait for one another are taken from one counter,
/// in their order. Of others every worker has a range, the same in every job of as many chunks, so
/// that it finds in its core's cache what it worked on before; who is done with its own takes from
/// the others' ranges. So a worker whose core is busy elsewhere simply takes fewer. Workers spin
/// shortly after a job, because the next one usually follows at once, then sleep.
internal import CPlatform
import Glibc
import Synchronization
import Tracing

final class WorkerPool: @unchecked Sendable {
    let workerCount: Int
    /// Workers that take part in jobs, the first ones; the others sleep on.
    var activeCount: Int {
        get { active.load(ordering: .relaxed) }
        set { active.store(min(max(newValue, 1), workerCount), ordering: .relaxed) }
    }
    private let active: Atomic<Int>
    /// Those that share out the job of the moment: a job that was halted ends with as many as it
    /// began with.
    private let sharing = Atomic<Int>(1)
    private let epoch = Atomic<Int>(0)
    /// One for each worker, a line of memory apart.
    private let tickets: UnsafeMutablePointer<Ticket>
    /// Chunks that have been run. The job is over when all have, whether or not every worker woke
    /// up for it.
    private let finished = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let isStopped = Atomic<Bool>(false)
    private var body: ((Int, Int) -> Void)?
    private var jobCount = 0
    private var balance = SharingBalance()
    /// When the job began, in nanoseconds, and how many of its chunks the caller ran.
    private var jobStart = 0
    private var ownCount = 0
    /// Nanoseconds that the caller waited in the middle of chunks.
    var waited = 0
    /// The others have been told of the job.
    private var isAnnounced = false
    /// The others are not wanted for a while: they had better sleep soon.
    private let isResting = Atomic<Bool>(false)
    /// A loop inside of some chunk that others help with.
    private let loop = SharedLoop()
    /// What is left of a job that was halted, by worker.
    private var halted: [Range<Int>] = []
    private var mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var startedInProcess: pid_t = 0

    /// Pauses before a worker lets others have its core from time to time: half a millisecond or
    /// more.
    private static let politeAfter = 40_000
    /// Pauses before a worker sleeps: some milliseconds. Waking it costs up to a tenth of one, and
    /// between two pieces of work of a program there is often as much of Python.
    private static let spinLimit = 240_000
    /// Pauses before the caller gives its core to a worker that may be waiting for one.
    private static let yieldAfter = 500
    /// Pauses of the waiting caller from one look to the next.
    private static let lookDistance = 64

    /// Workers of one OpenMP group, which share a NUMA domain; 0 without groups.
    /// `LEGATE_OMP_THREADS`, with `LEGATE_OMP_PROCS` groups. The calling thread stays where it is:
    /// what it starts would inherit its place.
    private static let groupSize: Int = {
        func number(_ name: String) -> Int {
            getenv(name).flatMap { Int(String(cString: $0)) } ?? 0
        }
        return number("LEGATE_OMP_PROCS") > 1 ? max(0, number("LEGATE_OMP_THREADS")) : 0
    }()

    init(workerCount: Int) {
        self.workerCount = max(1, workerCount)
        active = Atomic(self.workerCount)
        tickets = .allocate(capacity: self.workerCount)
        for k in 0..<self.workerCount { (tickets + k).initialize(to: Ticket()) }
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    /// Ends the threads; the pool takes no further job.
    func stop() {
        isStopped.store(true, ordering: .releasing)
        for k in 0..<workerCount { tickets[k].set(0..<0) }
        epoch.wrappingAdd(1, ordering: .sequentiallyConsistent)
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Threads start with the first job, and again in a forked child, which inherits none.
    private func startThreads() {
        startedInProcess = getpid()
        epoch.store(0, ordering: .relaxed)
        sleepers.store(0, ordering: .relaxed)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        // Looked up here and not by the threads, all at once.
        let groupSize = WorkerPool.groupSize
        for worker in 1..<workerCount {
            let start = Unmanaged.passRetained(
                Start(pool: self, worker: worker, groupSize: groupSize)
            ).toOpaque()
            var thread = pthread_t()
            var attributes = pthread_attr_t()
            pthread_attr_init(&attributes)
            pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
            pthread_create(
                &thread, &attributes,
                { argument in
                    let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
                    if start.groupSize > 0 {
                        lg_bind_to_domain(Int32(start.worker / start.groupSize))
                    }
                    start.pool.work(as: start.worker)
                    return nil
                }, start)
            pthread_attr_destroy(&attributes)
        }
    }

    private final class Start {
        let pool: WorkerPool
        let worker: Int
        let groupSize: Int
        init(pool: WorkerPool, worker: Int, groupSize: Int) {
            self.pool = pool
            self.worker = worker
            self.groupSize = groupSize
        }
    }

    /// Lets the other workers begin to call `body(chunk, worker)` for every chunk, and returns at
    /// once.
    ///
    /// - Parameters:
    ///   - isOrdered: Chunks are begun in ascending order, because some wait for earlier ones.
    ///   - isAwaited: The caller goes on to `finish` at once, so it may begin alone.
    func begin(_ count: Int, isOrdered: Bool, isAwaited: Bool, _ body: @escaping (Int, Int) -> Void)
    {
        precondition(self.body == nil, "one job at a time")
        self.body = body
        jobCount = count
        finished.store(0, ordering: .relaxed)
        let active = activeCount
        sharing.store(active, ordering: .relaxed)
        if count <= 1 || active == 1 { return }
        if startedInProcess != getpid() { startThreads() }
        for k in 0..<active {
            let share = count &* k / active..<count &* (k &+ 1) / active
            tickets[k].set(isOrdered ? 0..<(k == 0 ? count : 0) : share)
        }
        (jobStart, ownCount, waited) = (Nanoseconds.now, 0, 0)
        isAnnounced = !(isAwaited && balance.rests(at: jobStart))
        isResting.store(!isAnnounced, ordering: .relaxed)
        if isAnnounced { wake() }
    }

    /// Tells the other workers that there is something to do.
    private func wake() {
        epoch.wrappingAdd(1, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
            pthread_mutex_lock(mutex)
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
        }
    }

    /// Takes chunks as well, and returns when all calls of the job returned.
    ///
    /// - Parameter look: Called between the caller's chunks and while it waits. When it throws, the
    ///   job is halted: what was begun ends, the rest is for the next call.
    func finish(_ look: () throws -> Void) rethrows {
        if jobCount <= 1 || sharing.load(ordering: .relaxed) == 1 { return try finishAlone(look) }
        let isWhole = halted.isEmpty
        if !isWhole { resume() }
        let isShared = isAnnounced && isWhole
        var idleSince = 0
        do {
            while let chunk = nextChunk(worker: 0) {
                run(chunk, worker: 0)
                ownCount &+= 1
                if !isAnnounced { announceIfLong() }
                try look()
            }
            if isShared { idleSince = Nanoseconds.now }
            var spins = 0
            while halted.isEmpty, finished.load(ordering: .acquiring) != jobCount {
                spins &+= 1
                pauseOrHelp(spins)
                if spins % WorkerPool.lookDistance == 0 { try look() }
            }
        } catch {
            halt()
            throw error
        }
        // What `look` called has stopped it, and said so.
        guard halted.isEmpty else { return }
        body = nil
        if isShared {
            let now = Nanoseconds.now
            balance.note(
                own: ownCount, of: jobCount, working: idleSince &- jobStart &- waited,
                waiting: now &- idleSince &+ waited, at: now)
        }
    }

    /// Shares a job that was begun alone and takes longer.
    private func announceIfLong() {
        guard Nanoseconds.now &- jobStart > SharingBalance.patience else { return }
        isAnnounced = true
        wake()
    }

    private func finishAlone(_ look: () throws -> Void) rethrows {
        while finished.load(ordering: .relaxed) < jobCount {
            run(finished.load(ordering: .relaxed), worker: 0)
            try look()
        }
        body = nil
    }

    /// Lets nobody take another chunk, and waits for those that were taken.
    private func halt() {
        // What `look` called may have stopped the job, or finished it.
        guard halted.isEmpty, body != nil else { return }
        halted = (0..<workerCount).map { tickets[$0].close() }
        let open = halted.reduce(0) { $0 + $1.count }
        var spins = 0
        while finished.load(ordering: .acquiring) != jobCount - open {
            spins &+= 1
            WorkerPool.pause(spins)
        }
    }

    /// Forgets what is left of a job that was halted.
    func abandon() { (halted, body) = ([], nil) }

    private func resume() {
        for (k, range) in halted.enumerated() { tickets[k].set(range) }
        halted = []
        isAnnounced = true
        wake()
    }

    /// One turn of a waiting loop: spins at first, then gives the core to whoever is waited for.
    static func pause(_ spins: Int) {
        lg_pause()
        if spins > yieldAfter { sched_yield() }
    }

    private func nextChunk(worker: Int) -> Int? {
        let active = sharing.load(ordering: .relaxed)
        // One that wakes late for an earlier job finds its ranges empty.
        guard worker < active else { return nil }
        for k in 0..<active {
            let owner = worker &+ k < active ? worker &+ k : worker &+ k &- active
            if let chunk = tickets[owner].take() { return chunk }
        }
        return nil
    }

    private func run(_ chunk: Int, worker: Int) {
        body!(chunk, worker)
        finished.wrappingAdd(1, ordering: .acquiringAndReleasing)
    }

    private func work(as worker: Int) {
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var seen = 0
        while true {
            var spins = 0
            while epoch.load(ordering: .acquiring) == seen {
                lg_pause()
                spins &+= 1
                guard spins > WorkerPool.politeAfter else { continue }
                if spins % WorkerPool.lookDistance == 0 { sched_yield() }
                if spins > WorkerPool.spinLimit || isResting.load(ordering: .relaxed) {
                    sleep(until: seen)
                    spins = 0
                }
            }
            seen = epoch.load(ordering: .acquiring)
            if isStopped.load(ordering: .acquiring) { return }
            while let chunk = nextChunk(worker: worker) { run(chunk, worker: worker) }
            if worker < activeCount { loop.help() }
        }
    }

    // MARK: - Loops inside of chunks

    /// Runs a loop on the calling worker and on those that are idle; one loop at a time is shared.
    func share(_ count: Int, _ body: (Int) -> Void) {
        if count < 2 || activeCount == 1 { return SharedLoop.inTurn(count, body) }
        let announce = {
            if self.startedInProcess != getpid() { self.startThreads() }
            self.wake()
        }
        loop.run(count, announce: announce, body)
    }

    /// One turn of a waiting loop that may as well help others.
    func pauseOrHelp(_ spins: Int) {
        loop.help()
        WorkerPool.pause(spins)
    }

    private func sleep(until seen: Int) {
        pthread_mutex_lock(mutex)
        sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
        while epoch.load(ordering: .sequentiallyConsistent) == seen {
            pthread_cond_wait(condition, mutex)
        }
        sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        pthread_mutex_unlock(mutex)
    }
}
