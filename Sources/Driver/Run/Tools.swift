// The tools around the interpreter: debuggers, profilers and checkers, outermost first.
//
// In: the flags and which process this is. Out: for each tool that was asked for, its flag and its
// words; the first word is the program that must be there.

/// A program that runs the rest of the command.
struct Tool {
    let flag: String
    let words: [String]
}

extension LegateFlags {
    /// Debuggers need a terminal of their own and are for one rank.
    func tools(in world: World) throws -> [Tool] {
        let hasTerminal = world.ranks == 1
        let output = "\(logging.logdir ?? ".")/legate_\(world.rank?.index ?? 0)"
        var tools: [Tool] = []
        if debugging.rlwrap && hasTerminal {
            tools.append(Tool(flag: "--rlwrap", words: ["rlwrap"]))
        }
        if debugging.gdb && hasTerminal {
            tools.append(Tool(flag: "--gdb", words: ["gdb", "--args"]))
        }
        if debugging.cudaGdb && hasTerminal {
            tools.append(Tool(flag: "--cuda-gdb", words: ["cuda-gdb", "--args"]))
        }
        if profiling.nvprof {
            tools.append(Tool(flag: "--nvprof", words: ["nvprof", "-o", "\(output).nvvp"]))
        }
        if profiling.nsys { tools.append(try profiling.nsysTool(output: output)) }
        if debugging.memcheck {
            tools.append(Tool(flag: "--memcheck", words: ["compute-sanitizer"]))
        }
        if debugging.valgrind { tools.append(Tool(flag: "--valgrind", words: ["valgrind"])) }
        return tools
    }

    /// The tools that bind this process, the user's own, and where each was asked for.
    func outerTools(in world: World) -> [Tool] {
        ranks.bindingTools(in: world)
            + debugging.wrapper.map { Tool(flag: "--wrapper", words: $0) }
    }

    var innerTools: [Tool] {
        debugging.wrapperInner.map { Tool(flag: "--wrapper-inner", words: $0) }
    }

    /// Everything in front of the interpreter, outermost first.
    func wrapping(in world: World, environment: [String: String]) throws -> [String] {
        let tools = try outerTools(in: world) + self.tools(in: world) + innerTools
        for tool in tools {
            guard let program = tool.words.first, !isOnPath(program, environment: environment)
            else { continue }
            throw DriverError.missingTool(program, flag: tool.flag)
        }
        let index = String(world.rank?.index ?? 0)
        return tools.flatMap(\.words).map { $0.replacing("%%LEGATE_GLOBAL_RANK%%", with: index) }
    }
}

extension ProfilingFlags {
    fileprivate func nsysTool(output: String) throws -> Tool {
        let extra = nsysExtra.flatMap(\.self)
        if extra.contains(where: { $0 == "-t" || $0 == "--trace" || $0.hasPrefix("--trace=") }) {
            throw DriverError.incompatible(
                "--nsys-extra", "-t", why: "what is traced is said with --nsys-targets")
        }
        let samples = extra.contains { $0 == "-s" || $0 == "--sample" || $0.hasPrefix("--sample=") }
        let targets = nsysTargets ?? "cublas,cuda,cudnn,nvtx,ucx"
        return Tool(
            flag: "--nsys",
            words: ["nsys", "profile", "-t", targets, "-o", output]
                + (samples ? [] : ["-s", "none"]) + extra)
    }
}
