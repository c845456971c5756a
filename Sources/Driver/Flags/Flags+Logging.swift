// Flags that say what is written down during a run, and where.
import ArgumentParser

struct LoggingFlags: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: .init(
            "What the runtime logs, as logger=level,… or a level for all of it.",
            valueName: "levels"),
        completion: .list(Allowed.loggers.map { "\($0)=info" } + ["info", "debug"]),
        transform: Allowed.logLevels)
    var logging: String?

    @Option(
        parsing: .unconditional,
        help: .init("Folder for all files a run writes (default: here).", valueName: "folder"),
        completion: .directory)
    var logdir: String?

    @Flag(help: "Write log lines to <logdir>/legate_<rank>.log; warnings also to the terminal.")
    var logToFile = false

    @Flag(
        name: [.long, .customLong("progress")],
        help: "A line on the terminal that tells how the run goes.")
    var showProgress = false

    @Flag(
        name: [.long, .customLong("mem-usage")],
        help: "A report of the memory used, at the end of the run.")
    var showMemoryUsage = false

    var withoutEffect: [NoEffect] {
        []
    }
}
