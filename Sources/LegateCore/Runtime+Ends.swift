/// The last thing a rank does: it tells the others that it ends, and how, and leaves when all have come to their end.
///
/// Whether all end alike is the guard's affair: it ends the run when they do not. Before that a rank that fails learns
/// whether the others fail as well, so that what all have to say is said once.
import Execution
import Glibc
import MPITransport

extension Runtime {
    /// Above the tags of plans: nobody else uses it.
    private static let endTag = (1 << 31) - 1
    /// How long a failing rank listens to the others, in nanoseconds: less than the guard waits before it ends the run.
    private static let patience: UInt64 = 1_000_000_000

    /// Ends this rank's part in the run. Nothing may be recorded afterwards.
    ///
    /// - Parameters:
    ///   - status: The exit code that the process is going to have.
    ///   - last: Called after a failure, before anything is ended, with the exit code of every rank; `nil` for those
    ///     still at work.
    public func end(status: Int32, _ last: ([Int32?]) -> Void) {
        guard let ranks else { return }
        ranks.launchGuard?.announce(status: status)
        let codes = exchange(status, ranks)
        if status != 0 { last(codes) }
        do { try ranks.launchGuard?.end(status: status) } catch { fputs("legate: \(error)\n", stderr) }
        (ranks.transport as? MPITransport)?.close()
    }

    /// Tells all ranks this one's exit code; after a failure, what they say within a second.
    private func exchange(_ status: Int32, _ ranks: Ranks) -> [Int32?] {
        let transport = ranks.transport
        let others = (0..<ranks.rankCount).filter { $0 != ranks.rank }
        for other in others {
            withUnsafeBytes(of: status) { transport.send($0, to: other, tag: Runtime.endTag) }
        }
        var found = [Int32?](repeating: nil, count: ranks.rankCount)
        found[ranks.rank] = status
        guard status != 0 else { return found }
        let start = transport.now()
        try? transport.wait {
            transport.now() &- start > Runtime.patience
                || others.allSatisfy { transport.isThere(from: $0, tag: Runtime.endTag) }
        }
        for other in others where transport.isThere(from: other, tag: Runtime.endTag) {
            var code: Int32 = 0
            try? withUnsafeMutableBytes(of: &code) { try transport.receive(into: $0, from: other, tag: Runtime.endTag) }
            found[other] = code
        }
        return found
    }
}
