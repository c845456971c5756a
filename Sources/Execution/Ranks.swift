/// The ranks of a run as one of them sees it: its own number, how many there are, and what carries messages.
///
/// `nil` wherever a runtime holds one of these means: there is one rank.

public final class Ranks {
    public let transport: Transport
    public let rank: Int
    public let rankCount: Int
    /// Tag of the next exchange; counted alike on every rank.
    private var nextTag = 0

    public init(_ transport: Transport) {
        self.transport = transport
        rank = transport.rank
        rankCount = transport.rankCount
    }

    /// A tag for one exchange between the ranks. Every rank must ask as often and in the same order.
    public func takeTag() -> Int {
        nextTag = nextTag & 0xFF_FFFF &+ 1
        return nextTag
    }
}
