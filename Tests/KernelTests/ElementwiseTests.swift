/// Elementwise kernels where they are easy to get wrong: division, shifts, NaN, signed zeros,
/// complex branch cuts.

import Kernels
import Launches
import Shapes
import Testing

struct ElementwiseTests {
    @Test func integerDivisionRoundsDown() throws {
        let x: [Int32] = [7, -7, 7, -7, 5, .min, .min, 0]
        let y: [Int32] = [2, 2, -2, -2, 0, -1, 1, 5]
        #expect(try apply(.floorDivide, .int32, x, y) == [3, -4, -4, 3, 0, .min, .min, 0])
        #expect(try apply(.remainder, .int32, x, y) == [1, 1, -1, -1, 0, 0, 0, 0])
        #expect(try apply(.fmod, .int32, x, y) == [1, -1, 1, -1, 0, 0, 0, 0])
    }

    @Test func integersWrapAround() throws {
        #expect(try apply(.add, .int8, [Int8(127), -128], [1, -1]) == [-128, 127])
        #expect(try apply(.multiply, .int64, [Int64.max], [2]) == [-2])
        #expect(try apply(.absolute, .int16, [Int16.min, -3]) == [.min, 3])
        #expect(try apply(.power, .uint8, [UInt8(3), 2, 0], [5, 8, 0]) == [243, 0, 1])
    }

    @Test func shiftsBeyondTheWidth() throws {
        let x: [Int8] = [1, -1, -128, 3, 3]
        let y: [Int8] = [7, 8, 100, -1, 0]
        #expect(try apply(.leftShift, .int8, x, y) == [-128, 0, 0, 0, 3])
        #expect(try apply(.rightShift, .int8, x, y) == [0, -1, -1, 0, 3])
    }

    @Test func divisorsAndMultiples() throws {
        #expect(try apply(.gcd, .int64, [Int64(-12), 0, 7], [18, 0, 0]) == [6, 0, 7])
        #expect(try apply(.lcm, .int64, [Int64(-4), 0, 7], [6, 5, 3]) == [12, 0, 21])
    }

    @Test func realDivmodFollowsPython() throws {
        let x: [Double] = [7, -7, 7, -7, 1, -1, -0.0, 0.3]
        let y: [Double] = [2, 2, -2, -2, .infinity, .infinity, 3, 0.1]
        #expect(try apply(.floorDivide, .float64, x, y) == [3, -4, -4, 3, 0, -1, -0.0, 2])
        let remainders = try apply(.remainder, .float64, x, y)
        #expect(Array(remainders[..<7]) == [1, 1, -1, -1, 1, .infinity, 0])
        #expect(abs(remainders[7] - 0.1) < 1e-15)
        let byZero = try apply(.floorDivide, .float64, [1.0, -1, 0], [0.0, 0, 0])
        #expect(byZero[0] == .infinity && byZero[1] == -.infinity && byZero[2].isNaN)
    }

