/// What memory is taken and what is used again: dying operands hand theirs over, and blocks that
/// are kept for later never add up to much more than was in use at one time.
import CPUBackend
import Glibc
import LegateCore
import NumPy
import Testing

extension CoreTests {
    @Suite struct MemoryTests {
        private let n = 200_000

        private func taken(_ program: () throws -> NDArray) throws -> (
            allocations: Int, reusedBytes: Int
        ) {
            try Runtime.shared.waitForAll()
            let before = Counters.shared
            _ = try program().hostMemory()
            let after = Counters.shared
            return (after.allocations - before.allocations, after.reusedBytes - before.reusedBytes)
        }

        /// A ready matrix of 0, 1, 2, ….
        private func matrix(_ rows: Int, _ columns: Int) throws -> NDArray {
            let result = try NDArray(
                (0..<rows * columns).map { Double($0) }, shape: [rows, columns])
            _ = try result.hostMemory()
            return result
        }

        // MARK: Dying operands

        @Test func aResultTakesTheMemoryOfADyingOperand() throws {
            let x = try matrix(400, 500)
            var result: NDArray?
            let counts = try taken {
                result = try x.sorted(axis: 1) * 2 + 1
                return result!
            }
            #expect(counts == (1, n * 8))
            #expect(
                try result!.values(as: Double.self).enumerated().allSatisfy {
                    $1 == Double($0) * 2 + 1
                })
        }

