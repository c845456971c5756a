// `legate`: reads the flags, decides the run, then becomes Python.
//
// Order: flags (a wrong one ends here with exit 2), what only prints (help, version, info), the
// plan, warnings, the run. The program's exit code and signals are the command's own.
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

func run(printer: inout Printer) throws {
    let environment = environmentVariables()
    let place = Place(environment: environment)
    let flags = try LegateFlags.read(
        arguments: Array(CommandLine.arguments.dropFirst()), environment: environment)
    printer.isColored = flags.run.color

    if ["-h", "--help"].contains(flags.remainder.first) { return print(LegateFlags.helpMessage()) }
    if flags.run.version { return print("legate \(Place.version)") }
    if flags.run.info { return printer.printBuild(place) }

    let plan = try RunPlan(flags: flags, environment: environment, place: place)
    for flag in flags.withoutEffect { printer.note("\(flag) has no effect yet") }
    if flags.run.verbose { printer.printConfiguration(plan, place: place) }
    if flags.run.showConfig { printer.printSettings(flags) }
    if flags.run.dryRun { return }

    plan.setVariables()
    if flags.run.timing { try plan.watch(report: printer.printMoment) }
    try plan.become()
}

var printer = Printer()
do {
    try run(printer: &printer)
} catch let error as DriverError {
    printer.complain(error.sentence)
    exit(error.exitCode)
}
