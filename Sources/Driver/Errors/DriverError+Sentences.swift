// Turns each error into one sentence for the user and into an exit code.
//
// 2: the command line is wrong. 64: several ranks, or GPUs, cannot be had here. 69: something is
// missing on this machine. 126: the program could not be started.

extension DriverError {
    var sentence: String {
        switch self {
        case .refused(let words): return words
        case .unknownFlag(let flag, let suggestion):
            let hint = suggestion.map { "did you mean \($0)?" } ?? "see legate --help"
            return "unknown flag \(flag); \(hint)"
        case .unreadableConfig(let text):
            return "LEGATE_CONFIG has an open quotation mark: \(text)"
        case .programInConfig(let word):
            return "LEGATE_CONFIG may hold flags only, but it has '\(word)'"
        case .environment(let variable, let value, let allowed):
            return "the variable \(variable) has the value '\(value)'; allowed: \(allowed)"
        case .inEnvironment(let variable, let reason):
            return "from the variable \(variable): \(reason)"
        case .inConfig(let reason): return "in LEGATE_CONFIG: \(reason)"
        case .missingArgument(let flag, let what): return "\(flag) needs \(what) after it"
        case .missingProgram(let path, let folder):
            let place = folder.map { "looked in \($0)" } ?? "the working directory is gone"
            return "no program '\(path)'" + (path.hasPrefix("/") ? "" : " (\(place))")
        case .incompatible(let one, let other, let why):
            return "\(one) and \(other) do not go together: \(why)"
        case .bindingCount(let flag, let lists, let ranks):
            return
                "\(flag) has \(lists) list\(lists == 1 ? "" : "s"), but there \(ranks == 1 ? "is" : "are") \(ranks) "
                + "rank\(ranks == 1 ? "" : "s") per node; allowed: one list per rank"
        case .absentBinding(let flag, let list, let what, let there):
            return "\(flag) names \(what) \(list); allowed: \(there), which this process may use"
        case .noGPUs(let count):
            return
                "--gpus \(count): this build has no GPU backend; leave --gpus out, and the program "
                + "runs on the cores of --cpus"
        case .noMPI(let ranks):
            return "--disable-mpi and \(ranks) ranks do not go together: ranks speak through MPI"
        case .noLauncher(let flag):
            return "\(flag) asks for several ranks, but nothing starts them; "
                + "add --launcher mpirun, srun or jsrun, or run legate itself under one of them"
        case .unsupportedLauncher(let name):
            return "--launcher \(name) is not supported; use mpirun, srun or jsrun"
        case .missingLauncher(let name, let package):
            return "--launcher \(name): the program '\(name)' was not found; to install: \(package)"
        case .foreignLauncher:
            return "--launcher mpirun needs Open MPI, but the mpirun on the path is MPICH's; "
                + "to install: sudo apt-get install openmpi-bin libopenmpi-dev"
        case .missingPlugin(let path):
            return "several ranks need the MPI plugin '\(path)', which was not built; install MPI "
                + "(sudo apt-get install openmpi-bin libopenmpi-dev), then run bin/build"
        case .unconnectedRanks(let count):
            return "srun started \(count) tasks that do not know of each other; "
                + "use srun --mpi=pmix, or legate --launcher srun"
        case .launchedAlone(let ranks):
            return "the launcher was to start \(ranks) ranks, but this process runs alone; "
                + "look at --launcher-extra and at the MPI that the launcher knows"
        case .worldSize(let asked, let found, let source):
            return "the flags ask for \(asked), but \(source)=\(found)"
        case .missingTool(let tool, let flag):
            let package = tool == "hwloc-bind" ? " (apt-get install hwloc)" : ""
            return "\(flag) needs the program '\(tool)', which was not found\(package)"
        case .logFolder(let path, let reason):
            return "--logdir: the folder '\(path)' cannot be used: \(reason)"
        case .unusablePython(let path, let reason):
            return "cannot run '\(path)': \(reason)"
        case .cannotStart(let program, let reason): return "cannot start '\(program)': \(reason)"
        }
    }

    var exitCode: Int32 {
        switch self {
        case .noLauncher, .unsupportedLauncher, .missingLauncher, .foreignLauncher, .missingPlugin,
            .unconnectedRanks, .noGPUs:
            return 64
        case .missingTool, .unusablePython: return 69
        case .cannotStart: return 126
        default: return 2
        }
    }
}
