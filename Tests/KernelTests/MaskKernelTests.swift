/// Masks walked by vectors: what is true lies side by side, and nothing is written from the wanted
/// count on.

import Kernels
import Testing

/// A mask of `extent` bytes of which about `share` of 256 are true, in runs of one length or
/// another.
private func mask(_ extent: Int, _ share: Int, _ seed: UInt64) -> [UInt8] {
    var numbers = Numbers(seed: seed)
    var result: [UInt8] = []
    while result.count < extent {
        let isTrue = Int(numbers.next() >> 40 & 255) < share
        // Any byte but 0 is true.
        let byte: UInt8 = isTrue ? UInt8(1 + numbers.next() % 255) : 0
        result += [UInt8](
            repeating: byte, count: Int(numbers.next() % (seed % 2 == 0 ? 2 : 90)) + 1)
    }
    return Array(result.prefix(extent))
}

@Test(arguments: [0, 1, 63, 64, 65, 200, 1000, 5000], [0, 20, 128, 250, 256])
func trueElementsSideBySide(_ extent: Int, _ share: Int) {
    for seed in UInt64(1)...4 {
        let truth = mask(extent, share, seed)
        let places = truth.indices.filter { truth[$0] != 0 }
        for count in [places.count, places.count / 2] {
            for size in [1, 4, 8, 16] {
                let source = (0..<extent * size).map {
                    UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8)
                }
                var target = [UInt8](repeating: 0xEE, count: (count + 8) * size)
                let done = MaskKernels.compress(
                    truth, extent, source, size: size, into: &target, count: count)
                #expect(done.taken <= count && truth[..<done.seen].count { $0 != 0 } == done.taken)
                let expected = places.prefix(done.taken).flatMap {
                    source[$0 * size..<($0 + 1) * size]
                }
                #expect(Array(target.prefix(done.taken * size)) == expected)
                #expect(target.suffix(8 * size).allSatisfy { $0 == 0xEE })
            }
            var target = [Int](repeating: -7, count: count + 8)
            let done = MaskKernels.places(truth, extent, first: 100, into: &target, count: count)
            #expect(Array(target.prefix(done.taken)) == places.prefix(done.taken).map { $0 + 100 })
            #expect(target.suffix(8).allSatisfy { $0 == -7 })
        }
    }
}