        @Test func anotherTypeOfTheSameWidthTakesItToo() throws {
            let x = try matrix(400, 500).cast(to: .int64)
            _ = try x.hostMemory()
            var result: NDArray?
            let counts = try taken {
                result = try x.sorted(axis: 1).cast(to: .float64)
                return result!
            }
            #expect(counts == (1, n * 8))
            #expect(
                try result!.values(as: Double.self).enumerated().allSatisfy { $1 == Double($0) })
        }

        @Test func aCopyOfADyingOperandMovesNothing() throws {
            let x = try matrix(400, 500)
            try Runtime.shared.waitForAll()
            let written = Counters.shared.bytesWritten
            var result: NDArray?
            let counts = try taken {
                result = try x.sorted(axis: 1).copied()
                return result!
            }
            #expect(counts == (1, n * 8) && Counters.shared.bytesWritten == written)
            #expect(try result!.values(as: Double.self) == x.values(as: Double.self))
        }

        /// Two results and one dying operand, which both read: one takes its memory, the other gets
        /// its own.
        @Test func onlyOneOfTwoResultsTakesIt() throws {
            let x = try matrix(400, 500)
            var results: [NDArray] = []
            let counts = try taken {
                var sorted: NDArray? = try x.sorted(axis: 1)
                results = [try sorted! + 1, try sorted!.copied(), try sorted! * 3]
                sorted = nil
                return results[0]
            }
            #expect(counts == (3, n * 8))
            let values = try results.map { try $0.values(as: Double.self) }
            for (k, x) in zip(0..., try x.values(as: Double.self)) {
                if values[0][k] != x + 1 || values[1][k] != x || values[2][k] != x * 3 {
                    Issue.record("element \(k): \(values.map { $0[k] })")
                    break
                }
            }
        }

        @Test func anOperandThatIsStillSeenKeepsItsMemory() throws {
            let x = try matrix(400, 500)
            var sorted: NDArray?
            let counts = try taken {
                sorted = try x.sorted(axis: 1)
                return try sorted! * 2
            }
            #expect(counts == (2, 0))
            #expect(try sorted!.values(as: Double.self) == x.values(as: Double.self))
        }

        /// Where a point reads another place than it writes, taking over would read what was
        /// written already.
        @Test func otherPointsAreNeverOverwritten() throws {
            let x = try matrix(400, 400)
            var results: [NDArray] = []
            let counts = try taken {
                results = [
                    try x.sorted(axis: 1).transposed() + 1,
                    try x.sorted(axis: 1)[.slice(by: -1)] + 1,
                ]
                return results[1]
            }
            // The transposed sum lies in memory as its operand does, and may take it; the reversed
            // one may not.
            #expect(counts.reusedBytes == 400 * 400 * 8)
            let values = try results.map { try $0.values(as: Double.self) }
            var isRight = true
            for i in 0..<400 {
                for j in 0..<400 {
                    isRight = isRight && values[0][i * 400 + j] == Double(j * 400 + i) + 1
                    isRight = isRight && values[1][i * 400 + j] == Double((399 - i) * 400 + j) + 1
                }
            }
            #expect(isRight)
        }

        // MARK: Kept blocks

        private let mebibyte = 1 << 20

        /// What fits into a block of so many mebibytes wherever in a page it begins.
        private func memory(_ mebibytes: Int) -> Int { mebibytes * mebibyte - 4096 }

        private func cycle(_ backend: CPUBackend, _ sizes: [Int]) throws {
            let blocks = try sizes.map { try backend.allocate(byteCount: $0) }
            for (block, size) in zip(blocks, sizes) { backend.deallocate(block, byteCount: size) }
        }

        @Test func whatIsKeptFollowsWhatWasInUse() throws {
            let backend = CPUBackend(workerCount: 1, ceilingBytes: 1 << 30)
            var random = SplitMix(seed: 7)
            for _ in 0..<500 {
                // Up to 24 MiB at a time, in sizes that come back or never do.
                try cycle(backend, (0..<3).map { _ in random.int(70_000...8 * mebibyte) })
                #expect(backend.usedBytes == 0)
                // An eighth may come on top.
                #expect(backend.keptBytes <= 24 * mebibyte * 9 / 8 + 2 * mebibyte)
            }
        }

        @Test func equalSizesAreServedFromKeptBlocks() throws {
            let backend = CPUBackend(workerCount: 1, ceilingBytes: 1 << 30)
            let sizes = [8 * mebibyte, 3 * mebibyte, 100_000]
            try cycle(backend, sizes)
            let kept = backend.keptBytes
            for _ in 0..<10 {
                try cycle(backend, sizes)
                #expect(backend.keptBytes == kept)
            }
        }

        /// Blocks that are in use together begin at different places of a page, and at a vector's
        /// border; all of what was asked for is there, and one given back comes back as it was.
        @Test func blocksBeginAtDifferentPlacesOfAPage() throws {
            let backend = CPUBackend(workerCount: 1, ceilingBytes: 1 << 30)
            for size in [64 << 10, 100_000, mebibyte, 8 * mebibyte] {
                let blocks = try (0..<8).map { _ in try backend.allocate(byteCount: size) }
                let places = blocks.map { Int(bitPattern: $0) % 4096 }
                #expect(Set(places).count == 8, "\(size) bytes at \(places)")
                #expect(places.allSatisfy { $0 % 64 == 0 })
                for block in blocks { memset(block, 1, size) }
                backend.deallocate(blocks[3], byteCount: size)
                #expect(try backend.allocate(byteCount: size) == blocks[3])
                for block in blocks { backend.deallocate(block, byteCount: size) }
                #expect(backend.usedBytes == 0)
                backend.releaseKept()
            }
        }

        /// The head of a larger block serves where a fresh one would pass the most that was ever in
        /// use; its rest stays.
        @Test func largerBlocksAreCut() throws {
            let backend = CPUBackend(workerCount: 1, ceilingBytes: 1 << 30)
            try cycle(backend, [memory(32)])
            let block = try backend.allocate(byteCount: memory(8))
            #expect(backend.usedBytes == 8 * mebibyte && backend.keptBytes == 24 * mebibyte)
            memset(block, 1, memory(8))
            backend.deallocate(block, byteCount: memory(8))
            #expect(backend.usedBytes == 0 && backend.keptBytes == 32 * mebibyte)
            backend.releaseKept()
            #expect(backend.keptBytes == 0)
        }

        /// What was cut out of one block is one block again when it is needed whole.
        @Test func neighboursAreJoined() throws {
            let backend = CPUBackend(workerCount: 1, ceilingBytes: 1 << 30)
            try cycle(backend, [memory(32)])
            try cycle(backend, (0..<4).map { _ in memory(8) })
            let mapped = Counters.shared.mappedBytes
            let block = try backend.allocate(byteCount: memory(32))
            memset(block, 1, memory(32))
            #expect(Counters.shared.mappedBytes == mapped && backend.keptBytes == 0)
            backend.deallocate(block, byteCount: memory(32))
        }

        /// Arrays that shrink step by step, each made while the one before is still there.
        @Test func shrinkingSizesTakeNoFreshPages() throws {
            let backend = CPUBackend(workerCount: 1, ceilingBytes: 1 << 30)
            func shrink() throws {
                var size = 4 * mebibyte
                var block = try backend.allocate(byteCount: size)
                while size > 200_000 {
                    let next = size * 9 / 10
                    let smaller = try backend.allocate(byteCount: next)
                    memset(smaller, 1, next)
                    backend.deallocate(block, byteCount: size)
                    (block, size) = (smaller, next)
                }
                backend.deallocate(block, byteCount: size)
            }
            try shrink()
            let mapped = Counters.shared.mappedBytes
            for _ in 0..<5 { try shrink() }
            #expect(Counters.shared.mappedBytes - mapped <= mebibyte)
        }
    }
}
