/// Bodies in the language that the program is written in: workers need its lock, so the program
/// lets go of it while it waits for them.
import Launches

/// The lock of the host language. Set once by its bridge; without one nothing needs it.
public enum HostLock {
    /// Lets go of the lock, which the calling thread holds.
    nonisolated(unsafe) public static var release: () -> UnsafeMutableRawPointer? = { nil }
    /// Takes it again.
    nonisolated(unsafe) public static var retake: (UnsafeMutableRawPointer?) -> Void = { _ in }
}

extension Runtime {
    /// Runs a part of a plan; without the host's lock while recorded bodies need it.
    @inline(__always) func outsideHost<R>(_ body: () throws -> R) rethrows -> R {
        if hostTaskCount == 0 { return try body() }
        let state = HostLock.release()
        isHostHeld = false
        defer {
            HostLock.retake(state)
            isHostHeld = true
        }
        return try body()
    }

    static func calledInsideTask(_ what: String) -> CoreError {
        CoreError(
            .runtime, "a task's body sees its own tile and must not call the runtime: \(what)")
    }
}
