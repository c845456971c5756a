/// Integers below a bound, each as likely as the others, with NumPy's bits.
///
/// A draw times the number of values, shifted down, is a value; draws whose lower half falls into
/// the part that does not divide evenly are drawn again. Where 32 bits suffice, a draw of 64 serves
/// twice, lower half first, and a half that is left over serves the next call.
///
/// In: a stream. Out: integers, in order. Source: Lemire, "Fast random integer generation in an
/// interval", 2019.
struct BoundedIntegers {
    /// The first value, and how many more there are.
    let first: Int64
    let last: UInt64

    /// Draws, and the half that is left over.
    struct Stream {
        var block: DrawBlock
        var hasHalf: Bool
        var half: UInt32

        /// The next half of a draw.
        @inline(__always)
        mutating func nextHalf() -> UInt32 {
            if hasHalf {
                hasHalf = false
                return half
            }
            let draw = block.next()
            hasHalf = true
            half = UInt32(truncatingIfNeeded: draw >> 32)
            return UInt32(truncatingIfNeeded: draw)
        }
    }

    /// How many draws some values take, more or less.
    func expectedDraws(_ count: Int) -> Int {
        last == 0 ? 0 : last <= UInt64(UInt32.max) ? count / 2 &+ 1 : count
    }

    /// Writes values.
    func fill(_ target: UnsafeMutablePointer<Int64>, _ count: Int, _ stream: inout Stream) {
        if last == 0 {
            target.update(repeating: first, count: count)
        } else if last == UInt64(UInt32.max) {
            for k in 0..<count { target[k] = first &+ Int64(stream.nextHalf()) }
        } else if last < UInt64(UInt32.max) {
            fillByHalves(target, count, &stream)
        } else if last == .max {
            for k in 0..<count { target[k] = first &+ Int64(bitPattern: stream.block.next()) }
        } else {
            for k in 0..<count {
                target[k] = first &+ Int64(bitPattern: byWhole(&stream.block))
            }
        }
    }

    private func fillByHalves(
        _ target: UnsafeMutablePointer<Int64>, _ count: Int, _ stream: inout Stream
    ) {
        let values = last &+ 1
        var k = 0
        if stream.hasHalf, count > 0 {
            target[0] = first &+ Int64(byHalf(&stream))
            k = 1
        }
        while k &+ 2 <= count {
            if stream.hasHalf {
                target[k] = first &+ Int64(byHalf(&stream))
                k &+= 1
                continue
            }
            let draw = stream.block.next()
            let low = (draw & 0xFFFF_FFFF) &* values
            let high = (draw >> 32) &* values
            if low & 0xFFFF_FFFF >= values, high & 0xFFFF_FFFF >= values {
                target[k] = first &+ Int64(bitPattern: low >> 32)
                target[k &+ 1] = first &+ Int64(bitPattern: high >> 32)
                stream.half = UInt32(truncatingIfNeeded: draw >> 32)
                k &+= 2
            } else {
                target[k] = first &+ Int64(byHalf(&stream, product: low, draw: draw))
                k &+= 1
            }
        }
        if k < count { target[k] = first &+ Int64(byHalf(&stream)) }
    }

    /// A value whose first half is the lower one of a draw that was just taken.
    @inline(never)
    private func byHalf(_ stream: inout Stream, product: UInt64, draw: UInt64) -> UInt32 {
        stream.hasHalf = true
        stream.half = UInt32(truncatingIfNeeded: draw >> 32)
        return byHalf(&stream, product)
    }

    private func byHalf(_ stream: inout Stream) -> UInt32 {
        let half = stream.nextHalf()
        return byHalf(&stream, UInt64(half) &* (last &+ 1))
    }

    @inline(__always)
    private func byHalf(_ stream: inout Stream, _ product: UInt64) -> UInt32 {
        var product = product
        let values = last &+ 1
        if product & 0xFFFF_FFFF < values {
            let uneven = ((1 << 32) &- values) % values
            while product & 0xFFFF_FFFF < uneven {
                product = UInt64(stream.nextHalf()) &* values
            }
        }
        return UInt32(truncatingIfNeeded: product >> 32)
    }

    private func byWhole(_ block: inout DrawBlock) -> UInt64 {
        let values = last &+ 1
        var product = block.next().multipliedFullWidth(by: values)
        if product.low < values {
            let uneven = (0 &- values) % values
            while product.low < uneven {
                product = block.next().multipliedFullWidth(by: values)
            }
        }
        return product.high
    }
}
