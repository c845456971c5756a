/// What authors of libraries rely on: tests of the core's public interface, without the array
/// library.
import LegateCore
import Testing

/// Suites share the process's runtime: they run one after another.
@Suite(.serialized) struct AuthorTests {}

/// A library of a name that nobody else has.
func makeLibrary(_ tasks: [TaskDeclaration] = [], mapper: any Mapper = DefaultMapper()) throws
    -> Library
{
    libraryCount += 1
    return try Library.register("library \(libraryCount)", tasks: tasks, mapper: mapper)
}
nonisolated(unsafe) private var libraryCount = 0

/// The sentence of the error that a body throws, without the line of the launch.
func sentence(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch let error as CoreError {
        return error.message
    } catch { return "\(error)" }
}
