/// Tasks of every kind, launched and compared with plain loops.
import LegateCore
import Testing

private let square = TaskDeclaration(
    "square", inputs: ["x"], outputs: ["y"], constraints: [.align("x", "y")]
) {
    let (x, y) = (try $0.input("x", of: Double.self), try $0.output("y", of: Double.self))
    for i in 0..<x.count { y[i] = x[i] * x[i] }
}
private let sum = TaskDeclaration("sum", inputs: ["x"], reductions: [("s", .add)]) {
    let (x, s) = (try $0.input("x", of: Int.self), try $0.reduction("s", of: Int.self))
    for i in 0..<x.count { s[0] += x[i] }
}

extension AuthorTests {
    @Suite struct Tasks {
        @Test(arguments: [0, 1, 7, 20_000, 300_001]) func opaqueTasksSeeEveryElementOnce(count: Int)
            throws
        {
            let library = try makeLibrary([square])
            let values = (0..<count).map(Double.init)
            let y = try LogicalStore(.float64, shape: [count])
            try library.task("square").launch(inputs: [try LogicalStore(values)], outputs: [y])
            #expect(try y.values() == values.map { $0 * $0 })
        }

        @Test func tilesFollowFromTheShapeAlone() throws {
            let tiles = Tiles()
            let library = try makeLibrary([
                TaskDeclaration(
                    "note", inputs: ["x"], outputs: ["y"], constraints: [.align("x", "y")]
                ) {
                    tiles.add($0.tile, of: $0.tileCount, at: try $0.input("x").origin[0])
                    try $0.output("y", of: Int.self).forEachIndex { _ in }
                }
            ])
            let y = try LogicalStore(.int64, shape: [200_000])
            try library.task("note").launch(
                inputs: [try LogicalStore([Int](repeating: 1, count: 200_000))], outputs: [y])
            try Runtime.shared.fence(blocks: true)
            #expect(tiles.count == 12)
            #expect(tiles.origins == (0..<12).map { $0 * 16_667 })
        }

        @Test(arguments: [1, 5, 65_536, 100_003]) func reductionsJoinTheTiles(count: Int) throws {
            let library = try makeLibrary([sum])
            let values = (0..<count).map { $0 % 1000 }
            let s = try LogicalStore([100])
            try library.task("sum").launch(inputs: [try LogicalStore(values)], reductions: [s])
            #expect(try s.values() == [100 + values.reduce(0, +)])
        }

        @Test(arguments: ReductionKind.allCases) func everyReductionBeginsWithItsNeutralElement(
            kind: ReductionKind
        ) throws {
            let library = try makeLibrary([
                TaskDeclaration("fold", inputs: ["x"], reductions: [("s", kind)]) {
                    let (x, s) = (
                        try $0.input("x", of: Int32.self), try $0.reduction("s", of: Int32.self)
                    )
                    for i in 0..<x.count { s[0] = kind.plain(s[0], x[i]) }
                }
            ])
            let values = (0..<40_000).map { Int32(truncatingIfNeeded: $0 &* 2_654_435_761) | 1 }
            let s = try LogicalStore([values[0]])
            try library.task("fold").launch(
                inputs: [try LogicalStore(Array(values.dropFirst()))], reductions: [s])
            #expect(try s.values() == [values.dropFirst().reduce(values[0], kind.plain)])
        }

        @Test func aHistogramIsBroadcastToEveryTile() throws {
            let library = try makeLibrary([
                TaskDeclaration(
                    "count", inputs: ["x"], reductions: [("bins", .add)],
                    constraints: [.broadcast("bins")]
                ) {
                    let (x, bins) = (
                        try $0.input("x", of: Int.self), try $0.reduction("bins", of: Int.self)
                    )
                    for i in 0..<x.count { bins[x[i]] += 1 }
                }
            ])
            let values = (0..<100_000).map { $0 * $0 % 7 }
            let bins = try LogicalStore([Int](repeating: 0, count: 7))
            try library.task("count").launch(inputs: [try LogicalStore(values)], reductions: [bins])
            #expect(try bins.values() == (0..<7).map { k in values.count { $0 == k } })
        }

