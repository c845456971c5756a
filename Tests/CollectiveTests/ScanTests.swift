/// Running sums, extremes' places, searches, counts and sliding products over several ranks.
import LegateCore
import Testing

@testable import NumPy

extension RankTests {
    @Suite struct ScanTests {
        @Test func runningSums() throws {
            for type in ElementType.allCases {
                try forEachWorld(seeds: 3, salt: type.index) { together, dice in
                    let shapes = [
                        [1], [5], [90], [2000], [7, 3], [3, 40], [4, 5, 6], [2, 30, 1], [40, 1],
                        [1, 900],
                    ]
                    let a = try NDArray.random(
                        shapes[dice.number(below: shapes.count)], type, &dice)
                    for operation in [Operation.add, .multiply, .maximum] {
                        for axis in 0..<a.axisCount {
                            let expected = try Ufunc.accumulate(operation, a, axis: axis)
                            let result = try together {
                                try Ufunc.accumulate(operation, a, axis: axis)
                            }
                            #expect(
                                try result.isSame(as: expected),
                                "\(operation) \(type) \(a.shape) \(axis)")
                        }
                    }
                }
            }
        }

        /// Many lines go from rank to rank in pieces; parts may end within a row.
        @Test func manyLinesSideBySide() throws {
            try forEachWorld(seeds: 2) { together, dice in
                for type in [ElementType.float64, .int64] {
                    let a = try NDArray.random([3, 20_000], type, &dice)
                    let expected = try Ufunc.accumulate(.add, a, axis: 0)
                    #expect(
                        try together { try Ufunc.accumulate(.add, a, axis: 0) }.isSame(as: expected)
                    )
                }
                let turned = try NDArray.random([30, 8], .float32, &dice)
                let view = turned.viewed(turned.lattice.transposed())
                let expected = try Ufunc.accumulate(.add, view, axis: 1)
                #expect(
                    try together { try Ufunc.accumulate(.add, view, axis: 1) }.isSame(as: expected))
            }
        }

        @Test func placesOfExtremes() throws {
            for type in ElementType.allCases {
                try forEachWorld(seeds: 3, salt: type.index) { together, dice in
                    let shapes = [[1], [6], [700], [5, 9], [3, 4, 5], [40, 2]]
                    let a = try NDArray.random(
                        shapes[dice.number(below: shapes.count)], type, &dice, below: 6)
                    for operation in [Operation.maximum, .minimum] {
                        for axis in [nil] + (0..<a.axisCount).map({ $0 }) {
                            let expected = try a.argExtreme(operation, axis: axis)
                            // Lines inside of rows need no word between ranks.
                            let least = (axis ?? 0) > 0 ? 0 : 1
                            let result = try together(launches: least) {
                                try a.argExtreme(operation, axis: axis)
                            }
                            #expect(
                                try result.isSame(as: expected), "\(operation) \(type) \(a.shape)")
                        }
                    }
                }
            }
        }

        @Test func searches() throws {
            for type in ElementType.allCases {
                try forEachWorld(seeds: 3, salt: type.index) { together, dice in
                    let n = [1, 3, 40, 400][dice.number(below: 4)]
                    let sorted = try NDArray.random([n], type, &dice, below: 9).sorted(axis: 0)
                    let values = try NDArray.random(
                        [[1], [30], [600]][dice.number(below: 3)], type, &dice, below: 12)
                    for isRight in [false, true] {
                        let expected = try sorted.searchSorted(values, isRight: isRight)
                        let result = try together {
                            try sorted.searchSorted(values, isRight: isRight)
                        }
                        #expect(try result.isSame(as: expected), "\(type) \(n)")
                    }
                }
            }
        }

        @Test func counts() throws {
            try forEachWorld(seeds: 8) { together, dice in
                let n = [1, 20, 3000][dice.number(below: 3)]
                let range = [1, 10, 5000][dice.number(below: 3)]
                let bins = try NDArray.places([n], 0..<range, &dice)
                let counts = try bins.binCounts(weights: nil, minimum: range)
                #expect(
                    try together { try bins.binCounts(weights: nil, minimum: range) }.isSame(
                        as: counts))
                let weights = try NDArray.random([n], .float32, &dice)
                let sums = try bins.binCounts(weights: weights, minimum: range)
                #expect(
                    try together { try bins.binCounts(weights: weights, minimum: range) }.isSame(
                        as: sums))
            }
        }

        @Test func slidingProducts() throws {
            for type in ElementType.allCases {
                try forEachWorld(seeds: 2, salt: type.index) { together, dice in
                    let a = try NDArray.random(
                        [[1], [8], [300]][dice.number(below: 3)], type, &dice)
                    let v = try NDArray.random(
                        [[1], [5], [40]][dice.number(below: 3)], type, &dice)
                    for mode in [NDArray.ConvolutionMode.valid, .same, .full] {
                        let expected = try a.convolved(with: v, mode)
                        #expect(
                            try together { try a.convolved(with: v, mode) }.isSame(as: expected))
                    }
                }
            }
        }

        /// Products that leave the range of their type go from left to right over all ranks.
        @Test func longProducts() throws {
            try forEachWorld(seeds: 4) { together, dice in
                let a = try NDArray.random(
                    [9000], .float64, &dice, hasSpecials: dice.number(below: 2) == 0)
                let expected = try Ufunc.reduce(.multiply, a, axes: [0])
                #expect(
                    try together { try Ufunc.reduce(.multiply, a, axes: [0]) }.isSame(as: expected))
            }
        }

        @Test func interpolation() throws {
            try forEachWorld(seeds: 4) { together, dice in
                let n = [1, 2, 30, 500][dice.number(below: 4)]
                let steps = try NDArray.places([n], 0..<3, &dice)
                let xp = try Ufunc.accumulate(.add, steps).cast(to: .float64)
                let fp = try NDArray.random([n], .float64, &dice)
                let x = try NDArray.random([200], .float64, &dice, below: 8 * n)
                for (left, right) in [(nil, nil), (7.5, -1.0)] as [(Double?, Double?)] {
                    let expected = try fp.interpolated(at: x, xp, left: left, right: right)
                    let result = try together {
                        try fp.interpolated(at: x, xp, left: left, right: right)
                    }
                    #expect(try result.isSame(as: expected), "\(n) points")
                }
            }
        }

        @Test func slicesFolded() throws {
            for type in [ElementType.float64, .int32, .complex64, .bool] {
                try forEachWorld(seeds: 4, salt: type.index) { together, dice in
                    let n = [1, 40, 900][dice.number(below: 3)]
                    let a = try NDArray.random([n], type, &dice)
                    let places = try NDArray.places([dice.number(below: 30) + 1], 0..<n, &dice)
                    for operation in [Operation.add, .maximum] {
                        let expected = try Ufunc.reduceAt(operation, a, places)
                        #expect(
                            try together { try Ufunc.reduceAt(operation, a, places) }.isSame(
                                as: expected))
                    }
                }
            }
        }

        @Test func slicesInAnyOrder() throws {
            try forEachWorld(seeds: 3) { together, dice in
                let a = try NDArray.random([12, 30], .int16, &dice)
                for axis in 0..<2 {
                    let indices = (0..<50).map { _ in dice.number(below: a.shape[axis]) }
                    let expected = try a.gathered(indices, axis: axis)
                    #expect(
                        try together { try a.gathered(indices, axis: axis) }.isSame(as: expected))
                }
                for isLower in [true, false] {
                    func triangle() throws -> (NDArray, NDArray) {
                        let parts = try NDArray.triangleIndices(
                            rows: 9, columns: 7, offset: 1, lower: isLower)
                        return (parts.rows, parts.columns)
                    }
                    let expected = try triangle()
                    let result = try together { try triangle() }
                    #expect(try result.0.isSame(as: expected.0) && result.1.isSame(as: expected.1))
                }
            }
        }

        @Test func uniqueElements() throws {
            for type in [ElementType.int64, .float32, .complex128, .uint8] {
                try forEachWorld(seeds: 3, salt: type.index) { together, dice in
                    let a = try NDArray.random(
                        [[1], [9], [400]][dice.number(below: 3)], type, &dice, below: 15)
                    let expected = try a.unique(index: true, inverse: true, counts: true)
                    let result = try together(launches: 3) {
                        try a.unique(index: true, inverse: true, counts: true)
                    }
                    #expect(try result.values.isSame(as: expected.values))
                    #expect(try result.index!.isSame(as: expected.index!))
                    #expect(try result.inverse!.isSame(as: expected.inverse!))
                    #expect(try result.counts!.isSame(as: expected.counts!))
                }
            }
        }
    }
}
