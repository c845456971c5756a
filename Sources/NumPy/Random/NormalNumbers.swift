/// Normal numbers by the ziggurat method, with NumPy's bits: eight bits of a draw choose a layer,
/// one the sign, 52 a place across the layer. Of a hundred draws, 99 lie under the curve; the others
/// take more draws to tell.
///
/// In: draws. Out: numbers, in order. Source: Marsaglia and Tsang, 2000; the tail: Marsaglia,
/// "Generating a variable from the tail of the normal distribution", 1964.
import Glibc

enum NormalNumbers {
    private static let tail = 3.6541528853610087963519472518
    private static let inverseTail = 0.27366123732975827203338247596

    /// Writes numbers of mean zero and deviation one.
    static func fill(_ target: UnsafeMutablePointer<Double>, _ count: Int, _ block: inout DrawBlock)
    {
        let layers = ZigguratLayer.all
        for k in 0..<count { target[k] = next(&block, layers) }
    }

    /// Writes numbers until so many draws were taken, and where in the stream the first few begin.
    ///
    /// - Returns: How many numbers.
    static func fill(
        _ target: UnsafeMutablePointer<Double>, untilDraw end: Int, _ block: inout DrawBlock,
        noting starts: inout [Int], atMost noted: Int
    ) -> Int {
        let layers = ZigguratLayer.all
        var count = 0
        while block.position < end, count < noted {
            starts.append(block.position)
            target[count] = next(&block, layers)
            count &+= 1
        }
        while block.position < end {
            target[count] = next(&block, layers)
            count &+= 1
        }
        return count
    }

    @inline(__always)
    private static func next(
        _ block: inout DrawBlock, _ layers: UnsafeMutablePointer<ZigguratLayer>
    ) -> Double {
        let draw = block.next()
        let layer = layers + Int(truncatingIfNeeded: draw & 0xFF)
        let place = draw >> 9 & 0xF_FFFF_FFFF_FFFF
        let size = Double(Int64(bitPattern: place)) * layer.pointee.width
        let value = Double(bitPattern: size.bitPattern | (draw & 0x100) << 55)
        if place < layer.pointee.limit { return value }
        return unlikely(value, place, Int(draw & 0xFF), &block)
    }

    /// What becomes of a place that does not lie under the curve for sure.
    @inline(never)
    private static func unlikely(
        _ value: Double, _ place: UInt64, _ number: Int, _ block: inout DrawBlock
    ) -> Double {
        let layers = ZigguratLayer.all
        if number == 0 {
            let size = beyond(&block)
            return place >> 8 & 1 == 1 ? -size : size
        }
        let (outer, inner) = (layers[number].height, layers[number - 1].height)
        let height = (inner - outer) * block.next().unitInterval + outer
        return height < exp(-0.5 * value * value) ? value : next(&block, layers)
    }

    private static func beyond(_ block: inout DrawBlock) -> Double {
        while true {
            let x = -inverseTail * log1p(-block.next().unitInterval)
            let y = -log1p(-block.next().unitInterval)
            if y + y > x * x { return tail + x }
        }
    }
}
