/// Places of extremes: the first one, or the first NaN, at every level and for every length.

import CMath
import Testing

private func check<T: Comparable>(
    _ type: legate_extreme_type, _ count: Int, isNaN: (T) -> Bool, _ element: (UInt64) -> T
) {
    var source = Numbers(seed: UInt64(count))
    let (rows, distance) = (40, count + 2)
    let x = (0..<rows * distance).map { _ in element(source.next() >> 20) }
    for isMaximum in [false, true] {
        let wanted = (0..<rows).map { row -> Int64 in
            let line = x[row * distance..<row * distance + count]
            if let odd = line.firstIndex(where: isNaN) { return Int64(odd - line.startIndex) }
            let best = isMaximum ? line.max()! : line.min()!
            return Int64(line.firstIndex(of: best)! - line.startIndex)
        }
        for level in Int32(0)..<3 {
            guard
                let function = legate_row_extremes_of_level(
                    level, isMaximum ? 1 : 0, Int32(type.rawValue))
            else { continue }
            var places = [Int64](repeating: -1, count: rows + 1)
            function(x, distance, rows, count, &places)
            #expect(places == wanted + [-1], "level \(level), \(count) elements, \(isMaximum)")
        }
    }
}

@Test(arguments: Array(1...70) + [100, 127, 128, 300, 1000]) func placesOfExtremes(count: Int) {
    // Few values, so that extremes stand in many places; sometimes one that is no number.
    func real(_ word: UInt64) -> Double {
        word % UInt64(40 * count) == 7
            ? .nan : [-.infinity, -0.0, 0, 1, -2, 3, .infinity][Int(word % 7)]
    }
    check(LEGATE_EXTREME_FLOAT64, count, isNaN: \.isNaN, real)
    check(LEGATE_EXTREME_FLOAT32, count, isNaN: \.isNaN) { Float(real($0)) }
    check(LEGATE_EXTREME_FLOAT64, count, isNaN: \.isNaN) { Double($0 % 1_000_003) }
    check(LEGATE_EXTREME_INT32, count, isNaN: { _ in false }) { Int32($0 % 9) - 4 }
    check(LEGATE_EXTREME_INT64, count, isNaN: { _ in false }) { Int64($0 % 100_003) - 50_000 }
}
