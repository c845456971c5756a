// The parts of one process's command behind the tools: workers, the interpreter, the program's
// words.
//
// In: the flags and which process this is. Out: words, and complaints about what does not go
// together.
import Glibc

extension LegateFlags {
    /// Worker threads of one process: as asked, else its share of the cores that the run may use.
    func workers(in world: World) -> Int {
        if runtime.inlineTaskLaunch { return 1 }
        if let given = resources.groupedWorkers ?? resources.cpus { return given }
        if resources.autoConfig == false { return 1 }
        return max(1, cores(in: world) - (resources.utility ?? 0))
    }

    private func cores(in world: World) -> Int {
        if case .launch(let launch) = world { return usableCores() / launch.ranksHere }
        if let binding = ranks.binding(ranks.cpuBind, in: world) {
            return countOfNumbers(in: binding)
        }
        return world.rank?.workers ?? usableCores()
    }

    func interpreter(for program: Program, in world: World, place: Place) throws -> [String] {
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
            let file = "\(logging.logdir ?? ".")/legate_\(world.rank?.index ?? 0).cprof"
            return [place.python, "-m", "cProfile", "-o", file]
        case .code:
            throw DriverError.incompatible(
                "--cprofile", "-c", why: "only files and modules can be profiled")
        case .console:
            throw DriverError.incompatible(
                "--cprofile", "the console", why: "only files and modules can be profiled")
        }
    }

    func words(of program: Program, in world: World) -> [String] {
        if case .file(_, let arguments) = program, run.runMode == .exec { return arguments }
        return program.pythonWords(ranks: world.ranks)
    }

    func refuseLogFolder() throws {
        guard let folder = logging.logdir else { return }
        if !makeFolder(folder) || access(folder, W_OK | X_OK) != 0 {
            throw DriverError.logFolder(folder, reason: String(cString: strerror(errno)))
        }
    }

    /// Makes a folder and those above it that are missing.
    private func makeFolder(_ path: String) -> Bool {
        if mkdir(path, 0o777) == 0 || errno == EEXIST { return true }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            return false
        }
        return makeFolder(String(path[..<slash])) && (mkdir(path, 0o777) == 0 || errno == EEXIST)
    }

    /// What a run on several ranks leaves out.
    func leftOut(in world: World) -> [String] {
        guard world.ranks > 1 else { return [] }
        return asked([
            ("--gdb", debugging.gdb), ("--cuda-gdb", debugging.cudaGdb),
            ("--rlwrap", debugging.rlwrap),
        ])
    }

    /// The flags that were given and that only this command can follow, not a library inside a
    /// program.
    var ofTheCommand: [String] {
        asked([
            ("--cpu-bind", ranks.cpuBind != nil), ("--mem-bind", ranks.memBind != nil),
            ("--bind-detail", debugging.bindDetail), ("--wrapper", !debugging.wrapper.isEmpty),
            ("--wrapper-inner", !debugging.wrapperInner.isEmpty), ("--gdb", debugging.gdb),
            ("--cuda-gdb", debugging.cudaGdb), ("--rlwrap", debugging.rlwrap),
            ("--nvprof", profiling.nvprof), ("--nsys", profiling.nsys),
            ("--memcheck", debugging.memcheck), ("--valgrind", debugging.valgrind),
            ("--cprofile", profiling.cprofile), ("--run-mode", run.runMode != nil),
            ("--timing", run.timing), ("--verbose", run.verbose), ("--dry-run", run.dryRun),
            ("--launcher", ranks.launcher ?? .none != .none),
        ])
    }
}
