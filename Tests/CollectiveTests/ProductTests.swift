/// Matrix products over several ranks: every bit as on one.
import LegateCore
import Testing

@testable import NumPy

extension RankTests {
    @Suite struct ProductTests {
        private func check(_ together: Together, _ a: NDArray, _ b: NDArray) throws {
            let expected = try a.matmul(b)
            let result = try together { try a.matmul(b) }
            #expect(try result.isSame(as: expected), "\(a.type) \(a.shape) · \(b.shape)")
        }

        @Test func products() throws {
            let types = [ElementType.float64, .float32, .int64, .complex64, .bool, .float16]
            for type in types {
                try forEachWorld(seeds: 3, salt: type.index) { together, dice in
                    let shapes = [
                        (2, 3, 4), (300, 5, 9), (9, 300, 5), (70, 4, 300), (1, 60, 40), (60, 40, 1),
                        (33, 64, 64),
                    ]
                    let (m, k, n) = shapes[dice.number(below: shapes.count)]
                    let a = try NDArray.random([m, k], type, &dice, hasSpecials: false)
                    let b = try NDArray.random([k, n], type, &dice, hasSpecials: false)
                    try check(together, a, b)
                }
            }
        }

        /// Factors in either order, and with gaps.
        @Test func factorsAsTheyLie() throws {
            try forEachWorld(seeds: 2) { together, dice in
                let a = try NDArray.random([80, 50], .float64, &dice, hasSpecials: false)
                let b = try NDArray.random([50, 70], .float64, &dice, hasSpecials: false)
                func turned(_ x: NDArray) throws -> NDArray {
                    let copy = try x.viewed(x.lattice.transposed()).copied()
                    return copy.viewed(copy.lattice.transposed())
                }
                try check(together, turned(a), b)
                try check(together, a, turned(b))
                try check(together, turned(a), turned(b))
                let wide = try NDArray.random([80, 100], .float64, &dice, hasSpecials: false)
                try check(
                    together,
                    wide.viewed(wide.lattice.sliced(axis: 1, start: 7, step: 1, count: 50)), b)
                try check(
                    together, a.viewed(a.lattice.sliced(axis: 0, start: 79, step: -1, count: 80)), b
                )
                let square = try NDArray.random([60, 60], .float32, &dice, hasSpecials: false)
                try check(together, square, square.viewed(square.lattice.transposed()))
            }
        }

        @Test func stacksAndVectors() throws {
            try forEachWorld(seeds: 2) { together, dice in
                let matrix = try NDArray.random([400, 90], .float64, &dice, hasSpecials: false)
                let vector = try NDArray.random([90], .float64, &dice, hasSpecials: false)
                let tall = try NDArray.random([400], .float64, &dice, hasSpecials: false)
                try check(together, matrix, vector)
                try check(together, tall, matrix)
                try check(together, matrix.viewed(matrix.lattice.transposed()), tall)
            }
        }

        /// A long inner axis is cut into runs; their products are summed.
        @Test func longInnerAxes() throws {
            for ranks in [1, 3, 4] {
                let together = Together(ranks: ranks, seed: ranks)
                var dice = Dice(ranks)
                let a = try NDArray.random([6, 48_000], .float64, &dice, hasSpecials: false)
                let b = try NDArray.random([48_000, 5], .float64, &dice, hasSpecials: false)
                try check(together, a, b)
                let turned = try a.viewed(a.lattice.transposed()).copied()
                try check(together, turned.viewed(turned.lattice.transposed()), b)
            }
        }

        /// Wide results are made in panels; a rank receives of the right factor what it has not,
        /// once.
        @Test func panels() throws {
            for ranks in [2, 3] {
                let together = Together(ranks: ranks, seed: ranks)
                together.isEven = true
                var dice = Dice(ranks)
                let a = try NDArray.random([300, 4], .float64, &dice, hasSpecials: false)
                let b = try NDArray.random([4, 1300], .float64, &dice, hasSpecials: false)
                try check(together, a, b)
                let c = try NDArray.random([1024, 2], .float64, &dice, hasSpecials: false)
                let d = try NDArray.random([2, 1024], .float64, &dice, hasSpecials: false)
                try check(together, c, d)
                if ranks == 2 { #expect(together.bytes < 2 * 1024 * 8 * 101 / 100) }
            }
        }

        /// A last panel of one column, and single rows and columns of wider factors: BLAS takes
        /// vectors with gaps another way.
        @Test func vectorsWithGaps() throws {
            for type in [ElementType.float32, .float64, .complex64] {
                let together = Together(ranks: 3, seed: 5)
                var dice = Dice(type.index)
                for inner in [3, 64] {
                    let a = try NDArray.random([inner, 257], type, &dice, hasSpecials: false)
                    let b = try NDArray.random([inner, 1025], type, &dice, hasSpecials: false)
                    let c = a.viewed(a.lattice.transposed())
                    try check(together, c, b)
                    let d = b.viewed(b.lattice.transposed())
                    try check(
                        together, d,
                        a.viewed(a.lattice.sliced(axis: 1, start: 2, step: 1, count: 1)))
                    try check(
                        together, c.viewed(c.lattice.sliced(axis: 0, start: 9, step: 1, count: 1)),
                        b)
                }
            }
        }

        /// A matrix by its own transpose: half of it is computed, and copied to the other half; a
        /// tall one in runs of its rows.
        @Test(arguments: [60, 200, 530, 1025])
        func symmetric(columns: Int) throws {
            // Complex numbers go through loops of our own, which compute all of it: slow in a debug
            // build.
            let cases: [(ElementType, ranks: Int, rows: Int)] = [
                (.float64, 2, 40), (.complex64, 3, columns > 200 ? 2 : 40),
                (.float32, 3, 4 * min(columns, 200) + 9),
            ]
            for (type, ranks, rows) in cases {
                let together = Together(ranks: ranks, seed: columns)
                var dice = Dice(columns)
                let a = try NDArray.random([rows, columns], type, &dice, hasSpecials: false)
                let turned = a.viewed(a.lattice.transposed())
                try check(together, turned, a)
                let product = try turned.matmul(a)
                #expect(
                    try product.viewed(product.lattice.transposed()).copied().isSame(as: product))
            }
        }
    }
}
