/// Draws in order for those who cannot say how many they will need: made many at a time, taken one
/// by one.
///
/// In: a generator. Out: its draws, and the generator behind those that were taken.
struct DrawBlock {
    private static let capacity = 512
    private let draws = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
    /// Where the block begins, and behind it.
    private var before: PCG64
    private var behind: PCG64
    private var filled = 0
    private var taken = 0
    /// Draws of the blocks before this one.
    private var earlier = 0

    /// - Parameter expected: How many draws will be needed, more or less.
    init(_ generator: PCG64, expecting expected: Int) {
        (before, behind) = (generator, generator)
        fill(min(DrawBlock.capacity, expected &+ expected / 64 &+ 4))
    }

    /// The next draw.
    @inline(__always)
    mutating func next() -> UInt64 {
        if taken == filled { fill(DrawBlock.capacity) }
        let draw = draws[taken]
        taken &+= 1
        return draw
    }

    @inline(never)
    private mutating func fill(_ count: Int) {
        earlier &+= filled
        before = behind
        let draws = draws
        behind.forEach(count) { draws[$0] = $1 }
        (filled, taken) = (count, 0)
    }

    /// How many draws were taken.
    @inline(__always)
    var position: Int { earlier &+ taken }

    /// The generator behind the draws that were taken. The block is gone then.
    consuming func end() -> PCG64 {
        draws.deallocate()
        return before.jumped(by: taken)
    }
}
