/// Index arrays and masks over several ranks.
import CPUBackend
import LegateCore
import Testing

@testable import NumPy

extension RankTests {
    @Suite struct IndexingTests {
        @Test func takesElements() throws {
            for type in ElementType.allCases {
                try forEachWorld(seeds: 2, salt: type.index) { together, dice in
                    let n = [1, 2, 5, 40, 300][dice.number(below: 5)]
                    let a = try NDArray.random([n], type, &dice)
                    let index = try NDArray.places([dice.number(below: 200) + 1], -n..<n, &dice)
                    let expected = try a.gathered([.array(index)])
                    #expect(try together { try a.gathered([.array(index)]) }.isSame(as: expected))
                }
            }
        }

        @Test func workersShareOneRanksElements() throws {
            let backend = CPUBackend(workerCount: 3)
            let together = Together(ranks: 3, seed: 8)
            together.workers = TaskWorkers(count: 3, share: backend.share)
            var dice = Dice(12)
            for count in [60_000, 300_000] {
                let a = try NDArray.random([100_000], .float64, &dice)
                let index = try NDArray.places([count], 0..<100_000, &dice)
                let expected = try a.gathered([.array(index)])
                #expect(try together { try a.gathered([.array(index)]) }.isSame(as: expected))
            }
        }

        @Test func takesRowsAndBlocks() throws {
            try forEachWorld(seeds: 6) { together, dice in
                let a = try NDArray.random([13, 5, 4], .float64, &dice)
                let index = try NDArray.places([3, 7], -5..<5, &dice)
                let rows = try NDArray.places([21], -13..<13, &dice)
                let slice = IndexItem.slice(start: nil, stop: nil, step: 2)
                let whole = IndexItem.slice(start: nil, stop: nil, step: nil)
                let cases: [[IndexItem]] = [
                    [.array(rows)], [whole, .array(index)],
                    [whole, whole, .array(try NDArray.places([6], 0..<4, &dice))],
                    [.array(rows), slice],
                    [.array(rows), whole, .slice(start: 1, stop: 3, step: nil)],
                    [.array(rows), whole, .slice(start: nil, stop: nil, step: -1)],
                    [.integer(-2), .array(index)],
                    [
                        .array(try NDArray.places([8], 0..<13, &dice)),
                        .array(try NDArray.places([8], -5..<5, &dice)),
                    ],
                    [
                        .array(try NDArray.places([8, 1], 0..<13, &dice)), whole,
                        .array(try NDArray.places([3], 0..<4, &dice)),
                    ],
                    [.newAxis, .array(rows), .ellipsis],
                ]
                // Also of views that do not lie side by side.
                let views = [
                    a, a.viewed(a.lattice.sliced(axis: 0, start: 12, step: -1, count: 13)),
                ]
                for items in cases {
                    for view in views {
                        let expected = try view.gathered(items)
                        #expect(try together { try view.gathered(items) }.isSame(as: expected))
                    }
                }
            }
        }

        @Test func lastWriteWins() throws {
            try forEachWorld(seeds: 6) { together, dice in
                let a = try NDArray.random([11, 6], .float32, &dice)
                let rows = try NDArray.places([25], -11..<11, &dice)
                let columns = try NDArray.places([25], -6..<6, &dice)
                let whole = IndexItem.slice(start: nil, stop: nil, step: nil)
                let cases: [([IndexItem], [Int])] = [
                    ([.array(rows)], [25, 6]), ([.array(rows)], [6]), ([.array(rows)], [25, 1]),
                    ([.array(rows), .array(columns)], [25]), ([whole, .array(columns)], [11, 25]),
                    ([.array(rows), .slice(start: 1, stop: nil, step: 2)], [25, 3]),
                    ([.array(rows), .integer(3)], [25]),
                ]
                for (items, shape) in cases {
                    let values = try NDArray.random(shape, .float32, &dice)
                    let expected = try a.fresh()
                    try expected.scatter(.array(values), at: items)
                    let target = try a.fresh()
                    try together { try target.scatter(.array(values), at: items) }
                    #expect(try target.isSame(as: expected))
                    // Through a view with gaps: what lies between stays.
                    let (wide, other) = (
                        try NDArray.random([11, 12], .float32, &dice),
                        try NDArray.empty([11, 12], .float32)
                    )
                    try other.assign(wide)
                    func thin(_ array: NDArray) -> NDArray {
                        array.viewed(array.lattice.sliced(axis: 1, start: 1, step: 2, count: 6))
                    }
                    try thin(wide).scatter(.array(values), at: items)
                    try together { try thin(other).scatter(.array(values), at: items) }
                    #expect(try wide.isSame(as: other))
                }
                let scalar = try a.fresh()
                let expected = try a.fresh()
                try expected.scatter(.float(2.5), at: [.array(rows)])
                try together { try scalar.scatter(.float(2.5), at: [.array(rows)]) }
                #expect(try scalar.isSame(as: expected))
            }
        }

