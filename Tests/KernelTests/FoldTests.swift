/// Folds and scans: the pairwise tree against a plain recursion, extremes, and the laws of cutting
/// into blocks.

import Kernels
import Launches
import Shapes
import Testing

struct FoldTests {
    /// The tree of `KernelContract`, written without vectors.
    private func tree(_ x: ArraySlice<Double>) -> Double {
        if x.count < 8 { return x.reduce(-0.0, +) }
        if x.count <= 128 {
            var r = Array(x.prefix(8))
            let whole = x.count / 8 * 8
            for i in 8..<max(8, whole) { r[i % 8] += x[x.startIndex + i] }
            let sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
            return x.dropFirst(whole).reduce(sum, +)
        }
        let half = x.count / 2 / 8 * 8
        return tree(x.prefix(half)) + tree(x.dropFirst(half))
    }

    @Test(arguments: [1, 2, 7, 8, 9, 15, 16, 100, 127, 128, 129, 200, 256, 257, 1000, 4099])
    func sumsWalkTheTree(_ count: Int) throws {
        var numbers = Numbers(seed: UInt64(count))
        let x = (0..<count).map { _ in numbers.nextReal() }
        #expect(try fold(.add, .float64, x[...]).bitPattern == tree(x[...]).bitPattern)
    }

    @Test(arguments: [1000, 4096, 5003])
    func sumsOfPartsAreTheSumOfTheWhole(_ count: Int) throws {
        var numbers = Numbers(seed: 99)
        let x = (0..<count).map { _ in Float(numbers.nextReal()) }
        let half = count / 2 / 8 * 8
        let left = try fold(.add, .float32, x[..<half])
        let right = try fold(.add, .float32, x[half...])
        #expect(try fold(.add, .float32, x[...]) == left + right)
    }

    @Test func complexSumsAreSumsOfParts() throws {
        var numbers = Numbers(seed: 3)
        let z = (0..<515).map { _ in
            Complex128(numbers.nextReal().rounded(), numbers.nextReal().rounded())
        }
        let sum = try fold(.add, .complex128, z[...])
        #expect(sum.real == z.reduce(0) { $0 + $1.real })
        #expect(sum.imaginary == z.reduce(0) { $0 + $1.imaginary })
    }

    @Test func halfSumsRoundAtTheEnd() throws {
        let x = [Float16](repeating: 1, count: 5000)
        #expect(try fold(.add, .float16, x[...]) == 5000)
        let product = [Float16(256), 256, 0x1p-10]
        #expect(try fold(.multiply, .float16, product[...]) == 64)
    }

    @Test func negativeZerosStayNegative() throws {
        for count in [1, 5, 8, 30, 300] {
            let x = [Double](repeating: -0.0, count: count)
            #expect(try fold(.add, .float64, x[...]).sign == .minus)
        }
    }

    @Test(arguments: [Operation.maximum, .minimum, .fmax, .fmin])
    func extremesDoNotDependOnTheCut(_ operation: Operation) throws {
        var numbers = Numbers(seed: 17)
        for hasNaN in [false, true] {
            var x = (0..<137).map { _ in numbers.nextReal() }
            x[5] = 0.0
            x[77] = -0.0
            if hasNaN { x[44] = .nan }
            let whole = try fold(operation, .float64, x[...])
            for cut in stride(from: 8, to: 136, by: 8) {
                let parts = [
                    try fold(operation, .float64, x[..<cut]),
                    try fold(operation, .float64, x[cut...]),
                ]
                let result = try fold(operation, .float64, parts[...])
                #expect(result.bitPattern == whole.bitPattern)
            }
            let propagates = operation == .maximum || operation == .minimum
            #expect(whole.isNaN == (hasNaN && propagates))
            if !hasNaN {
                #expect(whole == (operation == .maximum || operation == .fmax ? x.max() : x.min()))
            }
        }
        let nothing = [Double.nan, .nan]
        #expect(try fold(operation, .float64, nothing[...]).isNaN)
    }

