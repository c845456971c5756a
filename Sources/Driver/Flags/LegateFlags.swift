// All flags of `legate`, gathered from the groups beside this file, and the words after them.
//
// In: the words of the command line (after the environment's and LEGATE_CONFIG's). Out: one value
// per flag, and `remainder`: everything from the first word that is not a flag of ours, untouched.
// Parsing stops there, so `legate program.py --cpus 3` hands `--cpus 3` to the program.
import ArgumentParser

struct LegateFlags: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "legate",
        abstract: "Runs a NumPy program, unchanged but for one import, on all cores.",
        usage: """
            legate [flags] program.py [arguments]
            legate [flags] -m module [arguments]
            legate [flags] -c code [arguments]
            legate [flags] explain program.py [arguments]
            legate calibrate                (measures this machine, once)
            legate [flags]                  (a console)
            legate --nodes N --launcher mpirun [flags] program.py [arguments]
            """,
        discussion: """
            Everything after the program belongs to the program. Flags may also stand in the \
            variable LEGATE_CONFIG; the command line wins, then LEGATE_CONFIG, then single \
            variables such as LEGATE_SYSMEM. Flags cannot be abbreviated; -m may also be \
            spelled --module.
            """)

    @OptionGroup(title: "Resources") var resources: ResourceFlags
    @OptionGroup(title: "Several ranks") var ranks: RankFlags
    @OptionGroup(title: "Profiling") var profiling: ProfilingFlags
    @OptionGroup(title: "Logging") var logging: LoggingFlags
    @OptionGroup(title: "Debugging") var debugging: DebuggingFlags
    @OptionGroup(title: "Runtime") var runtime: RuntimeFlags
    @OptionGroup(title: "The run itself") var run: RunFlags

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("The program and its arguments.", valueName: "program"),
        completion: .file())
    var remainder: [String] = []

    /// The flags that were given and change nothing in this run.
    var withoutEffect: [NoEffect] {
        resources.withoutEffect + ranks.withoutEffect + profiling.withoutEffect
            + logging.withoutEffect + debugging.withoutEffect + runtime.withoutEffect
            + run.withoutEffect
            + notes([
                (
                    "--min-omp-chunk",
                    runtime.minOmpChunk != nil && resources.groupedWorkers == nil,
                    "without --omps there are no groups"
                ),
                (
                    "--profile-name", profiling.profileName != nil && !isRecorded,
                    "without --profile, --dataflow or --event nothing is recorded"
                ),
            ])
    }

    private var isRecorded: Bool {
        profiling.profile || debugging.dataflow || debugging.event
            || remainder.prefix(2) == ["explain", "--html"]
    }

    /// The long names of all flags, read from the help page so that no second list exists.
    static var names: [String] {
        var names = Set<String>()
        for word in helpMessage(includeHidden: true, columns: 1000).split(whereSeparator: {
            " ,\n[]()|/".contains($0)
        }) where word.hasPrefix("--") && word.count > 2 {
            names.insert(String(word.prefix { $0.isLetter || $0 == "-" }))
        }
        return names.union(["--module", "--help"]).sorted()
    }
}

/// Keeps the names of the flags that were really asked for.
func asked(_ flags: [(name: String, given: Bool)]) -> [String] {
    flags.filter(\.given).map(\.name)
}
