/// Long sums in the fixed tree, at every level of the processor, against the tree written down.
import CMath
import Testing

@testable import Kernels

@Suite struct TreeSumTests {
    /// The tree as the contract of kernels tells it.
    private func written<T: WorkScalar>(_ terms: ArraySlice<T>) -> T {
        if terms.count < 8 { return terms.reduce(-0.0, +) }
        if terms.count <= 128 {
            var lanes = [T](repeating: 0, count: 8)
            let whole = terms.count & ~7
            for (i, term) in terms.prefix(whole).enumerated() {
                lanes[i % 8] = i < 8 ? term : lanes[i % 8] + term
            }
            let low = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
            let sum = low + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
            return terms.dropFirst(whole).reduce(sum, +)
        }
        let half = (terms.count / 2) & ~7
        return written(terms.prefix(half)) + written(terms.dropFirst(half))
    }

    private func check<T: WorkScalar>(_ type: legate_math_type, _: T.Type) throws {
        for count in Array(0...530) + [999, 1000, 4096, 16_383, 16_384] {
            let x = (0..<count).map { T(integer: ($0 * 7919) % 1013 - 500) / 7 }
            let y = (0..<count).map { T(integer: ($0 * 104_729) % 911 - 400) / 13 }
            let products = zip(x, y).map { $0 * $1 }
            for level in Int32(0)...2 {
                for (isProduct, expected) in [(Int32(0), written(x[...])), (1, written(products[...]))] {
                    guard let sum = legate_sum_of_level(level, Int32(type.rawValue), isProduct) else {
                        continue
                    }
                    var result: T = 1
                    sum(x, isProduct == 1 ? y : x, count, &result)
                    #expect(result == expected, "level \(level), \(count) terms")
                }
            }
        }
    }

    @Test func everyLevelAddsInTheSameOrder() throws {
        try check(LEGATE_FLOAT64, Double.self)
        try check(LEGATE_FLOAT32, Float.self)
    }
}
