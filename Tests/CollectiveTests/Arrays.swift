/// Arrays of random elements for tests, and their bytes.
import LegateCore
import Testing

@testable import NumPy

extension NDArray {
    /// Random elements: small numbers with repetitions; inexact types also have NaN, infinities and
    /// negative zeros.
    static func random(
        _ shape: [Int], _ type: ElementType, _ dice: inout Dice, below limit: Int = 20,
        hasSpecials: Bool = true
    ) throws -> NDArray {
        let result = try empty(AxisList(shape), type)
        let count = result.count
        let memory = try result.hostMemory()
        func number() -> Double {
            if hasSpecials, dice.number(below: 12) == 0 {
                return [Double.nan, .infinity, -.infinity, -0.0, 0][dice.number(below: 5)]
            }
            return Double(dice.number(below: 2 * limit) - limit) / 8
        }
        func fill<T>(_: T.Type, _ make: () -> T) {
            let target = memory.assumingMemoryBound(to: T.self)
            for k in 0..<count { target[k] = make() }
        }
        switch type {
        case .bool: fill(UInt8.self) { UInt8(dice.number(below: 2)) }
        case .int8: fill(Int8.self) { Int8(dice.number(below: 2 * limit) - limit) }
        case .int16: fill(Int16.self) { Int16(dice.number(below: 2 * limit) - limit) }
        case .int32: fill(Int32.self) { Int32(dice.number(below: 2 * limit) - limit) }
        case .int64: fill(Int64.self) { Int64(dice.number(below: 2 * limit) - limit) }
        case .uint8: fill(UInt8.self) { UInt8(dice.number(below: limit)) }
        case .uint16: fill(UInt16.self) { UInt16(dice.number(below: limit)) }
        case .uint32: fill(UInt32.self) { UInt32(dice.number(below: limit)) }
        case .uint64: fill(UInt64.self) { UInt64(dice.number(below: limit)) }
        case .float16: fill(Float16.self) { Float16(number()) }
        case .float32: fill(Float.self) { Float(number()) }
        case .float64: fill(Double.self) { number() }
        case .complex64: fill(Complex64.self) { Complex(Float(number()), Float(number())) }
        case .complex128: fill(Complex128.self) { Complex(number(), number()) }
        }
        return result
    }

    /// Random int64 numbers of a range.
    static func places(_ shape: [Int], _ range: Range<Int>, _ dice: inout Dice) throws -> NDArray {
        try integers(
            (0..<shape.reduce(1, *)).map { _ in range.lowerBound + dice.number(below: range.count)
            },
            shape: AxisList(shape))
    }

    /// The elements in row-major order.
    func bytes() throws -> [UInt8] {
        _ = try hostMemory()
        var result = [UInt8](repeating: 0, count: count * type.byteCount)
        result.withUnsafeMutableBytes {
            guard let target = $0.baseAddress else { return }
            LatticeCopy.gather(lattice, store.memory!, size: type.byteCount, into: target)
        }
        return result
    }

    /// Elements that are equal bit by bit; a NaN is like any other, because IEEE leaves its bits
    /// open.
    func isSame(as other: NDArray) throws -> Bool {
        guard shape == other.shape, type == other.type else { return false }
        let (mine, theirs) = (try bytes(), try other.bytes())
        switch type.realPart {
        case .float16: return NDArray.areSame(mine, theirs, Float16.self)
        case .float32: return NDArray.areSame(mine, theirs, Float.self)
        case .float64: return NDArray.areSame(mine, theirs, Double.self)
        default: return mine == theirs
        }
    }

    private static func areSame<T: BinaryFloatingPoint>(_ a: [UInt8], _ b: [UInt8], _: T.Type)
        -> Bool
    {
        if a == b { return true }
        return a.withUnsafeBytes { x in
            b.withUnsafeBytes { y in
                zip(x.bindMemory(to: T.self), y.bindMemory(to: T.self)).allSatisfy {
                    $0 == $1 && $0.sign == $1.sign || $0.isNaN && $1.isNaN
                }
            }
        }
    }

    /// A copy whose later changes nobody else sees.
    func fresh() throws -> NDArray { try copied() }
}

/// Calls a test for numbers of ranks and seeds.
///
/// - Parameter salt: Gives other seeds.
func forEachWorld(
    seeds: Int = 3, salt: Int = 0, _ body: (_ together: Together, _ dice: inout Dice) throws -> Void
) throws {
    for ranks in [1, 2, 3, 4, 7] {
        for seed in 0..<seeds {
            var dice = Dice((salt * 10 + seed) * 10 + ranks)
            try body(Together(ranks: ranks, seed: salt * 10 + seed), &dice)
        }
    }
}
