// The run, decided: the words of the command, the variables that are set for it.
//
// In: the flags, the environment, the place. Out: a value that can be printed (`--verbose`), left
// alone (`--dry-run`) or executed. Everything that can be refused is refused here.
import Glibc

struct RunPlan {
    let command: [String]
    let variables: [(name: String, value: String)]

    init(flags: LegateFlags, environment: [String: String], place: Place) throws {
        var words = flags.remainder
        let explains = words.first == "explain"
        if explains { words.removeFirst() }
        if explains && words.isEmpty {
            throw DriverError.missingArgument(of: "explain", what: "a program")
        }
        let program = try Program(words: words)
        try refuseSeveralRanks(flags.ranks, environment: environment)
        try refuseMissingFile(program)

        var command = flags.debugging.wrapper.flatMap(\.self)
        if let binding = flags.ranks.cpuBind { command += ["taskset", "-c", binding[0]] }
        command += flags.debugging.tools + flags.debugging.wrapperInner.flatMap(\.self)
        for index in command.indices where command[index].contains("%%LEGATE_GLOBAL_RANK%%") {
            command[index] = command[index].replacing("%%LEGATE_GLOBAL_RANK%%", with: "0")
        }
        try flags.refuseMissingTools(environment: environment)
        self.command =
            try command + flags.interpreter(for: program, place: place) + flags.words(of: program)

        variables = RunPlan.variables(
            flags: flags, explains: explains, environment: environment, place: place)
    }

    private static func variables(
        flags: LegateFlags, explains: Bool, environment: [String: String], place: Place
    ) -> [(name: String, value: String)] {
        let path = place.packageFolders + [environment["PYTHONPATH"] ?? ""].filter { !$0.isEmpty }
        var variables = [
            ("PYTHONPATH", path.joined(separator: ":")),
            ("LEGATE_CPUS", String(flags.workers)),
        ]
        if let megabytes = flags.resources.sysmem {
            variables.append(("LEGATE_SYSMEM", String(megabytes)))
        }
        if let size = flags.runtime.windowSize {
            variables.append(("LEGATE_WINDOW_SIZE", String(size)))
        }
        if explains { variables.append(("LEGATE_EXPLAIN", "1")) }
        return variables.map { (name: $0.0, value: $0.1) }
    }
}

extension LegateFlags {
    /// Worker threads: as asked, else one per core that the run may use.
    var workers: Int {
        if let cpus = resources.cpus { return cpus }
        if resources.autoConfig == false { return 1 }
        guard let binding = ranks.cpuBind else { return usableCores() }
        return countOfNumbers(in: binding[0])
    }

    fileprivate func interpreter(for program: Program, place: Place) throws -> [String] {
        if case .file(let path, _) = program, run.runMode == .exec {
            if profiling.cprofile {
                throw DriverError.incompatible(
                    "--cprofile", "--run-mode exec", why: "only Python can be profiled")
            }
            return [path.contains("/") ? path : "./\(path)"]
        }
        if run.runMode == .exec {
            throw DriverError.missingArgument(of: "--run-mode exec", what: "a program file")
        }
        guard profiling.cprofile else { return [place.python] }
        switch program {
        case .file, .module:
            let file = "\(logging.logdir ?? ".")/legate_0.cprof"
            return [place.python, "-m", "cProfile", "-o", file]
        case .code:
            throw DriverError.incompatible(
                "--cprofile", "-c", why: "only files and modules can be profiled")
        case .console:
            throw DriverError.incompatible(
                "--cprofile", "the console", why: "only files and modules can be profiled")
        }
    }

    fileprivate func words(of program: Program) -> [String] {
        if case .file(_, let arguments) = program, run.runMode == .exec { return arguments }
        return program.pythonWords
    }

    fileprivate func refuseMissingTools(environment: [String: String]) throws {
        var needed: [(tool: String, flag: String)] = []
        if debugging.rlwrap { needed.append(("rlwrap", "--rlwrap")) }
        if debugging.gdb { needed.append(("gdb", "--gdb")) }
        if debugging.valgrind { needed.append(("valgrind", "--valgrind")) }
        if ranks.cpuBind != nil { needed.append(("taskset", "--cpu-bind")) }
        needed += debugging.wrapper.compactMap(\.first).map { ($0, "--wrapper") }
        needed += debugging.wrapperInner.compactMap(\.first).map { ($0, "--wrapper-inner") }
        for (tool, flag) in needed where !isOnPath(tool, environment: environment) {
            throw DriverError.missingTool(tool, flag: flag)
        }
        guard let folder = logging.logdir else { return }
        if mkdir(folder, 0o777) != 0 && errno != EEXIST || access(folder, W_OK | X_OK) != 0 {
            throw DriverError.logFolder(folder, reason: String(cString: strerror(errno)))
        }
    }
}

extension DebuggingFlags {
    /// The tools around the interpreter, outermost first.
    fileprivate var tools: [String] {
        (rlwrap ? ["rlwrap"] : []) + (gdb ? ["gdb", "--args"] : [])
            + (valgrind ? ["valgrind"] : [])
    }
}

/// Several ranks are asked for by flags or by the launcher that started this process.
private func refuseSeveralRanks(_ ranks: RankFlags, environment: [String: String]) throws {
    if let nodes = ranks.nodes, nodes > 1 { throw DriverError.severalRanks("--nodes \(nodes)") }
    if let count = ranks.ranksPerNode, count > 1 {
        throw DriverError.severalRanks("--ranks-per-node \(count)")
    }
    if let launcher = ranks.launcher, launcher != Launcher.none {
        throw DriverError.severalRanks("--launcher \(launcher.rawValue)")
    }
    for binding in ranks.bindings where binding.lists != 1 {
        throw DriverError.bindingCount(flag: binding.flag, lists: binding.lists, ranks: 1)
    }
    if ranks.nodes == 1 && ranks.ranksPerNode == 1 { return }
    let counts = [
        "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS",
    ]
    for variable in counts {
        guard let value = environment[variable], let size = Int(value), size > 1 else { continue }
        throw DriverError.severalRanks("the variable \(variable)=\(value)")
    }
}

/// A program file must be there before Python starts; `-` is standard input.
private func refuseMissingFile(_ program: Program) throws {
    guard case .file(let path, _) = program, path != "-", access(path, F_OK) != 0 else { return }
    throw DriverError.missingProgram(path, folder: workingDirectory())
}
