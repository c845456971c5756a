/// Counts operations that run at once, and shows the trace some of them.
///
/// These take a tenth of a microsecond, so most are only counted. Every so many one is looked at:
/// its place, and the time until the next one, for which the whole number then stands.

extension Counters {
    /// Operations from the end of one look to the next. With the one looked at they make a prime,
    /// so that a loop of any usual length is seen at all its places.
    private static let distance = 60
    /// Longer gaps are not one operation's.
    private static let longest: UInt64 = 1_000_000

    /// Small operations since the last one that was written down.
    nonisolated(unsafe) private static var unseen = 0
    /// How many are still to come before the trace looks.
    nonisolated(unsafe) private static var untilSample = 1
    /// When the operation looked at began; zero while none is.
    nonisolated(unsafe) private static var sampleStart: UInt64 = 0
    nonisolated(unsafe) private static var samplePlace: UInt32 = 0

    /// A trace begins: what an earlier one looked at is none of its.
    static func forgetSample() { (unseen, untilSample, sampleStart) = (0, 1, 0) }

    /// Counts one operation.
    @inlinable @inline(__always)
    public static func countImmediate() {
        shared.immediateOperations &+= 1
        if shared.immediateOperations & watchDistance == 0 { tellWatcher() }
        if Trace.isOn { noteSmall() }
    }

    /// Called after every so many small operations, on the thread that makes them.
    nonisolated(unsafe) public static var watcher: (() -> Void)?
    /// One less than a power of two.
    @usableFromInline static let watchDistance = 1023

    @inline(never)
    @usableFromInline static func tellWatcher() { watcher?() }

    /// Notes an operation that has begun, while the trace is on.
    public static func noteSmall() {
        untilSample &-= 1
        unseen &+= 1
        if untilSample <= 0 { sample() }
    }

    @inline(never)
    private static func sample() {
        let now = Trace.now()
        if sampleStart == 0 {
            samplePlace = Trace.subject(of: SourceLocation.current)
            sampleStart = Trace.now()
            untilSample = 1
            return
        }
        if now &- sampleStart < longest {
            // The newest one has only begun.
            Trace.lanes[0].note(
                .immediate, from: sampleStart, to: now, subject: samplePlace,
                value: UInt64(unseen &- 1))
            unseen = 1
        }
        sampleStart = 0
        untilSample = distance
    }
}
