/// The largest or smallest of a block of reals, in any order with one answer: +0 above -0, NaN as
/// asked.
///
/// - `Double` and `Float`: vectors of running extremes by the processor's own comparison, which
///   neither sees NaN nor tells zeros apart. NaN is looked for beside it; a result of zero, and an
///   infinity that may mean "no number at all", are settled by a second look at the block.
/// - `float16`, which the processor cannot compare: on integers that order like the numbers.

import Shapes

/// Which extreme is wanted, and what NaN means.
protocol ExtremeRule {
    static var takesLarger: Bool { get }
    static var skipsNaN: Bool { get }
}

enum LargestRule: ExtremeRule {
    static var takesLarger: Bool { true }
    static var skipsNaN: Bool { false }
}

enum SmallestRule: ExtremeRule {
    static var takesLarger: Bool { false }
    static var skipsNaN: Bool { false }
}

enum LargestNumberRule: ExtremeRule {
    static var takesLarger: Bool { true }
    static var skipsNaN: Bool { true }
}

enum SmallestNumberRule: ExtremeRule {
    static var takesLarger: Bool { false }
    static var skipsNaN: Bool { true }
}

// MARK: - In vectors

/// Vectors of a real type with their comparisons. Written for each type, because only then each is
/// one instruction.
protocol ExtremeScalar: WorkScalar {
    associatedtype Vector: SIMD where Vector.Scalar == Self
    /// Elementwise, `old` where `x` is no number.
    static func larger(_ x: Vector, _ old: Vector) -> Vector
    static func smaller(_ x: Vector, _ old: Vector) -> Vector
    static func unordered(_ x: Vector, _ y: Vector) -> SIMDMask<Vector.MaskStorage>
    static func either(
        _ x: SIMDMask<Vector.MaskStorage>, _ y: SIMDMask<Vector.MaskStorage>
    ) -> SIMDMask<Vector.MaskStorage>
    static func isAny(_ x: SIMDMask<Vector.MaskStorage>) -> Bool
    /// The larger ones of the halves of a vector's elements, until there is one.
    static func largest(_ x: Vector) -> Self
    static func smallest(_ x: Vector) -> Self
}

extension Double: ExtremeScalar {
    typealias Vector = SIMD8<Double>
    @inline(__always) static func larger(_ x: Vector, _ old: Vector) -> Vector {
        old.replacing(with: x, where: x .> old)
    }
    @inline(__always) static func smaller(_ x: Vector, _ old: Vector) -> Vector {
        old.replacing(with: x, where: x .< old)
    }
    @inline(__always) static func unordered(_ x: Vector, _ y: Vector) -> SIMDMask<
        Vector.MaskStorage
    > {
        (x .!= x) .| (y .!= y)
    }
    @inline(__always) static func either(
        _ x: SIMDMask<Vector.MaskStorage>, _ y: SIMDMask<Vector.MaskStorage>
    ) -> SIMDMask<Vector.MaskStorage> { x .| y }
    @inline(__always) static func isAny(_ x: SIMDMask<Vector.MaskStorage>) -> Bool {
        let bits = unsafeBitCast(x, to: SIMD8<UInt64>.self)
        let four = bits.lowHalf | bits.highHalf
        let two = four.lowHalf | four.highHalf
        return two.x | two.y != 0
    }
    @inline(__always) static func largest(_ x: Vector) -> Double {
        let four = x.lowHalf.replacing(
            with: x.highHalf, where: x.highHalf .> x.lowHalf)
        let two = four.lowHalf.replacing(
            with: four.highHalf, where: four.highHalf .> four.lowHalf)
        return two.y > two.x ? two.y : two.x
    }
    @inline(__always) static func smallest(_ x: Vector) -> Double {
        let four = x.lowHalf.replacing(
            with: x.highHalf, where: x.highHalf .< x.lowHalf)
        let two = four.lowHalf.replacing(
            with: four.highHalf, where: four.highHalf .< four.lowHalf)
        return two.y < two.x ? two.y : two.x
    }
}

extension Float: ExtremeScalar {
    typealias Vector = SIMD16<Float>
    @inline(__always) static func larger(_ x: Vector, _ old: Vector) -> Vector {
        old.replacing(with: x, where: x .> old)
    }
    @inline(__always) static func smaller(_ x: Vector, _ old: Vector) -> Vector {
        old.replacing(with: x, where: x .< old)
    }
    @inline(__always) static func unordered(_ x: Vector, _ y: Vector) -> SIMDMask<
        Vector.MaskStorage
    > {
        (x .!= x) .| (y .!= y)
    }
    @inline(__always) static func either(
        _ x: SIMDMask<Vector.MaskStorage>, _ y: SIMDMask<Vector.MaskStorage>
    ) -> SIMDMask<Vector.MaskStorage> { x .| y }
    @inline(__always) static func isAny(_ x: SIMDMask<Vector.MaskStorage>) -> Bool {
        let bits = unsafeBitCast(x, to: SIMD8<UInt64>.self)
        let four = bits.lowHalf | bits.highHalf
        let two = four.lowHalf | four.highHalf
        return two.x | two.y != 0
    }
    @inline(__always) static func largest(_ x: Vector) -> Float {
        let eight = x.lowHalf.replacing(
            with: x.highHalf, where: x.highHalf .> x.lowHalf)
        let four = eight.lowHalf.replacing(
            with: eight.highHalf, where: eight.highHalf .> eight.lowHalf)
        let two = four.lowHalf.replacing(
            with: four.highHalf, where: four.highHalf .> four.lowHalf)
        return two.y > two.x ? two.y : two.x
    }
    @inline(__always) static func smallest(_ x: Vector) -> Float {
        let eight = x.lowHalf.replacing(
            with: x.highHalf, where: x.highHalf .< x.lowHalf)
        let four = eight.lowHalf.replacing(
            with: eight.highHalf, where: eight.highHalf .< eight.lowHalf)
        let two = four.lowHalf.replacing(
            with: four.highHalf, where: four.highHalf .< four.lowHalf)
        return two.y < two.x ? two.y : two.x
    }
}

