/// The machine as programs see it: processors by kind, parts of it, and scopes in which launches
/// use a part.
///
///     try Runtime.shared.machine[.cpu][0..<2].scoped { … }      two workers at most
///
/// Results never depend on the machine: only how many workers share the tiles does.

/// Processors of one kind, numbered over all ranks.
public struct ProcessorRange: Hashable, Sendable, CustomStringConvertible {
    /// What they are.
    public let kind: ProcessorKind
    /// Their numbers.
    public let numbers: Range<Int>
    /// Processors of the kind that one rank has.
    public let perRank: Int

    /// Processors by number.
    public init(_ kind: ProcessorKind, _ numbers: Range<Int>, perRank: Int) {
        self.kind = kind
        self.numbers = numbers
        self.perRank = max(1, perRank)
    }

    /// How many.
    public var count: Int { numbers.count }
    /// Whether there is none.
    public var isEmpty: Bool { numbers.isEmpty }

    /// The ranks that they are on.
    public var ranks: Range<Int> {
        isEmpty ? 0..<0 : numbers.lowerBound / perRank..<(numbers.upperBound - 1) / perRank + 1
    }

    /// Those among them, counted from the first of these, as far as they reach.
    public subscript(part: Range<Int>) -> ProcessorRange {
        let low = numbers.lowerBound + min(max(part.lowerBound, 0), count)
        let high = numbers.lowerBound + min(max(part.upperBound, 0), count)
        return ProcessorRange(kind, low..<max(low, high), perRank: perRank)
    }

    /// Those that are in both.
    public func intersection(_ other: ProcessorRange) -> ProcessorRange {
        ProcessorRange(
            kind, kind == other.kind ? numbers.shared(with: other.numbers) : 0..<0, perRank: perRank
        )
    }

    /// `cpu 0..<4`
    public var description: String { "\(kind) \(numbers.lowerBound)..<\(numbers.upperBound)" }
}

/// Processors by kind.
public struct Machine: Hashable, Sendable, CustomStringConvertible {
    /// By preference; no two of one kind, none empty.
    public let ranges: [ProcessorRange]

    /// A machine of some processors.
    public init(_ ranges: [ProcessorRange]) {
        self.ranges = ranges.filter { !$0.isEmpty }.sorted { $0.kind < $1.kind }
    }

    /// The kinds there are, the preferred one first.
    public var kinds: [ProcessorKind] { ranges.map(\.kind) }
    /// All processors.
    public var count: Int { ranges.reduce(0) { $0 + $1.count } }
    /// Whether there is none.
    public var isEmpty: Bool { ranges.isEmpty }

    /// The processors of one kind.
    public func processors(_ kind: ProcessorKind) -> ProcessorRange {
        ranges.first { $0.kind == kind } ?? ProcessorRange(kind, 0..<0, perRank: 1)
    }

    /// The machine's part of one kind.
    public subscript(kind: ProcessorKind) -> Machine { Machine([processors(kind)]) }

    /// Part of the processors of the preferred kind, as far as they reach.
    public subscript(part: Range<Int>) -> Machine { Machine(ranges.prefix(1).map { $0[part] }) }

    /// What is in both.
    public func intersection(_ other: Machine) -> Machine {
        Machine(ranges.map { $0.intersection(other.processors($0.kind)) })
    }

    /// `cpu 0..<4`; `no processors`
    public var description: String {
        isEmpty ? "no processors" : ranges.map(\.description).joined(separator: ", ")
    }
}
