/// Rows times a vector: the same bits at every level and in every company, and the right sums.

import CMath
import Shapes
import Testing

@testable import Kernels

/// Numbers of many magnitudes, so that another order of additions shows.
private func numbers<T: BinaryFloatingPoint>(_ count: Int, _ seed: Int) -> [T] {
    (0..<count).map { k in
        let word = (k &+ 1) &* 0x2545_F491_4F6C_DD1D &+ seed &* 0x1234_5678_9ABC
        return T(Double(word >> 11) * 0x1p-53) * T(1 << (word & 7))
    }
}

private func check<T: BinaryFloatingPoint & BitwiseCopyable>(
    _: T.Type, _ type: Int32, rows: Int, count: Int
) {
    let distance = count + 3
    let a: [T] = numbers(rows * distance, count)
    let x: [T] = numbers(count, 7)
    func products(_ level: Int32?, _ part: Range<Int>) -> [T]? {
        var result = [T](repeating: -1, count: 2 * rows)
        let function =
            level.map { legate_rows_times_vector_of_level($0, type) }
            ?? legate_rows_times_vector(type)
        guard let function else { return nil }
        a.withUnsafeBufferPointer { a in
            result.withUnsafeMutableBufferPointer { result in
                function(
                    a.baseAddress! + part.lowerBound * distance, distance, x, count,
                    result.baseAddress! + 2 * part.lowerBound, 2, part.count)
            }
        }
        return result
    }
    let whole = products(nil, 0..<rows)!
    for row in 0..<rows {
        let exact = (0..<count).reduce(0.0) { $0 + Double(a[row * distance + $1]) * Double(x[$1]) }
        let size = (0..<count).reduce(0.0) {
            $0 + abs(Double(a[row * distance + $1]) * Double(x[$1]))
        }
        #expect(abs(Double(whole[2 * row]) - exact) <= size * Double(T.ulpOfOne) * 16)
        #expect(whole[2 * row + 1] == -1)
        #expect(products(nil, row..<row + 1)![2 * row] == whole[2 * row])
    }
    for level in Int32(0)..<3 {
        if let other = products(level, 0..<rows) {
            #expect(other == whole, "level \(level), \(count) elements")
        }
    }
}

@Test(arguments: [1, 2, 7, 8, 15, 16, 17, 31, 32, 33, 100, 1000])
func rowsTimesVector(count: Int) {
    for rows in [1, 2, 3, 4, 5, 9] {
        check(Float.self, Int32(LEGATE_FLOAT32.rawValue), rows: rows, count: count)
        check(Double.self, Int32(LEGATE_FLOAT64.rawValue), rows: rows, count: count)
    }
}
