/// The least and the greatest of many integers that lie side by side, found at once: on all workers
/// where there are many.
import LegateCore

enum ValueRange {
    private static let chunk = 32_768

    /// - Precondition: No task runs.
    static func of(_ values: UnsafePointer<Int>, _ count: Int) -> (low: Int, high: Int) {
        if count <= chunk { return ofChunk(values, count) }
        let chunks = (count + chunk - 1) / chunk
        return withUnsafeTemporaryAllocation(of: (low: Int, high: Int).self, capacity: chunks) {
            ranges in
            let start = ranges.baseAddress.unsafelyUnwrapped
            Immediate.share(chunks) { k in
                (start + k).initialize(
                    to: ofChunk(values + k &* chunk, min(chunk, count &- k &* chunk)))
            }
            return ranges.reduce((low: Int.max, high: Int.min)) {
                (min($0.low, $1.low), max($0.high, $1.high))
            }
        }
    }

    private static func ofChunk(_ values: UnsafePointer<Int>, _ count: Int) -> (low: Int, high: Int)
    {
        var (low, high) = (Int.max, Int.min)
        for k in 0..<count {
            low = min(low, values[k])
            high = max(high, values[k])
        }
        return (low, high)
    }
}
