/// What moves bytes between ranks. One object per rank.

/// Contract: messages between one pair of ranks with one tag arrive in the order they were sent; messages with different
/// tags or from different ranks may arrive in any order. `send` copies the bytes before it returns and never waits for
/// the receiver. `receive` waits until a message with the tag is there; its length must equal the buffer's.
public protocol Transport: AnyObject {
    var rank: Int { get }
    var rankCount: Int { get }
    func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: Int)
    func receive(into buffer: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int)
}
