/// Errors that bodies threw on workers, until the thread that records launches raises the first of
/// them.
import Synchronization
import Tracing

/// A task that failed, as the program sees it: what it threw, which task, and the line that
/// launched it.
public struct TaskError: Error, CustomStringConvertible {
    /// `library.task`.
    public let task: String
    /// What the body threw.
    public let underlying: any Error
    /// The line that launched it.
    public let source: SourceLocation?

    public var description: String {
        "task '\(task)'\(source.map { " launched at \($0)" } ?? "") failed: \(underlying)"
    }
}

enum TaskFailures {
    private static let errors = Mutex<[TaskError]>([])
    private static let exist = Atomic(false)

    static func note(_ error: TaskError) {
        errors.withLock { $0.append(error) }
        exist.store(true, ordering: .releasing)
    }

    /// Throws the first failure and forgets the rest.
    @inline(__always) static func raise() throws {
        if exist.load(ordering: .acquiring) { try raiseFirst() }
    }

    @inline(never) private static func raiseFirst() throws {
        exist.store(false, ordering: .relaxed)
        let all = errors.withLock { list in
            defer { list = [] }
            return list
        }
        if let first = all.first { throw first }
    }
}
