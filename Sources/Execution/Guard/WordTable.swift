/// Numbers for words that come again and again, for a few nanoseconds each and without counting
/// references.
///
/// In: words, from one thread. Out: their numbers; the word of a number, also for another thread
/// that learned the number through something that orders memory. A word seen before is recognised
/// by the two machine words of its string, which stay its own because the table keeps the string
/// alive.
final class WordTable {
    private static let wordLimit = 4096, slotCount = 256

    private let words: UnsafeMutablePointer<String>
    private var count = 0
    private var numbers: [String: Int32] = [:]
    /// The strings seen last, by a few of their bits.
    private let slots: UnsafeMutablePointer<Slot>
    private var held = [String](repeating: "", count: slotCount)

    private struct Slot {
        var bits: (UInt64, UInt64) = (0, 0)
        var number: Int32 = -1
    }

    init() {
        words = .allocate(capacity: WordTable.wordLimit)
        slots = .allocate(capacity: WordTable.slotCount)
        slots.initialize(repeating: Slot(), count: WordTable.slotCount)
    }

    deinit {
        words.deinitialize(count: count)
        words.deallocate()
        slots.deallocate()
    }

    @inline(__always)
    func number(of word: String) -> Int32 {
        let bits = unsafeBitCast(word, to: (UInt64, UInt64).self)
        let mixed = (bits.0 ^ bits.1) &* 0x9E37_79B9_7F4A_7C15
        let slot = slots + Int(mixed >> 56)
        if slot.pointee.bits == bits { return slot.pointee.number }
        return find(word, bits, slot)
    }

    @inline(never)
    private func find(_ word: String, _ bits: (UInt64, UInt64), _ slot: UnsafeMutablePointer<Slot>)
        -> Int32
    {
        let number = numbers[word] ?? add(word)
        held[slot - slots] = word
        slot.pointee = Slot(bits: bits, number: number)
        return number
    }

    private func add(_ word: String) -> Int32 {
        guard count < WordTable.wordLimit else { return -1 }
        (words + count).initialize(to: word)
        numbers[word] = Int32(count)
        count += 1
        return Int32(count - 1)
    }

    /// The word, or a question mark where there were too many.
    func word(_ number: Int32) -> String { number < 0 ? "?" : words[Int(number)] }
}
