/// What an iteration wrote over, in order: put back where the iteration turns out to be the
/// program's.
///
/// In: elements that are about to be written. Out: the same elements where they were. What was kept
/// already in this iteration is not kept again. Places are said by the numbers of buffers: one that
/// only this iteration uses may have moved meanwhile, and what is in it does not count.
import LegateCore

/// A keep's registers, side by side.
struct LoopKeepPlace {
    /// A view by registers: buffer, offset, then extent and stride of each axis, the last first.
    struct View {
        let size: Int
        let axes: Int
        let registers: UnsafeMutablePointer<Register>

        init(_ view: LoopView) {
            size = view.type.byteCount
            axes = view.extents.count
            registers = .allocate(capacity: 2 + 2 * axes)
            registers[0] = view.buffer
            registers[1] = view.offset
            for axis in 0..<axes {
                registers[2 + 2 * axis] = view.extents[axes - 1 - axis]
                registers[3 + 2 * axis] = view.strides[axes - 1 - axis]
            }
        }

        /// All bytes of the view, and whether they lie side by side.
        @inline(__always)
        func extent(_ values: UnsafePointer<Int>) -> (bytes: Int, isDense: Bool) {
            var (bytes, isDense) = (size, true)
            for axis in 0..<axes {
                let extent = values[Int(registers[2 &+ 2 &* axis])]
                if extent != 1, values[Int(registers[3 &+ 2 &* axis])] != bytes { isDense = false }
                bytes = bytes &* extent
            }
            return (bytes, isDense)
        }

        /// Its elements from the first one on.
        func lattice(_ values: UnsafePointer<Int>) -> Lattice {
            let order = (0..<axes).reversed()
            return Lattice(
                offset: 0, shape: AxisList(order.map { values[Int(registers[2 + 2 * $0])] }),
                strides: AxisList(order.map { values[Int(registers[3 + 2 * $0])] / size }))
        }
    }
    let part: View
    let whole: View?

    init(_ keep: LoopKeep) {
        part = View(keep.part)
        whole = keep.whole.map(View.init)
    }

    func deallocate() {
        part.registers.deallocate()
        whole?.registers.deallocate()
    }
}

final class LoopUndo {
    private struct Entry {
        let buffer: Int
        let offset: Int
        /// Bytes side by side; 0 where elements lie apart.
        let bytes: Int
        /// Where its copy is in `memory`.
        let place: Int
        /// Number of its lattice, -1 where elements lie side by side.
        let lattice: Int
        let size: Int
    }

    private let buffers: LoopBuffers
    private var entries: [Entry] = []
    private var lattices: [Lattice] = []
    private let memory = LoopBuffers(count: 1)
    private var used = 0
    /// Bytes; more than that is not kept for one iteration.
    private static let limit = 64 << 20
    /// Entries that are compared with what is to be kept.
    private static let looksBack = 8

    init(_ buffers: LoopBuffers) { self.buffers = buffers }

    /// Forgets what was kept.
    @inline(__always) func begin() {
        guard used > 0 else { return }
        entries.removeAll(keepingCapacity: true)
        if !lattices.isEmpty { lattices.removeAll(keepingCapacity: true) }
        used = 0
    }

    /// Keeps a part of an array, or all of it where many parts of it are written.
    ///
    /// - Returns: Whether there was room.
    @inline(__always)
    func keep(_ keep: LoopKeepPlace, _ registers: UnsafePointer<Int>) -> Bool {
        if let whole = keep.whole {
            let count = whole.extent(registers).bytes / whole.size
            if count <= LoopTape.elementLimit { return self.keep(whole, registers) }
        }
        return self.keep(keep.part, registers)
    }

    @inline(__always)
    private func keep(_ view: LoopKeepPlace.View, _ registers: UnsafePointer<Int>) -> Bool {
        let (bytes, isDense) = view.extent(registers)
        if bytes == 0 { return true }
        guard used &+ bytes <= LoopUndo.limit else { return false }
        let buffer = registers[Int(view.registers[0])]
        let offset = registers[Int(view.registers[1])]
        if isDense {
            keep(buffer, offset, bytes)
        } else {
            keepApart(view.lattice(registers), view.size, buffer, offset, bytes)
        }
        return true
    }

    /// Elements side by side.
    @inline(__always)
    private func keep(_ buffer: Int, _ offset: Int, _ bytes: Int) {
        var place = entries.count
        let least = max(0, place &- LoopUndo.looksBack)
        while place > least {
            place &-= 1
            let entry = entries[place]
            if entry.buffer == buffer, entry.offset <= offset,
                entry.offset &+ entry.bytes >= offset &+ bytes
            {
                return
            }
        }
        memory.reserve(0, used &+ bytes)
        (memory.start(0) + used).copyMemory(
            from: buffers.start(buffer) + offset, byteCount: bytes)
        add(
            Entry(buffer: buffer, offset: offset, bytes: bytes, place: used, lattice: -1, size: 1),
            bytes)
    }

    /// Elements that lie apart.
    @inline(never)
    private func keepApart(
        _ lattice: Lattice, _ size: Int, _ buffer: Int, _ offset: Int, _ bytes: Int
    ) {
        memory.reserve(0, used + bytes)
        LatticeCopy.gather(
            lattice, buffers.start(buffer) + offset, size: size, into: memory.start(0) + used)
        lattices.append(lattice)
        add(
            Entry(
                buffer: buffer, offset: offset, bytes: 0, place: used,
                lattice: lattices.count - 1, size: size),
            bytes)
    }

    @inline(__always)
    private func add(_ entry: Entry, _ bytes: Int) {
        entries.append(entry)
        used = (used &+ bytes &+ 15) & ~15
    }

    /// Puts everything back, the last first.
    func takeBack() {
        for entry in entries.reversed() {
            let copy = memory.start(0) + entry.place
            let target = buffers.start(entry.buffer) + entry.offset
            if entry.lattice >= 0 {
                LatticeCopy.scatter(
                    copy, size: entry.size, into: target, lattices[entry.lattice])
            } else {
                target.copyMemory(from: copy, byteCount: entry.bytes)
            }
        }
        begin()
    }
}
