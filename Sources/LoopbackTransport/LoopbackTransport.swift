/// One rank of a loopback world. Its methods are called by the rank's own thread while the world
/// runs.
import Execution
import Glibc

public final class LoopbackTransport: Transport {
    public let rank: Int
    public let rankCount: Int
    private unowned let world: LoopbackWorld
    /// When the background work is due; nil without any, and while it runs.
    private(set) var nextBackground: UInt64?

    /// The first and the longest pause between two questions of ``wait(until:)``, in nanoseconds of
    /// the clock.
    private static let pauses: ClosedRange<UInt64> = 10_000...1_000_000

    init(rank: Int, rankCount: Int, world: LoopbackWorld) {
        self.rank = rank
        self.rankCount = rankCount
        self.world = world
    }

    public func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: Int) {
        world.post(Array(bytes), address(from: self.rank, to: rank, tag))
    }

    public func send(
        byteCount: Int, to rank: Int, tag: Int, fill: (UnsafeMutableRawBufferPointer) -> Void
    ) {
        // Poison: what `fill` forgets is not by chance what the receiver expects.
        var bytes = [UInt8](repeating: 0xA5, count: byteCount)
        bytes.withUnsafeMutableBytes(fill)
        world.post(bytes, address(from: self.rank, to: rank, tag))
    }

    public func receive(into buffer: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int) throws
    {
        let address = address(from: rank, to: self.rank, tag)
        try world.checkNotEnded()
        while !world.isVisible(address) {
            waitsFor = rank
            defer { waitsFor = nil }
            try world.wait(self.rank, .receiving(address))
            runBackground()
        }
        let bytes = world.take(address)
        guard bytes.count == buffer.count else {
            throw TransportError.length(
                from: rank, to: self.rank, tag: tag, expected: buffer.count, found: bytes.count)
        }
        buffer.copyBytes(from: bytes)
    }

    public func isThere(from rank: Int, tag: Int) -> Bool {
        world.isVisible(address(from: rank, to: self.rank, tag))
    }

    /// Hands over to another rank; one that was ended learns of it at its next wait.
    public func progress() {
        try? pause(LoopbackWorld.callTime)
    }

    public func wait(until condition: () -> Bool) throws {
        try world.checkNotEnded()
        var length = LoopbackTransport.pauses.lowerBound
        while !condition() {
            try pause(length)
            length = min(2 * length, LoopbackTransport.pauses.upperBound)
        }
    }

    public func abort(_ reason: String, code: Int32) {
        world.end(.ended(rank: rank, reason: reason, code: code))
    }

    public func now() -> UInt64 { world.clock }

    public var background: ((UInt64) -> UInt64)? {
        didSet { nextBackground = background == nil ? nil : world.clock }
    }

    public private(set) var waitsFor: Int?

    public var hasUnsent: Bool { false }

    public func hastenBackground() {
        if nextBackground != nil { nextBackground = world.clock }
    }

    private func pause(_ length: UInt64) throws {
        try world.wait(rank, .polling(until: world.clock + length))
        runBackground()
    }

    private func runBackground() {
        guard let time = nextBackground, time <= world.clock, let background else { return }
        nextBackground = nil
        let pause = background(world.clock)
        if self.background != nil { nextBackground = world.clock + pause }
    }

    private func address(from: Int, to: Int, _ tag: Int) -> LoopbackWorld.Address {
        precondition((0..<rankCount).contains(from) && (0..<rankCount).contains(to), "no such rank")
        precondition(
            (0..<ReservedTag.first + ReservedTag.count).contains(tag), "tag \(tag) is out of range")
        return .init(from: from, to: to, tag: tag)
    }
}