/// The extreme by comparison alone, and whether a NaN was seen.
@inline(__always)
private func comparedExtreme<R: ExtremeRule, T: ExtremeScalar>(
    _: R.Type, _ x: UnsafePointer<T>, _ count: Int
) -> (T, sawNaN: Bool) {
    let worst = R.takesLarger ? -T.infinity : T.infinity
    let width = T.Vector.scalarCount
    var (first, second) = (T.Vector(repeating: worst), T.Vector(repeating: worst))
    var isNaN = SIMDMask<T.Vector.MaskStorage>()
    let raw = UnsafeRawPointer(x)
    var i = 0
    while i &+ 2 &* width <= count {
        let a = (raw + i &* MemoryLayout<T>.stride).loadUnaligned(as: T.Vector.self)
        let b = (raw + (i &+ width) &* MemoryLayout<T>.stride).loadUnaligned(as: T.Vector.self)
        first = R.takesLarger ? T.larger(a, first) : T.smaller(a, first)
        second = R.takesLarger ? T.larger(b, second) : T.smaller(b, second)
        if !R.skipsNaN { isNaN = T.either(isNaN, T.unordered(a, b)) }
        i &+= 2 &* width
    }
    if i &+ width <= count {
        let a = (raw + i &* MemoryLayout<T>.stride).loadUnaligned(as: T.Vector.self)
        first = R.takesLarger ? T.larger(a, first) : T.smaller(a, first)
        if !R.skipsNaN { isNaN = T.either(isNaN, T.unordered(a, a)) }
        i &+= width
    }
    if i < count, count >= width {
        // The last vector again: no answer changes where a number is seen twice.
        let a = (raw + (count &- width) &* MemoryLayout<T>.stride).loadUnaligned(
            as: T.Vector.self)
        second = R.takesLarger ? T.larger(a, second) : T.smaller(a, second)
        if !R.skipsNaN { isNaN = T.either(isNaN, T.unordered(a, a)) }
        i = count
    }
    let both = R.takesLarger ? T.larger(second, first) : T.smaller(second, first)
    var best = R.takesLarger ? T.largest(both) : T.smallest(both)
    var sawNaN = !R.skipsNaN && T.isAny(isNaN)
    while i < count {
        best = (R.takesLarger ? x[i] > best : x[i] < best) ? x[i] : best
        sawNaN = sawNaN || x[i] != x[i]
        i &+= 1
    }
    return (best, sawNaN)
}

func extremeKernel<R: ExtremeRule, T: ExtremeScalar>(_: R.Type, _: T.Type) -> FoldKernel.Function {
    { input, count, output in
        let x = input.assumingMemoryBound(to: T.self)
        var (best, sawNaN) = comparedExtreme(R.self, x, count)
        if !R.skipsNaN && sawNaN {
            best = T.nan
        } else if best == 0 {
            let wanted = (R.takesLarger ? T.zero : -T.zero).signedBits
            let bits = input.assumingMemoryBound(to: T.Bits.self)
            var isThere = false
            for i in 0..<count { isThere = isThere || bits[i] == wanted }
            best = T(signedBits: isThere ? wanted : (R.takesLarger ? -T.zero : T.zero).signedBits)
        } else if R.skipsNaN && best == (R.takesLarger ? -T.infinity : T.infinity) {
            var isNumber = false
            for i in 0..<count { isNumber = isNumber || x[i] == x[i] }
            if !isNumber { best = T.nan }
        }
        output.storeBytes(of: best, as: T.self)
    }
}

// MARK: - On integers

/// Orders reals by their bits: `key = bits` for positive, all bits but the sign flipped for
/// negative numbers.
///
/// The key of the lowest (highest) value of all belongs to a NaN and therefore marks "no number
/// seen".
func extremeKernel<R: ExtremeRule>(_: R.Type, _: Float16.Type) -> FoldKernel.Function {
    { input, count, output in
        let bits = input.assumingMemoryBound(to: Int16.self)
        let infinity = Float16.infinity.signedBits
        let nothing = R.takesLarger ? Int16.min : Int16.max
        var best = nothing
        var sawNaN: Int16 = 0
        var i = 0
        while i < count {
            let value = bits[i]
            let isNaN = (value & Int16.max) > infinity
            var key = value ^ ((value &>> 15) & Int16.max)
            if R.skipsNaN {
                key = isNaN ? nothing : key
            } else {
                sawNaN |= isNaN ? 1 : 0
            }
            best = R.takesLarger ? (key > best ? key : best) : (key < best ? key : best)
            i &+= 1
        }
        let isNaN = R.skipsNaN ? best == nothing : sawNaN != 0
        let extreme = best ^ ((best &>> 15) & Int16.max)
        output.storeBytes(of: isNaN ? Float16.nan.signedBits : extreme, as: Int16.self)
    }
}
