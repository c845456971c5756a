/// Arithmetic by blocks: the bits of one operation at a time at every level, for every length and
/// place, and over an operand.

import CMath
import Launches
import Shapes
import Testing

@testable import Kernels

private protocol Real: BinaryFloatingPoint, BitwiseCopyable {
    associatedtype Pattern: Equatable
    var bitPattern: Pattern { get }
}
extension Float: Real {}
extension Double: Real {}

private func reals<T: Real>(_ count: Int, _ seed: UInt64) -> [T] {
    var source = Numbers(seed: seed)
    let special: [T] = [0, -0.0, .infinity, -.infinity, 1, T.leastNonzeroMagnitude, 3]
    return (0..<count).map {
        $0 % 11 == 3 ? special[$0 / 11 % special.count] : T(source.nextReal())
    }
}

private func result<T: Real>(_ operation: Int, _ x: T, _ y: T) -> T {
    switch legate_arithmetic(rawValue: UInt32(operation)) {
    case LEGATE_SUM: return x + y
    case LEGATE_DIFFERENCE: return x - y
    case LEGATE_PRODUCT: return x * y
    default: return x / y
    }
}

private func agrees<T: Real>(_ a: T, _ b: T) -> Bool {
    a.isNaN ? b.isNaN : a.bitPattern == b.bitPattern
}

/// Runs a kernel on `count` elements that begin `offset` elements into their blocks. `place` says
/// where the results go: 0 or 1 over that input, 2 elsewhere.
private func run<T: Real>(
    _ code: UnsafeRawPointer, _ form: legate_arithmetic_form, _ x: [T], _ y: [T], _ count: Int,
    _ offset: Int, _ place: Int
) -> [T] {
    let size = count + offset + 8
    let blocks = [x, y, [T](repeating: 77, count: size)].map { values in
        let block = UnsafeMutablePointer<T>.allocate(capacity: size)
        block.initialize(from: values, count: size)
        return block
    }
    defer { blocks.forEach { $0.deallocate() } }
    BlockKernel(code: code)(
        blocks[0] + offset, blocks[1] + offset,
        into: UnsafeMutableRawPointer(blocks[place] + offset), count: count)
    return Array(UnsafeBufferPointer(start: blocks[place], count: size))
}

private func check<T: Real>(_: T.Type, _ type: legate_math_type, _ numbers: [T]) {
    for level in Int32(0)..<3 {
        for operation in 0..<Int(LEGATE_ROW_ARITHMETIC_COUNT.rawValue) {
            for form in [LEGATE_BLOCKS, LEGATE_BEHIND, LEGATE_IN_FRONT] {
                guard
                    let code = legate_arithmetic_block_of_level(
                        level, Int32(operation), Int32(form.rawValue), Int32(type.rawValue))
                else { continue }
                for count in Array(0...35) + [63, 64, 100] {
                    for place in 0...2 {
                        if place == 0 && form == LEGATE_IN_FRONT { continue }
                        if place == 1 && form == LEGATE_BEHIND { continue }
                        let offset = count % 5
                        var x: [T] = reals(count + offset + 8, 1)
                        var y: [T] = reals(count + offset + 8, 2)
                        let number = numbers[(count + place) % numbers.count]
                        if form == LEGATE_BEHIND { y[offset] = number }
                        if form == LEGATE_IN_FRONT { x[offset] = number }
                        let results = run(code, form, x, y, count, offset, place)
                        let before = [x, y, [T](repeating: 77, count: results.count)][place]
                        let isRight = results.indices.allSatisfy { k in
                            guard offset..<offset + count ~= k else {
                                return agrees(results[k], before[k])
                            }
                            return agrees(
                                results[k],
                                result(
                                    operation, form == LEGATE_IN_FRONT ? number : x[k],
                                    form == LEGATE_BEHIND ? number : y[k]))
                        }
                        #expect(
                            isRight,
                            "level \(level), operation \(operation), form \(form), \(count), \(place)"
                        )
                    }
                }
            }
        }
    }
}

@Test func arithmeticOfBlocksAndNumbers() {
    // Divisors with and without an exact reciprocal, at both ends of their range.
    check(
        Double.self, LEGATE_FLOAT64,
        [2, -0.25, 3, 0, 0x1p1022, -0x1p1023, 0x1p-1022, 0x1p-1030, 0.1, .infinity, 1, -0.0])
    check(
        Float.self, LEGATE_FLOAT32,
        [2, -0.25, 3, 0, 0x1p126, -0x1p127, 0x1p-126, 0x1p-140, 0.1, .infinity, 1, -0.0])
}

