/// What clients tell the other ranks outside the launch stream: results of files, seeds, errors.
///
/// Every rank makes the same calls in the same order, as it records the same launches. With one
/// rank they cost nothing.
import Execution

extension Runtime {
    /// Every rank's bytes, in the order of ranks.
    public func allGather(_ bytes: [UInt8]) throws -> [[UInt8]] {
        guard let ranks else { return [bytes] }
        // Launches that run ahead may speak, too: one conversation at a time.
        try waitForBackground()
        return try ranks.transport.allGather(bytes)
    }

    /// Sends `parts[r]` to rank r; what rank r sent here, in the order of ranks.
    ///
    /// - Precondition: one part for each rank.
    public func allToAll(_ parts: [[UInt8]]) throws -> [[UInt8]] {
        guard let ranks else { return parts }
        try waitForBackground()
        return try ranks.transport.allToAll(parts)
    }
}
