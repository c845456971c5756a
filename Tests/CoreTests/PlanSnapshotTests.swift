/// What fusion makes of small programs, pinned as counts: a lost fusion shows as a number.
import LegateCore
import NumPy
import Testing

extension CoreTests {
    @Suite struct PlanSnapshotTests {
        /// Above the size that is computed at once.
        private let n = 200_000

        /// What a program recorded and ran, from an empty window to the wait for one of its values.
        private func counting(_ program: () throws -> NDArray) throws -> Counters {
            try Runtime.shared.waitForAll()
            let before = Counters.shared
            let result = try program()
            _ = try result.hostMemory()
            let after = Counters.shared
            var counts = Counters()
            counts.launches = after.launches - before.launches
            counts.kernels = after.kernels - before.kernels
            counts.opaqueTasks = after.opaqueTasks - before.opaqueTasks
            counts.allocations = after.allocations - before.allocations
            counts.eliminatedLaunches = after.eliminatedLaunches - before.eliminatedLaunches
            counts.bytesRead = after.bytesRead - before.bytesRead
            counts.bytesWritten = after.bytesWritten - before.bytesWritten
            return counts
        }

        private func vector(_ value: Double = 1) throws -> NDArray {
            let result = try NDArray(repeating: value, shape: AxisList(n))
            _ = try result.hostMemory()
            return result
        }

        @Test func chainIsOneKernel() throws {
            let x = try vector(2)
            var result: NDArray?
            let counts = try counting {
                result = try sqrt((x * x + 1) * 5 - x)
                return result!
            }
            #expect(counts.launches == 5 && counts.kernels == 1 && counts.allocations == 1)
            #expect(counts.bytesRead == n * 8 && counts.bytesWritten == n * 8)
            #expect(try result!.values(as: Double.self).allSatisfy { $0 == (23.0).squareRoot() })
        }

        @Test func reductionEndsItsChain() throws {
            let x = try vector(3)
            var result: NDArray?
            let counts = try counting {
                result = try (x * x + 1).sum()
                return result!
            }
            #expect(counts.kernels == 1 && counts.bytesWritten == 0)
            #expect(try result!.value(as: Double.self) == Double(n) * 10)
        }

        @Test func twoOutputsLeaveOneNest() throws {
            let x = try vector(3)
            var a: NDArray?
            var b: NDArray?
            let counts = try counting {
                a = try x + 1
                b = try a! * x
                return b!
            }
            #expect(counts.kernels == 1 && counts.allocations == 2 && counts.bytesRead == n * 8)
            #expect(try a!.values(as: Double.self).last == 4)
            #expect(try b!.values(as: Double.self).last == 12)
        }

        @Test func twoReductionsShareANest() throws {
            let x = try vector(3)
            var sums: [NDArray] = []
            let counts = try counting {
                let y = try x * 2
                sums = [try y.sum(), try (y * y).sum()]
                return sums[1]
            }
            #expect(counts.kernels == 1 && counts.bytesRead == n * 8)
            #expect(
                try sums.map { try $0.value(as: Double.self) } == [Double(n) * 6, Double(n) * 36])
        }

        @Test func deadResultsAreNotComputed() throws {
            let x = try vector(3)
            let counts = try counting {
                _ = try sqrt(x * 7)
                return try x + 1
            }
            #expect(counts.launches == 3 && counts.kernels == 1 && counts.eliminatedLaunches == 2)
        }

        /// `grid[1:-1, 1:-1] = 0.2 * (c + n + e + w + s)`: one kernel for the sum, and at most one
        /// that puts it back.
        @Test func inPlaceStencil() throws {
            let m = 300
            let grid = try NDArray((0..<m * m).map { Double($0 % 17) }, shape: [m, m])
            let before = try grid.values(as: Double.self)
            let counts = try counting {
                let inner = 1..<m - 1
                let c = try grid[inner, inner]
                let north = try grid[0..<m - 2, inner]
                let south = try grid[2..<m, inner]
                let west = try grid[inner, 0..<m - 2]
                let east = try grid[inner, 2..<m]
                try c.assign((c + north + east + west + south) * 0.2)
                return grid
            }
            #expect(counts.kernels <= 2 && counts.allocations <= 1)
            let after = try grid.values(as: Double.self)
            var expected = before
            for i in 1..<m - 1 {
                for j in 1..<m - 1 {
                    let k = i * m + j
                    expected[k] =
                        (before[k] + before[k - m] + before[k + 1] + before[k - 1] + before[k + m])
                        * 0.2
                }
            }
            #expect(after == expected)
        }

