/// Arrays and tables: made, read, cut, joined, and refused.
import LegateCore
import Testing

extension AuthorTests {
    @Suite struct Arrays {
        @Test func elementsMayBeMissing() throws {
            let array = try LegateArray([3, nil, 7])
            #expect(array.type == .number(.int64) && array.count == 3 && array.isNullable)
            #expect(try array.values(as: Int.self) == [3, nil, 7])
            #expect(try array.nullCount == 1)
            #expect(try LegateArray([1.5, 2]).nullCount == 0)
            #expect("\(array)" == "LegateArray(3 of int64?)")
        }

        @Test func tasksTakeTheStoresAsTheyAre() throws {
            let array = try LegateArray([3, nil, 7])
            guard case .elements(let store) = array.contents else { return }
            let task = try makeLibrary([
                TaskDeclaration(transparent: "double", inputs: ["x"], outputs: ["y"]) {
                    $0["y"] = $0["x"] + $0["x"]
                }
            ]).task("double")
            let doubled = try LogicalStore(.int64, shape: [3])
            try task.launch(inputs: [store], outputs: [doubled])
            #expect(
                try LegateArray(doubled, validity: array.validity).values(as: Int.self) == [
                    6, nil, 14,
                ])
        }

        @Test func textsListsAndStructures() throws {
            let texts = try LegateArray(["ab", nil, "", "ç"])
            #expect(try texts.texts() == ["ab", nil, "", "ç"])
            #expect(try texts.bytes()[3] == Array("ç".utf8))
            let lists = try LegateArray(lengths: [2, nil, 0, 2], of: texts)
            #expect(lists.type == .list(.text))
            #expect(
                try lists.lists().map { try $0?.texts() } == [["ab", nil], nil, [], ["", "ç"]])
            let nested = try LegateArray(lengths: [1, 3], of: lists)
            #expect(
                try nested.lists()[1]?.lists().map { try $0?.texts() } == [nil, [], ["", "ç"]])
            let both = try LegateArray(fields: [
                ("x", try LegateArray([1, 2, 3, 4])), ("y", lists),
            ])
            #expect(try both.field("y").lists().count == 4)
            #expect("\(both.type)" == "{x: int64, y: list<text>}")
        }

        @Test func partsAreViews() throws {
            let texts = try LegateArray(["ab", nil, "", "ç"])
            #expect(try texts.sliced(1..<4).texts() == [nil, "", "ç"])
            #expect(try texts.sliced(2..<2).texts() == [])
            let lists = try LegateArray(lengths: [2, nil, 0, 2], of: texts).sliced(2..<4)
            #expect(try lists.lists().map { try $0?.texts() } == [[], ["", "ç"]])
            let triples = try LegateArray(
                .fixedList(.number(.int64), count: 3), count: 2,
                .fixedLists(try LegateArray([1, 2, 3, 4, 5, 6])))
            #expect(
                try triples.sliced(1..<2).lists().map { try $0?.values(as: Int.self) } == [
                    [4, 5, 6]
                ])
            let store = try LogicalStore([1, 2, 3])
            let part = try LegateArray(store).sliced(1..<3)
            guard case .elements(let view) = part.contents else { return }
            try view.fill(.integer(9))
            #expect(try store.values(as: Int.self) == [1, 9, 9])
        }

        @Test func arraysBehindEachOther() throws {
            let texts = try LegateArray(["ab", nil, "", "ç"])
            let joined = try LegateArray(joining: [texts.sliced(1..<4), texts.sliced(0..<1), texts])
            #expect(try joined.texts() == [nil, "", "ç", "ab", "ab", nil, "", "ç"])
            let lists = try LegateArray(lengths: [2, nil, 2], of: texts)
            let two = try LegateArray(joining: [lists.sliced(1..<3), lists])
            #expect(
                try two.lists().map { try $0?.texts() } == [
                    nil, ["", "ç"], ["ab", nil], nil, ["", "ç"],
                ])
            let records = try RecordStore(
                [(Int32(1), Int32(2))], as: .fixedArray(.number(.int32), count: 2))
            let interval = try LegateArray(records, as: .interval(.daysAndMilliseconds))
            guard case .records(let both) = try LegateArray(joining: [interval, interval]).contents
            else {
                Issue.record("no records")
                return
            }
            #expect(try both.values(as: (Int32, Int32).self).map { $0.0 + $0.1 } == [3, 3])
            #expect(
                sentence { _ = try LegateArray(joining: [texts, lists]) }
                    == "an array of list<text> is not joined to one of text")
            #expect(sentence { _ = try LegateArray(joining: []) } == "no arrays to be joined")
        }

        @Test func unionsAndDictionariesBehindEachOther() throws {
            let members = [try LegateArray([1, 2]), try LegateArray(["a"])]
            let fields = [Field("n", of: members[0]), Field("t", of: members[1])]
            let union = try LegateArray(
                .union(fields, tags: [5, 7], isDense: true), count: 3,
                .union(
                    tags: try LogicalStore([Int8(5), 7, 5]),
                    places: try LogicalStore([Int32(0), 0, 1]), members))
            guard
                case .union(let tags, let places?, let all) = try LegateArray(joining: [
                    union, union,
                ]).contents
            else {
                Issue.record("no union")
                return
            }
            #expect(try tags.values(as: Int8.self) == [5, 7, 5, 5, 7, 5])
            #expect(try places.values(as: Int32.self) == [0, 0, 1, 2, 1, 3])
            #expect(try all[1].texts() == ["a", "a"])
            let words = try LegateArray(
                .dictionary(.text, indices: .int8, isOrdered: false), count: 2,
                .dictionary(indices: try LogicalStore([Int8(1), 0]), try LegateArray(["x", "y"])))
            guard
                case .dictionary(let indices, let values) = try LegateArray(joining: [words, words])
                    .contents
            else {
                Issue.record("no dictionary")
                return
            }
            #expect(try indices.values(as: Int8.self) == [1, 0, 3, 2] && values.count == 4)
            let many = try LegateArray((0..<100).map { "\($0)" })
            let wide = try LegateArray(
                .dictionary(.text, indices: .int8, isOrdered: false), count: 0,
                .dictionary(indices: try LogicalStore(.int8, shape: [0]), many))
            #expect(
                sentence { _ = try LegateArray(joining: [wide, wide]) }
                    == "200 values of dictionaries are more than indices of int8 count")
        }

        @Test func tables() throws {
            let table = try Table([
                ("x", try LegateArray([1, 2, nil])), ("y", try LegateArray(["a", "b", "c"])),
            ])
            #expect(table.rowCount == 3 && table.names == ["x", "y"])
            #expect("\(table)" == "Table(3 rows: x: int64?, y: text)")
            #expect(try table.column("y").texts() == ["a", "b", "c"])
            #expect(try table.sliced(1..<3).column("x").values(as: Int.self) == [2, nil])
            #expect(sentence { _ = try table.column("z") } == "no column 'z'; there are: x, y")
            #expect(
                sentence {
                    _ = try Table([("x", try LegateArray([1])), ("y", try LegateArray([1, 2]))])
                }
                    == "column 'y' has 2 rows, 'x' 1")
            #expect(
                sentence { _ = try Table([Field("x", .text)], [try LegateArray([1])]) }
                    == "column 'x' holds int64, not text")
            #expect(sentence { _ = try Table([Field("x", .text)], []) } == "1 fields for 0 columns")
            let rows = try LegateArray(fields: zip(table.names, table.columns).map { ($0, $1) })
            #expect(try Table(rows: rows).names == ["x", "y"])
            #expect(
                sentence { _ = try Table(rows: table.columns[0]) }
                    == "rows of a table are structures, not int64")
        }

        @Test func whatIsNoArray() throws {
            let numbers = try LogicalStore([1, 2])
            let cases: [(String, () throws -> LegateArray)] = [
                (
                    "a mask holds truth values, not int64",
                    { try LegateArray(numbers, validity: numbers) }
                ),
                (
                    "a mask of shape (1,) for 2 elements",
                    { try LegateArray(numbers, validity: LogicalStore([true])) }
                ),
                (
                    "an array of float64 is not made of elements of int64",
                    { try LegateArray(numbers, as: .number(.float64)) }
                ),
                (
                    "an array has one axis, not 2",
                    { try LegateArray(LogicalStore([1, 2], shape: [1, 2])) }
                ),
                (
                    "offsets are int32 or int64, not bool",
                    { try LegateArray(offsets: LogicalStore([true]), of: LegateArray([1])) }
                ),
                (
                    "an array has no -1 elements",
                    {
                        try LegateArray(
                            offsets: LogicalStore(.int64, shape: [0]), of: LegateArray([1]))
                    }
                ),
                (
                    "lists of 2 elements in all, but there are 1",
                    { try LegateArray(lengths: [2], of: LegateArray([1])) }
                ),
                ("a structure has at least one field", { try LegateArray(fields: []) }),
                (
                    "a structure has field 'x' twice",
                    { try LegateArray(fields: [("x", LegateArray([1])), ("x", LegateArray([1]))]) }
                ),
                (
                    "a field has 2 elements, the structures are 1",
                    {
                        try LegateArray(fields: [
                            ("x", LegateArray([1])), ("y", LegateArray([1, 2])),
                        ])
                    }
                ),
                (
                    "an array of text is not made of elements of int64",
                    { try LegateArray(.text, count: 2, .elements(numbers)) }
                ),
                (
                    "an array of list<text> is not made of its contents",
                    { try LegateArray(.list(.text), count: 2, .fixedLists(LegateArray(numbers))) }
                ),
                ("elements 1..<4 of an array of 2", { try LegateArray(numbers).sliced(1..<4) }),
                ("an array of int64 has no lists", { try LegateArray(numbers).lists()[0]! }),
                ("elements of int64 have no fields", { try LegateArray(numbers).field("x") }),
            ]
            for (words, make) in cases { #expect(sentence { _ = try make() } == words) }
            let both = try LegateArray(fields: [("x", try LegateArray([1]))])
            #expect(
                sentence { _ = try both.field("y") } == "structures have no field 'y'; they have x")
            #expect(
                sentence { _ = try both.values(as: Int.self) }
                    == "an array of {x: int64} has no elements of int64")
            #expect(sentence { _ = try both.texts() } == "an array of {x: int64} has no texts")
        }
    }
}
