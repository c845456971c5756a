/// Ranks as objects of one process: a post office with one box per (sender, receiver, tag).
///
/// Delivery between different tags is adversarial on purpose: the office keeps boxes apart, so nothing may rely on an
/// order that the contract does not promise. Driven by one thread: receiving what was not yet sent is a fault.

public final class LoopbackOffice {
    struct Address: Hashable {
        var from: Int
        var to: Int
        var tag: Int
    }
    private var boxes: [Address: [[UInt8]]] = [:]
    public private(set) var messageCount = 0
    public private(set) var byteCount = 0

    public init() {}

    /// One transport for each of `count` ranks.
    public func transports(_ count: Int) -> [OfficeTransport] {
        (0..<count).map { OfficeTransport(rank: $0, rankCount: count, office: self) }
    }

    func post(_ bytes: UnsafeRawBufferPointer, _ address: Address) {
        messageCount += 1
        byteCount += bytes.count
        boxes[address, default: []].append(Array(bytes))
    }

    func take(_ address: Address) -> [UInt8] {
        guard var box = boxes.removeValue(forKey: address), !box.isEmpty else {
            preconditionFailure("rank \(address.to) waits for a message that rank \(address.from) never sent")
        }
        let message = box.removeFirst()
        if !box.isEmpty { boxes[address] = box }
        return message
    }

    /// Messages sent and never received: zero after a correct exchange.
    public var undelivered: Int { boxes.values.reduce(0) { $0 + $1.count } }
}

public final class OfficeTransport {
    public let rank: Int
    public let rankCount: Int
    private let office: LoopbackOffice

    init(rank: Int, rankCount: Int, office: LoopbackOffice) {
        self.rank = rank
        self.rankCount = rankCount
        self.office = office
    }

    public func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: Int) {
        office.post(bytes, .init(from: self.rank, to: rank, tag: tag))
    }

    public func receive(into buffer: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int) {
        let message = office.take(.init(from: rank, to: self.rank, tag: tag))
        precondition(message.count == buffer.count, "message of \(message.count) bytes, expected \(buffer.count)")
        buffer.copyBytes(from: message)
    }
}
