// What `legate` itself prints: notes on stderr, the blocks of --verbose, --info and --show-config.
import Glibc

struct Printer {
    var isColored = false

    /// One line for the user on stderr.
    func note(_ text: String) {
        fputs((isColored ? "\u{1b}[1;33mlegate:\u{1b}[0m " : "legate: ") + text + "\n", stderr)
    }

    func complain(_ text: String) {
        fputs((isColored ? "\u{1b}[1;31mlegate:\u{1b}[0m " : "legate: ") + text + "\n", stderr)
    }

    func heading(_ text: String) -> String {
        isColored ? "\u{1b}[1m\(text)\u{1b}[0m" : text
    }

    /// What is said before a run, once.
    func announce(_ plan: RunPlan, flags: LegateFlags, place: Place) {
        for flag in flags.withoutEffect { note(flag.sentence) }
        for flag in flags.leftOut(in: plan.world) {
            note("\(flag) needs a terminal of its own and is left out on several ranks")
        }
        if flags.run.verbose { printConfiguration(plan, place: place) }
        if flags.run.showConfig {
            fflush(stdout)
            printSettings(flags, world: plan.world)
        }
    }

    private func printConfiguration(_ plan: RunPlan, place: Place) {
        print(heading("--- Legate configuration " + String(repeating: "-", count: 40)))
        print(heading("Paths:"))
        print("  project : \(place.project)")
        print("  python  : \(place.python)")
        print("  folder  : \(workingDirectory() ?? "(deleted)")")
        print(heading("Versions:"))
        print("  legate  : \(Place.version) (\(place.buildLevel))")
        print(heading("Command:"))
        print("  " + plan.commandLine)
        print(heading("Customized environment:"))
        for (name, value) in plan.variables { print("  \(name)=\(quotedForShell(value))") }
        print(String(repeating: "-", count: 65))
    }

    private func printSettings(
        _ flags: LegateFlags, world: World, to file: UnsafeMutablePointer<FILE> = stdout
    ) {
        let memory =
            flags.resources.ceiling(domains: memoryDomains()).map { "\($0) MB" } ?? "on demand"
        let omps = flags.resources.groupedWorkers == nil ? 0 : flags.resources.omps ?? 0
        fputs(
            "legate: cpus \(flags.workers(in: world)), sysmem \(memory), ranks \(world.ranks), gpus 0, "
                + "omps \(omps)\n", file)
    }

    /// For a Python that was started without the driver: a zero byte before each variable.
    func printVariables(_ plan: RunPlan, flags: LegateFlags) {
        for flag in flags.withoutEffect { note(flag.sentence) }
        for flag in flags.ofTheCommand { note("\(flag) needs the command legate, and is left out") }
        if flags.run.showConfig { printSettings(flags, world: plan.world, to: stderr) }
        for (name, value) in plan.variables { print("\0\(name)=\(value)", terminator: "") }
    }

    func printBuild(_ place: Place) {
        print(
            """
            legate       : \(Place.version)
            build_type   : release
            cpu_level    : \(place.buildLevel)
            use_openmp   : no
            use_cuda     : no
            networks     : \(place.hasPlugin ? "mpi" : "none")
            python       : \(place.python)
            """)
        // What compiles kernels tells about itself.
        fflush(stdout)
        guard access(place.compiler, X_OK) == 0,
            let output = popen(quotedForShell(place.compiler), "r")
        else {
            return print("llvm         : none (\(place.compiler) is not there)")
        }
        var line = [CChar](repeating: 0, count: 8192)
        while fgets(&line, Int32(line.count), output) != nil {
            print(String(cString: line), terminator: "")
        }
        pclose(output)
    }

    func printMoment(_ name: String) {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        var text = [CChar](repeating: 0, count: 32)
        strftime(&text, text.count, "%Y-%m-%d %H:%M:%S", &parts)
        print("Legate \(name): \(String(cString: text))")
    }
}
