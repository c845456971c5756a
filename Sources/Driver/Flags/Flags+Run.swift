// Flags about this call of `legate`: what is run, what is printed around it.
import ArgumentParser

enum RunMode: String, CaseIterable {
    case python, exec
}

struct RunFlags: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: .init(
            "How the program is run: python, or exec for itself (default: python).",
            valueName: "mode"),
        completion: .list(RunMode.allCases.map(\.rawValue)), transform: Allowed.choice)
    var runMode: RunMode?

    @Flag(help: "Print paths, versions, command and environment before the run.")
    var verbose = false

    @Flag(help: "Print the settings that the run gets.")
    var showConfig = false

    @Flag(help: "Do everything but the run itself.")
    var dryRun = false

    @Flag(help: "Print when the run starts and ends.")
    var timing = false

    @Flag(help: "Colour what legate itself prints (also: FORCE_COLOR; never with NO_COLOR).")
    var color = false

    @Flag(help: "Print how this Legate was built, and exit.")
    var info = false

    @Flag(help: "Print the version, and exit.")
    var version = false

    /// For a program that runs without this command and has LEGATE_CONFIG.
    @Flag(help: .init("Print the variables that a program gets, and exit.", visibility: .hidden))
    var printVariables = false

    @Flag(help: .init("Print the manual page, and exit.", visibility: .hidden))
    var printManual = false

    var withoutEffect: [NoEffect] { [] }
}
