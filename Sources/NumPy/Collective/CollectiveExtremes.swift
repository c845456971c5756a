/// `argmax` and `argmin` along an axis that the ranks have cut: each rank's best of a line goes to
/// the owner of the line's result, who takes the best of these in the order of ranks. So the first
/// of equal extremes wins, and the first NaN.
import LegateCore

struct CollectiveArgExtreme {
    let line: ArgExtreme
    /// Elements of a line, and lines side by side.
    let extent: Int
    let inner: Int

    /// In: elements, of which lines are `inner` apart. Out: a place for each line.
    func run(_ tile: CollectiveTile, _ exchange: Exchange) throws {
        let (input, output) = (tile.inputs[0], tile.outputs[0])
        let own = input.positions
        let size = line.type.byteCount
        let elements = input.elements(own)
        // A candidate is an element and its place in the line, in 24 bytes.
        var runs = PositionRuns()
        var candidates: [UInt8] = []
        let slab = extent * inner
        for number in own.isEmpty ? 0..<0 : own.lowerBound / slab..<(own.upperBound - 1) / slab + 1
        {
            let part = own.shared(with: number * slab..<(number + 1) * slab)
            for column in 0..<inner {
                let start = number * slab + column
                let first =
                    part.lowerBound <= start ? 0 : (part.lowerBound - start + inner - 1) / inner
                let end = (part.upperBound - start + inner - 1) / inner
                guard first < end else { continue }
                let address = elements.start + (start + first * inner - own.lowerBound) * size
                let best = line.find(address, inner, end - first)
                runs.append(number * inner + column, 1)
                candidates.append(
                    contentsOf: UnsafeRawBufferPointer(
                        start: address + best * inner * size, count: size))
                candidates.append(contentsOf: [UInt8](repeating: 0, count: 16 - size))
                withUnsafeBytes(of: first + best) { candidates.append(contentsOf: $0) }
            }
        }
        let best = Elements(count: output.positions.count * 24, size: 1)
        var known = [Bool](repeating: false, count: output.positions.count)
        let pair = UnsafeMutableRawPointer.allocate(byteCount: 32, alignment: 16)
        defer { pair.deallocate() }
        try candidates.withUnsafeBytes { source in
            let start = source.baseAddress ?? UnsafeRawPointer(best.start)
            try exchange.update(runs, start, size: 24, bounds: output.bounds, isSet: false) {
                updates in
                updates.forEach { positions, values in
                    for (k, position) in positions.enumerated() {
                        let number = position - output.positions.lowerBound
                        let (old, new) = (best.start + number * 24, values + k * 24)
                        pair.copyMemory(from: old, byteCount: size)
                        (pair + size).copyMemory(from: new, byteCount: size)
                        if !known[number] || line.find(pair, 1, 2) == 1 {
                            old.copyMemory(from: new, byteCount: 24)
                        }
                        known[number] = true
                    }
                }
            }
        }
        let room = output.room(output.positions)
        for k in 0..<known.count {
            (room.start + k * 8).copyMemory(from: best.start + k * 24 + 16, byteCount: 8)
        }
        output.finish(output.positions, room)
    }
}
