/// Constraints as authors write them: by the names of operands in declarations, by number in
/// launches.
import Partitions

/// A condition on how a task's operands are cut into tiles. See ``TilingConstraint`` for what each
/// means exactly.
public struct Constraint: Hashable, Sendable {
    /// An operand by name, or by number (inputs, outputs, reductions, in the order of the
    /// declaration).
    public enum Operand: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral
    {
        /// By the declaration's name.
        case name(String)
        /// By number.
        case number(Int)

        /// A name.
        public init(stringLiteral value: String) { self = .name(value) }
        /// A number.
        public init(integerLiteral value: Int) { self = .number(value) }
    }

    private enum Form: Hashable, Sendable {
        case align([Operand])
        case broadcast([Operand], axes: [Int]?)
        case scale([Int], Operand, Operand)
        case bloat(Operand, Operand, [Int], [Int])
        case contain(Operand, Operand)
        case image(Operand, Operand, ImageHint)
        case minimumExtents(Operand, [Int])
        case weights(Operand, [Int])
    }
    private let form: Form

    /// Operands of equal shapes get equal tiles.
    public static func align(_ operands: Operand...) -> Constraint {
        Constraint(form: .align(operands))
    }
    /// The same for a list of operands.
    public static func align(_ operands: [Operand]) -> Constraint {
        Constraint(form: .align(operands))
    }

    /// Every tile sees all of these operands.
    public static func broadcast(_ operands: Operand...) -> Constraint {
        Constraint(form: .broadcast(operands, axes: nil))
    }

    /// Every tile sees all indices of these axes.
    public static func broadcast(_ operand: Operand, axes: [Int]) -> Constraint {
        Constraint(form: .broadcast([operand], axes: axes))
    }

    /// A tile of `big` is the tile of `small` with its bounds times `factors`.
    public static func scale(_ factors: [Int], small: Operand, big: Operand) -> Constraint {
        Constraint(form: .scale(factors, small, big))
    }

    /// A tile of `bloated` is the tile of `source` with a halo: `low` indices before, `high` behind
    /// it, along each axis.
    public static func bloat(source: Operand, bloated: Operand, low: [Int], high: [Int])
        -> Constraint
    {
        Constraint(form: .bloat(source, bloated, low, high))
    }

    /// A tile of `target` holds at least what the tile of `source` does.
    public static func contain(source: Operand, target: Operand) -> Constraint {
        Constraint(form: .contain(source, target))
    }

    /// A tile of `target` holds the indices that are the elements of the tile of `source`.
    ///
    /// - Parameter hint: How closely. All but ``ImageHint/whole`` look at the indices, so the
    ///   launch waits for them.
    public static func image(source: Operand, target: Operand, hint: ImageHint = .whole)
        -> Constraint
    {
        Constraint(form: .image(source, target, hint))
    }

    /// No tile of the operand is smaller, unless the operand is.
    public static func minimumExtents(_ operand: Operand, _ extents: [Int]) -> Constraint {
        Constraint(form: .minimumExtents(operand, extents))
    }

    /// The operand's tiles along its first axis have these extents.
    public static func weights(_ operand: Operand, _ extents: [Int]) -> Constraint {
        Constraint(form: .weights(operand, extents))
    }

    /// The same with operands by number: for launches by number, as bridges make them.
    ///
    /// - Throws: ``CoreError/Kind/key`` for a name or number that is none.
    public func resolved(_ names: [String], task: String) throws -> [TilingConstraint] {
        func number(_ operand: Operand) throws -> Int {
            switch operand {
            case .number(let k) where names.indices.contains(k): return k
            case .number(let k):
                throw CoreError(.key, "task '\(task)' has no operand \(k): it has \(names.count)")
            case .name(let name):
                if let k = names.firstIndex(of: name) { return k }
                throw CoreError(
                    .key,
                    "task '\(task)' has no operand '\(name)' to constrain; it has \(names.joined(separator: ", "))"
                )
            }
        }
        switch form {
        case .align(let operands):
            let numbers = try operands.map(number)
            return zip(numbers, numbers.dropFirst()).map { .align($0, $1) }
        case .broadcast(let operands, let axes):
            return try operands.map { .broadcast(try number($0), axes: axes) }
        case .scale(let factors, let small, let big):
            return [.scale(factors, small: try number(small), big: try number(big))]
        case .bloat(let source, let bloated, let low, let high):
            return [
                .bloat(
                    source: try number(source), bloated: try number(bloated), low: low, high: high)
            ]
        case .contain(let source, let target):
            return [.contain(source: try number(source), target: try number(target))]
        case .image(let source, let target, let hint):
            return [.image(source: try number(source), target: try number(target), hint: hint)]
        case .minimumExtents(let operand, let extents):
            return [.minimumExtents(try number(operand), extents)]
        case .weights(let operand, let extents): return [.weights(try number(operand), extents)]
        }
    }
}
