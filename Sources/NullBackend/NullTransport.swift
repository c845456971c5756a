/// A transport to ranks that are not there: counts what is sent; whatever is received is there at
/// once, as it lies.
import Execution

public final class NullTransport: Transport {
    public let rank: Int
    public let rankCount: Int
    public private(set) var messageCount = 0
    public private(set) var byteCount = 0
    public var background: ((UInt64) -> UInt64)?

    public init(rank: Int, rankCount: Int) {
        precondition((0..<rankCount).contains(rank), "no such rank")
        self.rank = rank
        self.rankCount = rankCount
    }

    public func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: Int) { count(bytes.count) }

    public func send(
        byteCount: Int, to rank: Int, tag: Int, fill: (UnsafeMutableRawBufferPointer) -> Void
    ) {
        count(byteCount)
    }

    private func count(_ bytes: Int) {
        messageCount += 1
        byteCount += bytes
    }

    public func receive(into buffer: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int) throws
    {}
    public func isThere(from rank: Int, tag: Int) -> Bool { true }
    public func progress() {}
    public var waitsFor: Int? { nil }
    public var hasUnsent: Bool { false }
    public func hastenBackground() {}

    public func wait(until condition: () -> Bool) throws {
        guard condition() else {
            throw TransportError.failed("a rank that is alone waits for what can never come")
        }
    }

    public func abort(_ reason: String, code: Int32) {}
    public func now() -> UInt64 { 0 }
}
