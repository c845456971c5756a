/// Moves single elements of one size, whose values do not matter: for index arrays and masks over
/// small arrays.
///
/// `Element` is any type of the elements' size; no step branches on data, but for how many there
/// are.

struct ElementMove<Element> {
    let source: UnsafePointer<Element>
    let target: UnsafeMutablePointer<Element>

    @inline(__always)
    init(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer) {
        self.source = source.assumingMemoryBound(to: Element.self)
        self.target = target.assumingMemoryBound(to: Element.self)
    }

    /// The elements where `truth`, of `extent` elements, is not 0, side by side; there are `count`
    /// of them.
    @inline(__always)
    func compress(_ truth: UnsafePointer<UInt8>, _ extent: Int, to count: Int) {
        MaskWalk(truth: truth, stride: 1, first: 0, extent: extent, count: count)
            .compress(source, stride: 1, into: target)
    }

    /// The elements at some indices, negative ones from the end, side by side.
    @inline(__always)
    func gather(_ indices: UnsafePointer<Int>, _ count: Int, _ extent: Int) {
        for k in 0..<count { target[k] = source[indices[k] &+ ((indices[k] >> 63) & extent)] }
    }

    /// Elements `stride` apart, to indices of a vector whose elements lie `step` apart.
    @inline(__always)
    func scatter(
        _ stride: Int, _ indices: UnsafePointer<Int>, _ count: Int, _ extent: Int, _ step: Int
    ) {
        for k in 0..<count {
            target[(indices[k] &+ ((indices[k] >> 63) & extent)) &* step] = source[k &* stride]
        }
    }
}
