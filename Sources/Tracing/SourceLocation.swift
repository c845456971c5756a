/// A place in the user's program.

/// A file and a line.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    /// The file, as the language that the program is written in names it.
    public var file: String
    /// The line, from one on.
    public var line: Int

    /// A place by its parts.
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    public var description: String { "\(file):\(line)" }
}
