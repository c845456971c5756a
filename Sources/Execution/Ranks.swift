/// The ranks of a run as one of them sees it: its own number, how many there are, and what carries
/// messages.
///
/// `nil` wherever a runtime holds one of these means: there is one rank.

public final class Ranks {
    public let transport: Transport
    public let rank: Int
    public let rankCount: Int
    /// Watches that all ranks record the same; `nil` where one program drives all of them.
    public let watch: LaunchGuard?
    /// Tag of the next exchange; counted alike on every rank.
    private var nextTag = 0

    public init(_ transport: Transport, watch: LaunchGuard? = nil) {
        self.transport = transport
        self.watch = watch
        rank = transport.rank
        rankCount = transport.rankCount
    }

    /// The first of some consecutive tags for exchanges between the ranks. Every rank must ask for
    /// as many and in the same order.
    public func takeTags(_ count: Int) -> Int {
        let first = nextTag
        nextTag += count
        if nextTag >= Ranks.tagLimit { nextTag = 0 }
        return first
    }

    private static let tagLimit = 1 << 30
}
