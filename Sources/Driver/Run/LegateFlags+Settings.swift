// The variables by which the runtime, inside the program's process, learns what the flags say.
//
// In: the flags and which process this is. Out: names and values; what was not asked for is left
// out, so that the runtime's own default holds.

extension LegateFlags {
    func settings(in world: World) -> [(String, String)] {
        let numbers: [(String, Int?)] = [
            ("LEGATE_SYSMEM", resources.ceiling(domains: memoryDomains())),
            ("LEGATE_OMP_PROCS", resources.groupedWorkers == nil ? nil : resources.omps),
            (
                "LEGATE_OMP_THREADS",
                resources.groupedWorkers == nil ? nil : resources.ompthreads ?? 4
            ),
            ("LEGATE_MIN_CPU_CHUNK", smallestSpread), ("LEGATE_WINDOW_SIZE", runtime.windowSize),
        ]
        var settings = numbers.compactMap { name, value in value.map { (name, String($0)) } }
        let switches = [
            ("LEGATE_SHOW_USAGE", logging.showMemoryUsage),
            ("LEGATE_FREEZE_ON_ERROR", debugging.freezeOnError),
        ]
        settings += switches.filter(\.1).map { ($0.0, "1") }
        if let levels = logging.logging { settings.append(("LEGATE_LOGGING", levels)) }
        if logging.logToFile {
            let file = "\(logging.logdir ?? ".")/legate_\(world.rank?.index ?? 0).log"
            settings.append(("LEGATE_LOG_FILE", file))
        }
        return settings
    }

    private var smallestSpread: Int? {
        resources.groupedWorkers == nil
            ? runtime.minCpuChunk : runtime.minOmpChunk ?? runtime.minCpuChunk
    }
}
