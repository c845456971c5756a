/// Programs large enough for every worker, through the array library's public face, against plain
/// loops.
///
/// Their main use is under the sanitizers (`bin/sanitize`): together they send loop nests, partial
/// results, opaque tasks, temporaries and many windows through the worker pool. All numbers are
/// small integers or powers of two, so that every order of summation gives the same bits.
import CPUBackend
import Execution
import Glibc
import LegateCore
import NumPy
import Testing

extension CoreTests {
    @Suite struct ParallelPrograms {
        private let n = 200_000

        /// Integers between -50 and 50 that are the same on every run.
        private func numbers(_ count: Int, seed: UInt64 = 1) -> [Double] {
            var random = SplitMix(seed: seed)
            return (0..<count).map { _ in Double(random.int(-50...50)) }
        }

        // MARK: - Loop nests

        @Test func chains() throws {
            let (x, y) = (numbers(n), numbers(n, seed: 2))
            let (a, b) = (try NDArray(x), try NDArray(y))
            let kept = try a * 2 + b
            let result = try maximum(kept * kept - a, b * 3) / 4
            let isLarger = try result .> kept
            let narrow = try result.cast(to: .float32)
            var wanted: [Double] = []
            for i in 0..<n {
                let sum = x[i] * 2 + y[i]
                wanted.append(max(sum * sum - x[i], y[i] * 3) / 4)
            }
            #expect(try isLarger.values() == (0..<n).map { wanted[$0] > x[$0] * 2 + y[$0] })
            #expect(try result.values() == wanted)
            #expect(try narrow.values() == wanted.map { Float($0) })
            #expect(try kept.values() == (0..<n).map { x[$0] * 2 + y[$0] })
        }

        @Test(arguments: [[500, 400], [3, 70_000], [70_000, 3]])
        func reductions(_ shape: [Int]) throws {
            let (rows, columns) = (shape[0], shape[1])
            let x = numbers(rows * columns)
            let a = try NDArray(x, shape: [rows, columns])
            let b = try a * 2 + 1
            let total = try b.sum()
            let (down, across) = (try b.sum(axis: 0), try b.sum(axis: 1))
            let (largest, least) = (try b.maximum(axis: 0), try b.minimum(axis: 1))
            let highest = try a.maximum()
            let turned = try a.transposed.sum(axis: 0)
            var (columnSums, rowSums) = (
                [Double](repeating: 0, count: columns), [Double](repeating: 0, count: rows)
            )
            var (columnMaxima, rowMinima) = (
                [Double](repeating: -.infinity, count: columns),
                [Double](repeating: .infinity, count: rows)
            )
            for i in 0..<rows {
                for j in 0..<columns {
                    let value = x[i * columns + j] * 2 + 1
                    columnSums[j] += value
                    rowSums[i] += value
                    columnMaxima[j] = max(columnMaxima[j], value)
                    rowMinima[i] = min(rowMinima[i], value)
                }
            }
            #expect(try total.value() == rowSums.reduce(0, +))
            #expect(try down.values() == columnSums)
            #expect(try across.values() == rowSums)
            #expect(try largest.values() == columnMaxima)
            #expect(try least.values() == rowMinima)
            #expect(try highest.value() == x.max()!)
            #expect(try turned.values() == rowSums.map { ($0 - Double(columns)) / 2 })
        }

        @Test func overlappingViews() throws {
            var x = numbers(n)
            let a = try NDArray(x)
            let start = x
            try a[1...] += a[..<(n - 1)]
            for i in 1..<n { x[i] = start[i] + start[i - 1] }
            #expect(try a.values() == x)
            try a[..<(n - 3)].assign(a[3...])
            for i in 0..<(n - 3) { x[i] = x[i + 3] }
            #expect(try a.values() == x)
            try a -= a[.slice(by: -1)]
            let before = x
            for i in 0..<n { x[i] = before[i] - before[n - 1 - i] }
            #expect(try a.values() == x)
            try a[.slice(by: 2)].assign(a[.slice(from: 1, by: 2)] * 2)
            for i in 0..<(n / 2) { x[2 * i] = x[2 * i + 1] * 2 }
            #expect(try a.values() == x)
        }

