/// Consecutive elements from where they are to where they are needed, when every rank can tell who
/// needs what.
///
/// In: for every rank the range it wants, or the range it made. Only what is not there already is
/// sent, each element once to each rank that wants it, and no message says what it carries.
import Launches
import Shapes

extension Exchange {
    /// The elements of an input that this rank wants; `wanted[r]` are the positions that rank r
    /// wants.
    public func elements(of operand: CollectiveTile.Operand, wanted: [Range<Int>]) throws
        -> Elements
    {
        let own = wanted[rank]
        if operand.isLocal || rankCount == 1 { return operand.elements(own) }
        let mine = operand.positions(of: rank)
        let parts = wanted.enumerated().map { r, range in
            r == rank ? [] : operand.bytes(range.shared(with: mine))
        }
        let sources = (0..<rankCount).map { own.shared(with: operand.positions(of: $0)) }
        let counts = sources.enumerated().map { $0 == rank ? 0 : $1.count * operand.size }
        let received = try toAll(parts, counts: counts)
        if own.shared(with: mine) == own { return operand.elements(own) }
        let result = Elements(count: own.count, size: operand.size)
        for (r, range) in sources.enumerated() where !range.isEmpty {
            let target = result.start + (range.lowerBound - own.lowerBound) * operand.size
            if r == rank { operand.read(range, into: target) } else { target.copy(received[r]) }
        }
        return result
    }

    /// An input's elements at the positions that another operand's owners have.
    public func elements(
        of operand: CollectiveTile.Operand, like other: CollectiveTile.Operand
    ) throws -> Elements {
        try elements(of: operand, wanted: (0..<rankCount).map { other.positions(of: $0) })
    }

    /// Brings results to their owners. Rank r made those at positions `made[r]`; `source` holds
    /// this rank's.
    public func deliver(
        _ source: UnsafeRawPointer, made: [Range<Int>], to output: CollectiveTile.Operand
    ) throws {
        let (own, mine) = (made[rank], output.positions(of: rank))
        let size = output.size
        let parts = (0..<rankCount).map { r -> [UInt8] in
            let range = own.shared(with: output.positions(of: r))
            guard r != rank, !range.isEmpty else { return [] }
            return Array(
                UnsafeRawBufferPointer(
                    start: source + (range.lowerBound - own.lowerBound) * size,
                    count: range.count * size))
        }
        let counts = made.enumerated().map { $0 == rank ? 0 : $1.shared(with: mine).count * size }
        let received = try toAll(parts, counts: counts)
        for (r, range) in made.enumerated() {
            let shared = range.shared(with: mine)
            guard !shared.isEmpty else { continue }
            if r == rank {
                output.write(shared, from: source + (shared.lowerBound - own.lowerBound) * size)
            } else {
                received[r].withUnsafeBytes { output.write(shared, from: $0.baseAddress!) }
            }
        }
    }
}

extension Range<Int> {
    /// What both include; empty ranges share nothing.
    public func shared(with other: Range<Int>) -> Range<Int> {
        let low = Swift.max(lowerBound, other.lowerBound)
        let high = Swift.min(upperBound, other.upperBound)
        return low < high ? low..<high : low..<low
    }
}

extension UnsafeMutableRawPointer {
    /// Copies bytes here.
    public func copy(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes {
            if let start = $0.baseAddress { copyMemory(from: start, byteCount: $0.count) }
        }
    }
}
