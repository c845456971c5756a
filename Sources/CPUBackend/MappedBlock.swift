/// Where in its first page a large block's memory begins.
///
/// Processors compare the lowest twelve bits of addresses to see whether a load follows a store to
/// the same place. Blocks that all begin with a page would make element `k` of an operand look like
/// element `k` of the result just written, and a load of its neighbour wait for that store: a
/// stencil on such arrays takes up to one and a half times its time. So blocks begin at eight
/// places in turn, neighbours in time far apart.
///
///     page     | 0 .. 512 .. 1024 .. 1536 .. 2048 .. 2560 .. 3072 .. 3584 .. |
///     block no.  0    5       2       7       4       1       6       3
struct PageColors {
    private var next = 0

    /// Bytes by which a block is larger than its memory, so that every place fits.
    static let span = 7 * 512
    private static let step = 5 * 512
    private static let pageSize = 4096

    /// The next place in a page.
    mutating func place(in page: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        defer { next = (next &+ PageColors.step) % PageColors.pageSize }
        return page + next
    }

    /// The page in which a block's memory begins.
    static func page(of memory: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        memory - Int(bitPattern: memory) % pageSize
    }
}
