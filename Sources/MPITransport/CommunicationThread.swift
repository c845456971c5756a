/// A thread that keeps messages and the background work moving while the rank's other threads
/// compute.
///
/// It sleeps most of the time: fifty microseconds to one millisecond while sends are pending,
/// longer the less happens, and a while after; then until the background work is due when there is
/// any; for good when there is neither, until `wake`.
import Glibc
import Synchronization

final class CommunicationThread {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var thread = pthread_t()
    /// Moves messages; says whether some are left.
    private var drive: () -> Bool = { false }
    /// Under the mutex: the next four.
    private var work: ((UInt64) -> UInt64)?
    private var isStopping = false
    private var isWanted = false
    private var isWorking = false
    /// Whether the thread sleeps, or is about to, for longer than a pending send should wait.
    private let isAsleep = Atomic<Bool>(false)

    private static let pauses: ClosedRange<UInt64> = 50_000...1_000_000
    /// After a pending send the thread looks every millisecond for as long: waking it for each
    /// would cost more than looking.
    private static let attention: UInt64 = 100_000_000

    init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
    }

    deinit {
        stop()
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    private var isRunning = false

    func start(_ drive: @escaping () -> Bool) {
        self.drive = drive
        let own = Unmanaged.passUnretained(self).toOpaque()
        let failed = pthread_create(
            &thread, nil,
            { argument in
                var signals = sigset_t()
                sigfillset(&signals)
                pthread_sigmask(SIG_BLOCK, &signals, nil)
                Unmanaged<CommunicationThread>.fromOpaque(argument!).takeUnretainedValue().run()
                return nil
            }, own)
        precondition(failed == 0, "no communication thread")
        isRunning = true
    }

    var background: ((UInt64) -> UInt64)? {
        get {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            return work
        }
        set {
            pthread_mutex_lock(mutex)
            work = newValue
            isWanted = true
            pthread_cond_broadcast(changed)
            // Nobody may be inside the former work when this returns, except who calls it from
            // there.
            while isWorking, pthread_equal(pthread_self(), thread) == 0 {
                pthread_cond_wait(changed, mutex)
            }
            pthread_mutex_unlock(mutex)
        }
    }

    /// Called after a send that is pending.
    func wake() {
        if isAsleep.load(ordering: .sequentiallyConsistent) { hasten() }
    }

    /// Has the thread look at everything now.
    func hasten() {
        pthread_mutex_lock(mutex)
        isWanted = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }

    /// Ends the thread and waits for it.
    func stop() {
        guard isRunning else { return }
        isRunning = false
        pthread_mutex_lock(mutex)
        isStopping = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
        pthread_join(thread, nil)
    }

    private func run() {
        var due: UInt64 = 0, lastActivity: UInt64 = 0
        var pause = CommunicationThread.pauses.lowerBound
        while true {
            pthread_mutex_lock(mutex)
            let (work, isOver, wasWanted) = (self.work, isStopping, isWanted)
            isWanted = false
            isWorking = work != nil
            pthread_mutex_unlock(mutex)
            if isOver { return }
            if wasWanted {
                due = 0
                lastActivity = Patience.now()
            }
            if let work, Patience.now() >= due {
                let period = work(Patience.now())
                due = Patience.now() + period
            }
            if work != nil { finishWork() }
            // Said before looking, so that a send that is pending later sees it and wakes this
            // thread.
            isAsleep.store(true, ordering: .sequentiallyConsistent)
            let isBusy = drive()
            let now = Patience.now()
            if isBusy { lastActivity = now } else { pause = CommunicationThread.pauses.lowerBound }
            var until = work == nil ? UInt64.max : due
            if now - lastActivity < CommunicationThread.attention {
                isAsleep.store(false, ordering: .relaxed)
                until = min(until, now + (isBusy ? pause : CommunicationThread.pauses.upperBound))
                pause = min(2 * pause, CommunicationThread.pauses.upperBound)
            }
            sleep(until: until)
            isAsleep.store(false, ordering: .relaxed)
        }
    }

    private func finishWork() {
        pthread_mutex_lock(mutex)
        isWorking = false
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }

    private func sleep(until time: UInt64) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        var limit = timespec(tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))
        while !isWanted, !isStopping {
            if time == .max {
                pthread_cond_wait(changed, mutex)
            } else if pthread_cond_timedwait(changed, mutex, &limit) == ETIMEDOUT {
                return
            }
        }
    }
}
