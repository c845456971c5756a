// `legate`: reads the flags, decides the run, then becomes Python (or watches over a launcher).
//
// Order: flags (a wrong one ends here with exit 2), what only prints (help, version, info), the
// plan, warnings, the run. The program's exit code and signals are the command's own. Of several
// ranks only the first says anything.
import Glibc

func environmentVariables() -> [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
        let parts = String(cString: text).split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
        entry += 1
    }
    return variables
}

/// NO_COLOR wins over FORCE_COLOR, and the flag over both.
func isColored(_ flags: LegateFlags, _ environment: [String: String]) -> Bool {
    func isSet(_ name: String) -> Bool { !(environment[name] ?? "").isEmpty }
    return flags.run.color || isSet("FORCE_COLOR") && !isSet("NO_COLOR")
}

func run(printer: inout Printer, environment: [String: String]) throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let place = Place(environment: environment)
    if let script = try completionScript(asked: arguments) { return print(script) }
    let flags = try LegateFlags.read(arguments: arguments, environment: environment)
    printer.isColored = isColored(flags, environment)

    if LegateFlags.asksForHelp(flags.remainder) {
        return print(
            LegateFlags.helpMessage(includeHidden: flags.remainder.first == "--help-hidden"))
    }
    if flags.run.version { return print("legate \(Place.version)") }
    if flags.run.info { return printer.printBuild(place) }
    if flags.run.printManual { return print(ManualPage.text, terminator: "") }

    let plan = try RunPlan(
        flags: flags, arguments: arguments, environment: environment, place: place)
    if flags.run.printVariables { return printer.printVariables(plan, flags: flags) }
    let rank = plan.world.rank
    let speaks = !flags.ranks.rankStart && rank?.index ?? 0 == 0
    if speaks { printer.announce(plan, flags: flags, place: place) }
    if flags.run.dryRun { return }
    if plan.world.ranks > 1 && !place.hasPlugin { throw DriverError.missingPlugin(place.plugin) }

    if flags.ranks.rankStart { tieToLauncher() }
    if let rank, try !rank.isHeard(environment: environment) { rank.silence() }
    if flags.debugging.bindDetail && !plan.isLaunch {
        printer.note("rank \(rank?.index ?? 0) runs: \(plan.commandLine)")
    }
    try place.refuseUnusablePython(in: plan)
    plan.setVariables()
    let isTimed = flags.run.timing && speaks
    let pages = speaks ? Pages(flags, place) : nil
    if isTimed || plan.isLaunch || pages != nil {
        try plan.watch { moment in
            if isTimed { printer.printMoment(moment) }
            if moment == "end" { pages?.make() }
        }
    }
    try plan.become()
}

var printer = Printer()
let environment = environmentVariables()
do {
    try run(printer: &printer, environment: environment)
} catch let error as DriverError {
    if Rank.isFirst(environment: environment) {
        printer.complain(error.sentence)
    } else {
        waitForFirstRank()
    }
    exit(error.exitCode)
}
