/// The last thing a rank does: it tells the others that it ends, and how, and leaves when all have
/// come to their end.
///
/// A rank that ends well waits for the others. After an error it waits so long as ranks that fail
/// alike need to come to the same line, and says what it has to say; then the guard ends the run,
/// because the others may wait for it.
import Execution
import Glibc
import MPITransport

extension Runtime {
    /// Above the tags of plans: nobody else uses it.
    private static let endTag = (1 << 31) - 1
    /// How long ranks that fail alike may lie apart, in nanoseconds.
    private static let patience: UInt64 = 3_000_000_000

    /// Ends this rank's part in the run. Nothing may be recorded afterwards.
    ///
    /// - Parameters:
    ///   - status: The exit code that the process is going to have.
    ///   - last: Called before anything is ended, with the exit code of every rank; `nil` for those
    ///     still at work.
    public func end(status: Int32, _ last: ([Int32?]) -> Void) {
        guard let ranks else { return }
        if status != 0 {
            ranks.watch?.announce(status: status)
            last(statuses(status, ranks))
        }
        try? ranks.watch?.end(status: status)
        (ranks.transport as? MPITransport)?.close()
    }

    /// The exit codes of the ranks that come to their end about now.
    private func statuses(_ own: Int32, _ ranks: Ranks) -> [Int32?] {
        let transport = ranks.transport
        let others = (0..<ranks.rankCount).filter { $0 != ranks.rank }
        for other in others {
            withUnsafeBytes(of: own) { transport.send($0, to: other, tag: Runtime.endTag) }
        }
        let start = transport.now()
        try? transport.wait {
            others.allSatisfy { transport.isThere(from: $0, tag: Runtime.endTag) }
                || transport.now() &- start > Runtime.patience
        }
        var found = [Int32?](repeating: nil, count: ranks.rankCount)
        found[ranks.rank] = own
        for other in others where transport.isThere(from: other, tag: Runtime.endTag) {
            var code: Int32 = 0
            try? withUnsafeMutableBytes(of: &code) {
                try transport.receive(into: $0, from: other, tag: Runtime.endTag)
            }
            found[other] = code
        }
        return found
    }
}
