/// Sorting and what is made of it over several ranks.
import CPUBackend
import LegateCore
import Testing

@testable import NumPy

extension RankTests {
    @Suite struct SortingTests {
        @Test func sortsLines() throws {
            for type in ElementType.allCases {
                try forEachWorld(seeds: 3, salt: type.index) { together, dice in
                    let n = [1, 2, 6, 50, 700][dice.number(below: 5)]
                    let a = try NDArray.random(
                        [n], type, &dice, below: [1, 4, 50][dice.number(below: 3)])
                    let (sorted, order) = (try a.sorted(axis: 0), try a.argSorted(axis: 0))
                    #expect(try together { try a.sorted(axis: 0) }.isSame(as: sorted))
                    #expect(try together { try a.argSorted(axis: 0) }.isSame(as: order))
                }
            }
        }

        @Test func sortsFewLinesOfAnyShape() throws {
            try forEachWorld(seeds: 4) { together, dice in
                let a = try NDArray.random([3, 60, 2], .float32, &dice)
                let sorted = try a.sorted(axis: 1)
                #expect(try together(launches: 6) { try a.sorted(axis: 1) }.isSame(as: sorted))
                let backward = a.viewed(a.lattice.sliced(axis: 1, start: 59, step: -2, count: 30))
                let order = try backward.argSorted(axis: 1)
                #expect(
                    try together(launches: 6) { try backward.argSorted(axis: 1) }.isSame(as: order))
            }
        }

        /// Ordered parts, parts in the wrong order, one value only: where samples tell little.
        @Test func sortsDifficultLines() throws {
            for ranks in [2, 3, 7] {
                let together = Together(ranks: ranks, seed: ranks)
                let n = 3000
                let lines: [(Int) -> Int] = [
                    { $0 }, { n - $0 }, { _ in 5 }, { $0 < n / 2 ? 1 : 0 }, { $0 * $0 % 7 },
                    { $0 % 2 * $0 },
                ]
                for line in lines {
                    let a = try NDArray.integers((0..<n).map(line))
                    let (sorted, order) = (try a.sorted(axis: 0), try a.argSorted(axis: 0))
                    #expect(try together { try a.sorted(axis: 0) }.isSame(as: sorted))
                    #expect(try together { try a.argSorted(axis: 0) }.isSame(as: order))
                }
            }
        }

        /// Long enough for parts of their own, which idle workers sort and merge.
        @Test func workersShareOneRanksSort() throws {
            let backend = CPUBackend(workerCount: 3)
            let together = Together(ranks: 2, seed: 5)
            together.workers = TaskWorkers(count: 3, share: backend.share)
            var dice = Dice(11)
            for (type, limit) in [(ElementType.float32, 1000), (.int64, 1 << 40), (.complex64, 9)] {
                let a = try NDArray.random([250_000], type, &dice, below: limit)
                let (sorted, order) = (try a.sorted(axis: 0), try a.argSorted(axis: 0))
                #expect(try together { try a.sorted(axis: 0) }.isSame(as: sorted))
                #expect(try together { try a.argSorted(axis: 0) }.isSame(as: order))
            }
        }

        @Test func elementsMoveOnce() throws {
            let together = Together(ranks: 4, seed: 3)
            together.isEven = true
            var dice = Dice(9)
            let n = 200_000
            let a = try NDArray.random([n], .int64, &dice, below: 1 << 40)
            _ = try together { try a.sorted(axis: 0) }
            // Three quarters of the elements are on the wrong rank.
            #expect(together.bytes < n * 8 * 3 / 4 * 11 / 10)
            _ = try together { try a.argSorted(axis: 0) }
            #expect(together.bytes < n * 12 * 3 / 4 * 11 / 10)
        }
    }
}
