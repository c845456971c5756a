/// What the trace calls a window: the number of its plan's first step, and its own.
import Tracing

public struct TracedWindow: Sendable {
    public var base: UInt32
    public var window: Int

    public init(base: UInt32 = 0, window: Int = 0) {
        self.base = base
        self.window = window
    }

    /// Notes that a worker is done with a chunk of a step.
    @inline(__always)
    func note(
        _ kind: TraceRecord.Kind, _ step: Int, _ chunk: Int, _ worker: Int, since start: UInt64
    ) {
        Trace.lanes[worker].note(
            kind, from: start, to: Trace.now(), subject: base &+ UInt32(truncatingIfNeeded: step),
            value: UInt64(truncatingIfNeeded: window | chunk << 40))
    }
}

extension Message {
    /// Notes that a worker has sent or received it.
    func trace(_ isReceive: Bool, _ worker: Int, since start: UInt64) {
        Trace.lanes[worker].note(
            isReceive ? .receive : .send, from: start, to: Trace.now(), subject: UInt32(rank),
            value: UInt64(byteCount))
    }
}
