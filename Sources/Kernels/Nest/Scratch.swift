/// One worker's working memory: the registers of the block interpreter. Grows, never shrinks, used
/// by one thread only.

public final class Scratch {
    private(set) var base: UnsafeMutableRawPointer
    private var capacity: Int

    public init() {
        capacity = 64 * 1024
        base = .allocate(byteCount: capacity, alignment: 64)
    }

    func reserve(_ byteCount: Int) {
        guard byteCount > capacity else { return }
        base.deallocate()
        capacity = byteCount
        base = .allocate(byteCount: capacity, alignment: 64)
    }

    deinit { base.deallocate() }
}
