/// Words put down one behind the other, where they stay until the list is emptied: what signatures
/// are made of.
///
/// In: words, after room was made for them. Out: the same, side by side in memory.
import Glibc

struct WordList {
    private(set) var start: UnsafeMutablePointer<Int>
    private var capacity: Int
    var count = 0

    init(capacity: Int) {
        start = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    /// The words where they lie, until the list changes.
    var words: UnsafeBufferPointer<Int> { UnsafeBufferPointer(start: start, count: count) }
    /// Where the next word goes.
    @inline(__always) var end: UnsafeMutablePointer<Int> { start + count }

    /// Makes room for `more` words behind the last.
    @inline(__always)
    mutating func reserve(_ more: Int) {
        if count &+ more > capacity { grow(count &+ more) }
    }

    private mutating func grow(_ least: Int) {
        capacity = max(2 &* capacity, least)
        let larger = UnsafeMutablePointer<Int>.allocate(capacity: capacity)
        larger.update(from: start, count: count)
        start.deallocate()
        start = larger
    }

    func matches(_ other: [Int]) -> Bool {
        other.count == count
            && other.withUnsafeBytes {
                count == 0 || memcmp($0.baseAddress!, start, $0.count) == 0
            }
    }

    func deallocate() { start.deallocate() }
}
