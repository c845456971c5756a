/// Counts operations that run at once, and shows the trace some of them.
///
/// These take a tenth of a microsecond, so most are only counted. Every so many one is looked at: its place, and the
/// time until the next one, for which the whole number then stands.

extension Counters {
    /// The count at which the trace looks; never reached when nobody records.
    nonisolated(unsafe) public static var nextSample = Int.max
    /// A prime, so that a loop of any usual length is seen at all its places.
    private static let distance = 61
    /// Longer gaps are not one operation's.
    private static let longest: UInt64 = 1_000_000

    nonisolated(unsafe) private static var sampleStart: UInt64 = 0
    nonisolated(unsafe) private static var samplePlace: UInt32 = 0
    nonisolated(unsafe) private static var lastSample = 0

    /// Counts one operation.
    @inlinable @inline(__always)
    public static func countImmediate() {
        shared.immediateOperations &+= 1
        if shared.immediateOperations == nextSample { sample() }
    }

    static func sampleFromNow() {
        lastSample = shared.immediateOperations
        nextSample = shared.immediateOperations &+ 1
        sampleStart = 0
    }

    @inline(never)
    public static func sample() {
        guard Trace.isOn else {
            nextSample = .max
            return
        }
        let count = shared.immediateOperations
        if sampleStart == 0 {
            samplePlace = Trace.subject(of: SourceLocation.current)
            sampleStart = Trace.now()
            nextSample = count &+ 1
            return
        }
        let end = Trace.now()
        if end &- sampleStart < longest {
            Trace.lanes[0].note(
                .immediate, from: sampleStart, to: end, subject: samplePlace, value: UInt64(count &- 1 &- lastSample))
            lastSample = count &- 1
        }
        sampleStart = 0
        nextSample = count &+ distance &- 1
    }
}
