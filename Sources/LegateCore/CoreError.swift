/// What authors and users of libraries can do wrong, as values: a kind, a sentence, and the line
/// that caused it.
///
/// The kinds follow Python's exceptions, because most users of a library meet it there.
import Tracing

/// An error in the use of the core's interface, or of a task that failed.
public struct CoreError: Error, CustomStringConvertible, Sendable {
    /// The family of an error; Python's exception types by name.
    public enum Kind: Sendable, Hashable {
        /// An operand or argument has the wrong type.
        case type
        /// An argument has the right type and a value that cannot be.
        case value
        /// An index or axis is out of range.
        case index
        /// No such name.
        case key
        /// The call is right, but not now: a store without contents, a second registration, a call
        /// inside a task.
        case runtime
        /// Named, but not there.
        case notImplemented
        /// A file cannot be read or written.
        case file
    }
    /// The family.
    public var kind: Kind
    /// One sentence that names what is wrong and what would be right.
    public var message: String
    /// The line of the program that caused it, where that is not the calling one.
    public var source: SourceLocation?

    /// An error of a kind, in one sentence.
    public init(_ kind: Kind, _ message: String, source: SourceLocation? = nil) {
        self.kind = kind
        self.message = message
        self.source = source
    }

    public var description: String { source.map { "\(message) (launched at \($0))" } ?? message }
}

extension CoreError {
    /// The words of records are no numbers.
    static func reducedRecords(_ source: SourceLocation?) -> CoreError {
        CoreError(
            .type, "records are not reduced as a whole: reduce the numbers() of a field",
            source: source)
    }

    /// Somebody's memory that was lent for reading shall not be written.
    static func readOnly(_ source: SourceLocation?) -> CoreError {
        CoreError(.value, "a task cannot write a read-only store", source: source)
    }
}
