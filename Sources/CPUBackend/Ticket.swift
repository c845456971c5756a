/// What workers take the chunks of a range from, each chunk once.
import Synchronization

/// The next chunk of a range to take (low half) and the range's end (high half), in one word:
/// whoever takes a chunk learns with it whether the chunk exists, so that a worker that wakes late
/// can never touch a newer job's body.
struct Ticket: ~Copyable {
    private let word = Atomic<UInt64>(0)
    private let padding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (
        0, 0, 0, 0, 0, 0, 0
    )

    func set(_ range: Range<Int>) {
        word.store(UInt64(range.upperBound) << 32 | UInt64(range.lowerBound), ordering: .releasing)
    }

    /// Takes all that is left.
    func close() -> Range<Int> {
        let word = word.exchange(0, ordering: .acquiringAndReleasing)
        let (first, end) = (Int(word & 0xFFFF_FFFF), Int(word >> 32))
        return min(first, end)..<end
    }

    /// `nil` when all are taken.
    @inline(__always) func take() -> Int? {
        // Looking first leaves the line with whoever works on it.
        if Ticket.chunk(word.load(ordering: .relaxed)) == nil { return nil }
        return Ticket.chunk(word.wrappingAdd(1, ordering: .acquiring).oldValue)
    }

    @inline(__always) private static func chunk(_ word: UInt64) -> Int? {
        let chunk = Int(word & 0xFFFF_FFFF)
        return chunk < Int(word >> 32) ? chunk : nil
    }
}