        /// Large grids are updated in place with one read, one write, and no second grid.
        @Test(arguments: [700, 1 << 10]) func inPlaceStencilStreams(_ m: Int) throws {
            let grid = try NDArray((0..<m * m).map { Double($0 % 17) }, shape: [m, m])
            let before = try grid.values(as: Double.self)
            let counts = try counting {
                let (inner, all) = (1..<m - 1, 0..<m)
                try grid[inner, all].assign(
                    (grid[inner, all] + grid[0..<m - 2, all]) * grid[2..<m, all])
                return grid
            }
            #expect(counts.kernels == 2 && counts.allocations == 0)
            #expect(counts.bytesRead == m * m * 8 && counts.bytesWritten == (m - 2) * m * 8)
            let after = try grid.values(as: Double.self)
            var expected = before
            for k in m..<(m - 1) * m { expected[k] = (before[k] + before[k - m]) * before[k + m] }
            #expect(after == expected)
        }

        /// A shifted read of what was just written cannot be in the same nest.
        @Test func shiftedReadIsABarrier() throws {
            let x = try vector(3)
            var result: NDArray?
            let counts = try counting {
                let y = try x * 2
                result = try y[1..<n] - y[0..<n - 1]
                return result!
            }
            #expect(counts.kernels == 2)
            #expect(try result!.values(as: Double.self).allSatisfy { $0 == 0 })
        }

        /// Interleaved halves do not conflict, so both updates and their sum need no third pass
        /// over memory.
        @Test func interleavedUpdatesShareANest() throws {
            let x = try vector(3)
            let counts = try counting {
                try x[.slice(by: 2)] *= 2
                try x[.slice(from: 1, by: 2)] += 1
                return x
            }
            #expect(counts.kernels == 1)
            #expect(Array(try x.values(as: Double.self).prefix(4)) == [6, 4, 6, 4])
        }

        /// Rows that lie side by side times a vector at rest: one operation, no partial results.
        @Test(arguments: [(700, 800), (800, 700), (4000, 500)])
        func rowsTimesAVectorRunAtOnce(_ rows: Int, _ columns: Int) throws {
            let a = try NDArray(repeating: 1, shape: [rows, columns])
            let x = try NDArray(repeating: 2, shape: [columns])
            _ = try (a.hostMemory(), x.hostMemory())
            let counts = try counting { try a.matmul(x) }
            #expect(
                counts.launches == 0 && counts.opaqueTasks == 0 && counts.kernels == 0
                    && counts.allocations == 1)
        }

        /// A vector times rows: runs of rows and their sum, the bits those of two launches.
        @Test(arguments: [(800, 700), (4000, 300)])
        func aVectorTimesRowsRunsAtOnce(_ rows: Int, _ columns: Int) throws {
            let a = try NDArray(
                (0..<rows * columns).map { Double($0 % 1013) / 7 }, shape: [rows, columns])
            let x = try NDArray((0..<rows).map { Double($0 % 91) / 13 })
            _ = try (a.hostMemory(), x.hostMemory())
            var result: NDArray?
            let counts = try counting {
                result = try x.matmul(a)
                return result!
            }
            #expect(
                counts.launches == 0 && counts.opaqueTasks == 0 && counts.kernels == 0
                    && counts.allocations == 2)
            let recorded = try (x * 1).matmul(a)
            #expect(try result!.values(as: Double.self) == recorded.values(as: Double.self))
        }

        @Test func matrixProductIsOneTask() throws {
            let a = try NDArray(repeating: 1, shape: [500, 500])
            let counts = try counting { try a.matmul(a) }
            #expect(counts.opaqueTasks == 1 && counts.kernels == 0 && counts.allocations == 1)
        }

        @Test func mediumProductsAndReductionsNeedNoLaunch() throws {
            let a = try NDArray(repeating: 1, shape: [300, 300])
            let counts = try counting {
                let product = try a.matmul(a)
                #expect(try product.sum().value(as: Double.self) == 27_000_000)
                return product
            }
            #expect(
                counts.launches == 0 && counts.opaqueTasks == 0 && counts.kernels == 0
                    && counts.allocations == 2)
        }
    }
}