    @Test func notANumberInExtremes() throws {
        let x: [Float] = [.nan, 1, .nan, 2]
        let y: [Float] = [1, .nan, .nan, 3]
        let propagated = try apply(.maximum, .float32, x, y)
        #expect(
            propagated[0].isNaN && propagated[1].isNaN && propagated[2].isNaN && propagated[3] == 3)
        let skipped = try apply(.fmin, .float32, x, y)
        #expect(skipped[0] == 1 && skipped[1] == 1 && skipped[2].isNaN && skipped[3] == 2)
        let clipped = try apply(.clip, .float32, [Float.nan, -5, 5], [0, 0, 0], [1, 1, 1])
        #expect(clipped[0].isNaN && clipped[1] == 0 && clipped[2] == 1)
    }

    @Test func comparisonsGiveZeroOrOne() throws {
        let x: [Double] = [1, 2, .nan, -0.0]
        let y: [Double] = [2, 2, .nan, 0]
        #expect(try test(.less, .float64, x, y) == [1, 0, 0, 0])
        #expect(try test(.equal, .float64, x, y) == [0, 1, 0, 1])
        #expect(try test(.notEqual, .float64, x, y) == [1, 0, 1, 0])
        #expect(try test(.logicalAnd, .float64, x, y) == [1, 1, 1, 0])
        #expect(try test(.isnan, .float64, x) == [0, 0, 1, 0])
        #expect(try test(.signbit, .float64, x) == [0, 0, 0, 1])
        #expect(try test(.isfinite, .int16, [Int16(3)]) == [1])
    }

    @Test func halfPrecisionRoundsOnce() throws {
        #expect(try apply(.add, .float16, [Float16(2048)], [1]) == [2048])
        #expect(try apply(.multiply, .float16, [Float16(300)], [300]) == [.infinity])
        #expect(try apply(.spacing, .float16, [Float16(1), 65504]) == [0x1p-10, .infinity])
        #expect(
            try apply(.nextafter, .float16, [Float16(0)], [-1]) == [-Float16.leastNonzeroMagnitude])
    }

    @Test func complexQuotientsDoNotOverflow() throws {
        let z = [Complex128(1e300, 1e300), Complex128(1, 2), Complex128(1, 0)]
        let w = [Complex128(1e300, 1e300), Complex128(3, -4), Complex128(0, 0)]
        let q = try apply(
            .divide, .complex128, [z, w], as: Complex128.self, zero: Complex128(0, 0))
        #expect(q[0] == Complex128(1, 0))
        #expect(abs(q[1].real + 0.2) < 1e-15 && abs(q[1].imaginary - 0.4) < 1e-15)
        #expect(q[2].real == .infinity && q[2].imaginary.isNaN)
    }

    @Test func complexFunctionsOfTheCLibrary() throws {
        let zero = Complex128(0, 0)
        let z = [Complex128(-4, 0), Complex128(-4, -0.0), Complex128(0, 2)]
        let roots = try apply(.sqrt, .complex128, [z], as: Complex128.self, zero: zero)
        #expect(roots == [Complex128(0, 2), Complex128(0, -2), Complex128(1, 1)])
        let exponentials = try apply(
            .exp, .complex128, [[Complex128(0, .pi), Complex128(1, 0)]], as: Complex128.self,
            zero: zero)
        #expect(abs(exponentials[0].real + 1) < 1e-15 && abs(exponentials[0].imaginary) < 1e-15)
        #expect(
            abs(exponentials[1].real - 2.718281828459045) < 1e-15 && exponentials[1].imaginary == 0)
        let sines = try apply(
            .arcsin, .complex64, [[Complex64(2, 0)]], as: Complex64.self, zero: Complex64(0, 0))
        #expect(abs(sines[0].real - 1.5707964) < 1e-6 && abs(sines[0].imaginary - 1.316958) < 1e-6)
        let powers = try apply(
            .power, .complex128,
            [[Complex128(1, 1), zero], [Complex128(4, 0), Complex128(2, 0)]],
            as: Complex128.self, zero: zero)
        #expect(powers == [Complex128(-4, 0), zero])
    }

    @Test func complexAbsoluteValueKeepsItsRange() throws {
        let z = [
            Complex128(3e300, 4e300), Complex128(3e-300, 4e-300), Complex128(3, -4),
            Complex128(.infinity, .nan), Complex128(0, 0),
        ]
        let values = try apply(.absolute, .complex128, [z], as: Double.self, zero: 0)
        #expect(abs(values[0] / 5e300 - 1) < 1e-15 && abs(values[1] / 5e-300 - 1) < 1e-15)
        #expect(values[2] == 5 && values[3] == .infinity && values[4] == 0)
    }

    @Test func resultsDoNotDependOnThePosition() throws {
        var numbers = Numbers(seed: 5)
        let x = (0..<67).map { _ in numbers.nextReal() }
        for operation in [Operation.exp, .sin, .tanh, .sqrt, .rint, .cbrt, .log1p] {
            let whole = try apply(operation, .float64, x)
            for start in [1, 2, 3, 31] {
                let part = try apply(operation, .float64, Array(x[start...]))
                #expect(part.map(\.bitPattern) == whole[start...].map(\.bitPattern), "\(operation)")
            }
        }
    }
}