        @Test func alignedReductionsGoWhereTheirRowsAre() throws {
            let library = try makeLibrary([
                TaskDeclaration(
                    "rows", inputs: ["x"], reductions: [("s", .add)],
                    constraints: [.align("x", "s")]
                ) {
                    let (x, s) = (
                        try $0.input("x", of: Int.self), try $0.reduction("s", of: Int.self)
                    )
                    x.forEachIndex { s[$0] += x[$0] }
                }
            ])
            let values = (0..<60_000).map { $0 % 11 }
            let x = try LogicalStore(values, shape: [600, 100])
            let rows = try LogicalStore([Int](repeating: 0, count: 600))
            try library.task("rows").launch(
                inputs: [x], reductions: [try rows.promoted(axis: 1, extent: 100)])
            #expect(
                try rows.values()
                    == (0..<600).map { r in values[r * 100..<(r + 1) * 100].reduce(0, +) })
            let columns = try LogicalStore([Int](repeating: 0, count: 100))
            try library.task("rows").launch(
                inputs: [x], reductions: [try columns.promoted(axis: 0, extent: 600)])
            #expect(
                try columns.values()
                    == (0..<100).map { c in
                        stride(from: c, to: 60_000, by: 100).reduce(0) { $0 + values[$1] }
                    })
        }

        @Test func bloatedTilesHaveAHalo() throws {
            let library = try makeLibrary([
                TaskDeclaration(
                    "blur", inputs: ["x"], outputs: ["y"],
                    constraints: [.bloat(source: "y", bloated: "x", low: [1], high: [2])]
                ) {
                    let (x, y) = (try $0.input("x", of: Int.self), try $0.output("y", of: Int.self))
                    let shift = try $0.output("y").origin[0] - $0.input("x").origin[0]
                    for i in 0..<y.count {
                        y[i] = (-1...2).map { i + shift + $0 }.filter { (0..<x.count).contains($0) }
                            .reduce(0) { $0 + x[$1] }
                    }
                }
            ])
            let n = 100_000
            let values = (0..<n).map { $0 % 13 }
            let y = try LogicalStore(.int64, shape: [n])
            try library.task("blur").launch(inputs: [try LogicalStore(values)], outputs: [y])
            #expect(
                try y.values()
                    == (0..<n).map { i in
                        (max(0, i - 1)...min(n - 1, i + 2)).reduce(0) { $0 + values[$1] }
                    })
        }

        @Test func scaledTilesMeetTheirPart() throws {
            let library = try makeLibrary([
                TaskDeclaration(
                    "spread", inputs: ["x"], outputs: ["y"],
                    constraints: [.scale([3], small: "x", big: "y")]
                ) {
                    let (x, y) = (try $0.input("x", of: Int.self), try $0.output("y", of: Int.self))
                    for i in 0..<y.count { y[i] = x[i / 3] }
                }
            ])
            let y = try LogicalStore(.int64, shape: [119_999])
            try library.task("spread").launch(
                inputs: [try LogicalStore(Array(0..<40_000))], outputs: [y])
            #expect(try y.values() == (0..<119_999).map { $0 / 3 })
        }

        @Test func aTaskDecidesTheShapeOfItsOutput() throws {
            let library = try makeLibrary([
                TaskDeclaration("evens", inputs: ["x"], outputs: ["y"]) {
                    let x = try $0.input("x", of: Int.self)
                    try $0.output("y").bind((0..<x.count).map { x[$0] }.filter { $0 % 2 == 0 })
                }
            ])
            let x = try LogicalStore(Array(0..<70_001))
            let y = try library.task("evens").launchUnbound([x.storeView], [.unbound(.int64)])[0]
            #expect(try y.values() == Array(stride(from: 0, through: 70_000, by: 2)))
        }

        @Test func manualLaunchesSeeTheirTiles() throws {
            let library = try makeLibrary([
                TaskDeclaration("mark", inputs: ["x"], outputs: ["y"], reductions: [("n", .add)]) {
                    let (x, y) = (try $0.input("x", of: Int.self), try $0.output("y", of: Int.self))
                    let (color, n) = ($0.color, try $0.reduction("n", of: Int.self))
                    y.forEachIndex { y[$0] = x[$0] + 1000 * color[0] + 100 * color[1] }
                    n[0] += y.count
                }
            ])
            let x = try LogicalStore(Array(0..<35), shape: [5, 7])
            let y = try LogicalStore(.int64, shape: [5, 7])
            let n = try LogicalStore([0])
            var launch = try library.manualTask("mark", over: [2, 3])
            launch.addInput(try x.partitioned(by: [3, 3])) { [1 - $0[0], $0[1]] }
            launch.addOutput(try y.partitioned(by: [3, 3])) { [1 - $0[0], $0[1]] }
            launch.addReduction(n, .add)
            try launch.execute()
            let wanted = (0..<35).map { $0 + 1000 * (1 - $0 / 7 / 3) + 100 * ($0 % 7 / 3) }
            #expect(try y.values() == wanted)
            #expect(try n.values() == [35])
        }

        @Test(arguments: [ImageHint.whole, .minMax, .firstLast]) func imagesHoldWhatTheIndicesName(
            hint: ImageHint
        ) throws {
            let seen = Tiles()
            let library = try makeLibrary([
                TaskDeclaration(
                    "take", inputs: ["x", "indices"], outputs: ["y"],
                    constraints: [
                        .align("indices", "y"), .image(source: "indices", target: "x", hint: hint),
                    ]
                ) {
                    let (tile, indices) = (
                        try $0.input("x"), try $0.input("indices", of: Int32.self)
                    )
                    let (x, y) = (
                        try tile.elements(of: Double.self), try $0.output("y", of: Double.self)
                    )
                    seen.add($0.tile, of: $0.tileCount, at: tile.count)
                    for i in 0..<y.count { y[i] = x[Int(indices[i]) - tile.origin[0]] }
                }
            ])
            let n = 100_000
            let indices = (0..<n).map { Int32($0 / 2 + ($0 % 2)) }
            let y = try LogicalStore(.float64, shape: [n])
            try library.task("take").launch(
                inputs: [try LogicalStore((0..<n).map(Double.init)), try LogicalStore(indices)],
                outputs: [y])
            #expect(try y.values() == indices.map(Double.init))
            // Half as many elements as the tile has, and one more.
            #expect(seen.origins.allSatisfy { hint == .whole ? $0 == n : $0 < 9_000 })
            let wrong = try LogicalStore([Int32](repeating: 100_001, count: n))
            guard hint != .whole else { return }
            #expect(
                sentence {
                    try library.task("take").launch(
                        inputs: [try LogicalStore((0..<n).map(Double.init)), wrong], outputs: [y])
                } == "task 'take': 'indices' names index 100001 of 'x', which has 100000")
        }

        @Test func transparentTasksFuse() throws {
            let library = try makeLibrary([
                TaskDeclaration(
                    transparent: "saxpy", inputs: ["x", "y"], outputs: ["z"], scalars: ["a"]
                ) { p in
                    p["z"] = p.scalar("a") * p["x"] + p["y"]
                }
            ])
            let values = (0..<50_000).map(Float.init)
            let x = try LogicalStore(values)
            var y: LogicalStore = x
            try Runtime.shared.fence(blocks: true)
            let before = Counters.shared.kernels
            for _ in 0..<5 {
                let z = try LogicalStore(.float32, shape: [50_000])
                try library.task("saxpy").launch(inputs: [x, y], outputs: [z], scalars: [2.0])
                y = z
            }
            #expect(try y.values() == values.map { $0 * 11 })
            #expect(Counters.shared.kernels - before == 1)
        }

        @Test func launchesKeepTheOrderOfTheProgram() throws {
            let library = try makeLibrary([
                TaskDeclaration("add", outputs: ["x"], scalars: ["n"]) {
                    let (x, n) = (try $0.output("x", of: Int.self), try $0.scalar("n").int ?? 0)
                    for i in 0..<x.count { x[i] = x[i] * 3 + n }
                }
            ])
            let x = try LogicalStore([Int](repeating: 1, count: 50_000))
            for n in 0..<30 { try library.task("add").launch(outputs: [x], scalars: [.integer(n)]) }
            let wanted = (0..<30).reduce(1) { $0 * 3 + $1 }
            #expect(try x.values() == [Int](repeating: wanted, count: 50_000))
        }
    }
}

extension ReductionKind {
    fileprivate func plain(_ a: Int32, _ b: Int32) -> Int32 {
        switch self {
        case .add: a &+ b
        case .multiply: a &* b
        case .maximum: max(a, b)
        case .minimum: min(a, b)
        case .or: a | b
        case .and: a & b
        case .xor: a ^ b
        }
    }
}
