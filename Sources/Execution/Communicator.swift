/// What the body of a collective launch speaks through: the transport, with a tag that is the launch's own.
///
/// Messages between two ranks arrive in the order they were sent, so a body may send several to the same rank.

public final class Communicator {
    public let transport: Transport
    public let tag: Int

    public init(_ transport: Transport, tag: Int) {
        self.transport = transport
        self.tag = tag
    }

    public var rank: Int { transport.rank }
    public var rankCount: Int { transport.rankCount }
}
