/// Texts as elements: made, cut, read by bodies, and refused.
import LegateCore
import Testing

extension AuthorTests {
    @Suite struct Strings {
        private let lengths = TaskDeclaration(
            "lengths", inputs: ["starts", "ends", "characters"], outputs: ["y"],
            constraints: [.align("starts", "ends", "y"), .broadcast("characters")]
        ) {
            let texts = try TileTexts(
                starts: $0.input("starts"), ends: $0.input("ends"),
                characters: $0.input("characters"))
            let y = try $0.output("y").line(of: Int.self)
            precondition(texts.origin == y.origin && texts.count == y.count)
            for k in 0..<texts.count { y[k] = texts[k].count * 100 + texts.bytes(k).count }
        }

        @Test(arguments: [0, 1, 50_000]) func bodiesReadTexts(count: Int) throws {
            let texts = (0..<count).map { String(repeating: "ä", count: $0 % 7) + "\($0)" }
            let store = try StringStore(texts)
            let y = try LogicalStore(.int64, shape: [count])
            let task = try makeLibrary([lengths]).task("lengths")
            try task.launch(inputs: [store.starts, store.ends, store.characters], outputs: [y])
            #expect(try y.values() == texts.map { $0.count * 100 + $0.utf8.count })
            #expect(try store.values() == texts && store.count == count)
        }

        @Test func aTileOfTheCharactersWillDo() throws {
            let image = TaskDeclaration(
                "first", inputs: ["starts", "ends", "characters"], outputs: ["y"],
                constraints: [
                    .align("starts", "ends", "y"),
                    .image(source: "starts", target: "characters", hint: .minMax),
                ]
            ) {
                let texts = try TileTexts(
                    starts: $0.input("starts"), ends: $0.input("ends"),
                    characters: $0.input("characters"))
                let y = try $0.output("y").line(of: UInt8.self)
                for k in 0..<texts.count { y[k] = texts.bytes(k)[0] }
            }
            let store = try StringStore((0..<40_000).map { "\($0)" })
            let y = try LogicalStore(.uint8, shape: [40_000])
            try makeLibrary([image]).task("first").launch(
                inputs: [store.starts, store.ends, store.characters], outputs: [y])
            #expect(try y.values() == (0..<40_000).map { "\($0)".utf8.first! })
        }

        @Test func storesThatAreNoTexts() throws {
            let (numbers, bytes) = (try LogicalStore([0, 1]), try LogicalStore([UInt8(65)]))
            #expect(try StringStore(offsets: numbers, characters: bytes).values() == ["A"])
            #expect(
                sentence { _ = try StringStore(offsets: bytes, characters: bytes) }
                    == "texts have offsets of int64 and characters of uint8, not uint8 and uint8")
            #expect(
                sentence {
                    _ = try StringStore(
                        offsets: try LogicalStore(.int64, shape: [0]), characters: bytes)
                }
                    == "texts have one offset more than there are, not offsets of shape (0,)")
        }
    }
}
