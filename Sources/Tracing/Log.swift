/// What the runtime says about its work: loggers by name, each with a level (`--logging
/// window=info,memory=debug`).
///
/// In: `LEGATE_LOGGING` (`logger=level,…`; a level alone, or `legate=level`, is for all loggers)
/// and `LEGATE_LOG_FILE`. Out: lines `[rank] seconds {level}{legate.logger}: text` on standard
/// error, or in the file; what is as grave as a warning then appears on both. Nothing is logged
/// unless it was asked for, and a text is made only if it is shown:
///
///     if Log.memory.shows(.debug) { Log.memory.write(.debug, "…") }
import Glibc

public struct Log: Sendable {
    public enum Level: UInt8, Sendable, CaseIterable {
        case spew, debug, info, print, warning, error, fatal, none
    }

    public let name: String
    let index: Int

    /// Start and end of the runtime, and changes of what it may use.
    public static let core = Log(name: "core", index: 0)
    /// Windows: what was recorded, and where its plan comes from.
    public static let window = Log(name: "window", index: 1)
    /// Which processors take the work.
    public static let mapper = Log(name: "mapper", index: 2)
    /// Memory that comes from the system or goes back to it.
    public static let memory = Log(name: "memory", index: 3)
    /// Kernels that are compiled.
    public static let kernels = Log(name: "kernels", index: 4)
    /// Messages between ranks.
    public static let ranks = Log(name: "ranks", index: 5)
    /// Calls that run through NumPy.
    public static let host = Log(name: "host", index: 6)

    public static let all = [core, window, mapper, memory, kernels, ranks, host]

    /// The lowest level that is shown, by logger.
    private static let lowest: [UInt8] = levels(setting("LEGATE_LOGGING") ?? "")
    private static let start = seconds()
    private static let rank = setting("LEGATE_GLOBAL_RANK") ?? "0"
    nonisolated(unsafe) private static var file: UnsafeMutablePointer<FILE>? = openFile()

    /// Whether anything of this level is shown. One comparison.
    @inline(__always)
    public func shows(_ level: Level) -> Bool { level.rawValue >= Log.lowest[index] }

    /// Writes a line if the level is shown. Any thread.
    public func write(_ level: Level, _ text: @autoclosure () -> String) {
        guard shows(level) else { return }
        let start = Log.start  // Set at its first use: before the clock is read again.
        let time = (Log.seconds() - start) * 1e6
        let micros = Int(time.rounded()),
            fraction = String(micros % 1_000_000 + 1_000_000).dropFirst()
        let line =
            "[\(Log.rank)] \(micros / 1_000_000).\(fraction) {\(level.rawValue)}{legate.\(name)}: \(text())\n"
        if let file = Log.file, fputs(line, file) < 0 { Log.giveUpFile() }
        if Log.file == nil || level.rawValue >= Level.warning.rawValue { fputs(line, stderr) }
    }

    /// What a list of levels means for every logger. Words that are none are passed over: the
    /// driver has refused them.
    static func levels(_ text: String) -> [UInt8] {
        var levels = [UInt8](repeating: Level.none.rawValue, count: all.count)
        for pair in text.split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard let word = parts.last, let level = Level(word) else { continue }
            let name =
                parts.count == 1
                ? "legate"
                : String(parts[0].hasPrefix("legate.") ? parts[0].dropFirst(7) : parts[0])
            for log in all where name == "legate" || name == log.name {
                levels[log.index] = level.rawValue
            }
        }
        return levels
    }

    /// The disk is full, or worse: from here on lines go to standard error.
    private static func giveUpFile() {
        fputs("legate: the log file ends here: \(String(cString: strerror(errno)))\n", stderr)
        file = nil
    }

    private static func openFile() -> UnsafeMutablePointer<FILE>? {
        guard let path = setting("LEGATE_LOG_FILE") else { return nil }
        guard let file = fopen(path, "w") else {
            fputs(
                "legate: the log file '\(path)' cannot be written: \(String(cString: strerror(errno)))\n",
                stderr)
            return nil
        }
        setlinebuf(file)
        return file
    }

    private static func setting(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

extension Log.Level {
    /// A number from 0 to 7, or a name; `all` is the lowest.
    init?(_ word: Substring) {
        if let number = UInt8(word) {
            self.init(rawValue: number)
        } else if word == "all" {
            self = .spew
        } else {
            guard let level = Self.allCases.first(where: { "\($0)" == word }) else { return nil }
            self = level
        }
    }
}
