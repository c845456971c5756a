/// An opaque task: a function on tiles, partitioned, ordered and mapped without a look into its
/// body.
///
/// The task's units (rows, blocks, ...) are cut into ranges; each operand is either cut along one
/// axis with the units, or seen whole by every tile. On several ranks a task may also be
/// *collective*: then one function runs once on every rank, sees of each operand the part that the
/// rank owns, and speaks with the other ranks itself.
import Shapes

/// A function on tiles, and how its operands are cut.
public final class OpaqueTask {
    /// How one operand is cut for the units.
    public enum Partition: Sendable, Hashable {
        /// Every tile sees the whole view.
        case whole
        /// The view is cut along this axis; its extent is the number of units.
        case along(Int)
        /// Unit *u* sees `count` indices of this axis from `u * count` on, with `low` more before
        /// and `high` more behind, as far as the axis reaches; the last units may see fewer, or
        /// none.
        case blocks(axis: Int, count: Int, low: Int = 0, high: Int = 0)
        /// Unit *u* sees the *u*-th of these ranges of this axis. Of an output they do not overlap.
        case spans(axis: Int, [Range<Int>])
        /// Unit *u* sees the tile of the *u*-th color of a cut into tiles of this shape. Of an
        /// output all colors differ.
        case tiles(shape: AxisList, colors: [AxisList])

        /// The indices of the cut axis, of `extent`, that a range of units sees.
        public func indices(_ units: Range<Int>, extent: Int) -> Range<Int> {
            switch self {
            case .whole, .tiles: return 0..<extent
            case .along: return units
            case .blocks(_, let count, let low, let high):
                // A unit behind the end sees nothing of what lies before it, either.
                if units.isEmpty || units.lowerBound * count >= extent { return 0..<0 }
                let first = Swift.min(Swift.max(units.lowerBound * count - low, 0), extent)
                return first..<Swift.max(first, Swift.min(units.upperBound * count + high, extent))
            case .spans(_, let spans):
                let seen = spans[units].filter { !$0.isEmpty }
                guard let first = seen.map(\.lowerBound).min(),
                    let end = seen.map(\.upperBound).max()
                else { return 0..<0 }
                return first..<end
            }
        }

        /// The axis that is cut; `nil` where the view is seen whole, or cut along several.
        public var axis: Int? {
            switch self {
            case .whole, .tiles: return nil
            case .along(let axis), .blocks(let axis, _, _, _), .spans(let axis, _): return axis
            }
        }
    }

    /// Rows, blocks, tiles: what the task is cut into.
    public let units: Int
    /// Tiles are multiples of this many units (the last may be shorter).
    public let grain: Int
    /// How each input is cut.
    public let inputPartitions: [Partition]
    /// How each output is cut.
    public let outputPartitions: [Partition]
    /// What runs on a range of units.
    public let body: (TaskTile) -> Void
    /// Tiles write different elements of whole outputs, as the author promises: they may run at the
    /// same time.
    public let tilesAreDisjoint: Bool
    /// The body needs the lock of the language that the program is written in.
    public let needsHost: Bool
    /// It runs even where nobody reads its outputs: it may fail, or do more than write them.
    public let runsAlways: Bool
    /// What runs instead of `body` where an operand is tiled over several ranks: without it, each
    /// rank gets whole operands whole.
    public let collective: ((CollectiveTile) throws -> Void)?
    /// What runs instead of `body` on several ranks where the units run at the same time and speak
    /// with each other: every rank runs its own units, all of them, even if it has none. The second
    /// tile has no operands; it carries messages.
    public let together: ((TaskTile, CollectiveTile) throws -> Void)?

    /// With an output that is `.whole` there is one tile, unless `tilesAreDisjoint`.
    public init(
        units: Int, grain: Int, inputs: [Partition], outputs: [Partition],
        tilesAreDisjoint: Bool = false,
        needsHost: Bool = false, runsAlways: Bool = false,
        collective: ((CollectiveTile) throws -> Void)? = nil,
        together: ((TaskTile, CollectiveTile) throws -> Void)? = nil,
        body: @escaping (TaskTile) -> Void
    ) {
        self.units = units
        self.grain = max(1, outputs.contains(.whole) && !tilesAreDisjoint ? units : grain)
        self.tilesAreDisjoint = tilesAreDisjoint
        self.needsHost = needsHost
        self.runsAlways = runsAlways
        inputPartitions = inputs
        outputPartitions = outputs
        self.collective = collective
        self.together = together
        self.body = body
    }

    /// The same task with another body: what a loop launches again.
    public init(
        _ other: OpaqueTask, together: ((TaskTile, CollectiveTile) throws -> Void)? = nil,
        body: @escaping (TaskTile) -> Void
    ) {
        units = other.units
        grain = other.grain
        tilesAreDisjoint = other.tilesAreDisjoint
        needsHost = other.needsHost
        runsAlways = other.runsAlways
        inputPartitions = other.inputPartitions
        outputPartitions = other.outputPartitions
        collective = other.collective
        self.together = together
        self.body = body
    }
}