    @Test(arguments: [1, 7, 8, 15, 100, 128, 129, 300, 1000, 4099])
    func sumsOfProductsAreSumsOfTheProducts(_ count: Int) throws {
        var numbers = Numbers(seed: UInt64(count))
        let x = (0..<count).map { _ in numbers.nextReal() }
        let y = (0..<count).map { _ in numbers.nextReal() }
        let kernel = try #require(KernelTable.sumOfProducts(.float64))
        var result = 0.0
        x.withUnsafeBytes { x in
            y.withUnsafeBytes { y in
                withUnsafeMutablePointer(to: &result) { result in
                    let inputs = [x.baseAddress!, y.baseAddress!]
                    let outputs = [UnsafeMutableRawPointer(result)]
                    kernel(inputs, outputs, count)
                }
            }
        }
        let products = zip(x, y).map { $0 * $1 }
        #expect(result.bitPattern == tree(products[...]).bitPattern)
    }

    @Test(arguments: [1, 2, 3, 5, 7, 8, 9, 130])
    func sumsOfRowsAreTrees(_ width: Int) throws {
        var numbers = Numbers(seed: UInt64(width))
        let x = (0..<width * 11).map { _ in numbers.nextReal() }
        let kernel = try #require(KernelTable.rows(.add, .float64))
        var results = [Double](repeating: 0, count: 11)
        kernel(&results, x, width * 8, 11, width)
        for row in 0..<11 {
            #expect(results[row].bitPattern == tree(x[row * width..<(row + 1) * width]).bitPattern)
        }
    }

    @Test(arguments: [Operation.maximum, .minimum, .fmax, .fmin])
    func extremesAreFoundAtEveryPlace(_ operation: Operation) throws {
        let takesLarger = operation == .maximum || operation == .fmax
        let (best, worst) = takesLarger ? (Float(2), Float(-2)) : (-2, 2)
        for count in [1, 31, 32, 33, 70] {
            for place in 0..<count {
                var x = [Float](repeating: worst, count: count)
                x[place] = best
                #expect(try fold(operation, .float32, x[...]) == best)
                x[place] = .nan
                let skips = operation == .fmax || operation == .fmin
                let result = try fold(operation, .float32, x[...])
                #expect(skips && count > 1 ? result == worst : result.isNaN)
                // Of zeros the wanted one, wherever it stands.
                var zeros = [Float](repeating: takesLarger ? -0.0 : 0.0, count: count)
                zeros[place] = takesLarger ? 0.0 : -0.0
                #expect(
                    try fold(operation, .float32, zeros[...]).sign == (takesLarger ? .plus : .minus)
                )
            }
            let infinite = [Float](repeating: takesLarger ? -.infinity : .infinity, count: count)
            #expect(try fold(operation, .float32, infinite[...]) == infinite[0])
        }
    }

    @Test func zerosAreOrdered() throws {
        let zeros: [Float] = [-0.0, 0.0, -0.0]
        #expect(try fold(.maximum, .float32, zeros[...]).sign == .plus)
        #expect(try fold(.minimum, .float32, zeros[...]).sign == .minus)
    }

    @Test func boolsAndIntegers() throws {
        let flags: [UInt8] = [0, 1, 0, 1, 1]
        #expect(try fold(.logicalOr, .bool, flags[...]) == 1)
        #expect(try fold(.logicalAnd, .bool, flags[...]) == 0)
        #expect(try fold(.logicalXor, .bool, flags[...]) == 1)
        let integers: [Int32] = [12, -18, 30]
        #expect(try fold(.gcd, .int32, integers[...]) == 6)
        #expect(try fold(.gcd, .int32, integers[1..<2]) == 18)
        #expect(try fold(.minimum, .int32, integers[...]) == -18)
    }

    @Test func scansCarryOn() throws {
        var numbers = Numbers(seed: 8)
        let x = (0..<100).map { _ in numbers.nextReal() }
        guard let kernel = KernelTable.scan(.add, .float64) else { throw MissingKernel.scan }
        var whole = [Double](repeating: 0, count: 100)
        var pieces = whole
        var carry = 0.0
        kernel(x, 100, &carry, false, &whole)
        var start = 0
        for count in [1, 13, 50, 36] {
            x.withUnsafeBufferPointer { input in
                pieces.withUnsafeMutableBufferPointer { output in
                    kernel(
                        input.baseAddress! + start, count, &carry, start > 0,
                        output.baseAddress! + start)
                }
            }
            start += count
        }
        #expect(pieces == whole)
        #expect(carry == whole[99])
        #expect(whole[2] == (x[0] + x[1]) + x[2])
    }
}
