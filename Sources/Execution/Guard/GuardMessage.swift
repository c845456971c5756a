/// What the guards of two ranks tell each other: a header of fixed size, and bytes behind it for
/// some kinds.

struct GuardMessage: BitwiseCopyable {
    enum Kind: UInt32, BitwiseCopyable {
        /// Where this rank is. No bytes.
        case state
        /// The hashes after launches `agreed + 1 ... count`: look for the first that differs.
        case history
        /// What the sender's launch `count` was, in words: the answer to a history.
        case words
        /// May I speak? To rank 0. No bytes.
        case claim
        /// Rank 0's answer: `status` is 1 for yes. 0, also from a rank that speaks: keep quiet. No
        /// bytes.
        case permission
    }

    var kind: Kind
    /// The exit status that was announced.
    var status: Int32 = 0
    var isAnnounced = false
    /// Whether the rank will record nothing more.
    var hasEnded = false
    /// Whether it waits for a message.
    var isWaiting = false
    /// Whether it has sent messages that have not yet left it.
    var hasUnsent = false
    /// Launches so far, and the hash after them.
    var count = 0
    var hash: UInt64 = 0
    /// The largest count at which the sender saw the receiver's hash equal to its own.
    var agreed = 0
    var byteCount = 0
}