@Test func everyExactReciprocalGivesTheQuotient() throws {
    let x: [Double] = reals(40, 5) + [.greatestFiniteMagnitude, .leastNormalMagnitude, 0x1.8p-1074]
    for exponent in -1074...1023 {
        let divisor =
            exponent < -1022
            ? 0x1p-1022 * 0x1p-52 : Double(sign: .plus, exponent: exponent, significand: 1)
        let kernel = try #require(KernelTable.number(.divide, .float64, isReversed: false))
        var results = [Double](repeating: 0, count: x.count)
        var number = divisor
        x.withUnsafeBytes { x in
            results.withUnsafeMutableBytes {
                kernel(x.baseAddress!, &number, into: $0.baseAddress!, count: $0.count / 8)
            }
        }
        #expect(zip(x, results).allSatisfy { agrees($0 / divisor, $1) }, "\(divisor)")
    }
}

/// Rows of an own distance each, with numbers that differ from row to row.
private func checkRows<T: Real>(_: T.Type, _ type: legate_math_type, count: Int) {
    let (rows, distance, size) = (5, count + 3, MemoryLayout<T>.size)
    let x: [T] = reals(rows * distance, 3)
    let y: [T] = reals(rows * distance, 4)
    for level in Int32(0)..<3 {
        for operation in 0..<Int(LEGATE_ROW_ARITHMETIC_COUNT.rawValue) {
            for form in [LEGATE_BLOCKS, LEGATE_BEHIND, LEGATE_IN_FRONT] {
                guard
                    let function = legate_rows_arithmetic_of_level(
                        level, Int32(operation), Int32(form.rawValue), Int32(type.rawValue))
                else { continue }
                var results = [T](repeating: 77, count: rows * count + 8)
                results.withUnsafeMutableBytes {
                    function(
                        x, distance * size, y, distance * size, $0.baseAddress!, count * size,
                        count, rows)
                }
                let isRight = results.indices.allSatisfy { k in
                    guard k < rows * count else { return results[k] == 77 }
                    let (row, column) = (k / count * distance, k % count)
                    return agrees(
                        results[k],
                        result(
                            operation, x[row + (form == LEGATE_IN_FRONT ? 0 : column)],
                            y[row + (form == LEGATE_BEHIND ? 0 : column)]))
                }
                #expect(isRight, "level \(level), operation \(operation), \(form), \(count)")
            }
        }
    }
}

@Test(arguments: [1, 2, 3, 5, 8, 13, 16, 29, 31, 64, 71]) func arithmeticOfRows(count: Int) {
    checkRows(Double.self, LEGATE_FLOAT64, count: count)
    checkRows(Float.self, LEGATE_FLOAT32, count: count)
}

private func holds<T: Real>(_ operation: Int, _ x: T, _ y: T) -> Bool {
    switch legate_arithmetic(rawValue: UInt32(operation)) {
    case LEGATE_EQUAL: return x == y
    case LEGATE_NOT_EQUAL: return x != y
    case LEGATE_LESS: return x < y
    case LEGATE_LESS_EQUAL: return x <= y
    case LEGATE_GREATER: return x > y
    default: return x >= y
    }
}

private func checkComparisons<T: Real>(_: T.Type, _ type: legate_math_type, count: Int) {
    let few: [T] = [0, -0.0, 1, .nan, -1, .infinity, 2, 1]
    var source = Numbers(seed: UInt64(count))
    let x = (0..<count).map { _ in few[Int(source.next() >> 20) % few.count] }
    let y = (0..<count).map { _ in few[Int(source.next() >> 20) % few.count] }
    for level in Int32(0)..<3 {
        for operation in Int(LEGATE_EQUAL.rawValue)..<Int(LEGATE_ARITHMETIC_COUNT.rawValue) {
            for form in [LEGATE_BLOCKS, LEGATE_BEHIND, LEGATE_IN_FRONT] {
                guard
                    let code = legate_arithmetic_block_of_level(
                        level, Int32(operation), Int32(form.rawValue), Int32(type.rawValue))
                else { continue }
                var results = [UInt8](repeating: 9, count: count + 1)
                x.withUnsafeBytes { x in
                    y.withUnsafeBytes { y in
                        results.withUnsafeMutableBytes {
                            BlockKernel(code: code)(
                                x.baseAddress!, y.baseAddress!, into: $0.baseAddress!,
                                count: count)
                        }
                    }
                }
                let wanted = (0..<count).map { k -> UInt8 in
                    holds(
                        operation, x[form == LEGATE_IN_FRONT ? 0 : k],
                        y[form == LEGATE_BEHIND ? 0 : k]) ? 1 : 0
                }
                #expect(results == wanted + [9], "level \(level), \(operation), \(form), \(count)")
            }
        }
    }
}

@Test(arguments: Array(1...36) + [100]) func comparisonsOfBlocksAndNumbers(count: Int) {
    checkComparisons(Double.self, LEGATE_FLOAT64, count: count)
    checkComparisons(Float.self, LEGATE_FLOAT32, count: count)
}
