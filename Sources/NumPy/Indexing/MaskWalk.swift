/// A walk over a mask that takes what is true: eight bytes of the mask at a time, so that runs of
/// false elements are skipped and runs of true ones copied as they lie. Where both are mixed no
/// step branches on the data.
///
///     mask     1 1 1 1 1 1 1 1   0 0 0 0 0 0 0 0   1 0 0 1 1 0 1 0   …
///              copied together   skipped           one by one: a false element is written, too, and then overwritten
///
/// Where the processor moves the true elements of a vector in one instruction, most of the way is
/// gone so.
import LegateCore

struct MaskWalk {
    let truth: UnsafePointer<UInt8>
    let stride: Int
    /// Where to begin, the elements of the mask, and how many true ones to take.
    let first: Int
    let extent: Int
    let count: Int

    private static let allTrue: UInt64 = 0x0101_0101_0101_0101

    /// The elements of `source`, which lie `stride` apart, side by side.
    @inline(__always)
    func compress<Element>(
        _ source: UnsafePointer<Element>, stride step: Int,
        into target: UnsafeMutablePointer<Element>
    ) {
        let done: MaskKernels.Progress =
            step == 1 && stride == 1
            ? MaskKernels.compress(
                truth + first, extent &- first, source + first, size: MemoryLayout<Element>.size,
                into: target,
                count: count) : (0, 0)
        rest(done).compressOneByOne(source, stride: step, into: target + done.taken)
    }

    /// What is left when so many elements of the mask were looked at.
    @inline(__always)
    private func rest(_ done: MaskKernels.Progress) -> MaskWalk {
        MaskWalk(
            truth: truth, stride: stride, first: first &+ done.seen, extent: extent,
            count: count &- done.taken)
    }

    @inline(__always)
    private func compressOneByOne<Element>(
        _ source: UnsafePointer<Element>, stride step: Int,
        into target: UnsafeMutablePointer<Element>
    ) {
        walk(
            one: { target[$0] = source[$1 &* step] },
            run: { k, i, length in
                if step == 1 { return (target + k).update(from: source + i, count: length) }
                for n in 0..<length { target[k &+ n] = source[(i &+ n) &* step] }
            })
    }

    /// The places of the true elements.
    @inline(__always)
    func places(into target: UnsafeMutablePointer<Int>) {
        guard stride == 1 else { return placesOneByOne(into: target) }
        let done = MaskKernels.places(
            truth + first, extent &- first, first: first, into: target, count: count)
        rest(done).placesOneByOne(into: target + done.taken)
    }

    @inline(__always)
    private func placesOneByOne(into target: UnsafeMutablePointer<Int>) {
        walk(
            one: { target[$0] = $1 },
            run: { k, i, length in for n in 0..<length { target[k &+ n] = i &+ n } })
    }

    /// Calls `one(k, i)` where element `i` of the mask may be true element `k`, the last time where
    /// it is, and `run(k, i, length)` for elements that are all true.
    @inline(__always)
    private func walk(
        one: (_ k: Int, _ i: Int) -> Void, run: (_ k: Int, _ i: Int, _ length: Int) -> Void
    ) {
        var (k, i) = (0, first)
        if stride == 1 {
            while i &+ 8 <= extent, k &+ 8 <= count {
                let word = UnsafeRawPointer(truth + i).loadUnaligned(as: UInt64.self)
                if word == 0 {
                    i &+= 8
                } else if word == MaskWalk.allTrue {
                    let length = runLength(from: i, most: count &- k)
                    run(k, i, length)
                    (k, i) = (k &+ length, i &+ length)
                } else {
                    for lane in 0..<8 {
                        one(k, i &+ lane)
                        k &+= TruthReader.one(truth[i &+ lane])
                    }
                    i &+= 8
                }
            }
        }
        while k < count, i < extent {
            one(k, i)
            k &+= TruthReader.one(truth[i &* stride])
            i &+= 1
        }
    }

    /// Elements from `i` on that are true, by eights; the first eight are.
    @inline(__always)
    private func runLength(from i: Int, most: Int) -> Int {
        var length = 8
        while length &+ 8 <= most, i &+ length &+ 8 <= extent,
            UnsafeRawPointer(truth + i + length).loadUnaligned(as: UInt64.self) == MaskWalk.allTrue
        { length &+= 8 }
        return length
    }
}
