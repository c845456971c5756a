/// Places of an owner's part, told in a message: pairs of start and length, single places, or one
/// bit for each element, whatever is shortest; or all of them.
///
///     places          3 4 7 8 9            pairs    (3 2) (7 3)
///     of an owner     . . . # # . . # # #  singles  3 4 7 8 9
///     of ten                               bits     0001100111
///
/// Words have four bytes where the owner's part allows it.
import LegateCore

enum PlaceMessage {
    enum Kind: UInt8 { case pairs, singles, bits, all }

    /// Names all places of an owner.
    static let everything = [Kind.all.rawValue]

    static func wordSize(_ extent: Int) -> Int { extent <= Int(UInt32.max) ? 4 : 8 }

    /// The shortest kind for ascending places that each stand once.
    static func shortest(_ count: Int, runs: Int, within extent: Int) -> Kind {
        let size = wordSize(extent)
        let (pairs, singles, bits) = (2 * size * runs, size * count, (extent + 63) / 64 * 8)
        if bits < min(pairs, singles) { return .bits }
        return singles < pairs ? .singles : .pairs
    }

    /// A message of words: its kind, and `count` words that `word` gives.
    static func words(_ kind: Kind, _ count: Int, within extent: Int, _ word: (Int) -> Int)
        -> [UInt8]
    {
        let size = wordSize(extent)
        return [UInt8](unsafeUninitializedCapacity: 1 + count * size) { buffer, filled in
            let start = UnsafeMutableRawPointer(buffer.baseAddress!)
            start.storeBytes(of: kind.rawValue, as: UInt8.self)
            if size == 4 {
                for k in 0..<count {
                    (start + 1 + 4 * k).storeBytes(
                        of: UInt32(truncatingIfNeeded: word(k)), as: UInt32.self)
                }
            } else {
                for k in 0..<count { (start + 1 + 8 * k).storeBytes(of: word(k), as: Int.self) }
            }
            filled = 1 + count * size
        }
    }

    /// A message of places in any order, which it keeps.
    static func inOrder(_ places: UnsafePointer<Int>, _ count: Int, within extent: Int) -> [UInt8] {
        var runs = min(count, 1)
        for k in 1..<max(1, count) where places[k] != places[k - 1] + 1 { runs += 1 }
        if 2 * runs >= count { return words(.singles, count, within: extent) { places[$0] } }
        var pairs: [Int] = []
        pairs.reserveCapacity(2 * runs)
        for k in 0..<count {
            if k > 0, places[k] == places[k - 1] + 1 {
                pairs[pairs.count - 1] += 1
            } else {
                pairs += [places[k], 1]
            }
        }
        return words(.pairs, pairs.count, within: extent) { pairs[$0] }
    }

    /// A message of bits, 64 to a word.
    static func bits(_ words: UnsafeBufferPointer<UInt64>) -> [UInt8] {
        [Kind.bits.rawValue] + UnsafeRawBufferPointer(words)
    }

    /// Calls `body(start, length)` for what a message says, in its order.
    static func forEachRun(
        _ message: UnsafeRawBufferPointer, within extent: Int, _ body: (Int, Int) -> Void
    ) {
        guard let first = message.first, let kind = Kind(rawValue: first) else { return }
        let start = message.baseAddress! + 1
        switch kind {
        case .all: if extent > 0 { body(0, extent) }
        case .bits:
            for k in 0..<(message.count - 1) / 8 {
                var word = (start + 8 * k).loadUnaligned(as: UInt64.self)
                while word != 0 {
                    body(64 * k + word.trailingZeroBitCount, 1)
                    word &= word - 1
                }
            }
        case .singles, .pairs:
            let size = wordSize(extent)
            func word(_ k: Int) -> Int {
                size == 4
                    ? Int((start + 4 * k).loadUnaligned(as: UInt32.self))
                    : (start + 8 * k).loadUnaligned(as: Int.self)
            }
            let count = (message.count - 1) / size
            if kind == .singles {
                for k in 0..<count { body(word(k), 1) }
            } else {
                for k in stride(from: 0, to: count, by: 2) { body(word(k), word(k + 1)) }
            }
        }
    }

