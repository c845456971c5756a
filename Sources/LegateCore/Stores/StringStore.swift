/// Texts of any length as elements: characters in UTF-8, and where each text begins and ends, as
/// Arrow lays them out.
///
///     texts        "ab" "" "c"
///     offsets      0 2 2 3          starts: the first three, ends: the last three
///     characters   a b c
///
/// A task takes `starts` and `ends` as two inputs that are aligned with its rows, and `characters`
/// as one that every tile sees whole, or as their image; ``TileTexts`` is what its body sees.
import Launches
import Shapes

/// A logical array of texts.
public struct StringStore {
    /// One more than there are texts.
    public let offsets: LogicalStore
    /// All texts, one behind the other, in UTF-8.
    public let characters: LogicalStore

    /// New texts.
    public init(_ texts: [String]) throws {
        var (bytes, ends) = ([UInt8](), [0])
        for text in texts {
            bytes += text.utf8
            ends.append(bytes.count)
        }
        offsets = try LogicalStore(ends)
        characters = try LogicalStore(bytes)
    }

    /// The texts in stores that are there.
    ///
    /// - Throws: ``CoreError/Kind/type`` when offsets are not `int64`, or characters not `uint8`;
    ///   ``CoreError/Kind/value`` for offsets without an element or with several axes.
    public init(offsets: LogicalStore, characters: LogicalStore) throws {
        guard offsets.type == .int64, characters.type == .uint8 else {
            throw CoreError(
                .type,
                "texts have offsets of int64 and characters of uint8, not \(offsets.type.name) and \(characters.type.name)"
            )
        }
        guard offsets.axisCount == 1, offsets.count > 0, characters.axisCount == 1 else {
            throw CoreError(
                .value,
                "texts have one offset more than there are, not offsets of shape \(offsets.shape)")
        }
        (self.offsets, self.characters) = (offsets, characters)
    }

    /// Texts.
    public var count: Int { offsets.count - 1 }
    /// Where each text begins: a view of the offsets.
    public var starts: LogicalStore { get throws { try offsets.sliced(axis: 0, 0..<count) } }
    /// Where each text ends: a view of the offsets.
    public var ends: LogicalStore { get throws { try offsets.sliced(axis: 0, 1..<count + 1) } }

    /// The texts. Waits for them; on several ranks every rank gets all.
    public func values() throws -> [String] {
        let (offsets, bytes) = (
            try offsets.values(as: Int.self), try characters.values(as: UInt8.self)
        )
        return zip(offsets, offsets.dropFirst()).map {
            String(decoding: bytes[$0..<$1], as: UTF8.self)
        }
    }
}

/// The texts of a tile. Valid only while the body runs.
public struct TileTexts {
    private let starts: TileLine<Int>
    private let ends: TileLine<Int>
    private let characters: TileLine<UInt8>

    /// The texts that three operands are: `starts` and `ends` of a ``StringStore``, cut alike, and
    /// its characters.
    ///
    /// - Throws: ``CoreError/Kind/type`` for operands of other types or with several axes;
    ///   ``CoreError/Kind/value`` where the two are not cut alike.
    public init(starts: Tile, ends: Tile, characters: Tile) throws {
        self.starts = try starts.line(of: Int.self)
        self.ends = try ends.line(of: Int.self)
        self.characters = try characters.line(of: UInt8.self)
        guard starts.count == ends.count, starts.origin == ends.origin else {
            throw CoreError(
                .value, "operands '\(starts.name)' and '\(ends.name)' are not cut alike: align them"
            )
        }
    }

    /// Texts of the tile.
    public var count: Int { starts.count }
    /// The place of the first one among all.
    public var origin: Int { starts.origin }

    /// The characters of a text, where they lie.
    public func bytes(_ k: Int) -> UnsafeBufferPointer<UInt8> {
        let first = characters.start + (starts[k] - characters.origin)
        return UnsafeBufferPointer(start: first, count: ends[k] - starts[k])
    }

    /// A text of its own.
    public subscript(k: Int) -> String { String(decoding: bytes(k), as: UTF8.self) }
}
