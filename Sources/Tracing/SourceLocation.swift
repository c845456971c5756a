/// A place in the user's program.
///
/// Every launch carries one, so it is plain bits: the file is a number in a table that lives as long
/// as the process, and copying a place counts no references.
import Synchronization

/// A file of a program, as the language that the program is written in names it.
public struct SourceFile: Hashable, Sendable {
    private let number: Int32

    private struct Names {
        var list: [String] = []
        var numbers: [String: Int32] = [:]
    }
    private static let names = Mutex(Names())

    /// The file of a name; equal names are one file. Any thread.
    ///
    /// - Complexity: a look into a table behind a lock: programs keep the files they know.
    public init(_ name: String) {
        number = SourceFile.names.withLock { names in
            if let known = names.numbers[name] { return known }
            let number = Int32(names.list.count)
            names.list.append(name)
            names.numbers[name] = number
            return number
        }
    }

    /// Its name.
    public var name: String { SourceFile.names.withLock { $0.list[Int(number)] } }
}

/// A file and a line.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let sourceFile: SourceFile
    private let number: Int32

    /// The file, as the language that the program is written in names it.
    public var file: String { sourceFile.name }
    /// The line, from one on.
    public var line: Int { Int(number) }

    /// A place by its parts.
    public init(file: String, line: Int) { self.init(SourceFile(file), line: line) }

    /// A place in a file that is known.
    public init(_ file: SourceFile, line: Int) {
        sourceFile = file
        number = Int32(clamping: line)
    }

    public var description: String { "\(file):\(line)" }
}
