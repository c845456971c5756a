/// Conversions between element types, above all those where C leaves the answer to the processor.

import Kernels
import Shapes
import Testing

struct CastTests {
    private let edges: [Double] = [
        1.9, -1.9, .nan, .infinity, -.infinity, 3e9, -3e9, 1e19, -1e19, 300, -1, 0x1p53 + 2,
    ]

    @Test func outOfRangeGivesTheLowestInteger() {
        let long: [Int64] = cast(edges, .float64, .int64, zero: 0)
        #expect(
            long == [
                1, -1, .min, .min, .min, 3_000_000_000, -3_000_000_000, .min, .min, 300, -1,
                9_007_199_254_740_994,
            ])
        let int: [Int32] = cast(edges, .float64, .int32, zero: 0)
        #expect(int == [1, -1, .min, .min, .min, .min, .min, .min, .min, 300, -1, .min])
    }

    @Test func narrowIntegersKeepTheLowBits() {
        let byte: [UInt8] = cast(edges, .float64, .uint8, zero: 0)
        #expect(byte == [1, 255, 0, 0, 0, 0, 0, 0, 0, 44, 255, 0])
        let wrapped: [Int8] = cast([300, -129, 127] as [Int64], .int64, .int8, zero: 0)
        #expect(wrapped == [44, 127, 127])
    }

    @Test func negativesWrapIntoUnsigned() {
        let values: [Double] = [-1, 1.8e19, 3e9, -3]
        let long: [UInt64] = cast(values, .float64, .uint64, zero: 0)
        #expect(long == [.max, 18_000_000_000_000_000_000, 3_000_000_000, .max - 2])
        let int: [UInt32] = cast(values, .float64, .uint32, zero: 0)
        #expect(int[0] == .max && int[2] == 3_000_000_000 && int[3] == .max - 2)
    }

    @Test func everyIntegerSurvivesTheBitwiseRoute() {
        var numbers = Numbers(seed: 1)
        for _ in 0..<200 {
            let value = Int64(bitPattern: numbers.next()) >> Int64(numbers.next() % 60)
            let real = [Double(value)]
            let back: [Int64] = cast(real, .float64, .int64, zero: 0)
            #expect(back == [Int64(exactly: real[0]) ?? .min])
        }
    }

    @Test func truthIsNotZero() {
        let reals: [UInt8] = cast([0.0, -0.0, .nan, 1e-300, -2], .float64, .bool, zero: 9)
        #expect(reals == [0, 0, 1, 1, 1])
        let parts: [UInt8] = cast([Complex64(0, 0), Complex64(0, 3)], .complex64, .bool, zero: 9)
        #expect(parts == [0, 1])
        let integers: [UInt8] = cast([0, 256] as [Int32], .int32, .bool, zero: 9)
        #expect(integers == [0, 1])
    }

    @Test func complexLosesItsImaginaryPart() {
        let real: [Double] = cast([Complex64(1.5, 9)], .complex64, .float64, zero: 0)
        #expect(real == [1.5])
        let wide: [Complex128] = cast([Int8(-3)], .int8, .complex128, zero: Complex128(7, 7))
        #expect(wide == [Complex128(-3, 0)])
    }

    @Test func halfPrecisionRoundsToEven() {
        let halves: [Float16] = cast([2049.0, 2051.0, 70000, 1e-9], .float64, .float16, zero: 0)
        #expect(halves == [2048, 2052, .infinity, 0])
    }
}
