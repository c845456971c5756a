/// Integers below a bound, each as likely as the others, with NumPy's bits.
///
/// A draw times the number of values, shifted down, is a value; draws whose lower half falls into
/// the part that does not divide evenly are left out. Where 32 bits suffice, a draw of 64 serves
/// twice, lower half first, and a half that is left over serves the next call.
///
///     halves    h h h h h h h h h h        those that are left out leave no gap: the stream may
///     values    v v v   v v v v v v        be cut anywhere, and each worker takes a part
///
/// In: a stream. Out: integers, in order. Source: Lemire, "Fast random integer generation in an
/// interval", 2019.
import LegateCore

struct BoundedIntegers {
    /// The first value.
    private let first: Int64
    /// How many values there are; 0 stands for all of 64 bits.
    private let values: UInt64
    /// Half draws serve.
    private let takesHalves: Bool
    /// Products whose lower part is less are left out.
    private let uneven: UInt64

    /// Draws, and the half that is left over.
    struct Stream {
        var generator: PCG64
        var hasHalf: Bool
        var half: UInt32

        /// The next half of a draw.
        fileprivate mutating func nextHalf() -> UInt64 {
            if hasHalf {
                hasHalf = false
                return UInt64(half)
            }
            let draw = generator.next()
            hasHalf = true
            half = UInt32(truncatingIfNeeded: draw >> 32)
            return draw & 0xFFFF_FFFF
        }
    }

    /// - Parameter last: How many values there are besides the first one.
    init(first: Int64, last: UInt64) {
        self.first = first
        values = last &+ 1
        takesHalves = last <= UInt64(UInt32.max)
        uneven =
            takesHalves ? ((1 << 32) &- values) % values : values == 0 ? 0 : (0 &- values) % values
    }

    /// Writes values.
    func fill(_ target: UnsafeMutablePointer<Int64>, _ count: Int, _ stream: inout Stream) {
        if values == 1 {
            target.update(repeating: first, count: count)
        } else if takesHalves {
            fillByHalves(target, count, &stream)
        } else {
            var done = 0
            while done < count {
                done &+= taken(from: &stream.generator, count &- done, target + done, ofDraw: 1)
            }
        }
    }

    private func fillByHalves(
        _ target: UnsafeMutablePointer<Int64>, _ count: Int, _ stream: inout Stream
    ) {
        var done = 0
        if stream.hasHalf, count > 0 {
            done = put(stream.nextHalf(), target)
        }
        while count &- done >= 2 {
            done &+= taken(
                from: &stream.generator, (count &- done) / 2, target + done, ofDraw: 2)
            stream.half = UInt32(truncatingIfNeeded: stream.generator.lastDraw >> 32)
        }
        while done < count { done &+= put(stream.nextHalf(), target + done) }
    }

    // MARK: - Many draws

    /// Draws of one worker's part.
    private static let partDraws = 1 << 15

    /// Writes the values of the next draws, on all workers where there are many.
    ///
    /// - Parameter ofDraw: The most values of one draw; as many times `draws` may be written to.
    /// - Returns: How many.
    private func taken(
        from generator: inout PCG64, _ draws: Int, _ target: UnsafeMutablePointer<Int64>,
        ofDraw most: Int
    ) -> Int {
        let parts = draws / BoundedIntegers.partDraws
        guard parts > 1, Runtime.shared.backend.workerCount > 1, Runtime.shared.rankCount == 1
        else { return part(draws, of: &generator, target) }
        let start = generator
        generator = start.jumped(by: draws)
        let counts = UnsafeMutablePointer<Int>.allocate(capacity: parts)
        defer { counts.deallocate() }
        Immediate.share(parts) { k in
            let first = k &* BoundedIntegers.partDraws
            var generator = start.jumped(by: first)
            let end = k == parts &- 1 ? draws : first &+ BoundedIntegers.partDraws
            counts[k] = part(end &- first, of: &generator, target + most &* first)
        }
        var count = 0
        for k in 0..<parts {
            let place = k &* BoundedIntegers.partDraws &* most
            if place > count { (target + count).update(from: target + place, count: counts[k]) }
            count &+= counts[k]
        }
        return count
    }

    private func part(
        _ draws: Int, of generator: inout PCG64, _ target: UnsafeMutablePointer<Int64>
    ) -> Int {
        var count = 0
        if takesHalves {
            generator.forEach(draws) { _, draw in
                count &+= put(draw & 0xFFFF_FFFF, target + count)
                count &+= put(draw >> 32, target + count)
            }
        } else if values == 0 {
            generator.forEach(draws) { target[$0] = first &+ Int64(bitPattern: $1) }
            count = draws
        } else {
            generator.forEach(draws) { _, draw in
                let product = draw.multipliedFullWidth(by: values)
                target[count] = first &+ Int64(bitPattern: product.high)
                count &+= product.low >= uneven ? 1 : 0
            }
        }
        return count
    }

    /// Writes the value of half a draw.
    ///
    /// - Returns: 1, or 0 where the half is left out and the next one is to be written there.
    @inline(__always)
    private func put(_ half: UInt64, _ target: UnsafeMutablePointer<Int64>) -> Int {
        let product = half &* values
        target.pointee = first &+ Int64(bitPattern: product >> 32)
        return product & 0xFFFF_FFFF >= uneven ? 1 : 0
    }
}
