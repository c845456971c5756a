/// Running sums, products and extremes along an axis that the ranks have cut.
///
///     [before] [extent] [inner]        a rank has consecutive positions: the end of one line, whole lines, a beginning
///
/// Inexact numbers are taken strictly one after another, as on one rank: the last results of a rank
/// are the carry of the next one. Many lines side by side are handed on in pieces, so that ranks
/// work on different columns at once. Integers may be grouped: each rank scans what it has, and
/// only the totals go from rank to rank.
import LegateCore

struct CollectiveScan {
    let scan: ScanKernel
    let block: BlockKernel
    let type: ElementType
    /// Elements of a line, and lines side by side.
    let extent: Int
    let inner: Int
    /// Whether results may be grouped.
    let isExact: Bool
    /// Lines handed on at once.
    private var piece: Int { max(1, (1 << 16) / type.byteCount) }

    init(
        scan: ScanKernel, block: BlockKernel, type: ElementType, shape: AxisList, axis: Int,
        isExact: Bool
    ) {
        self.scan = scan
        self.block = block
        self.type = type
        self.isExact = isExact
        extent = shape[axis]
        inner = shape[(axis + 1)...].reduce(1, *)
    }

    /// In: elements. Out: results.
    func run(_ tile: CollectiveTile, _ exchange: Exchange) throws {
        let output = tile.outputs[0]
        let source = try exchange.elements(of: tile.inputs[0], like: output)
        let own = output.positions
        guard !own.isEmpty else { return }
        let room = output.room(own)
        let slab = extent * inner
        let slabs = own.lowerBound / slab...(own.upperBound - 1) / slab
        // The last slab first: somebody waits for its results.
        for number in slabs.reversed() {
            let positions = own.shared(with: number * slab..<(number + 1) * slab)
            let offset = (positions.lowerBound - own.lowerBound) * type.byteCount
            let part = Part(
                positions: positions.lowerBound - number * slab..<positions.upperBound - number
                    * slab, inner: inner,
                size: type.byteCount, source: source.start + offset, target: room.start + offset)
            let from = part.positions.lowerBound > 0 ? output.owner(of: own.lowerBound - 1) : nil
            let to = part.positions.upperBound < slab ? output.owner(of: own.upperBound) : nil
            if isExact {
                try runGrouped(part, exchange, from: from, to: to)
            } else {
                try runInOrder(part, exchange, from: from, to: to)
            }
        }
        output.finish(own, room)
    }

    /// A rank's part of the lines side by side, and the last result of each line.
    private struct Part {
        /// Counted from the lines' first element.
        let positions: Range<Int>
        let inner: Int
        let size: Int
        let source: UnsafeMutableRawPointer
        let target: UnsafeMutableRawPointer

        func result(_ position: Int) -> UnsafeMutableRawPointer {
            target + (position - positions.lowerBound) * size
        }
        func element(_ position: Int) -> UnsafeMutableRawPointer {
            source + (position - positions.lowerBound) * size
        }

        /// The lines' last results before the part's end, where this part has one, into `last`.
        func putLast(_ columns: Range<Int>, _ last: UnsafeMutableRawPointer) {
            // Positions of the last row, which may be begun only, and of the row before it.
            let row = (positions.upperBound - 1) / inner * inner
            for start in [row - inner, row] {
                let range = (start + columns.lowerBound..<start + columns.upperBound).shared(
                    with: positions)
                guard !range.isEmpty else { continue }
                (last + (range.lowerBound - start) * size)
                    .copyMemory(from: result(range.lowerBound), byteCount: range.count * size)
            }
        }
    }

    /// Scans some lines. `last` holds the results before the part; `nil` where every line begins
    /// anew.
    private func scan(_ part: Part, _ columns: Range<Int>, _ last: UnsafeMutableRawPointer?) {
        let (positions, size) = (part.positions, type.byteCount)
        if inner == 1 {
            let carry = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
            defer { carry.deallocate() }
            let hasCarry = last != nil && positions.lowerBound > 0
            if let last, hasCarry { carry.copyMemory(from: last, byteCount: size) }
            scan(part.source, positions.count, carry, hasCarry, part.target)
            return
        }
        let first = positions.lowerBound
        for row in first / inner...(positions.upperBound - 1) / inner {
            let line = row * inner
            // In the row behind the first one, lines before its beginning were not here yet.
            for cut in [0..<first % inner, first % inner..<inner] {
                let range = (line + columns.lowerBound..<line + columns.upperBound)
                    .shared(with: line + cut.lowerBound..<line + cut.upperBound).shared(
                        with: positions)
                guard !range.isEmpty else { continue }
                let position = range.lowerBound
                var before: UnsafeMutableRawPointer?
                if position - inner >= first {
                    before = part.result(position - inner)
                } else if row > 0, let last {
                    before = last + (position - line) * size
                }
                if let before {
                    block(
                        before, part.element(position), into: part.result(position),
                        count: range.count)
                } else {
                    part.result(position).copyMemory(
                        from: part.element(position), byteCount: range.count * size)
                }
            }
        }
    }

