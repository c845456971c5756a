/// Arrow's C structures: ours read back, foreign ones with offsets and masks, released once, and
/// refused.
import CPlatform
import Dispatch
import LegateCore
import Testing

/// A foreign maker of one array: its memory, and how often it was released.
private final class Foreign {
    var released = 0
    var freed: [UnsafeMutableRawPointer] = []

    /// Memory with some values, freed when the test ends.
    func memory<T: BitwiseCopyable>(_ values: [T]) -> UnsafeRawPointer {
        let place = UnsafeMutablePointer<T>.allocate(capacity: max(values.count, 1))
        place.initialize(from: values, count: values.count)
        freed.append(place)
        return UnsafeRawPointer(place)
    }

    func schema(_ format: String, name: String = "", children: [ArrowSchema] = []) -> ArrowSchema {
        func text(_ words: String) -> UnsafePointer<CChar> {
            memory(Array(words.utf8CString)).assumingMemoryBound(to: CChar.self)
        }
        return ArrowSchema(
            format: text(format), name: text(name), metadata: nil,
            flags: Int64(ARROW_FLAG_NULLABLE),
            n_children: Int64(children.count), children: pointers(children), dictionary: nil,
            release: {
                Foreign.count($0!.pointee.private_data); $0!.pointee.release = nil
            },
            private_data: Unmanaged.passUnretained(self).toOpaque())
    }

    func array(
        _ length: Int, offset: Int = 0, nulls: Int = 0, _ buffers: [UnsafeRawPointer?],
        children: [ArrowArray] = []
    ) -> ArrowArray {
        let list = UnsafeMutablePointer<UnsafeRawPointer?>.allocate(capacity: max(buffers.count, 1))
        list.initialize(from: buffers, count: buffers.count)
        freed.append(list)
        return ArrowArray(
            length: Int64(length), null_count: Int64(nulls), offset: Int64(offset),
            n_buffers: Int64(buffers.count),
            n_children: Int64(children.count), buffers: list, children: pointers(children),
            dictionary: nil,
            release: {
                Foreign.count($0!.pointee.private_data); $0!.pointee.release = nil
            },
            private_data: Unmanaged.passUnretained(self).toOpaque())
    }

    private func pointers<T>(_ structures: [T]) -> UnsafeMutablePointer<UnsafeMutablePointer<T>?>? {
        let list = UnsafeMutablePointer<UnsafeMutablePointer<T>?>.allocate(
            capacity: max(structures.count, 1))
        for (k, structure) in structures.enumerated() {
            let place = UnsafeMutablePointer<T>.allocate(capacity: 1)
            place.initialize(to: structure)
            freed.append(place)
            list[k] = place
        }
        freed.append(list)
        return list
    }

    private static func count(_ data: UnsafeMutableRawPointer?) {
        Unmanaged<Foreign>.fromOpaque(data!).takeUnretainedValue().released += 1
    }

    deinit { for place in freed { place.deallocate() } }
}

/// The array that another array is after a way through the structures, and whether both were
/// released by the taker.
private func roundTrip(_ array: LegateArray) throws -> LegateArray {
    var (schema, structure) = (ArrowSchema(), ArrowArray())
    try array.exportToArrow(array: &structure, schema: &schema)
    let result = try LegateArray(arrow: &structure, schema: &schema)
    #expect(schema.release == nil && structure.release == nil)
    return result
}

