/// Threads of which exactly one runs at any time: the one that holds the baton.
///
/// In: a body that each thread calls once per `run`. A thread that must wait passes the baton to a
/// thread it names; the caller of `run` is the last of them. Threads sleep between runs and end
/// with the object, which they keep no longer than they need. Passing orders memory: whoever gets
/// the baton sees all that the giver wrote.
import Glibc

final class Baton {
    private let shared: Shared
    private let threadCount: Int

    /// What the threads share; it outlives the baton until the last thread has seen `isOver`.
    private final class Shared {
        let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        let turns: UnsafeMutablePointer<pthread_cond_t>
        let count: Int
        var holder: Int
        var isOver = false
        var body: ((Int) -> Int)?

        init(count: Int) {
            self.count = count
            holder = count - 1
            turns = .allocate(capacity: count)
            pthread_mutex_init(mutex, nil)
            for k in 0..<count { pthread_cond_init(turns + k, nil) }
        }

        deinit {
            for k in 0..<count { pthread_cond_destroy(turns + k) }
            pthread_mutex_destroy(mutex)
            turns.deallocate()
            mutex.deallocate()
        }

        /// A function of its own, so that nothing of the body is held any more when the baton is
        /// passed on.
        @inline(never)
        func callBody(_ number: Int) -> Int { body!(number) }

        /// Passes the baton on, if to anybody, and waits for it.
        /// - Returns: false when the threads are to end.
        func take(as me: Int, passingTo next: Int? = nil) -> Bool {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            if let next {
                holder = next
                pthread_cond_signal(turns + next)
            }
            while holder != me, !isOver { pthread_cond_wait(turns + me, mutex) }
            return !isOver
        }

        func end() {
            pthread_mutex_lock(mutex)
            isOver = true
            for k in 0..<count { pthread_cond_signal(turns + k) }
            pthread_mutex_unlock(mutex)
        }
    }

    /// Enough for the deepest recursion of the runtime, as on a main thread.
    private static let stackBytes = 8 << 20

    init(threadCount: Int) {
        self.threadCount = threadCount
        shared = Shared(count: threadCount + 1)
        for k in 0..<threadCount { Baton.startThread(k, shared) }
    }

    deinit { shared.end() }

    private final class Start {
        let number: Int
        let shared: Shared
        init(number: Int, shared: Shared) {
            self.number = number
            self.shared = shared
        }
    }

    private static func startThread(_ number: Int, _ shared: Shared) {
        let start = Unmanaged.passRetained(Start(number: number, shared: shared)).toOpaque()
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, stackBytes)
        let failed = pthread_create(
            &thread, &attributes,
            { argument in
                let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
                var signals = sigset_t()
                sigfillset(&signals)
                pthread_sigmask(SIG_BLOCK, &signals, nil)
                var next: Int?
                while start.shared.take(as: start.number, passingTo: next) {
                    next = start.shared.callBody(start.number)
                }
                return nil
            }, start)
        precondition(failed == 0, "no thread for rank \(number)")
        pthread_attr_destroy(&attributes)
    }

    /// Lends the baton to thread `first` and returns when someone passed it to the caller, whose
    /// number is the thread count. The body says who comes next when it returns.
    func run(first: Int, _ body: (Int) -> Int) {
        withoutActuallyEscaping(body) { body in
            shared.body = body
            _ = shared.take(as: threadCount, passingTo: first)
            shared.body = nil
        }
    }

    /// Passes the baton on and waits until it comes back.
    func pass(from me: Int, to next: Int) {
        if me == next { return }
        _ = shared.take(as: me, passingTo: next)
    }
}
