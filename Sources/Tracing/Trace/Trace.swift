/// The recorder: what ran where and when, in a file per rank, for `legate profile` and the graphs.
///
/// In: short notes from the runtime, the executor, the workers and the bridge; each site asks
/// ``Trace/isOn`` first, which is all that it costs when nobody records. Out: records in lanes (one
/// per worker) and lines of text that say what numbers stand for. Memory is bounded: one chunk per
/// lane, mapped from the file.
import Glibc
import Synchronization

/// What ran where and when, while somebody records it.
public enum Trace {
    /// Whether anything is recorded.
    nonisolated(unsafe) public private(set) static var isOn = false
    nonisolated(unsafe) static var file: TraceFile?
    /// Lanes by worker; the first one is the program's thread.
    nonisolated(unsafe) public private(set) static var lanes = UnsafeMutablePointer<TraceLane>
        .allocate(capacity: 1)
    nonisolated(unsafe) static var text = TraceLane(0, .text)
    nonisolated(unsafe) private static var places: [SourceLocation: UInt32] = [:]
    nonisolated(unsafe) private static var names: [String: UInt32] = [:]
    nonisolated(unsafe) private static var nextSubject: UInt32 = 1
    private static let hasComplained = Atomic(false)
    nonisolated(unsafe) private static var laneCount = 0

    /// Begins to record. Nothing may be running.
    ///
    /// - Parameter prefix: Where the file goes; the rank and `.prof` are added.
    /// - Throws: Where the file cannot be made.
    public static func start(
        prefix: String, rank: Int, rankCount: Int, workerCount: Int, limitBytes: Int
    ) throws(TraceError) {
        close()
        file = try TraceFile(path: "\(prefix)_\(rank).prof", limitBytes: limitBytes)
        (text, places, names, nextSubject) = (TraceLane(0, .text), [:], [:], 1)
        meetWorkers(workerCount)
        hasComplained.store(false, ordering: .relaxed)
        Counters.forgetSample()
        isOn = true
        var line = TraceLine("run")
        line.add("version", 1)
        line.add("rank", rank)
        line.add("ranks", rankCount)
        line.add("workers", workerCount)
        line.add("pid", Int(getpid()))
        line.add("host", hostName)
        line.add("program", commandLine)
        line.add("monotonic", Int(now()))
        line.add("realtime", Int(time(of: CLOCK_REALTIME)))
        line.write()
    }

    /// Ends the trace here; what was recorded stays.
    public static func stop() { isOn = false }

    /// Ends it and lets go of the file. Nothing may be running.
    public static func close() {
        stop()
        guard let file else { return }
        for worker in 0..<laneCount { lanes[worker].close(file) }
        text.close(file)
        self.file = nil
    }

    /// From now on there are so many workers. Nothing may be running.
    public static func meetWorkers(_ count: Int) {
        var line = TraceLine("workers")
        line.add("count", count)
        line.write()
        guard count > laneCount else { return }
        let more = UnsafeMutablePointer<TraceLane>.allocate(capacity: count)
        more.moveInitialize(from: lanes, count: laneCount)
        for worker in laneCount..<count { (more + worker).initialize(to: TraceLane(worker)) }
        lanes.deallocate()
        (lanes, laneCount) = (more, count)
    }

    /// Ends it on any thread, where it cannot go on.
    static func stop(_ error: TraceError) {
        isOn = false
        complain("the profile ends here, the program goes on", error)
    }

    /// How far this rank's clock is ahead of rank 0's.
    public static func noteClock(offset: Int, uncertainty: Int) {
        var line = TraceLine("clock")
        line.add("offset", offset)
        line.add("uncertainty", uncertainty)
        line.write()
    }

    // MARK: - Time

    /// Nanoseconds of the clock that all records use.
    @inline(__always) public static func now() -> UInt64 { time(of: CLOCK_MONOTONIC) }

    private static func time(of clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(bitPattern: Int64(time.tv_sec &* 1_000_000_000 &+ time.tv_nsec))
    }

    // MARK: - Notes of the program's thread

    /// Appends a record that ends now.
    @inline(__always)
    public static func note(
        _ kind: TraceRecord.Kind, since start: UInt64, subject: UInt32 = 0, value: Int = 0
    ) {
        lanes[0].note(
            kind, from: start, to: now(), subject: subject, value: UInt64(bitPattern: Int64(value)))
    }

    /// The number of a place in the user's program.
    public static func subject(of place: SourceLocation?) -> UInt32 {
        guard let place else { return 0 }
        if let known = places[place] { return known }
        let subject = takeSubjects(1)
        places[place] = subject
        var line = TraceLine("place")
        line.add("id", Int(subject))
        line.add("file", place.file)
        line.add("line", place.line)
        line.write()
        return subject
    }

    /// The number of a name, and of the place where it is used.
    public static func subject(named name: String, at place: SourceLocation? = nil) -> UInt32 {
        let key = place.map { "\(name)\0\($0)" } ?? name
        if let known = names[key] { return known }
        let subject = takeSubjects(1)
        names[key] = subject
        var line = TraceLine("name")
        line.add("id", Int(subject))
        line.add("name", name)
        if let place { line.add("place", Int(Trace.subject(of: place))) }
        line.write()
        return subject
    }

    /// Numbers for the steps of a plan.
    public static func takeSubjects(_ count: Int) -> UInt32 {
        defer { nextSubject &+= UInt32(count) }
        return nextSubject
    }

    // MARK: - Words

    /// Says once on standard error what became of the trace.
    public static func complain(_ what: String, _ error: TraceError) {
        guard !hasComplained.exchange(true, ordering: .relaxed) else { return }
        fputs("legate: \(what): \(error.path): \(error.reason)\n", stderr)
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, 255)
        return String(cString: name)
    }

    private static var commandLine: String {
        guard let file = fopen("/proc/self/cmdline", "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, file)
        return bytes.prefix(count).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            .joined(separator: " ")
    }
}
