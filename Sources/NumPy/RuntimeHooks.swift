/// What the bridge asks of the running library: set once when the runtime starts.
import LegateCore

public enum RuntimeHooks {
    /// Waits until everything recorded so far has been computed.
    nonisolated(unsafe) public static var wait: () throws -> Void = {
        try NDArray.rethrowing { try Runtime.shared.waitForAll() }
    }
    /// Changes the number of workers, the memory ceiling, or both, once everything recorded has
    /// run.
    public static func use(workers: Int?, ceilingBytes: Int?) throws {
        try NDArray.rethrowing {
            try Runtime.shared.use(workers: workers, ceilingBytes: ceilingBytes)
        }
    }
    /// Begins to record what the run does, once everything recorded has run.
    public static func startTrace(prefix: String) throws {
        try NDArray.rethrowing { try Runtime.shared.beginTrace(prefix: prefix) }
    }
    /// Ends that; what is recorded runs first if `waits`.
    public static func stopTrace(waits: Bool) throws {
        try NDArray.rethrowing { try Runtime.shared.finishTrace(waits: waits) }
    }
    /// Called in a process just made by `fork`, where only the calling thread lives on.
    nonisolated(unsafe) public static var afterFork: () -> Void = {}
    /// Called once when the extension module is loaded.
    nonisolated(unsafe) public static var start: () -> Void = {}
    /// Called between the steps of a plan; throws to stop there.
    public static var checkpoint: () throws -> Void {
        get { Runtime.shared.checkpoint }
        set { Runtime.shared.checkpoint = newValue }
    }
    /// Called between the chunks of a step; throws to stop there.
    public static var interruption: () throws -> Void {
        get { Runtime.shared.interruption }
        set { Runtime.shared.interruption = newValue }
    }
}