        @Test func stencils() throws {
            let side = 300
            var x = numbers(side * side)
            let grid = try NDArray(x, shape: [side, side])
            for _ in 0..<5 {
                let inner = try grid[1..<(side - 1), 1..<(side - 1)]
                let sides = try grid[..<(side - 2), 1..<(side - 1)] + grid[2..., 1..<(side - 1)]
                try inner.assign((sides - grid[1..<(side - 1), ..<(side - 2)] + inner) / 2)
                let old = x
                for i in 1..<(side - 1) {
                    for j in 1..<(side - 1) {
                        let k = i * side + j
                        x[k] = (old[k - side] + old[k + side] - old[k - 1] + old[k]) / 2
                    }
                }
            }
            #expect(try grid.values() == x)
        }

        // MARK: - Opaque tasks

        @Test func sorting() throws {
            let x = numbers(n)
            let a = try NDArray(x) + 1
            let sorted = try a.sorted(axis: 0)
            let places = try a.argSorted(axis: 0)
            let table = try a.reshaped(to: [400, 500])
            let columns = try table.sorted(axis: 0)
            let same = try a.taken(places, axis: nil)
            let wanted = x.map { $0 + 1 }.sorted()
            #expect(try sorted.values() == wanted)
            #expect(try same.values() == wanted)
            let order = (0..<n).sorted { (x[$0], $0) < (x[$1], $1) }
            #expect(try places.values() == order)
            let result: [Double] = try columns.values()
            for j in 0..<500 {
                let column = (0..<400).map { x[$0 * 500 + j] + 1 }.sorted()
                #expect((0..<400).allSatisfy { result[$0 * 500 + j] == column[$0] })
            }
        }

