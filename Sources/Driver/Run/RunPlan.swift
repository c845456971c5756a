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

    /// - Parameter arguments: The words of the command line, which ranks get again.
    init(
        flags: LegateFlags, arguments: [String], environment: [String: String], place: Place
    ) throws {
        var words = flags.remainder
        let sight = try Sight(taking: &words)
        let program = try sight?.program(words) ?? Program(words: words)
        world = try World(flags: flags, environment: environment)
        try refuseMissingFile(program)
        try world.refuseInput(of: program)

        if case .launch(let launch) = world {
            try flags.refuseLogFolder()
            command =
                launch.words(environment: environment)
                + launch.rankCommand(arguments, program: flags.remainder, place: place)
            variables = launch.variables.map { (name: $0.0, value: $0.1) }
            return
        }
        try flags.refuseMissingTools(in: world, environment: environment)
        try flags.refuseLogFolder()
        command =
            try flags.wrapping(in: world) + flags.interpreter(for: program, in: world, place: place)
            + flags.words(of: program)
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
        // Ranks share the output: on a terminal, as mpirun gives each, Python then writes whole lines.
        if world.rank != nil, isHeard, environment["PYTHONUNBUFFERED"] != nil, isatty(STDOUT_FILENO) == 1 {
            variables.append(("PYTHONUNBUFFERED", ""))
        }
        variables += flags.ranks.networkVariables(in: world)
        if let megabytes = flags.resources.sysmem {
            variables.append(("LEGATE_SYSMEM", String(megabytes)))
        }
        // The idle threads of a matrix library would spin on the cores of other ranks.
        if world.rank != nil, environment["OPENBLAS_NUM_THREADS"] == nil {
            variables.append(("OPENBLAS_NUM_THREADS", String(flags.workers(in: world))))
        }
        if let elements = flags.runtime.minCpuChunk {
            variables.append(("LEGATE_MIN_CPU_CHUNK", String(elements)))
        }
        if let size = flags.runtime.windowSize {
            variables.append(("LEGATE_WINDOW_SIZE", String(size)))
        }
        if sight == .explain { variables.append(("LEGATE_EXPLAIN", "1")) }
        if let prefix = flags.tracePrefix(for: sight) { variables.append(("LEGATE_TRACE", prefix)) }
        if flags.logging.showProgress { variables.append(("LEGATE_SHOW_PROGRESS", "1")) }
        return variables.map { (name: $0.0, value: $0.1) }
    }
}

extension World {
    /// Typed or piped input reaches rank 0 alone, and all ranks must run the same program.
    fileprivate func refuseInput(of program: Program) throws {
        let input: String
        switch program {
        case .console: input = "a console"
        case .file("-", _): input = "a program from standard input"
        case .file, .module, .code: return
        }
        if ranks == 1 { return }
        throw DriverError.incompatible(
            "\(ranks) ranks", input, why: "input reaches rank 0 only; write the program to a file")
    }
}

/// A program file must be there before Python starts; `-` is standard input.
private func refuseMissingFile(_ program: Program) throws {
    guard case .file(let path, _) = program, path != "-", access(path, F_OK) != 0 else { return }
    throw DriverError.missingProgram(path, folder: workingDirectory())
}
