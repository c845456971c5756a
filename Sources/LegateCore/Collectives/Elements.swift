/// Elements side by side in memory: an operand's own where they lie so already, else a copy.
///
/// In: an operand of a collective task and consecutive positions in it. Out: an address; or the
/// other way round.
import Kernels
import Launches
import Shapes

/// Elements of one operand side by side in memory.
public final class Elements {
    /// The first element.
    public let start: UnsafeMutableRawPointer
    /// Elements.
    public let count: Int
    private let isOwned: Bool

    /// Room for elements of `size` bytes; not initialized.
    public init(count: Int, size: Int) {
        start = .allocate(byteCount: max(1, count * size), alignment: 64)
        self.count = count
        isOwned = true
    }

    init(borrowing start: UnsafeMutableRawPointer, count: Int) {
        self.start = start
        self.count = count
        isOwned = false
    }

    deinit { if isOwned { start.deallocate() } }
}

extension CollectiveTile.Operand {
    /// Bytes of an element.
    public var size: Int { type.byteCount }
    /// Elements of the whole view.
    public var count: Int { lattice.elementCount }
    /// Whether the elements lie side by side in the order of their positions.
    public var isContiguous: Bool { lattice.isRowMajorContiguous }

    /// The positions of one rank.
    public func positions(of rank: Int) -> Range<Int> { bounds[rank]..<bounds[rank + 1] }

    /// The rank whose positions include one.
    public func owner(of position: Int) -> Int {
        // The last rank that begins at or before it; ranks without positions begin where the next
        // one does.
        var low = 0
        var high = bounds.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if bounds[middle] <= position { low = middle } else { high = middle }
        }
        return low
    }

    /// Calls `body(offset, count, stride)` for each even run of store elements at consecutive
    /// positions.
    public func forEachRun(
        _ positions: Range<Int>, _ body: (_ offset: Int, _ count: Int, _ stride: Int) -> Void
    ) {
        NestProgram.forEachRun(
            extents: Array(lattice.shape), strides: Array(lattice.strides), offset: lattice.offset,
            points: positions, body)
    }

    /// Copies the elements at positions that are on this rank.
    public func read(_ positions: Range<Int>, into target: UnsafeMutableRawPointer) {
        guard !positions.isEmpty else { return }
        if isContiguous {
            target.copyMemory(
                from: address(positions.lowerBound), byteCount: positions.count * size)
            return
        }
        var target = target
        forEachRun(positions) { offset, count, stride in
            LatticeCopy.gather(
                Lattice(offset: offset, count, every: stride), memory, size: size, into: target)
            target += count * size
        }
    }

    /// Sets the elements at positions of this rank.
    public func write(_ positions: Range<Int>, from source: UnsafeRawPointer) {
        guard !positions.isEmpty else { return }
        if isContiguous {
            address(positions.lowerBound).copyMemory(
                from: source, byteCount: positions.count * size)
            return
        }
        var source = source
        forEachRun(positions) { offset, count, stride in
            LatticeCopy.scatter(
                source, size: size, into: memory, Lattice(offset: offset, count, every: stride))
            source += count * size
        }
    }

    /// The elements at positions that are on this rank, side by side.
    public func elements(_ positions: Range<Int>) -> Elements {
        if isContiguous {
            return Elements(borrowing: address(positions.lowerBound), count: positions.count)
        }
        let copy = Elements(count: positions.count, size: size)
        read(positions, into: copy.start)
        return copy
    }

    /// Room for results at positions of this rank: their own memory where it lies side by side.
    /// ``finish`` ends it.
    public func room(_ positions: Range<Int>) -> Elements {
        if isContiguous {
            return Elements(borrowing: address(positions.lowerBound), count: positions.count)
        }
        return Elements(count: positions.count, size: size)
    }

    /// Brings results to their places if they are not there.
    public func finish(_ positions: Range<Int>, _ room: Elements) {
        if !isContiguous { write(positions, from: room.start) }
    }

    /// The same elements as bytes of a message.
    public func bytes(_ positions: Range<Int>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: positions.count * size) { buffer, filled in
            if let start = buffer.baseAddress { read(positions, into: start) }
            filled = positions.count * size
        }
    }

    /// Where the element at a position lies in a contiguous view.
    private func address(_ position: Int) -> UnsafeMutableRawPointer {
        memory + (lattice.offset + position) * size
    }
}

extension Lattice {
    /// `count` points, `stride` apart.
    public init(offset: Int, _ count: Int, every stride: Int) {
        self.init(offset: offset, shape: AxisList(count), strides: AxisList(stride))
    }
}
