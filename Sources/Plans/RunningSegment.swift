/// A segment on its way: who began it works on it with this until it is done, or stops and goes on
/// later.
import Execution

/// A segment that was begun.
public struct RunningSegment {
    private let run: SegmentRun?
    private let backend: Backend?
    private let isSerial: Bool

    /// Of which nothing is to be done.
    init() { (run, backend, isSerial) = (nil, nil, true) }

    init(run: SegmentRun, backend: Backend, isSerial: Bool) {
        self.run = run
        self.backend = backend
        self.isSerial = isSerial
    }

    /// Works on the segment and returns when all of it is done.
    ///
    /// - Parameter look: Called on this thread between chunks; throws to stop there.
    /// - Throws: What a transport throws; chunks that came behind it did not run. ``Interruption``
    ///   with what `look` threw: the next call goes on where this one stopped, and must come before
    ///   anything else is begun.
    public func finish(_ look: () throws -> Void = {}) throws {
        guard let run, let backend else { return }
        run.finishers &+= 1
        let mine = run.finishers
        do {
            if isSerial { try run.serially(look) } else { try backend.finish(look) }
        } catch {
            throw Interruption(cause: error)
        }
        // Whoever `look` called may have gone on with it: then it is theirs.
        guard run.finishers == mine else { return }
        run.deallocate()
        if let error = run.failure.error { throw error }
    }

    /// Gives up the rest of a segment that was stopped.
    public func abandon() {
        if !isSerial { backend?.abandon() }
        run?.deallocate()
    }

    /// Chunks that are done, all chunks, and the step of the first one that is not; `nil` where
    /// nothing is left to do.
    public var state: (done: Int, count: Int, step: Int)? { run?.state }
}

/// A segment was stopped between two chunks and can go on.
public struct Interruption: Error {
    /// Why.
    public let cause: Error

    public init(cause: Error) { self.cause = cause }
}
