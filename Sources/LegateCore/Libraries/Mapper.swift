/// What a library may decide about how its launches run. The defaults serve most libraries.
import Launches
import Partitions

public protocol Mapper {
    /// The kind of processor whose body runs, of those that the task has one for.
    func variant(of task: TaskDeclaration, from kinds: [ProcessorKind]) -> ProcessorKind
    /// How finely a task's operands are cut. It must depend on nothing but the task: results follow from it.
    func grain(of task: TaskDeclaration) -> ConstraintSolver.Grain
    /// A number of the library's own, by name: what is worth tuning from outside; `nil` where it has none.
    func tunable(_ name: String) -> Int?
}

extension Mapper {
    public func variant(of task: TaskDeclaration, from kinds: [ProcessorKind]) -> ProcessorKind {
        kinds.contains(.cpu) ? .cpu : kinds[0]
    }
    public func grain(of task: TaskDeclaration) -> ConstraintSolver.Grain { ConstraintSolver.Grain() }
    public func tunable(_ name: String) -> Int? { nil }

    /// The body that runs.
    func body(of task: TaskDeclaration) -> TaskDeclaration.Body {
        let kinds = task.variants.filter { $0 != .gpu }
        guard !kinds.isEmpty, let body = task.bodies[variant(of: task, from: kinds)] else {
            return { _ in throw CoreError(.value, "task '\(task.name)' has no body for the processors of this machine") }
        }
        return body
    }
}

/// The mapper of a library that has none of its own.
public struct DefaultMapper: Mapper {
    public init() {}
}
