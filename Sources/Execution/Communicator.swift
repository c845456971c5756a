/// What the body of a collective launch speaks through: the transport, with a tag that is the
/// launch's own.
import Launches

public final class Communicator: CollectiveMessenger {
    private let transport: Transport
    private let tag: Int

    public init(_ transport: Transport, tag: Int) {
        self.transport = transport
        self.tag = tag
    }

    public func send(_ bytes: UnsafeRawBufferPointer, to rank: Int) {
        transport.send(bytes, to: rank, tag: tag)
    }

    public func receive(into buffer: UnsafeMutableRawBufferPointer, from rank: Int) throws {
        try transport.receive(into: buffer, from: rank, tag: tag)
    }
}