extension AuthorTests {
    @Suite struct Arrow {
        @Test func numbersOfEveryTypeComeBack() throws {
            func check<T: ArrayElement & Equatable>(_ values: [T?]) throws {
                let array = try LegateArray(values)
                let back = try roundTrip(array)
                #expect(back.type == array.type)
                #expect(try back.values(as: T.self) == values)
                #expect(
                    try roundTrip(array.sliced(1..<3)).values(as: T.self) == Array(values[1..<3]))
            }
            try check([true, nil, false, true])
            try check([Int8(-1), 2, nil, 3])
            try check([UInt8(1), 2, nil, 3])
            try check([Int16(-1), 2, nil, 3])
            try check([UInt16(1), 2, nil, 3])
            try check([Int32(-1), 2, nil, 3])
            try check([UInt32(1), 2, nil, 3])
            try check([-1, 2, nil, 3])
            try check([UInt64(1), 2, nil, 3])
            try check([Float16(1.5), 2, nil, 3])
            try check([Float(1.5), 2, nil, 3])
            try check([1.5, 2, nil, 3])
            try check([1.5, 2, 4, 3])
            #expect(
                sentence { _ = try roundTrip(LegateArray([Complex<Double>(1, 2)])) }
                    == "Arrow has no complex128: give the real and the imaginary parts")
        }

        @Test func elementsStayWhereTheyAre() throws {
            let store = try LogicalStore((0..<1000).map { Double($0) })
            _ = try store.values(as: Double.self)
            var (schema, array) = (ArrowSchema(), ArrowArray())
            try LegateArray(try store.sliced(axis: 0, 10..<20)).exportToArrow(
                array: &array, schema: &schema)
            #expect(
                String(cString: schema.format) == "g" && array.length == 10 && array.null_count == 0
            )
            #expect(
                array.buffers[1] == UnsafeRawPointer(store.storeView.store.memory! + 80)
                    && array.buffers[0] == nil)
            let back = try LegateArray(arrow: &array, schema: &schema)
            guard case .elements(let mine) = back.contents else { return }
            #expect(mine.storeView.store.memory == store.storeView.store.memory! + 80)
            #expect(try back.values(as: Double.self) == (10..<20).map { Double($0) })
            // Views with a step are copied.
            let steps = try roundTrip(LegateArray(try store.sliced(axis: 0, 0..<10, step: 3)))
            #expect(try steps.values(as: Double.self) == [0, 3, 6, 9])
        }

        @Test func textsListsStructures() throws {
            let texts = try LegateArray(["ab", nil, "", "ç"])
            #expect(try roundTrip(texts.sliced(1..<4)).texts() == [nil, "", "ç"])
            let lists = try LegateArray(lengths: [2, nil, 0, 2], of: texts)
            #expect(
                try roundTrip(lists).lists().map { try $0?.texts() } == [
                    ["ab", nil], nil, [], ["", "ç"],
                ])
            let mask = try LogicalStore([true, true, false, true])
            let both = try LegateArray(
                fields: [("x", try LegateArray([1, 2, 3, 4])), ("y", lists)], validity: mask)
            let back = try roundTrip(both.sliced(2..<4))
            #expect(try back.nullCount == 1)
            #expect(try back.field("x").values(as: Int.self) == [3, 4])
            #expect(try back.field("y").lists().map { try $0?.texts() } == [[], ["", "ç"]])
            #expect(back.type == both.type)
        }

        @Test func typesOverPlainStores() throws {
            let (short, long) = (try LogicalStore([Int32(5), 6]), try LogicalStore([5, 6]))
            let types: [ArrayType] = [
                .date, .longDate, .time(.seconds), .time(.milliseconds), .time(.microseconds),
                .time(.nanoseconds),
                .timestamp(.seconds, zone: "Europe/Berlin"), .timestamp(.nanoseconds, zone: ""),
                .duration(.milliseconds),
                .interval(.months), .decimal(precision: 9, scale: 2, bits: 32),
                .decimal(precision: 18, scale: 2, bits: 64),
            ]
            for type in types {
                let array = try LegateArray(
                    type.storage == .number(.int32) ? short : long, as: type)
                #expect(try roundTrip(array).type == type)
            }
            let pairs: [(ArrayType, Int)] = [
                (.fixedBinary(bytes: 3), 3), (.decimal(precision: 38, scale: -2, bits: 128), 2),
                (.decimal(precision: 70, scale: 0, bits: 256), 4),
                (.interval(.daysAndMilliseconds), 2),
                (.interval(.monthsDaysAndNanoseconds), 2),
            ]
            for (type, words) in pairs {
                let record = try #require(type.storage)
                let element: ElementType =
                    words == 3
                    ? .uint8 : type == .interval(.daysAndMilliseconds) ? .uint32 : .uint64
                let store = try LogicalStore(element, shape: [2, words])
                try store.fill(.integer(7))
                let array = try LegateArray(try RecordStore(record, over: store), as: type)
                let back = try roundTrip(array.sliced(1..<2))
                #expect(back.type == type && back.count == 1)
                guard case .records(let records) = back.contents else { return }
                let bytes = try LegateArray(joining: [back, back])
                #expect(records.count == 1 && bytes.count == 2)
            }
        }

        @Test func mapsUnionsDictionariesNothing() throws {
            let pairs = try LegateArray(fields: [
                ("key", try LegateArray(["a", "b"])), ("value", try LegateArray([1, nil])),
            ])
            let map = try LegateArray(
                .map(key: .text, value: .number(.int64), isSorted: true), count: 2,
                .lists(offsets: try LogicalStore([Int32(0), 2, 2]), pairs))
            let back = try roundTrip(map)
            #expect(back.type == map.type)
            #expect(try back.lists()[0]?.field("value").values(as: Int.self) == [1, nil])

            let members = [try LegateArray([1, 2, 3]), try LegateArray(["a", "b", "c"])]
            let fields = [Field("n", of: members[0]), Field("t", of: members[1])]
            let (tags, places) = (
                try LogicalStore([Int8(4), 9, 4]), try LogicalStore([Int32(0), 2, 1])
            )
            for isDense in [true, false] {
                let union = try LegateArray(
                    .union(fields, tags: [4, 9], isDense: isDense), count: 3,
                    .union(tags: tags, places: isDense ? places : nil, members))
                let back = try roundTrip(union.sliced(1..<3))
                guard case .union(let kinds, let at, let parts) = back.contents else { return }
                #expect(back.type == union.type && (at != nil) == isDense)
                #expect(try kinds.values(as: Int8.self) == [9, 4])
                #expect(try parts[1].texts() == (isDense ? ["a", "b", "c"] : ["b", "c"]))
            }
            let words = try LegateArray(
                .dictionary(.text, indices: .int32, isOrdered: true), count: 3,
                validity: try LogicalStore([true, false, true]),
                .dictionary(
                    indices: try LogicalStore([Int32(1), 0, 1]), try LegateArray(["x", "y"])))
            let same = try roundTrip(words)
            #expect(same.type == words.type)
            #expect(try same.nullCount == 1 && same.children[0].texts() == ["x", "y"])
            let nothing = try roundTrip(LegateArray(.null, count: 3, .nothing))
            #expect(try nothing.nullCount == 3 && nothing.type == .null)
            let twos = try LegateArray(
                .fixedList(.number(.int64), count: 2), count: 2,
                .fixedLists(try LegateArray([1, 2, 3, 4])))
            #expect(try roundTrip(twos.sliced(1..<2)).lists()[0]?.values(as: Int.self) == [3, 4])
        }

        @Test func tablesAreStreams() throws {
            let table = try Table([
                ("x", try LegateArray([1, 2, nil])), ("y", try LegateArray(["a", "b", "c"])),
            ])
            var stream = ArrowArrayStream()
            try table.exportToArrow(stream: &stream)
            let back = try Table(arrowStream: &stream)
            #expect(stream.release == nil)
            #expect(back.fields == table.fields)
            #expect(try back.column("x").values(as: Int.self) == [1, 2, nil])
            // A taker that goes before it has asked for the rows.
            try table.exportToArrow(stream: &stream)
            stream.release(&stream)
            #expect(stream.release == nil)
            #expect(
                sentence { _ = try Table(arrowStream: &stream) }
                    == "the structure of Arrow's stream has been released")
            // A stream at its end is a table without rows.
            try table.exportToArrow(stream: &stream)
            var batch = ArrowArray()
            #expect(stream.get_next(&stream, &batch) == 0 && batch.length == 3)
            batch.release(&batch)
            let empty = try Table(arrowStream: &stream)
            #expect(empty.fields == table.fields && empty.rowCount == 0)
        }

        // MARK: - Takers of ours

        @Test func whatWasLentLivesUntilItComesBack() throws {
            weak var store: Store?
            var (schema, array) = (ArrowSchema(), ArrowArray())
            do {
                let mine = try LogicalStore([1.5, 2.5])
                store = mine.storeView.store
                try LegateArray(mine).exportToArrow(array: &array, schema: &schema)
            }
            // A result may not take the place of what nobody here holds any more, either.
            #expect(store != nil && store!.handleCount == 1)
            let bytes = array.buffers[1]!.assumingMemoryBound(to: Double.self)
            #expect(bytes[1] == 2.5)
            // The taker may be on any thread; the handle goes on the program's.
            nonisolated(unsafe) var (theirs, type) = (array, schema)
            DispatchQueue.global().sync {
                theirs.release(&theirs)
                type.release(&type)
            }
            #expect(store != nil && theirs.release == nil && type.release == nil)
            _ = try roundTrip(LegateArray([1]))
            #expect(store == nil)
        }

        @Test func aChildThatWasMovedOutlivesItsParent() throws {
            let both = try LegateArray(fields: [
                ("x", try LegateArray([1, 2])), ("y", try LegateArray([3, nil])),
            ])
            var (schema, array) = (ArrowSchema(), ArrowArray())
            try both.exportToArrow(array: &array, schema: &schema)
            #expect(String(cString: schema.children[1]!.pointee.name) == "y")
            var (child, type) = (array.children[1]!.pointee, schema.children[1]!.pointee)
            array.children[1]!.pointee.release = nil
            schema.children[1]!.pointee.release = nil
            array.release(&array)
            schema.release(&schema)
            #expect(array.release == nil && child.release != nil)
            #expect(try LegateArray(arrow: &child, schema: &type).values(as: Int.self) == [3, nil])
        }

        // MARK: - Foreign structures

        @Test func offsetsAndMasksAreApplied() throws {
            let foreign = Foreign()
            do {
                var schema = foreign.schema("i", name: "x")
                // Bits 0 1 1 0 1 1 1 1 1 1: the window of elements 3 to 9 lacks its first one.
                var array = foreign.array(
                    6, offset: 3, nulls: -1,
                    [
                        foreign.memory([UInt8(0b1111_0110), 0b11]),
                        foreign.memory((0..<10).map { Int32($0) }),
                    ])
                let mine = try LegateArray(arrow: &array, schema: &schema)
                #expect(try mine.values(as: Int32.self) == [nil, 4, 5, 6, 7, 8])
                #expect(try mine.nullCount == 1 && foreign.released == 1)
                let part = try mine.sliced(2..<4)
                #expect(try part.values(as: Int32.self) == [5, 6])
            }
            #expect(foreign.released == 2)
        }

        @Test func theLastStoreReleasesOnce() throws {
            let foreign = Foreign()
            var kept: LegateArray?
            do {
                var schema = foreign.schema(
                    "+s",
                    children: [foreign.schema("l", name: "a"), foreign.schema("u", name: "b")])
                let numbers = foreign.array(4, [nil, foreign.memory([1, 2, 3, 4])])
                let texts = foreign.array(
                    4,
                    [
                        nil, foreign.memory([Int32(0), 1, 1, 3, 4]),
                        foreign.memory(Array("wxyz".utf8)),
                    ])
                var rows = foreign.array(2, offset: 1, [nil], children: [numbers, texts])
                let table = try Table(rows: try LegateArray(arrow: &rows, schema: &schema))
                #expect(try table.column("a").values(as: Int.self) == [2, 3])
                #expect(try table.column("b").texts() == ["", "xy"])
                kept = try table.column("b")
            }
            // The schema is gone, the array is not: a part of it lives.
            #expect(foreign.released == 1)
            #expect(try kept?.texts() == ["", "xy"])
            kept = nil
            #expect(foreign.released == 2)
        }

        @Test func lentMemoryIsNotWritten() throws {
            let foreign = Foreign()
            do {
                var schema = foreign.schema("l")
                let memory = foreign.memory([1, 2, 3])
                var array = foreign.array(3, [nil, memory])
                let mine = try LegateArray(arrow: &array, schema: &schema)
                guard case .elements(let store) = mine.contents else { return }
                #expect(store.storeView.store.memory == UnsafeMutableRawPointer(mutating: memory))
                let words = "a task cannot write a read-only store"
                let task = try makeLibrary([
                    TaskDeclaration(transparent: "one", outputs: ["y"], scalars: ["a"]) {
                        $0["y"] = $0.scalar("a")
                    },
                    TaskDeclaration("sum", inputs: ["x"], reductions: [("y", .add)]) { _ in },
                ])
                #expect(
                    sentence {
                        try task.task("one").launch(outputs: [store], scalars: [.integer(1)])
                    } == words)
                #expect(
                    sentence { try task.task("sum").launch(inputs: [store], reductions: [store]) }
                        == words)
                #expect(sentence { try store.fill(.integer(1)) } == words)
                #expect(sentence { try store.copy(from: LogicalStore([4, 5, 6])) } == words)
                // A result does not take the place of the last reader's operand.
                let y = try LogicalStore(.int64, shape: [3])
                try makeLibrary([
                    TaskDeclaration(transparent: "next", inputs: ["x"], outputs: ["y"]) {
                        $0["y"] = $0["x"] + 1
                    }
                ]).task("next").launch(inputs: [store], outputs: [y])
                #expect(try y.values(as: Int.self) == [2, 3, 4])
                #expect(memory.load(as: Int.self) == 1)
            }
            #expect(foreign.released == 2)
        }

        @Test func viewsOfTexts() throws {
            let foreign = Foreign()
            var schema = foreign.schema("vu")
            let long = Array("a text of more than twelve".utf8)
            var views = [UInt8](repeating: 0, count: 48)
            views[0] = 2
            views.replaceSubrange(4..<6, with: "hi".utf8)
            views[16] = UInt8(long.count)
            views.replaceSubrange(20..<24, with: long[..<4])
            views[28] = 1
            var array = foreign.array(
                3, nulls: 1,
                [
                    foreign.memory([UInt8(0b011)]), foreign.memory(views),
                    foreign.memory([UInt8(0)] + long),
                    foreign.memory([Int64(long.count + 1)]),
                ])
            #expect(
                try LegateArray(arrow: &array, schema: &schema).texts() == [
                    "hi", "a text of more than twelve", nil,
                ])
        }

        @Test func whatDoesNotLieAtItsSizeIsCopied() throws {
            let foreign = Foreign()
            var schema = foreign.schema("l")
            let bytes = foreign.memory(
                [UInt8](repeating: 0, count: 3) + withUnsafeBytes(of: (7, 8)) { Array($0) })
            var array = foreign.array(2, [nil, bytes + 3])
            #expect(try LegateArray(arrow: &array, schema: &schema).values(as: Int.self) == [7, 8])
            #expect(foreign.released == 2)
        }

        @Test func refusedStructuresAreReleased() throws {
            let cases: [(String, String, Int)] = [
                ("arrays of Arrow's format '+r'", "+r", 1),
                ("arrays of Arrow's format '+vl'", "+vl", 1),
                ("arrays of Arrow's format 'q'", "q", 2),
                ("arrays of Arrow's format 'tsx:'", "tsx:", 2),
                (
                    "an array of Arrow's format '+l' is not as it should be: it has 0 children",
                    "+l", 2
                ),
                (
                    "an array of Arrow's format 'u' is not as it should be: it has no offsets", "u",
                    3
                ),
                ("an array of Arrow's has no memory for its elements", "g", 2),
                (
                    "an array of Arrow's format 'g' is not as it should be: buffer 1 is not there",
                    "g", 1
                ),
            ]
            for (words, format, buffers) in cases {
                let foreign = Foreign()
                var schema = foreign.schema(format)
                var array = foreign.array(2, [UnsafeRawPointer?](repeating: nil, count: buffers))
                #expect(sentence { _ = try LegateArray(arrow: &array, schema: &schema) } == words)
                #expect(foreign.released == 2 && schema.release == nil && array.release == nil)
                #expect(
                    sentence { _ = try LegateArray(arrow: &array, schema: &schema) }
                        == "the structure of Arrow's type has been released")
            }
        }
    }
}