    /// How many places a message names.
    static func count(_ message: [UInt8], within extent: Int) -> Int {
        var total = 0
        message.withUnsafeBytes { message in
            if message.first == Kind.bits.rawValue {
                for k in 0..<(message.count - 1) / 8 {
                    total +=
                        (message.baseAddress! + 1 + 8 * k).loadUnaligned(as: UInt64.self)
                        .nonzeroBitCount
                }
            } else if message.first == Kind.singles.rawValue {
                total = (message.count - 1) / wordSize(extent)
            } else {
                forEachRun(message, within: extent) { total += $1 }
            }
        }
        return total
    }

    /// The places of a message, one by one.
    static func places(_ message: [UInt8], within extent: Int) -> [Int] {
        let total = count(message, within: extent)
        return message.withUnsafeBytes { message in
            [Int](unsafeUninitializedCapacity: total) { buffer, filled in
                var k = 0
                forEachRun(message, within: extent) { start, length in
                    for place in start..<start + length {
                        (buffer.baseAddress! + k).initialize(to: place)
                        k &+= 1
                    }
                }
                filled = k
            }
        }
    }
}

/// Which of an owner's places a list names, when it names many: one bit each.
struct PlaceSet {
    private(set) var words: [UInt64]
    /// Places in the words before each.
    private var before: [Int] = []
    private(set) var count = 0
    /// Runs of neighbours.
    private(set) var runs = 0

    init(_ places: UnsafeBufferPointer<Int>, within extent: Int) {
        words = [UInt64](repeating: 0, count: (extent + 63) / 64)
        words.withUnsafeMutableBufferPointer { words in
            for place in places { words[place >> 6] |= 1 << UInt64(place & 63) }
        }
        before = [Int](unsafeUninitializedCapacity: words.count) { buffer, filled in
            var last: UInt64 = 0
            for (k, word) in words.enumerated() {
                (buffer.baseAddress! + k).initialize(to: count)
                count &+= word.nonzeroBitCount
                runs &+= (word & ~(word << 1 | last >> 63)).nonzeroBitCount
                last = word
            }
            filled = words.count
        }
    }

    /// The places before one.
    @inline(__always)
    static func number(
        of place: Int, _ words: UnsafeBufferPointer<UInt64>, _ before: UnsafeBufferPointer<Int>
    ) -> Int {
        before[place >> 6] &+ (words[place >> 6] & (1 << UInt64(place & 63) &- 1)).nonzeroBitCount
    }

    /// Replaces places by their numbers in ascending order.
    func replaceByNumbers(_ places: UnsafeMutablePointer<Int>, _ count: Int) {
        words.withUnsafeBufferPointer { words in
            before.withUnsafeBufferPointer { before in
                for k in 0..<count { places[k] = PlaceSet.number(of: places[k], words, before) }
            }
        }
    }

    /// Calls `body` for each place, ascending.
    func forEach(_ body: (Int) -> Void) {
        for (k, word) in words.enumerated() {
            var word = word
            while word != 0 {
                body(64 * k + word.trailingZeroBitCount)
                word &= word - 1
            }
        }
    }

    /// The set as a message.
    func message(within extent: Int) -> [UInt8] {
        if count == 0 { return [] }
        let kind = PlaceMessage.shortest(count, runs: runs, within: extent)
        if kind == .bits { return words.withUnsafeBufferPointer { PlaceMessage.bits($0) } }
        var list: [Int] = []
        list.reserveCapacity(kind == .singles ? count : 2 * runs)
        if kind == .singles {
            forEach { list.append($0) }
        } else {
            var end = -1
            forEach { place in
                if place == end { list[list.count - 1] += 1 } else { list += [place, 1] }
                end = place + 1
            }
        }
        return list.withUnsafeBufferPointer { list in
            PlaceMessage.words(kind, list.count, within: extent) { list[$0] }
        }
    }
}
