// Everything that can go wrong before the program starts, as data.
//
// The sentences and exit codes stand in DriverError+Sentences.swift.

/// A reason not to start the program.
enum DriverError: Error {
    /// The parser refused a flag or its value; its own words name the flag, the value and the rule.
    case refused(String)
    case unknownFlag(String, suggestion: String?)
    case unreadableConfig(String)
    case programInConfig(String)
    case environment(variable: String, value: String, allowed: String)
    case inEnvironment(variable: String, reason: String)
    case inConfig(reason: String)
    case missingArgument(of: String, what: String)
    case missingProgram(String, folder: String?)
    case incompatible(String, String, why: String)
    case bindingCount(flag: String, lists: Int, ranks: Int)
    /// A list of cores or domains that are not there.
    case absentBinding(flag: String, list: String, what: String, there: String)
    case noGPUs(asked: Int)
    case noMPI(ranks: Int)
    case noLauncher(String)
    case unsupportedLauncher(String)
    case missingLauncher(String, package: String)
    case foreignLauncher
    case missingPlugin(String)
    case unconnectedRanks(count: Int)
    case launchedAlone(ranks: Int)
    /// The flags ask for another number of nodes or ranks than there are.
    case worldSize(asked: String, found: Int, source: String)
    case missingTool(String, flag: String)
    case logFolder(String, reason: String)
    case unusablePython(String, reason: String)
    case cannotStart(String, reason: String)
}
