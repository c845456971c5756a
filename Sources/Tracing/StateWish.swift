/// Somebody wants to know what the run does: a signal came.
///
/// A signal's handler may do no more than set the mark. The program's thread looks at it between
/// chunks and while it waits for other workers or ranks, and answers; where the program's own code
/// runs, its language asks instead.
import Glibc

public enum StateWish {
    /// Set by the handler.
    nonisolated(unsafe) public static var isOpen = false
    /// Says on standard error what runs; called on the program's thread only.
    nonisolated(unsafe) public static var answer: () -> Void = {}
    nonisolated(unsafe) private static var owner = pthread_self()

    /// Makes the calling thread the one that answers.
    public static func belongHere() {
        owner = pthread_self()
        isOpen = false
    }

    /// Whether it was open; it no longer is.
    public static func take() -> Bool {
        defer { isOpen = false }
        return isOpen
    }

    /// Answers if that is wished, and this is the thread to do it.
    @inlinable @inline(__always)
    public static func look() { if isOpen { answerHere() } }

    @inline(never)
    public static func answerHere() {
        guard pthread_equal(owner, pthread_self()) != 0 else { return }
        isOpen = false
        answer()
    }
}
