// What is to be run: a file, a module, a piece of code, or the console; and Python's words for it.

/// The spellings that make the next word something else than a program file.
enum ProgramChoice {
    case module(joined: String?)
    case code

    init?(word: String) {
        switch word {
        case "-m", "--module": self = .module(joined: nil)
        case "-c": self = .code
        case _ where word.hasPrefix("--module="):
            self = .module(joined: String(word.dropFirst("--module=".count)))
        default: return nil
        }
    }
}

enum Program {
    case file(String, arguments: [String])
    case module(String, arguments: [String])
    case code(String, arguments: [String])
    case console

    var isConsole: Bool {
        guard case .console = self else { return false }
        return true
    }

    /// Reads the words after the flags; `explain` in front is already gone.
    init(words: [String]) throws {
        guard let first = words.first else {
            self = .console
            return
        }
        switch ProgramChoice(word: first) {
        case nil: self = .file(first, arguments: Array(words.dropFirst()))
        case .module(.some(let name)):
            self = .module(name, arguments: Array(words.dropFirst()))
        case .module(nil):
            guard words.count > 1 else {
                throw DriverError.missingArgument(of: first, what: "the name of a module")
            }
            self = .module(words[1], arguments: Array(words.dropFirst(2)))
        case .code:
            guard words.count > 1 else {
                throw DriverError.missingArgument(of: first, what: "a piece of Python")
            }
            self = .code(words[1], arguments: Array(words.dropFirst(2)))
        }
    }

    /// The words that follow `python` on the command line. Input reaches rank 0 alone: where there
    /// are several, the console reads it for all.
    func pythonWords(ranks: Int) -> [String] {
        switch self {
        case .file("-", let arguments) where ranks > 1:
            return ["-c", "import legate.console as c; c.run_input()", "-"] + arguments
        case .file(let path, let arguments): return [path] + arguments
        case .module(let name, let arguments): return ["-m", name] + arguments
        case .code(let text, let arguments): return ["-c", text] + arguments
        case .console: return ["-c", "import legate.console as c; c.run()"]
        }
    }
}
