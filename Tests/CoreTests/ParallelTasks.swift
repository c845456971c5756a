/// The library's opaque tasks on every width of element, at lengths that no tile or block divides.
///
/// Operands are contiguous, reversed or steps of a larger array; results are compared with plain
/// loops on integers. Under `bin/sanitize address` this asks whether a task touches only its
/// operands.
import LegateCore
import NumPy
import Testing

extension CoreTests {
    @Suite(.serialized) struct ParallelTasks {
        private static let lengths = [1, 7, 1000, 20_003]

        /// One operand: its elements as integers, and the same as an array.
        private struct Case {
            let values: [Int]
            let array: NDArray
            let isReversed: Bool
            let step: Int

            init(_ type: ElementType, _ count: Int, isReversed: Bool, step: Int) throws {
                var random = SplitMix(seed: UInt64(count + step))
                let all = (0..<(count - 1) * step + 1).map { _ in random.int(0...99) }
                let whole = try NDArray(all).cast(to: type)
                let picked = stride(from: 0, to: all.count, by: step).map { all[$0] }
                self.isReversed = isReversed
                self.step = step
                values = isReversed ? picked.reversed() : picked
                let forward = try whole[.slice(by: step)]
                array = isReversed ? try forward[.slice(by: -1)] : forward
            }
        }

        private func forEachCase(
            _ type: ElementType, _ body: (_ values: [Int], _ array: NDArray) throws -> Void
        ) throws {
            for count in ParallelTasks.lengths {
                for (isReversed, step) in [(false, 1), (true, 1), (false, 3)] {
                    let one = try Case(type, count, isReversed: isReversed, step: step)
                    try body(one.values, one.array)
                }
            }
        }

        private static let types: [ElementType] = [.uint8, .int16, .float32, .int64, .float64]

        @Test(arguments: types)
        func orders(_ type: ElementType) throws {
            try forEachCase(type) { values, array in
                let sorted = values.sorted()
                #expect(try array.sorted(axis: 0).values() == sorted)
                let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
                #expect(try array.argSorted(axis: 0).values() == order)
                #expect(
                    try array.argExtreme(.maximum, axis: nil).value()
                        == values.firstIndex(of: values.max()!)!)
                let bins = try NDArray([10, 20, 50]).cast(to: type)
                #expect(
                    try bins.searchSorted(array, isRight: true).values()
                        == values.map {
                            ($0 >= 10 ? 1 : 0) + ($0 >= 20 ? 1 : 0) + ($0 >= 50 ? 1 : 0)
                        })
                #expect(
                    try array.isIn(NDArray([3, 98, 41]).cast(to: type), inverts: false).values()
                        == values.map { [3, 98, 41].contains($0) })
                if type.isInteger, type != .uint64 {
                    var counts = [Int](repeating: 0, count: 100)
                    for value in values { counts[value] += 1 }
                    #expect(try array.binCounts(weights: nil, minimum: 100).values() == counts)
                }
            }
        }

        @Test(arguments: types)
        func masks(_ type: ElementType) throws {
            try forEachCase(type) { values, array in
                let mask = try array .> 60
                let chosen = values.filter { $0 > 60 }
                #expect(try array[mask].values() == chosen)
                #expect(
                    try mask.nonzero()[0].values() == values.indices.filter { values[$0] > 60 })
                guard chosen.count > 1 else { return }
                // As many values as places, then one value for all of them.
                let copy = try array.copied()
                let target = try copy[.slice(by: -1)]
                let news = try NDArray(chosen.indices.map { $0 % 50 }).cast(to: type)
                try target.assign(.array(news), at: [.array(mask)])
                var wanted = Array(values.reversed())
                var k = 0
                for (i, value) in values.enumerated() where value > 60 {
                    wanted[i] = k % 50
                    k += 1
                }
                #expect(try target.values() == wanted)
                try array.assign(.integer(7), at: [.array(mask)])
                #expect(try array.values() == values.map { $0 > 60 ? 7 : $0 })
            }
        }

        @Test(arguments: types)
        func moves(_ type: ElementType) throws {
            try forEachCase(type) { values, array in
                let n = values.count
                let joined = try NDArray.concatenated([array, array[..<(n / 2)], array], axis: 0)
                #expect(try joined.values() == values + values[..<(n / 2)] + values)
                let counts = values.map { $0 % 3 }
                #expect(
                    try array.repeated(NDArray(counts), axis: 0).values()
                        == values.flatMap { [Int](repeating: $0, count: $0 % 3) })
                #expect(try array.tiled([3]).values() == values + values + values)
                // Scattered writes: the last one to a place wins.
                let places = values.indices.map { ($0 * 7) % ((n + 1) / 2) }
                let target = try NDArray(repeating: 0, shape: AxisList(n), type: type)
                try target.put(NDArray(places), array)
                var wanted = [Int](repeating: 0, count: n)
                for (i, place) in places.enumerated() { wanted[place] = values[i] }
                #expect(try target.values() == wanted)
                let sums = try array.cast(to: .int64).accumulated(.add, axis: nil)
                var total = 0
                #expect(
                    try sums.values()
                        == values.map { value in
                            total += value
                            return total
                        })
            }
        }
    }
}
