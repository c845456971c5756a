/// Why a message cannot be received: every case says what a person needs to find the reason.

public enum TransportError: Error, Hashable, CustomStringConvertible {
    /// The run was ended by a rank, through `abort` or because its body threw.
    case ended(rank: Int, reason: String, code: Int32)
    /// A message has another length than the receiver's buffer.
    case length(from: Int, to: Int, tag: Int, expected: Int, found: Int)
    /// All ranks wait and nothing is under way; one sentence per rank.
    case deadlock([String])
    /// The transport itself reported an error.
    case failed(String)

    public var description: String {
        switch self {
        case .ended(let rank, let reason, _):
            return "rank \(rank) ended the run: \(reason)"
        case .length(let from, let to, let tag, let expected, let found):
            return
                "rank \(to) expected \(expected) bytes from rank \(from) with tag \(tag), but the message has "
                + (found < 0 ? "more" : "\(found)")
        case .deadlock(let ranks):
            return "all ranks wait and nothing is under way: " + ranks.joined(separator: "; ")
        case .failed(let reason):
            return reason
        }
    }
}