        @Test func updatesInOrder() throws {
            for type in [ElementType.int64, .float64, .float16, .complex64] {
                try forEachWorld(seeds: 3, salt: type.index) { together, dice in
                    let a = try NDArray.random([9, 3], type, &dice)
                    let rows = try NDArray.places([40], -9..<9, &dice)
                    let values = try NDArray.random([40, 3], type, &dice)
                    for operation in [Operation.add, .multiply, .subtract] {
                        let (expected, target) = (try a.fresh(), try a.fresh())
                        try Ufunc.at(operation, expected, [.array(rows)], values)
                        try together { try Ufunc.at(operation, target, [.array(rows)], values) }
                        #expect(try target.isSame(as: expected))
                    }
                    let (expected, target) = (try a.fresh(), try a.fresh())
                    try Ufunc.at(.negative, expected, [.array(rows)], nil)
                    try together { try Ufunc.at(.negative, target, [.array(rows)], nil) }
                    #expect(try target.isSame(as: expected))
                }
            }
        }

        @Test func masks() throws {
            for type in ElementType.allCases {
                try forEachWorld(seeds: 2, salt: type.index) { together, dice in
                    let shape = [[1], [7], [120], [11, 6]][dice.number(below: 4)]
                    let a = try NDArray.random(shape, type, &dice)
                    let mask = try NDArray.random(shape, .bool, &dice)
                    let chosen = try a.masked(by: mask)
                    let least = chosen.count > 0 ? 1 : 0
                    #expect(
                        try together(launches: least) { try a.masked(by: mask) }.isSame(as: chosen))
                    let indices = try mask.nonzero()
                    for (x, y) in zip(try together(launches: least) { try mask.nonzero() }, indices)
                    {
                        #expect(try x.isSame(as: y))
                    }
                    let values = try NDArray.random([chosen.count], type, &dice)
                    let (expected, target) = (try a.fresh(), try a.fresh())
                    try expected.scatter(.array(values), at: [.array(mask)])
                    try together(launches: chosen.count > 1 ? 1 : 0) {
                        try target.scatter(.array(values), at: [.array(mask)])
                    }
                    #expect(try target.isSame(as: expected))
                }
            }
        }

        @Test func pairsAlongAnAxis() throws {
            try forEachWorld(seeds: 3) { together, dice in
                let a = try NDArray.random([9, 8], .int32, &dice)
                for axis in 0..<2 {
                    let index = try NDArray.places(axis == 0 ? [4, 8] : [9, 5], 0..<8, &dice)
                    let expected = try a.taken(along: index, axis: axis)
                    #expect(
                        try together { try a.taken(along: index, axis: axis) }.isSame(as: expected))
                    let (x, y) = (try a.fresh(), try a.fresh())
                    try x.put(along: index, .integer(7), axis: axis)
                    try together { try y.put(along: index, .integer(7), axis: axis) }
                    #expect(try x.isSame(as: y))
                }
            }
        }

        /// Repeated indices are asked for once; rows move as rows.
        @Test func requestsAreSmall() throws {
            let together = Together(ranks: 4, seed: 1)
            together.isEven = true
            var dice = Dice(5)
            let a = try NDArray.random([4000], .float64, &dice)
            let same = try NDArray.places([4000], 17..<18, &dice)
            _ = try together { try a.gathered([.array(same)]) }
            #expect(together.bytes < 4 * 4 * 8 + 3 * 32)
            let rows = try NDArray.random([64, 1000], .float64, &dice)
            let reversed = try NDArray.integers(Array((0..<64).reversed()))
            _ = try together { try rows.gathered([.array(reversed)]) }
            #expect(together.bytes < 64 * 8000 * 101 / 100)
        }
    }
}
