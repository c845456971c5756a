// Flags for several ranks: how many processes, who starts them, and which processors they get.
import ArgumentParser

enum Launcher: String, CaseIterable {
    case mpirun, jsrun, srun, aprun, dask, none
}

struct RankFlags: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: .init("Nodes to use (default: 1, or as the scheduler says).", valueName: "N"),
        transform: Allowed.positive)
    var nodes: Int?

    @Option(
        parsing: .unconditional,
        help: .init(
            "Processes per node (default: 1, or as the scheduler says).", valueName: "N"),
        transform: Allowed.positive)
    var ranksPerNode: Int?

    @Flag(help: "Run without control replication.")
    var noReplicate = false

    @Option(
        parsing: .unconditional,
        help: .init(
            "What starts the ranks: mpirun, srun or jsrun; aprun and dask are refused "
                + "(default: none).",
            valueName: "launcher"),
        completion: .list(Launcher.allCases.map(\.rawValue)), transform: Allowed.choice)
    var launcher: Launcher?

    @Option(
        parsing: .unconditionalSingleValue,
        help: .init("More words for the launcher; may be repeated.", valueName: "words"),
        transform: Allowed.words)
    var launcherExtra: [[String]] = []

    @Option(
        parsing: .unconditional,
        help: .init("Cores of each rank on a node, such as 0,2-3/1,4-5.", valueName: "lists"),
        transform: Allowed.binding)
    var cpuBind: [String]?

    @Option(
        parsing: .unconditional,
        help: .init("NUMA domains of each rank.", valueName: "lists"),
        transform: Allowed.binding)
    var memBind: [String]?

    @Option(
        parsing: .unconditional,
        help: .init("GPUs of each rank.", valueName: "lists"), transform: Allowed.binding)
    var gpuBind: [String]?

    @Option(
        parsing: .unconditional,
        help: .init("Network cards of each rank.", valueName: "lists"), transform: Allowed.names)
    var nicBind: [String]?

    /// Set by the driver for the ranks that it has launched.
    @Flag(help: .init("This process is a launched rank.", visibility: .hidden))
    var rankStart = false

    /// Each binding that was given, with its number of lists.
    var bindings: [(flag: String, lists: Int)] {
        [
            ("--cpu-bind", cpuBind), ("--mem-bind", memBind), ("--gpu-bind", gpuBind),
            ("--nic-bind", nicBind),
        ].compactMap { flag, lists in lists.map { (flag, $0.count) } }
    }

    var withoutEffect: [NoEffect] {
        notes([
            ("--no-replicate", noReplicate, "every rank runs the program itself"),
            (
                "--launcher-extra",
                !launcherExtra.isEmpty && launcher ?? .none == .none && !rankStart,
                "there is no --launcher"
            ),
            ("--gpu-bind", gpuBind != nil, NoEffect.forGPUs),
        ])
    }
}