extension OpaqueTask.Partition {
    /// What one unit sees of a view, and the view's index of its first element.
    public func part(of lattice: Lattice, unit: Int) -> (lattice: Lattice, origin: AxisList) {
        var part = lattice
        var origin = AxisList(repeating: 0, count: lattice.axisCount)
        switch self {
        case .whole: break
        case .along(let axis), .blocks(let axis, _, _, _), .spans(let axis, _):
            let indices = indices(unit..<unit + 1, extent: lattice.shape[axis])
            origin[axis] = indices.lowerBound
            part = lattice.sliced(
                axis: axis, start: indices.lowerBound, step: 1, count: indices.count)
        case .tiles(let shape, let colors):
            let color = colors[unit]
            for axis in 0..<lattice.axisCount {
                origin[axis] = min(color[axis] * shape[axis], lattice.shape[axis])
                let count = min(shape[axis], lattice.shape[axis] - origin[axis])
                part = part.sliced(axis: axis, start: origin[axis], step: 1, count: count)
            }
        }
        return (part, origin)
    }
}

/// What an opaque body sees: the range of units and its operands, cut accordingly.
public struct TaskTile {
    /// One operand as a tile sees it.
    public struct Operand {
        /// The element at `lattice` index zero is at `memory + lattice.offset * type.byteCount`.
        public var memory: UnsafeMutableRawPointer
        /// Which elements the tile sees.
        public var lattice: Lattice
        /// The type of the elements.
        public var type: ElementType

        /// An operand by its parts.
        public init(memory: UnsafeMutableRawPointer, lattice: Lattice, type: ElementType) {
            self.memory = memory
            self.lattice = lattice
            self.type = type
        }
        /// The address of the first element.
        @inlinable public var start: UnsafeMutableRawPointer {
            memory + lattice.offset &* type.byteCount
        }
    }
    /// The units that run.
    public var units: Range<Int>
    /// What the task reads.
    public var inputs: [Operand]
    /// What it writes.
    public var outputs: [Operand]

    /// A tile by its parts.
    public init(units: Range<Int>, inputs: [Operand], outputs: [Operand]) {
        self.units = units
        self.inputs = inputs
        self.outputs = outputs
    }
}

/// What a collective body sees on one rank. It runs on every rank, exactly once per launch, in the
/// same order everywhere.
public struct CollectiveTile {
    /// One operand as a rank sees it.
    public struct Operand {
        /// The address of store element i is `memory + i * type.byteCount` on every rank, but only
        /// the elements at `positions` (and all, where `isLocal`) are there.
        public var memory: UnsafeMutableRawPointer
        /// The whole view.
        public var lattice: Lattice
        /// The type of the elements.
        public var type: ElementType
        /// The part of the view's elements, counted in row-major order, that is this rank's: of an
        /// output, what it must write. The parts of all ranks are consecutive, in rank order, and
        /// cover the view.
        public var positions: Range<Int>
        /// Where each rank's positions begin; one more entry holds the end.
        public var bounds: [Int]
        /// All elements of an input are on every rank.
        public var isLocal: Bool

        /// An operand by its parts.
        public init(
            memory: UnsafeMutableRawPointer, lattice: Lattice, type: ElementType,
            positions: Range<Int>,
            bounds: [Int], isLocal: Bool
        ) {
            self.memory = memory
            self.lattice = lattice
            self.type = type
            self.positions = positions
            self.bounds = bounds
            self.isLocal = isLocal
        }
    }
    /// This rank.
    public var rank: Int
    /// Ranks of the run.
    public var rankCount: Int
    /// What the task reads.
    public var inputs: [Operand]
    /// What it writes.
    public var outputs: [Operand]
    /// What carries the body's messages; `nil` where one rank is alone and sends nothing.
    public var messenger: (any CollectiveMessenger)?
    /// Who may help with the body's loops.
    public var workers: TaskWorkers

    /// A tile by its parts.
    public init(
        rank: Int, rankCount: Int, inputs: [Operand], outputs: [Operand],
        messenger: (any CollectiveMessenger)?,
        workers: TaskWorkers = .alone
    ) {
        self.rank = rank
        self.rankCount = rankCount
        self.inputs = inputs
        self.outputs = outputs
        self.messenger = messenger
        self.workers = workers
    }
}

/// What a collective body speaks through. Messages between two ranks arrive in the order they were
/// sent.
public protocol CollectiveMessenger: AnyObject {
    /// Copies the bytes and goes on.
    func send(_ bytes: UnsafeRawBufferPointer, to rank: Int)
    /// Waits for the next message of that many bytes.
    func receive(into buffer: UnsafeMutableRawBufferPointer, from rank: Int) throws
}
