/// What an author says about how the operands of a task may be cut, by operand number.
///
/// In one launch every operand is cut along one axis, or seen whole; tile *u* of one operand meets
/// tile *u* of all others.

/// A condition on the tiles of a task's operands.
public enum TilingConstraint: Hashable, Sendable {
    /// Both have one shape, and equal tiles.
    case align(Int, Int)
    /// The operand is not cut along these axes; along none, where they are not named.
    case broadcast(Int, axes: [Int]?)
    /// Where a tile of `small` is `[a, b)` along an axis, that of `big` is `[a·f, b·f)`, as far as
    /// it reaches.
    case scale([Int], small: Int, big: Int)
    /// A tile of `bloated` is the tile of `source`, and `low` indices more before, `high` more
    /// behind it.
    case bloat(source: Int, bloated: Int, low: [Int], high: [Int])
    /// The tile of `target` holds at least the tile of `source`.
    case contain(source: Int, target: Int)
    /// The elements of `source` are indices, or ranges of indices, of `target`'s first axis: a tile
    /// of `target` holds those that the tile of `source` names.
    case image(source: Int, target: Int, hint: ImageHint = .whole)
    /// No tile is smaller, but for a store that is.
    case minimumExtents(Int, [Int])
    /// The tiles along the first axis have these extents.
    case weights(Int, [Int])

    /// The operands it speaks of.
    public var operands: [Int] {
        switch self {
        case .align(let a, let b): [a, b]
        case .broadcast(let a, _), .minimumExtents(let a, _), .weights(let a, _): [a]
        case .scale(_, let a, let b), .bloat(let a, let b, _, _), .contain(let a, let b),
            .image(let a, let b, _):
            [a, b]
        }
    }
}

/// How closely a tile of an image follows the indices that it must hold.
public enum ImageHint: Hashable, Sendable {
    /// Every tile holds all of the target: nobody looks at the indices, and a launch does not wait
    /// for them.
    case whole
    /// From the least index of a tile to its largest: the launch waits for the indices.
    case minMax
    /// From the first index of a tile to its last, for indices in ascending order: the launch waits
    /// for them, and looks at two of each tile.
    case firstLast
}

/// What the solver knows of an operand.
public struct TiledOperand: Hashable, Sendable {
    /// What a task does with it.
    public enum Role: Hashable, Sendable {
        case input
        /// Tiles must not overlap.
        case output
        /// Every tile may contribute to every element.
        case reduction
    }
    /// Extents.
    public var shape: [Int]
    /// What the task does with it.
    public var role: Role
    /// Axes along which all indices are the same element: an output is not cut along them.
    public var repeated: Set<Int>

    /// An operand.
    public init(shape: [Int], role: Role, repeated: Set<Int> = []) {
        self.shape = shape
        self.role = role
        self.repeated = repeated
    }
}

/// Constraints that no cut, not even none, could keep.
public struct ConstraintError: Error, Hashable {
    /// Operands by number stand as `#k`, for the caller to name.
    public var message: String
}
