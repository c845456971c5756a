// The parts of one process's command: bindings, wrappers and tools around the interpreter.
//
// In: the flags and which process this is. Out: words, and complaints about tools that are missing.
import Glibc

extension LegateFlags {
    /// Worker threads of one process: as asked, else its share of the cores that the run may use.
    func workers(in world: World) -> Int {
        if let cpus = resources.cpus { return cpus }
        if resources.autoConfig == false { return 1 }
        if case .launch(let launch) = world { return max(1, usableCores() / launch.ranksHere) }
        if let binding = ranks.binding(ranks.cpuBind, in: world) {
            return countOfNumbers(in: binding)
        }
        return world.rank?.workers ?? usableCores()
    }

    /// Everything in front of the interpreter, outermost first.
    func wrapping(in world: World) -> [String] {
        var words = ranks.bindingWords(in: world) + debugging.wrapper.flatMap(\.self)
        words += debugging.tools(in: world) + debugging.wrapperInner.flatMap(\.self)
        let index = String(world.rank?.index ?? 0)
        return words.map { $0.replacing("%%LEGATE_GLOBAL_RANK%%", with: index) }
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

    func words(of program: Program) -> [String] {
        if case .file(_, let arguments) = program, run.runMode == .exec { return arguments }
        return program.pythonWords
    }

    func refuseMissingTools(in world: World, environment: [String: String]) throws {
        var needed: [(tool: String, flag: String)] = []
        for tool in debugging.tools(in: world) where !tool.hasPrefix("-") {
            needed.append((tool, "--\(tool)"))
        }
        if ranks.cpuBind != nil { needed.append(("taskset", "--cpu-bind")) }
        if ranks.memBind != nil { needed.append(("numactl", "--mem-bind")) }
        needed += debugging.wrapper.compactMap(\.first).map { ($0, "--wrapper") }
        needed += debugging.wrapperInner.compactMap(\.first).map { ($0, "--wrapper-inner") }
        for (tool, flag) in needed where !isOnPath(tool, environment: environment) {
            throw DriverError.missingTool(tool, flag: flag)
        }
    }

    func refuseLogFolder() throws {
        guard let folder = logging.logdir else { return }
        if mkdir(folder, 0o777) != 0 && errno != EEXIST || access(folder, W_OK | X_OK) != 0 {
            throw DriverError.logFolder(folder, reason: String(cString: strerror(errno)))
        }
    }

    /// What a run on several ranks leaves out.
    func leftOut(in world: World) -> [String] {
        guard world.ranks > 1 else { return [] }
        return asked([("--gdb", debugging.gdb), ("--rlwrap", debugging.rlwrap)])
    }
}

extension DebuggingFlags {
    /// The tools around the interpreter, outermost first. Those that need a terminal of their own
    /// are for one rank.
    fileprivate func tools(in world: World) -> [String] {
        let hasTerminal = world.ranks == 1
        return (rlwrap && hasTerminal ? ["rlwrap"] : [])
            + (gdb && hasTerminal ? ["gdb", "--args"] : [])
            + (valgrind ? ["valgrind"] : [])
    }
}
