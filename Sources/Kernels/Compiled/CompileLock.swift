/// The two locks of the compiler, and what happens to them when the process forks.
///
///     job      held by the background thread while it works on one kernel; taken by fork, so that a child never
///              inherits LLVM, or an allocator, in the middle of something
///     state    held for well under a microsecond; whoever holds `job` may take it, never the other way round
import Glibc

final class CompileLock: @unchecked Sendable {
    static let shared = CompileLock()

    private let state = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let job = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    private init() {
        pthread_mutex_init(state, nil)
        pthread_mutex_init(job, nil)
        pthread_atfork(
            { CompileLock.shared.takeBoth() }, { CompileLock.shared.giveBoth() },
            { CompileLock.shared.giveBoth() })
    }

    private func takeBoth() {
        pthread_mutex_lock(job)
        pthread_mutex_lock(state)
    }

    private func giveBoth() {
        pthread_mutex_unlock(state)
        pthread_mutex_unlock(job)
    }

    @inline(__always)
    func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
        pthread_mutex_lock(state)
        defer { pthread_mutex_unlock(state) }
        return try body()
    }

    func working<Result>(_ body: () throws -> Result) rethrows -> Result {
        pthread_mutex_lock(job)
        defer { pthread_mutex_unlock(job) }
        return try body()
    }

    /// Waits, in `locked`, until somebody signals.
    func wait(for condition: UnsafeMutablePointer<pthread_cond_t>) {
        pthread_cond_wait(condition, state)
    }
}
