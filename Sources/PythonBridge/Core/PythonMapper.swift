/// Mappers in Python: asked once for each task, when it is first launched, on the program's thread.
///
/// In: two callables, one that answers everything about a task, one that knows numbers by name.
/// Out: a mapper of the core's. What the first raises appears at the launching line, because the
/// launch is not recorded yet.
import CPlatform
import LegateCore

final class PythonMapper: Mapper {
    private struct Answers {
        var kind: ProcessorKind
        var grain: ConstraintSolver.Grain
        var tileShape: [Int]?
        var memory: MemoryKind
        var scratchBytes: Int
    }

    private let decide: PythonReference
    private let number: PythonReference
    private var answers: [String: Answers] = [:]

    /// Mappers in Python by their library; launches look here only while there are some.
    nonisolated(unsafe) private static var installed: [ObjectIdentifier: PythonMapper] = [:]

    private init(_ decide: Obj, _ number: Obj) {
        self.decide = PythonReference(decide)
        self.number = PythonReference(number)
    }

    /// `core_mapper(library, decide, tunable)`
    static func install(_ arguments: ArgumentPointer) throws -> Obj? {
        let library = try Library.find(try string(arguments[0]))
        let mapper = PythonMapper(arguments[1]!, arguments[2]!)
        installed[ObjectIdentifier(library)] = mapper
        library.mapper = mapper
        return lg_none()
    }

    /// Asks a task's mapper where it is one of these and has not been asked.
    @inline(__always) static func prepare(_ task: LibraryTask) throws {
        if installed.isEmpty { return }
        try installed[ObjectIdentifier(task.library)]?.ask(task.declaration)
    }

    private func ask(_ task: TaskDeclaration) throws {
        if answers[task.name] != nil { return }
        func names(_ names: [String]) -> Obj? { tuple(names.map { pythonString($0) }) }
        let given = [
            pythonString(task.name), names(task.inputs), names(task.outputs),
            names(task.reductions.map(\.name)),
            names(task.scalars), names(task.variants.map(\.rawValue)),
        ]
        defer { for object in given { Py_DecRef(object) } }
        let result = try given.withUnsafeBufferPointer {
            try check(PyObject_Vectorcall(decide.object, $0.baseAddress, $0.count, nil))
        }
        defer { Py_DecRef(result) }
        let items = borrowedItems(result)
        answers[task.name] = Answers(
            kind: ProcessorKind(rawValue: try string(items[0])) ?? .cpu,
            grain: ConstraintSolver.Grain(
                elements: try integer(items[1]), tiles: try integer(items[2])),
            tileShape: lg_is_none(items[3]) == 1
                ? nil : try borrowedItems(items[3]).map { try integer($0) },
            memory: MemoryKind(rawValue: try string(items[4])) ?? .system,
            scratchBytes: try integer(items[5]))
    }

    func variant(of task: TaskDeclaration, from kinds: [ProcessorKind]) -> ProcessorKind {
        answers[task.name].map(\.kind) ?? DefaultMapper().variant(of: task, from: kinds)
    }
    func grain(of task: TaskDeclaration) -> ConstraintSolver.Grain {
        answers[task.name].map(\.grain) ?? ConstraintSolver.Grain()
    }
    func tileShape(of task: TaskDeclaration) -> [Int]? { answers[task.name].flatMap(\.tileShape) }
    func memory(of task: TaskDeclaration) -> MemoryKind {
        answers[task.name].map(\.memory) ?? .system
    }
    func scratchBytes(of task: TaskDeclaration) -> Int {
        answers[task.name].map(\.scratchBytes) ?? 0
    }

    /// For libraries in Swift whose mapper a program in Python has replaced: what it raises has no
    /// line to appear at.
    func tunable(_ name: String) -> Int? {
        let state = PyGILState_Ensure()
        defer { PyGILState_Release(state) }
        let word = pythonString(name)
        defer { Py_DecRef(word) }
        guard let result = try? call(number.object, word) else {
            PyErr_WriteUnraisable(number.object)
            return nil
        }
        defer { Py_DecRef(result) }
        return lg_is_none(result) == 1 ? nil : try? integer(result)
    }
}
