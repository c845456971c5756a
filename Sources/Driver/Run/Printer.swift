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

    func printConfiguration(_ plan: RunPlan, place: Place) {
        print(heading("--- Legate configuration " + String(repeating: "-", count: 40)))
        print(heading("Paths:"))
        print("  project : \(place.project)")
        print("  python  : \(place.python)")
        print("  folder  : \(workingDirectory() ?? "(deleted)")")
        print(heading("Versions:"))
        print("  legate  : \(Place.version) (\(place.buildLevel))")
        print(heading("Command:"))
        print("  " + plan.command.map(quotedForShell).joined(separator: " "))
        print(heading("Customized environment:"))
        for (name, value) in plan.variables { print("  \(name)=\(quotedForShell(value))") }
        print(String(repeating: "-", count: 65))
    }

    func printSettings(_ flags: LegateFlags) {
        let memory = flags.resources.sysmem.map { "\($0) MB" } ?? "on demand"
        print("legate: cpus \(flags.workers), sysmem \(memory), ranks 1, gpus 0, omps 0")
    }

    func printBuild(_ place: Place) {
        print(
            """
            legate       : \(Place.version)
            build_type   : release
            cpu_level    : \(place.buildLevel)
            use_openmp   : no
            use_cuda     : no
            networks     : none
            python       : \(place.python)
            """)
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
