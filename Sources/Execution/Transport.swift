/// What moves bytes between ranks. One object per rank; collectives are built on it in
/// `Collectives.swift`.

/// Contract: messages between one pair of ranks with one tag arrive in the order they were sent;
/// messages with different tags or from different ranks may arrive in any order. Messages may have
/// any size, zero included, and may go to the sender itself. A caller's tags lie in `0 ..< 2^31`;
/// the tags of ``ReservedTag`` lie above. Any thread of the rank may call any method, but only one
/// at a time may receive from one (rank, tag).
public protocol Transport: AnyObject {
    var rank: Int { get }
    var rankCount: Int { get }

    /// Copies the bytes before it returns; never waits for the receiver.
    func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: Int)

    /// The same without a copy: `fill` writes the message into memory of the transport's own, which
    /// holds anything before.
    func send(byteCount: Int, to rank: Int, tag: Int, fill: (UnsafeMutableRawBufferPointer) -> Void)

    /// Waits until the message is there. Its length must be the buffer's.
    ///
    /// - Throws: ``TransportError`` when the run was ended, the message has another length, or it
    ///   can never come.
    func receive(into buffer: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int) throws

    /// Whether a receive with these arguments would not wait.
    func isThere(from rank: Int, tag: Int) -> Bool

    /// Moves pending messages along; called by whoever waits in a loop of its own. Gives way to
    /// other ranks where they share a thread of control.
    func progress()

    /// Waits until `condition` holds, moving messages along. It must depend only on messages and on
    /// what other threads of the rank do; it is asked again and again.
    ///
    /// - Throws: ``TransportError`` when the run was ended.
    func wait(until condition: () -> Bool) throws

    /// Ends every rank of the run with one message that names this rank and its host. Where ranks
    /// are processes it never returns; where they are objects, their waits throw.
    func abort(_ reason: String, code: Int32)

    /// The transport's clock, in nanoseconds; no relation between ranks is promised.
    func now() -> UInt64

    /// Called now and then whatever the rank's other threads do, never twice at once: by the
    /// communication thread, or by a rank that waits. Gets ``now()`` and returns after how many
    /// nanoseconds it is to be called again. It may send, and receive what is there, but not wait.
    var background: ((_ now: UInt64) -> UInt64)? { get set }

    /// The rank whose message a thread of this rank is waiting for, if any.
    var waitsFor: Int? { get }

    /// Whether messages were sent that have not yet left this rank.
    var hasUnsent: Bool { get }

    /// Has the background work done as soon as possible, whenever it was to be called again.
    func hastenBackground()
}

extension Transport {
    public func send(
        byteCount: Int, to rank: Int, tag: Int, fill: (UnsafeMutableRawBufferPointer) -> Void
    ) {
        withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 64) {
            fill($0)
            send(UnsafeRawBufferPointer($0), to: rank, tag: tag)
        }
    }
}

/// Tags above the callers': one for each use inside this room.
public enum ReservedTag {
    /// The first; the reserved ones reach to `first + count - 1`.
    public static let first = 1 << 31
    public static let count = 256

    static func barrier(round: Int) -> Int { first + round }
    static func broadcast(round: Int) -> Int { first + 32 + round }
    static func gather(round: Int) -> Int { first + 64 + round }
    static let allToAllSizes = first + 96
    static let allToAllBytes = first + 97
    static let guardState = first + 128
    static let guardBytes = first + 129
    static func guardEnd(round: Int) -> Int { first + 130 + round }
}
