/// From constraints to a cut: how many tiles there are, and what of every operand each tile sees.
///
/// Operands that are aligned or scaled to each other form a *component*: its tiles follow from
/// those of its base. The component of the first output (of the largest input, without outputs)
/// leads; the others are cut into as many tiles.
///
///     y[i] = f(x[i-1], x[i], x[i+1], w)      align(y, x)   bloat(y, x, 1, 1)   broadcast(w)
///     y  | 0 1 2 | 3 4 5 | 6 7 |              x  [0 4)  [2 7)  [5 8)            w  whole, three times
///
/// One tile always keeps all constraints, so there is always an answer. The answer depends on
/// shapes and constraints alone, never on workers or ranks: that is what makes results equal on any
/// number of them.
import Launches

/// Turns constraints into partitions.
public struct ConstraintSolver {
    let operands: [TiledOperand]
    let constraints: [TilingConstraint]
    let images: ImageReader
    /// The tile that a mapper wants of the leading operand.
    let tileShape: [Int]?

    /// The range of the target's first axis that each tile of an image's source names; `nil` where
    /// nobody knows.
    public typealias ImageReader = (
        _ image: TilingConstraint, _ source: OpaqueTask.Partition, _ tiles: Int
    ) throws -> [Range<Int>]?

    /// How finely to cut.
    public struct Grain: Sendable {
        /// Elements of the leading operand below which a tile is not worth its cost.
        public var elements: Int
        /// Tiles at most.
        public var tiles: Int
        /// The extents of a tile of the leading operand, where they shall be these: the first axis
        /// that they cut counts. Constraints still hold.
        public var tileShape: [Int]?

        /// A grain; the defaults serve most tasks.
        public init(elements: Int = 16_384, tiles: Int = 256, tileShape: [Int]? = nil) {
            self.elements = max(1, elements)
            self.tiles = max(1, tiles)
            self.tileShape = tileShape
        }
    }

    /// The cut of all operands.
    public struct Solution: Hashable, Sendable {
        /// Tiles of the launch.
        public var tiles: Int
        /// How each operand is cut.
        public var partitions: [OpaqueTask.Partition]

        /// A cut.
        public init(tiles: Int, partitions: [OpaqueTask.Partition]) {
            self.tiles = tiles
            self.partitions = partitions
        }
    }

    /// - Parameter images: Tells what the tiles of an image's source name; without it images are
    ///   seen whole.
    /// - Throws: ``ConstraintError`` when a constraint contradicts the operands' shapes; what
    ///   `images` throws.
    public static func solve(
        _ operands: [TiledOperand], _ constraints: [TilingConstraint], grain: Grain = Grain(),
        images: @escaping ImageReader = { _, _, _ in nil }
    ) throws -> Solution {
        let solver = ConstraintSolver(
            operands: operands, constraints: constraints, images: images, tileShape: grain.tileShape
        )
        try solver.validate()
        return try solver.cut(grain) ?? solver.single
    }

    private var single: Solution { Solution(tiles: 1, partitions: operands.map { _ in .whole }) }
}
