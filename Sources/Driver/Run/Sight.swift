// The words in front of a program that ask to see a run: `explain`, `explain --html`, `profile`,
// `doctor`, `calibrate`.
//
// In: the words after the flags. Out: which of them was meant, and the program to be run for it.

enum Sight {
    /// Print what becomes of the program's calls.
    case explain
    /// The same as a page.
    case explainPage
    /// Read the files that a run has left.
    case profile
    /// Look for habits that cost.
    case doctor
    /// Measure this machine.
    case calibrate

    /// Takes its words away; `nil` where a plain program follows.
    init?(taking words: inout [String]) throws {
        switch words.first {
        case "explain": self = .explain
        case "profile": self = .profile
        case "doctor": self = .doctor
        case "calibrate": self = .calibrate
        default: return nil
        }
        let word = words.removeFirst()
        if case .explain = self, words.first == "--html" {
            words.removeFirst()
            self = .explainPage
        }
        guard words.isEmpty, self != .calibrate else { return }
        let what = word == "profile" ? "a file that --profile has written" : "a program"
        throw DriverError.missingArgument(of: word, what: what)
    }

    func program(_ words: [String]) throws -> Program {
        switch self {
        case .explain, .explainPage: return try Program(words: words)
        case .profile: return .module("legate.profile", arguments: words)
        case .doctor: return .module("legate.doctor", arguments: words)
        case .calibrate: return .module("legate.calibrate", arguments: words)
        }
    }
}

extension LegateFlags {
    /// Where ranks write what they do; `nil` where nobody wants to see it.
    func tracePrefix(for sight: Sight?) -> String? {
        if sight == .profile { return nil }
        guard profiling.profile || debugging.dataflow || debugging.event || sight == .explainPage
        else { return nil }
        return "\(logging.logdir ?? ".")/\(profiling.profileName ?? "legate")"
    }
}
