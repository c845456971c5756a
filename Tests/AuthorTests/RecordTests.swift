/// Stores of fixed-size arrays and structures: whole records in bodies, fields as ordinary stores.
import LegateCore
import Testing

private struct Particle: Equatable {
    var position: (Float, Float, Float)
    var mass: Double
    var number: Int32

    init(_ k: Int) {
        position = (Float(k), Float(2 * k), Float(3 * k))
        mass = Double(k) / 2
        number = Int32(k)
    }

    static func == (a: Particle, b: Particle) -> Bool {
        a.position == b.position && a.mass == b.mass && a.number == b.number
    }
}
private let particle = RecordType.structure([
    .init("position", .fixedArray(.number(.float32), count: 3)), .init("mass", .number(.float64)),
    .init("number", .number(.int32)),
])

extension AuthorTests {
    @Suite struct Records {
        @Test func layoutsAreThoseOfC() {
            #expect(particle.byteCount == MemoryLayout<Particle>.stride && particle.alignment == 8)
            #expect(particle.offsets == [0, 16, 24])
            #expect(particle.description == "{position: float32[3], mass: float64, number: int32}")
            #expect(
                RecordType.structure([.init("a", .number(.bool)), .init("b", .number(.int16))])
                    .byteCount == 4)
            #expect(RecordType.fixedArray(.number(.complex64), count: 3).byteCount == 24)
        }

        @Test(arguments: [1, 30_000]) func bodiesSeeWholeRecords(count: Int) throws {
            let library = try makeLibrary([
                TaskDeclaration(
                    "heavier", inputs: ["p"], outputs: ["q"],
                    constraints: [
                        .align("p", "q"), .broadcast("p", axes: [1]), .broadcast("q", axes: [1]),
                    ]
                ) {
                    let p = try $0.input("p").records(of: Particle.self)
                    let q = try $0.output("q").records(of: Particle.self)
                    for i in 0..<p.count {
                        q[i] = p[i]
                        q[i].mass += 1
                    }
                }
            ])
            let p = try RecordStore((0..<count).map(Particle.init), as: particle)
            let q = try RecordStore(particle, shape: [count])
            try library.task("heavier").launch(inputs: [p], outputs: [q])
            #expect(
                try q.field("mass").numbers().values() == (0..<count).map { Double($0) / 2 + 1 })
            #expect(try q.field("number").numbers().values() == (0..<count).map { Int32($0) })
            #expect(try q.field("position").numbers().shape == [count, 3])
            #expect(
                try q.field("position").numbers().projected(axis: 1, index: 2).values()
                    == (0..<count).map { Float(3 * $0) })
            #expect(try p.values(as: Particle.self) == (0..<count).map(Particle.init))
        }

        @Test func aFieldIsAStoreInPlace() throws {
            let library = try makeLibrary([
                TaskDeclaration(transparent: "half", inputs: ["x"], outputs: ["y"]) {
                    $0["y"] = $0["x"] * 0.5
                }
            ])
            let p = try RecordStore((0..<20_000).map(Particle.init), as: particle)
            let mass = try p.field("mass").numbers()
            try library.task("half").launch(inputs: [mass], outputs: [mass])
            let values = try p.values(as: Particle.self)
            #expect(values.map(\.mass) == (0..<20_000).map { Double($0) / 4 })
            #expect(values.map(\.number) == (0..<20_000).map { Int32($0) })
        }

        @Test func structuresHoldStructures() throws {
            let inner = RecordType.structure([
                .init("a", .number(.int16)), .init("b", .number(.int16)),
            ])
            let pairs = RecordType.structure([.init("low", inner), .init("high", inner)])
            let store = try RecordStore(
                (0..<6).map { [Int16($0), 10, 20, Int16(-$0)] }.map {
                    ($0[0], $0[1], $0[2], $0[3])
                }, as: pairs)
            #expect(
                try store.field("high").field("b").numbers().values() == (0..<6).map { Int16(-$0) })
            #expect(store.shape == [6] && store.count == 6)
        }

        @Test func recordsAreReducedByFields() throws {
            let library = try makeLibrary([
                TaskDeclaration("sum", reductions: [("s", .add)]) {
                    try $0.reduction("s").elements(of: Double.self)[0] += 2
                }
            ])
            let task = try library.task("sum")
            let p = try RecordStore([Particle(0)], as: particle)
            let words = "records are not reduced as a whole: reduce the numbers() of a field"
            #expect(sentence { try task.launch(reductions: [p]) } == words)
            var auto = AutoTask(task)
            auto.addReduction(p)
            #expect(sentence { try auto.execute() } == words)
            var manual = ManualTask(task, over: [2])
            manual.addReduction(p)
            #expect(sentence { try manual.execute() } == words)
            let mass = try p.field("mass").numbers()
            try task.launch(reductions: [mass])
            #expect(try mass.values() == [2.0])
        }

        @Test func wordsAreRecords() throws {
            let pair = RecordType.fixedArray(.number(.float32), count: 2)
            let words = try LogicalStore([UInt32](repeating: 0, count: 6), shape: [3, 2])
            #expect(try RecordStore(pair, over: words).count == 3)
            #expect(
                sentence {
                    _ = try RecordStore(pair, over: try LogicalStore([1, 2], shape: [1, 2]))
                }
                    == "records of float32[2] are 2 of uint32, not int64 of shape (1, 2)")
        }

        @Test func whatIsNoRecordIsToldSo() throws {
            let p = try RecordStore(particle, shape: [2])
            #expect(
                sentence { _ = try p.field("speed") }
                    == "records have no field 'speed'; they have position, mass, number")
            #expect(sentence { _ = try p.numbers() }.hasSuffix("are no numbers: take a field"))
            #expect(
                sentence { _ = try p.values(as: Int.self) }.hasPrefix("Int has 8 bytes, records of")
            )
            #expect(
                sentence { _ = try p.field("mass").field("x") }
                    == "records of float64 have no fields")
            #expect(
                sentence { _ = try p.field("mass").values(as: Double.self) }.hasPrefix(
                    "a field's values"))
            #expect(
                sentence { _ = try RecordStore(.structure([]), shape: [1]) }
                    == "a structure has at least one field")
            #expect(
                sentence { _ = try RecordStore(.fixedArray(.number(.int8), count: 0), shape: [1]) }
                    == "a fixed-size array has at least one element, not 0")
            let twice = RecordType.structure([
                .init("a", .number(.int8)), .init("a", .number(.int8)),
            ])
            #expect(
                sentence { _ = try RecordStore(twice, shape: [1]) }
                    == "a structure has field 'a' twice")
        }
    }
}