        @Test func selections() throws {
            let x = numbers(n)
            var random = SplitMix(seed: 5)
            let places = (0..<n).map { _ in random.int(0...(n - 1)) }
            let a = try NDArray(x) * 2
            let taken = try a.taken(NDArray(places), axis: nil) + 1
            #expect(try taken.values() == places.map { x[$0] * 2 + 1 })
            let chosen = try a[a .> 10]
            #expect(try chosen.values() == x.map { $0 * 2 }.filter { $0 > 10 })
            let reversed = try a[.slice(by: -1)]
            #expect(
                try reversed[reversed .< 0].values()
                    == x.reversed().map { $0 * 2 }.filter { $0 < 0 })
            let rows = try a.reshaped(to: [2000, 100]).taken(NDArray([1999, 0, 7, 7]), axis: 0)
            #expect(
                try rows.values()
                    == [1999, 0, 7, 7].flatMap { row in
                        (0..<100).map { x[row * 100 + $0] * 2 }
                    })
        }

        @Test func products() throws {
            let (rows, inner, columns) = (120, 70, 90)
            let (x, y) = (numbers(rows * inner), numbers(inner * columns, seed: 3))
            let a = try NDArray(x, shape: [rows, inner]) + 1
            let b = try NDArray(y, shape: [inner, columns])
            let (product, turned) = (try a.matmul(b), try b.transposed.matmul(a.transposed))
            let whole = try a.cast(to: .int64).matmul(b.cast(to: .int64))
            var wanted = [Double](repeating: 0, count: rows * columns)
            for i in 0..<rows {
                for k in 0..<inner {
                    let factor = x[i * inner + k] + 1
                    for j in 0..<columns { wanted[i * columns + j] += factor * y[k * columns + j] }
                }
            }
            #expect(try product.values() == wanted)
            #expect(try turned.transposed.values() == wanted)
            #expect(try whole.values() == wanted.map { Int($0) })
        }

        @Test func runningSums() throws {
            let (rows, columns) = (400, 500)
            let x = numbers(rows * columns)
            let a = try NDArray(x, shape: [rows, columns])
            let (down, across) = (
                try a.accumulated(.add, axis: 0), try a.accumulated(.add, axis: 1)
            )
            let all = try a.accumulated(.add, axis: nil)
            var (columnSums, rowSums, sums) = (x, x, x)
            for i in 0..<rows {
                for j in 0..<columns {
                    let k = i * columns + j
                    if i > 0 { columnSums[k] += columnSums[k - columns] }
                    if j > 0 { rowSums[k] += rowSums[k - 1] }
                    if k > 0 { sums[k] += sums[k - 1] }
                }
            }
            #expect(try down.values() == columnSums)
            #expect(try across.values() == rowSums)
            #expect(try all.values() == sums)
        }

        // MARK: - Many windows, many shapes

        /// More launches than a window holds, with a wait now and then.
        @Test func manyWindows() throws {
            let count = 20_000
            let x = numbers(count)
            let a = try NDArray(x)
            var latest = a
            for step in 1...300 {
                latest = try step % 3 == 0 ? latest[.slice(by: -1)] + 1 : latest + 1
                try a += 1
                if step % 25 == 0 {
                    #expect(try a.sum().value() == x.reduce(0, +) + Double(step * count))
                }
            }
            #expect(try a.values() == x.map { $0 + 300 })
            // The steps read `a` once, at the first of them, before anything was added.
            #expect(try latest.values() == x.map { $0 + 300 })
        }

        @Test func smallStridedArrays() throws {
            var random = SplitMix(seed: 7)
            for _ in 0..<150 {
                let (rows, columns) = (random.int(1...40), random.int(1...40))
                let (down, across) = (random.int(1...4), random.int(1...4))
                let isReversed = random.int(0...1) == 1
                let x = numbers(rows * columns, seed: random.next())
                let a = try NDArray(x, shape: [rows, columns])
                let view = try a[.slice(by: isReversed ? -down : down), .slice(by: across)]
                try view *= 2
                let (sums, turned) = (try view.sum(axis: 1), try view.transposed + 1)
                var (wanted, wantedSums, cells) = (x, [Double](), [[Double]]())
                for i in stride(from: 0, to: rows, by: down) {
                    let row = (isReversed ? rows - 1 - i : i) * columns
                    var cellsOfRow: [Double] = []
                    for j in stride(from: 0, to: columns, by: across) {
                        wanted[row + j] *= 2
                        cellsOfRow.append(wanted[row + j])
                    }
                    wantedSums.append(cellsOfRow.reduce(0, +))
                    cells.append(cellsOfRow)
                }
                #expect(try a.values() == wanted)
                #expect(try sums.values() == wantedSums)
                #expect(
                    try turned.values() == cells[0].indices.flatMap { j in cells.map { $0[j] + 1 } }
                )
            }
        }

        /// A job that is stopped again and again still runs every chunk once.
        @Test(arguments: [1, 2, 4], [false, true]) func stoppedJobs(workers: Int, isOrdered: Bool) {
            struct Stop: Error {}
            let backend = CPUBackend(workerCount: workers)
            var stops = 0
            for count in [1, 2, 7, 100] {
                let cells = UnsafeMutablePointer<Int>.allocate(capacity: count)
                cells.initialize(repeating: 0, count: count)
                defer { cells.deallocate() }
                backend.begin(count, isOrdered: isOrdered) { chunk, _ in
                    cells[chunk] += 1
                    usleep(20)
                }
                var isOver = false
                while !isOver {
                    var looks = 0
                    do {
                        try backend.finish {
                            looks += 1
                            if looks == 3 { throw Stop() }
                        }
                        isOver = true
                    } catch { stops += 1 }
                }
                #expect((0..<count).allSatisfy { cells[$0] == 1 })
            }
            #expect(stops >= 4)
            // What was given up is not run by the next job.
            backend.begin(50, isOrdered: isOrdered) { _, _ in usleep(20) }
            #expect(throws: Stop.self) { try backend.finish { throw Stop() } }
            backend.abandon()
            let sum = UnsafeMutablePointer<Int>.allocate(capacity: 8)
            sum.initialize(repeating: 0, count: 8)
            defer { sum.deallocate() }
            backend.forEachChunk(8) { chunk, _ in sum[chunk] += 1 }
            #expect((0..<8).allSatisfy { sum[$0] == 1 })
        }

        /// Workers that wake late, sleep or find no chunk left must not disturb the next job.
        @Test(arguments: [false, true]) func tinyJobs(isOrdered: Bool) throws {
            let backend = CPUBackend(workerCount: 4)
            let chunks = 8
            let cells = UnsafeMutablePointer<Int>.allocate(capacity: chunks)
            cells.initialize(repeating: 0, count: chunks)
            defer { cells.deallocate() }
            var isWhole = true
            for job in 1...10_000 {
                let count = 2 + job % (chunks - 1)
                backend.begin(count, isOrdered: isOrdered) { chunk, worker in
                    precondition(worker < 4)
                    // Now and then the others get the chunks.
                    if worker == 0, job % 3 == 0 { sched_yield() }
                    cells[chunk] += job
                }
                backend.finish()
                for chunk in 0..<chunks {
                    isWhole = isWhole && cells[chunk] == (chunk < count ? job : 0)
                    cells[chunk] = 0
                }
                // Long enough for every worker to fall asleep.
                if job % 400 == 0 { usleep(2000) }
            }
            #expect(isWhole)
        }
    }
}
