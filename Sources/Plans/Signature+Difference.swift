/// Where two windows part: the reason why one cannot run the other's plan.
import Launches

extension Signature {
    /// The first thing in which two windows differ.
    public enum Difference: Equatable, Sendable {
        /// One has more launches; up to the end of the other they are alike.
        case count
        /// This launch computes something else, or over other shapes.
        case kind(launch: Int)
        /// This launch's operands lie elsewhere, or in other stores.
        case place(launch: Int)
        /// A store that this launch is the first to touch: whether the program still sees it.
        case held(launch: Int)
        /// The same: whether its bytes exist.
        case contents(launch: Int)
        /// The same: how it is spread over the ranks.
        case spread(launch: Int)
    }

    /// - Returns: The first difference and how many launches before it are alike; `nil` for equal
    ///   windows.
    public func difference(from other: Signature) -> (Difference, alike: Int)? {
        for k in 0..<min(places.count, other.places.count) {
            let (mine, theirs) = (places[k], other.places[k])
            let isAlike = kind(of: k).elementsEqual(other.kind(of: k)) && mine.word == theirs.word
            if !isAlike { return (.kind(launch: k), k) }
            let isInPlace =
                place(of: k).elementsEqual(other.place(of: k))
                && offsets(of: k).elementsEqual(other.offsets(of: k))
            if !isInPlace { return (.place(launch: k), k) }
        }
        if places.count != other.places.count {
            return (.count, min(places.count, other.places.count))
        }
        return ofStores(other)
    }

    private func ofStores(_ other: Signature) -> (Difference, alike: Int)? {
        let (buffer, others) = (wordsInPlace, other.wordsInPlace)
        var word = sealWord
        var store = 0
        while word < wordCount, word < other.wordCount {
            let changed = buffer[word] ^ others[word]
            let launch = places.lastIndex { $0.store <= store } ?? 0
            if changed & 1 != 0 { return (.held(launch: launch), places.count) }
            if changed & 2 != 0 { return (.contents(launch: launch), places.count) }
            let isTiled = buffer[word] & 4 != 0
            let isAligned =
                !isTiled
                || buffer[word + 1...word + 2].elementsEqual(others[word + 1...word + 2])
            if changed != 0 || !isAligned { return (.spread(launch: launch), places.count) }
            word += isTiled ? 3 : 1
            store += 1
        }
        return nil
    }

    private func kind(of launch: Int) -> Slice<UnsafeBufferPointer<Int>> {
        wordsInPlace[places[launch].word..<places[launch].placeWord]
    }

    private func place(of launch: Int) -> Slice<UnsafeBufferPointer<Int>> {
        wordsInPlace[
            places[launch]
                .placeWord..<(launch + 1 < places.count ? places[launch + 1].word : sealWord)]
    }

    private func offsets(of launch: Int) -> Slice<UnsafeBufferPointer<Int>> {
        let end = launch + 1 < places.count ? places[launch + 1].offset : offsetsInPlace.count
        return offsetsInPlace[places[launch].offset..<end]
    }
}