    private func runInOrder(_ part: Part, _ exchange: Exchange, from: Int?, to: Int?) throws {
        let last = UnsafeMutableRawPointer.allocate(
            byteCount: inner * type.byteCount, alignment: 64)
        defer { last.deallocate() }
        for first in stride(from: 0, to: inner, by: piece) {
            let columns = first..<min(first + piece, inner)
            try receive(columns, last, exchange, from)
            scan(part, columns, from == nil ? nil : last)
            part.putLast(columns, last)
            send(columns, last, exchange, to)
        }
    }

    private func runGrouped(_ part: Part, _ exchange: Exchange, from: Int?, to: Int?) throws {
        let size = type.byteCount
        let bytes = inner * size
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 3 * bytes, alignment: 64)
        defer { memory.deallocate() }
        let (carry, total, own) = (memory, memory + bytes, memory + 2 * bytes)
        scan(part, 0..<inner, nil)
        guard from != nil else {
            part.putLast(0..<inner, total)
            return send(0..<inner, total, exchange, to)
        }
        try receive(0..<inner, carry, exchange, from)
        // Lines that this part has nothing of keep the carry; the others take it in, if there is
        // one for them yet.
        let before = part.positions.lowerBound
        total.copyMemory(from: carry, byteCount: bytes)
        part.putLast(0..<inner, own)
        let row = (part.positions.upperBound - 1) / inner * inner
        for start in [row - inner, row] {
            let range = (start..<start + inner).shared(with: part.positions)
            guard !range.isEmpty else { continue }
            let columns = range.lowerBound - start..<range.upperBound - start
            let carried = columns.shared(with: 0..<before)
            if !carried.isEmpty {
                let at = carried.lowerBound * size
                block(carry + at, own + at, into: total + at, count: carried.count)
            }
            let fresh = columns.shared(with: min(before, inner)..<inner)
            if !fresh.isEmpty {
                let at = fresh.lowerBound * size
                (total + at).copyMemory(from: own + at, byteCount: fresh.count * size)
            }
        }
        send(0..<inner, total, exchange, to)
        takeIn(carry, part)
    }

    /// Combines every result of a part with its line's carry.
    private func takeIn(_ carry: UnsafeMutableRawPointer, _ part: Part) {
        let size = type.byteCount
        // Short rows are taken several at a time.
        let rows = max(1, 1024 / inner)
        let scratch = UnsafeMutableRawPointer.allocate(
            byteCount: 2 * rows * inner * size, alignment: 64)
        defer { scratch.deallocate() }
        for k in 0..<rows {
            (scratch + k * inner * size).copyMemory(from: carry, byteCount: inner * size)
        }
        let result = scratch + rows * inner * size
        var position = part.positions.lowerBound
        if position < inner { return takeInBegun(carry, part) }
        while position < part.positions.upperBound {
            let column = position % inner
            let count = min(rows * inner - column, part.positions.upperBound - position)
            block(scratch + column * size, part.result(position), into: result, count: count)
            part.result(position).copyMemory(from: result, byteCount: count * size)
            position += count
        }
    }

    /// The same for a part that begins in the first row: only lines before its beginning have a
    /// carry.
    private func takeInBegun(_ carry: UnsafeMutableRawPointer, _ part: Part) {
        let begun = part.positions.lowerBound
        let scratch = UnsafeMutableRawPointer.allocate(
            byteCount: inner * type.byteCount, alignment: 64)
        defer { scratch.deallocate() }
        var row = inner
        while row < part.positions.upperBound {
            let range = (row..<row + begun).shared(with: part.positions)
            if !range.isEmpty {
                block(carry, part.result(range.lowerBound), into: scratch, count: range.count)
                part.result(range.lowerBound).copyMemory(
                    from: scratch, byteCount: range.count * type.byteCount)
            }
            row += inner
        }
    }

    // MARK: - Carries

    private func send(
        _ columns: Range<Int>, _ last: UnsafeMutableRawPointer, _ exchange: Exchange, _ to: Int?
    ) {
        guard let to else { return }
        let size = type.byteCount
        exchange.send(
            Array(
                UnsafeRawBufferPointer(
                    start: last + columns.lowerBound * size, count: columns.count * size)),
            to: to)
    }

    private func receive(
        _ columns: Range<Int>, _ last: UnsafeMutableRawPointer, _ exchange: Exchange, _ from: Int?
    ) throws {
        guard let from else { return }
        let bytes: [UInt8] = try exchange.receive(columns.count * type.byteCount, from: from)
        (last + columns.lowerBound * type.byteCount).copy(bytes)
    }
}
