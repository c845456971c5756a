/// Which task body each worker is in.
///
/// A body that traps cannot be survived: the process says which task it was, and the line that
/// launched it, before it ends. A body that never returns cannot be stopped: `LEGATE_TASK_SECONDS`
/// (or ``Runtime/limitTasks(seconds:)``) ends the process with the same words, and SIGUSR1 tells at
/// any time what runs.
internal import CPlatform
import Glibc
import Tracing

enum RunningBodies {
    /// A body in words that a handler of signals may read: they live as long as the process.
    struct Mark {
        fileprivate let task: UnsafePointer<CChar>
        fileprivate let file: UnsafePointer<CChar>?
        fileprivate let line: Int
    }

    /// Texts that were asked for, each once.
    nonisolated(unsafe) private static var texts: [String: UnsafePointer<CChar>] = [:]

    /// Only on the runtime's thread.
    static func mark(_ task: String, _ source: SourceLocation?) -> Mark {
        Mark(task: text(task), file: (source?.file).map(text), line: source?.line ?? 0)
    }

    private static func text(_ words: String) -> UnsafePointer<CChar> {
        if let known = texts[words] { return known }
        let copy = UnsafePointer(strdup(words)!)
        texts[words] = copy
        return copy
    }

    @inline(__always) static func enter(_ mark: Mark) {
        lg_body_enter(mark.task, mark.file, mark.line)
    }
    @inline(__always) static func leave() { lg_body_leave() }
    static func endThread() { lg_body_thread_ends() }

    /// Called when the first task is registered: a process without libraries keeps its handlers.
    static let watch: Void = {
        lg_bodies_catch_faults()
        lg_bodies_limit(Runtime.shared.configuration.taskSeconds)
    }()

    /// Writes a line for each body that runs, on standard error; safe in a handler of a signal.
    static func report() { lg_bodies_report(2) }
}

extension Runtime {
    /// Ends the process when the body of a library's task runs longer than this, and says which; 0
    /// for no limit.
    public func limitTasks(seconds: Double) {
        configuration.taskSeconds = seconds
        lg_bodies_limit(seconds)
    }
}
