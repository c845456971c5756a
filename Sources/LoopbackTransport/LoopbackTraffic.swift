/// What a world's ranks sent so far: messages and bytes, by pair, by rank and in all. Reserved tags
/// count as well.

public struct LoopbackTraffic: Hashable, Sendable {
    public let rankCount: Int
    private var messages: [Int]
    private var bytes: [Int]

    init(rankCount: Int) {
        self.rankCount = rankCount
        messages = [Int](repeating: 0, count: rankCount * rankCount)
        bytes = messages
    }

    mutating func note(from: Int, to: Int, bytes count: Int) {
        messages[from * rankCount + to] += 1
        bytes[from * rankCount + to] += count
    }

    public var messageCount: Int { messages.reduce(0, +) }
    public var byteCount: Int { bytes.reduce(0, +) }

    public func messageCount(from: Int, to: Int) -> Int { messages[from * rankCount + to] }
    public func byteCount(from: Int, to: Int) -> Int { bytes[from * rankCount + to] }

    /// What one rank sent to all.
    public func messageCount(from: Int) -> Int { messages[row(from)].reduce(0, +) }
    public func byteCount(from: Int) -> Int { bytes[row(from)].reduce(0, +) }

    private func row(_ rank: Int) -> Range<Int> { rank * rankCount..<(rank + 1) * rankCount }
}
