// What may stand behind `--logging`: `logger=level` pairs, or a level alone for all loggers.
//
// The loggers are those of the runtime (Tracing/Log.swift); a test compares the two lists.

extension Allowed {
    /// Loggers by name; `legate` stands for all of them, and may also stand before a name and a
    /// dot.
    static let loggers = ["core", "window", "mapper", "memory", "kernels", "ranks", "host"]

    static let logLevels = [
        "all", "spew", "debug", "info", "print", "warning", "error", "fatal", "none",
    ]

    @Sendable static func logLevels(_ text: String) throws -> String {
        for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let level = parts.last, isLevel(level), parts.count == 1 || isLogger(parts[0])
            else {
                throw Refusal(
                    allowed: "logger=level,…; loggers: legate (all of them), "
                        + loggers.joined(separator: ", ") + "; levels: a number from 0 to 7 or "
                        + logLevels.joined(separator: ", "))
            }
        }
        return text
    }

    private static func isLevel(_ word: Substring) -> Bool {
        Int(word).map { (0...7).contains($0) } ?? logLevels.contains(String(word))
    }

    private static func isLogger(_ word: Substring) -> Bool {
        let name = word.hasPrefix("legate.") ? word.dropFirst("legate.".count) : word
        return word == "legate" || loggers.contains(String(name))
    }
}
