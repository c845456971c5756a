/// One entry of a trace: 32 bytes, written as they lie in memory.
///
/// Times are nanoseconds of the monotonic clock. What `subject` and `value` mean follows from the
/// kind; the words are the file's format, so kinds are only ever added
/// (`Documentation/TraceFormat.md`).

public struct TraceRecord {
    public var start: UInt64
    public var end: UInt64
    public var value: UInt64
    public var subject: UInt32
    /// The kind; zero where nothing was written yet.
    public var kind: UInt32

    public enum Kind: UInt32, Sendable {
        /// A chunk of a step ran. Subject: the step. Value: window, and above 2^40 the chunk.
        case chunk = 1
        /// The program waited for a value. Subject: the place. Value: the value's bytes.
        case wait = 2
        /// A window was turned into a plan. Subject: the plan. Value: the window, and at 2^63
        /// whether it was replayed.
        case plan = 3
        /// One immediate operation out of many. Subject: the place. Value: how many it stands for.
        case immediate = 4
        /// A message left. Subject: the other rank. Value: its bytes.
        case send = 5
        /// A message was waited for. Subject: the other rank. Value: its bytes.
        case receive = 6
        /// Results of folds met over the ranks. Subject and value as for a chunk.
        case meeting = 7
        /// A store was brought together from all ranks. Subject: the place. Value: its bytes.
        case gather = 8
        /// A call ran through NumPy. Subject: its name and place. Value: the bytes gathered.
        case host = 9
        /// Memory in use (value) and kept for reuse (end).
        case memory = 10
        /// A phase that the program marked began or ended. Subject: its name.
        case begin = 11
        case end = 12
        /// Segments of a window ran. Subject: the plan. Value: the window.
        case window = 13
        /// The program recorded launches. Subject: how many. Value: the window they went into.
        case recording = 14
        /// The program reached its end.
        case last = 15
    }
}
