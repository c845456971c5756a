/// A block of mapped memory, and where in its first page what is handed out begins.
///
/// Processors compare the lowest twelve bits of addresses to see whether a load follows a store to
/// the same place. Blocks that all begin with a page would make element `k` of an operand look like
/// element `k` of the result just written, and a load of its neighbour wait for that store: a
/// stencil on such arrays takes up to one and a half times its time. So blocks begin at eight
/// places in turn, neighbours in time far apart.
///
///     page     | 0 .. 512 .. 1024 .. 1536 .. 2048 .. 2560 .. 3072 .. 3584 .. |
///     block no.  0    5       2       7       4       1       6       3
import Glibc

struct MappedBlock {
    /// What is handed out.
    let memory: UnsafeMutableRawPointer
    /// Bytes from the first page on.
    let size: Int

    /// Bytes by which a block is larger than what is asked for, so that every place fits.
    static let span = 7 * 512
    private static let step = 5 * 512
    private static let pageSize = 4096

    /// A block that is given back.
    init(memory: UnsafeMutableRawPointer, size: Int) {
        self.memory = memory
        self.size = size
    }

    /// Block number `number` of those that were made so far.
    init(page: UnsafeMutableRawPointer, size: Int, number: Int) {
        memory = page + number &* MappedBlock.step % MappedBlock.pageSize
        self.size = size
    }

    var page: UnsafeMutableRawPointer { memory - Int(bitPattern: memory) % MappedBlock.pageSize }
    /// The page behind it.
    var end: UnsafeMutableRawPointer { page + size }

    /// Gives its pages back to the system.
    func unmap() { munmap(page, size) }
}
