// Flags for processors and memories: how much of the machine one rank may use.
import ArgumentParser

struct ResourceFlags: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: .init("Worker threads (default: all cores).", valueName: "N"),
        transform: Allowed.positive)
    var cpus: Int?

    @Option(
        parsing: .unconditional,
        help: .init("GPUs per rank (default: 0).", valueName: "N"),
        transform: Allowed.natural)
    var gpus: Int?

    @Option(
        parsing: .unconditional,
        help: .init("OpenMP groups per rank (default: 0).", valueName: "N"),
        transform: Allowed.natural)
    var omps: Int?

    @Option(
        parsing: .unconditional,
        help: .init("Threads per OpenMP group (default: 4).", valueName: "N"),
        transform: Allowed.natural)
    var ompthreads: Int?

    @Option(
        parsing: .unconditional,
        help: .init("Threads for the runtime's own work (default: 2).", valueName: "N"),
        transform: Allowed.positive)
    var utility: Int?

    @Option(
        parsing: .unconditional,
        help: .init(
            "Ceiling for array memory in MB; it grows on demand up to there "
                + "(default: the machine's memory).", valueName: "MB"),
        transform: Allowed.megabytes)
    var sysmem: Int?

    @Option(
        parsing: .unconditional,
        help: .init("MB per NUMA domain (default: 0).", valueName: "MB"),
        transform: Allowed.megabytesOrNone)
    var numamem: Int?

    @Option(
        parsing: .unconditional,
        help: .init("MB of framebuffer per GPU (default: 4000).", valueName: "MB"),
        transform: Allowed.megabytesOrNone)
    var fbmem: Int?

    @Option(
        parsing: .unconditional,
        help: .init("MB of zero-copy memory per rank (default: 32).", valueName: "MB"),
        transform: Allowed.megabytesOrNone)
    var zcmem: Int?

    @Option(
        parsing: .unconditional,
        help: .init("MB registered with the network card (default: 0).", valueName: "MB"),
        transform: Allowed.megabytesOrNone)
    var regmem: Int?

    @Option(
        parsing: .unconditional,
        help: .init("Share of memory set aside at once (default: 50).", valueName: "P"),
        transform: Allowed.percentage)
    var eagerAllocPercentage: Int?

    @Flag(
        inversion: .prefixedNo,
        help: "Use what the machine has; without it, one core (default: --auto-config).")
    var autoConfig: Bool?

    var withoutEffect: [String] {
        asked([
            ("--gpus", gpus ?? 0 > 0), ("--omps", omps ?? 0 > 0),
            ("--ompthreads", ompthreads != nil), ("--utility", utility != nil),
            ("--numamem", numamem ?? 0 > 0), ("--fbmem", fbmem != nil),
            ("--zcmem", zcmem != nil), ("--regmem", regmem ?? 0 > 0),
            ("--eager-alloc-percentage", eagerAllocPercentage != nil),
        ])
    }
}
