/// A library: a name, tasks, and a mapper.
///
/// The runtime knows each library by its name, once. The array library is one like any other.
import Glibc
import Launches
import Tracing

/// A library of tasks.
public final class Library {
    /// The name, unique in the process.
    public let name: String
    /// What the library decides about its launches, where the defaults do not please.
    public var mapper: any Mapper {
        didSet { for task in order { task.forgetForms() } }
    }
    /// The line that registered it.
    public let source: SourceLocation
    private var tasks: [String: LibraryTask] = [:]
    /// In the order of registration: a task's number is its place.
    private var order: [LibraryTask] = []

    nonisolated(unsafe) private static var known: [String: Library] = [:]

    private init(_ name: String, _ mapper: any Mapper, _ source: SourceLocation) {
        self.name = name
        self.mapper = mapper
        self.source = source
    }

    /// Registers a library with its tasks.
    ///
    /// - Throws: ``CoreError/Kind/runtime`` when a library of this name is there;
    ///   ``CoreError/Kind/value`` for an empty name or two tasks of one name.
    @discardableResult
    public static func register(
        _ name: String, tasks: [TaskDeclaration] = [], mapper: any Mapper = DefaultMapper(),
        file: String = #fileID,
        line: Int = #line
    ) throws -> Library {
        guard !name.isEmpty else { throw CoreError(.value, "a library needs a name") }
        if let other = known[name] {
            throw CoreError(
                .runtime, "a library named '\(name)' is registered already, by \(other.source)")
        }
        let library = Library(name, mapper, .here(file, line))
        for task in tasks { try library.register(task) }
        known[name] = library
        return library
    }

    /// The library of a name; a new one without tasks where there is none.
    public static func findOrRegister(_ name: String, file: String = #fileID, line: Int = #line)
        throws -> Library
    {
        try known[name] ?? register(name, file: file, line: line)
    }

    /// The library of a name.
    ///
    /// - Throws: ``CoreError/Kind/key`` when there is none.
    public static func find(_ name: String) throws -> Library {
        if let library = known[name] { return library }
        let names = known.keys.sorted().joined(separator: ", ")
        throw CoreError(
            .key,
            "no library named '\(name)' is registered; there are: \(names.isEmpty ? "none" : names)"
        )
    }

    /// Adds a task.
    ///
    /// - Throws: ``CoreError/Kind/value`` when the library has a task of this name.
    @discardableResult
    public func register(_ declaration: TaskDeclaration) throws -> LibraryTask {
        guard tasks[declaration.name] == nil else {
            throw CoreError(.value, "library '\(name)' has a task '\(declaration.name)' already")
        }
        let task = try LibraryTask(declaration, of: self)
        tasks[declaration.name] = task
        order.append(task)
        return task
    }

    /// The task of a name.
    ///
    /// - Throws: ``CoreError/Kind/key`` when there is none.
    public func task(_ name: String) throws -> LibraryTask {
        if let task = tasks[name] { return task }
        let names = order.map(\.declaration.name).joined(separator: ", ")
        throw CoreError(
            .key,
            "library '\(self.name)' has no task '\(name)'; it has: \(names.isEmpty ? "none" : names)"
        )
    }

    /// The names of all tasks, in the order of their registration.
    public var taskNames: [String] { order.map(\.declaration.name) }

    /// A launch of one of the library's tasks, to be filled in and executed.
    public func autoTask(_ name: String) throws -> AutoTask { AutoTask(try task(name)) }
}
