// The run, decided: the words of the command, the variables that are set for it.
//
// In: the flags, the environment, the place. Out: a value that can be printed (`--verbose`), left
// alone (`--dry-run`) or executed. Everything that can be refused is refused here. With a launcher
// the command is the launcher's, and every rank comes through here again as itself.
import Glibc

struct RunPlan {
    let command: [String]
    let variables: [(name: String, value: String)]
    let world: World
    /// What a console's rank 0 is lent.
    let terminal: Terminal?

    /// - Parameter arguments: The words of the command line, which ranks get again.
    init(
        flags: LegateFlags, arguments: [String], environment: [String: String], place: Place
    ) throws {
        var words = flags.remainder
        let sight = try Sight(taking: &words)
        let program = try sight?.program(words) ?? Program(words: words)
        world = try World(flags: flags, environment: environment)
        try refuseMissingFile(program)
        try refuseAbsentHardware(flags, world)

        if case .launch(let launch) = world {
            try flags.refuseLogFolder()
            command =
                launch.words(environment: environment)
                + launch.rankCommand(arguments, program: flags.remainder, place: place)
            terminal = program.isConsole && launch.isHere ? Terminal() : nil
            variables = (launch.variables + (terminal.map { [$0.variable] } ?? []))
                .map { (name: $0.0, value: $0.1) }
            return
        }
        terminal = nil
        try flags.ranks.refuseAbsent(in: world)
        try flags.refuseLogFolder()
        command =
            try flags.wrapping(in: world, environment: environment)
            + flags.interpreter(for: program, in: world, place: place)
            + flags.words(of: program, in: world)
        variables = try RunPlan.variables(
            flags: flags, world: world, sight: sight, environment: environment, place: place)
    }

    /// The command as one would type it.
    var commandLine: String { command.map(quotedForShell).joined(separator: " ") }

    /// Whether the command is a launcher's.
    var isLaunch: Bool {
        if case .launch = world { return true }
        return false
    }

    private static func variables(
        flags: LegateFlags, world: World, sight: Sight?, environment: [String: String],
        place: Place
    ) throws -> [(name: String, value: String)] {
        let isHeard = try world.rank?.isHeard(environment: environment) ?? true
        let folders = (isHeard ? [] : [place.hookFolder]) + place.packageFolders
        let path = folders + [environment["PYTHONPATH"] ?? ""].filter { !$0.isEmpty }
        var variables = [
            ("PYTHONPATH", path.joined(separator: ":")),
            ("LEGATE_CPUS", String(flags.workers(in: world))),
        ]
        variables += world.rank?.variables(environment: environment) ?? [("LEGATE_RANKS", "1")]
        // Ranks share the output: on a terminal, as mpirun gives each, Python then writes whole
        // lines.
        if world.rank != nil, isHeard, environment["PYTHONUNBUFFERED"] != nil,
            isatty(STDOUT_FILENO) == 1
        {
            variables.append(("PYTHONUNBUFFERED", ""))
        }
        variables += flags.ranks.networkVariables(in: world)
        // The idle threads of a matrix library would spin on the cores of other ranks.
        if world.rank != nil, environment["OPENBLAS_NUM_THREADS"] == nil {
            variables.append(("OPENBLAS_NUM_THREADS", String(flags.workers(in: world))))
        }
        variables += flags.settings(in: world)
        if sight == .explain { variables.append(("LEGATE_EXPLAIN", "1")) }
        // What stands in LEGATE_CONFIG is among these variables: the package need not read it
        // again.
        if let config = environment["LEGATE_CONFIG"] {
            variables.append(("LEGATE_CONFIG_READ", config))
        }
        if let prefix = flags.tracePrefix(for: sight) { variables.append(("LEGATE_TRACE", prefix)) }
        if flags.logging.showProgress { variables.append(("LEGATE_SHOW_PROGRESS", "1")) }
        return variables.map { (name: $0.0, value: $0.1) }
    }
}

/// A program file must be there before Python starts; `-` is standard input.
private func refuseMissingFile(_ program: Program) throws {
    guard case .file(let path, _) = program, path != "-", access(path, F_OK) != 0 else { return }
    throw DriverError.missingProgram(path, folder: workingDirectory())
}

/// Processors that the flags name and this build or this run cannot have.
private func refuseAbsentHardware(_ flags: LegateFlags, _ world: World) throws {
    if let gpus = flags.resources.gpus, gpus > 0 { throw DriverError.noGPUs(asked: gpus) }
    if flags.runtime.disableMpi && world.ranks > 1 { throw DriverError.noMPI(ranks: world.ranks) }
}
