/// NumPy's default bit generator: a 128-bit linear congruential generator whose states are turned
/// into draws of 64 bits by a shift that they choose themselves (PCG XSL RR 128/64).
///
/// Source: O'Neill, "PCG: A family of simple fast space-efficient statistically good algorithms for
/// random number generation", 2014. Jumps: Brown, "Random number generation with arbitrary strides",
/// 1994.
struct PCG64 {
    var state: UInt128
    let increment: UInt128

    private static let multiplier: UInt128 = 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645
    private static let second = multiplier &* multiplier
    private static let fourth = second &* second
    private static let sumOfFour = (multiplier &+ 1) &* (second &+ 1)

    /// The next draw.
    @inline(__always)
    mutating func next() -> UInt64 {
        state = state &* PCG64.multiplier &+ increment
        return PCG64.output(state)
    }

    /// The draw before the next one.
    var lastDraw: UInt64 { PCG64.output(state) }

    /// Calls a body with the number and the value of each of the next draws.
    ///
    /// One state follows from the one before it in eight cycles, but only three multiplications:
    /// four states that each leap over the other three are stepped at the same time.
    @inline(__always)
    mutating func forEach(_ count: Int, _ body: (Int, UInt64) -> Void) {
        let (factor, plus) = (PCG64.fourth, PCG64.sumOfFour &* increment)
        var last = state
        var a = step(last)
        var b = step(a)
        var c = step(b)
        var d = step(c)
        var k = 0
        while k &+ 4 <= count {
            body(k, PCG64.output(a))
            body(k &+ 1, PCG64.output(b))
            body(k &+ 2, PCG64.output(c))
            body(k &+ 3, PCG64.output(d))
            last = d
            a = a &* factor &+ plus
            b = b &* factor &+ plus
            c = c &* factor &+ plus
            d = d &* factor &+ plus
            k &+= 4
        }
        state = last
        while k < count {
            body(k, next())
            k &+= 1
        }
    }

    /// The generator behind so many draws more.
    ///
    /// - Complexity: O(log draws) multiplications.
    func jumped(by draws: Int) -> PCG64 {
        var result = self
        var (factor, plus) = (PCG64.multiplier, increment)
        var left = UInt(bitPattern: draws)
        while left > 0 {
            if left & 1 == 1 { result.state = result.state &* factor &+ plus }
            plus = (factor &+ 1) &* plus
            factor = factor &* factor
            left >>= 1
        }
        return result
    }

    @inline(__always)
    private func step(_ state: UInt128) -> UInt128 { state &* PCG64.multiplier &+ increment }

    @inline(__always)
    private static func output(_ state: UInt128) -> UInt64 {
        let high = UInt64(truncatingIfNeeded: state >> 64)
        let low = UInt64(truncatingIfNeeded: state)
        let (mixed, shift) = (high ^ low, high >> 58)
        return mixed &>> shift | mixed &<< (0 &- shift)
    }
}

extension UInt64 {
    /// A draw as a number of 53 bits in [0, 1).
    @inline(__always)
    var unitInterval: Double { Double(self >> 11) * 0x1p-53 }
}
