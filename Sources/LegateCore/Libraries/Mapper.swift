/// What a library may decide about how its launches run. The defaults serve most libraries.
import Launches
import Partitions

/// Decisions about a library's launches. Answers must depend on nothing but the task: results
/// follow from some of them, and every rank must give the same.
public protocol Mapper {
    /// The kind of processor whose body runs, of those that the task has one for.
    func variant(of task: TaskDeclaration, from kinds: [ProcessorKind]) -> ProcessorKind
    /// How finely a task's operands are cut.
    func grain(of task: TaskDeclaration) -> ConstraintSolver.Grain
    /// The extents of a tile of the leading operand (the first output, or the largest input); `nil`
    /// leaves them to the grain. The first axis along which they are smaller than the operand is
    /// cut so.
    func tileShape(of task: TaskDeclaration) -> [Int]?
    /// Where a task's operands and its scratch memory lie.
    func memory(of task: TaskDeclaration) -> MemoryKind
    /// Bytes that each tile has for itself while the body runs (``TaskContext/scratch``). They
    /// count as array memory: a launch that would exceed the ceiling throws ``MemoryCeilingError``.
    func scratchBytes(of task: TaskDeclaration) -> Int
    /// A number of the library's own, by name: what is worth tuning from outside; `nil` where it
    /// has none.
    func tunable(_ name: String) -> Int?
}

/// Kinds of memory. CPUs have one.
public enum MemoryKind: String, CaseIterable, Sendable, Hashable {
    /// Ordinary memory.
    case system
    /// Memory near the cores of one socket.
    case socket
    /// A GPU's own memory.
    case framebuffer
    /// Ordinary memory that a GPU reaches.
    case zeroCopy
}

extension Mapper {
    /// The CPU's where there is one.
    public func variant(of task: TaskDeclaration, from kinds: [ProcessorKind]) -> ProcessorKind {
        kinds.contains(.cpu) ? .cpu : kinds[0]
    }
    /// Tiles of 16,384 elements, 256 at most.
    public func grain(of task: TaskDeclaration) -> ConstraintSolver.Grain {
        ConstraintSolver.Grain()
    }
    /// None: the grain decides.
    public func tileShape(of task: TaskDeclaration) -> [Int]? { nil }
    /// Ordinary memory.
    public func memory(of task: TaskDeclaration) -> MemoryKind { .system }
    /// None.
    public func scratchBytes(of task: TaskDeclaration) -> Int { 0 }
    /// None.
    public func tunable(_ name: String) -> Int? { nil }

    /// The body that runs.
    func body(of task: TaskDeclaration) -> TaskDeclaration.Body {
        let kinds = task.variants.filter { $0 != .gpu }
        guard !kinds.isEmpty, let body = task.bodies[variant(of: task, from: kinds)] else {
            return { _ in
                throw CoreError(
                    .value, "task '\(task.name)' has no body for the processors of this machine")
            }
        }
        return body
    }
}

/// The mapper of a library that has none of its own.
public struct DefaultMapper: Mapper {
    /// The only one there is.
    public init() {}
}

extension Library {
    /// A number of the library's own, as its mapper sets it.
    ///
    /// - Throws: ``CoreError/Kind/key`` where the mapper has none of this name and there is no
    ///   default.
    public func tunable(_ name: String, default value: Int? = nil) throws -> Int {
        if let known = mapper.tunable(name) ?? value { return known }
        throw CoreError(.key, "the mapper of library '\(self.name)' has no tunable '\(name)'")
    }
}
